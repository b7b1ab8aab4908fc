package compile

import (
	"strings"

	"ersh/parser"
)

// formatCall checks the arguments of io:format and its kin, as far as they
// are literals.
func (l *linter) formatCall(call *parser.Call) {
	args := call.Args
	if len(args) == 3 {
		args = args[1:]
	}
	var given parser.Expr
	switch len(args) {
	case 1:
	case 2:
		given = args[1]
	default:
		wrong := "format call with wrong number of arguments"
		l.warn("format", call.Anno, desc("format_error", desc(parser.Chars(wrong), parser.DescList{})), "%s", wrong)
		return
	}
	text, ok := formatText(args[0])
	if !ok {
		return
	}
	at := args[0].Position()
	want, problem := formatArgs(text)
	if problem != "" {
		l.warn("format", at, desc("format_error", desc(parser.Chars("format string invalid (~ts)"), parser.DescList{parser.Chars(problem)})),
			"format string invalid (%s)", problem)
		return
	}
	const requires = "the format string requires an argument list with "
	plain := func(n int) string { return strings.Join(plural(n), "") }
	wrong := func(at parser.Anno, rest string, counts ...int) {
		list := parser.DescList{}
		for _, n := range counts {
			list = append(list, pluralDesc(n))
		}
		out := requires + "~s" + rest
		full := out
		for _, n := range counts {
			full = strings.Replace(full, "~s", plain(n), 1)
		}
		l.warn("format", at, desc("format_error", desc(parser.Chars(out), list)), "%s", full)
	}
	if given == nil {
		if want > 0 {
			wrong(at, ", but no argument list is given", want)
		}
		return
	}
	have, kind := listLength(given)
	pos := given.Position()
	switch {
	case kind == notList:
		l.warn("format", pos, desc("format_error", desc(parser.Chars("format arguments not a list"), parser.DescList{})), "format arguments not a list")
	case kind == unknownList || have == want:
	case have == 0:
		wrong(pos, ", but the argument list is empty", want)
	case want == 0:
		const empty = "the format string requires an empty argument list, but the argument list contains "
		l.warn("format", pos, desc("format_error", desc(parser.Chars(empty+"~s"), parser.DescList{pluralDesc(have)})),
			empty+"%s", plain(have))
	case have < want:
		wrong(pos, ", but the argument list contains only ~s", want, have)
	default:
		wrong(pos, ", but the argument list contains ~s", want, have)
	}
}

func plural(n int) []string {
	if n == 1 {
		return []string{"1 argument"}
	}
	return []string{itoa(n), " arguments"}
}

func pluralDesc(n int) any {
	if n == 1 {
		return parser.Chars("1 argument")
	}
	return parser.DescList{parser.Chars(itoa(n)), parser.Chars(" arguments")}
}

func formatText(e parser.Expr) ([]rune, bool) {
	switch e := e.(type) {
	case *parser.String:
		return e.Value, true
	case *parser.Atom:
		return []rune(e.Name), true
	}
	return nil, false
}

type listKind uint8

const (
	knownList listKind = iota
	unknownList
	notList
)

// listLength counts the elements of a list that stands in the source.
func listLength(e parser.Expr) (int, listKind) {
	n := 0
	for {
		switch x := e.(type) {
		case *parser.Cons:
			n++
			e = x.Tail
		case *parser.Nil:
			return n, knownList
		case *parser.String:
			return n + len(x.Value), knownList
		case *parser.Atom, *parser.Integer, *parser.Float, *parser.Char:
			return 0, notList
		default:
			return 0, unknownList
		}
	}
}

// formatArgs counts the arguments that a format string takes; problem says
// what is wrong with it.
func formatArgs(s []rune) (n int, problem string) {
	kinds, problem := FormatArgs(s)
	return len(kinds), problem
}

// FormatArgs gives the kinds of arguments that a format string takes, as
// erl_lint:check_format_string/1 names them; problem says what is wrong with it.
func FormatArgs(s []rune) (kinds []string, problem string) {
	for i := 0; i < len(s); {
		if s[i] != '~' {
			i++
			continue
		}
		i++
		more := func() bool { return i < len(s) }
		number := func() {
			if more() && s[i] == '*' {
				kinds = append(kinds, "int")
				i++
				return
			}
			for more() && s[i] >= '0' && s[i] <= '9' {
				i++
			}
		}
		if i+1 < len(s) && s[i] == '-' && (s[i+1] == '*' || s[i+1] >= '0' && s[i+1] <= '9') {
			i++
		}
		number()
		if more() && s[i] == '.' {
			i++
			number()
			if more() && s[i] == '.' {
				i++
				if more() && s[i] == '*' {
					kinds = append(kinds, "int")
				}
				i++
			}
		}
		mods := ""
		for more() && strings.ContainsRune("tlkK", s[i]) {
			if s[i] == 'K' {
				kinds = append(kinds, "term")
			}
			mods += string(s[i])
			i++
		}
		if !more() {
			return nil, "truncated"
		}
		c := s[i]
		i++
		taken, ok := controlArgs(c)
		switch {
		case !ok && mods != "":
			return nil, "invalid modifier/control combination ~" + mods + string(c)
		case !ok:
			return nil, "invalid control ~" + string(c)
		case !fitMods(mods, c):
			return nil, "invalid modifier/control combination ~" + mods + string(c)
		}
		kinds = append(kinds, taken...)
	}
	return kinds, ""
}

func controlArgs(c rune) ([]string, bool) {
	switch c {
	case '~', 'n':
		return nil, true
	case 'c', 'B', 'b', '#', '+':
		return []string{"int"}, true
	case 'f', 'e', 'g':
		return []string{"float"}, true
	case 's':
		return []string{"string"}, true
	case 'w', 'p', 'i':
		return []string{"term"}, true
	case 'W', 'P':
		return []string{"term", "int"}, true
	case 'X', 'x':
		return []string{"int", "string"}, true
	}
	return nil, false
}

func fitMods(mods string, c rune) bool {
	for _, m := range mods {
		fit := "cspPwW"
		switch m {
		case 'l':
			fit = "pP"
		case 'k', 'K':
			fit = "pPwW"
		}
		if !strings.ContainsRune(fit, c) {
			return false
		}
	}
	return true
}

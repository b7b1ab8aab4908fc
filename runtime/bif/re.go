package bif

import (
	"errors"
	"slices"

	"ersh/runtime/re"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// reBIFs is what module re has in Go; replace and split are Erlang above it.
// A compiled pattern is {re_pattern, Groups, Unicode, UsesCRLF, Ref}, where Ref
// stands for the program.
var reBIFs = []vm.BIF{
	{Module: "re", Name: "compile", Arity: 1, Fn: reCompile},
	{Module: "re", Name: "compile", Arity: 2, Fn: reCompile},
	{Module: "re", Name: "run", Arity: 2, Fn: reRun},
	{Module: "re", Name: "run", Arity: 3, Fn: reRun},
	{Module: "re", Name: "inspect", Arity: 2, Fn: reInspect},
	{Module: "re", Name: "version", Arity: 0, Fn: func(*vm.Process, []term.Term) (term.Term, error) {
		return term.BinaryString("10.47 2025-10-21"), nil
	}},
}

var (
	aRePattern = term.A("re_pattern")
	aMatch     = term.A("match")
	aNamelist  = term.A("namelist")
	aList      = term.A("list")
	aBinaryFmt = term.A("binary")
	aAll       = term.A("all")
	aAllNames  = term.A("all_names")
	aAllButFst = term.A("all_but_first")
	aFirstSub  = term.A("first")
	aNoneSub   = term.A("none")
)

// reBadOption makes the explanation speak of the options.
var reBadOption = vm.BadargCause(term.A("badopt"))

// reOptions are the options of compile and run together.
type reOptions struct {
	re.Options
	match        re.MatchOptions
	global       bool
	reportErrors bool
	capture      term.Term // all, first, ..., or a list of groups
	captureAs    term.Term // index, list, binary
	newline      *re.Newline
	compiling    bool // an option that only compile takes was given
	export       bool
}

var reNewlines = map[string]re.Newline{
	"cr": re.NewlineCR, "lf": re.NewlineLF, "crlf": re.NewlineCRLF, "any": re.NewlineAny, "anycrlf": re.NewlineAnyCRLF,
	"nul": re.NewlineNUL,
}

// readREOptions reads an option list; ok is false for a bad one.
func readREOptions(t term.Term, run bool) (o reOptions, ok bool) {
	opts, proper := term.Slice(t)
	if !proper {
		return o, false
	}
	o.capture, o.captureAs = aAll, aIndex
	for _, opt := range opts {
		switch opt := opt.(type) {
		case term.Atom:
			if run && o.runOption(opt.Name()) {
				continue
			}
			if !o.compileOption(opt.Name()) {
				return o, false
			}
		case *term.Tuple:
			if !o.tupleOption(opt, run) {
				return o, false
			}
		default:
			return o, false
		}
	}
	return o, true
}

func (o *reOptions) runOption(name string) bool {
	switch name {
	case "global":
		o.global = true
	case "notbol":
		o.match.NotBOL = true
	case "noteol":
		o.match.NotEOL = true
	case "notempty":
		o.match.NotEmpty = true
	case "notempty_atstart":
		o.match.NotEmptyAtStart = true
	case "report_errors":
		o.reportErrors = true
	case "anchored":
		o.match.Anchored = true
	default:
		return false
	}
	return true
}

func (o *reOptions) compileOption(name string) bool {
	switch name {
	case "unicode":
		o.UTF = true
	case "anchored":
		o.Anchored = true
		return true
	case "caseless":
		o.Caseless = true
	case "dollar_endonly":
		o.DollarEnd = true
	case "dotall":
		o.DotAll = true
	case "extended":
		o.Extended = true
	case "firstline":
		o.FirstLine = true
	case "multiline":
		o.Multiline = true
	case "no_auto_capture":
		o.NoAutoCap = true
	case "dupnames":
		o.DupNames = true
	case "ungreedy":
		o.Ungreedy = true
	case "ucp":
		o.UCP = true
	case "never_utf":
		o.NeverUTF = true
	case "no_start_optimize":
		o.NoStartOptim = true
	case "bsr_anycrlf":
		o.BsrAnyCRLF = true
		return true
	case "bsr_unicode":
		o.BsrAnyCRLF = false
		return true
	case "export":
		o.export = true
	default:
		return false
	}
	o.compiling = true
	return true
}

func (o *reOptions) tupleOption(t *term.Tuple, run bool) bool {
	name, isAtom := t.Elems[0].(term.Atom)
	if !isAtom || t.Len() < 2 {
		return false
	}
	switch name.Name() {
	case "newline":
		a, isAtom := t.Elems[1].(term.Atom)
		nl, known := re.NewlineLF, false
		if isAtom {
			nl, known = reNewlines[a.Name()]
		}
		o.Newline, o.newline = nl, &nl
		return known && t.Len() == 2
	case "offset":
		n, isInt := term.ToInt64(t.Elems[1])
		o.match.Offset = int(n)
		return run && isInt && n >= 0 && t.Len() == 2
	case "match_limit", "match_limit_recursion":
		n, isInt := term.ToInt64(t.Elems[1])
		if name.Name() == "match_limit" {
			o.match.Limit = int(max(n, 1))
		} else {
			o.match.Depth = int(max(n, 1))
		}
		return run && isInt && n >= 0 && t.Len() == 2
	case "capture":
		o.capture, o.captureAs = t.Elems[1], aIndex
		if t.Len() == 3 {
			o.captureAs = t.Elems[2]
			if o.captureAs != term.Term(aIndex) && o.captureAs != term.Term(aList) && o.captureAs != term.Term(aBinaryFmt) {
				return false
			}
		}
		return run && t.Len() <= 3
	}
	return false
}

// reText gives a pattern or subject as bytes.
func reText(p *vm.Process, t term.Term, unicode bool) ([]byte, error) {
	var v term.Term
	var err error
	if unicode {
		v, err = charactersToBinary(p, []term.Term{t})
	} else {
		v, err = iolistToBinary(p, []term.Term{t})
	}
	if err != nil {
		return nil, vm.Badarg
	}
	b, ok := term.ToBytes(v)
	if !ok {
		return nil, vm.Badarg
	}
	return b, nil
}

func reCompile(p *vm.Process, args []term.Term) (term.Term, error) {
	opts := term.EmptyList
	if len(args) == 2 {
		opts = args[1]
	}
	o, ok := readREOptions(opts, false)
	if !ok {
		return nil, reBadOption
	}
	src, err := reText(p, args[0], o.UTF)
	if err != nil {
		return nil, err
	}
	r, err := re.Compile(src, o.Options)
	if err != nil {
		return term.T(term.ErrorAtom, reError(err)), nil
	}
	if o.export {
		// Who imports it compiles the source again: there is no code that others
		// could take.
		return term.T(term.Ok, term.T(aReExported, term.BinaryString("re-PCRE2"), term.Binary(src), opts, term.Binary(nil))), nil
	}
	ref := p.VM().MakeRef()
	ref.Resource = r
	crlf := term.Small(0)
	switch r.Newline() {
	case re.NewlineCRLF, re.NewlineAny, re.NewlineAnyCRLF:
		crlf = term.Small(1)
	}
	unicode := term.Small(0)
	if r.UTF() {
		unicode = term.Small(1)
	}
	return term.T(term.Ok, term.T(aRePattern, term.Small(int64(r.Groups())), unicode, crlf, ref)), nil
}

var aReExported = term.A("re_exported_pattern")

func reError(err error) term.Term {
	var e *re.Error
	if !errors.As(err, &e) {
		return term.String(err.Error())
	}
	return term.T(term.String(e.Text), term.Small(int64(e.Offset)))
}

// rePattern gives the program of a compiled pattern.
func rePattern(t term.Term) (*re.Regexp, bool) {
	tuple, ok := t.(*term.Tuple)
	if !ok || tuple.Len() != 5 || tuple.Elems[0] != term.Term(aRePattern) {
		return nil, false
	}
	ref, ok := tuple.Elems[4].(*term.Ref)
	if !ok {
		return nil, false
	}
	r, ok := ref.Resource.(*re.Regexp)
	return r, ok
}

// A search over more than this many bytes does not take a process's turn.
const reLongSubject = 1 << 14

func reRun(p *vm.Process, args []term.Term) (term.Term, error) {
	opts := term.EmptyList
	if len(args) == 3 {
		opts = args[2]
	}
	o, ok := readREOptions(opts, true)
	if !ok {
		return nil, reBadOption
	}
	r, compiled := rePattern(args[1])
	if compiled {
		if o.compiling {
			return nil, reBadOption
		}
	} else {
		src, err := reText(p, args[1], o.UTF)
		if err != nil {
			return nil, err
		}
		if r, err = re.Compile(src, o.Options); err != nil {
			if o.reportErrors {
				return term.T(term.ErrorAtom, term.T(term.A("compile"), reError(err))), nil
			}
			return nil, vm.Badarg
		}
	}
	subject, err := reText(p, args[0], r.UTF())
	if err != nil {
		return nil, err
	}
	if o.match.Offset > len(subject) {
		return nil, vm.Badarg
	}
	picks, ok := rePicks(r, o.capture)
	if !ok {
		return nil, vm.Badarg
	}
	o.match.Newline = o.newline
	search := func() (term.Term, error) { return reSearch(r, subject, &o, picks) }
	if len(subject) > reLongSubject {
		return nil, p.Async(search)
	}
	charge(p, len(subject)/16+20)
	return search()
}

// rePicks says which groups the capture option asks for. A nil result means
// all up to the last that took part; an empty one, none.
func rePicks(r *re.Regexp, capture term.Term) ([]int, bool) {
	switch capture {
	case term.Term(aAll):
		return nil, true
	case term.Term(aAllButFst):
		picks := []int{-1} // the mark of all but the first
		return picks, true
	case term.Term(aFirstSub):
		return []int{0}, true
	case term.Term(aNoneSub):
		return []int{}, true
	case term.Term(aAllNames):
		picks := []int{}
		last := ""
		for _, n := range r.Names() {
			if n.Name != last {
				picks = append(picks, n.Index)
			}
			last = n.Name
		}
		return picks, true
	}
	ids, ok := term.Slice(capture)
	if !ok {
		return nil, false
	}
	picks := []int{}
	for _, id := range ids {
		switch id := id.(type) {
		case term.Int:
			n := int(id.Value())
			if n < 0 {
				return nil, false
			}
			picks = append(picks, n)
		default:
			name := ""
			if a, ok := id.(term.Atom); ok {
				name = a.Name()
			} else if b, ok := term.ToBytes(id); ok {
				name = string(b)
			} else if s, ok := term.GoString(id); ok {
				name = s
			} else {
				return nil, false
			}
			i := slices.IndexFunc(r.Names(), func(n re.Name) bool { return n.Name == name })
			if i < 0 {
				picks = append(picks, r.Groups()+1) // as a group that took no part
			} else {
				picks = append(picks, r.Names()[i].Index)
			}
		}
	}
	return picks, true
}

func reSearch(r *re.Regexp, subject []byte, o *reOptions, picks []int) (term.Term, error) {
	if !o.global {
		caps, err := r.Match(subject, o.match)
		if err != nil {
			return reGivenUp(err, o), nil
		}
		if caps == nil {
			return aNomatch, nil
		}
		if o.capture == term.Term(aNoneSub) {
			return aMatch, nil
		}
		return term.T(aMatch, reCaptured(subject, caps, picks, o, r.UTF())), nil
	}
	var all []term.Term
	m := o.match
	for m.Offset <= len(subject) {
		caps, err := r.Match(subject, m)
		if err != nil {
			return reGivenUp(err, o), nil
		}
		if caps == nil {
			if !m.NotEmptyAtStart || m.NotEmptyAtStart == o.match.NotEmptyAtStart {
				break
			}
			// Nothing but the empty match here: one character on.
			m.Offset += reStep(r, subject, m.Offset)
			m.NotEmptyAtStart, m.Anchored = o.match.NotEmptyAtStart, o.match.Anchored
			continue
		}
		all = append(all, reCaptured(subject, caps, picks, o, r.UTF()))
		m.NotEmptyAtStart, m.Anchored = o.match.NotEmptyAtStart, o.match.Anchored
		if caps[1] == caps[0] {
			// Perl looks at the same place for a match that is not empty.
			m.NotEmptyAtStart, m.Anchored = true, true
		}
		m.Offset = max(caps[1], m.Offset)
	}
	if all == nil {
		return aNomatch, nil
	}
	if o.capture == term.Term(aNoneSub) {
		return aMatch, nil
	}
	return term.T(aMatch, term.List(all...)), nil
}

// reStep is the length of the character, or the CRLF, at an offset.
func reStep(r *re.Regexp, subject []byte, at int) int {
	n := 1
	if at+1 < len(subject) && subject[at] == '\r' && subject[at+1] == '\n' && r.Newline() >= re.NewlineCRLF {
		return 2
	}
	for r.UTF() && at+n < len(subject) && subject[at+n]&0xC0 == 0x80 {
		n++
	}
	return n
}

func reGivenUp(err error, o *reOptions) term.Term {
	if !o.reportErrors {
		return aNomatch
	}
	return term.T(term.ErrorAtom, term.A(err.Error()))
}

func reCaptured(subject []byte, caps, picks []int, o *reOptions, utf bool) term.Term {
	groups := len(caps) / 2
	if picks == nil || len(picks) == 1 && picks[0] == -1 {
		from := 0
		if picks != nil {
			from = 1
		}
		last := groups - 1
		for last > 0 && caps[2*last] < 0 {
			last--
		}
		picks = nil
		for i := from; i <= last; i++ {
			picks = append(picks, i)
		}
	}
	out := make([]term.Term, len(picks))
	for i, g := range picks {
		from, to := -1, -1
		if g < groups {
			from, to = caps[2*g], caps[2*g+1]
		}
		switch {
		case o.captureAs == term.Term(aIndex) && from < 0:
			out[i] = term.T(term.Small(-1), term.Small(0))
		case o.captureAs == term.Term(aIndex):
			out[i] = term.T(term.Small(int64(from)), term.Small(int64(to-from)))
		case o.captureAs == term.Term(aBinaryFmt):
			b := []byte{}
			if from >= 0 {
				b = slices.Clone(subject[from:to])
			}
			out[i] = term.Binary(b)
		case from < 0:
			out[i] = term.EmptyList
		case utf:
			out[i] = term.String(string(subject[from:to]))
		default:
			out[i] = term.ByteList(subject[from:to])
		}
	}
	return term.List(out...)
}

func reInspect(_ *vm.Process, args []term.Term) (term.Term, error) {
	r, ok := rePattern(args[0])
	if !ok || args[1] != term.Term(aNamelist) {
		return nil, vm.Badarg
	}
	var names []term.Term
	last := ""
	for _, n := range r.Names() {
		if n.Name != last {
			names = append(names, term.BinaryString(n.Name))
		}
		last = n.Name
	}
	return term.T(aNamelist, term.List(names...)), nil
}

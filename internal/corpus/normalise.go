package main

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed testdata/otp_modules.txt
var otpModuleList string

// otpModules are the modules that belong to OTP itself: line numbers inside
// them differ from release to release and are dropped.
var otpModules = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(otpModuleList) {
		m[name] = true
	}
	return m
}()

var (
	firstPrompt = regexp.MustCompile(`(?m)^(?:\([^)\n]*\))?1> `)
	banner      = regexp.MustCompile(`(?m)^(Erlang/OTP \d.*|Eshell V\d.*)$`)

	plainRules = []struct {
		re *regexp.Regexp
		to string
	}{
		{regexp.MustCompile(`\*\*\* Terminating erlang \([^)]*\)[ \t]*\n?`), ""},
		{regexp.MustCompile(`Command is taking a long time, type Ctrl\+G, then enter .i. to interrupt\n`), ""},
		{regexp.MustCompile(`<\d+\.\d+\.\d+>`), "<0.N.0>"},
		{regexp.MustCompile(`#Ref<[\d.]+>`), "#Ref<N>"},
		{regexp.MustCompile(`#Port<[\d.]+>`), "#Port<N>"},
		{regexp.MustCompile(`#Fun<erl_eval\.[\d.]+>`), "#Fun<erl_eval>"},
		{regexp.MustCompile(`#Fun<((?:'[^'\n]*'|[\w@]+))\.(-?\d+)\.\d+>`), "#Fun<$1.$2>"},
		{regexp.MustCompile(`(=[A-Z]+ [A-Z]+====) \d+-[A-Z][a-z]{2}-\d{4}::\d\d:\d\d:\d\d(?:\.\d+)? ===`), "$1 TS ==="},
		{regexp.MustCompile(`\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{6}(?:[+-]\d\d:\d\d|Z)?`), "TS"},
		{regexp.MustCompile(`(?m)^( +(?:heap_size|stack_size|reductions): )\d+$`), "${1}N"},
	}

	// lineRules: the second group is the module; the third what follows the number.
	lineRules = []struct {
		re             *regexp.Regexp
		prefix, suffix string // around the N that takes the number's place
	}{
		{regexp.MustCompile(`\(((?:[^()\s]*/)?([\w@]+)\.erl), line \d+\)`), ", line ", ")"},
		{regexp.MustCompile(`\(((?:[^()\s]*/)?([\w@]+)\.erl):\d+\)`), ":", ")"},
	}
	lineTuple = regexp.MustCompile(`(\{file,\s*"(?:[^"\n]*/)?([\w@]+)\.erl"\},\s*\{line,\s*)\d+(\})`)
)

// normalise removes from a shell's output what differs from run to run: pids,
// references, dates, the folders of the run, line numbers in OTP's modules.
func normalise(text, cwd, home string) string {
	t := strings.ReplaceAll(text, "\r\n", "\n")
	t = strings.ReplaceAll(t, cwd, "<CWD>")
	t = strings.ReplaceAll(t, home, "<HOME>")
	head, rest := t, ""
	if m := firstPrompt.FindStringIndex(t); m != nil {
		head, rest = t[:m[0]], t[m[0]:]
	}
	head = banner.ReplaceAllString(head, "")
	if strings.TrimSpace(head) == "" {
		head = strings.TrimLeft(head, "\n")
	} else {
		head = strings.Trim(head, "\n") + "\n"
	}
	t = head + rest
	for _, r := range plainRules {
		t = r.re.ReplaceAllString(t, r.to)
	}
	for _, r := range lineRules {
		t = replaceLines(r.re, t, func(m []string) string { return "(" + m[1] + r.prefix + "N" + r.suffix })
	}
	t = replaceLines(lineTuple, t, func(m []string) string { return m[1] + "N" + m[3] })
	return strings.TrimRight(t, "\n") + "\n"
}

func replaceLines(re *regexp.Regexp, t string, with func(m []string) string) string {
	return re.ReplaceAllStringFunc(t, func(s string) string {
		m := re.FindStringSubmatch(s)
		if !otpModules[m[2]] {
			return s
		}
		return with(m)
	})
}

// A key names a chunk of output: the k-th prompt with that number.
type key struct{ number, k int }

type chunk struct {
	key
	text string
}

var prompt = regexp.MustCompile(`(?m)^((?:\([^)\s]*\))?(\d+)> )`)

// chunks splits a normalised output at its prompts. Continuation prompts
// ("7> 7> ...") carry no text of their own and are folded into one; the last
// prompt, at the end of input, is left out.
func chunks(text string) []chunk {
	type mark struct {
		start, end int
		number     string
	}
	var marks []mark
	for _, m := range prompt.FindAllStringSubmatchIndex(text, -1) {
		number := text[m[4]:m[5]]
		end := m[3]
		for {
			n := continuation(text[end:], number)
			if n == 0 {
				break
			}
			end += n
		}
		marks = append(marks, mark{m[0], end, number})
	}
	var out []chunk
	pre := text
	if len(marks) > 0 {
		pre = text[:marks[0].start]
	}
	if strings.TrimSpace(pre) != "" {
		out = append(out, chunk{key{}, strings.TrimRight(pre, "\n")})
	}
	seen := map[int]int{}
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1].start
		}
		body := strings.TrimRight(text[m.end:end], "\n")
		if i+1 == len(marks) && strings.TrimSpace(body) == "" {
			break
		}
		n := 0
		for _, c := range m.number {
			n = n*10 + int(c-'0')
		}
		out = append(out, chunk{key{n, seen[n]}, body})
		seen[n]++
	}
	return out
}

// continuation is the length of a further prompt with the same number at the
// beginning of s, or 0.
func continuation(s, number string) int {
	n := 0
	if strings.HasPrefix(s, "(") {
		i := strings.IndexAny(s, ") \n")
		if i < 0 || s[i] != ')' {
			return 0
		}
		n = i + 1
	}
	if strings.HasPrefix(s[n:], number+"> ") {
		return n + len(number) + 2
	}
	return 0
}

package repl

import (
	"regexp"
	"strings"
)

// shapes are replaced on both sides before outputs are compared: what differs
// from run to run is compared by its shape.
var shapes = []struct {
	re *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`<[0-9]+\.[0-9]+\.[0-9]+>`), "<PID>"},
	{regexp.MustCompile(`#Ref<[0-9.]+>`), "#Ref<>"},
	{regexp.MustCompile(`#Port<[0-9.]+>`), "#Port<>"},
	{regexp.MustCompile(`#Fun<([^<>]*?)\.[0-9.]+>`), "#Fun<$1>"},
	{regexp.MustCompile(`\(([^()]+\.erl), line ([0-9]+)\)`), "($1:$2)"}, // as older releases say it
	{regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([+-][0-9]{2}:[0-9]{2}|Z)?`), "DATE"},
	{regexp.MustCompile(`[0-9]{1,2}-[A-Z][a-z]{2}-[0-9]{4}::[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?`), "DATE"},
	{regexp.MustCompile(`\{\{(19|20)[0-9]{2},[0-9]{1,2},[0-9]{1,2}\},\{[0-9]{1,2},[0-9]{1,2},[0-9]{1,2}\}\}`), "DATE"},
}

// byShape gives lines as they are compared; host is this machine's name,
// which transcripts call HOST.
func byShape(lines []string, host string) []string {
	var quotedHost *regexp.Regexp
	if host != "" {
		quotedHost = regexp.MustCompile(`'([a-z][A-Za-z0-9_]*@)` + regexp.QuoteMeta(host) + `'`)
	}
	out := make([]string, 0, len(lines))
	for _, line := range lines {
		line = strings.TrimRight(line, " \t\r")
		if quotedHost != nil {
			line = quotedHost.ReplaceAllString(line, "${1}HOST")
			line = strings.ReplaceAll(line, "@"+host, "@HOST")
		}
		for _, s := range shapes {
			line = s.re.ReplaceAllString(line, s.to)
		}
		out = append(out, line)
	}
	return trimBlank(out)
}

// matches compares lines that were printed with those expected, in which a
// line of three dots stands for any lines.
func matches(want, got []string) bool {
	for i, w := range want {
		if strings.TrimSpace(w) == "..." {
			for skip := i; skip <= len(got); skip++ {
				if matches(want[i+1:], got[skip:]) {
					return true
				}
			}
			return false
		}
		if i >= len(got) || w != got[i] {
			return false
		}
	}
	return len(want) == len(got)
}

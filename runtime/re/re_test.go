package re

import (
	"fmt"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct{ pattern, subject, want string }{
		{"l+", "hello", "[2 4]"},
		{"x", "hello", "[]"},
		{"(a)?(x)", "x", "[0 1 -1 -1 0 1]"},
		{"(a+)+$", "aaa!", "[]"},
		{"a.b", "a\nb", "[]"},
		{"(?s)a.b", "a\nb", "[0 3]"},
		{"(?m)^b", "a\nb", "[2 3]"},
		{"foo(?=bar)", "foobar", "[0 3]"},
		{"(?<=foo)bar", "foobar", "[3 6]"},
		{"(?<!foo)bar", "foobar", "[]"},
		{"(\\w)\\1", "abccd", "[2 4 2 3]"},
		{"(?i)HeLLo", "say hello", "[4 9]"},
		{"a{2}", "aaa", "[0 2]"},
		{"a{2,}?", "aaa", "[0 2]"},
		{"a{,3}", "aaaa", "[0 3]"},
		{"(a|ab)(c|bcd)(d*)", "abcd", "[0 4 0 1 1 4 4 4]"},
		{"\\((?:[^()]|(?R))*\\)", "x(a(b)c)y", "[1 8]"},
		{"(?>a+)ab", "aaab", "[]"},
		{"a++b", "aaab", "[0 4]"},
		{"(a*)*", "aaa", "[0 3 3 3]"},
		{"(?|(a)|(b))c", "bc", "[0 2 0 1]"},
		{"(?<n>x)\\k<n>", "xx", "[0 2 0 1]"},
		{"(a)?(?(1)b|c)", "ab", "[0 2 0 1]"},
		{"^(?:(a)|b)(?(1)c|d)$", "bd", "[0 2 -1 -1]"},
		{"\\bfoo\\b", "a foo b", "[2 5]"},
		{"\\Qa.b\\E+", "a.bbb", "[0 5]"},
		{"[[:alpha:]]+", "12ab3", "[2 4]"},
		{"[^a-c]+", "abcdef", "[3 6]"},
		{"foo\\Kbar", "foobar", "[3 6]"},
		{"\\R", "a\r\n", "[1 3]"},
		{"(*FAIL)|a", "a", "[0 1]"},
		{"", "abc", "[0 0]"},
		{"a$", "a\n", "[0 1]"},
		{"a\\z", "a\n", "[]"},
		{"(\\d+)-(\\d+)", "2024-01", "[0 7 0 4 5 7]"},
		{"((a)|b)+", "ab", "[0 2 1 2 0 1]"},
	} {
		r, err := Compile([]byte(c.pattern), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		got, err := r.Match([]byte(c.subject), MatchOptions{})
		if fmt.Sprint(got) != c.want || err != nil {
			t.Errorf("%s on %q: got %v %v, want %s", c.pattern, c.subject, got, err, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		pattern string
		want    string
	}{
		{"(", "missing closing parenthesis at offset 1"},
		{"a)", "unmatched closing parenthesis at offset 2"},
		{"[a", "missing terminating ] for character class at offset 2"},
		{"*a", "quantifier does not follow a repeatable item at offset 1"},
		{"a{2,1}", "numbers out of order in {} quantifier at offset 5"},
		{"(?<n>a)(?<n>b)", "two named subpatterns have the same name (PCRE2_DUPNAMES not set) at offset 12"},
		{"\\1", "reference to non-existent subpattern at offset 2"},
		{"(?<=a*)b", "length of lookbehind assertion is not limited at offset 0"},
		{"[b-a]", "range out of order in character class at offset 4"},
		{"(?z)", "unrecognized character after (? or (?- at offset 3"},
		{"[[:foo:]]", "unknown POSIX class name at offset 8"},
		{"(?P<n", "syntax error in subpattern name (missing terminator?) at offset 5"},
		{"\\g{5}", "reference to non-existent subpattern at offset 5"},
		{"(?&x)", "reference to non-existent subpattern at offset 3"},
		{"(?(1)a|b|c)(x)", "conditional subpattern contains more than two branches at offset 0"},
		{"\\c", "\\c at end of pattern at offset 2"},
		{"\\x{100}", "character code point value in \\x{} or \\o{} is too large at offset 6"},
		{"(*FOO)a", "(*VERB) not recognized or malformed at offset 5"},
		{"(?", "missing closing parenthesis at offset 2"},
		{"(?<1a>b)", "subpattern name must start with a non-digit at offset 4"},
		{"\\8", "reference to non-existent subpattern at offset 2"},
		{"a**", "quantifier does not follow a repeatable item at offset 3"},
	} {
		_, err := Compile([]byte(c.pattern), Options{})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.pattern, err, c.want)
		}
	}
}

func TestLimit(t *testing.T) {
	r, err := Compile([]byte("(a+)+$"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Match([]byte("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"), MatchOptions{}); err != ErrLimit {
		t.Errorf("got %v", err)
	}
}

func FuzzMatch(f *testing.F) {
	for _, p := range []string{"(a|b)*c", "\\w+(?=x)", "(?<n>a)\\k<n>", "[^\\d[:alpha:]]{2,3}?", "(?(1)a|b)(c)", "(?R)?x"} {
		f.Add([]byte(p), []byte("abcabc xx 12"), true)
	}
	f.Fuzz(func(t *testing.T, pattern, subject []byte, utf bool) {
		r, err := Compile(pattern, Options{UTF: utf})
		if err != nil || len(subject) > 1000 {
			return
		}
		caps, err := r.Match(subject, MatchOptions{Limit: 10000, Depth: 100})
		if err != nil || caps == nil {
			return
		}
		for i := 0; i < len(caps); i += 2 {
			if caps[i] >= 0 && caps[i+1] > len(subject) {
				t.Errorf("%q on %q: %v", pattern, subject, caps)
			}
		}
	})
}

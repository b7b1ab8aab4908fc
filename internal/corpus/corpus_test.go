package main

import (
	_ "embed"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	// What the program under test is made of: a result is not kept when it changes.
	_ "ersh/repl"
)

// floor.txt says of each category how many expressions agree with the newest
// release. A change that agrees more often raises it:
//
//	ERSH_UPDATE=1 go test ./internal/corpus
//
//go:embed testdata/floor.txt
var floorText string

func floors(t *testing.T) map[string]int {
	m := map[string]int{}
	for line := range strings.Lines(floorText) {
		var name string
		var agree int
		if _, err := fmt.Sscan(line, &name, &agree); err != nil {
			t.Fatalf("floor.txt: %q: %v", line, err)
		}
		m[name] = agree
	}
	return m
}

func TestScoreDoesNotFall(t *testing.T) {
	if testing.Short() {
		t.Skip("types all sessions")
	}
	sessions, err := load("", true)
	if err != nil {
		t.Fatal(err)
	}
	ersh, err := build(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	results := runAll(shell{argv: []string{ersh}, timeout: time.Minute}, sessions, 2)
	for _, r := range results {
		if r.err != nil {
			t.Fatalf("%s: %v", r.name, r.err)
		}
	}
	byCategory := tallies(results)
	if os.Getenv("ERSH_UPDATE") != "" {
		var lines []string
		for name, c := range byCategory {
			lines = append(lines, fmt.Sprintf("%s %d\n", name, c.agree))
		}
		sort.Strings(lines)
		if err := os.WriteFile("testdata/floor.txt", []byte(strings.Join(lines, "")), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for name, floor := range floors(t) {
		c := byCategory[name]
		if c == nil {
			t.Errorf("%s: no such category", name)
			continue
		}
		if c.agree >= floor {
			continue
		}
		t.Errorf("%s: %d of %d expressions agree with erl, %d before", name, c.agree, c.expressions, floor)
		for _, r := range results {
			for _, d := range r.differences {
				if strings.HasPrefix(r.name, name+"/") {
					t.Logf("%s prompt %d\n want %s\n got  %s", r.name, d.number, d.want, d.got)
				}
			}
		}
	}
}

func TestNormalise(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"1> self().\n", "1> self().\n"},
		{"Erlang/OTP 29 [erts-17.1]\n\nEshell V17.1 (press)\n1> <0.81.0>\n", "1> <0.N.0>\n"},
		{"1> #Ref<0.1.2.3> #Port<0.5>\n\n", "1> #Ref<N> #Port<N>\n"},
		{"1> #Fun<erl_eval.42.39164016> #Fun<m.1.77>\n", "1> #Fun<erl_eval> #Fun<m.1>\n"},
		{"1> (lists.erl:1559) (mine.erl:4)\n", "1> (lists.erl:N) (mine.erl:4)\n"},
		{`1> [{file,"lists.erl"},{line,3}]` + "\n", `1> [{file,"lists.erl"},{line,N}]` + "\n"},
		{"1> \"/tmp/ec1/w\"\n", "1> \"<CWD>\"\n"},
		{"=ERROR REPORT==== 3-Nov-2026::10:11:12.123456 ===\n", "=ERROR REPORT==== TS ===\n"},
	} {
		if got := normalise(c.in, "/tmp/ec1/w", "/tmp/ec1/h"); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestChunks(t *testing.T) {
	got := chunks("1> a\n2> 2> 2> b\nc\n2> d\n(x@h)3> (x@h)3> e\n4> \n")
	want := []chunk{{key{1, 0}, "a"}, {key{2, 0}, "b\nc"}, {key{2, 1}, "d"}, {key{3, 0}, "e"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The stored output of a release agrees with itself in full.
func TestCompareStored(t *testing.T) {
	sessions, err := load("", false)
	if err != nil {
		t.Fatal(err)
	}
	if len(sessions) < 90 {
		t.Fatalf("only %d sessions", len(sessions))
	}
	for _, s := range sessions {
		if r := s.compare(s.expected[0].text); r.agree != r.total || len(r.differences) > 0 {
			t.Errorf("%s: %d of %d", s.name, r.agree, r.total)
		}
		if r := s.compare("1> nothing like it\n"); r.agree == r.total {
			t.Errorf("%s: other output agrees", s.name)
		}
	}
}

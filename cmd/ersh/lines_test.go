package main

import (
	"context"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"ersh/internal/otp"
)

// failing are expressions that fail in the library's Erlang code.
const failing = `lists:map(fun(X) -> X + a end, [1]).
lists:foreach(fun(X) -> X + a end, [1]).
lists:foldl(fun(X, A) -> X + a end, 0, [1]).
lists:filter(fun(X) -> X + a end, [1]).
lists:nth(3, [1]).
lists:sum([a]).
lists:last([]).
lists:zip([1], []).
dict:fetch(a, dict:new()).
gen_server:call(foo, x).
gen_server:call(foo, x, 10).
gen_statem:call(foo, x).
gen_event:notify(foo, x).
sys:get_state(foo).
string:to_upper(a).
string:split(a, b).
timer:sleep(a).
proplists:get_value(a, b).
queue:get(queue:new()).
array:get(-1, array:new()).
gb_trees:get(a, gb_trees:empty()).
orddict:fetch(a, []).
supervisor:start_child(foo, x).
supervisor:which_children(foo).
maps:map(fun(_, _) -> 1 end, []).
maps:fold(fun(_, _, _) -> 1 end, 0, []).
calendar:last_day_of_the_month(2023, 13).
rand:seed(foo).
uri_string:parse(foo).
catch lists:map(fun(X) -> X + a end, [1]).
catch xxx().
try lists:foldr(fun(X, _) -> error(X) end, 0, [1]) catch error:_:S -> S end.
`

// session has a shell, erl's or ours, read commands, and gives all that it prints
// after the banner.
func session(t *testing.T, cmd *exec.Cmd, commands string) string {
	t.Helper()
	cmd.Stdin = strings.NewReader(commands)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, text, _ := strings.Cut(string(out), "Eshell")
	return text
}

// TestLinesAsErl compares stack traces through the library, lines included.
func TestLinesAsErl(t *testing.T) {
	release := otp.Need(t, 29)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	printed := func(cmd *exec.Cmd) string {
		return regexp.MustCompile(`<0\.\d+\.0>`).ReplaceAllString(session(t, cmd, failing), "<PID>")
	}
	want := strings.SplitAfter(printed(release.Command(ctx, "erl")), "\n")
	got := strings.SplitAfter(printed(exec.CommandContext(ctx, ersh)), "\n")
	for i := range max(len(want), len(got)) {
		w, g := "", ""
		if i < len(want) {
			w = want[i]
		}
		if i < len(got) {
			g = got[i]
		}
		if w != g {
			t.Fatalf("got  %q\nwant %q\nafter\n%s", g, w, strings.Join(want[:i], ""))
		}
	}
}

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"ersh/internal/otp"
)

// slaves start nodes that end with this one, and a pool of nodes. MASTER is
// this node's name before the host's.
const slaves = `{ok, H} = inet:gethostname(), ok.
Host = list_to_atom(H), N = list_to_atom("MASTERa@" ++ H), ok.
slave:start(Host, 'MASTERa') =:= {ok, N}.
nodes() =:= [N].
slave:start(Host, 'MASTERa') =:= {error, {already_running, N}}.
slave:start(Host) =:= {error, {already_running, node()}}.
rpc:call(N, erlang, node, []) =:= N.
Pid = spawn(N, fun() -> receive {From, What} -> From ! {What, node()} end end), ok.
Pid ! {self(), hello}, receive {hello, Where} -> Where =:= N end.
rpc:call(N, init, get_argument, [master]) =:= {ok, [[atom_to_list(node())]]}.
rpc:call(N, init, get_argument, [s]).
rpc:call(N, io, format, ["~w~n", [here]]).
rpc:call(N, io, format, [user, "~w~n", [there]]).
node(rpc:call(N, erlang, whereis, [user])) =:= N.
slave:stop(N).
(fun F(0) -> nodes(); F(I) -> case nodes() of [] -> []; _ -> timer:sleep(100), F(I - 1) end end)(50).
S = self(), P = spawn(fun() -> S ! slave:start_link(Host, 'MASTERb', "-foo bar"), receive stop -> ok end end), receive {ok, N2} -> ok end.
rpc:call(N2, init, get_argument, [foo]).
P ! stop, (fun F(0) -> nodes(); F(I) -> case nodes() of [] -> []; _ -> timer:sleep(100), F(I - 1) end end)(50).
pool:start('MASTERc').
pool:get_nodes() =:= [node()].
pool:attach(node()).
pool:get_node() =:= node().
is_pid(pool:pspawn(erlang, self, [])).
is_pid(pool:pspawn_link(erlang, self, [])).
pool:stop().
`

// TestSlavesAsErl has both shells start nodes.
func TestSlavesAsErl(t *testing.T) {
	release := otp.Need(t, 29)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	numbers := regexp.MustCompile(`<\d+\.\d+\.\d+>|\d\d-\w+-\d{4}::[0-9:.]+`)
	printed := func(cmd *exec.Cmd, master string) string {
		text := session(t, cmd, strings.ReplaceAll(slaves, "MASTER", master))
		return strings.ReplaceAll(numbers.ReplaceAllString(text, "<N>"), master, "MASTER")
	}
	name := func(s string) string { return fmt.Sprintf("%s%d", s, os.Getpid()) }
	want := printed(release.Command(ctx, "erl", "-sname", name("serl")), name("serl"))
	if got := printed(exec.CommandContext(ctx, ersh, "-sname", name("sersh")), name("sersh")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

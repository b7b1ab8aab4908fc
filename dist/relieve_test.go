package dist_test

import (
	"testing"

	"ersh/runtime/term"
)

const relieveSource = `-module(rl).
-export([order/2, slow/1, echo/0]).

%% order(Node, Bits): what answers first, a process in one long function or one that has
%% nothing to do.
order(Node, Bits) ->
    P = spawn(Node, ?MODULE, slow, [Bits]),
    E = spawn(Node, ?MODULE, echo, []),
    timer:sleep(100),
    P ! {go, self()},
    timer:sleep(20),
    E ! {go, self()},
    [receive {done, Who} -> Who end || _ <- [1, 2]].

slow(Bits) ->
    receive {go, From} -> byte_size(integer_to_binary(1 bsl Bits)), From ! {done, slow} end.
echo() ->
    receive {go, From} -> From ! {done, echo} end.
`

// TestRelieve: that the receiver of a message is for long in a function in Go
// keeps nobody else from what comes over the connection.
func TestRelieve(t *testing.T) {
	n, far := startNode(t, "relievenear"), startNode(t, "relievefar")
	n.load(t, "rl", relieveSource)
	far.load(t, "rl", relieveSource)
	for range 3 {
		if got := n.call(t, "rl", "order", term.A(far.name), term.Small(2_000_000)); got != "[echo,slow]" {
			t.Errorf("the answers come in the order %s", got)
		}
	}
	if got := n.call(t, "net_adm", "ping", term.A(far.name)); got != "pong" {
		t.Error(got)
	}
}

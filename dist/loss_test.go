package dist_test

import (
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/term"
)

const lossSource = `-module(la).
-export([sink/0, got/0, sends/3, disconnect/1]).

sink() -> register(la_sink, spawn(fun() -> loop([]) end)), ok.
loop(L) ->
    receive
        {got, From} -> From ! {got, L}, loop([]);
        N -> loop([N | L])
    end.
got() -> la_sink ! {got, self()}, receive {got, L} -> L after 5000 -> timeout end.

%% disconnect(Node): at the other side, a moment later, so that the answer to
%% the request is there.
disconnect(Node) -> timer:sleep(1), erlang:disconnect_node(Node).

%% sends(How, Node, N): as soon as the end of the connection is to be seen a
%% message is sent, N times; the messages.
sends(How, Node, N) ->
    lists:append([begin
         ping(Node),
         case seen(How, Node) of
             true -> {la_sink, Node} ! I, [I];
             false -> []
         end
     end || I <- lists:seq(1, N)]).

ping(Node) -> net_adm:ping(Node) =:= pong orelse ping(Node).

seen(monitor, Node) ->
    P = spawn(Node, timer, sleep, [infinity]),
    R = monitor(process, P),
    spawn(Node, ?MODULE, disconnect, [node()]),
    receive {'DOWN', R, process, P, noconnection} -> true end;
seen(link, Node) ->
    process_flag(trap_exit, true),
    P = spawn_link(Node, timer, sleep, [infinity]),
    spawn(Node, ?MODULE, disconnect, [node()]),
    receive {'EXIT', P, noconnection} -> true end;
seen(monitor_node, Node) ->
    monitor_node(Node, true),
    spawn(Node, ?MODULE, disconnect, [node()]),
    receive {nodedown, Node} -> true end;
seen(nodes, Node) ->
    spawn(Node, ?MODULE, disconnect, [node()]),
    gone(Node, erlang:monotonic_time(millisecond) + 200);
seen(disconnect, Node) ->
    erlang:disconnect_node(Node).

%% That the node is missing may be over before it is seen.
gone(Node, Until) ->
    case lists:member(Node, nodes()) of
        false -> true;
        true -> erlang:monotonic_time(millisecond) < Until andalso gone(Node, Until)
    end.
`

// TestSentAfterLoss: whoever has seen the end of a connection in any way, and
// sends in that instant, sends over the next one.
func TestSentAfterLoss(t *testing.T) {
	const rounds = 40
	n, own := startNode(t, "lossnear"), startNode(t, "lossfar")
	beam := n.load(t, "la", lossSource)
	own.load(t, "la", lossSource)
	own.call(t, "la", "sink")
	far := otp.Need(t, 29).StartPeer(t, "lossotp", nil, "-setcookie", "secret")
	if got := n.call(t, "rpc", "call", term.A(far.Name), term.A("code"), term.A("load_binary"),
		term.List(term.A("la"), term.String("la.erl"), term.Binary(beam))); got != "{module,la}" {
		t.Fatal(got)
	}
	far.Eval(t, "la:sink().")
	for _, o := range []struct {
		name string
		got  func() string
	}{
		{own.name, func() string { return own.call(t, "la", "got") }},
		{far.Name, func() string { return far.Eval(t, "la:got().") }},
	} {
		for _, how := range []string{"monitor", "link", "monitor_node", "nodes", "disconnect"} {
			t.Run(how, func(t *testing.T) {
				sent, _ := term.Slice(n.value(t, "la", "sends", term.A(how), term.A(o.name), term.Small(rounds)))
				n.call(t, "rpc", "call", term.A(o.name), term.A("erlang"), term.A("node"), term.EmptyList)
				got := o.got()
				if want := term.Format(reversed(sent)); got != want || len(sent) < rounds/8 {
					t.Errorf("%d messages\n%s\narrived at %s:\n%s", len(sent), want, o.name, got)
				}
			})
		}
	}
}

func reversed(list []term.Term) term.Term {
	var out term.Term = term.EmptyList
	for _, e := range list {
		out = &term.Cons{Head: e, Tail: out}
	}
	return out
}

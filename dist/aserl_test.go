package dist_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ersh/dist"
	"ersh/internal/otp"
	"ersh/runtime/term"
)

// ershDir is where it is, for TestMain to remove.
var ershDir string

// ershOnce builds ersh for tests that need its flags.
var ershOnce = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ersh")
	if err != nil {
		return "", err
	}
	ershDir = dir
	file := filepath.Join(dir, "ersh")
	if out, err := exec.Command("go", "build", "-o", file, "ersh/cmd/ersh").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return file, nil
})

const asErlPrelude = `P = fun(X) -> io:format("~p~n", [X]) end,
[_, H] = string:split(atom_to_list(node()), "@"),
[T, D, No] = [list_to_atom(A ++ "@" ++ H) || A <- ["aetarget", "aehidden", "aenobody"]],
Told = fun Told() -> receive X -> P(X), Told() after 300 -> ok end end,
Port = fun() -> {ok, L} = net_adm:names(), [N | _] = string:split(atom_to_list(node()), "@"), proplists:get_value(N, L) end,
`

// TestAsErl has erl and ersh do the same with a visible node T, a hidden node D,
// and No, which there is not; what they print must be equal.
func TestAsErl(t *testing.T) {
	r := otp.Need(t, 29)
	// The target tells nobody of the nodes that the other cases start.
	target := startVM(t)
	target.call(t, "application", "set_env", term.A("kernel"), term.A("connect_all"), term.False)
	target.start(t, "aetarget")
	hidden := startVM(t)
	if err := hidden.net.Start(dist.Config{Name: "aehidden", Hidden: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hidden.net.Stop() })
	ersh, err := ershOnce()
	if err != nil {
		t.Fatal(err)
	}
	_, host, _ := strings.Cut(target.name, "@")
	// Parallel subtests go on when this function has returned, but before what
	// it has started is ended.
	for i, c := range []struct{ what, flags, code string }{
		{"monitor_nodes", "", `[P(net_kernel:monitor_nodes(true, O)) || O <- [[nodedown_reason], [], [nodedown_reason], [{node_type, all}], #{node_type => hidden, nodedown_reason => true}]],
			P(net_kernel:monitor_nodes(true)), P(net_kernel:monitor_nodes(true)), P(net_adm:ping(T)), Told(), P(net_adm:ping(D)), Told(),
			P(nodes()), P(nodes(hidden)), P(erlang:disconnect_node(T)), Told(),
			P(net_kernel:monitor_nodes(false)), P(erlang:disconnect_node(D)), Told(), P(net_kernel:connect_node(T)), Told()`},
		{"monitor_nodes, errors", "", `[P(catch net_kernel:monitor_nodes(true, O)) || O <- [[foo], [{node_type, foo}], #{node_type => foo}, #{foo => 1}, foo,
			[{node_type, all}, {node_type, hidden}], [connection_id, nodedown_reason, {node_type, all}]]], P(net_kernel:monitor_nodes(foo))`},
		{"never", "-kernel dist_auto_connect never", `P({x, T} ! hi), timer:sleep(100), P(nodes()), P(net_adm:ping(T)), P(rpc:call(T, erlang, node, [])),
			P(net_kernel:connect_node(T)), P(nodes()), P(net_adm:ping(T)), P(erlang:disconnect_node(T)), P(net_adm:ping(T))`},
		{"once", "-kernel dist_auto_connect once", `P(net_adm:ping(T)), P(erlang:disconnect_node(T)), timer:sleep(100), P(net_adm:ping(T)), P(net_kernel:connect_node(T)), P(nodes())`},
		{"hidden", "-hidden", `P(net_adm:ping(T)), P({nodes(), nodes(hidden), nodes(connected)}), P(lists:member(node(), rpc:call(T, erlang, nodes, [hidden]))),
			P(net_adm:ping(D)), P({nodes(), lists:sort(nodes(hidden))})`},
		{"no listening", "-dist_listen false", `P([net_adm:ping(T), net_adm:ping(D)]), P(nodes()), P(lists:sort(nodes(hidden))), P(Port()), P(net_kernel:get_state())`},
		{"ports", "-kernel inet_dist_listen_min 47811 inet_dist_listen_max 47819", `P((Port() - 47811) div 9), P(net_adm:ping(T))`},
		{"interface", "-kernel inet_dist_use_interface {127,0,0,1}", `P(net_adm:ping(T)), P(rpc:call(T, net_adm, ping, [node()]))`},
		{"fixed port", "-erl_epmd_port 47821 -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}", `P(node()), P(Port()), P(erl_epmd:port_please("x", "localhost"))`},
		{"allow", "-kernel logger_level emergency", `P(net_kernel:allow([No])), P(net_adm:ping(T)), P(net_kernel:connect_node(T)), P(net_kernel:allow([T])), P(net_adm:ping(T)), P(catch net_kernel:allow(foo)), P(catch net_kernel:allow([1])), P(net_kernel:allowed())`},
		{"cookies", "", `P(erlang:set_cookie(T, wrong)), P(erlang:get_cookie(T)), P(erlang:get_cookie()), P(net_adm:ping(T)), P(erlang:set_cookie(T, secret)), P(net_adm:ping(T))`},
		{"connect_all", "-connect_all false", `P([net_adm:ping(T), net_adm:ping(D)]), P({nodes(), nodes(hidden)})`},
		{"monitor_node", "", `P(net_adm:ping(T)), P([erlang:monitor_node(T, B) || B <- [true, true, false]]), P([erlang:monitor_node(No, true) || _ <- [1, 2]]), Told(),
			P(erlang:monitor_node(No, true, [allow_passive_connect])), Told(), P(erlang:disconnect_node(No)), P(erlang:disconnect_node(T)), Told(), P(erlang:disconnect_node(1)), P(erlang:disconnect_node(node()))`},
		{"hidden_connect_node", "", `P(net_kernel:connect_node(No)), P(net_kernel:hidden_connect_node(T)), P(nodes()), P(nodes(hidden)), P(net_kernel:node_info(T, state)), P(net_kernel:node_info(T, type)), P(net_kernel:node_info(T, foo)),
			P(net_kernel:node_info(No)), P(lists:member(node(), rpc:call(T, erlang, nodes, [hidden])))`},
		{"ticktime", "-kernel net_ticktime 20", `P(net_kernel:get_net_ticktime()), P(net_kernel:set_net_ticktime(20)), P(net_kernel:set_net_ticktime(10, 0)), timer:sleep(50), P(net_kernel:get_net_ticktime()),
			P(net_kernel:set_net_ticktime(30, 3)), P(net_kernel:set_net_ticktime(40, 3)), P(net_kernel:get_net_ticktime()), P(net_kernel:stop()), P(net_kernel:get_state())`},
		{"socket options", "-kernel inet_dist_connect_options [{priority,2}]", `P(net_kernel:getopts(T, [nodelay])), P(net_adm:ping(T)), P(net_kernel:getopts(T, [nodelay, keepalive, linger, priority, active, packet, mode, deliver])),
			P([net_kernel:setopts(T, [O]) || O <- [{keepalive, true}, {linger, {true, 1}}, {active, false}, {packet, 2}, {foo, 1}, foo]]), P(net_kernel:getopts(T, [keepalive, linger])),
			P([net_kernel:setopts(new, O) || O <- [[{nodelay, false}, {keepalive, true}], [{foo, true}], [{packet, 2}, {active, true}]]]), P(net_kernel:setopts(No, [{keepalive, true}])), P(net_kernel:getopts(T, [foo])),
			P([try net_kernel:F(A, B) catch _:E -> E end || F <- [getopts, setopts], {A, B} <- [{T, foo}, {1, []}]]),
			P(erlang:disconnect_node(T)), P(net_adm:ping(T)), P(net_kernel:getopts(T, [nodelay, keepalive, linger]))`},
		{"node_info", "-kernel logger_level emergency", `P(net_adm:ping(T)), {ok, {net_address, {A, _}, N, tcp, inet}} = net_kernel:node_info(T, address), P({A, N =:= H}), P([net_kernel:node_info(X, foo) || X <- [1, [], No, T]])`},
		{"invalid names", "-kernel logger_level error", `P(net_adm:ping(foo)), P({x, foo} ! hi), V = net_kernel:connect_node(foo), timer:sleep(1000), P(V)`},
		{"monitor_node, never", "-kernel dist_auto_connect never", `P(monitor_node(T, true)), Told(), P(nodes())`},
		{"no groups", "", `P([global_group:F() || F <- [sync, global_groups, info, group_configured, get_own_nodes, get_own_nodes_with_errors]]), P(global_group:own_nodes() =:= [node()]),
			P([global_group:registered_names(W) || W <- [{node, node()}, {node, No}, {group, g}, foo]]), P([global_group:whereis_name(W, a) || W <- [{node, node()}, {node, No}, {group, g}, foo]]),
			P(global:register_name(a, self())), P(global_group:whereis_name({node, node()}, a) =:= self()), P(global_group:send(a, hi) =:= self()), P(receive hi -> ok after 5000 -> none end),
			P([global_group:send(b, hi), global_group:send({node, No}, a, hi), global_group:send(foo, a, hi)]), P([global_group:monitor_nodes(F) || F <- [true, false, foo]]),
			P([global_group:member(node()), global_group:participant(T), global_group:publish(normal, T), global_group:publish(hidden, T)])`},
		{"groups", "-kernel global_groups [{g1,[ME]},{g2,[aenobody@HOST,aetarget@HOST]}]", `P(net_adm:ping(T)), P(global_group:sync()), P(global_group:own_nodes() =:= [node()]), P(global_group:global_groups()),
			{Name, _} = {node(), global:register_name(own, self())}, P(rpc:call(T, global, register_name, [Name, rpc:call(T, erlang, spawn, [timer, sleep, [infinity]])])),
			P([lists:member(X, global_group:registered_names(W)) || W <- [{node, T}, {group, g1}, {group, g2}, {node, node()}], X <- [own, Name]]), P(global:whereis_name(Name)), P(rpc:call(T, global, whereis_name, [own])),
			Where = fun(X) when is_pid(X) -> case node(X) of T -> t; _ -> me end; (X) -> X end,
			P([Where(global_group:whereis_name(W, X)) || W <- [{node, T}, {node, node()}, {group, g1}, {group, g2}, {group, g3}], X <- [own, Name]]), P([Where(global_group:whereis_name(X)) || X <- [own, Name, none]]), P(Where(global_group:send(Name, hi))),
			P([global_group:member(X) || X <- [node(), T, D]]), P([global_group:participant(X) || X <- [T, D]])`},
		{"nodes/2", "", `P(nodes(this, #{node_type => true, connection_id => true})), net_adm:ping(T), [{T, #{connection_id := C}}] = nodes(visible, #{connection_id => true}), P(is_integer(C)),
			P(nodes(visible, #{node_type => true})), P([try nodes(A, B) catch _:E -> E end || {A, B} <- [{this, foo}, {this, #{foo => true}}, {this, #{node_type => 1}}, {foo, #{}}]])`},
		{"send_nosuspend", "", `register(x, self()), P([erlang:send_nosuspend(self(), a), erlang:send_nosuspend(x, a, [noconnect]), erlang:send_nosuspend({x, No}, a, [noconnect]), erlang:send_nosuspend({x, No}, a)]),
			P([try apply(erlang, send_nosuspend, A) catch _:E -> E end || A <- [[nono, a], [self(), a, [foo]], [1, a]]])`},
		{"priority", "", `P(net_adm:ping(T)), process_flag(trap_exit, true), S = self(), A = alias([priority]),
			Plain = fun(Ms) -> [case M of {'EXIT', _, R} -> {exit, R}; {'DOWN', _, _, _, R} -> {down, R}; _ -> M end || M <- Ms] end,
			spawn(T, fun() -> S ! 1, erlang:send(A, p1, [priority]), exit(A, r1, [priority]), exit(A, r2), erlang:send(S, 2, [priority]), erlang:send(A, p2, [priority]), S ! last end),
			receive last -> ok end, {messages, Ms} = process_info(S, messages), P(Plain(Ms)),
			W = spawn(T, fun() -> process_flag(trap_exit, true), S ! {alias, alias([priority])}, receive go -> ok end, S ! {told, process_info(self(), messages)}, receive stop -> exit(bye) end end),
			B = receive {alias, X} -> X end, W ! 1, erlang:send(B, p1, [priority]), exit(B, r1, [priority]), exit(B, r2), B ! 2, erlang:send(B, p2, [priority]), W ! go,
			receive {told, {messages, Ms2}} -> P(Plain(Ms2)) end,
			{V, _} = spawn_opt(T, fun() -> receive stop -> exit(bye) end end, [{link, [priority]}, {monitor, [priority]}]), V ! stop, monitor(process, W, [priority]), link(W, [priority]), W ! stop,
			Len = fun Len(N) -> case process_info(S, message_queue_len) of {_, N} -> ok; _ -> timer:sleep(10), Len(N) end end, Len(10),
			{messages, Ms3} = process_info(S, messages), P(Plain(Ms3))`},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			run := func(name string, cmd func(ctx context.Context, args ...string) *exec.Cmd) string {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				flags := strings.NewReplacer("ME", name+"@"+host, "HOST", host).Replace(c.flags)
				args := append([]string{"-noshell", "-sname", name, "-setcookie", "secret"}, strings.Fields(flags)...)
				p := cmd(ctx, append(args, "-eval", asErlPrelude+c.code+", halt().")...)
				p.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
				out, err := p.CombinedOutput()
				if err != nil {
					t.Errorf("%s: %v\n%s", name, err, out)
				}
				// What erl's helper process says when erl ends quickly.
				text := logTime.ReplaceAllString(childSetup.ReplaceAllString(string(out), ""), "")
				return strings.ReplaceAll(text, name+"@", "me@")
			}
			want := run(fmt.Sprintf("aeerl%d", i), func(ctx context.Context, args ...string) *exec.Cmd { return r.Command(ctx, "erl", args...) })
			got := run(fmt.Sprintf("aeersh%d", i), func(ctx context.Context, args ...string) *exec.Cmd { return exec.CommandContext(ctx, ersh, args...) })
			if blank.ReplaceAllString(got, "") != blank.ReplaceAllString(want, "") {
				t.Errorf("ersh:\n%s\nerl:\n%s", got, want)
			}
		})
	}
}

var childSetup = regexp.MustCompile(`(?m)^erl_child_setup: .*$`)

var logTime = regexp.MustCompile(`\d+-\w+-\d{4}::[\d:.]+`)

// blank is what differs with the length of a node's name.
var blank = regexp.MustCompile(`\s+`)

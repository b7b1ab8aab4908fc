package dist_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime/term"
)

// A member is a node of a cluster of the tests: one of this project's or a real one.
type member struct {
	t    *testing.T
	name string
	run  func(code string) string
	stop func()
}

// startCluster starts a node of each release in turn, 0 being this project,
// with names in alphabetical order.
func startCluster(t *testing.T, prefix string, releases ...int) []*member {
	t.Helper()
	var all []*member
	for i, release := range releases {
		name := fmt.Sprintf("%s%c", prefix, 'a'+i)
		m := &member{t: t}
		if release == 0 {
			n := startNode(t, name)
			m.name = n.name
			m.run = func(code string) string { return n.eval(t, code) }
			m.stop = func() { n.net.Stop() }
		} else {
			p := otp.Need(t, release).StartPeer(t, name, nil, "-setcookie", "secret")
			m.name = p.Name
			m.run = func(code string) string { return p.Eval(t, code) }
			m.stop = p.Kill
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("%s of OTP %d:\n%s", p.Name, release, p.Log())
				}
			})
		}
		all = append(all, m)
	}
	return all
}

// eval evaluates expressions and gives the value in text.
func (n *testNode) eval(t testing.TB, code string) string {
	t.Helper()
	return term.Format(n.evalTerm(t, code))
}

func (n *testNode) evalTerm(t testing.TB, code string) term.Term {
	t.Helper()
	second := func(v term.Term) term.Term {
		tuple, ok := v.(*term.Tuple)
		if !ok || tuple.Len() < 2 {
			t.Fatalf("%s: %s", code, term.Format(v))
		}
		return tuple.Elems[1]
	}
	tokens := second(n.value(t, "erl_scan", "string", term.String(code)))
	exprs := second(n.value(t, "erl_parse", "parse_exprs", tokens))
	return second(n.value(t, "erl_eval", "exprs", exprs, term.EmptyList))
}

// is checks the value of an expression.
func (m *member) is(code, want string) {
	m.t.Helper()
	if got := m.run(code + "."); got != want {
		m.t.Errorf("%s: %s\nis   %s\nwant %s", m.name, code, got, want)
	}
}

// becomes waits until an expression has a value.
func (m *member) becomes(code, want string) {
	m.t.Helper()
	var got string
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if got = m.run(code + "."); got == want {
			return
		}
	}
	m.t.Fatalf("%s: %s\nis   %s\nwant %s", m.name, code, got, want)
}

func (m *member) connect(other *member) {
	m.t.Helper()
	m.is(fmt.Sprintf("net_adm:ping('%s')", other.name), "pong")
}

// meshed waits until every node is connected with all the others and has their
// names.
func meshed(nodes []*member) {
	for _, m := range nodes {
		m.t.Helper()
		m.becomes("length(nodes())", fmt.Sprint(len(nodes)-1))
		m.is("global:sync()", "ok")
	}
}

const waiting = "spawn(fun F() -> receive stop -> ok; {whoami, P} -> P ! node(), F(); M -> put(got, M), F() end end)"

func TestGlobal(t *testing.T) {
	for i, releases := range [][]int{{0, 0}, {0, 29}, {27, 0}, {0, 25, 0}, {29, 0, 25, 0}} {
		t.Run(strings.Join(strings.Fields(fmt.Sprint(releases)), ","), func(t *testing.T) {
			nodes := startCluster(t, fmt.Sprintf("global%d", i), releases...)
			first, last := nodes[0], nodes[len(nodes)-1]
			var own []string
			for j, m := range nodes {
				own = append(own, fmt.Sprintf("own%d", j))
				m.is("global:register_name("+own[j]+", "+waiting+")", "yes")
				m.is("global:register_name(own0, self())", map[bool]string{true: "no", false: "yes"}[j == 0])
				if j > 0 {
					m.is("global:unregister_name(own0)", "ok")
				}
				for name, method := range map[string]string{
					"exits":    "fun global:random_exit_name/3",
					"notified": "{global, random_notify_name}",
					"chosen":   "fun(_, P1, P2) when node(P1) < node(P2) -> P1; (_, _, P2) -> P2 end",
				} {
					m.is("global:register_name("+name+", "+waiting+", "+method+")", "yes")
				}
			}
			// Names that nobody keeps.
			for _, m := range []*member{first, last} {
				m.is("global:register_name(none, "+waiting+", fun global:notify_all_name/3)", "yes")
				m.is("global:register_name(neither, "+waiting+", fun(_, _, _) -> neither end)", "yes")
			}

			// Two halves, which meet at one connection.
			half := len(nodes) / 2
			for _, part := range [][]*member{nodes[:half], nodes[half:]} {
				for _, m := range part[1:] {
					part[0].connect(m)
				}
				meshed(part)
			}
			nodes[half-1].connect(last)
			meshed(nodes)
			names := slices.Sorted(slices.Values(append(own, "chosen", "exits", "notified")))
			for _, m := range nodes {
				m.becomes("lists:sort(global:registered_names())", "["+strings.Join(names, ",")+"]")
				for _, name := range []string{"exits", "notified", "chosen"} {
					m.is("node(global:whereis_name("+name+")) =:= '"+first.name+"'", "true")
				}
			}

			// What is done at one node holds at all.
			first.is("global:register_name(x, "+waiting+")", "yes")
			last.is("global:register_name(x, self())", "no")
			for _, m := range nodes {
				m.is("node(global:whereis_name(x)) =:= '"+first.name+"'", "true")
			}
			last.is("global:re_register_name(x, "+waiting+")", "yes")
			first.is("node(global:whereis_name(x)) =:= '"+last.name+"'", "true")
			first.is("global:send(x, {whoami, self()}), receive N -> N =:= '"+last.name+"' after 5000 -> late end", "true")
			first.is("global:unregister_name(x)", "ok")
			last.is("global:whereis_name(x)", "undefined")
			first.is("global:register_name(dies, "+waiting+"), global:send(dies, stop), ok", "ok")
			last.becomes("global:whereis_name(dies)", "undefined")

			// Locks.
			first.is("L = "+waiting+", register(locker, L), global:set_lock({lock, me})", "true")
			last.becomes("global:set_lock({lock, you}, [node() | nodes()], 0)", map[bool]string{true: "true", false: "false"}[releases[0] == 0])
			last.is("global:del_lock({lock, you})", "true")
			first.is("global:del_lock({lock, me})", "true")
			last.is("global:trans({lock, you}, fun() -> done end, [node() | nodes()], 5)", "done")

			// When a connection is cut, no node stays with both its ends.
			first.is("erlang:disconnect_node('"+last.name+"')", "true")
			for _, m := range nodes[1 : len(nodes)-1] {
				m.becomes(fmt.Sprintf("length(['%s', '%s'] -- nodes()) > 0", first.name, last.name), "true")
			}
			lastOwn := own[len(own)-1]
			first.becomes("global:whereis_name("+lastOwn+")", "undefined")
			last.becomes("global:whereis_name(own0)", "undefined")

			// They meet again.
			first.connect(last)
			first.becomes("(fun(P) -> is_pid(P) andalso node(P) =:= '"+last.name+"' end)(global:whereis_name("+lastOwn+"))", "true")
			last.becomes("(fun(P) -> is_pid(P) andalso node(P) =:= '"+first.name+"' end)(global:whereis_name(own0))", "true")
			first.is("global:sync()", "ok")
		})
	}
}

// TestGlobalAtOnce has nodes join each other all at the same time.
func TestGlobalAtOnce(t *testing.T) {
	nodes := startCluster(t, "once", 0, 0, 29, 0, 0, 0)
	for _, m := range nodes {
		m.is("global:register_name(one, "+waiting+", fun global:random_notify_name/3)", "yes")
	}
	for _, step := range []int{1, 5, 1} {
		var all sync.WaitGroup
		for i, m := range nodes {
			all.Go(func() { m.connect(nodes[(i+step)%len(nodes)]) })
		}
		all.Wait()
		meshed(nodes)
		// Which of them has the name is a matter of chance.
		winner := nodes[0].run("node(global:whereis_name(one)).")
		for _, m := range nodes {
			m.is("node(global:whereis_name(one))", winner)
		}
		for _, m := range nodes {
			m.run("global:disconnect().")
		}
		for _, m := range nodes {
			m.becomes("nodes()", "[]")
			m.becomes("global:re_register_name(one, "+waiting+", fun global:random_notify_name/3)", "yes")
		}
	}
}

// TestNonsense sends the servers of names and groups what no server says: they
// go on.
func TestNonsense(t *testing.T) {
	nodes := startCluster(t, "nonsense", 0, 29)
	here, peer := nodes[0], nodes[1]
	here.is("element(1, pg:start(things))", "ok")
	peer.connect(here)
	meshed(nodes)
	for _, message := range []string{
		"{init_connect, {8, 1}, x@y, {locker, a, b, c}}", "{init_connect, a, b, c}", "{lock_set, 1, 2, 3, 4}",
		"{lock_is_set, node(), 1, 2}", "{exchange, node(), [a|b], [], 1}", "{exchange_ops, node(), 1, 2, 3}",
		"{resolved, node(), [a|b], [c|d], x, [], 1}", "{new_nodes, node(), [a|b], [], [c|d], x}",
		"{new_nodes, node(), [{insert, {n, notpid, m}}, {delete, [x]}], [], [{1, 2}], x}", "{in_sync, 1, 2}",
		"{lost_connection, a, b, c, d}", "{lost_connection, 1, 2, 3, 4}", "{remove_connection, 1}",
		"{nodedown, x@y, #{connection_id => 1}}", "{sync, self(), [a|b]}", "{sync, self(), [{g, x}, {h, [1]}]}",
		"{local_data, self(), 1, #{g => x}}", "{join, self(), g, x}", "{join, self(), g, [a|b]}",
		"{leave, self(), a, [g|h]}", "{update, self(), [a|b]}", "{discover, 1}", "foo",
	} {
		for _, server := range []string{"global_name_server", "things"} {
			to := "{" + server + ", '" + here.name + "'}"
			peer.is("gen_server:cast("+to+", "+message+"), "+to+" ! "+message+", ok", "ok")
		}
	}
	peer.is("global:register_name(still, "+waiting+")", "yes")
	here.is("is_pid(global:whereis_name(still))", "true")
	here.is("pg:join(things, g, whereis(global_name_server))", "ok")
}

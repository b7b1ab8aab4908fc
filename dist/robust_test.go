package dist_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ersh/dist"
	"ersh/dist/epmd"
	"ersh/internal/otp"
	"ersh/runtime/term"
)

const robustSource = `-module(rb).
-compile([export_all, nowarn_export_all]).

%% Collects what arrives while one sends to it, and who watches goes down.
sink() -> register(rb_sink, spawn(fun() -> loop(0) end)), ok.
loop(N) ->
    receive
        {count, From} -> From ! {count, N}, loop(0);
        stop -> ok;
        _ -> loop(N + 1)
    end.
%% down(Node): connects, and tells why the connection ends.
down(Node) ->
    ok = net_kernel:monitor_nodes(true, [nodedown_reason]),
    {net_adm:ping(Node), receive {nodedown, Node, Why} -> Why after 5000 -> none end}.
connected(Node) -> lists:member(Node, nodes()).
count() -> rb_sink ! {count, self()}, receive {count, N} -> N after 5000 -> timeout end.

send(Node, 0) -> Node;
send(Node, N) -> {rb_sink, Node} ! {msg, N}, send(Node, N - 1).

%% watch(Node): the reasons with which a link and a monitor end.
watch(Node) ->
    process_flag(trap_exit, true),
    P = spawn_link(Node, rb, wait, []),
    R = monitor(process, P),
    monitor_node(Node, true),
    register(rb_watch, self()),
    Self = self(),
    unlink(whereis(rb_watch)),
    {link, receive {'EXIT', P, A} -> A after 20000 -> none end,
     monitor, receive {'DOWN', R, process, P, B} -> B after 20000 -> none end,
     node, receive {nodedown, Node} -> Self =:= self() after 20000 -> none end}.
wait() -> receive stop -> ok end.

%% flood(Node): fills the connection with a node that does not read; who sends
%% is suspended, and others are not.
flood(Node) ->
    B = binary:copy(<<0>>, 100000),
    P = spawn(fun() -> flood(Node, B, 200) end),
    {P, busy(P, 100)}.
flood(_, _, 0) -> ok;
flood(Node, B, N) -> {rb_sink, Node} ! B, flood(Node, B, N - 1).
busy(_, 0) -> never;
busy(P, N) ->
    case process_info(P, status) of
        {status, suspended} -> suspended;
        undefined -> gone;
        _ -> timer:sleep(20), busy(P, N - 1)
    end.
%% The queue may be full for a moment only, as long as the kernel takes more.
nosuspend(Node) -> nosuspend(Node, 100).
nosuspend(Node, N) ->
    case {erlang:send({rb_sink, Node}, x, [nosuspend]), erlang:send_nosuspend({rb_sink, Node}, x)} of
        {nosuspend, false} = Busy -> Busy;
        Other when N =:= 0 -> Other;
        _ -> timer:sleep(20), nosuspend(Node, N - 1)
    end.
ended(P) -> R = monitor(process, P), receive {'DOWN', R, _, _, W} -> W after 10000 -> P end.
`

// startEpmd starts a second port mapper, so that a node can be found at another place
// than where it is.
func startEpmd(t *testing.T) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go new(epmd.Server).Serve(ln)
	return ln.Addr().(*net.TCPAddr).Port
}

// between enters a node at the tests' port mapper with the port of a proxy that
// hands connections over to handle.
func between(t *testing.T, alive string, home int, handle func(caller, node net.Conn)) {
	t.Helper()
	real, err := (&epmd.Client{Port: home}).Lookup(context.Background(), "localhost", alive)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			caller, err := ln.Accept()
			if err != nil {
				return
			}
			node, err := net.Dial("tcp", net.JoinHostPort("localhost", strconv.Itoa(int(real.Port))))
			if err != nil {
				caller.Close()
				continue
			}
			go handle(caller, node)
		}
	}()
	reg, _, err := new(epmd.Client).Register(context.Background(), epmd.Entry{Name: alive, Type: epmd.TypeNormal,
		Port: uint16(ln.Addr().(*net.TCPAddr).Port), Highest: 6, Lowest: 6})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reg.Close() })
}

// relay copies until limit bytes have gone to the node, then cuts both ends.
func relay(caller, node net.Conn, limit int64) {
	go func() {
		io.Copy(caller, node)
		caller.Close()
	}()
	if limit < 0 {
		io.Copy(node, caller)
	} else {
		io.CopyN(node, caller, limit)
	}
	caller.Close()
	node.Close()
}

// TestCut cuts a connection in the middle of a message and of a fragment: links
// and monitors end with noconnection, no part of a message is delivered, and the
// next connection works.
func TestCut(t *testing.T) {
	home := startEpmd(t)
	r := otp.Need(t, 29)
	far := r.StartPeer(t, "cutfar", []string{fmt.Sprintf("ERL_EPMD_PORT=%d", home)}, "-setcookie", "secret")
	n := startNode(t, "cutnear")
	beam := n.load(t, "rb", robustSource)
	var limit atomic.Int64
	limit.Store(-1)
	between(t, "cutfar", home, func(caller, node net.Conn) { relay(caller, node, limit.Load()) })
	load := func() {
		if got := n.call(t, "rpc", "call", term.A(far.Name), term.A("code"), term.A("load_binary"),
			term.List(term.A("rb"), term.String("rb.erl"), term.Binary(beam))); got != "{module,rb}" {
			t.Fatal(got, far.Log())
		}
	}
	load()
	far.Eval(t, "rb:sink().")
	n.call(t, "erlang", "disconnect_node", term.A(far.Name))
	for _, c := range []struct {
		what string
		size int // of the binary that is cut
		at   int64
	}{
		{"a small message", 100, 600},
		{"a message in fragments", 1 << 20, 200_000},
		{"the handshake", 100, 30},
	} {
		limit.Store(c.at)
		watched := make(chan string, 1)
		go func() { watched <- n.call(t, "rb", "watch", term.A(far.Name)) }()
		time.Sleep(200 * time.Millisecond)
		for i := 0; i < 20 && n.net.Node().Connected(term.A(far.Name)); i++ {
			n.call(t, "erlang", "send", term.T(term.A("rb_sink"), term.A(far.Name)), term.Binary(make([]byte, c.size)))
			time.Sleep(5 * time.Millisecond)
		}
		if got := <-watched; !strings.Contains(got, "{link,noconnection,monitor,no") || !strings.HasSuffix(got, "node,true}") {
			t.Errorf("%s: %s", c.what, got)
		}
		limit.Store(-1)
		for i := 0; n.call(t, "net_adm", "ping", term.A(far.Name)) != "pong"; i++ {
			if i > 50 {
				t.Fatalf("%s: not connected again", c.what)
			}
			time.Sleep(50 * time.Millisecond)
		}
		if got := far.Eval(t, "is_integer(rb:count())."); got != "true" {
			t.Errorf("%s: %s", c.what, got)
		}
		n.call(t, "erlang", "disconnect_node", term.A(far.Name))
	}
}

// TestSimultaneous has two nodes connect with each other at the same time, again
// and again: there is one connection, and no message is lost.
func TestSimultaneous(t *testing.T) {
	n := startNode(t, "simnear")
	beam := n.load(t, "rb", robustSource)
	n.call(t, "rb", "sink")
	type other struct {
		name string
		call func(f string, args ...term.Term) string
	}
	var others []other
	own := startNode(t, "simown")
	own.load(t, "rb", robustSource)
	own.call(t, "rb", "sink")
	others = append(others, other{own.name, func(f string, args ...term.Term) string { return own.call(t, "rb", f, args...) }})
	far := otp.Need(t, 29).StartPeer(t, "simfar", nil, "-setcookie", "secret")
	if got := n.call(t, "rpc", "call", term.A(far.Name), term.A("code"), term.A("load_binary"),
		term.List(term.A("rb"), term.String("rb.erl"), term.Binary(beam))); got != "{module,rb}" {
		t.Fatal(got)
	}
	far.Eval(t, "rb:sink().")
	others = append(others, other{far.Name, func(f string, args ...term.Term) string {
		text := make([]string, len(args))
		for i, a := range args {
			text[i] = term.Format(a)
		}
		return far.Eval(t, fmt.Sprintf("rb:%s(%s).", f, strings.Join(text, ", ")))
	}})
	const messages = 10
	for _, o := range others {
		lost := 0
		for round := range 50 {
			n.call(t, "erlang", "disconnect_node", term.A(o.name))
			// What is sent before the other knows goes into the old connection;
			// there may be a new one already.
			for o.call("connected", term.A(n.name)) != "false" && !n.net.Node().Connected(term.A(o.name)) {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(20 * time.Millisecond)
			var both sync.WaitGroup
			both.Add(2)
			go func() {
				defer both.Done()
				n.call(t, "rb", "send", term.A(o.name), term.Small(messages))
			}()
			go func() {
				defer both.Done()
				o.call("send", term.A(n.name), term.Small(messages))
			}()
			both.Wait()
			if got := n.call(t, "net_adm", "ping", term.A(o.name)); got != "pong" {
				t.Fatalf("%s, round %d: %s", o.name, round, got)
			}
			// The ping's answer came behind the messages of the far side, and
			// what was sent to it is before the ping.
			here, there := n.call(t, "rb", "count"), o.call("count")
			if here != strconv.Itoa(messages) || there != strconv.Itoa(messages) {
				lost++
				t.Logf("%s, round %d: %s arrived here, %s there", o.name, round, here, there)
			}
			if got := n.call(t, "erlang", "nodes"); strings.Count(got, o.name) != 1 {
				t.Errorf("%s, round %d: nodes() is %s", o.name, round, got)
			}
		}
		if lost > 0 {
			t.Errorf("%s: messages lost in %d rounds", o.name, lost)
		}
	}
}

// portOf is where a node of the tests listens.
func portOf(t *testing.T, n *testNode) string {
	t.Helper()
	alive, _, _ := strings.Cut(n.name, "@")
	e, err := new(epmd.Client).Lookup(context.Background(), "localhost", alive)
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort("localhost", strconv.Itoa(int(e.Port)))
}

// TestGarbage sends what no node sends, at every step: the node closes that
// connection and is none the worse.
func TestGarbage(t *testing.T) {
	n := startNode(t, "garbage")
	addr := portOf(t, n)
	frame := func(b ...byte) []byte { return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...) }
	hello := func(name string) []byte {
		b := binary.BigEndian.AppendUint64([]byte{'N'}, 0x1403ffffff) // every flag that is mandatory, and more
		b = binary.BigEndian.AppendUint32(b, 7)
		b = binary.BigEndian.AppendUint16(b, uint16(len(name)))
		return frame(append(b, name...)...)
	}
	for _, c := range []struct {
		what  string
		steps [][]byte
	}{
		{"nothing", nil},
		{"too little of a web request", [][]byte{[]byte("GET / HTTP/1.1\r\n\r\n")}},
		{"an empty message", [][]byte{{0, 0}}},
		{"too little: a length without a message", [][]byte{{0xff, 0xff}}},
		{"zeros", [][]byte{make([]byte, 1000)}},
		{"an unknown tag", [][]byte{frame('X', 1, 2, 3)}},
		{"a name cut short", [][]byte{frame('N', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200, 'a')}},
		{"no flags", [][]byte{frame('N', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 'a', '@', 'b')}},
		{"a name that is no UTF-8", [][]byte{hello("a\xff@b")}},
		{"a name without a host", [][]byte{hello("abc")}},
		{"this node's own name", [][]byte{hello(n.name)}},
		{"no reply to the challenge", [][]byte{hello("x1@host"), frame('r')}},
		{"a wrong digest", [][]byte{hello("x2@host"), frame(append([]byte{'r', 1, 2, 3, 4}, make([]byte, 16)...)...)}},
		{"frames before the handshake is done", [][]byte{hello("x3@host"), {0, 0, 0, 4, 131, 68, 0, 104}}},
	} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		for _, b := range c.steps {
			conn.Write(b)
			time.Sleep(5 * time.Millisecond)
		}
		if c.steps != nil && !strings.HasPrefix(c.what, "too little") {
			conn.SetReadDeadline(time.Now().Add(time.Minute))
			answer, err := io.ReadAll(conn)
			if err != nil && !strings.Contains(err.Error(), "reset") {
				t.Errorf("%s: the node keeps the connection: %v", c.what, err)
			}
			if got := bytes.Contains(answer, []byte("sok")); got != (len(c.steps) == 2) {
				t.Errorf("%s: the node let the caller go on, %v: % x", c.what, got, answer)
			}
		}
		conn.Close()
	}
	other := startNode(t, "garbage2")
	if got := other.call(t, "net_adm", "ping", term.A(n.name)); got != "pong" {
		t.Errorf("after all that: %s", got)
	}
}

// TestGarbageFrames sends what no node sends once it is connected: the
// connection ends, and the next is as good as any.
func TestGarbageFrames(t *testing.T) {
	home := startEpmd(t)
	far := otp.Need(t, 29).StartPeer(t, "badfar", []string{fmt.Sprintf("ERL_EPMD_PORT=%d", home)}, "-setcookie", "secret")
	n := startNode(t, "badnear")
	var inject atomic.Pointer[[]byte]
	between(t, "badfar", home, func(caller, node net.Conn) {
		go func() {
			io.Copy(node, caller)
			node.Close()
		}()
		go func() {
			time.Sleep(200 * time.Millisecond)
			if b := inject.Load(); b != nil {
				caller.Write(*b)
			}
		}()
		io.Copy(caller, node)
		caller.Close()
	})
	n.load(t, "rb", robustSource)
	for _, b := range [][]byte{
		{0, 0, 0, 1, 0}, {0, 0, 0, 2, 131, 99}, {0xff, 0xff, 0xff, 0xff}, {0, 0, 0, 4, 131, 68, 0, 200},
		{0, 0, 0, 5, 131, 68, 3, 255, 255}, {0, 0, 0, 3, 112, 131, 106}, append([]byte{0, 0, 0, 20, 131, 70}, make([]byte, 18)...),
		append([]byte{0, 0, 0, 24, 131, 69}, bytes.Repeat([]byte{255}, 22)...),
	} {
		inject.Store(&b)
		if got := n.call(t, "rb", "down", term.A(far.Name)); !strings.HasSuffix(got, ",[{nodedown_reason,killed}]}") { // on a busy machine the ping may come too late
			t.Fatalf("% x: %s", b, got)
		}
		inject.Store(nil)
	}
	if got := n.call(t, "net_adm", "ping", term.A(far.Name)); got != "pong" {
		t.Error(got)
	}
}

// TestSilentCaller: a caller that says nothing is given up after net_setuptime.
func TestSilentCaller(t *testing.T) {
	n := startVM(t)
	if err := n.net.Start(dist.Config{Name: "patient", Setup: 300 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.net.Stop() })
	n.name = n.Node().Name()
	conn, err := net.Dial("tcp", portOf(t, n))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("after net_setuptime: %v", err)
	}
}

// TestEpmdBack: a node enters itself again when the port mapper comes back.
func TestEpmdBack(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	port := ln.Addr().(*net.TCPAddr).Port
	first := new(epmd.Server)
	go first.Serve(ln)
	n := startVM(t)
	client := epmd.Client{Port: port}
	if err := n.net.Start(dist.Config{Name: "again", Epmd: client}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.net.Stop() })
	ln.Close()
	first.Close()
	if _, err := client.Lookup(context.Background(), "localhost", "again"); err == nil {
		t.Fatal("the port mapper is still there")
	}
	// Another program may have been given the port meanwhile; it will not keep it.
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if ln, err = net.Listen("tcp", addr); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	defer ln.Close()
	go new(epmd.Server).Serve(ln)
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if _, err = client.Lookup(context.Background(), "localhost", "again"); err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

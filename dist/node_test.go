package dist_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ersh/dist"
	"ersh/dist/epmd"
	"ersh/internal/otp"
	"ersh/runtime/bif"
	"ersh/runtime/lib"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// epmdPort is the port of the tests' own port mapper.
var epmdPort int

func TestMain(m *testing.M) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	epmdPort = ln.Addr().(*net.TCPAddr).Port
	os.Setenv("ERL_EPMD_PORT", fmt.Sprint(epmdPort))
	s := new(epmd.Server)
	go s.Serve(ln)
	code := m.Run()
	if ershDir != "" {
		os.RemoveAll(ershDir)
	}
	os.Exit(code)
}

// testNode is a node of this project, in this process.
type testNode struct {
	*vm.VM
	net  *dist.Network
	name string
}

func startVM(t testing.TB) *testNode {
	t.Helper()
	n := new(testNode)
	n.VM = vm.New(vm.Config{BIFs: append(bif.Table(), bif.Init(bif.Arguments{})...), Library: lib.FS(), OnPanic: func(text string, stack []byte) {
		t.Errorf("panic: %s\n%s", text, stack)
	}})
	t.Cleanup(n.VM.Stop)
	n.net = dist.Attach(n.VM, dist.Config{})
	n.net.SetCookie("", "secret")
	n.call(t, "application_controller", "start", term.EmptyList)
	return n
}

func startNode(t testing.TB, name string) *testNode {
	t.Helper()
	n := startVM(t)
	n.start(t, name)
	return n
}

// start makes the VM a node.
func (n *testNode) start(t testing.TB, name string) {
	t.Helper()
	got := n.call(t, "net_kernel", "start", term.A(name), term.MapOf(term.A("name_domain"), term.A("shortnames")))
	if !strings.HasPrefix(got, "{ok,<") {
		t.Fatalf("net_kernel:start: %s", got)
	}
	t.Cleanup(func() { n.net.Stop() })
	n.name = n.Node().Name()
}

// call calls a function in a process of its own and gives the value in text.
func (n *testNode) call(t testing.TB, m, f string, args ...term.Term) string {
	t.Helper()
	return term.Format(n.value(t, m, f, args...))
}

func (n *testNode) value(t testing.TB, m, f string, args ...term.Term) term.Term {
	t.Helper()
	got := make(chan term.Term, 1)
	n.SpawnNative("call", func(me *vm.Native) term.Term {
		me.Do(func(p *vm.Process) {
			p.Spawn(vm.Call{Module: term.A("erpc"), Name: term.A("execute_call"),
				Args: []term.Term{term.A("result"), term.A(m), term.A(f), term.List(args...)}}, vm.SpawnOptions{Monitor: true})
		})
		msg, _ := me.Receive()
		got <- msg
		return nil
	})
	select {
	case v := <-got:
		// {'DOWN', Ref, process, Pid, {result, return, Value}}
		down, _ := v.(*term.Tuple)
		if down == nil || down.Len() != 5 {
			t.Fatal(term.Format(v))
		}
		if r, ok := down.Elems[4].(*term.Tuple); ok && r.Len() == 3 && r.Elems[1] == term.A("return") {
			return r.Elems[2]
		}
		return down.Elems[4]
	case <-time.After(2 * time.Minute):
		t.Fatalf("%s:%s: no answer", m, f)
		return nil
	}
}

// load compiles an Erlang module and loads it.
func (n *testNode) load(t testing.TB, name, source string) []byte {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, name+".erl")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("erlc"); err != nil {
		otp.Need(t, 25)
	}
	if out, err := exec.Command("erlc", "-o", dir, file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, name+".beam"))
	if err != nil {
		t.Fatal(err)
	}
	if got := n.call(t, "erlang", "load_module", term.A(name), term.Binary(b)); !strings.Contains(got, name) {
		t.Fatal(got)
	}
	return b
}

func TestPing(t *testing.T) {
	for _, v := range []int{25, 27, 29} {
		t.Run(fmt.Sprint(v), func(t *testing.T) {
			r := otp.Need(t, v)
			n := startNode(t, fmt.Sprintf("ersh%d", v))
			p := r.StartPeer(t, fmt.Sprintf("otp%d", v), nil, "-setcookie", "secret")
			if got := n.call(t, "net_adm", "ping", term.A(p.Name)); got != "pong" {
				t.Fatalf("ping: %s: %v", got, n.net.Node().Failure(term.A(p.Name)))
			}
			if got := p.Eval(t, fmt.Sprintf("net_adm:ping('%s').", n.name)); got != "pong" {
				t.Fatalf("ping from there: %s\n%s", got, p.Log())
			}
			if got := n.call(t, "rpc", "call", term.A(p.Name), term.A("erlang"), term.A("node"), term.EmptyList); got != p.Name {
				t.Errorf("rpc:call: %s", got)
			}
			if got := p.Eval(t, fmt.Sprintf("rpc:call('%s', erlang, node, []).", n.name)); got != n.name {
				t.Errorf("rpc:call from there: %s\n%s", got, p.Log())
			}
		})
	}
}

// TestMatrix runs testdata/dm.erl on both nodes of each pair.
func TestMatrix(t *testing.T) {
	source, err := os.ReadFile("testdata/dm.erl")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []int{25, 27, 29} {
		t.Run(fmt.Sprint(v), func(t *testing.T) {
			r := otp.Need(t, v)
			n := startNode(t, fmt.Sprintf("mersh%d", v))
			p := r.StartPeer(t, fmt.Sprintf("motp%d", v), nil, "-setcookie", "secret")
			beam := n.load(t, "dm", string(source))
			if got := n.call(t, "rpc", "call", term.A(p.Name), term.A("code"), term.A("load_binary"),
				term.List(term.A("dm"), term.String("dm.erl"), term.Binary(beam))); got != "{module,dm}" {
				t.Fatal(got)
			}
			tests, _ := term.Slice(n.value(t, "dm", "tests"))
			for _, test := range tests {
				name := test.(term.Atom).Name()
				if got := n.call(t, "dm", "run", test, term.A(p.Name)); got != "ok" {
					t.Errorf("%s, from here: %.600s", name, got)
				}
				if got := p.Eval(t, fmt.Sprintf("dm:run(%s, '%s').", name, n.name)); got != "ok" {
					t.Errorf("%s, from there: %.600s", name, got)
				}
			}
			if t.Failed() {
				t.Log(p.Log())
			}
		})
	}
}

// TestFailures checks what becomes of calls that can't go well.
func TestFailures(t *testing.T) {
	r := otp.Need(t, 29)
	n := startNode(t, "fersh")
	p := r.StartPeer(t, "fotp", nil, "-setcookie", "secret")
	stranger := r.StartPeer(t, "stranger", nil, "-setcookie", "other")

	if got := n.call(t, "net_adm", "ping", term.A(stranger.Name)); got != "pang" {
		t.Errorf("ping with a wrong cookie: %s", got)
	}
	if err := n.net.Node().Failure(term.A(stranger.Name)); !errors.Is(err, dist.ErrDigest) {
		t.Errorf("wrong cookie: %v", err)
	}
	if got := stranger.Eval(t, fmt.Sprintf("net_adm:ping('%s').", n.name)); got != "pang" {
		t.Errorf("ping from there with a wrong cookie: %s", got)
	}
	host := n.name[strings.Index(n.name, "@"):]
	nobody := term.A("nobody" + host)
	if got := n.call(t, "net_adm", "ping", nobody); got != "pang" {
		t.Errorf("ping of nobody: %s", got)
	}
	if err := n.net.Node().Failure(nobody); !errors.Is(err, epmd.ErrUnknown) {
		t.Errorf("nobody: %v", err)
	}
	if got := n.call(t, "rpc", "call", nobody, term.A("erlang"), term.A("node"), term.EmptyList); got != "{badrpc,nodedown}" {
		t.Errorf("rpc:call of nobody: %s", got)
	}

	// A node that is killed is gone within a second.
	if got := n.call(t, "net_adm", "ping", term.A(p.Name)); got != "pong" {
		t.Fatal(got)
	}
	down := make(chan term.Term, 1)
	n.SpawnNative("watch", func(me *vm.Native) term.Term {
		me.Do(func(q *vm.Process) { q.MonitorNode(term.A(p.Name), true) })
		msg, _ := me.Receive()
		down <- msg
		return nil
	})
	time.Sleep(100 * time.Millisecond)
	p.Kill()
	select {
	case msg := <-down:
		if got := term.Format(msg); got != "{nodedown,"+p.Name+"}" {
			t.Error(got)
		}
	case <-time.After(time.Minute):
		t.Error("no nodedown")
	}
}

// TestNameTaken: the second node of a name is told so.
func TestNameTaken(t *testing.T) {
	startNode(t, "twice")
	n := startVM(t)
	if err := n.net.Start(dist.Config{Name: "twice"}); !errors.Is(err, epmd.ErrNameTaken) {
		t.Errorf("%v", err)
	}
	if err := n.net.Start(dist.Config{Name: "a b"}); !errors.Is(err, dist.ErrName) {
		t.Errorf("%v", err)
	}
	if err := n.net.Start(dist.Config{Name: "a@b.c"}); !errors.Is(err, dist.ErrHostname) {
		t.Errorf("%v", err)
	}
}

// TestBoth has two nodes of this project do all of testdata/dm.erl.
func TestBoth(t *testing.T) {
	source, err := os.ReadFile("testdata/dm.erl")
	if err != nil {
		t.Fatal(err)
	}
	a, b := startNode(t, "botha"), startNode(t, "bothb")
	a.load(t, "dm", string(source))
	b.load(t, "dm", string(source))
	tests, _ := term.Slice(a.value(t, "dm", "tests"))
	for _, test := range tests {
		if got := a.call(t, "dm", "run", test, term.A(b.name)); got != "ok" {
			t.Errorf("%s: %.600s", test.(term.Atom).Name(), got)
		}
	}
}

const renamedSource = `-module(ren).
-export([go/0, ask/1]).

go() ->
    register(ren, spawn(fun() ->
        receive
            {From, Node} ->
                {_, Ref} = spawn_monitor(Node, erlang, exit, [done]),
                receive {'DOWN', Ref, process, _, Why} -> From ! {ren, Why} end
        end
    end)).

ask(Node) ->
    P = whereis(ren),
    ren ! {self(), Node},
    receive {ren, Why} -> {Why, node(P) =:= node()} end.
`

// TestRenamed: a process that began when the node had another name is the node's
// own under the name that it has.
func TestRenamed(t *testing.T) {
	n, other := startNode(t, "renameda"), startNode(t, "renamedother")
	n.load(t, "ren", renamedSource)
	n.call(t, "ren", "go")
	n.net.Stop()
	if err := n.net.Start(dist.Config{Name: "renamedb"}); err != nil {
		t.Fatal(err)
	}
	if got := n.call(t, "ren", "ask", term.A(other.name)); got != "{done,true}" {
		t.Error(got)
	}
}

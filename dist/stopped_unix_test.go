//go:build unix

package dist_test

import (
	"syscall"
	"testing"
	"time"

	"ersh/dist"
	"ersh/internal/otp"
	"ersh/runtime/term"
)

// TestStopped stops a peer without ending it: who sends to it too much is
// suspended, others are not, and after the tick time the peer is taken for gone.
func TestStopped(t *testing.T) {
	far := otp.Need(t, 29).StartPeer(t, "stopfar", nil, "-setcookie", "secret", "-kernel", "net_ticktime", "5")
	n := startVM(t)
	if err := n.net.Start(dist.Config{Name: "stopnear", Tick: 5 * time.Second}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.net.Stop() })
	n.name = n.Node().Name()
	n.load(t, "rb", robustSource)
	if got := n.call(t, "net_adm", "ping", term.A(far.Name)); got != "pong" {
		t.Fatal(got)
	}
	// An idle connection stays.
	time.Sleep(6 * time.Second)
	if !n.net.Node().Connected(term.A(far.Name)) {
		t.Fatal("the idle connection was given up")
	}
	far.Signal(syscall.SIGSTOP)
	defer far.Signal(syscall.SIGCONT)
	begun := time.Now()
	flooded, _ := n.value(t, "rb", "flood", term.A(far.Name)).(*term.Tuple)
	if flooded == nil || flooded.Elems[1] != term.A("suspended") {
		t.Fatalf("the sender: %s", term.Format(flooded))
	}
	if got := n.call(t, "rb", "nosuspend", term.A(far.Name)); got != "{nosuspend,false}" {
		t.Errorf("nosuspend: %s", got)
	}
	if got := n.call(t, "lists", "reverse", term.List(term.A("a"), term.A("b"))); got != "[b,a]" {
		t.Error(got)
	}
	if got := n.call(t, "rb", "ended", flooded.Elems[0]); got != "normal" {
		t.Errorf("the sender, when the connection has ended: %s", got)
	}
	if d := time.Since(begun); d < 2*time.Second {
		t.Errorf("given up after %v", d)
	}
	// What the sender still had to send has begun another connection.
	if got := n.call(t, "erlang", "nodes"); got != "[]" {
		t.Errorf("still connected with %s", got)
	}
}

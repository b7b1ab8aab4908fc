//go:build unix

package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ersh/dist/epmd"
	"ersh/internal/otp"
)

// ownEpmd gives the test's nodes a port mapper of their own, and says what host
// they run on.
func ownEpmd(t *testing.T) (host string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(ln.Addr().(*net.TCPAddr).Port)
	ln.Close()
	t.Setenv("ERL_EPMD_PORT", port)
	background(t, exec.Command(ersh, "epmd"))
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("no port mapper")
		}
	}
	host, err = os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	return host
}

func background(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
}

// TestHints sees what a person is told when nodes don't meet, and that the
// values are erl's.
func TestHints(t *testing.T) {
	host := ownEpmd(t)
	background(t, exec.Command(ersh, "-noinput", "-sname", "hintserver", "-setcookie", "one"))
	s := openScreenOf(t, exec.Command(ersh, "-sname", "hintclient", "-setcookie", "other"))
	s.expect("(hintclient@" + host + ")1>")
	for i, c := range []struct{ typed, hint, value string }{
		{"net_adm:ping(hintserver@HOST).", "-- hintserver@HOST has another cookie: compare", "pang"},
		{"rpc:call(hintserver@HOST, m, f, []).", "-- hintserver@HOST has another cookie: compare", "{badrpc,nodedown}"},
		{"net_kernel:connect_node(nobody@HOST).", "-- no node nobody runs on host HOST: start it", "false"},
		{"net_adm:ping('a@127.0.0.1').", "** Hostname 127.0.0.1 is illegal **\n\n-- this node has a short name (-sname)", "pang"},
		{"net_adm:ping(gandalf@my-host).", "-- a node's name with a dot or - in it has quotes around it: 'gandalf@my-host'", ""},
		{"net_adm:ping(bad).", "-- bad is no node name: it has the form name@host", "pang"},
	} {
		// The port mapper knows the node a moment after it was started.
		for deadline := time.Now().Add(10 * time.Second); i == 0 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			if out, _ := exec.Command(ersh, "epmd", "-names").Output(); strings.Contains(string(out), "hintserver") {
				break
			}
		}
		s.typed(strings.ReplaceAll(c.typed, "HOST", host) + "\r")
		s.contain(strings.ReplaceAll(c.hint, "HOST", host))
		s.contain("\n" + c.value + "\n")
		s.contain(fmt.Sprintf("\n(hintclient@%s)%d>", host, i+2))
	}
	s.typed("rpc:call(gandalf@a.b.c, m, f, []).\r")
	s.contain("syntax error before: '.'\n-- a node's name with a dot or - in it has quotes around it: 'gandalf@a.b.c'\n")

	s = openScreenOf(t, exec.Command(ersh, "-sname", "hintclient"))
	s.contain("\n-- start with another name")
	s = openScreenOf(t, exec.Command(ersh, "-sname", "a@b.c"))
	s.contain("\n-- a host with dots goes with a long name: -name a@b.c")

	s = openScreenOf(t, exec.Command(ersh, "-sname", "quiet", "-setcookie", "other"), "ERSH_HINTS=off")
	s.expect("1>")
	s.typed("net_adm:ping(hintserver@" + host + ").\r")
	s.expect(fmt.Sprintf("1> net_adm:ping(hintserver@%s).\npang\n(quiet@%s)2>", host, host))
}

// TestHintsOfPeers has peers that misbehave at each step on the way to a
// connection, and sees what a person is told.
func TestHintsOfPeers(t *testing.T) {
	host := ownEpmd(t)
	port, _ := strconv.Atoi(os.Getenv("ERL_EPMD_PORT"))
	s := openScreenOf(t, exec.Command(ersh, "-sname", "hintpeers", "-setcookie", "c", "-kernel", "net_setuptime", "1"))
	s.expect("(hintpeers@" + host + ")1>")
	frame := func(b string) string { return string([]byte{byte(len(b) >> 8), byte(len(b))}) + b }
	challenge := func(flags uint64, name string) string {
		b := binary.BigEndian.AppendUint64([]byte{'N'}, flags)
		b = append(b, 1, 2, 3, 4, 0, 0, 0, 1, 0, byte(len(name)))
		return frame(string(b) + name)
	}
	const all = 0x1403ffffff // what is mandatory, and more
	for i, c := range []struct {
		alive string
		// to the caller's name, and to what follows; then the peer closes, or is silent
		answers []string
		silent  bool
		hint    string
	}{
		{"closes", nil, false, "closed the connection when it heard this node's name"},
		{"silent", nil, true, "accepted the call but does not answer (step status)"},
		{"denies", []string{frame("snot_allowed")}, false, "does not let this node in"},
		{"web", []string{"HTTP/1.1 400 Bad Request\r\n\r\n"}, false, "can't be reached: status: unexpected EOF"},
		{"odd", []string{frame("swhat")}, false, "can't be reached: status: malformed handshake message"},
		{"cut", []string{frame("sok")}, false, "closed the connection at step challenge of the handshake"},
		{"slow", []string{frame("sok")}, true, "accepted the call but does not answer (step challenge)"},
		{"other", []string{frame("sok") + challenge(all, "else@"+host)}, false, "another name"},
		{"old", []string{frame("sok") + challenge(0, "old@"+host)}, false, "is of a release too old to talk with"},
		{"cookie", []string{frame("sok") + challenge(all, "cookie@"+host), ""}, false, "has another cookie: compare"},
		{"hangs", []string{frame("sok") + challenge(all, "hangs@"+host)}, true, "accepted the call but does not answer (step ack)"},
		{"gone", nil, false, "is registered but its port can't be reached"},
		{"dropped", nil, false, "is registered but its port can't be reached"},
	} {
		at := 1 // a port where nobody listens
		switch c.alive {
		case "gone":
		case "dropped":
			at = fullPort(t)
		default:
			at = misbehave(t, c.answers, c.silent)
		}
		reg, _, err := (&epmd.Client{Port: port}).Register(t.Context(), epmd.Entry{Name: c.alive, Type: epmd.TypeNormal,
			Port: uint16(at), Highest: 6, Lowest: 6})
		if err != nil {
			t.Fatal(err)
		}
		s.typed(fmt.Sprintf("net_adm:ping(%s@%s).\r", c.alive, host))
		s.expect(fmt.Sprintf("\npang\n(hintpeers@%s)%d>", host, i+2))
		// Lines are broken anywhere.
		text := strings.Join(strings.Fields(s.text()), "")
		want := fmt.Sprintf("net_adm:ping(%s@%s).--", c.alive, host)
		if i := strings.LastIndex(text, want); i < 0 || !strings.Contains(text[i:], strings.ReplaceAll(c.hint, " ", "")) {
			t.Errorf("%s: no hint %q on\n%s", c.alive, c.hint, s.text())
		}
		reg.Close()
	}
}

// misbehave listens for one caller: it answers what it is to, and then closes
// the connection or keeps it without a word.
func misbehave(t *testing.T, answers []string, silent bool) (port int) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		buf := make([]byte, 4096)
		for i := 0; ; i++ {
			if _, err := c.Read(buf); err != nil {
				return
			}
			if i < len(answers) {
				io.WriteString(c, answers[i])
			}
			if i+1 >= len(answers) && !silent {
				return
			}
		}
	}()
	return ln.Addr().(*net.TCPAddr).Port
}

// fullPort gives a port whose queue of callers is full: the kernel drops the
// packets of further ones, as a firewall does.
func fullPort(t *testing.T) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	port := name.(*syscall.SockaddrInet4).Port
	for range 8 {
		c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), 300*time.Millisecond)
		if err != nil {
			return port
		}
		t.Cleanup(func() { c.Close() })
	}
	t.Fatal("the queue does not fill")
	return 0
}

// TestRemoteShell has a person at a terminal use the shell of another node,
// where either or both are this project's.
func TestRemoteShell(t *testing.T) {
	host := ownEpmd(t)
	for _, c := range []struct{ client, server int }{{0, 0}, {0, 29}, {29, 0}, {27, 0}, {25, 0}, {0, 25}} {
		t.Run(fmt.Sprint(c.client, "-", c.server), func(t *testing.T) {
			command := func(release int, args ...string) *exec.Cmd {
				args = append(args, "-setcookie", "remsh")
				if release == 0 {
					return exec.Command(ersh, args...)
				}
				return otp.Need(t, release).Command(t.Context(), "erl", args...)
			}
			server := fmt.Sprintf("remsh%dto%d@%s", c.client, c.server, host)
			node := command(c.server, "-noinput", "-sname", server)
			background(t, node)
			for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
				if out, _ := exec.Command(ersh, "epmd", "-names").Output(); strings.Contains(string(out), strings.Split(server, "@")[0]) {
					break
				}
			}
			s := openScreenOf(t, command(c.client, "-remsh", server))
			n := 1
			prompt := func() string { return fmt.Sprintf("(%s)%d>", server, n) }
			does := func(keys, shown string) {
				t.Helper()
				n++
				s.typed(keys)
				s.expect(shown + "\n" + prompt())
			}
			s.expect(prompt())
			does("node().\r", "\n"+server)
			does("X = 40 + 2.\r", "\n42")
			does("io:format(\"there~n\").\r", "\nthere\nok")
			does("is_pid(group_leader()) andalso node(group_leader()) =/= node().\r", "\ntrue")
			does("foo(1).\r", "undefined shell command foo/1")
			if c.server != 25 { // whose shell takes no functions
				does("twice(N) -> 2 * N.\r", "\nok")
				does("lists:map(fun twice/1, [1]).\r", "\n[2]")
			}
			does("spawn(fun() -> io:format(\"later~n\") end), timer:sleep(200).\r", "later\nok")
			s.typed("lists:dupl\t")
			s.expect("lists:duplicate(")
			does("1,a).\r", "\n[a]")
			s.typed("io:get_line(\"Name: \").\r")
			s.expect("Name:")
			does("joe\r", "\"joe\\n\"")
			if c.client == 0 {
				s.typed("[1,\x03")
				s.expect("\n" + prompt())
				s.typed("(fun F() -> F() end)().\r")
				time.Sleep(100 * time.Millisecond)
				n++
				s.typed("\x03")
				s.expect("** exception exit: killed\n" + prompt())
				does("X.\r", "\n42")
			}
			// The end of the client is not the server's, whose end ends the client.
			if c.client == 0 {
				s.typed("exit().\r")
				s.expect("*** Shell process terminated! ***")
			} else {
				s.typed("exit().\r")
				s.contain("*** Shell process terminated! (^G to start new job) ***")
			}
			s = openScreenOf(t, command(c.client, "-remsh", server))
			n = 1
			s.expect(prompt())
			node.Process.Kill()
			s.contain("*** ERROR: Shell process terminated!")
		})
	}
}

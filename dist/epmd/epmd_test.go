package epmd

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

func startServer(t testing.TB) *Client {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := new(Server)
	go s.Serve(ln)
	t.Cleanup(s.Close)
	return &Client{Port: ln.Addr().(*net.TCPAddr).Port}
}

func TestRegister(t *testing.T) {
	ctx := t.Context()
	c := startServer(t)
	e := Entry{Name: "bilbo", Port: 4711, Type: TypeNormal, Highest: 6, Lowest: 6}
	conn, creation, err := c.Register(ctx, e)
	if err != nil || creation < 5 {
		t.Fatal(creation, err)
	}
	if _, _, err := c.Register(ctx, e); !errors.Is(err, ErrNameTaken) {
		t.Errorf("a second bilbo: %v", err)
	}
	got, err := c.Lookup(ctx, "localhost", "bilbo")
	if err != nil || got.Port != 4711 || got.Type != TypeNormal || got.Name != "bilbo" {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := c.Lookup(ctx, "localhost", "frodo"); !errors.Is(err, ErrUnknown) {
		t.Errorf("frodo: %v", err)
	}
	list, err := c.Names(ctx, "localhost")
	if err != nil || len(list) != 1 || list[0] != (NamePort{"bilbo", 4711}) {
		t.Errorf("%v %v", list, err)
	}
	if answer, _ := c.Kill(ctx, "localhost"); answer != "NO" {
		t.Errorf("kill: %q", answer)
	}
	conn.Close()
	for range 100 {
		if list, _ = c.Names(ctx, "localhost"); len(list) == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if len(list) != 0 {
		t.Errorf("still there: %v", list)
	}
	_, again, err := c.Register(ctx, e)
	if err != nil || again == creation {
		t.Errorf("creation %d again: %v", again, err)
	}
}

// TestRealClient has the real epmd program ask this server.
func TestRealClient(t *testing.T) {
	if _, err := exec.LookPath("epmd"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("needs the real epmd")
		}
		t.Skip("needs the real epmd")
	}
	c := startServer(t)
	if _, _, err := c.Register(context.Background(), Entry{Name: "sam", Port: 99, Type: TypeNormal, Highest: 6, Lowest: 6}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("epmd", "-names")
	cmd.Env = append(cmd.Environ(), "ERL_EPMD_PORT="+strconv.Itoa(c.Port))
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "name sam at port 99") {
		t.Errorf("%s %v", out, err)
	}
}

func FuzzServer(f *testing.F) {
	f.Add((&Entry{Name: "bilbo", Port: 1, Type: TypeNormal, Highest: 6}).append([]byte{alive2Req}))
	f.Add([]byte{portReq, 'x'})
	f.Add([]byte{namesReq})
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &Server{last: make(map[string]uint32), open: make(map[net.Conn]struct{})}
		here, there := net.Pipe()
		done := make(chan struct{})
		go func() {
			s.serve(here)
			here.Close()
			close(done)
		}()
		there.SetDeadline(time.Now().Add(time.Second))
		there.Write(frame(b[:min(len(b), 2000)]))
		var answer [64]byte
		there.Read(answer[:])
		there.Close()
		<-done
		if len(s.nodes) != 0 {
			t.Error("a registration has outlived its connection")
		}
		parseEntry(b)
	})
}

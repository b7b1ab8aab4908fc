package epmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Usage is the command's own help.
const Usage = `Usage: ersh epmd [-port N] [-address LIST] [-daemon] [-relaxed_command_check]
       ersh epmd [-port N] [-names|-kill]

Tells at which ports the Erlang nodes of this machine listen. Nodes start it
themselves when none runs; real epmd and this one serve each other's nodes.

  -port N        another port than ERL_EPMD_PORT or 4369
  -address LIST  listen only at these addresses, and at loopback
  -daemon        run on in the background
  -relaxed_command_check   let -kill end it while nodes are registered
  -names         list the registered nodes
  -kill          end the running epmd
`

// Command is the command ersh epmd; it gives the exit status.
func Command(args []string, out, errs io.Writer) int {
	c := Client{Port: Port()}
	var addresses []string
	action, daemon, relaxed := "", false, false
	for i := 0; i < len(args); i++ {
		value := func() (string, bool) {
			if i++; i < len(args) {
				return args[i], true
			}
			return "", false
		}
		switch strings.TrimLeft(args[i], "-") {
		case "port":
			v, ok := value()
			n, err := strconv.Atoi(v)
			if !ok || err != nil || n < 1 || n > 65535 {
				fmt.Fprint(errs, Usage)
				return 1
			}
			c.Port = n
		case "address":
			v, ok := value()
			if !ok {
				fmt.Fprint(errs, Usage)
				return 1
			}
			addresses = strings.Split(v, ",")
		case "daemon":
			daemon = true
		case "relaxed_command_check":
			relaxed = true
		case "names", "kill":
			action = strings.TrimLeft(args[i], "-")
		case "help":
			fmt.Fprint(out, Usage)
			return 0
		default:
			fmt.Fprint(errs, Usage)
			return 1
		}
	}
	switch {
	case action == "names":
		return names(&c, out, errs)
	case action == "kill":
		return kill(&c, out, errs)
	case daemon:
		if err := startDaemon(&c, args); err != nil {
			fmt.Fprintln(errs, "epmd:", err)
			return 1
		}
		return 0
	}
	return serve(&c, addresses, relaxed, errs)
}

func names(c *Client, out, errs io.Writer) int {
	list, err := c.Names(context.Background(), "localhost")
	if err != nil {
		fmt.Fprintln(errs, "epmd: Cannot connect to local epmd")
		return 1
	}
	fmt.Fprintf(out, "epmd: up and running on port %d with data:\n", c.Port)
	for _, n := range list {
		fmt.Fprintf(out, "name %s at port %d\n", n.Name, n.Port)
	}
	return 0
}

func kill(c *Client, out, errs io.Writer) int {
	answer, err := c.Kill(context.Background(), "localhost")
	switch {
	case err != nil:
		fmt.Fprintln(errs, "epmd: Cannot connect to local epmd")
		return 1
	case answer == "OK":
		fmt.Fprintln(out, "Killed")
		return 0
	}
	fmt.Fprintln(out, "Killing not allowed - living nodes in database.")
	return 1
}

func serve(c *Client, addresses []string, relaxed bool, errs io.Writer) int {
	hosts := []string{""}
	if len(addresses) > 0 {
		hosts = []string{"127.0.0.1"}
		for _, a := range addresses {
			if a = strings.TrimSpace(a); a != "" && a != "127.0.0.1" {
				hosts = append(hosts, a)
			}
		}
	}
	var lns []net.Listener
	for _, h := range hosts {
		ln, err := net.Listen("tcp", net.JoinHostPort(h, strconv.Itoa(c.Port)))
		if err != nil {
			fmt.Fprintln(errs, "epmd:", err)
			return 1
		}
		lns = append(lns, ln)
	}
	s := &Server{RelaxedCheck: relaxed}
	s.Serve(lns...)
	return 0
}

// startDaemon runs the command without -daemon in a process of its own, and
// returns when it answers.
func startDaemon(c *Client, args []string) error {
	var rest []string
	for _, a := range args {
		if strings.TrimLeft(a, "-") != "daemon" {
			rest = append(rest, a)
		}
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(exe, append([]string{"epmd"}, rest...)...)
	cmd.Dir = string(os.PathSeparator)
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		if _, err := c.Names(context.Background(), "localhost"); err == nil {
			return nil
		}
		select {
		case <-ended:
			// Another may have been first.
			if _, err := c.Names(context.Background(), "localhost"); err == nil {
				return nil
			}
			return errors.New("cannot listen at port " + strconv.Itoa(c.Port))
		case <-time.After(2 * time.Millisecond):
		}
	}
	return errors.New("no answer")
}

// Start starts a port mapper that outlives this program, by running the
// program's own command epmd.
func Start() error {
	c := Client{Port: Port()}
	return startDaemon(&c, []string{"-port", strconv.Itoa(c.Port)})
}

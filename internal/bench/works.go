package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ersh/dist/epmd"
)

// A contender is a shell command with a folder of its own, in which the work's
// module is compiled by that shell.
type contender struct {
	cmd, dir string
	env      []string
	epmd     int // the port of its own epmd
}

func newContender(cmd, dir string) (*contender, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	// An epmd of its own, away from any other on the machine.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	c := &contender{cmd: cmd, dir: dir, epmd: port,
		env: append(os.Environ(), "HOME="+dir, "ERL_EPMD_PORT="+strconv.Itoa(port), "LC_ALL=C.UTF-8")}
	if err := os.WriteFile(filepath.Join(dir, "bench.erl"), benchModule, 0o644); err != nil {
		return nil, err
	}
	kvs, err := os.ReadFile("kvs/kvs.erl")
	if err != nil {
		return nil, fmt.Errorf("%w (run bench from the project's folder)", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kvs.erl"), kvs, 0o644); err != nil {
		return nil, err
	}
	out, err := c.command("-noshell", "-eval", "{ok,_} = c:c(bench), {ok,_} = c:c(kvs), halt().").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: compiling the work: %v\n%s", cmd, err, out)
	}
	return c, nil
}

// close ends the epmd that the first node has started; it goes on until the
// nodes it knows are gone.
func (c *contender) close() {
	client := epmd.Client{Port: c.epmd}
	for range 50 {
		if answer, err := client.Kill(context.Background(), "127.0.0.1"); err != nil || answer != "NO" {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (c *contender) command(args ...string) *exec.Cmd {
	cmd := exec.Command(c.cmd, args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	return cmd
}

// A work is a row of the table: measure gives a figure of which less is
// better, in the unit that unit prints.
type work struct {
	name, what string
	bar        float64 // the ratio to erl's figure that is aimed at
	unit       func(float64) string
	measure    func(*contender) (float64, error)
}

func micros(x float64) string { return time.Duration(x * 1e3).Round(10 * time.Microsecond).String() }
func mega(x float64) string   { return fmt.Sprintf("%.1f MB", x/1e6) }

var works = []work{
	{"start", "start to halt()", 0.1, micros, start},
	{"idle", "memory of an idle shell", 0.5, mega, idle},
	{"shellfib", "fib(20) of a fun typed in the shell", 1. / 10, micros, shellFib},
	{"fib", "fib(30)", 4, micros, local("fib")},
	{"nrev", "naive reverse of 300, 2,000 times", 8, micros, local("nrev")},
	{"loop", "10,000,000 steps", 5, micros, local("loop")},
	{"fold", "folds, maps, filters with funs", 5, micros, local("fold")},
	{"maps", "map update and lookup", 5, micros, local("maps")},
	{"binaries", "building and matching binaries", 5, micros, local("binaries")},
	{"strings", "string handling", 5, micros, local("strings")},
	{"sort", "sorting 1,000,000", 1.5, micros, local("sort")},
	{"lists", "lists:* over 1,000,000", 1.5, micros, local("lists")},
	{"mapmod", "maps:* over 1,000,000", 1.5, micros, local("mapmod")},
	{"pingpong", "300,000 messages there and back", 1.5, micros, local("pingpong")},
	{"ring", "ring of 1,000, 300 rounds", 1.5, micros, local("ring")},
	{"kvs", "kvs:store + kvs:lookup, 100,000", 1, micros, local("kvs")},
	{"processes", "1,000,000 processes, time", 1, micros, local("processes")},
	{"processmem", "1,000,000 processes, peak memory", 1, mega, processMemory},
	{"rpc", "rpc:call, 5,000", 1 / 1.5, micros, remote("rpc")},
	{"echo", "echo of a remote process, 10,000", 1, micros, remote("echo")},
	{"small", "200,000 small messages to a node", 1, micros, remote("small")},
	{"large", "500 binaries of 1 MB to a node", 1, micros, remote("large")},
	{"compile", "compiling a module of 3,000 lines", 0.25, micros, compileLarge},
}

func start(c *contender) (float64, error) {
	t0 := time.Now()
	out, err := c.command("-noshell", "-eval", "halt().").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%v\n%s", err, out)
	}
	return float64(time.Since(t0).Microseconds()), nil
}

var resultLine = regexp.MustCompile(`RESULT (\d+)`)

func result(out []byte) (float64, error) {
	m := resultLine.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("no result in the output:\n%s", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

func local(name string) func(*contender) (float64, error) {
	return func(c *contender) (float64, error) {
		out, err := c.command("-noshell", "+P", "2000000", "-eval", "bench:main("+name+"), halt().").CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("%v\n%s", err, out)
		}
		return result(out)
	}
}

// remote does the work between two nodes of the same kind.
func remote(name string) func(*contender) (float64, error) {
	return func(c *contender) (float64, error) {
		peer := c.command("-noshell", "-sname", "bench_peer@localhost", "-setcookie", "bench", "-eval", `io:format("READY~n").`)
		stdout, err := peer.StdoutPipe()
		if err != nil {
			return 0, err
		}
		if err := peer.Start(); err != nil {
			return 0, err
		}
		defer func() {
			peer.Process.Kill()
			peer.Wait()
		}()
		lines := bufio.NewScanner(stdout)
		for lines.Scan() && !strings.Contains(lines.Text(), "READY") {
		}
		go io.Copy(io.Discard, stdout)
		out, err := c.command("-noshell", "-sname", "bench_main@localhost", "-setcookie", "bench",
			"-eval", "bench:main("+name+", bench_peer@localhost), halt().").CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("%v\n%s", err, out)
		}
		return result(out)
	}
}

const fibFun = `F = fun Fib(0) -> 0; Fib(1) -> 1; Fib(N) -> Fib(N-1) + Fib(N-2) end.
T = fun() -> T0 = erlang:monotonic_time(microsecond), F(20), erlang:monotonic_time(microsecond) - T0 end.
T().
io:format("RESULT ~p~n", [lists:min([T(), T(), T()])]).
`

func shellFib(c *contender) (float64, error) {
	cmd := c.command()
	cmd.Stdin = strings.NewReader(fibFun)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%v\n%s", err, out)
	}
	return result(out)
}

// idle is the resident memory of a shell that has answered one line.
func idle(c *contender) (float64, error) {
	cmd := c.command()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	fmt.Fprintln(stdin, "1 + 1.")
	time.Sleep(2 * time.Second)
	kb, err := status(cmd.Process.Pid, "VmRSS")
	stdin.Close()
	cmd.Wait()
	return kb * 1024, err
}

// processMemory is the peak resident memory of a million processes.
func processMemory(c *contender) (float64, error) {
	cmd := c.command("-noshell", "+P", "2000000", "-eval", `bench:main(processes), io:format("READY~n"), receive stop -> ok end.`)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && !strings.Contains(lines.Text(), "READY") {
	}
	kb, err := status(cmd.Process.Pid, "VmHWM")
	return kb * 1024, err
}

// status reads a figure, in kB, of a process from /proc.
func status(pid int, field string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			return strconv.ParseFloat(strings.Fields(rest)[0], 64)
		}
	}
	return 0, fmt.Errorf("no %s in /proc/%d/status", field, pid)
}

// compileLarge compiles a generated module of 3,000 lines.
func compileLarge(c *contender) (float64, error) {
	var b strings.Builder
	b.WriteString("-module(large).\n-compile(export_all).\n-compile(nowarn_export_all).\n")
	for i := range 300 {
		fmt.Fprintf(&b, `
f%[1]d(X, Y) when X > %[1]d, is_integer(Y) ->
    Z = case {X, Y} of
            {1, A} -> A + %[1]d;
            {B, 2} when B =/= Y -> [B | f%[2]d(B, Y)];
            _ -> lists:map(fun(E) -> E * X + Y end, [X, Y, %[1]d])
        end,
    {ok, #{key => Z, value => <<X:16, Y:32>>}};
f%[1]d([H | T], Y) -> try f%[2]d(T, H) catch error:E -> {E, Y} end;
f%[1]d(_, _) -> error.
`, i, (i+1)%300)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "large.erl"), []byte(b.String()), 0o644); err != nil {
		return 0, err
	}
	out, err := c.command("-noshell", "-eval", `
T = fun() -> T0 = erlang:monotonic_time(microsecond), {ok, large} = compile:file(large), erlang:monotonic_time(microsecond) - T0 end,
io:format("RESULT ~p~n", [lists:min([T(), T(), T()])]), halt().`).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%v\n%s", err, out)
	}
	return result(out)
}

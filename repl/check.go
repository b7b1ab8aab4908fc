package repl

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"
)

// stepLimit is how long a command of a transcript may take.
const stepLimit = 30 * time.Second

// lateOutput is how long output that is missing may come after the prompt.
const lateOutput = time.Second

// session runs the steps of one transcript on nodes of its own.
type session struct {
	nodes  map[string]*child
	failed map[string]error // nodes that can't be started
	host   string
	cookie string
	epmd   string
	stop   func()
}

// StartEpmd starts a port mapper of one's own on loopback and gives its port.
type StartEpmd func() (port int, stop func(), err error)

func newSession(startEpmd StartEpmd) (*session, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	host, _, _ = strings.Cut(host, ".")
	s := &session{nodes: map[string]*child{}, failed: map[string]error{}, host: host,
		cookie: rand.Text(), stop: func() {}}
	if startEpmd != nil {
		port, stop, err := startEpmd()
		if err != nil {
			return nil, fmt.Errorf("the nodes' port mapper can't be started: %w", err)
		}
		s.epmd, s.stop = fmt.Sprint(port), stop
	}
	return s, nil
}

// close ends the nodes.
func (s *session) close() {
	for _, c := range s.nodes {
		c.stop()
	}
	s.stop()
}

// errElsewhere is of a node that a transcript has on another machine.
var errElsewhere = errors.New("the node belongs on another machine")

// node gives the node that a prompt names, started if need be.
func (s *session) node(name string) (*child, error) {
	if c, ok := s.nodes[name]; ok {
		return c, nil
	}
	if err := s.failed[name]; err != nil {
		return nil, err
	}
	c, err := s.start(name)
	if err != nil {
		s.failed[name] = err
		return nil, err
	}
	s.nodes[name] = c
	return c, nil
}

func (s *session) start(name string) (*child, error) {
	args := []string{}
	env := []string{}
	if name != "" {
		alive, host, _ := strings.Cut(name, "@")
		switch {
		case host == "HOST" || host == s.host || host == "localhost":
			args = append(args, "-sname", strings.ReplaceAll(name, "@HOST", "@"+s.host))
		case host == "127.0.0.1":
			args = append(args, "-name", alive+"@"+host)
		default:
			return nil, errElsewhere
		}
		args = append(args, "-setcookie", s.cookie)
		if s.epmd != "" {
			env = append(env, "ERL_EPMD_PORT="+s.epmd)
		}
	}
	return startChild(args, env, stepLimit)
}

var (
	hostAtom  = regexp.MustCompile(`'?\b([a-z][A-Za-z0-9_]*)@HOST\b'?`)
	plainHost = regexp.MustCompile(`^[A-Za-z0-9_@]+$`)
)

// typed is a line as it is typed here: with this machine's name for HOST.
func (s *session) typed(line string) string {
	if plainHost.MatchString(s.host) {
		return strings.ReplaceAll(line, "@HOST", "@"+s.host)
	}
	return hostAtom.ReplaceAllString(line, "'$1@"+s.host+"'")
}

// run types a step's lines and gives what is printed. echo, if it is not nil,
// gets each line after the prompt that it is typed at.
func (s *session) run(st step, echo func(prompt, line string)) (*child, []string, error) {
	c, err := s.node(st.node)
	if err != nil {
		return nil, nil, err
	}
	if c.ended {
		return nil, nil, errEnded
	}
	for _, line := range st.input {
		line = s.typed(line)
		if echo != nil {
			echo(c.prompt, line)
		}
		if err = c.send(line); err == nil {
			err = c.await(stepLimit)
		}
		if err != nil {
			break
		}
	}
	if c.ended && err == errEnded {
		err = nil // as halt() does
	}
	return c, outputLines(c.take()), err
}

func outputLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// Run runs sessions and prints them as the shell would have: a file holds a
// transcript, or just the commands.
func Run(w io.Writer, startEpmd StartEpmd, files ...string) error {
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := runFile(w, startEpmd, file, string(text)); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func runFile(w io.Writer, startEpmd StartEpmd, file, text string) error {
	all := steps(file, text)
	if len(all) == 0 {
		all = commands(file, text)
	}
	s, err := newSession(startEpmd)
	if err != nil {
		return err
	}
	defer s.close()
	for _, st := range all {
		_, out, err := s.run(st, func(prompt, line string) {
			fmt.Fprintf(w, "%s%s\n", prompt, line)
		})
		for _, line := range out {
			fmt.Fprintln(w, line)
		}
		if errors.Is(err, errElsewhere) {
			fmt.Fprintf(w, "%% line %d: %s: %v\n", st.line, st.node, err)
		} else if err != nil {
			return fmt.Errorf("line %d: %w", st.line, err)
		}
	}
	return nil
}

// commands makes a text without prompts a transcript.
func commands(file, text string) []step {
	var all []step
	var input []string
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		input = append(input, line)
		if complete(strings.Join(input, "\n")) {
			all = append(all, step{file: file, line: i + 2 - len(input), input: input})
			input = nil
		}
	}
	if input != nil {
		all = append(all, step{file: file, input: input})
	}
	return all
}

// Check runs the transcripts in files and compares what is printed with what
// they say. It reports what differs and gives the number of commands whose
// output was not as expected.
func Check(w io.Writer, startEpmd StartEpmd, files ...string) (int, error) {
	var total, differing, elsewhere int
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		all := steps(file, string(text))
		if len(all) == 0 {
			fmt.Fprintf(w, "%s: no prompts in it\n", file)
		}
		s, err := newSession(startEpmd)
		if err != nil {
			return 0, err
		}
		for _, st := range all {
			total++
			switch ok, err := s.check(w, st); {
			case errors.Is(err, errElsewhere):
				elsewhere++
			case !ok:
				differing++
			}
		}
		s.close()
	}
	fmt.Fprintf(w, "%d commands: %d as expected, %d different", total, total-differing-elsewhere, differing)
	if elsewhere > 0 {
		fmt.Fprintf(w, ", %d not run, for their nodes are on other machines", elsewhere)
	}
	fmt.Fprintln(w)
	return differing, nil
}

// check runs a step and reports a difference.
func (s *session) check(w io.Writer, st step) (bool, error) {
	c, lines, err := s.run(st, nil)
	if errors.Is(err, errElsewhere) {
		return false, err
	}
	want, got := byShape(st.output, s.host), byShape(lines, s.host)
	for deadline := time.Now().Add(lateOutput); err == nil && !matches(want, got) && len(got) < len(want) &&
		time.Now().Before(deadline); {
		c.linger(lateOutput / 20)
		lines = append(lines, outputLines(c.take())...)
		got = byShape(lines, s.host)
	}
	if err == nil && matches(want, got) {
		return true, nil
	}
	fmt.Fprintf(w, "%s:%d: %s %s\n", st.file, st.line, st.prompt, strings.Join(st.input, "\n    "))
	if err != nil {
		fmt.Fprintf(w, "  %v\n", err)
	}
	for _, line := range diff(want, got) {
		fmt.Fprintf(w, "  %s\n", line)
	}
	return false, err
}

// diff shows expected lines after -, printed ones after +, those of both
// after a blank.
func diff(want, got []string) []string {
	// The longest common subsequence, of texts that are short; long ones
	// are shown one after the other.
	if len(want)*len(got) > 1<<20 {
		var out []string
		for _, l := range want {
			out = append(out, "- "+l)
		}
		for _, l := range got {
			out = append(out, "+ "+l)
		}
		return out
	}
	common := make([][]int, len(want)+1)
	for i := range common {
		common[i] = make([]int, len(got)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			if want[i] == got[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []string
	i, j := 0, 0
	for i < len(want) || j < len(got) {
		switch {
		case i < len(want) && j < len(got) && want[i] == got[j]:
			out = append(out, "  "+want[i])
			i, j = i+1, j+1
		case j == len(got) || i < len(want) && common[i+1][j] >= common[i][j+1]:
			out = append(out, "- "+want[i])
			i++
		default:
			out = append(out, "+ "+got[j])
			j++
		}
	}
	return out
}

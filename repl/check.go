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

// StepLimit is how long a command of a transcript may take, if nothing else is
// said.
const StepLimit = 30 * time.Second

// ErrNoPrompts is of a file that is no transcript.
var ErrNoPrompts = errors.New("there are no prompts in it, such as \"1> \" at the beginning of a line")

// lateOutput is how long output that is missing may come after the prompt.
const lateOutput = time.Second

// session runs the steps of one transcript on nodes of its own.
type session struct {
	nodes  map[string]*child
	failed map[string]error // nodes that can't be started
	host   string
	cookie string
	epmd   string
	limit  time.Duration
	stop   func()
}

// StartEpmd starts a port mapper of one's own on loopback and gives its port.
type StartEpmd func() (port int, stop func(), err error)

func newSession(startEpmd StartEpmd, limit time.Duration) (*session, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	host, _, _ = strings.Cut(host, ".")
	s := &session{nodes: map[string]*child{}, failed: map[string]error{}, host: host,
		cookie: rand.Text(), limit: limit, stop: func() {}}
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
	return startChild(args, env, s.limit)
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
			err = c.await(s.limit)
		}
		if err != nil {
			break
		}
	}
	if err != nil && !c.ended {
		// What it is at can't be known: nothing more is typed at it.
		c.stop()
		c.ended = true
		return c, outputLines(c.take()), fmt.Errorf("%w; the node was ended", err)
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
	s, err := newSession(startEpmd, StepLimit)
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

// Checking says how transcripts are checked.
type Checking struct {
	StartEpmd StartEpmd
	Limit     time.Duration // that a command may take
	Update    bool          // write what is printed into the files
}

// Check runs the transcripts in files and compares what is printed with what
// they say. It reports what differs and gives the number of commands whose
// output was not as expected; those that it wrote into the files don't count.
func (o Checking) Check(w io.Writer, files ...string) (int, error) {
	var all counts
	for _, file := range files {
		if err := o.file(w, file, &all); err != nil {
			return 0, err
		}
	}
	fmt.Fprintf(w, "%d commands: %d as expected, %d different", all.total, all.total-all.differing-all.updated-all.elsewhere, all.differing)
	if all.updated > 0 {
		fmt.Fprintf(w, ", %d updated", all.updated)
	}
	if all.elsewhere > 0 {
		fmt.Fprintf(w, ", %d not run, for their nodes are on other machines", all.elsewhere)
	}
	fmt.Fprintln(w)
	return all.differing, nil
}

type counts struct{ total, differing, updated, elsewhere int }

func (o Checking) file(w io.Writer, file string, n *counts) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	all := steps(file, string(text))
	if len(all) == 0 {
		return fmt.Errorf("%s: %w", file, ErrNoPrompts)
	}
	s, err := newSession(o.StartEpmd, o.Limit)
	if err != nil {
		return err
	}
	defer s.close()
	var changes []change
	for _, st := range all {
		n.total++
		report := w
		if o.Update {
			report = io.Discard
		}
		printed, ok, err := s.check(report, st)
		switch {
		case errors.Is(err, errElsewhere):
			n.elsewhere++
		case ok:
		case o.Update && err == nil:
			n.updated++
			changes = append(changes, change{st, printed})
		default:
			n.differing++
			if o.Update {
				fmt.Fprintf(w, "%s:%d: %s %s\n  %v\n", st.file, st.line, st.prompt, strings.Join(st.input, "\n    "), err)
			}
		}
	}
	if len(changes) == 0 {
		return nil
	}
	return os.WriteFile(file, []byte(updated(string(text), changes)), 0o644)
}

// change is a step whose output is to be replaced.
type change struct {
	step
	printed []string
}

// updated is a transcript with changes, which are in its order.
func updated(text string, changes []change) string {
	newline := "\n"
	if strings.Contains(text, "\r\n") {
		newline = "\r\n"
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var out []string
	at := 0
	for _, c := range changes {
		out = append(append(out, lines[at:c.after]...), c.printed...)
		at = c.after + len(c.output)
	}
	return strings.Join(append(out, lines[at:]...), newline)
}

// check runs a step and reports a difference.
func (s *session) check(w io.Writer, st step) (printed []string, ok bool, err error) {
	c, lines, err := s.run(st, nil)
	if errors.Is(err, errElsewhere) {
		return nil, false, err
	}
	want, got := byShape(st.output, s.host), byShape(lines, s.host)
	for deadline := time.Now().Add(lateOutput); err == nil && !matches(want, got) && len(got) < len(want) &&
		time.Now().Before(deadline); {
		c.linger(lateOutput / 20)
		lines = append(lines, outputLines(c.take())...)
		got = byShape(lines, s.host)
	}
	if err == nil && matches(want, got) {
		return nil, true, nil
	}
	fmt.Fprintf(w, "%s:%d: %s %s\n", st.file, st.line, st.prompt, strings.Join(st.input, "\n    "))
	if err != nil {
		fmt.Fprintf(w, "  %v\n", err)
	}
	for _, line := range diff(want, got) {
		fmt.Fprintf(w, "  %s\n", line)
	}
	return s.portable(lines), false, err
}

// portable is printed text as a transcript has it: with HOST for this machine's
// name.
func (s *session) portable(lines []string) []string {
	quoted := regexp.MustCompile(`'([a-z][A-Za-z0-9_]*@)` + regexp.QuoteMeta(s.host) + `'`)
	var out []string
	for _, line := range lines {
		line = strings.TrimRight(line, " \t\r")
		line = quoted.ReplaceAllString(line, "${1}HOST")
		out = append(out, strings.ReplaceAll(line, "@"+s.host, "@HOST"))
	}
	return trimBlank(out)
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

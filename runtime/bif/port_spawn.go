package bif

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Programs as ports. One goroutine reads what the program writes, cuts it into
// messages and delivers them; one writes what the port was sent; one waits for
// the program's end. The port is busy while more than busyFrom bytes wait to be
// written. A port that is closed closes its pipes, when all is written, and
// leaves the program to itself.
type program struct {
	port *vm.Port
	o    portOptions
	cmd  *exec.Cmd // nil for file descriptors
	in   *os.File  // what the program writes; nil if it is not read
	out  *os.File  // what the program reads

	mu      sync.Mutex
	ready   sync.Cond
	queue   [][]byte
	queued  int
	stopped bool
	pid     int // the program's; 0: it has not been started
	// full: the port has been told that it is busy.
	full bool
}

const (
	busyFrom  = 8 << 10
	busyUntil = 4 << 10
	pipeChunk = 64 << 10
)

// shellCommand is how a command line is run.
func shellCommand(command string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		return exec.Command("cmd", "/q", "/c", command)
	}
	return &exec.Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", "exec " + command}}
}

func openExecutable(p *vm.Process, file string, o portOptions) (term.Term, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, vm.NewError(posix(err))
	}
	if runtime.GOOS != "windows" && info.Mode()&0o111 == 0 {
		return nil, vm.NewError(posix(syscall.EACCES))
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, vm.NewError(posix(err))
	}
	arg0 := file
	if o.hasArg0 {
		arg0 = o.arg0
	}
	return openProgram(p, file, &exec.Cmd{Path: path, Args: append([]string{arg0}, o.args...)}, o)
}

// openProgram opens the port and starts the program. A program that can't be
// started has ended with the error's number, as in erl, where the attempt is
// made by another process.
func openProgram(p *vm.Process, name string, cmd *exec.Cmd, o portOptions) (term.Term, error) {
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = programEnv(o.env)
	cmd.Dir = o.cd
	cmd.SysProcAttr = ownSession()
	d := &program{o: o, cmd: cmd}
	d.ready.L = &d.mu
	var theirs []*os.File
	pipe := func(toProgram bool) (ours, its *os.File, err error) {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, nil, err
		}
		if toProgram {
			r, w = w, r
		}
		theirs = append(theirs, w)
		return r, w, nil
	}
	var itsIn, itsOut *os.File
	var err error
	if o.out {
		d.out, itsIn, err = pipe(true)
	}
	if o.in && err == nil {
		d.in, itsOut, err = pipe(false)
	}
	if err != nil {
		d.closeFiles()
		for _, f := range theirs {
			f.Close()
		}
		return nil, vm.NewError(posix(err))
	}
	switch {
	case o.noStdio:
		// File descriptors 3 and 4.
		cmd.ExtraFiles = []*os.File{itsIn, itsOut}
	default:
		if itsIn != nil {
			cmd.Stdin = itsIn
		}
		if itsOut != nil {
			cmd.Stdout = itsOut
		}
	}
	if o.stderr && itsOut != nil {
		cmd.Stderr = itsOut
	}
	d.port = p.OpenPort(name, d)
	if d.port == nil {
		d.closeFiles()
		for _, f := range theirs {
			f.Close()
		}
		return nil, vm.SystemLimit
	}
	// Starting a program takes long enough for others to run meanwhile.
	return nil, p.Async(func() (term.Term, error) {
		err := d.start()
		for _, f := range theirs {
			f.Close()
		}
		if err != nil && errors.Is(err, syscall.EAGAIN) {
			d.port.Close()
			return nil, vm.NewError(posix(err))
		}
		ended := make(chan int, 1)
		go func() {
			if err != nil {
				ended <- startFailure(err)
				return
			}
			ended <- exitStatus(cmd)
		}()
		d.serve(ended)
		return d.port.ID(), nil
	})
}

func (d *program) start() error {
	if d.o.cd != "" {
		if info, err := os.Stat(d.o.cd); err != nil || !info.IsDir() {
			if f, ok := d.cmd.Stderr.(*os.File); ok {
				fmt.Fprintf(f, "spawn: Could not cd to %s\n", d.o.cd)
			}
			return syscall.ENOENT
		}
	}
	err := d.cmd.Start()
	if err == nil {
		d.mu.Lock()
		d.pid = d.cmd.Process.Pid
		d.mu.Unlock()
	}
	return err
}

// startFailure is the status of a program that could not be started.
func startFailure(err error) int {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return int(errno) & 0xFF
	}
	return 1
}

// exitStatus waits for the program's end; a signal that ended it counts as 128
// and its number.
func exitStatus(cmd *exec.Cmd) int {
	// The status says it all.
	_ = cmd.Wait()
	if n, ok := signalled(cmd.ProcessState); ok {
		return 128 + n
	}
	return cmd.ProcessState.ExitCode()
}

// programEnv is the environment with changes to it.
func programEnv(changes []string) []string {
	env := os.Environ()
	for _, c := range changes {
		name, _, isSet := strings.Cut(c, "=")
		env = slices.DeleteFunc(env, func(e string) bool {
			k, _, _ := strings.Cut(e, "=")
			return k == name
		})
		if isSet {
			env = append(env, c)
		}
	}
	return env
}

// openFds opens a port to two of the node's own file descriptors.
func openFds(p *vm.Process, in, out int, o portOptions) (term.Term, error) {
	d := &program{o: o}
	d.ready.L = &d.mu
	if o.in {
		if d.in = nodeFile(in); d.in == nil {
			return nil, vm.NewError(term.A("ebadf"))
		}
	}
	if o.out {
		if d.out = nodeFile(out); d.out == nil {
			d.closeFiles()
			return nil, vm.NewError(term.A("ebadf"))
		}
	}
	d.port = p.OpenPort(strconv.Itoa(in)+"/"+strconv.Itoa(out), d)
	if d.port == nil {
		return nil, vm.SystemLimit
	}
	d.serve(nil)
	return d.port.ID(), nil
}

// nodeFile is a file descriptor of the node's own, as a file that may be closed
// without harm to others; nil where there is none such.
func nodeFile(fd int) *os.File {
	switch fd {
	case 0:
		return os.Stdin
	case 1:
		return os.Stdout
	case 2:
		return os.Stderr
	}
	return dupFile(fd)
}

func (d *program) closeFiles() {
	for _, f := range []*os.File{d.in, d.out} {
		if f != nil && f != os.Stdin && f != os.Stdout && f != os.Stderr {
			f.Close()
		}
	}
}

func (d *program) serve(ended <-chan int) {
	if d.in != nil {
		go d.read(ended)
	} else if ended != nil && d.o.exitStatus {
		go func() { d.finish(<-ended, true, nil) }()
	}
	if d.out != nil {
		go d.write()
	}
}

// Output is vm.PortDriver's.
func (d *program) Output(data []byte) term.Term {
	if d.out == nil {
		return term.A("ebadf")
	}
	if n := d.o.packet; n > 0 {
		if n < 4 && len(data) >= 1<<(8*n) {
			return aEinval
		}
		var head [4]byte
		binary.BigEndian.PutUint32(head[:], uint32(len(data)))
		data = append(append(make([]byte, 0, n+len(data)), head[4-n:]...), data...)
	}
	if len(data) == 0 {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue = append(d.queue, data)
	d.queued += len(data)
	if d.queued >= busyFrom && !d.full {
		d.full = true
		d.port.SetBusy(true)
	}
	d.ready.Signal()
	return nil
}

// Stop is vm.PortDriver's.
func (d *program) Stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stopped = true
	d.ready.Signal()
	if d.in != nil && d.in != os.Stdin {
		d.in.Close()
	}
}

// Info is vm.PortDriver's.
func (d *program) Info(item term.Atom) term.Term {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch item.Name() {
	case "os_pid":
		if d.pid != 0 {
			return num(d.pid)
		}
	case "queue_size":
		return num(d.queued)
	}
	return nil
}

// write writes what is queued until the port has ended and nothing is left.
func (d *program) write() {
	if d.out != os.Stdout && d.out != os.Stderr && d.out != os.Stdin {
		defer d.out.Close()
	}
	for {
		d.mu.Lock()
		for len(d.queue) == 0 && !d.stopped {
			d.ready.Wait()
		}
		if len(d.queue) == 0 {
			d.mu.Unlock()
			return
		}
		data := d.queue[0]
		d.queue[0] = nil
		d.queue = d.queue[1:]
		d.mu.Unlock()
		for len(data) > 0 {
			n, err := d.out.Write(data[:min(len(data), pipeChunk)])
			data = data[n:]
			d.written(n)
			if err != nil {
				d.port.Do(func() { d.port.Exit(posix(err)) })
				return
			}
		}
	}
}

func (d *program) written(n int) {
	d.mu.Lock()
	d.queued -= n
	release := d.full && d.queued <= busyUntil
	d.mu.Unlock()
	if release {
		d.port.Do(func() {
			d.mu.Lock()
			release := d.full && d.queued <= busyUntil
			if release {
				d.full = false
			}
			d.mu.Unlock()
			if release {
				d.port.SetBusy(false)
			}
		})
	}
}

// read delivers what comes in until the program closes its end.
func (d *program) read(ended <-chan int) {
	f := &framer{o: &d.o}
	buf := make([]byte, pipeChunk)
	messages, bytes := 0, 0
	for {
		n, err := d.in.Read(buf)
		if n > 0 {
			var out []term.Term
			size, ok := f.add(buf[:n], func(data term.Term) { out = append(out, data) })
			alive := d.port.Do(func() {
				d.port.CountInput(size)
				for _, data := range out {
					d.port.Deliver(term.T(d.port.ID(), term.T(aData, data)))
				}
				if !ok {
					d.port.Exit(aEinval)
				}
			})
			if !alive {
				return
			}
			messages, bytes = messages+len(out), bytes+n
			if messages >= 256 || bytes >= 1<<20 {
				d.port.Breathe(bytes / max(messages, 1))
				messages, bytes = 0, 0
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && errors.Is(err, os.ErrClosed) {
				return
			}
			break
		}
	}
	status := 0
	if ended != nil && d.o.exitStatus {
		select {
		case status = <-ended:
		case <-d.port.Done():
			return
		}
	}
	d.finish(status, ended != nil && d.o.exitStatus, f.rest())
}

// finish says what there is to say at the end of a program.
func (d *program) finish(status int, tell bool, rest term.Term) {
	d.port.Do(func() {
		id := d.port.ID()
		if tell {
			d.port.Deliver(term.T(id, term.T(aExitStatus, num(status))))
		}
		if rest != nil {
			d.port.Deliver(term.T(id, term.T(aData, rest)))
		}
		if d.o.eof {
			d.port.Deliver(term.T(id, aEOF))
		} else {
			d.port.Exit(term.Normal)
		}
	})
}

// framer cuts what comes in into messages.
type framer struct {
	o    *portOptions
	held []byte
}

var (
	aEol   = term.A("eol")
	aNoeol = term.A("noeol")
	aData  = term.A("data")
)

// add takes bytes in and hands over the messages that they complete; size is
// how many bytes were in them. ok is false for a packet longer than there can be.
func (f *framer) add(b []byte, emit func(term.Term)) (size int, ok bool) {
	switch {
	case f.o.packet > 0:
		f.held = append(f.held, b...)
		n := f.o.packet
		for len(f.held) >= n {
			var head [4]byte
			copy(head[4-n:], f.held)
			length := int(binary.BigEndian.Uint32(head[:]))
			if len(f.held)-n < length {
				break
			}
			size += length
			emit(f.data(f.held[n : n+length]))
			f.held = f.held[n+length:]
		}
		if len(f.held) == 0 {
			f.held = nil
		}
	case f.o.line > 0:
		size = len(b)
		f.held = append(f.held, b...)
		for f.cutLine(emit) {
		}
	default:
		size = len(b)
		emit(f.data(b))
	}
	return size, true
}

// cutLine hands over the first line of what is held, or as much of it as a
// message may have. A carriage return before the newline belongs to the end.
func (f *framer) cutLine(emit func(term.Term)) bool {
	b := f.held
	for i := 0; i < len(b) && i <= f.o.line+1; i++ {
		if b[i] != '\n' {
			continue
		}
		end := i
		if end > 0 && b[end-1] == '\r' {
			end--
		}
		if end > f.o.line {
			break
		}
		emit(term.T(aEol, f.data(b[:end])))
		f.held = b[i+1:]
		return true
	}
	n := f.o.line
	if len(b) <= n || len(b) == n+1 && b[n] == '\r' {
		return false
	}
	emit(term.T(aNoeol, f.data(b[:n])))
	f.held = b[n:]
	return true
}

// rest is what is left at the end: a line without its end.
func (f *framer) rest() term.Term {
	if f.o.line > 0 && len(f.held) > 0 {
		return term.T(aNoeol, f.data(f.held))
	}
	return nil
}

func (f *framer) data(b []byte) term.Term {
	if f.o.binary {
		return term.Binary(append([]byte(nil), b...))
	}
	return term.ByteList(b)
}

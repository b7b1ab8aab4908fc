//go:build unix

package repl

import (
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// input reads a terminal and can be kept from it: a read that waits would take
// the first key of a program that has the terminal meanwhile.
type input struct {
	file       *os.File
	wake, ring *os.File // the ends of a pipe

	mu     sync.Mutex
	parked chan struct{} // asked to pause; closed when no read waits
	resume chan struct{}
}

// terminalInput reads what is typed.
func terminalInput() io.Reader {
	wake, ring, err := os.Pipe()
	if err != nil {
		return os.Stdin
	}
	return &input{file: os.Stdin, wake: wake, ring: ring}
}

// Read reads what was typed.
func (in *input) Read(p []byte) (int, error) {
	for {
		keys, woken, err := in.wait()
		if err != nil {
			return 0, err
		}
		if woken {
			in.park()
			continue
		}
		if keys {
			return in.file.Read(p)
		}
	}
}

// wait waits for keys, or to be woken.
func (in *input) wait() (keys, woken bool, err error) {
	file, wake := int(in.file.Fd()), int(in.wake.Fd())
	var set unix.FdSet
	set.Set(file)
	set.Set(wake)
	_, err = unix.Select(max(file, wake)+1, &set, nil, nil, nil)
	if err == unix.EINTR {
		return false, false, nil
	}
	if err != nil {
		return false, false, os.NewSyscallError("select", err)
	}
	return set.IsSet(file), set.IsSet(wake), nil
}

func (in *input) park() {
	in.wake.Read(make([]byte, 1))
	in.mu.Lock()
	parked, resume := in.parked, in.resume
	in.mu.Unlock()
	close(parked)
	<-resume
}

// pause returns when no read waits any more, and what lets reads go on.
func (in *input) pause() (resume func()) {
	in.mu.Lock()
	in.parked, in.resume = make(chan struct{}), make(chan struct{})
	parked, end := in.parked, in.resume
	in.mu.Unlock()
	in.ring.Write([]byte{0})
	<-parked
	return func() { close(end) }
}

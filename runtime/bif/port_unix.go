//go:build unix

package bif

import (
	"os"
	"syscall"
)

// ownSession has a program started in a session of its own, so that the
// terminal's signals are not for it.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// signalled is the signal that ended a program.
func signalled(s *os.ProcessState) (int, bool) {
	w, ok := s.Sys().(syscall.WaitStatus)
	if !ok || !w.Signaled() {
		return 0, false
	}
	return int(w.Signal()), true
}

// dupFile is a copy of a file descriptor; nil if that is not open.
func dupFile(fd int) *os.File {
	n, err := syscall.Dup(fd)
	if err != nil {
		return nil
	}
	syscall.CloseOnExec(n)
	return os.NewFile(uintptr(n), "fd")
}

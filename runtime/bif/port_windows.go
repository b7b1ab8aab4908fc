package bif

import (
	"os"
	"syscall"
)

func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{HideWindow: true} }

func signalled(*os.ProcessState) (int, bool) { return 0, false }

// dupFile: there are no file descriptors to copy.
func dupFile(int) *os.File { return nil }

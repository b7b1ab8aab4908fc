//go:build unix

package epmd

import (
	"os/exec"
	"syscall"
)

// detach makes a program outlive the terminal and the session of this one.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

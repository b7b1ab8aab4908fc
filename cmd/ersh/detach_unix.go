//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// ownSession has a command run in a session of its own, which outlives the
// terminal's.
func ownSession(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

//go:build !unix

package epmd

import "os/exec"

// detach: a program that is started outlives this one as it is.
func detach(*exec.Cmd) {}

package bif

import (
	"ersh/runtime/term"
	"runtime"
)

func osType() term.Term {
	family := "unix"
	name := runtime.GOOS
	if name == "windows" {
		family, name = "win32", "nt"
	}
	return term.T(term.A(family), term.A(name))
}

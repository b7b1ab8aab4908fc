package vm

import (
	"io/fs"

	"ersh/runtime/term"
)

// Config says how a VM is made.
type Config struct {
	// BIFs is the table of functions implemented in Go.
	BIFs []BIF
	// Schedulers is how many goroutines run processes; 0 means one a core.
	Schedulers int
	// Library holds the embedded modules as NAME.beam in its root. They are
	// loaded at first use.
	Library fs.FS
	// MaxProcesses limits the process table; 0 means erl's default, 1048576.
	MaxProcesses int
}

// VM is the machine of one node.
type VM struct {
	cfg Config
	// the rooms' own parts follow
}

// New makes a VM and starts its schedulers. No process runs yet.
func New(cfg Config) *VM { return &VM{cfg: cfg} }

// Spawn starts a process outside any other: M:F(Args...).
func (vm *VM) Spawn(m, f term.Atom, args []term.Term) *term.Pid {
	panic("vm: Spawn: room of processes")
}

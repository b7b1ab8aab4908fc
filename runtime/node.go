// Package runtime builds a node: the machine, the functions in Go and the
// library, wired together. It is also the API for Go programs that want an
// Erlang node inside.
package runtime

import (
	"fmt"
	"io/fs"
	"os"
	goruntime "runtime"
	"slices"

	"ersh/runtime/bif"
	"ersh/runtime/lib"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// OTP is the release that the node takes after, ERTS the version of its
// emulator; programs ask for both.
const (
	OTP  = "29"
	ERTS = "17.1"
)

// Version is ersh's own version.
var Version = "0.1.0"

// Config says what a node is made of.
type Config struct {
	// Arguments is the command line as the module init shows it.
	Arguments bif.Arguments
	// Terminal is what the node's io servers use; nil means that nothing is
	// read and standard output is written to.
	Terminal bif.Terminal
	// Halt ends the program for erlang:halt/0, after it has called lastWords;
	// nil means os.Exit.
	Halt func(status int, lastWords func())
	// BIFs are functions in Go besides the node's own: of package dist, or
	// an embedder's. A row wins over an earlier one.
	BIFs []vm.BIF
	// Library is searched before the embedded library; it may be nil.
	Library fs.FS
	// MaxProcesses limits the process table; 0 means erl's default.
	MaxProcesses int
}

// Node is a running node.
type Node struct {
	*vm.VM
	cfg Config
}

// New makes a node. Nothing runs on it until Boot.
func New(cfg Config) *Node {
	if cfg.Terminal == nil {
		cfg.Terminal = bif.NoTerminal{Out: os.Stdout}
	}
	if cfg.Halt == nil {
		cfg.Halt = func(status int, lastWords func()) {
			lastWords()
			os.Exit(status)
		}
	}
	if cfg.Arguments.Banner == "" {
		cfg.Arguments.Banner = Banner()
	}
	if cfg.Library == nil {
		cfg.Library = lib.FS()
	}
	machine := vm.New(vm.Config{
		BIFs: slices.Concat(bif.Table(), bif.PrimTTY(cfg.Terminal), bif.Init(cfg.Arguments),
			cfg.BIFs),
		Library:      cfg.Library,
		Core:         lib.Core(),
		MaxProcesses: cfg.MaxProcesses,
		Halt:         cfg.Halt,
		OnPanic: func(text string, stack []byte) {
			fmt.Fprintf(os.Stderr, "ersh: internal error: %s\n%s", text, stack)
		},
	})
	bif.Setup(machine)
	n := &Node{VM: machine, cfg: cfg}
	return n
}

// Boot starts the node's first process, init, which starts everything else.
func (n *Node) Boot() *term.Pid {
	if _, err := n.EmbeddedCode(term.A("init")); err != nil {
		// Only a tree whose library was never compiled comes here.
		panic("ersh: the library is missing: run go generate ./runtime/lib and build again")
	}
	return n.Spawn(term.A("init"), term.A("boot"), nil)
}

// Banner is the line that a shell begins with.
func Banner() string {
	cores := goruntime.NumCPU()
	return fmt.Sprintf("Erlang/OTP %s [ersh %s] [64-bit] [smp:%d:%d]", OTP, Version, cores, goruntime.GOMAXPROCS(0))
}

package vm

import (
	"crypto/rand"
	"encoding/binary"
	"io/fs"
	"sync"
	"sync/atomic"

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
	// Core names the embedded modules that directories of the code path never
	// replace.
	Core []string
	// MaxProcesses limits the process table; 0 means erl's default, 1048576.
	MaxProcesses int
	// Halt ends the program for erlang:halt/2. lastWords writes what the
	// emulator has to say on stderr; it is called when the terminal is closed,
	// so that nothing is written across it. Halt may be nil.
	Halt func(status int, lastWords func())
	// OnPanic is told of Go panics in functions called from Erlang code, which
	// are defects and end the calling process. It may be nil.
	OnPanic func(text string, stack []byte)
}

// VM is the machine of one node.
type VM struct {
	cfg Config

	// processes
	table     processTable
	sched     scheduler
	timers    timerService
	registry  registry
	ports     ports
	exitHooks []func(p *Process)
	refs      atomic.Uint64
	refSalt   uint32
	unlinkID  atomic.Uint64
	// failedSpawns are those logged in a second.
	failedSpawns struct{ second, logged atomic.Int64 }
	ident        atomic.Pointer[nodeIdent]
	books        nodeBooks
	locals       sync.Map // see Local

	code     codeServer
	trace    tracer
	short    shortage
	settings settings
}

// New makes a VM and starts its schedulers. No process runs yet.
func New(cfg Config) *VM {
	tuneGC()
	vm := &VM{cfg: cfg}
	var salt [4]byte
	rand.Read(salt[:])
	vm.refSalt = binary.LittleEndian.Uint32(salt[:])
	vm.ident.Store(&nodeIdent{name: term.NoNode})
	vm.table.init(cfg.MaxProcesses)
	vm.code.init(&vm.cfg)
	vm.settings.traceDepth.Store(traceDepth)
	vm.startTimers()
	vm.startScheduler(cfg.Schedulers)
	vms.Store(vm, nil)
	return vm
}

// Stop ends the schedulers and timers; processes run no further. It must not
// be called from a process.
func (vm *VM) Stop() {
	vms.Delete(vm)
	close(vm.timers.quit)
	vm.sched.stop()
}

// Halt is erlang:halt/2; Config.Halt says what lastWords are.
func (vm *VM) Halt(status int, lastWords func()) {
	if vm.cfg.Halt != nil {
		vm.cfg.Halt(status, lastWords)
	}
}

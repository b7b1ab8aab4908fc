package bif

import (
	"os"
	"sync"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// What erlang prints itself, past the I/O system.
var erlangDisplay = []vm.BIF{
	erl("display", 1, display),
	erl("display_string", 1, displayString),
	erl("display_string", 2, displayString),
	erl("process_display", 2, processDisplay),
}

var displayLock sync.Mutex

func display(p *vm.Process, args []term.Term) (term.Term, error) {
	f := formatter(p.VM())
	f.Display = true
	displayLock.Lock()
	defer displayLock.Unlock()
	os.Stdout.Write(append(f.Append(nil, args[0]), "\r\n"...))
	return term.True, nil
}

// displayString prints a string or binary to stdout, or to stdin or stderr as
// its first argument says.
func displayString(_ *vm.Process, args []term.Term) (term.Term, error) {
	to := os.Stdout
	if len(args) == 2 {
		switch args[0] {
		case term.A("stdout"):
		case term.A("stderr"):
			to = os.Stderr
		default:
			return nil, vm.Badarg
		}
		args = args[1:]
	}
	s, ok := term.GoString(args[0])
	if !ok {
		b, isBinary := term.ToBytes(args[0])
		if !isBinary {
			return nil, vm.Badarg
		}
		s = string(b)
	}
	displayLock.Lock()
	defer displayLock.Unlock()
	to.WriteString(s)
	return term.True, nil
}

// processDisplay prints the backtrace of a process to stderr.
func processDisplay(p *vm.Process, args []term.Term) (term.Term, error) {
	pid, ok := args[0].(*term.Pid)
	if !ok {
		return nil, vm.Badarg
	}
	if args[1] != term.A("backtrace") {
		return nil, vm.BadargCause(term.A("badopt"))
	}
	return p.Backtrace(pid, func(text term.Term) {
		b, _ := term.ToBytes(text)
		displayLock.Lock()
		defer displayLock.Unlock()
		os.Stderr.Write(b)
	})
}

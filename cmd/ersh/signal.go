package main

import (
	"os"
	"os/signal"
	"syscall"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// signals are those that init is told of, by erl's names for them.
var signals = map[os.Signal]string{syscall.SIGTERM: "sigterm", syscall.SIGQUIT: "sigquit"}

// passSignals has init end the node when the system asks for it.
func passSignals(machine *vm.VM, init *term.Pid) {
	asked := make(chan os.Signal, 1)
	for s := range signals {
		signal.Notify(asked, s)
	}
	go func() {
		for s := range asked {
			machine.Send(init, term.T(term.A("signal"), term.A(signals[s])))
		}
	}()
}

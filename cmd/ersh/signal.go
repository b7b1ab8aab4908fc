package main

import (
	"os"
	"os/signal"
	"syscall"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// passSignals has init end the node when the system asks for it.
func passSignals(machine *vm.VM, init *term.Pid) {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGQUIT)
	go func() {
		for s := range asked {
			name := "sigterm"
			if s == syscall.SIGQUIT {
				name = "sigquit"
			}
			machine.Send(init, term.T(term.A("signal"), term.A(name)))
		}
	}()
}

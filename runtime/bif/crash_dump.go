package bif

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// crashDump writes a slogan, with which the node ends, to w and a crash dump to
// a file: erl_crash.dump, or what ERL_CRASH_DUMP says. With
// ERL_CRASH_DUMP_SECONDS=0 there is no dump.
//
// What erl's emulator writes itself has lines that end with CR LF.
//
// The dump is short: Go's runtime knows neither heaps nor stacks as erl's dumps
// show them.
func crashDump(w io.Writer, m *vm.VM, slogan string) {
	fmt.Fprintf(w, "%s\r\n", slogan)
	if os.Getenv("ERL_CRASH_DUMP_SECONDS") == "0" {
		return
	}
	name := os.Getenv("ERL_CRASH_DUMP")
	if name == "" {
		name = "erl_crash.dump"
	}
	fmt.Fprintf(w, "\r\nCrash dump is being written to: %s...", name)
	if err := writeDump(name, m, slogan); err == nil {
		fmt.Fprint(w, "done\r\n")
	}
}

func writeDump(name string, m *vm.VM, slogan string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(f)
	fmt.Fprintf(b, "=erl_crash_dump:0.5\n%s\nSlogan: %s\nSystem version: %s\nTaints: \nAtoms: %d\n",
		time.Now().Format(time.ANSIC), slogan, strings.TrimSpace(systemVersion()), term.AtomCount())
	b.Write(memoryText())
	b.Write(processText(m))
	fmt.Fprintln(b, "=end")
	if err := b.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

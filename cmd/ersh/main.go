// Command ersh is the Erlang shell.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"

	"ersh/dist"
	"ersh/dist/epmd"
	"ersh/repl"
	"ersh/runtime"
	"ersh/runtime/bif"
)

func main() {
	words := os.Args[1:]
	if status, ok := subcommand(words); ok {
		os.Exit(status)
	}
	words, err := withArgsFiles(environmentWords(words))
	var o options
	if err == nil {
		o, err = parseFlags(words)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%v\nUsage: ersh [FLAG...] [-extra ARGUMENT...]; ersh --help lists the flags.\n", err)
		os.Exit(1)
	}
	if o.detached && os.Getenv(detachedVariable) == "" {
		if err := detach(); err != nil {
			fmt.Fprintln(os.Stderr, "ersh: -detached:", err)
			os.Exit(1)
		}
		return
	}
	os.Unsetenv(detachedVariable)
	start(o)
}

// detachedVariable is set for the process that a node with -detached goes on
// in.
const detachedVariable = "ERSH_DETACHED"

// detach starts this program again, without a terminal.
func detach() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Env = append(os.Environ(), detachedVariable+"=1")
	ownSession(cmd)
	return cmd.Start()
}

// start runs a node until it halts.
func start(o options) {
	switch {
	case o.help:
		fmt.Print(usage)
		return
	case o.version:
		fmt.Fprintf(os.Stderr, "Erlang (ersh %s) emulator version %s\n", runtime.Version, runtime.ERTS)
		return
	}
	for _, kv := range o.env {
		os.Setenv(kv[0], kv[1])
	}
	o.args.Flags = append(systemFlags(), o.args.Flags...)
	var terminal bif.Terminal
	if o.args.Mode == "noinput" {
		terminal = bif.NoTerminal{Out: os.Stdout}
	} else {
		terminal = repl.OpenTerminal(o.args.Mode == "shell")
	}
	if n := o.emulator.number("+S"); n > 0 {
		goruntime.GOMAXPROCS(n)
	}
	o.args.Unicode = o.emulator.unicode()
	node := runtime.New(runtime.Config{
		Arguments:    o.args,
		Terminal:     terminal,
		MaxProcesses: o.emulator.maxProcesses(),
		Halt: func(status int, lastWords func()) {
			repl.CloseTerminal(terminal)
			lastWords()
			os.Exit(status)
		},
	})
	network := dist.Attach(node.VM, dist.Config{StartEpmd: epmd.Start})
	// A person is told why a node could not be reached; no value changes.
	network.Hint(terminal.Interactive() && os.Getenv("ERSH_HINTS") != "off")
	boot := node.Boot()
	passSignals(node.VM, boot)
	select {} // erlang:halt ends the program
}

// systemFlags are those that erl's start-up adds.
func systemFlags() []bif.Flag {
	root, bindir := "/ersh", ""
	if exe, err := os.Executable(); err == nil {
		bindir = filepath.Dir(exe)
	}
	home, _ := os.UserHomeDir()
	return []bif.Flag{
		{Name: "root", Values: []string{root}},
		{Name: "bindir", Values: []string{bindir}},
		{Name: "progname", Values: []string{"ersh"}},
		{Name: "home", Values: []string{home}},
	}
}

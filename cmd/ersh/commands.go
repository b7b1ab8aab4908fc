package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"

	"ersh/dist/epmd"
	"ersh/repl"
)

// commands are the words that ersh may begin with, besides flags.
var commands = map[string]func(args []string) int{
	"run":     run,
	"check":   check,
	"erlc":    erlc,
	"escript": escript,
	"epmd":    func(args []string) int { return epmd.Command(args, os.Stdout, os.Stderr) },
	"help":    func([]string) int { fmt.Print(usage); return 0 },
}

// subcommand runs the command that words begin with; ok is false if they are
// flags.
func subcommand(words []string) (status int, ok bool) {
	if len(words) == 0 || strings.HasPrefix(words[0], "-") || strings.HasPrefix(words[0], "+") {
		return 0, false
	}
	if command := commands[words[0]]; command != nil {
		return command(words[1:]), true
	}
	fmt.Fprintf(os.Stderr, "ersh: there is no command %q; there are run, check, erlc, escript, epmd and help. "+
		"Arguments for a program come after -extra.\n", words[0])
	return 2, true
}

// erlc compiles files, in a node that reads no input.
func erlc(words []string) int {
	o, err := parseFlags([]string{"-noinput", "-s", "erl_compile", "compile_cmdline"})
	if err != nil {
		return complain(err)
	}
	o.args.Plain = words
	start(o)
	return 0
}

func run(words []string) int {
	files, help, err := fileArguments("run", words, nil)
	switch {
	case help:
		fmt.Print(runUsage)
		return 0
	case err != nil:
		return complain(err)
	}
	if err := repl.Run(os.Stdout, startEpmd, files...); err != nil {
		return complain(err)
	}
	return 0
}

func check(words []string) int {
	o := repl.Checking{StartEpmd: startEpmd, Limit: repl.StepLimit}
	files, help, err := fileArguments("check", words, func(flags *flag.FlagSet) {
		flags.DurationVar(&o.Limit, "timeout", o.Limit, "")
		flags.BoolVar(&o.Update, "update", false, "")
	})
	switch {
	case help:
		fmt.Print(checkUsage)
		return 0
	case err != nil:
		return complain(err)
	}
	differing, err := o.Check(os.Stdout, files...)
	switch {
	case err != nil:
		return complain(err)
	case differing > 0:
		return 1
	}
	return 0
}

// fileArguments reads the flags of a command that takes files.
func fileArguments(command string, words []string, define func(*flag.FlagSet)) (files []string, help bool, err error) {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	if define != nil {
		define(flags)
	}
	switch err := flags.Parse(words); {
	case errors.Is(err, flag.ErrHelp):
		return nil, true, nil
	case err != nil:
		return nil, false, fmt.Errorf("%s: %w; ersh %s --help lists the flags", command, err, command)
	case flags.NArg() == 0:
		return nil, false, fmt.Errorf("%s needs a file, as in: ersh %s FILE", command, command)
	}
	return flags.Args(), false, nil
}

// complain says why a command can't begin or go on.
func complain(err error) int {
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; name a file, from the directory that ersh runs in", err)
	}
	fmt.Fprintln(os.Stderr, "ersh:", err)
	return 2
}

// startEpmd starts the port mapper for the nodes of transcripts.
func startEpmd() (port int, stop func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, nil, err
	}
	server := new(epmd.Server)
	go server.Serve(ln)
	return ln.Addr().(*net.TCPAddr).Port, server.Close, nil
}

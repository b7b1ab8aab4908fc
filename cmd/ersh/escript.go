package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"ersh/runtime/bif"
)

// escript runs a script, as erl's escript does. A line %%! among the first
// three has flags for the node.
func escript(words []string) int {
	var options []string
	for len(words) > 0 && len(words[0]) == 2 && strings.HasPrefix(words[0], "-") {
		if words[0] == "-h" {
			fmt.Print(escriptUsage)
			return 0
		}
		// -c, -i and -n say how erl's escript runs it: here all are compiled.
		if !strings.Contains("scin", words[0][1:]) {
			fmt.Fprintf(os.Stderr, "escript: %s is not known; there are -s, -c, -i and -n\n", words[0])
			return 1
		}
		options, words = append(options, words[0][1:]), words[1:]
	}
	if len(words) == 0 {
		fmt.Fprint(os.Stderr, "escript: Missing filename\n\n")
		return 1
	}
	o, err := parseFlags(append([]string{"-noshell"}, scriptFlags(words[0])...))
	if err != nil {
		fmt.Fprintf(os.Stderr, "escript: in line %%%%! of %s: %v\n", words[0], err)
		return 1
	}
	o.args.Flags = append(o.args.Flags, bif.Flag{Name: "escript", Values: options})
	o.args.Run = append(o.args.Run, bif.Flag{Name: "s", Values: []string{"escript", "start", "script"}})
	o.args.Plain = slices.Clone(words)
	start(o)
	return 0
}

// scriptFlags are those in a script's line %%!.
func scriptFlags(file string) []string {
	f, err := os.Open(file)
	if err != nil {
		return nil // which the node reports
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; n <= 3 && lines.Scan(); n++ {
		if flags, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "%%!"); ok && n > 1 {
			return splitWords(flags)
		}
	}
	return nil
}

const escriptUsage = `Usage: ersh escript [-s] FILE [ARGUMENT...]

Runs a script: a file of Erlang functions after a first line such as
#!/usr/bin/env escript. Its main/1 is called with the arguments, as strings.
A second or third line may have flags for the node: %%! -sname NAME.

    -s              only look for errors
    -c, -i, -n      as escript's; here all scripts are compiled
`

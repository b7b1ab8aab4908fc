package main

import (
	"math/bits"
	"strconv"
	"strings"

	"ersh/runtime/bif"
)

// options is a command line as erl reads it: a flag takes the words up to the
// next flag; words that no flag takes are plain arguments.
type options struct {
	args     bif.Arguments
	emulator []string    // +X flags, which ersh accepts and mostly ignores
	env      [][2]string // -env NAME VALUE
	version  bool
	help     bool
}

// emulatorValues are the + flags that take a word of their own.
var emulatorValues = map[string]bool{
	"+A": true, "+P": true, "+Q": true, "+S": true, "+K": true, "+MMscs": true, "+a": true,
	"+hms": true, "+hmbs": true, "+sbt": true, "+sbwt": true, "+t": true, "+zdbbl": true,
	"+SDcpu": true, "+SDio": true, "+e": true, "+T": true, "+W": true, "+IOt": true, "+IOp": true,
}

func parseFlags(words []string) options {
	o := options{args: bif.Arguments{Mode: "shell"}}
	var flag *bif.Flag
	plain := true // words are plain arguments until the first flag
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w == "-extra":
			o.args.Plain = append(o.args.Plain, words[i+1:]...)
			i = len(words)
		case w == "--":
			plain, flag = true, nil
		case strings.HasPrefix(w, "+") && len(w) > 1 && flag == nil,
			strings.HasPrefix(w, "+") && emulatorValues[w]:
			o.emulator = append(o.emulator, w)
			if emulatorValues[w] && i+1 < len(words) {
				i++
				o.emulator = append(o.emulator, words[i])
			}
		case w == "-version" || w == "--version":
			o.version = true
		case w == "--help":
			o.help = true
		case w == "-env" && i+2 < len(words):
			o.env = append(o.env, [2]string{words[i+1], words[i+2]})
			i += 2
		case strings.HasPrefix(w, "-") && len(w) > 1:
			list := &o.args.Flags
			if w == "-eval" || w == "-s" || w == "-run" {
				list = &o.args.Run
			}
			*list = append(*list, bif.Flag{Name: strings.TrimPrefix(w, "-")})
			flag, plain = &(*list)[len(*list)-1], false
			switch flag.Name {
			case "noshell":
				if o.args.Mode == "shell" {
					o.args.Mode = "noshell"
				}
			case "noinput":
				o.args.Mode = "noinput"
			}
		case plain || flag == nil:
			o.args.Plain = append(o.args.Plain, w)
		default:
			flag.Values = append(flag.Values, w)
		}
	}
	return o
}

// maxProcesses is the process table's size by +P, a power of two as erl makes
// it; 0 means erl's default.
func (o *options) maxProcesses() int {
	n := o.emulatorNumber("+P")
	if n < 1024 || n > 1<<27 {
		return 0
	}
	return 1 << bits.Len(uint(n-1))
}

// emulatorNumber is the last value of a + flag that takes a number, -1 without.
func (o *options) emulatorNumber(flag string) int {
	n := -1
	for i, w := range o.emulator {
		if w == flag && i+1 < len(o.emulator) {
			first, _, _ := strings.Cut(o.emulator[i+1], ":")
			if v, err := strconv.Atoi(first); err == nil {
				n = v
			}
		}
	}
	return n
}

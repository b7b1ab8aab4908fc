package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"slices"
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
	detached bool
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
		case w == "-version" || w == "--version" || w == "+V":
			o.version = true
		case strings.HasPrefix(w, "+") && len(w) > 1 && flag == nil,
			strings.HasPrefix(w, "+") && emulatorValues[w]:
			o.emulator = append(o.emulator, w)
			if emulatorValues[w] && i+1 < len(words) {
				i++
				o.emulator = append(o.emulator, words[i])
			}
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
			case "detached":
				o.args.Mode = "noinput"
				o.detached = true
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

// splitWords splits text at blanks as a shell would: quotes and backslashes
// keep a blank, # begins a comment.
func splitWords(text string) []string {
	var words []string
	var word strings.Builder
	inWord, quote, comment := false, rune(0), false
	escaped := false
	for _, r := range text {
		switch {
		case comment:
			comment = r != '\n'
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, inWord = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == '#' && !inWord:
			comment = true
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}

// environmentWords adds the flags of ERL_AFLAGS before the others, and of
// ERL_FLAGS and ERL_ZFLAGS after them, as erl does.
func environmentWords(words []string) []string {
	extra := slices.Index(words, "-extra")
	if extra < 0 {
		extra = len(words)
	}
	return slices.Concat(splitWords(os.Getenv("ERL_AFLAGS")), words[:extra], splitWords(os.Getenv("ERL_FLAGS")),
		splitWords(os.Getenv("ERL_ZFLAGS")), words[extra:])
}

// maxArgsFiles is how many -args_file there may be, one within another or not.
const maxArgsFiles = 100

// withArgsFiles puts the words of each -args_file in its place.
func withArgsFiles(words []string) ([]string, error) {
	var out []string
	for n := 0; len(words) > 0; {
		w := words[0]
		if w == "-extra" {
			return append(out, words...), nil
		}
		if w != "-args_file" {
			out, words = append(out, w), words[1:]
			continue
		}
		if len(words) < 2 {
			return nil, errors.New("-args_file needs a file")
		}
		text, err := os.ReadFile(words[1])
		if err != nil {
			dir, _ := os.Getwd()
			if path := new(fs.PathError); errors.As(err, &path) {
				err = path.Err
			}
			return nil, fmt.Errorf("failed to open arguments file %q at %q: %w", words[1], dir, err)
		}
		if n++; n > maxArgsFiles {
			return nil, fmt.Errorf("too many arguments files, the last of them %q", words[1])
		}
		words = append(splitWords(string(text)), words[2:]...)
	}
	return out, nil
}

// emulatorLetters are those that erl's + flags begin with.
const emulatorLetters = "aABcCdDeEhiIJKlLMnpPQrRsStTvVWwxz"

// check says what is wrong with the + flags.
func (o *options) check() error {
	for i, w := range o.emulator {
		if len(w) < 2 || w[0] != '+' {
			continue
		}
		if !strings.ContainsRune(emulatorLetters, rune(w[1])) {
			return fmt.Errorf("unknown flag %s; the flags are erl's", w)
		}
		value := ""
		if i+1 < len(o.emulator) {
			value, _, _ = strings.Cut(o.emulator[i+1], ":")
		}
		n, err := strconv.Atoi(value)
		switch {
		case w == "+S" && (err != nil || n < 0 || n > 1024):
			return fmt.Errorf("bad amount of schedulers %s", value)
		case w == "+P" && value != "legacy" && (err != nil || n < 1024 || n > 1<<27):
			return fmt.Errorf("bad number of processes %s", value)
		case w == "+A" && (err != nil || n < 0 || n > 1024):
			return fmt.Errorf("bad number of async threads %s", value)
		}
	}
	return nil
}

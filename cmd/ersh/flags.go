package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"ersh/runtime/bif"
)

// options is a command line as erl reads it: a flag takes the words up to the
// next flag; words that no flag takes are plain arguments.
type options struct {
	args     bif.Arguments
	emulator emulator
	env      [][2]string // -env NAME VALUE
	version  bool
	help     bool
	detached bool
}

// needed are the flags that can't do without values, and how many they take.
var needed = map[string]int{"-sname": 1, "-name": 1, "-env": 2, "-start_epmd": 1}

// parseFlags reads a command line. What is wrong with it is said in erl's
// words.
func parseFlags(words []string) (options, error) {
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
		case strings.HasPrefix(w, "+"):
			n, err := o.emulator.read(words[i:])
			if err != nil {
				return o, err
			}
			i += n - 1
		case needed[w] > 0 && len(words)-i <= needed[w]:
			//lint:ignore ST1005 erl's words
			return o, fmt.Errorf("Missing argument(s) for '%s'.", w)
		case w == "-start_epmd" && words[i+1] != "true" && words[i+1] != "false":
			//lint:ignore ST1005 erl's words
			return o, errors.New("Expected boolean argument for '-start_epmd'.")
		case w == "--help":
			o.help = true
		case w == "-env":
			o.env = append(o.env, [2]string{words[i+1], words[i+2]})
			i += 2
		case strings.HasPrefix(w, "-") && len(w) > 1:
			list := &o.args.Flags
			if w == "-eval" || w == "-s" || w == "-run" {
				list = &o.args.Run
			}
			for _, name := range implied(strings.TrimPrefix(w, "-")) {
				*list = append(*list, bif.Flag{Name: name})
			}
			flag, plain = &(*list)[len(*list)-1], false
			switch w[1:] {
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
	return o, nil
}

// implied is a flag with those that erl adds to it.
func implied(name string) []string {
	switch name {
	case "noinput":
		return []string{"noshell", "noinput"}
	case "detached":
		return []string{"detached", "noshell", "noinput"}
	}
	return []string{name}
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
			//lint:ignore ST1005 erl's words
			return nil, errors.New("Missing argument(s) for '-args_file'.")
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

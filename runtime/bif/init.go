package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Flag is a flag of the command line with its values, as init:get_arguments/0
// shows it.
type Flag struct {
	Name   string
	Values []string
}

// Arguments is the command line as the module init knows it.
type Arguments struct {
	Flags []Flag
	Plain []string
	// Run are the flags -eval, -s and -run, which are no arguments.
	Run []Flag
	// Shell is what the node does once it has booted: "shell", "noshell" or
	// "noinput".
	Mode string
	// Unicode: the flag +pc unicode, characters beyond Latin-1 are printable.
	Unicode bool
	// Banner is the line that an interactive system begins with.
	Banner string
}

// Init is the natives of the module init.
func Init(a Arguments) []vm.BIF {
	row := func(name string, v func() term.Term) vm.BIF {
		return vm.BIF{Module: "init", Name: name, Arity: 0, Fn: func(*vm.Process, []term.Term) (term.Term, error) {
			return v(), nil
		}}
	}
	return []vm.BIF{
		row("get_arguments", func() term.Term { return flagList(a.Flags) }),
		row("instructions", func() term.Term { return flagList(a.Run) }),
		row("get_plain_arguments", func() term.Term { return stringList(a.Plain) }),
		row("mode", func() term.Term { return term.A(a.Mode) }),
		row("printable_range", func() term.Term {
			if a.Unicode {
				return term.A("unicode")
			}
			return term.A("latin1")
		}),
		row("banner", func() term.Term { return term.Binary([]byte(a.Banner)) }),
		{Module: "init", Name: "slogan_text", Arity: 1, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
			f := formatter(p.VM())
			f.Display = true
			return term.String(string(f.Append(nil, args[0]))), nil
		}},
	}
}

func stringList(ss []string) term.Term {
	elems := make([]term.Term, len(ss))
	for i, s := range ss {
		elems[i] = term.String(s)
	}
	return term.List(elems...)
}

func flagList(flags []Flag) term.Term {
	elems := make([]term.Term, 0, len(flags))
	for _, f := range flags {
		name, err := term.NewAtom(f.Name)
		if err != nil {
			continue
		}
		elems = append(elems, term.T(name, stringList(f.Values)))
	}
	return term.List(elems...)
}

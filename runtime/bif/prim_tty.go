package bif

import (
	"errors"
	"io"
	"os"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Terminal is what io servers read from and write to: the program's terminal,
// or its standard input and output. Its methods may be called from any
// goroutine.
type Terminal interface {
	// Write writes UTF-8 text; it may block.
	Write(text []byte) error
	// ReadLine shows the prompt and begins to wait for a line; reply is
	// called once, from another goroutine: with the line, its newline
	// included, with io.EOF, with ErrInterrupted, or with what was typed and
	// ErrSwitched.
	ReadLine(what Reading, reply func(line []byte, err error))
	// Cancel gives up the line that is waited for; its reply is not called.
	Cancel()
	// Interactive says whether a person edits lines at a terminal.
	Interactive() bool
	// IsTerminal says the same of stdout and stderr.
	IsTerminal(device string) bool
	// Size is the terminal's; ok is false without one.
	Size() (columns, rows int, ok bool)
	// OnInterrupt sets what Ctrl-C means while no line is waited for, OnSwitch
	// what Ctrl-G does, and OnExpand what completes the text before the cursor.
	OnInterrupt(fn func())
	OnSwitch(fn func())
	OnExpand(fn func(before string) Expansion)
	// LeaveMenu ends the menu that Ctrl-G began.
	LeaveMenu()
}

// Reading is what kind of line is read.
type Reading struct {
	Prompt   []byte
	Typed    []byte // what the line begins with
	More     bool   // the line goes on what was read before
	Password bool   // nothing is shown
	Menu     bool   // a command of Ctrl-G's menu
}

// Expansion is what completion answers: what is to be inserted, and all that
// is possible.
type Expansion struct {
	Insert   string
	Sections []Section
}

// Section is possibilities of one kind.
type Section struct {
	Title string
	Lines bool // one in a line
	Texts []string
}

var (
	// ErrInterrupted ends the reading of a line that Ctrl-C gave up.
	ErrInterrupted = errors.New("interrupted")
	// ErrSwitched ends the reading of a line that Ctrl-G put aside.
	ErrSwitched = errors.New("switched")
)

var (
	aTty         = term.A("tty")
	aLine        = term.A("line")
	aEOF         = term.A("eof")
	aInterrupted = term.A("interrupted")
	aInterrupt   = term.A("interrupt")
	aSwitch      = term.A("switch")
	aSwitched    = term.A("switched")
	aLines       = term.A("lines")
	aExpand      = term.A("expand")
	aStdout      = term.A("stdout")
	aStderr      = term.A("stderr")
)

// PrimTTY is the module prim_tty over a terminal; nil stands for none, as
// with -noinput: nothing can be read, and text goes to w.
func PrimTTY(t Terminal) []vm.BIF {
	row := func(name string, arity int, fn vm.Func) vm.BIF {
		return vm.BIF{Module: "prim_tty", Name: name, Arity: arity, Fn: fn}
	}
	expansions := new(questions)
	read := func(p *vm.Process, pid, ref term.Term, what Reading) (term.Term, error) {
		machine := p.VM()
		t.ReadLine(what, func(line []byte, err error) {
			var msg term.Term
			switch {
			case err == nil:
				msg = term.T(aLine, ref, term.Binary(line))
			case errors.Is(err, ErrInterrupted):
				msg = term.T(aInterrupted, ref)
			case errors.Is(err, ErrSwitched):
				msg = term.T(aSwitched, ref, term.Binary(line))
			default:
				msg = term.T(aEOF, ref)
			}
			machine.Send(pid, term.T(aTty, msg))
		})
		return term.Ok, nil
	}
	return []vm.BIF{
		row("write", 1, func(p *vm.Process, args []term.Term) (term.Term, error) {
			text, ok := binaryBytes(args[0])
			if !ok {
				return nil, vm.Badarg
			}
			return nil, p.Async(func() (term.Term, error) {
				if err := t.Write(text); err != nil {
					return term.T(term.ErrorAtom, term.A("terminated")), nil
				}
				return term.Ok, nil
			})
		}),
		row("write_error", 1, func(p *vm.Process, args []term.Term) (term.Term, error) {
			text, ok := binaryBytes(args[0])
			if !ok {
				return nil, vm.Badarg
			}
			return nil, p.Async(func() (term.Term, error) {
				if t.Interactive() && t.IsTerminal("stderr") {
					return term.Ok, t.Write(text)
				}
				os.Stderr.Write(text)
				return term.Ok, nil
			})
		}),
		row("read_line", 4, func(p *vm.Process, args []term.Term) (term.Term, error) {
			asked, more := args[2], false
			if t, ok := asked.(*term.Tuple); ok && len(t.Elems) == 2 {
				asked, more = t.Elems[1], true
			}
			prompt, ok := binaryBytes(asked)
			typed, ok2 := binaryBytes(args[3])
			if !ok || !ok2 {
				return nil, vm.Badarg
			}
			return read(p, args[0], args[1], Reading{Prompt: prompt, Typed: typed, More: more})
		}),
		row("read_password", 2, func(p *vm.Process, args []term.Term) (term.Term, error) {
			return read(p, args[0], args[1], Reading{Password: true})
		}),
		row("read_menu", 3, func(p *vm.Process, args []term.Term) (term.Term, error) {
			prompt, ok := binaryBytes(args[2])
			if !ok {
				return nil, vm.Badarg
			}
			return read(p, args[0], args[1], Reading{Prompt: prompt, Menu: true})
		}),
		row("leave_menu", 0, func(p *vm.Process, args []term.Term) (term.Term, error) {
			t.LeaveMenu()
			return term.Ok, nil
		}),
		row("cancel", 1, func(p *vm.Process, args []term.Term) (term.Term, error) {
			t.Cancel()
			return term.Ok, nil
		}),
		row("geometry", 0, func(p *vm.Process, args []term.Term) (term.Term, error) {
			columns, rows, ok := t.Size()
			if !ok {
				return term.Undefined, nil
			}
			return term.T(term.Small(int64(columns)), term.Small(int64(rows))), nil
		}),
		row("isatty", 0, func(p *vm.Process, args []term.Term) (term.Term, error) {
			return term.Bool(t.Interactive()), nil
		}),
		row("isatty", 1, func(p *vm.Process, args []term.Term) (term.Term, error) {
			switch args[0] {
			case aStdout, aStderr:
				return term.Bool(t.IsTerminal(args[0].(term.Atom).Name())), nil
			}
			return nil, vm.Badarg
		}),
		row("own", 0, func(p *vm.Process, args []term.Term) (term.Term, error) {
			machine, owner := p.VM(), p.Pid()
			t.OnInterrupt(func() { machine.Send(owner, term.T(aTty, aInterrupt)) })
			t.OnSwitch(func() { machine.Send(owner, term.T(aTty, aSwitch)) })
			t.OnExpand(func(before string) Expansion {
				return expansions.ask(func(id int64) {
					machine.Send(owner, term.T(aTty, term.T(aExpand, term.Small(id), term.Binary([]byte(before)))))
				})
			})
			return term.Ok, nil
		}),
		row("expanded", 3, func(p *vm.Process, args []term.Term) (term.Term, error) {
			id, ok := term.ToInt64(args[0])
			insert, ok2 := binaryBytes(args[1])
			sections, ok3 := sectionList(args[2])
			if !ok || !ok2 || !ok3 {
				return nil, vm.Badarg
			}
			expansions.answer(id, Expansion{Insert: string(insert), Sections: sections})
			return term.Ok, nil
		}),
	}
}

// binaryBytes gives a binary's bytes.
func binaryBytes(t term.Term) ([]byte, bool) {
	b, ok := t.(*term.Bits)
	if !ok || !b.IsBinary() {
		return nil, false
	}
	return b.Bytes(), true
}

// binaryList gives the texts of a list of binaries.
func binaryList(t term.Term) ([]string, bool) {
	elements, ok := term.Slice(t)
	if !ok {
		return nil, false
	}
	texts := make([]string, len(elements))
	for i, e := range elements {
		b, ok := binaryBytes(e)
		if !ok {
			return nil, false
		}
		texts[i] = string(b)
	}
	return texts, true
}

// sectionList gives the sections of a list of {Title, Layout, Texts}.
func sectionList(t term.Term) ([]Section, bool) {
	elements, ok := term.Slice(t)
	if !ok {
		return nil, false
	}
	sections := make([]Section, len(elements))
	for i, e := range elements {
		tuple, ok := e.(*term.Tuple)
		if !ok || len(tuple.Elems) != 3 {
			return nil, false
		}
		title, ok := binaryBytes(tuple.Elems[0])
		texts, ok2 := binaryList(tuple.Elems[2])
		if !ok || !ok2 {
			return nil, false
		}
		sections[i] = Section{Title: string(title), Lines: tuple.Elems[1] == aLines, Texts: texts}
	}
	return sections, true
}

// NoTerminal is the Terminal of a program that reads nothing: -noinput.
type NoTerminal struct{ Out io.Writer }

// Write writes text to Out.
func (t NoTerminal) Write(text []byte) error {
	_, err := t.Out.Write(text)
	return err
}

// ReadLine finds the end of input at once.
func (t NoTerminal) ReadLine(_ Reading, reply func([]byte, error)) { go reply(nil, io.EOF) }

// Cancel has nothing to give up.
func (NoTerminal) Cancel() {}

// Interactive is false.
func (NoTerminal) Interactive() bool { return false }

// IsTerminal is false.
func (NoTerminal) IsTerminal(string) bool { return false }

// Size is unknown.
func (NoTerminal) Size() (int, int, bool) { return 0, 0, false }

// OnInterrupt is of no use here.
func (NoTerminal) OnInterrupt(func()) {}

// OnExpand is of no use here.
func (NoTerminal) OnExpand(func(string) Expansion) {}

// OnSwitch is of no use here.
func (NoTerminal) OnSwitch(func()) {}

// LeaveMenu has no menu to leave.
func (NoTerminal) LeaveMenu() {}

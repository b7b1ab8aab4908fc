package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Raising exceptions.
var erlangRaise = []vm.BIF{
	erl("error", 1, raiseError),
	erl("error", 2, raiseError),
	erl("error", 3, raiseError),
	erl("exit", 1, raiseClass(vm.ClassExit)),
	erl("throw", 1, raiseClass(vm.ClassThrow)),
	erl("raise", 3, raise),
	erl("nif_error", 1, nifError),
	erl("nif_error", 2, nifError),
}

var (
	aNone      = term.A("none")
	aErrorInfo = term.A("error_info")
)

// raiseError is error/1, /2 and /3. Its frame does not show; the arguments
// given belong to the calling function's frame.
func raiseError(_ *vm.Process, args []term.Term) (term.Term, error) {
	e := &vm.Exception{Class: vm.ClassError, Reason: args[0], NoFrame: true}
	if len(args) > 1 && args[1] != aNone {
		if _, ok := term.Length(args[1]); ok {
			e.Args = args[1]
		}
	}
	if len(args) > 2 {
		opts, _ := term.Slice(args[2])
		for _, o := range opts {
			if t, ok := o.(*term.Tuple); ok && t.Len() == 2 && t.Elems[0] == aErrorInfo {
				if _, ok := t.Elems[1].(*term.Map); ok {
					e.Info = t.Elems[1]
				}
			}
		}
	}
	return nil, e
}

func raiseClass(c vm.Class) vm.Func {
	return func(_ *vm.Process, args []term.Term) (term.Term, error) {
		return nil, &vm.Exception{Class: c, Reason: args[0], NoFrame: true}
	}
}

func nifError(_ *vm.Process, args []term.Term) (term.Term, error) {
	return nil, vm.NewError(args[0])
}

// raise gives badarg as its value if the class or the stack trace is none.
func raise(_ *vm.Process, args []term.Term) (term.Term, error) {
	var class vm.Class
	switch args[0] {
	case term.ErrorAtom:
		class = vm.ClassError
	case term.ExitAtom:
		class = vm.ClassExit
	case term.ThrowAtom:
		class = vm.ClassThrow
	default:
		return vm.Badarg.Reason, nil
	}
	trace, ok := stackTrace(args[2])
	if !ok {
		return vm.Badarg.Reason, nil
	}
	return nil, &vm.Exception{Class: class, Reason: args[1], Trace: trace}
}

// stackTrace checks a stack trace and gives every frame its location list.
func stackTrace(t term.Term) (term.Term, bool) {
	frames, ok := term.Slice(t)
	if !ok {
		return nil, false
	}
	for i, f := range frames {
		t, ok := f.(*term.Tuple)
		if !ok {
			return nil, false
		}
		switch _, isFun := arity(t0(t)); {
		case isFun && (t.Len() == 2 || t.Len() == 3):
			if _, ok := term.Length(t.Elems[1]); !ok {
				return nil, false
			}
			if t.Len() == 2 {
				frames[i] = term.T(t.Elems[0], t.Elems[1], term.EmptyList)
			}
		case t.Len() == 3 || t.Len() == 4:
			_, ok := t.Elems[0].(term.Atom)
			_, ok1 := t.Elems[1].(term.Atom)
			_, isArgs := term.Length(t.Elems[2])
			_, isArity := natural(t.Elems[2])
			if !ok || !ok1 || !isArgs && !isArity {
				return nil, false
			}
			if t.Len() == 3 {
				frames[i] = term.T(t.Elems[0], t.Elems[1], t.Elems[2], term.EmptyList)
			} else if !term.IsList(t.Elems[3]) {
				return nil, false
			}
		default:
			return nil, false
		}
	}
	return term.List(frames...), true
}

// t0 is a tuple's first element, nil if it has none.
func t0(t *term.Tuple) term.Term {
	if t.Len() == 0 {
		return nil
	}
	return t.Elems[0]
}

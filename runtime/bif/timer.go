package bif

import (
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// erlangTimer holds the timers of module erlang.
var erlangTimer = processRows(map[string]vm.Func{
	"send_after/3":   startTimer(false),
	"send_after/4":   startTimer(false),
	"start_timer/3":  startTimer(true),
	"start_timer/4":  startTimer(true),
	"cancel_timer/1": cancelTimer,
	"cancel_timer/2": cancelTimer,
	"read_timer/1":   readTimer,
	"read_timer/2":   readTimer,
})

var (
	aTime        = term.A("time")
	aAbs         = term.A("abs")
	aTimeout     = term.A("timeout")
	aCancelTimer = term.A("cancel_timer")
	aReadTimer   = term.A("read_timer")
)

// startTimer is start_timer, whose message is {timeout, Ref, Msg}, or
// send_after, whose message is Msg.
func startTimer(wrap bool) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		abs := false
		if len(args) == 4 {
			opts, ok := term.Slice(args[3])
			for _, o := range opts {
				var on bool
				on, ok = boolOption(o, aAbs)
				if !ok {
					break
				}
				abs = on
			}
			if !ok {
				return nil, vm.BadargCause(aBadopt)
			}
		}
		ms, ok := term.ToInt64(args[0])
		if !ok || !abs && ms < 0 || ms > maxTime || ms < -maxTime {
			return nil, vm.BadargCause(aTime)
		}
		switch to := args[1].(type) {
		case term.Atom:
		case *term.Pid:
			if !p.VM().IsLocal(to) {
				return nil, vm.Badarg
			}
		default:
			return nil, vm.Badarg
		}
		at := ms * int64(time.Millisecond)
		if !abs {
			at += vm.Monotonic()
		}
		msg := args[2]
		return p.VM().StartTimer(at, args[1], func(ref *term.Ref) term.Term {
			if wrap {
				return term.T(aTimeout, ref, msg)
			}
			return msg
		}), nil
	}
}

// maxTime is the largest time of a timer, in ms.
const maxTime = 1 << 42

// boolOption reads {key, true | false}.
func boolOption(o term.Term, key term.Atom) (on, ok bool) {
	t, _ := o.(*term.Tuple)
	if t == nil || t.Len() != 2 || t.Elems[0] != key {
		return false, false
	}
	return t.Elems[1] == term.True, t.Elems[1] == term.True || t.Elems[1] == term.False
}

// timerOptions reads the options of cancel_timer and read_timer.
func timerOptions(args []term.Term) (ref *term.Ref, async, info bool, err error) {
	ref, ok := args[0].(*term.Ref)
	if !ok {
		return nil, false, false, vm.Badarg
	}
	info = true
	if len(args) == 2 {
		opts, proper := term.Slice(args[1])
		for _, o := range opts {
			if on, ok := boolOption(o, aAsync); ok {
				async = on
			} else if on, ok := boolOption(o, aInfo); ok {
				info = on
			} else {
				proper = false
			}
		}
		if !proper {
			return nil, false, false, vm.BadargCause(aBadopt)
		}
	}
	return ref, async, info, nil
}

// timeLeft is what remains of a timer in ms, rounded up, or false.
func timeLeft(ns int64, ok bool) term.Term {
	if !ok {
		return term.False
	}
	return term.MakeInt((ns + int64(time.Millisecond) - 1) / int64(time.Millisecond))
}

func cancelTimer(p *vm.Process, args []term.Term) (term.Term, error) {
	ref, async, info, err := timerOptions(args)
	if err != nil {
		return nil, err
	}
	left := timeLeft(p.VM().CancelTimer(ref))
	return timerResult(p, aCancelTimer, ref, left, async, info)
}

func readTimer(p *vm.Process, args []term.Term) (term.Term, error) {
	ref, async, _, err := timerOptions(args)
	if err != nil {
		return nil, err
	}
	left := timeLeft(p.VM().ReadTimer(ref))
	return timerResult(p, aReadTimer, ref, left, async, true)
}

func timerResult(p *vm.Process, tag term.Atom, ref *term.Ref, left term.Term, async, info bool) (term.Term, error) {
	switch {
	case async && info:
		_, err := p.Send(p.Pid(), term.T(tag, ref, left), vm.SendOptions{})
		return term.Ok, err
	case async || !info:
		return term.Ok, nil
	}
	return left, nil
}

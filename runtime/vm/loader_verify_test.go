package vm

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

func num(n int) beam.Arg  { return beam.Arg{Kind: beam.KindU, N: int64(n)} }
func xreg(n int) beam.Arg { return beam.Arg{Kind: beam.KindX, N: int64(n)} }
func yreg(n int) beam.Arg { return beam.Arg{Kind: beam.KindY, N: int64(n)} }
func lbl(n int) beam.Arg  { return beam.Arg{Kind: beam.KindLabel, N: int64(n)} }
func atm(s string) beam.Arg {
	return beam.Arg{Kind: beam.KindAtom, Term: term.A(s)}
}
func op(o beam.Op, args ...beam.Arg) beam.Instr { return beam.Instr{Op: o, Args: args} }

// handMade is a module with a function f/1, whose body begins at label 2.
func handMade(body ...beam.Instr) *beam.Module {
	m := &beam.Module{Name: term.A("hand_made"), NumLabels: 20,
		Imports: []beam.Import{{Module: aErlang, Name: term.A("error"), Arity: 1}, {Module: term.A("lists"), Name: term.A("f"), Arity: 1}},
		Exports: []beam.Function{{Name: term.A("f"), Arity: 1, Label: 2}}}
	m.Code = append([]beam.Instr{op(beam.OpLabel, num(1)), op(beam.OpFuncInfo, atm("hand_made"), atm("f"), num(1)), op(beam.OpLabel, num(2))}, body...)
	return m
}

var (
	ret   = op(beam.OpReturn)
	alloc = func(n int) beam.Instr { return op(beam.OpAllocate, num(n), num(1)) }
	free  = func(n int) beam.Instr { return op(beam.OpDeallocate, num(n)) }
	label = func(n int) beam.Instr { return op(beam.OpLabel, num(n)) }
	jump  = func(n int) beam.Instr { return op(beam.OpJump, lbl(n)) }
	move  = func(a, b beam.Arg) beam.Instr { return op(beam.OpMove, a, b) }
	isNil = func(n int) beam.Instr { return op(beam.OpIsNil, lbl(n), xreg(0)) }
)

// TestFrames: code that does not keep to its frames is refused.
func TestFrames(t *testing.T) {
	v := newTestVM(t, 25)
	for _, c := range []struct {
		name string
		body []beam.Instr
		want string // part of the error, "" for none
	}{
		{"a frame", []beam.Instr{alloc(2), move(xreg(0), yreg(1)), free(2), ret}, ""},
		{"y beyond the frame", []beam.Instr{alloc(2), move(xreg(0), yreg(2)), free(2), ret}, "y2"},
		{"y without a frame", []beam.Instr{move(yreg(0), xreg(0)), ret}, "y0"},
		{"y after deallocate", []beam.Instr{alloc(2), free(2), move(yreg(0), xreg(0)), ret}, "y0"},
		{"y in a tuple", []beam.Instr{alloc(1), op(beam.OpPutTuple2, xreg(0), beam.Arg{Kind: beam.KindList, List: []beam.Arg{yreg(1)}}), free(1), ret}, "y1"},
		{"y with a type", []beam.Instr{alloc(1), move(beam.Arg{Kind: beam.KindTyped, List: []beam.Arg{yreg(1)}}, xreg(0)), free(1), ret}, "y1"},
		{"two frames", []beam.Instr{alloc(2), alloc(2), free(2), free(2), ret}, "a frame of 3, not 0"},
		{"another size", []beam.Instr{alloc(2), free(1), ret}, "a frame of 3, not 2"},
		{"return with a frame", []beam.Instr{alloc(2), ret}, "a frame of 3, not 0"},
		{"call without a frame", []beam.Instr{op(beam.OpCall, num(1), lbl(2)), ret}, "without a frame"},
		{"call_last of another size", []beam.Instr{alloc(2), op(beam.OpCallLast, num(1), lbl(2), num(3))}, "a frame of 3, not 4"},
		{"call_ext_last of another size", []beam.Instr{alloc(2), op(beam.OpCallExtLast, num(1), num(1), num(3))}, "a frame of 3, not 4"},
		{"the same, of error/1", []beam.Instr{alloc(2), op(beam.OpCallExtLast, num(1), num(0), num(3))}, ""},
		{"call into a frame", []beam.Instr{alloc(2), label(3), move(yreg(0), xreg(0)), op(beam.OpCall, num(1), lbl(3)), free(2), ret}, "y0"},
		{"trim", []beam.Instr{alloc(3), op(beam.OpTrim, num(2), num(1)), move(yreg(0), xreg(0)), free(1), ret}, ""},
		{"trim too much", []beam.Instr{alloc(3), op(beam.OpTrim, num(4), num(0)), ret}, "trim 4"},
		{"y after trim", []beam.Instr{alloc(3), op(beam.OpTrim, num(2), num(1)), move(yreg(1), xreg(0)), free(1), ret}, "y1"},
		{"the end is open", []beam.Instr{move(xreg(0), xreg(1))}, "end of the code"},
		{"label nowhere", []beam.Instr{isNil(9), ret}, "label 9"},
		{"label far away", []beam.Instr{isNil(99), ret}, "bad label"},
		{"frames meet, and one is wrong", []beam.Instr{isNil(3), alloc(1), label(3), free(1), ret}, "a frame of 0, not 2"},
		{"frames meet at an error", []beam.Instr{isNil(3), alloc(1), label(3), op(beam.OpBadmatch, xreg(0))}, ""},
		{"behind an error", []beam.Instr{isNil(3), alloc(1), op(beam.OpCallExt, num(1), num(0)), label(3), ret}, ""},
		{"too large a frame", []beam.Instr{alloc(numY + 1), free(numY + 1), ret}, "frame of"},
		{"the largest frame", []beam.Instr{alloc(numY), move(xreg(0), yreg(numY-1)), move(yreg(numY-1), xreg(1023)), free(numY), ret}, ""},
		{"x register 1024", []beam.Instr{move(xreg(0), xreg(1024)), ret}, "no register"},
	} {
		_, err := v.load(handMade(c.body...))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestFramesMeet runs code that raises the same error with and without a
// frame, in both orders, and inside of a try.
func TestFramesMeet(t *testing.T) {
	v := newTestVM(t, 25)
	for i, body := range [][]beam.Instr{
		{isNil(3), alloc(1), op(beam.OpInit, yreg(0)), label(3), op(beam.OpBadmatch, xreg(0))},
		{isNil(4), alloc(1), op(beam.OpInit, yreg(0)), jump(3), label(4), label(3), move(xreg(0), xreg(1)), label(5), op(beam.OpBadmatch, xreg(1))},
		{isNil(3), alloc(2), op(beam.OpInit, yreg(0)), op(beam.OpTry, yreg(1), lbl(6)), jump(3),
			label(6), op(beam.OpTryCase, yreg(1)), move(xreg(1), xreg(0)), op(beam.OpGetTupleElement, xreg(0), num(1), xreg(0)), free(2),
			label(3), op(beam.OpBadmatch, xreg(0))},
	} {
		m := handMade(body...)
		m.Name = term.A("meet" + string(rune('0'+i)))
		m.Code[1].Args[0] = beam.Arg{Kind: beam.KindAtom, Term: m.Name}
		if err := v.LoadModule(m); err != nil {
			t.Errorf("%d: %v", i, err)
			continue
		}
		for _, arg := range []term.Term{term.EmptyList, term.Small(7)} {
			r := v.call(t, m.Name.Name(), "f", arg)
			if want := term.T(aBadmatch, arg); r.Elems[0] != term.ErrorAtom || !term.Identical(r.Elems[1], want) {
				t.Errorf("%d: %s", i, show(r))
			}
		}
	}
}

// TestJumpLoop: a loop of jumps lets others run and can be killed.
func TestJumpLoop(t *testing.T) {
	v := newTestVM(t, 25)
	for i, body := range [][]beam.Instr{
		{label(3), jump(3)},
		{label(3), op(beam.OpIsAtom, lbl(3), xreg(0)), ret},
		{label(3), op(beam.OpSelectVal, xreg(0), lbl(3), beam.Arg{Kind: beam.KindList, List: []beam.Arg{atm("a"), lbl(3)}})},
		{alloc(1), label(3), op(beam.OpTry, yreg(0), lbl(3)), op(beam.OpBadmatch, xreg(0))},
		{isNil(4), alloc(1), label(4), label(3), jump(3)},
	} {
		m := handMade(body...)
		m.Name = term.A("loop" + string(rune('0'+i)))
		m.Code[1].Args[0] = beam.Arg{Kind: beam.KindAtom, Term: m.Name}
		if err := v.LoadModule(m); err != nil {
			t.Errorf("%d: %v", i, err)
			continue
		}
		var pids []*term.Pid
		for range 8 {
			pids = append(pids, v.Spawn(m.Name, term.A("f"), []term.Term{term.Small(7)}))
		}
		if r := v.value(t, "basics", "f", term.MakeInt(3)); r != term.MakeInt(6) {
			t.Error(show(r))
		}
		kill(v.VM, pids)
		for deadline := time.Now().Add(time.Minute); v.lookup(pids[7]) != nil; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("loop %d goes on", i)
			}
		}
	}
}

func kill(v *VM, pids []*term.Pid) {
	for _, pid := range pids {
		v.signal(nil, pid, &Exit{From: pid, To: pid, Reason: term.Kill})
	}
}

// TestCorruptCode changes instructions at random: the loader refuses the
// result or makes a module that does no harm when it runs.
func TestCorruptCode(t *testing.T) {
	n := uint64(500)
	if testing.Short() {
		n = 100
	}
	c := newCorrupter(t)
	for seed := range n {
		c.run(t, seed)
	}
	t.Logf("%d of %d refused, %d processes ran, %d panics were caught", c.refused, n, c.ran, c.panics.Load())
	if c.refused == 0 || c.ran == 0 {
		t.Error("no module was refused, or none ran")
	}
}

func FuzzCode(f *testing.F) {
	c := newCorrupter(f)
	f.Add(uint64(0))
	f.Fuzz(func(t *testing.T, seed uint64) { c.run(t, seed) })
}

type corrupter struct {
	v            *VM
	file         []byte
	refused, ran int
	panics       atomic.Int64
}

func newCorrupter(t testing.TB) *corrupter {
	dir, _ := compiled(t, otp.Need(t, 25))
	file, err := os.ReadFile(filepath.Join(dir, "basics.beam"))
	if err != nil {
		t.Fatal(err)
	}
	c := &corrupter{file: file}
	c.v = New(Config{BIFs: testBIFs, OnPanic: func(string, []byte) { c.panics.Add(1) }})
	t.Cleanup(c.v.Stop)
	return c
}

// run calls the functions in which it has changed something.
func (c *corrupter) run(t *testing.T, seed uint64) {
	m, err := beam.Read(c.file)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(seed, 2))
	changed := make(map[int]bool)
	for range 1 + rng.IntN(3) {
		i := rng.IntN(len(m.Code))
		corrupt(rng, m, i)
		for ; i > 0 && m.Code[i].Op != beam.OpFuncInfo; i-- {
		}
		changed[i] = true
	}
	mod, err := c.v.load(m)
	if err != nil {
		c.refused++
		return
	}
	lists := func(n int) []term.Term {
		a := []term.Term{term.Small(3), term.List(term.Small(1), term.Small(2)), term.Binary([]byte("abc")), term.MapOf(term.A("a"), term.Small(1)), term.Float(1.5)}
		args := make([]term.Term, n)
		for i := range args {
			args[i] = a[rng.IntN(len(a))]
		}
		return args
	}
	var pids []*term.Pid
	for i := range changed {
		if in := m.Code[i]; in.Op == beam.OpFuncInfo && len(in.Args) == 3 {
			name, ok := in.Args[1].Term.(term.Atom)
			n := int(in.Args[2].N)
			ip := mod.exports[funcKey{name, n}]
			if !ok || ip == nil {
				continue
			}
			f := &term.Fun{Lambda: &term.Lambda{Module: mod.name, Name: name, Arity: n, Code: ip}}
			for range 4 {
				pids = append(pids, c.v.Spawn(aErlang, aApply, []term.Term{f, term.List(lists(n)...)}))
			}
		}
	}
	c.ran += len(pids)
	for range 100 {
		if c.v.ProcessCount() == 0 {
			return
		}
		time.Sleep(20 * time.Microsecond)
	}
	kill(c.v, pids)
	for deadline := time.Now().Add(time.Minute); c.v.ProcessCount() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("seed %d: a process goes on", seed)
		}
	}
}

func corrupt(rng *rand.Rand, m *beam.Module, i int) {
	in := &m.Code[i]
	if len(in.Args) == 0 || rng.IntN(8) == 0 {
		j := rng.IntN(len(m.Code))
		*in = m.Code[j]
		return
	}
	in.Args = append([]beam.Arg(nil), in.Args...)
	a := &in.Args[rng.IntN(len(in.Args))]
	switch rng.IntN(5) {
	case 0:
		a.Kind = beam.ArgKind(rng.IntN(12))
	case 1:
		a.N = rng.Int64N(1 << 12)
	case 2:
		a.N = -rng.Int64N(1 << 40)
	case 3:
		a.N += rng.Int64N(7) - 3
	default:
		j := rng.IntN(len(m.Code))
		if args := m.Code[j].Args; len(args) > 0 {
			*a = args[rng.IntN(len(args))]
		}
	}
}

package vm

import (
	"errors"
	"fmt"

	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// errBadFile is wrapped by every error of the loader: the file is well formed,
// but its code isn't.
var errBadFile = errors.New("badfile")

// loader turns a module's generic instructions into internal ones. The first
// error stops it; the methods that take operands apart record it and return
// zero values, so that their callers need not look each time.
type loader struct {
	vm  *VM
	m   *beam.Module
	mod *module

	code    []instr
	to      []int // label of code[i].to; 0: none
	lists   []labelList
	labels  []int // label -> index into code; -1: not seen yet
	barrier int   // nothing before this index may be fused with what follows
	line    uint32
	fn      *function
	onLoad  int // where the on_load function begins, 0: none
	entered int // where the current function begins
	maxX    int // the highest x register
	op      beam.Op
	err     error

	verifier verifier
	here     place // the place being translated
	copies   []codeCopy
	copying  bool
	passes   map[int]bool // see passContexts
	copied   map[copyKey]int
	copyAt   []int // index into code of the label of a copy; -1: not seen yet

	lazy  *lazyModule // where one function is loaded
	first int         // its labels begin here
}

// labelList is an ext whose labels are filled in at the end.
type labelList struct {
	ext    *ext
	labels []int
}

func (l *loader) fail(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf("%w: %s: %s", errBadFile, l.op, fmt.Sprintf(format, args...))
	}
}

// load makes a module of m's code. Nothing of it is reachable for anyone until
// the code server installs it.
func (vm *VM) load(m *beam.Module) (*module, error) {
	l := &loader{vm: vm, m: m}
	l.mod = &module{
		vm: vm, name: m.Name, md5: m.MD5, attributes: m.Attributes, compileInfo: m.CompileInfo,
		lines: m.Lines, files: m.Files, frames: m.Frames, exports: make(map[funcKey]*instr),
	}
	if m.NumLabels < 0 || m.NumLabels > 1<<24 {
		return nil, fmt.Errorf("%w: too many labels", errBadFile)
	}
	l.labels = make([]int, max(m.NumLabels, 1))
	for i := range l.labels {
		l.labels[i] = -1
	}
	l.code = make([]instr, 0, len(m.Code)+2)
	l.emit(instr{op: opModule}, 0)
	l.lambdas()
	if err := l.translate(m.Code); err != nil {
		return nil, err
	}
	return l.mod, l.finish()
}

// translate makes internal instructions of code, after checking it.
func (l *loader) translate(code []beam.Instr) error {
	l.verify(code)
	if l.err != nil {
		return l.err
	}
	l.passContexts(code)
	l.places(code)
	if l.err != nil {
		return l.err
	}
	l.emit(instr{op: opBad}, 0)
	return l.err
}

// lambdas makes the shared part of the module's funs.
func (l *loader) lambdas() {
	for i, f := range l.m.Lambdas {
		if f.NumFree < 0 || f.NumFree > f.Arity || f.Arity > 255 {
			l.fail("fun %d: bad arity", i)
			return
		}
		l.mod.lambdas = append(l.mod.lambdas, newLambda(l.mod, i, f))
	}
}

// newLambda is row i of a module's fun table.
func newLambda(mod *module, i int, f beam.Lambda) *term.Lambda {
	return &term.Lambda{
		Module: mod.name, Name: f.Name, Index: uint32(f.Index), OldIndex: uint32(i), OldUniq: f.OldUniq,
		Uniq: mod.md5, Arity: f.Arity - f.NumFree, NumFree: f.NumFree,
	}
}

// finish resolves the labels and fills in the module's tables.
func (l *loader) finish() error {
	code := l.link()
	at := func(label int) *instr { return l.at(code, label) }
	entry := func(f beam.Function) *instr {
		ip := at(f.Label)
		if ip == nil {
			return nil
		}
		if ip.frameSize() != 0 || ip == &code[0] || ip.prev().op != opFuncInfo {
			l.fail("%s/%d: label %d is no function", f.Name.Name(), f.Arity, f.Label)
			return nil
		}
		if fn := ip.prev().ext.fun; fn.arity != f.Arity || fn.name != f.Name {
			l.fail("label %d is not %s/%d", f.Label, f.Name.Name(), f.Arity)
		}
		return ip
	}
	for _, f := range l.m.Exports {
		ip := entry(f)
		l.mod.exports[funcKey{f.Name, f.Arity}] = ip
		l.mod.exportList = append(l.mod.exportList, funcKey{f.Name, f.Arity})
	}
	for i, f := range l.m.Lambdas {
		l.mod.lambdas[i].Code = entry(beam.Function{Name: f.Name, Arity: f.Arity, Label: f.Label})
	}
	chain(code)
	l.mod.code = code
	if l.onLoad != 0 {
		l.mod.onLoad = &code[l.onLoad]
	}
	return l.err
}

// link makes the final code, in which labels are addresses.
func (l *loader) link() []instr {
	code := make([]instr, len(l.code))
	copy(code, l.code)
	for i, label := range l.to {
		switch {
		case label == 0:
		case l.lazy != nil && label < firstCopy && (label < l.first || label-l.first >= len(l.labels)):
			l.lazy.call(&code[i], label)
		default:
			code[i].to = l.at(code, label)
		}
		if h := code[i].op; h == opTry || h == opCatch {
			code[i].ext.handler = &handler{ip: code[i].to, frame: code[i].frameSize()}
		}
	}
	for _, ll := range l.lists {
		ll.ext.labels = make([]*instr, len(ll.labels))
		for i, label := range ll.labels {
			ll.ext.labels[i] = l.at(code, label)
		}
	}
	return code
}

// at is where a label stands.
func (l *loader) at(code []instr, label int) *instr {
	if label >= firstCopy {
		return &code[l.copyAt[label-firstCopy]]
	}
	i := label - l.first
	if label <= 0 || i < 0 || i >= len(l.labels) || l.labels[i] < 0 {
		l.fail("label %d is nowhere", label)
		return nil
	}
	return &code[l.labels[i]]
}

// emit adds an instruction, whose to will be the given label, or makes one of
// it and those before it.
func (l *loader) emit(in instr, label int) {
	in.at = l.line<<frameBits | uint32(max(l.here.frame, 0))
	if len(l.code) > l.barrier && l.fuse(&in, label) {
		return
	}
	l.code = append(l.code, in)
	l.to = append(l.to, label)
}

// slow adds an instruction that is a Go function; its opcode, if it has one, is of a
// shortcut in the interpreter's loop that takes x registers only.
func (l *loader) slow(call func(m *machine, ip *instr) *instr, in instr, label int, lits []term.Term, args ...opnd) {
	e := in.ext
	if e == nil {
		e = new(ext)
	}
	e.call, e.args = call, args
	if e.lits == nil {
		e.lits = lits
	}
	if in.op == opBad {
		in.op = opSlow
	}
	in.ext = e
	l.emit(in, label)
}

// Operands.

func untyped(a beam.Arg) beam.Arg {
	if a.Kind == beam.KindTyped && len(a.List) == 1 {
		return a.List[0]
	}
	return a
}

func (l *loader) num(a beam.Arg) int {
	if a.Kind != beam.KindU || a.N < 0 || a.N > 1<<30 {
		l.fail("bad number")
		return 0
	}
	return int(a.N)
}

func (l *loader) label(a beam.Arg) int {
	if a.Kind != beam.KindLabel || a.N < 0 || a.N >= int64(l.m.NumLabels) {
		l.fail("bad label")
		return 0
	}
	return int(a.N)
}

// target is a label that must be there, for a jump from here.
func (l *loader) target(a beam.Arg) int {
	n := l.label(a)
	if n == 0 {
		l.fail("no label")
	}
	return l.jumpTo(n)
}

// failure is a label to jump to from here, or 0: an exception is raised instead.
func (l *loader) failure(a beam.Arg) int { return l.jumpTo(l.label(a)) }

// literal gives an operand that is a constant.
func (l *loader) literal(a beam.Arg) (term.Term, bool) {
	switch a.Kind {
	case beam.KindI:
		if a.Term != nil {
			return a.Term, true
		}
		return term.MakeInt(a.N), true
	case beam.KindAtom:
		return a.Term, a.Term != nil
	case beam.KindNil:
		return term.EmptyList, true
	case beam.KindLiteral:
		if a.Term != nil {
			return a.Term, true
		}
		if a.N >= 0 && a.N < int64(len(l.m.Literals)) {
			return l.m.Literals[a.N], true
		}
	}
	return nil, false
}

func (l *loader) reg(a beam.Arg) (opnd, bool) {
	a = untyped(a)
	switch a.Kind {
	case beam.KindX:
		if a.N >= 0 && a.N < numX {
			l.maxX = max(l.maxX, int(a.N))
			return xOpnd(int(a.N)), true
		}
	case beam.KindY:
		if a.N >= 0 && a.N < numY {
			return yOpnd(int(a.N)), true
		}
	}
	return 0, false
}

func (l *loader) dst(a beam.Arg) opnd {
	o, ok := l.reg(a)
	if !ok {
		l.fail("destination is no register")
	}
	return o
}

// src is any source operand; literals are added to lits.
func (l *loader) src(a beam.Arg, lits *[]term.Term) opnd {
	if o, ok := l.reg(a); ok {
		return o
	}
	v, ok := l.literal(untyped(a))
	if !ok {
		l.fail("bad source operand")
		return 0
	}
	if len(*lits) == maxLits {
		l.fail("too many literals")
		return 0
	}
	*lits = append(*lits, v)
	return opndLit | opnd(len(*lits)-1)
}

func (l *loader) yreg(a beam.Arg) opnd {
	o := l.dst(a)
	if !o.isY() {
		l.fail("no y register")
	}
	return o.onlyY()
}

func (l *loader) freg(a beam.Arg) opnd {
	if a.Kind != beam.KindFR || a.N < 0 || a.N >= numX {
		l.fail("no float register")
		return 0
	}
	return opnd(a.N)
}

func (l *loader) atom(a beam.Arg) term.Atom {
	if t, ok := a.Term.(term.Atom); ok && a.Kind == beam.KindAtom {
		return t
	}
	l.fail("no atom")
	return term.Undefined
}

func (l *loader) list(a beam.Arg) []beam.Arg {
	if a.Kind != beam.KindList || len(a.List) > 1<<14 {
		if a.Kind == beam.KindList {
			return a.List
		}
		l.fail("no list")
		return nil
	}
	return a.List
}

func (l *loader) arity(a beam.Arg) int {
	n := l.num(a)
	if n > 255 {
		l.fail("arity %d", n)
		return 0
	}
	return n
}

func (l *loader) imported(a beam.Arg) beam.Import {
	n := l.num(a)
	if l.lazy != nil {
		return l.lazy.img.Import(n)
	}
	if n >= len(l.m.Imports) {
		l.fail("import %d", n)
		return beam.Import{Module: term.Undefined, Name: term.Undefined}
	}
	imp := l.m.Imports[n]
	if imp.Arity < 0 || imp.Arity > 255 {
		l.fail("import %d", n)
	}
	return imp
}

// smallInt32 gives a constant that fits an instruction's n.
func smallInt32(v term.Term) (int32, bool) {
	if i, ok := v.(term.Int); ok {
		if n := i.Value(); n == int64(int32(n)) {
			return int32(n), true
		}
	}
	return 0, false
}

// simple reports whether =:= on v is Go's ==.
func simple(v term.Term) bool {
	switch v.(type) {
	case term.Int, term.Atom, term.Nil:
		return true
	}
	return false
}

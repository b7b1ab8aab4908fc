package compile

import (
	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// mod collects the parts of the module being compiled.
type mod struct {
	name    term.Atom
	file    string // of the form at hand, as -file says
	exports map[fa]bool
	all     bool // export_all
	defined map[fa]*funcInfo
	imports map[fa]string // -import: function -> module
	noAuto  map[fa]bool   // no_auto_import
	noAutos bool
	records map[string]*parser.RecordDef

	code      []beam.Instr
	lifted    []beam.Instr // the functions that come after the module's own
	refusals  []*fn        // the functions that come last
	labels    int
	funcs     []*funcInfo // in file order
	ext       map[beam.Import]int
	extTable  []beam.Import
	literals  []term.Term
	smallLits map[term.Term]int
	lambdas   []beam.Lambda
	lines     []beam.Line
	lineIndex map[beam.Line]int32
	files     []string
	fileIndex map[string]int
	strings   []byte
	funRefs   map[fa]int // fun Name/Arity -> fun table
	pending   []*fn      // lambda-lifted functions to write after the one at hand

	callbacks *parser.Function // behaviour_info/1, where it is made from callbacks
	onLoad    *fa
	shell     *shellMode // not nil: code of a shell line
	errs      []*Diagnostic
}

// fa is a function's name and arity.
type fa struct {
	name  string
	arity int
}

// funcInfo is a function's place in the module.
type funcInfo struct {
	name             term.Atom
	arity            int
	failLabel, label int
	exported         bool
	endless          bool // never returns
}

func newMod(name string) *mod {
	return &mod{
		name:      term.A("nofile"),
		exports:   map[fa]bool{},
		defined:   map[fa]*funcInfo{},
		imports:   map[fa]string{},
		noAuto:    map[fa]bool{},
		records:   map[string]*parser.RecordDef{},
		labels:    1,
		ext:       map[beam.Import]int{},
		smallLits: map[term.Term]int{},
		funRefs:   map[fa]int{},
		lines:     []beam.Line{{}},
		lineIndex: map[beam.Line]int32{},
		files:     []string{name},
		fileIndex: map[string]int{name: 0},
		file:      name,
	}
}

func (m *mod) newLabel() int {
	m.labels++
	return m.labels - 1
}

// newFunc reserves a function's labels.
func (m *mod) newFunc(name string, arity int) (*funcInfo, error) {
	a, err := term.NewAtom(name)
	if err != nil {
		return nil, err
	}
	f := &funcInfo{name: a, arity: arity, failLabel: m.newLabel(), label: m.newLabel()}
	return f, nil
}

func (m *mod) importIndex(module, name string, arity int) int {
	return m.importAtoms(term.A(module), term.A(name), arity)
}

func (m *mod) importAtoms(module, name term.Atom, arity int) int {
	k := beam.Import{Module: module, Name: name, Arity: arity}
	i, ok := m.ext[k]
	if !ok {
		i = len(m.extTable)
		m.ext[k] = i
		m.extTable = append(m.extTable, k)
	}
	return i
}

var aErlang = term.A("erlang")

// noReturn reports whether OTP's validator of code knows that an imported
// function never returns: no return is made after a call of it, and its frame
// stays for the stack trace.
func (m *mod) noReturn(ext int) bool {
	f := m.extTable[ext]
	if f.Module != aErlang {
		return false
	}
	return neverReturns(fa{f.Name.Name(), f.Arity})
}

// constArg is a constant as an operand; larger ones go into the literal table.
func (m *mod) constArg(t term.Term) beam.Arg {
	switch v := t.(type) {
	case term.Atom:
		return beam.Arg{Kind: beam.KindAtom, Term: t}
	case term.Int:
		return beam.Arg{Kind: beam.KindI, N: v.Value(), Term: t}
	case term.Nil:
		return nilArg
	}
	if i, ok := m.smallLits[t]; ok {
		return beam.Arg{Kind: beam.KindLiteral, N: int64(i), Term: t}
	}
	// Equal literals share an entry as long as there are few to compare.
	for i, l := range m.literals {
		if i > 64 {
			break
		}
		if term.Identical(l, t) {
			return beam.Arg{Kind: beam.KindLiteral, N: int64(i), Term: l}
		}
	}
	i := len(m.literals)
	m.literals = append(m.literals, t)
	m.smallLits[t] = i
	return beam.Arg{Kind: beam.KindLiteral, N: int64(i), Term: t}
}

// noLine stands for the line of what is said to be nowhere.
const noLine = -1

// lineOf is the Line table's entry for a position in the file at hand.
func (m *mod) lineOf(file string, line int32) int32 {
	if line <= 0 {
		return min(line, 0)
	}
	i, ok := m.fileIndex[file]
	if !ok {
		i = len(m.files)
		m.files = append(m.files, file)
		m.fileIndex[file] = i
	}
	k := beam.Line{File: i, Line: int(line)}
	n, ok := m.lineIndex[k]
	if !ok {
		n = int32(len(m.lines))
		m.lines = append(m.lines, k)
		m.lineIndex[k] = n
	}
	return n
}

// fn is a function being compiled.
type fn struct {
	m        *mod
	root     *fn // the module's function that this one is part of
	parent   *fn // where a lifted function stands
	name     fa  // of root
	info     *funcInfo
	infoLine int32
	file     string
	pos      parser.Anno

	args     []reg
	blocks   []*block
	cur      *block
	cold     []*block // errors, placed behind all others
	ended    *block   // the block that end ended last
	noClause *block
	nreg     int
	loops    bool            // has a receive
	wanted   map[string]bool // the variables by which receives choose, in root
	marking  parser.Expr     // the call that makes a reference for a receive
	marked   []reg           // references with a mark in the mailbox

	env      []binding
	captures []capture
	known    []ShellConst // variables of the shell that are constants
	self     string       // name of a named fun
	selfRefs []selfRef    // instructions that want the captures appended
	handler  *block
	depth    int // of try and catch
	maxTry   int
	onLoad   bool
	isFun    bool
	lambda   int                   // of a fun: its place in the fun table
	twice    map[*parser.Fun]*fn   // what funs of the after part being lowered have become, in root
	numbers  map[parser.Expr][]int // of funs and generators, in root
	lifts    lifts                 // generators' and named funs' functions that have no name yet, in root
	funs     map[*parser.Fun][]*fn // in root
	kind     string                // of a lifted function, the beginning of its name
	gfail    *block                // in a guard: where to go when it fails

	// in code of the shell
	trail *trail
	part  bool  // the interpreter wants the value of a part of an expression, or bindings
	shown route // not nil: the frames of the instructions being lowered

	inY          bitset
	xHome, yHome []int32
	maxX         int
}

// binding is a variable's value: a register or a constant.
type binding struct {
	name string
	val  opnd
}

type capture struct {
	name  string
	outer opnd
	r     reg
}

type selfRef struct {
	b *block
	i int
}

func (f *fn) newReg() reg {
	f.nreg++
	return int32(f.nreg - 1)
}

func (f *fn) newBlock() *block { return &block{handler: f.handler} }

// place makes b the block that code goes into.
func (f *fn) place(b *block) {
	b.placed = true
	f.blocks = append(f.blocks, b)
	f.cur = b
}

func (f *fn) add(in inst) { f.cur.insts = append(f.cur.insts, in) }

// op adds a plain instruction.
func (f *fn) op(op beam.Op, ops ...opnd) { f.add(inst{op: op, list: -1, ops: ops}) }

// opList adds an instruction whose last n operands are a list.
func (f *fn) opList(op beam.Op, n int, ops ...opnd) {
	f.add(inst{op: op, list: int32(n), ops: ops})
}

// end adds an instruction that ends the block; what follows is unreachable
// until another block is placed.
func (f *fn) end(op beam.Op, ops ...opnd) {
	f.add(inst{op: op, list: -1, ops: ops, line: f.endLine(op)})
	f.ended = f.cur
	f.place(f.newBlock())
}

// aside lowers what happens in a block that is rarely entered and never
// left, then goes on where it was.
func (f *fn) aside(b *block, body func()) {
	here, pos, file := f.cur, f.pos, f.file
	f.cold = append(f.cold, b)
	f.cur = b
	body()
	f.cur, f.pos, f.file = here, pos, file
}

func (f *fn) endLine(op beam.Op) int32 {
	switch op {
	case beam.OpBadmatch, beam.OpCaseEnd, beam.OpIfEnd, beam.OpTryCaseEnd, beam.OpBadrecord:
		return f.line()
	}
	return 0
}

func (f *fn) jump(b *block) { f.end(pJump, failTo(b)) }

func (f *fn) line() int32 {
	if f.m.shell != nil {
		return f.shellLine()
	}
	return f.m.lineOf(f.file, f.pos.Line)
}

// at sets the position for what follows.
func (f *fn) at(a parser.Anno) {
	f.pos = a
	if a.File != "" {
		f.file = a.File
	}
}

// reg puts an operand into a register.
func (f *fn) reg(o opnd) opnd {
	if o.kind == oUse {
		return o
	}
	r := f.newReg()
	f.op(beam.OpMove, o, def(r))
	return use(r)
}

// lookup finds a variable's value; a variable of the function around a lifted
// one becomes one of its free variables.
func (f *fn) lookup(name string) (opnd, bool) {
	for i := len(f.env) - 1; i >= 0; i-- {
		if f.env[i].name == name {
			return f.env[i].val, true
		}
	}
	for _, c := range f.captures {
		if c.name == name {
			return use(c.r), true
		}
	}
	if f.self != "" && f.self == name {
		return f.selfFun(), true
	}
	if f.parent == nil {
		if f.m.shell != nil && f.m.shell.bound[name] {
			r := f.newReg()
			f.captures = append(f.captures, capture{name: name, r: r})
			return use(r), true
		}
		return opnd{}, false
	}
	o, ok := f.parent.lookup(name)
	if !ok || o.isConst() {
		if ok && f.m.shell != nil {
			f.knows(name, o.t)
		}
		return o, ok
	}
	r := f.newReg()
	f.captures = append(f.captures, capture{name, o, r})
	return use(r), true
}

func (f *fn) bind(name string, v opnd) { f.env = append(f.env, binding{name, v}) }

// knows notes that a fun of the shell uses a variable which is a constant: its
// code needs no such variable, but whoever gets the fun's source does.
func (f *fn) knows(name string, t term.Term) {
	for _, k := range f.known {
		if k.Name == name {
			return
		}
	}
	f.known = append(f.known, ShellConst{name, t})
}

package beam

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"ersh/runtime/term"
)

// An Image is a .beam file of which single functions are read when they are
// wanted, with the atoms, literals and imports that they name and no others.
// Most of a library module is never called: a node that starts reads a tenth
// of the code of the modules it uses.
//
// What makes this possible is the chunk "Indx", which WriteIndexed puts into
// a file and other readers skip. An Image trusts its file: it is for the
// program's own library. Its methods are not safe for concurrent use.
type Image struct {
	Name term.Atom
	MD5  [16]byte
	// Strings is the StrT chunk.
	Strings []byte
	// NumLabels is the highest label + 1, NumLambdas the length of the fun table.
	NumLabels, NumLambdas int

	r         reader // its m holds the tables as far as they are read
	texts     []string
	functions []byte // rows of indexRow bytes, in the order of their labels
	literals  []byte // the offsets of the literals, then the literals
	code      []byte
	imports   []byte
	exports   []byte
	lambdas   []byte
	chunks    []Chunk
}

// Scratch is room for the instructions of one function, to be used again for
// the next.
type Scratch struct {
	code []Instr
	args []Arg
}

// The chunk Indx: the module's checksum, the number of functions and a row
// for each, the number of literals, an offset for each from behind the
// offsets, and the literals as external terms. All numbers are of four bytes.
// A function's row tells its name (an index into the atom table), its arity,
// its entry label, its first label and where it begins in the code.
const (
	indexChunk = "Indx"
	indexRow   = 20
)

// ErrNoIndex says that a file has no index of its functions.
var ErrNoIndex = errors.New("no index of functions")

// OpenImage gives the image of a file, which it keeps.
func OpenImage(file []byte) (*Image, error) {
	chunks, err := Chunks(file)
	if err != nil {
		return nil, err
	}
	img := &Image{chunks: chunks}
	index := img.chunk(indexChunk)
	if index == nil {
		return nil, ErrNoIndex
	}
	img.MD5 = [16]byte(index)
	n := int(u32(index, 16))
	img.functions = index[20 : 20+n*indexRow]
	rest := index[20+n*indexRow:]
	numLiterals := int(u32(rest, 0))
	img.literals = rest[4:]

	img.Strings = img.chunk("StrT")
	code := img.chunk("Code")
	img.NumLabels = int(u32(code, 12))
	img.code = code[4+u32(code, 0):]
	img.imports, img.exports, img.lambdas = img.chunk("ImpT"), img.chunk("ExpT"), img.chunk("FunT")
	if img.lambdas != nil {
		img.NumLambdas = int(u32(img.lambdas, 0))
	}
	atoms := img.chunk("AtU8")
	count := int(u32(atoms, 0))
	all := string(atoms[4:])
	img.texts = make([]string, count)
	for i := range img.texts {
		img.texts[i] = all[1 : 1+all[0]]
		all = all[1+all[0]:]
	}
	img.r = reader{name: "Code", atom: term.OwnAtom, image: img, m: &Module{
		NumLabels: img.NumLabels,
		Atoms:     make([]term.Atom, count),
		Imports:   make([]Import, u32(img.imports, 0)),
		Literals:  make([]term.Term, numLiterals),
	}}
	img.Name = img.atom(1)
	return img, img.r.err
}

func u32(b []byte, at int) uint32 { return binary.BigEndian.Uint32(b[at:]) }

func (img *Image) chunk(name string) []byte {
	for i := range img.chunks {
		if img.chunks[i].Name == name {
			return img.chunks[i].Data
		}
	}
	return nil
}

// atom gives the atom of an index, from 1.
func (img *Image) atom(i uint32) term.Atom {
	a := &img.r.m.Atoms[i-1]
	if a.IsZero() {
		*a = term.A(img.texts[i-1])
	}
	return *a
}

func (img *Image) literal(i int) term.Term {
	t := &img.r.m.Literals[i]
	if *t == nil {
		offsets := img.literals[:4*len(img.r.m.Literals)]
		text := img.literals[len(offsets):][u32(offsets, 4*i):]
		*t = img.r.term(text[4 : 4+u32(text, 0)])
	}
	return *t
}

// NumFunctions is how many functions there are, in the order of the file.
func (img *Image) NumFunctions() int { return len(img.functions) / indexRow }

// Function tells what function i is.
func (img *Image) Function(i int) Function {
	row := img.functions[i*indexRow:]
	return Function{img.atom(u32(row, 0)), int(u32(row, 4)), int(u32(row, 8))}
}

// FunctionAt is the function whose entry is at a label, -1 if there is none.
func (img *Image) FunctionAt(label int) int {
	lo, hi := 0, img.NumFunctions()
	for lo < hi {
		mid := (lo + hi) / 2
		switch entry := int(u32(img.functions, mid*indexRow+8)); {
		case entry == label:
			return mid
		case entry < label:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return -1
}

// Exported is the function that the module exports under a name, -1 if there
// is none.
func (img *Image) Exported(name term.Atom, arity int) int {
	text := name.Name()
	for row := img.exports[4:]; len(row) >= 12; row = row[12:] {
		if int(u32(row, 4)) == arity && img.texts[u32(row, 0)-1] == text {
			return img.FunctionAt(int(u32(row, 8)))
		}
	}
	return -1
}

// Exports is the export table.
func (img *Image) Exports() []Function {
	fs := make([]Function, 0, len(img.exports)/12)
	for row := img.exports[4:]; len(row) >= 12; row = row[12:] {
		fs = append(fs, Function{img.atom(u32(row, 0)), int(u32(row, 4)), int(u32(row, 8))})
	}
	return fs
}

// Import is a row of the import table.
func (img *Image) Import(i int) Import {
	imp := &img.r.m.Imports[i]
	if imp.Module.IsZero() {
		row := img.imports[4+12*i:]
		*imp = Import{img.atom(u32(row, 0)), img.atom(u32(row, 4)), int(u32(row, 8))}
	}
	return *imp
}

// Lambda is a row of the fun table.
func (img *Image) Lambda(i int) Lambda {
	row := img.lambdas[4+24*i:]
	return Lambda{img.atom(u32(row, 0)), int(u32(row, 4)), int(u32(row, 8)), int(u32(row, 12)), int(u32(row, 16)), u32(row, 20)}
}

// Code is the instructions of function i, and the range of its labels. They
// are good until the scratch is used again.
func (img *Image) Code(i int, s *Scratch) (code []Instr, first, end int, err error) {
	row := img.functions[i*indexRow:]
	first, end = int(u32(row, 12)), img.NumLabels
	from, to := u32(row, 16), uint32(len(img.code))
	if next := row[indexRow:]; len(next) > 0 {
		end, to = int(u32(next, 12)), u32(next, 16)
	}
	if s.args == nil {
		s.args = make([]Arg, argBlock)
	}
	clear(s.args)
	r := &img.r
	r.data, r.arena = img.code[from:to], s.args
	s.code = s.code[:0]
	for len(r.data) > 0 && r.err == nil {
		in := r.instr()
		if in.Op == OpIntCodeEnd {
			break
		}
		s.code = append(s.code, in)
	}
	r.arena = nil
	return s.code, first, end, r.err
}

// Lines is the Line chunk.
func (img *Image) Lines() (lines []Line, files []string) {
	r := &reader{name: "Line", m: &Module{Lines: []Line{{}}, Files: []string{img.Name.Name() + ".erl"}}}
	if r.data = img.chunk("Line"); r.data != nil {
		r.lines()
	}
	return r.m.Lines, r.m.Files
}

// Info is the attributes and the compile information.
func (img *Image) Info() (attributes, compileInfo term.Term) {
	attributes, compileInfo = term.EmptyList, term.EmptyList
	if data := img.chunk("Attr"); data != nil {
		attributes = img.r.term(data)
	}
	if data := img.chunk("CInf"); data != nil {
		compileInfo = img.r.term(data)
	}
	return attributes, compileInfo
}

// WriteIndexed makes a .beam file as Write does, with what OpenImage needs. It
// fails where a function's code refers to another's by something else than a
// call.
func WriteIndexed(m *Module) ([]byte, error) {
	m = renumbered(m)
	file, err := Write(m)
	if err != nil {
		return nil, err
	}
	if m, err = Read(file); err != nil {
		return nil, err
	}
	list, err := Chunks(file)
	if err != nil {
		return nil, err
	}
	chunks := make(map[string][]byte)
	for _, c := range list {
		chunks[c.Name] = c.Data
	}
	if m.form.longAtoms {
		return nil, errors.New("an atom of more than 255 bytes")
	}
	rows, err := indexCode(m, chunks["Code"])
	if err != nil {
		return nil, err
	}
	b := binary.BigEndian.AppendUint32(slices.Clone(m.MD5[:]), uint32(len(rows)))
	for _, row := range rows {
		for _, n := range row {
			b = binary.BigEndian.AppendUint32(b, n)
		}
	}
	var offsets, literals []byte
	if chunk := chunks["LitT"]; chunk != nil {
		table, err := literalTable(chunk)
		if err != nil {
			return nil, err
		}
		literals = table[4:]
		for at := 0; at < len(literals); at += 4 + int(u32(literals, at)) {
			offsets = binary.BigEndian.AppendUint32(offsets, uint32(at))
		}
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(offsets)/4))
	chunks[indexChunk] = append(append(b, offsets...), literals...)
	return assemble(chunks), nil
}

// renumbered is m with labels that count upwards through the code, so that
// each function's are a range.
func renumbered(m *Module) *Module {
	next := 1
	labels := make(map[int64]int64)
	for _, in := range m.Code {
		if in.Op == OpLabel {
			labels[in.Args[0].N] = int64(next)
			next++
		}
	}
	var args func([]Arg) []Arg
	args = func(old []Arg) []Arg {
		as := slices.Clone(old)
		for i, a := range as {
			if a.Kind == KindLabel && a.N != 0 {
				as[i].N = labels[a.N]
			}
			as[i].List = args(a.List)
		}
		return as
	}
	functions := func(fs []Function) []Function {
		fs = slices.Clone(fs)
		for i := range fs {
			fs[i].Label = int(labels[int64(fs[i].Label)])
		}
		return fs
	}
	c := *m
	c.form.longAtoms = false
	c.NumLabels = next
	c.Exports, c.Locals = functions(m.Exports), functions(m.Locals)
	c.Lambdas = slices.Clone(m.Lambdas)
	for i := range c.Lambdas {
		c.Lambdas[i].Label = int(labels[int64(c.Lambdas[i].Label)])
	}
	c.Code = slices.Clone(m.Code)
	for i, in := range m.Code {
		c.Code[i].Args = args(in.Args)
		if in.Op == OpLabel {
			c.Code[i].Args[0].N = labels[in.Args[0].N]
		}
	}
	return &c
}

// indexCode finds the functions in the code and makes their rows.
func indexCode(m *Module, chunk []byte) ([][5]uint32, error) {
	r := reader{name: "Code", m: m, data: chunk[4+u32(chunk, 0):]}
	size := len(r.data)
	entries := make(map[int64]bool)
	for i, in := range m.Code {
		if in.Op == OpFuncInfo {
			if i+1 == len(m.Code) || m.Code[i+1].Op != OpLabel {
				return nil, errors.New("a function without an entry label")
			}
			entries[m.Code[i+1].Args[0].N] = true
		}
	}
	var rows [][5]uint32
	var label, at uint32 // the last label and where it stands
	var used [][]int64   // for each function, the labels that it uses other than for calls
	for {
		here := uint32(size - len(r.data))
		in := r.instr()
		if r.err != nil {
			return nil, r.err
		}
		switch in.Op {
		case OpIntCodeEnd:
			return rows, checkLabels(m, rows, used, entries)
		case OpOnLoad:
			return nil, errors.New("on_load needs all of the code")
		case OpLabel:
			label, at = uint32(in.Args[0].N), here
		case OpFuncInfo:
			name, _ := in.Args[1].Term.(term.Atom)
			rows = append(rows, [5]uint32{uint32(slices.Index(m.Atoms, name) + 1), uint32(in.Args[2].N), 0, label, at})
			used = append(used, nil)
		case OpCall, OpCallLast, OpCallOnly:
			if !entries[in.Args[1].N] {
				return nil, fmt.Errorf("call of label %d, which is no function", in.Args[1].N)
			}
			continue
		}
		if len(rows) == 0 {
			continue
		}
		row, labels := &rows[len(rows)-1], &used[len(rows)-1]
		if in.Op == OpLabel && row[2] == 0 {
			row[2] = label
		}
		forLabels(in.Args, func(n int64) { *labels = append(*labels, n) })
	}
}

func forLabels(args []Arg, yield func(int64)) {
	for _, a := range args {
		if a.Kind == KindLabel && a.N != 0 {
			yield(a.N)
		}
		forLabels(a.List, yield)
	}
}

// checkLabels sees to it that each function's labels are a range of their own.
func checkLabels(m *Module, rows [][5]uint32, used [][]int64, entries map[int64]bool) error {
	for i, row := range rows {
		end := int64(m.NumLabels)
		if i+1 < len(rows) {
			end = int64(rows[i+1][3])
		}
		if row[2] <= row[3] || int64(row[2]) >= end {
			return fmt.Errorf("function %d: its entry is not among its labels", i)
		}
		for _, n := range used[i] {
			if n < int64(row[3]) || n >= end {
				return fmt.Errorf("function %d refers to label %d of another", i, n)
			}
		}
	}
	return nil
}

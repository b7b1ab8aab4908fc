package beam

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"unicode/utf8"

	"ersh/runtime/term"
)

// Limits on what Read takes. They are far above what any compiler writes; they
// keep a small file from asking for a large amount of memory.
const (
	// MaxFile is the greatest size of a file, after decompression.
	MaxFile = 256 << 20
	// MaxLiterals is the greatest size of a decompressed literal table.
	MaxLiterals = 256 << 20
	// MaxReg is how many x, y or float registers an operand may name.
	MaxReg = 1024
)

// ErrFormat is wrapped by every error of Read.
var ErrFormat = errors.New("not a valid BEAM file")

func formatError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
}

// Read reads a .beam file, which may be gzip-compressed. Every index and size
// in it is checked: atoms, literals, labels and registers that operands name
// exist. Whether the code makes sense is for the loader to say.
func Read(file []byte) (*Module, error) { return read(file, term.NewAtom) }

// ReadOwn reads a file of the program's own library, which must load even when
// the code that runs has used up the atom table.
func ReadOwn(file []byte) (*Module, error) { return read(file, term.OwnAtom) }

func read(file []byte, atom func(string) (term.Atom, error)) (*Module, error) {
	file, err := Decompress(file)
	if err != nil {
		return nil, err
	}
	chunks, err := Chunks(file)
	if err != nil {
		return nil, err
	}
	r := reader{m: &Module{Chunks: make(map[string][]byte)}, atom: atom}
	for _, c := range chunks {
		if _, dup := r.m.Chunks[c.Name]; dup {
			return nil, formatError("chunk %q twice", c.Name)
		}
		r.m.Chunks[c.Name] = c.Data
	}
	r.m.MD5 = checksum(func(name string) []byte { return r.m.Chunks[name] })
	if err := r.module(); err != nil {
		return nil, err
	}
	return r.m, nil
}

// Decompress gives the file itself, decompressed where it is gzip-compressed.
func Decompress(file []byte) ([]byte, error) {
	if len(file) > MaxFile {
		return nil, formatError("too large")
	}
	if len(file) < 2 || file[0] != 0x1F || file[1] != 0x8B {
		return file, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, formatError("%v", err)
	}
	out, err := io.ReadAll(io.LimitReader(z, MaxFile+1))
	if err != nil || len(out) > MaxFile {
		return nil, formatError("bad compressed data")
	}
	return out, nil
}

// Chunk is a part of a .beam file.
type Chunk struct {
	Name string
	Data []byte
}

// Chunks splits an uncompressed .beam file into its chunks.
func Chunks(file []byte) ([]Chunk, error) {
	if len(file) < 12 || string(file[:4]) != "FOR1" || string(file[8:12]) != "BEAM" {
		return nil, formatError("no BEAM header")
	}
	size := binary.BigEndian.Uint32(file[4:])
	if uint64(size) > uint64(len(file)-8) || size < 4 {
		return nil, formatError("truncated")
	}
	rest := file[12 : 8+size]
	var chunks []Chunk
	for len(rest) > 0 {
		if len(rest) < 8 {
			return nil, formatError("truncated chunk")
		}
		name, n := string(rest[:4]), uint64(binary.BigEndian.Uint32(rest[4:]))
		rest = rest[8:]
		if n > uint64(len(rest)) {
			return nil, formatError("chunk %q truncated", name)
		}
		chunks = append(chunks, Chunk{name, rest[:n:n]})
		rest = rest[min((n+3)&^3, uint64(len(rest))):]
	}
	return chunks, nil
}

// reader takes one chunk after the other; data is the rest of the present one.
type reader struct {
	atom  func(string) (term.Atom, error) // makes the module's atoms
	m     *Module
	name  string
	data  []byte
	err   error
	arena []Arg
	image *Image // where atoms and literals are made at first use
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = formatError("chunk %s: %s", r.name, fmt.Sprintf(format, args...))
	}
	r.data = nil
}

// open starts with a chunk and takes it out of m.Chunks.
func (r *reader) open(name string) bool {
	data, ok := r.m.Chunks[name]
	delete(r.m.Chunks, name)
	r.name, r.data = name, data
	return ok && r.err == nil
}

// missing is why a chunk that must be there could not be opened.
func (r *reader) missing(what string) error {
	if r.err != nil {
		return r.err
	}
	return formatError("no %s", what)
}

func (r *reader) byte() byte {
	if len(r.data) == 0 {
		r.fail("truncated")
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.data)) {
		r.fail("truncated")
		return nil
	}
	b := r.data[:n:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) u32() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// count reads the number of entries that follow, each of size bytes or more.
func (r *reader) count(size int) int {
	n := uint64(r.u32())
	if n*uint64(size) > uint64(len(r.data)) {
		r.fail("%d entries in %d bytes", n, len(r.data))
		return 0
	}
	return int(n)
}

func (r *reader) small(what string, limit int) int {
	n := r.u32()
	if uint64(n) >= uint64(limit) {
		r.fail("%s %d out of range", what, n)
		return 0
	}
	return int(n)
}

func (r *reader) atomAt(i uint64) term.Atom {
	if i == 0 || i > uint64(len(r.m.Atoms)) {
		r.fail("no atom %d", i)
		return term.Undefined
	}
	if r.image != nil {
		return r.image.atom(uint32(i))
	}
	return r.m.Atoms[i-1]
}

func (r *reader) module() error {
	if r.open("AtU8") {
		r.atoms(true)
	} else if r.open("Atom") {
		r.atoms(false)
	} else {
		return formatError("no atom table")
	}
	if r.open("LitT") {
		r.literals()
	}
	if r.err != nil {
		return r.err
	}
	m := r.m
	if r.open("StrT") {
		m.Strings = r.data
	}
	if !r.open("Code") {
		return r.missing("code")
	}
	r.code()
	if !r.open("ImpT") {
		return r.missing("import table")
	}
	m.Imports = make([]Import, 0, r.count(12))
	for range cap(m.Imports) {
		m.Imports = append(m.Imports, Import{r.atomAt(uint64(r.u32())), r.atomAt(uint64(r.u32())), r.small("arity", 256)})
	}
	if !r.open("ExpT") {
		return r.missing("export table")
	}
	m.Exports = r.functions()
	if r.open("LocT") {
		m.Locals = r.functions()
	}
	if r.open("FunT") {
		m.Lambdas = make([]Lambda, 0, r.count(24))
		for range cap(m.Lambdas) {
			m.Lambdas = append(m.Lambdas, Lambda{
				Name: r.atomAt(uint64(r.u32())), Arity: r.small("arity", 256),
				Label: r.small("label", m.NumLabels), Index: r.small("index", 1<<30),
				NumFree: r.small("number of free variables", 256), OldUniq: r.u32(),
			})
		}
	}
	m.Files = []string{m.Name.Name() + ".erl"}
	m.Lines = []Line{{}}
	if r.open("Line") {
		r.lines()
	}
	m.Attributes, m.CompileInfo = term.EmptyList, term.EmptyList
	if r.open("Attr") {
		m.Attributes = r.term(r.data)
	}
	if r.open("CInf") {
		m.CompileInfo = r.term(r.data)
	}
	return r.err
}

// atoms reads the atom table. A negative number of atoms says that lengths
// are in the compact encoding (OTP 28 and later).
func (r *reader) atoms(isUTF8 bool) {
	n := int64(int32(r.u32()))
	long := n < 0
	if long {
		n = -n
		r.m.form.longAtoms = true
	}
	if n == 0 || n > int64(len(r.data)) {
		r.fail("%d atoms", n)
		return
	}
	r.m.Atoms = make([]term.Atom, 0, n)
	for range n {
		size := uint64(0)
		if long {
			if tag, v, big := r.compact(); tag != tagU || big != nil || v < 0 {
				r.fail("bad atom length")
			} else {
				size = uint64(v)
			}
		} else {
			size = uint64(r.byte())
		}
		text := r.bytes(size)
		if r.err != nil {
			return
		}
		name := string(text)
		if !isUTF8 {
			runes := make([]rune, len(text))
			for i, c := range text {
				runes[i] = rune(c)
			}
			name = string(runes)
		} else if !utf8.Valid(text) {
			r.fail("atom is not UTF-8")
			return
		}
		a, err := r.atom(name)
		if err != nil {
			r.fail("%v", err)
			return
		}
		r.m.Atoms = append(r.m.Atoms, a)
	}
	r.m.Name = r.m.Atoms[0]
}

func (r *reader) functions() []Function {
	fs := make([]Function, 0, r.count(12))
	for range cap(fs) {
		fs = append(fs, Function{r.atomAt(uint64(r.u32())), r.small("arity", 256), r.small("label", r.m.NumLabels)})
	}
	return fs
}

// literals reads the literal table, which is compressed unless the size in
// front of it is 0.
func (r *reader) literals() {
	chunk := r.data
	table, err := literalTable(r.data)
	if err != nil {
		r.fail("%v", err)
		return
	}
	r.data = table
	n := r.count(5)
	r.m.Literals = make([]term.Term, 0, n)
	for range n {
		size := r.u32()
		t := r.term(r.bytes(uint64(size)))
		if r.err != nil {
			return
		}
		r.m.Literals = append(r.m.Literals, t)
	}
	r.m.form.literalChunk, r.m.form.literals = chunk, slices.Clone(r.m.Literals)
}

func literalTable(chunk []byte) ([]byte, error) {
	if len(chunk) < 4 {
		return nil, errors.New("truncated")
	}
	size, packed := binary.BigEndian.Uint32(chunk), chunk[4:]
	if size == 0 {
		return packed, nil
	}
	if size > MaxLiterals {
		return nil, errors.New("too large")
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	table, err := io.ReadAll(io.LimitReader(z, int64(size)+1))
	if err != nil {
		return nil, err
	}
	if len(table) != int(size) {
		return nil, errors.New("size is wrong")
	}
	return table, nil
}

func (r *reader) term(b []byte) term.Term {
	if r.err != nil {
		return term.EmptyList
	}
	decode := decodeTerm
	if r.image != nil {
		decode = decodeOwnTerm
	}
	t, err := decode(b)
	if err != nil {
		r.fail("%v", err)
		return term.EmptyList
	}
	return t
}

func (r *reader) code() {
	head := uint64(r.u32())
	if head < 16 {
		r.fail("header too small")
		return
	}
	h := r.bytes(head)
	if r.err != nil {
		return
	}
	set, maxOp := binary.BigEndian.Uint32(h), binary.BigEndian.Uint32(h[4:])
	labels := binary.BigEndian.Uint32(h[8:])
	if set != 0 {
		r.fail("instruction set %d", set)
		return
	}
	if maxOp > uint32(MaxOp) {
		r.fail("made for a later release: instruction %d", maxOp)
		return
	}
	if uint64(labels) > uint64(len(r.data))+1 {
		r.fail("%d labels in %d bytes", labels, len(r.data))
		return
	}
	m := r.m
	m.NumLabels = int(labels)
	m.form.maxOp = Op(maxOp)
	m.Code = make([]Instr, 0, len(r.data)/4+1)
	for r.err == nil {
		in := r.instr()
		m.Code = append(m.Code, in)
		if in.Op == OpIntCodeEnd {
			// What follows does not count.
			if int(labels) > len(m.Code)+1 {
				r.fail("%d labels in %d instructions", labels, len(m.Code))
			}
			return
		}
	}
}

// instr reads an instruction.
func (r *reader) instr() Instr {
	op := Op(r.byte())
	if r.err != nil || op == 0 || op > MaxOp {
		r.fail("no instruction %d", op)
		return Instr{}
	}
	args := r.alloc(op.Arity())
	for i := range args {
		r.arg(&args[i], 0)
	}
	return Instr{op, args}
}

const argBlock = 512

// alloc hands out operands from chunks, since most instructions have few.
func (r *reader) alloc(n int) []Arg {
	if n == 0 {
		return nil
	}
	if n > len(r.arena) {
		if n > 64 {
			return make([]Arg, n)
		}
		r.arena = make([]Arg, argBlock)
	}
	args := r.arena[:n:n]
	r.arena = r.arena[n:]
	return args
}

// The tags of the compact term encoding: the low three bits of the first byte.
const (
	tagU = iota
	tagI
	tagA
	tagX
	tagY
	tagF
	tagH
	tagZ
)

// The extended tags: the whole first byte.
const (
	extList    = 0x17
	extFR      = 0x27
	extAlloc   = 0x37
	extLiteral = 0x47
	extTyped   = 0x57
)

// compact reads a tag and its value; large is set where the value is no
// int64.
func (r *reader) compact() (tag byte, v int64, large *big.Int) {
	b := r.byte()
	tag = b & 7
	switch {
	case b&8 == 0:
		return tag, int64(b >> 4), nil
	case b&16 == 0:
		return tag, int64(b>>5)<<8 | int64(r.byte()), nil
	}
	n := uint64(b>>5) + 2
	if n == 9 {
		t, extra, large := r.compactSize()
		if t != tagU || large || extra < 0 {
			r.fail("bad size")
			return tag, 0, nil
		}
		n += uint64(extra)
	}
	d := r.bytes(n)
	if r.err != nil {
		return tag, 0, nil
	}
	if n <= 8 {
		v = int64(int8(d[0]))
		for _, c := range d[1:] {
			v = v<<8 | int64(c)
		}
		return tag, v, nil
	}
	large = new(big.Int).SetBytes(d)
	if d[0]&0x80 != 0 {
		large.Sub(large, new(big.Int).Lsh(big.NewInt(1), uint(8*n)))
	}
	if large.IsInt64() {
		return tag, large.Int64(), nil
	}
	return tag, 0, large
}

// compactSize is compact for the size of a large number, which is never
// itself large.
func (r *reader) compactSize() (tag byte, v int64, large bool) {
	if len(r.data) > 0 && r.data[0]>>3 == 0x1F {
		return 0, 0, true
	}
	tag, v, b := r.compact()
	return tag, v, b != nil
}

// arg reads an operand. Lists hold plain operands only, so depth is at most 2.
func (r *reader) arg(a *Arg, depth int) {
	if r.err != nil {
		return
	}
	if len(r.data) > 0 && r.data[0]&7 == tagZ {
		r.extended(a, depth)
		return
	}
	tag, v, large := r.compact()
	a.N = v
	if large != nil && tag != tagI {
		r.fail("operand too large")
		return
	}
	if v < 0 && tag != tagI {
		r.fail("negative operand")
		return
	}
	switch tag {
	case tagU:
		a.Kind = KindU
	case tagI:
		a.Kind = KindI
		if large != nil {
			a.Term = term.MakeBig(large)
		} else {
			a.Term = term.MakeInt(v)
		}
	case tagA:
		if v == 0 {
			a.Kind, a.Term = KindNil, term.EmptyList
			return
		}
		a.Kind, a.N = KindAtom, 0
		a.Term = r.atomAt(uint64(v))
	case tagX, tagY:
		a.Kind = KindX + ArgKind(tag-tagX)
		if v >= MaxReg {
			r.fail("register %d", v)
		}
	case tagF:
		a.Kind = KindLabel
		if v != 0 && v >= int64(r.m.NumLabels) {
			r.fail("label %d", v)
		}
	default:
		r.fail("obsolete operand")
	}
}

// number reads an unsigned number below limit.
func (r *reader) number(limit int) int {
	tag, v, large := r.compact()
	if r.err == nil && (tag != tagU || large != nil || v < 0 || v >= int64(limit)) {
		r.fail("bad number")
	}
	if r.err != nil {
		return 0
	}
	return int(v)
}

func (r *reader) extended(a *Arg, depth int) {
	tag := r.byte()
	switch tag {
	case extList, extAlloc:
		n := r.number(len(r.data) + 1)
		if depth > 0 || tag == extAlloc && 2*n > len(r.data) {
			r.fail("bad list")
			return
		}
		a.Kind = KindList
		if tag == extAlloc {
			a.Kind = KindAlloc
			n *= 2
		}
		a.List = r.alloc(n)
		for i := range a.List {
			if r.err != nil {
				return
			}
			r.arg(&a.List[i], depth+1)
			if tag == extAlloc && a.List[i].Kind != KindU {
				r.fail("bad allocation list")
			}
		}
	case extFR:
		a.Kind, a.N = KindFR, int64(r.number(MaxReg))
	case extLiteral:
		a.Kind = KindLiteral
		if len(r.m.Literals) == 0 {
			r.fail("no literals")
			return
		}
		a.N = int64(r.number(len(r.m.Literals)))
		if r.image != nil && r.err == nil {
			a.Term = r.image.literal(int(a.N))
			return
		}
		a.Term = r.m.Literals[a.N]
	case extTyped:
		if depth > 1 {
			r.fail("bad typed register")
			return
		}
		a.Kind = KindTyped
		a.List = r.alloc(1)
		r.arg(&a.List[0], 2)
		if k := a.List[0].Kind; k != KindX && k != KindY {
			r.fail("bad typed register")
		}
		a.N = int64(r.number(1 << 30))
	default:
		r.fail("obsolete operand")
	}
}

// lines reads the Line chunk: a line number for each entry, a file index
// where the file changes, then the file names.
func (r *reader) lines() {
	m := r.m
	version := r.u32()
	m.form.lineFlags = r.u32()
	r.u32() // the number of line instructions, which the code itself tells
	n, files := r.u32(), r.u32()
	if version != 0 {
		return // a later form: positions are lost, the code is good
	}
	if uint64(n) > uint64(len(r.data)) || uint64(files) > uint64(len(r.data)) {
		r.fail("%d lines and %d files in %d bytes", n, files, len(r.data))
		return
	}
	file := 0
	for uint32(len(m.Lines)) <= n && r.err == nil {
		tag, v, large := r.compact()
		switch {
		case large != nil || v < 0:
			r.fail("bad entry")
		case tag == tagA && v <= int64(files):
			file = int(v)
		case tag == tagI:
			m.Lines = append(m.Lines, Line{file, int(v)})
		default:
			r.fail("bad entry")
		}
	}
	for range files {
		b := r.bytes(2)
		if r.err != nil {
			return
		}
		name := r.bytes(uint64(binary.BigEndian.Uint16(b)))
		m.Files = append(m.Files, string(bytes.ToValidUTF8(name, []byte("\uFFFD"))))
	}
}

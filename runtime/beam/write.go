package beam

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"sort"

	"ersh/runtime/term"
)

// significant names the chunks that make up a module's checksum, in order.
var significant = []string{"Code", "StrT", "ImpT", "ExpT", "FunT", "LitT", "Meta"}

// checksum is code:module_md5: the MD5 of the significant chunks, with the
// hashes in the fun table taken as 0.
func checksum(chunk func(name string) []byte) (sum [16]byte) {
	h := md5.New()
	if atoms := chunk("AtU8"); atoms != nil {
		h.Write(atoms)
	} else {
		h.Write(chunk("Atom"))
	}
	for _, name := range significant {
		data := chunk(name)
		if name == "FunT" && len(data) > 4 {
			data = bytes.Clone(data)
			for i := 24; i+4 <= len(data); i += 24 {
				clear(data[i : i+4])
			}
		}
		h.Write(data)
	}
	h.Sum(sum[:0])
	return sum
}

// Write makes a .beam file that OTP 25 and later load. It fills in m.MD5.
func Write(m *Module) ([]byte, error) {
	w := writer{m: m, index: make(map[term.Atom]uint32)}
	w.addAtom(m.Name)
	for _, a := range m.Atoms {
		w.addAtom(a)
	}
	code := w.code()
	chunks := map[string][]byte{
		"Code": code,
		"StrT": m.Strings,
		"ImpT": w.imports(),
		"ExpT": w.functions(m.Exports),
		"LocT": w.functions(m.Locals),
		"Line": w.lines(),
	}
	if len(m.Lambdas) > 0 {
		chunks["FunT"] = w.lambdas()
	}
	if len(m.Literals) > 0 {
		chunks["LitT"] = w.literals()
	}
	chunks["AtU8"] = w.atomTable()
	chunks["Attr"] = w.term(m.Attributes)
	chunks["CInf"] = w.term(m.CompileInfo)
	for name, data := range m.Chunks {
		if _, ours := chunks[name]; len(name) != 4 || ours {
			w.fail("chunk %q", name)
		}
		chunks[name] = data
	}
	if w.err != nil {
		return nil, w.err
	}
	m.MD5 = checksum(func(name string) []byte { return chunks[name] })
	if funs := chunks["FunT"]; funs != nil {
		uniq := binary.BigEndian.Uint32(m.MD5[:]) >> 5
		for i := 24; i+4 <= len(funs); i += 24 {
			if binary.BigEndian.Uint32(funs[i:]) == 0 {
				binary.BigEndian.PutUint32(funs[i:], uniq)
			}
		}
	}
	return assemble(chunks), nil
}

// chunkOrder is the order in which erlc writes chunks; others follow by name.
var chunkOrder = []string{"AtU8", "Code", "StrT", "ImpT", "ExpT", "FunT", "LitT", "Meta", "LocT", "Attr", "CInf", "Dbgi", "Docs", "Line", "Type"}

func assemble(chunks map[string][]byte) []byte {
	names := make([]string, 0, len(chunks))
	for name := range chunks {
		names = append(names, name)
	}
	rank := func(name string) int {
		if i := slices.Index(chunkOrder, name); i >= 0 {
			return i
		}
		return len(chunkOrder)
	}
	sort.Slice(names, func(i, j int) bool {
		a, b := names[i], names[j]
		if ra, rb := rank(a), rank(b); ra != rb {
			return ra < rb
		}
		return a < b
	})
	out := []byte("FOR1\x00\x00\x00\x00BEAM")
	for _, name := range names {
		data := chunks[name]
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
		out = append(out, data...)
		for len(out)&3 != 0 {
			out = append(out, 0)
		}
	}
	binary.BigEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

type writer struct {
	m     *Module
	atoms []term.Atom
	index map[term.Atom]uint32 // counted from 1
	err   error
}

func (w *writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("cannot write module: "+format, args...)
	}
}

func (w *writer) addAtom(a term.Atom) uint32 {
	i, ok := w.index[a]
	if !ok {
		if a.IsZero() {
			w.fail("zero atom")
			return 0
		}
		w.atoms = append(w.atoms, a)
		i = uint32(len(w.atoms))
		w.index[a] = i
	}
	return i
}

func (w *writer) term(t term.Term) []byte {
	if t == nil {
		t = term.EmptyList
	}
	b, err := encodeTerm(t)
	if err != nil {
		w.fail("%v", err)
	}
	return b
}

// atomTable is the AtU8 chunk, in the form that all releases read unless a
// name is too long for it or the module came from the other form.
func (w *writer) atomTable() []byte {
	long := w.m.form.longAtoms
	for _, a := range w.atoms {
		long = long || len(a.Name()) > 255
	}
	n := int32(len(w.atoms))
	if long {
		n = -n
	}
	b := binary.BigEndian.AppendUint32(nil, uint32(n))
	for _, a := range w.atoms {
		if long {
			b = appendCompact(b, tagU, int64(len(a.Name())))
		} else {
			b = append(b, byte(len(a.Name())))
		}
		b = append(b, a.Name()...)
	}
	return b
}

func (w *writer) code() []byte {
	var b []byte
	// OTP 28 and later refuse a file whose highest instruction is older than
	// those that OTP 25 brought, whatever it really uses.
	maxOp, functions := w.m.form.maxOp, 0
	if maxOp == 0 {
		maxOp = OpCallFun2
	}
	for i := range w.m.Code {
		in := &w.m.Code[i]
		if len(in.Args) != in.Op.Arity() || in.Op == 0 || in.Op > MaxOp {
			w.fail("%v with %d operands", in.Op, len(in.Args))
			return nil
		}
		maxOp = max(maxOp, in.Op)
		if in.Op == OpFuncInfo {
			functions++
		}
		b = append(b, byte(in.Op))
		for j := range in.Args {
			b = w.arg(b, &in.Args[j])
		}
	}
	if n := len(w.m.Code); n == 0 || w.m.Code[n-1].Op != OpIntCodeEnd {
		w.fail("code does not end in int_code_end")
	}
	head := make([]byte, 0, 20+len(b))
	for _, v := range []int{16, 0, int(maxOp), w.m.NumLabels, functions} {
		head = binary.BigEndian.AppendUint32(head, uint32(v))
	}
	return append(head, b...)
}

func (w *writer) arg(b []byte, a *Arg) []byte {
	if a.N < 0 && a.Kind != KindI {
		w.fail("negative operand")
		return b
	}
	switch a.Kind {
	case KindU:
		return appendCompact(b, tagU, a.N)
	case KindI:
		if large, ok := a.Term.(*term.Big); ok {
			return appendCompactBig(b, tagI, &large.V)
		}
		return appendCompact(b, tagI, a.N)
	case KindAtom:
		atom, ok := a.Term.(term.Atom)
		if !ok {
			w.fail("atom operand without an atom")
			return b
		}
		return appendCompact(b, tagA, int64(w.addAtom(atom)))
	case KindNil:
		return append(b, tagA)
	case KindX:
		return appendCompact(b, tagX, a.N)
	case KindY:
		return appendCompact(b, tagY, a.N)
	case KindLabel:
		return appendCompact(b, tagF, a.N)
	case KindFR:
		return appendCompact(append(b, extFR), tagU, a.N)
	case KindLiteral:
		if a.N >= int64(len(w.m.Literals)) {
			w.fail("no literal %d", a.N)
		}
		return appendCompact(append(b, extLiteral), tagU, a.N)
	case KindTyped:
		if len(a.List) != 1 {
			w.fail("bad typed register")
			return b
		}
		return appendCompact(w.arg(append(b, extTyped), &a.List[0]), tagU, a.N)
	case KindList, KindAlloc:
		n := len(a.List)
		if a.Kind == KindAlloc {
			b = appendCompact(append(b, extAlloc), tagU, int64(n/2))
		} else {
			b = appendCompact(append(b, extList), tagU, int64(n))
		}
		for i := range a.List {
			b = w.arg(b, &a.List[i])
		}
		return b
	}
	w.fail("operand kind %d", a.Kind)
	return b
}

// appendCompact writes a tag and a value in the compact term encoding.
func appendCompact(b []byte, tag byte, v int64) []byte {
	switch {
	case v >= 0 && v < 16:
		return append(b, byte(v)<<4|tag)
	case v >= 0 && v < 0x800:
		return append(b, byte(v>>3)&0xE0|tag|8, byte(v))
	}
	n := 2
	for n < 8 && v>>(8*n-1) != 0 && v>>(8*n-1) != -1 {
		n++
	}
	b = append(b, byte(n-2)<<5|0x18|tag)
	for i := n - 1; i >= 0; i-- {
		b = append(b, byte(v>>(8*i)))
	}
	return b
}

// appendCompactBig is appendCompact for any integer.
func appendCompactBig(b []byte, tag byte, v *big.Int) []byte {
	if v.IsInt64() {
		return appendCompact(b, tag, v.Int64())
	}
	// Two's complement with a sign bit.
	abs := v
	if v.Sign() < 0 {
		abs = new(big.Int).Not(v)
	}
	n := abs.BitLen()/8 + 1
	d := abs.FillBytes(make([]byte, n))
	if v.Sign() < 0 {
		for i := range d {
			d[i] = ^d[i]
		}
	}
	if n <= 8 {
		b = append(b, byte(n-2)<<5|0x18|tag)
	} else {
		b = appendCompact(append(b, 0xF8|tag), tagU, int64(n-9))
	}
	return append(b, d...)
}

func (w *writer) imports() []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(w.m.Imports)))
	for _, f := range w.m.Imports {
		b = binary.BigEndian.AppendUint32(b, w.addAtom(f.Module))
		b = binary.BigEndian.AppendUint32(b, w.addAtom(f.Name))
		b = binary.BigEndian.AppendUint32(b, uint32(f.Arity))
	}
	return b
}

func (w *writer) functions(fs []Function) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(fs)))
	for _, f := range fs {
		b = binary.BigEndian.AppendUint32(b, w.addAtom(f.Name))
		b = binary.BigEndian.AppendUint32(b, uint32(f.Arity))
		b = binary.BigEndian.AppendUint32(b, uint32(f.Label))
	}
	return b
}

func (w *writer) lambdas() []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(w.m.Lambdas)))
	for _, f := range w.m.Lambdas {
		b = binary.BigEndian.AppendUint32(b, w.addAtom(f.Name))
		for _, v := range []uint32{uint32(f.Arity), uint32(f.Label), uint32(f.Index), uint32(f.NumFree), f.OldUniq} {
			b = binary.BigEndian.AppendUint32(b, v)
		}
	}
	return b
}

// literals is the LitT chunk, compressed since releases before OTP 28 read no
// other. Where the table is the one that was read, so is the chunk:
// there is more than one way to write a table,
// and the checksum covers how it is written.
func (w *writer) literals() []byte {
	f := &w.m.form
	if f.literalChunk != nil && slices.EqualFunc(w.m.Literals, f.literals, term.Identical) {
		return f.literalChunk
	}
	table := binary.BigEndian.AppendUint32(nil, uint32(len(w.m.Literals)))
	for _, l := range w.m.Literals {
		b := w.term(l)
		table = binary.BigEndian.AppendUint32(table, uint32(len(b)))
		table = append(table, b...)
	}
	var out bytes.Buffer
	out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(table))))
	z := zlib.NewWriter(&out)
	z.Write(table)
	z.Close()
	return out.Bytes()
}

func (w *writer) lines() []byte {
	m := w.m
	instrs := 0
	for i := range m.Code {
		if m.Code[i].Op == OpLine {
			instrs++
		}
	}
	var b []byte
	lines, files := m.Lines, m.Files
	if len(lines) > 0 {
		lines = lines[1:]
	}
	if len(files) > 0 {
		files = files[1:]
	}
	for _, v := range []uint32{0, m.form.lineFlags, uint32(instrs), uint32(len(lines)), uint32(len(files))} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	file := 0
	for _, l := range lines {
		if l.File != file {
			if l.File < 0 || l.File > len(files) {
				w.fail("line in file %d of %d", l.File, len(files))
				return nil
			}
			file = l.File
			b = appendCompact(b, tagA, int64(file))
		}
		b = appendCompact(b, tagI, int64(l.Line))
	}
	for _, f := range files {
		if len(f) > 0xFFFF {
			w.fail("file name too long")
			return nil
		}
		b = binary.BigEndian.AppendUint16(b, uint16(len(f)))
		b = append(b, f...)
	}
	return b
}

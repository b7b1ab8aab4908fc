package bif

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"slices"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var binaryBIFs = []vm.BIF{
	{Module: "binary", Name: "at", Arity: 2, Fn: binaryAt},
	{Module: "binary", Name: "first", Arity: 1, Fn: binaryFirst},
	{Module: "binary", Name: "last", Arity: 1, Fn: binaryLast},
	{Module: "binary", Name: "part", Arity: 2, Fn: binaryModulePart},
	{Module: "binary", Name: "part", Arity: 3, Fn: binaryModulePart},
	{Module: "binary", Name: "copy", Arity: 1, Fn: binaryCopy},
	{Module: "binary", Name: "copy", Arity: 2, Fn: binaryCopy},
	{Module: "binary", Name: "bin_to_list", Arity: 1, Fn: binaryModuleToList},
	{Module: "binary", Name: "bin_to_list", Arity: 2, Fn: binaryModuleToList},
	{Module: "binary", Name: "bin_to_list", Arity: 3, Fn: binaryModuleToList},
	{Module: "binary", Name: "list_to_bin", Arity: 1, Fn: binaryFromList},
	{Module: "binary", Name: "referenced_byte_size", Arity: 1, Fn: binaryReferenced},
	{Module: "binary", Name: "decode_unsigned", Arity: 1, Fn: binaryDecodeUnsigned},
	{Module: "binary", Name: "decode_unsigned", Arity: 2, Fn: binaryDecodeUnsigned},
	{Module: "binary", Name: "encode_unsigned", Arity: 1, Fn: binaryEncodeUnsigned},
	{Module: "binary", Name: "encode_unsigned", Arity: 2, Fn: binaryEncodeUnsigned},
	{Module: "binary", Name: "encode_hex", Arity: 1, Fn: binaryEncodeHex},
	{Module: "binary", Name: "encode_hex", Arity: 2, Fn: binaryEncodeHex},
	{Module: "binary", Name: "decode_hex", Arity: 1, Fn: binaryDecodeHex},
	{Module: "binary", Name: "longest_common_prefix", Arity: 1, Fn: binaryCommonPrefix},
	{Module: "binary", Name: "longest_common_suffix", Arity: 1, Fn: binaryCommonSuffix},
	{Module: "binary", Name: "compile_pattern", Arity: 1, Fn: binaryCompile},
	{Module: "binary", Name: "match", Arity: 2, Fn: binaryMatch},
	{Module: "binary", Name: "match", Arity: 3, Fn: binaryMatch},
	{Module: "binary", Name: "matches", Arity: 2, Fn: binaryMatches},
	{Module: "binary", Name: "matches", Arity: 3, Fn: binaryMatches},
	{Module: "binary", Name: "split", Arity: 2, Fn: binarySplit},
	{Module: "binary", Name: "split", Arity: 3, Fn: binarySplit},
}

var (
	aBig       = term.A("big")
	aLittle    = term.A("little")
	aUppercase = term.A("uppercase")
	aLowercase = term.A("lowercase")
	aScope     = term.A("scope")
	aGlobal    = term.A("global")
	aTrim      = term.A("trim")
	aTrimAll   = term.A("trim_all")
	aNomatch   = term.A("nomatch")
	aAC        = term.A("ac")
	aBM        = term.A("bm")
)

// binArg is an argument that must be a binary.
func binArg(t term.Term) ([]byte, *term.Bits, error) {
	if b, ok := t.(*term.Bits); ok && b.IsBinary() {
		return b.Bytes(), b, nil
	}
	return nil, nil, vm.Badarg
}

func subBinary(b *term.Bits, at, n int) term.Term { return b.Sub(8*at, 8*n) }

func pair(a, b int) term.Term {
	return term.T(term.MakeInt(int64(a)), term.MakeInt(int64(b)))
}

// span is a part {At, Len} of size bytes; Len may be negative, for the bytes
// before At.
func span(at, n term.Term, size int) (from, count int, err error) {
	a, okA := at.(term.Int)
	l, okL := n.(term.Int)
	if !okA || !okL {
		return 0, 0, vm.Badarg
	}
	from64, count64 := a.Value(), l.Value()
	if from64 < 0 || from64 > int64(size) {
		return 0, 0, vm.Badarg
	}
	if count64 < 0 {
		from64, count64 = from64+count64, -count64
	}
	if from64 < 0 || count64 > int64(size)-from64 {
		return 0, 0, vm.Badarg
	}
	return int(from64), int(count64), nil
}

// spanArg is a part given as {At, Len}.
func spanArg(t term.Term, size int) (from, count int, err error) {
	if t, ok := t.(*term.Tuple); ok && len(t.Elems) == 2 {
		return span(t.Elems[0], t.Elems[1], size)
	}
	return 0, 0, vm.Badarg
}

func binaryAt(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, _, err := binArg(args[0])
	if err != nil {
		return nil, err
	}
	i, ok := args[1].(term.Int)
	if !ok || i.Value() < 0 || i.Value() >= int64(len(b)) {
		return nil, vm.Badarg
	}
	return term.Small(int64(b[i.Value()])), nil
}

func binaryFirst(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, _, err := binArg(args[0])
	if err != nil || len(b) == 0 {
		return nil, vm.Badarg
	}
	return term.Small(int64(b[0])), nil
}

func binaryLast(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, _, err := binArg(args[0])
	if err != nil || len(b) == 0 {
		return nil, vm.Badarg
	}
	return term.Small(int64(b[len(b)-1])), nil
}

// binSpan is the part that arguments 2 or 2 and 3 name, or all.
func binSpan(args []term.Term) (b []byte, t *term.Bits, from, count int, err error) {
	b, t, err = binArg(args[0])
	if err != nil {
		return nil, nil, 0, 0, err
	}
	switch len(args) {
	case 1:
		count = len(b)
	case 2:
		from, count, err = spanArg(args[1], len(b))
	default:
		from, count, err = span(args[1], args[2], len(b))
	}
	return b, t, from, count, err
}

func binaryModulePart(_ *vm.Process, args []term.Term) (term.Term, error) {
	_, t, from, count, err := binSpan(args)
	if err != nil {
		return nil, err
	}
	return subBinary(t, from, count), nil
}

func binaryModuleToList(p *vm.Process, args []term.Term) (term.Term, error) {
	b, _, from, count, err := binSpan(args)
	if err != nil {
		return nil, err
	}
	charge(p, count)
	return byteList(p, b[from:from+count])
}

func binaryFromList(p *vm.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[0].(*term.Bits); ok {
		return nil, vm.Badarg
	}
	b, ok := ioData(p, args[0])
	if !ok {
		return nil, vm.Badarg
	}
	charge(p, len(b))
	return term.Binary(b), nil
}

// maxBinary is the greatest size of a binary that a function makes from
// smaller ones.
const maxBinary = 1 << 40

func binaryCopy(p *vm.Process, args []term.Term) (term.Term, error) {
	b, _, err := binArg(args[0])
	if err != nil {
		return nil, err
	}
	n := int64(1)
	if len(args) == 2 {
		i, ok := args[1].(term.Int)
		if !ok || i.Value() < 0 {
			return nil, vm.Badarg
		}
		n = i.Value()
	}
	if n > 0 && int64(len(b)) > maxBinary/n {
		return nil, vm.SystemLimit
	}
	if len(b) == 0 {
		n = 0
	}
	if !p.Room(int64(len(b)) * n) {
		return nil, vm.SystemLimit
	}
	charge(p, len(b)*int(n)/8)
	return term.Binary(bytes.Repeat(b, int(n))), nil
}

func binaryReferenced(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := args[0].(*term.Bits)
	if !ok {
		return nil, vm.Badarg
	}
	return term.MakeInt(int64(len(b.Data))), nil
}

// littleEndian reads the optional last argument, big or little.
func littleEndian(args []term.Term) (little bool, err error) {
	if len(args) < 2 {
		return false, nil
	}
	switch args[1] {
	case aBig:
		return false, nil
	case aLittle:
		return true, nil
	}
	return false, vm.Badarg
}

func binaryDecodeUnsigned(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, _, err := binArg(args[0])
	if err != nil {
		return nil, err
	}
	little, err := littleEndian(args)
	if err != nil {
		return nil, err
	}
	if little {
		b = slices.Clone(b)
		slices.Reverse(b)
	}
	if 8*len(b) > term.MaxIntegerBits {
		return nil, vm.SystemLimit
	}
	return term.MakeBig(new(big.Int).SetBytes(b)), nil
}

func binaryEncodeUnsigned(_ *vm.Process, args []term.Term) (term.Term, error) {
	v, ok := term.ToBig(args[0])
	if !ok || v.Sign() < 0 {
		return nil, vm.Badarg
	}
	little, err := littleEndian(args)
	if err != nil {
		return nil, err
	}
	b := v.Bytes()
	if len(b) == 0 {
		b = []byte{0}
	}
	if little {
		slices.Reverse(b)
	}
	return term.Binary(b), nil
}

func binaryEncodeHex(p *vm.Process, args []term.Term) (term.Term, error) {
	b, _, err := binArg(args[0])
	if err != nil {
		return nil, err
	}
	upper := true
	if len(args) == 2 {
		switch args[1] {
		case aUppercase:
		case aLowercase:
			upper = false
		default:
			return nil, vm.Badarg
		}
	}
	charge(p, len(b))
	out := make([]byte, hex.EncodedLen(len(b)))
	hex.Encode(out, b)
	if upper {
		out = bytes.ToUpper(out)
	}
	return term.Binary(out), nil
}

func binaryDecodeHex(p *vm.Process, args []term.Term) (term.Term, error) {
	b, _, err := binArg(args[0])
	if err != nil {
		return nil, err
	}
	out := make([]byte, hex.DecodedLen(len(b)))
	if _, err := hex.Decode(out, b); err != nil {
		return nil, vm.Badarg
	}
	charge(p, len(b))
	return term.Binary(out), nil
}

// binaries is an argument that must be a list of binaries, at least one.
func binaries(t term.Term) ([][]byte, error) {
	elems, ok := term.Slice(t)
	if !ok || len(elems) == 0 {
		return nil, vm.Badarg
	}
	bs := make([][]byte, len(elems))
	for i, e := range elems {
		b, _, err := binArg(e)
		if err != nil {
			return nil, err
		}
		bs[i] = b
	}
	return bs, nil
}

func binaryCommonPrefix(_ *vm.Process, args []term.Term) (term.Term, error) {
	bs, err := binaries(args[0])
	if err != nil {
		return nil, err
	}
	n := 0
	for ; ; n++ {
		for _, b := range bs {
			if n >= len(b) || b[n] != bs[0][n] {
				return term.MakeInt(int64(n)), nil
			}
		}
	}
}

func binaryCommonSuffix(_ *vm.Process, args []term.Term) (term.Term, error) {
	bs, err := binaries(args[0])
	if err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		for _, b := range bs {
			if n >= len(b) || b[len(b)-1-n] != bs[0][len(bs[0])-1-n] {
				return term.MakeInt(int64(n)), nil
			}
		}
	}
}

// patterns is what a compiled pattern holds: the strings searched for. Among
// those that begin at one place the longest counts.
type patterns struct {
	list [][]byte
	// first tells which bytes a pattern can begin with.
	first [256]bool
}

func newPatterns(list [][]byte) *patterns {
	ps := &patterns{list: slices.Clone(list)}
	slices.SortStableFunc(ps.list, func(a, b []byte) int { return len(b) - len(a) })
	for _, b := range ps.list {
		ps.first[b[0]] = true
	}
	return ps
}

// next finds the first match in b at from or after.
func (ps *patterns) next(b []byte, from int) (at, n int) {
	if len(ps.list) == 1 {
		at = bytes.Index(b[from:], ps.list[0])
		if at < 0 {
			return -1, 0
		}
		return from + at, len(ps.list[0])
	}
	for ; from < len(b); from++ {
		if !ps.first[b[from]] {
			continue
		}
		for _, pat := range ps.list {
			if bytes.HasPrefix(b[from:], pat) {
				return from, len(pat)
			}
		}
	}
	return -1, 0
}

// binaryCompile gives a reference with the compiled pattern in it.
// In Erlang a compiled pattern is {bm, Ref} or {ac, Ref}.
func binaryCompile(p *vm.Process, args []term.Term) (term.Term, error) {
	ps, err := patternArg(args[0])
	if err != nil {
		return nil, err
	}
	ref := p.VM().MakeRef()
	ref.Resource = ps
	if len(ps.list) == 1 {
		return term.T(aBM, ref), nil
	}
	return term.T(aAC, ref), nil
}

// patternArg is a binary, a list of them, or a compiled pattern.
func patternArg(t term.Term) (*patterns, error) {
	switch t := t.(type) {
	case *term.Bits:
		b, _, err := binArg(t)
		if err != nil || len(b) == 0 {
			return nil, vm.Badarg
		}
		return newPatterns([][]byte{b}), nil
	case *term.Tuple:
		if len(t.Elems) == 2 && (t.Elems[0] == term.Term(aBM) || t.Elems[0] == term.Term(aAC)) {
			if ref, ok := t.Elems[1].(*term.Ref); ok {
				if ps, ok := ref.Resource.(*patterns); ok {
					return ps, nil
				}
			}
		}
	case *term.Cons:
		bs, err := binaries(t)
		if err != nil {
			return nil, err
		}
		for _, b := range bs {
			if len(b) == 0 {
				return nil, vm.Badarg
			}
		}
		return newPatterns(bs), nil
	}
	return nil, vm.Badarg
}

// searchOptions are the options of match, matches and split.
type searchOptions struct {
	from, count   int
	global        bool
	trim, trimAll bool
}

func searchArgs(args []term.Term, split bool) (b []byte, t *term.Bits, ps *patterns, o searchOptions, err error) {
	if b, t, err = binArg(args[0]); err != nil {
		return
	}
	if ps, err = patternArg(args[1]); err != nil {
		return
	}
	o.count = len(b)
	if len(args) < 3 {
		return
	}
	opts, ok := term.Slice(args[2])
	if !ok {
		return nil, nil, nil, o, vm.Badarg
	}
	for _, opt := range opts {
		ok := false
		switch opt := opt.(type) {
		case *term.Tuple:
			if len(opt.Elems) == 2 && opt.Elems[0] == term.Term(aScope) {
				if o.from, o.count, err = spanArg(opt.Elems[1], len(b)); err != nil {
					return nil, nil, nil, o, err
				}
				ok = true
			}
		case term.Atom:
			switch {
			case !split:
			case opt == aGlobal:
				o.global, ok = true, true
			case opt == aTrim:
				o.trim, ok = true, true
			case opt == aTrimAll:
				o.trimAll, ok = true, true
			}
		}
		if !ok {
			return nil, nil, nil, o, vm.Badarg
		}
	}
	return
}

func binaryMatch(p *vm.Process, args []term.Term) (term.Term, error) {
	b, _, ps, o, err := searchArgs(args, false)
	if err != nil {
		return nil, err
	}
	charge(p, o.count/8)
	at, n := ps.next(b[:o.from+o.count], o.from)
	if at < 0 {
		return aNomatch, nil
	}
	return pair(at, n), nil
}

func binaryMatches(p *vm.Process, args []term.Term) (term.Term, error) {
	b, _, ps, o, err := searchArgs(args, false)
	if err != nil {
		return nil, err
	}
	charge(p, o.count/8)
	var list term.ListBuilder
	b = b[:o.from+o.count]
	for from := o.from; ; {
		at, n := ps.next(b, from)
		if at < 0 {
			return list.List(term.EmptyList), nil
		}
		list.Append(pair(at, n))
		from = at + n
	}
}

func binarySplit(p *vm.Process, args []term.Term) (term.Term, error) {
	b, t, ps, o, err := searchArgs(args, true)
	if err != nil {
		return nil, err
	}
	charge(p, o.count/8)
	type part struct{ at, n int }
	var parts []part
	start := 0
	limit := o.from + o.count
	for from := o.from; ; {
		at, n := ps.next(b[:limit], from)
		if at < 0 {
			break
		}
		parts = append(parts, part{start, at - start})
		from = at + n
		start = from
		if !o.global {
			break
		}
	}
	parts = append(parts, part{start, len(b) - start})
	if o.trim || o.trimAll {
		for len(parts) > 0 && parts[len(parts)-1].n == 0 {
			parts = parts[:len(parts)-1]
		}
	}
	var list term.ListBuilder
	for _, s := range parts {
		if s.n == 0 && o.trimAll {
			continue
		}
		if s.n == len(b) {
			list.Append(t)
		} else {
			list.Append(subBinary(t, s.at, s.n))
		}
	}
	return list.List(term.EmptyList), nil
}

package bif

import (
	"slices"

	"ersh/runtime/etf"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// The external term format.
var erlangExternal = []vm.BIF{
	erl("term_to_binary", 1, termToBinary),
	erl("term_to_binary", 2, termToBinary),
	erl("term_to_iovec", 1, termToIovec),
	erl("term_to_iovec", 2, termToIovec),
	erl("external_size", 1, externalSize),
	erl("external_size", 2, externalSize),
	erl("binary_to_term", 1, binaryToTerm),
	erl("binary_to_term", 2, binaryToTerm),
}

var (
	aCompressed    = term.A("compressed")
	aMinorVersion  = term.A("minor_version")
	aDeterministic = term.A("deterministic")
	aLocal         = term.A("local")
	aSafe          = term.A("safe")
	aUsed          = term.A("used")
)

const (
	defaultCompression = 6
	minorVersion       = 2
)

// encoder reads the options that may be args' second element.
func encoder(p *vm.Process, args []term.Term) (*etf.Encoder, bool) {
	e := &etf.Encoder{Node: p.VM().Node(), Creation: p.VM().Creation()}
	if len(args) < 2 {
		return e, true
	}
	opts, ok := term.Slice(args[1])
	if !ok {
		return nil, false
	}
	local := false
	for _, o := range opts {
		switch o := o.(type) {
		case term.Atom:
			switch o {
			case aCompressed:
				e.Compressed = defaultCompression
			case aDeterministic:
				e.Deterministic = true
			case aLocal:
				// A local form may be any that this node reads back.
				local = true
			default:
				return nil, false
			}
		case *term.Tuple:
			if o.Len() != 2 {
				return nil, false
			}
			limit := int64(minorVersion)
			if o.Elems[0] == aCompressed {
				limit = 9
			} else if o.Elems[0] != aMinorVersion {
				return nil, false
			}
			v, ok := smallInt(o.Elems[1], 0, limit)
			if !ok {
				return nil, false
			}
			if o.Elems[0] == aCompressed {
				e.Compressed = int(v)
			} else {
				e.OldMinor = minorVersion - int(v)
			}
		default:
			return nil, false
		}
	}
	return e, !local || !e.Deterministic
}

// encode makes the pieces of a term's external form first, in which large
// binaries are not copied, and so knows its size before it takes the room.
func encode(p *vm.Process, args []term.Term) ([]byte, error) {
	e, ok := encoder(p, args)
	if !ok {
		return nil, vm.Badarg
	}
	vec, n, err := pieces(e, args[0])
	if err != nil || !p.Room(int64(n)) {
		return nil, vm.SystemLimit
	}
	b := vec[0]
	if len(vec) > 1 {
		b = slices.Concat(vec...)
	}
	if e.Compressed > 0 {
		b = etf.Deflate(b, e.Compressed)
	}
	return b, nil
}

// pieces gives a term's external form, not compressed, and its size.
func pieces(e *etf.Encoder, t term.Term) (vec [][]byte, size int, err error) {
	vec, err = e.AppendVector([][]byte{{versionByte}}, t)
	for _, b := range vec {
		size += len(b)
	}
	return vec, size, err
}

// versionByte begins the external form of a term.
const versionByte = 131

func termToBinary(p *vm.Process, args []term.Term) (term.Term, error) {
	b, err := encode(p, args)
	if err != nil {
		return nil, err
	}
	return term.Binary(b), nil
}

func termToIovec(p *vm.Process, args []term.Term) (term.Term, error) {
	e, ok := encoder(p, args)
	if !ok {
		return nil, vm.Badarg
	}
	if e.Compressed > 0 {
		b, err := encode(p, args)
		if err != nil {
			return nil, err
		}
		return term.List(term.Binary(b)), nil
	}
	vec, _, err := pieces(e, args[0])
	if err != nil {
		return nil, vm.SystemLimit
	}
	list := make([]term.Term, len(vec))
	for i, b := range vec {
		list[i] = term.Binary(b)
	}
	return term.List(list...), nil
}

func externalSize(p *vm.Process, args []term.Term) (term.Term, error) {
	e, ok := encoder(p, args)
	if !ok {
		return nil, vm.Badarg
	}
	if e.Compressed > 0 {
		b, err := encode(p, args)
		if err != nil {
			return nil, err
		}
		return term.MakeInt(int64(len(b))), nil
	}
	_, n, err := pieces(e, args[0])
	if err != nil {
		return nil, vm.SystemLimit
	}
	return term.MakeInt(int64(n)), nil
}

func binaryToTerm(p *vm.Process, args []term.Term) (term.Term, error) {
	d := etf.Decoder{Pid: p.VM().LocalPid, Ref: p.VM().LocalRef, Port: p.VM().LocalPort}
	used := false
	if len(args) == 2 {
		opts, ok := term.Slice(args[1])
		if !ok {
			return nil, vm.BadargCause(aBadopt)
		}
		for _, o := range opts {
			switch o {
			case aSafe:
				d.Safe = true
			case aUsed:
				used = true
			default:
				return nil, vm.BadargCause(aBadopt)
			}
		}
	}
	b, ok := term.ToBytes(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	t, n, err := d.Decode(b)
	if err != nil {
		return nil, vm.Badarg
	}
	if used {
		return term.T(t, term.MakeInt(int64(n))), nil
	}
	return t, nil
}

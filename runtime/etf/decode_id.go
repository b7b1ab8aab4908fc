package etf

import (
	"encoding/binary"

	"ersh/runtime/term"
)

// creation reads a creation: 32 bits, or 8 in the old forms.
func (r *reader) creation(old bool) (uint32, error) {
	if old {
		c, err := r.u8()
		return uint32(c), err
	}
	return r.u32()
}

func (r *reader) pid(tag int) (term.Term, error) {
	node, err := r.atom()
	if err != nil {
		return nil, err
	}
	b, err := r.take(8)
	if err != nil {
		return nil, err
	}
	c, err := r.creation(tag == tagPid)
	if err != nil {
		return nil, err
	}
	p := &term.Pid{
		Node:     node,
		ID:       binary.BigEndian.Uint32(b),
		Serial:   binary.BigEndian.Uint32(b[4:]),
		Creation: c,
	}
	if r.Pid != nil {
		p = r.Pid(p)
	}
	return p, nil
}

func (r *reader) port(tag int) (term.Term, error) {
	node, err := r.atom()
	if err != nil {
		return nil, err
	}
	var id uint64
	if tag == tagV4Port {
		b, err := r.take(8)
		if err != nil {
			return nil, err
		}
		id = binary.BigEndian.Uint64(b)
	} else {
		v, err := r.u32()
		if err != nil {
			return nil, err
		}
		id = uint64(v)
	}
	c, err := r.creation(tag == tagPort)
	if err != nil {
		return nil, err
	}
	p := &term.Port{Node: node, ID: id, Creation: c}
	if r.Port != nil {
		p = r.Port(p)
	}
	return p, nil
}

func (r *reader) reference(tag int) (term.Term, error) {
	n := 1
	var err error
	if tag != tagReference {
		if n, err = r.u16(); err != nil {
			return nil, err
		}
	}
	if n < 1 || n > len(term.Ref{}.ID) {
		return nil, ErrMalformed
	}
	ref := &term.Ref{N: uint8(n)}
	if ref.Node, err = r.atom(); err != nil {
		return nil, err
	}
	if tag != tagReference {
		if ref.Creation, err = r.creation(tag == tagNewReference); err != nil {
			return nil, err
		}
	}
	for i := range n {
		if ref.ID[i], err = r.u32(); err != nil {
			return nil, err
		}
	}
	if tag == tagReference {
		if ref.Creation, err = r.creation(true); err != nil {
			return nil, err
		}
	}
	if r.Ref != nil {
		ref = r.Ref(ref)
	}
	return ref, nil
}

// part reads an integer inside a fun.
func (r *reader) part() (int64, error) {
	tag, err := r.u8()
	if err != nil {
		return 0, err
	}
	switch tag {
	case tagSmallInteger:
		v, err := r.u8()
		return int64(v), err
	case tagInteger:
		v, err := r.u32()
		return int64(int32(v)), err
	case tagSmallBig: // of four bytes, without a sign: what INTEGER_EXT has no room for
		head, err := r.take(2)
		if err != nil {
			return 0, err
		}
		if head[0] != 4 || head[1] != 0 {
			return 0, ErrMalformed
		}
		b, err := r.take(4)
		if err != nil {
			return 0, err
		}
		return int64(binary.LittleEndian.Uint32(b)), nil
	}
	return 0, ErrMalformed
}

func (r *reader) export() (term.Term, error) {
	e := new(term.Export)
	var err error
	if e.Module, err = r.atom(); err != nil {
		return nil, err
	}
	if e.Name, err = r.atom(); err != nil {
		return nil, err
	}
	n, err := r.part()
	if err != nil {
		return nil, err
	}
	if n < 0 || n > 255 {
		return nil, ErrMalformed
	}
	e.Arity = int(n)
	return e, nil
}

func (r *reader) newFun() (term.Term, error) {
	if _, err := r.u32(); err != nil { // the size, which nothing depends on
		return nil, err
	}
	arity, err := r.u8()
	if err != nil {
		return nil, err
	}
	uniq, err := r.take(16)
	if err != nil {
		return nil, err
	}
	l := &term.Lambda{Arity: arity, Uniq: [16]byte(uniq)}
	if l.Index, err = r.u32(); err != nil {
		return nil, err
	}
	if l.NumFree, err = r.size(); err != nil {
		return nil, err
	}
	if l.Module, err = r.atom(); err != nil {
		return nil, err
	}
	oldIndex, err := r.part()
	if err != nil {
		return nil, err
	}
	oldUniq, err := r.part()
	if err != nil {
		return nil, err
	}
	l.OldIndex, l.OldUniq = uint32(oldIndex), uint32(oldUniq)
	tag, err := r.u8()
	if err != nil {
		return nil, err
	}
	if tag != tagNewPid && tag != tagPid {
		return nil, ErrMalformed
	}
	creator, err := r.pid(tag)
	if err != nil {
		return nil, err
	}
	if !r.fits(l.NumFree) {
		return nil, ErrTruncated
	}
	f := &term.Fun{Lambda: l, Creator: creator.(*term.Pid)}
	if l.NumFree == 0 {
		return r.fun(f), nil
	}
	f.Env = make([]term.Term, l.NumFree)
	r.push(l.NumFree, frame{elems: f.Env, whole: f})
	return nil, nil
}

package dist

import (
	"unicode/utf8"

	"ersh/runtime/etf"
	"ersh/runtime/term"
)

// A connection's two ends keep the same table of atoms for each direction, so
// that a message names an atom by a number. Each message begins with a header
// that lists the atoms it uses: by their place in the table, and with their
// text where they are new there.
const (
	cacheSize = 2048 // 8 segments of 256
	// maxRefs is how many atoms a header can list.
	maxRefs = 255

	tagVersion       = 131
	tagAtomCacheRef  = 82
	headerNormal     = 68
	headerFragment   = 69
	headerContinuing = 70
	passThrough      = 112
)

// atomWriter is the sending side. It implements etf.AtomWriter for one message
// at a time.
type atomWriter struct {
	table [cacheSize]term.Atom
	// used says of each place in which message it was used last, and under
	// which number.
	used    [cacheSize]struct{ message, number uint32 }
	message uint32
	refs    []atomRef
}

// atomRef is a place that the message under way uses.
type atomRef struct {
	place uint16
	fresh bool
}

// begin begins a message.
func (w *atomWriter) begin() {
	w.message++
	if w.message == 0 { // after 2^32 messages
		clear(w.used[:])
		w.message = 1
	}
	w.refs = w.refs[:0]
}

// forget undoes what a message that is not sent has put into the table.
func (w *atomWriter) forget() {
	for _, r := range w.refs {
		if r.fresh {
			w.table[r.place] = term.Atom{}
		}
	}
}

// AppendAtom writes an atom as a reference to the header.
func (w *atomWriter) AppendAtom(b []byte, a term.Atom) []byte {
	place := uint32(a.Index()) * 0x9E3779B1 >> 21
	u := &w.used[place]
	if u.message == w.message {
		if w.table[place] == a {
			return append(b, tagAtomCacheRef, byte(u.number))
		}
		return etf.AppendAtom(b, a)
	}
	if len(w.refs) == maxRefs {
		return etf.AppendAtom(b, a)
	}
	u.message, u.number = w.message, uint32(len(w.refs))
	fresh := w.table[place] != a
	w.table[place] = a
	w.refs = append(w.refs, atomRef{uint16(place), fresh})
	return append(b, tagAtomCacheRef, byte(u.number))
}

// appendRefs writes the header's list.
func (w *atomWriter) appendRefs(b []byte) []byte {
	n := len(w.refs)
	b = append(b, byte(n))
	if n == 0 {
		return b
	}
	long := byte(0)
	for _, r := range w.refs {
		if r.fresh && len(w.table[r.place].Name()) > 255 {
			long = 1
		}
	}
	// A half byte a reference, and one more for the length's size.
	at := len(b)
	b = append(b, make([]byte, n/2+1)...)
	for i, r := range w.refs {
		half := byte(r.place >> 8)
		if r.fresh {
			half |= 8
		}
		b[at+i/2] |= half << (4 * (i & 1))
	}
	b[at+n/2] |= long << (4 * (n & 1))
	for _, r := range w.refs {
		b = append(b, byte(r.place))
		if r.fresh {
			name := w.table[r.place].Name()
			if long == 1 {
				b = append(b, byte(len(name)>>8))
			}
			b = append(b, byte(len(name)))
			b = append(b, name...)
		}
	}
	return b
}

// atomReader is the receiving side: the table, and what the present message's
// header lists. It implements etf.AtomReader.
type atomReader struct {
	table [cacheSize]term.Atom
	refs  []term.Atom
}

// CachedAtom gives the atom of a reference.
func (r *atomReader) CachedAtom(i byte) (term.Atom, bool) {
	if int(i) >= len(r.refs) {
		return term.Atom{}, false
	}
	return r.refs[i], true
}

// readRefs reads the header's list and gives what follows it.
func (r *atomReader) readRefs(b []byte) (rest []byte, ok bool) {
	r.refs = r.refs[:0]
	if len(b) == 0 {
		return nil, false
	}
	n := int(b[0])
	b = b[1:]
	if n == 0 {
		return b, true
	}
	if len(b) < n/2+1 {
		return nil, false
	}
	halves := b[:n/2+1]
	b = b[n/2+1:]
	half := func(i int) byte { return halves[i/2] >> (4 * (i & 1)) & 15 }
	lengthSize := 1 + int(half(n)&1)
	for i := range n {
		if len(b) == 0 {
			return nil, false
		}
		h := half(i)
		place := int(h&7)<<8 | int(b[0])
		b = b[1:]
		if h&8 != 0 {
			if len(b) < lengthSize {
				return nil, false
			}
			size := int(b[0])
			if lengthSize == 2 {
				size = size<<8 | int(b[1])
			}
			if b = b[lengthSize:]; len(b) < size {
				return nil, false
			}
			name, ok := atomText(b[:size])
			if !ok {
				return nil, false
			}
			a, err := term.NewAtom(name)
			if err != nil {
				return nil, false
			}
			r.table[place] = a
			b = b[size:]
		}
		a := r.table[place]
		if a.IsZero() {
			return nil, false
		}
		r.refs = append(r.refs, a)
	}
	return b, true
}

// atomText checks an atom's text.
func atomText(b []byte) (string, bool) { return string(b), utf8.Valid(b) }

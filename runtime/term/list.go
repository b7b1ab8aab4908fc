package term

// List makes a proper list.
func List(elems ...Term) Term { return ListTail(elems, EmptyList) }

// ListTail makes a list of elems that ends in tail.
func ListTail(elems []Term, tail Term) Term {
	if len(elems) == 0 {
		return tail
	}
	// One allocation for all cells: a list made at once mostly dies at once.
	cells := make([]Cons, len(elems))
	for i := len(elems) - 1; i >= 0; i-- {
		cells[i] = Cons{elems[i], tail}
		tail = &cells[i]
	}
	return tail
}

// Slice gives the elements of a proper list; ok is false for anything else.
func Slice(t Term) (elems []Term, ok bool) {
	for {
		switch l := t.(type) {
		case *Cons:
			elems = append(elems, l.Head)
			t = l.Tail
		case Nil:
			return elems, true
		default:
			return nil, false
		}
	}
}

// Length is the length of a proper list; ok is false for anything else.
func Length(t Term) (n int, ok bool) {
	for {
		switch l := t.(type) {
		case *Cons:
			n++
			t = l.Tail
		case Nil:
			return n, true
		default:
			return 0, false
		}
	}
}

// IsList reports whether t is a list cell or [].
func IsList(t Term) bool {
	switch t.(type) {
	case *Cons, Nil:
		return true
	}
	return false
}

// String makes the list of s's code points.
func String(s string) Term {
	elems := make([]Term, 0, len(s))
	for _, r := range s {
		elems = append(elems, Small(int64(r)))
	}
	return List(elems...)
}

// ByteList makes the list of b's bytes.
func ByteList(b []byte) Term {
	if len(b) == 0 {
		return EmptyList
	}
	cells := make([]Cons, len(b))
	list := EmptyList
	for i := len(b) - 1; i >= 0; i-- {
		cells[i] = Cons{Small(int64(b[i])), list}
		list = &cells[i]
	}
	return list
}

// GoString gives the text of a proper list of code points.
func GoString(t Term) (s string, ok bool) {
	var b []rune
	for {
		switch l := t.(type) {
		case *Cons:
			c, isInt := l.Head.(Int)
			if !isInt {
				return "", false
			}
			v := c.Value()
			if v < 0 || v > 0x10FFFF || v >= 0xD800 && v < 0xE000 {
				return "", false
			}
			b = append(b, rune(v))
			t = l.Tail
		case Nil:
			return string(b), true
		default:
			return "", false
		}
	}
}

// ListBuilder makes a list from front to back. The zero value is ready. Cells
// come from small chunks, so that a part of the list that outlives the rest
// holds little memory back.
type ListBuilder struct {
	first, last *Cons
	cells       []Cons
	pairs       []pairCell
	size        int
}

// pairCell is a cell and the pair in it.
type pairCell struct {
	cell Cons
	pair tuple2
}

// Append adds an element.
func (b *ListBuilder) Append(t Term) {
	if len(b.cells) == 0 {
		b.size = min(2*b.size+1, 15)
		b.cells = make([]Cons, b.size)
	}
	c := &b.cells[0]
	b.cells = b.cells[1:]
	c.Head = t
	b.link(c)
}

// AppendPair adds a tuple of two. Cells and tuples come from common chunks.
func (b *ListBuilder) AppendPair(x, y Term) {
	if len(b.pairs) == 0 {
		b.size = min(2*b.size+1, 8)
		b.pairs = make([]pairCell, b.size)
	}
	c := &b.pairs[0]
	b.pairs = b.pairs[1:]
	c.pair.a = [2]Term{x, y}
	c.pair.Elems = c.pair.a[:]
	c.cell.Head = &c.pair.Tuple
	b.link(&c.cell)
}

func (b *ListBuilder) link(c *Cons) {
	if b.last == nil {
		b.first = c
	} else {
		b.last.Tail = c
	}
	b.last = c
}

// List is the list of all elements, ending in tail. Nothing may be appended
// after it.
func (b *ListBuilder) List(tail Term) Term {
	if b.last == nil {
		return tail
	}
	b.last.Tail = tail
	return b.first
}

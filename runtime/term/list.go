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
	made        int
}

// Chunk gives cells, all of them free, for the next elements of a list of which made are there: as
// many as there are, and one more, up to chunkCells. They are to be used from the last on,
// since a slice loses its last element at less cost than its first.
func Chunk(made int) []Cons {
	if made >= chunkCells {
		// Of an array Go's allocator has the map of pointers at hand, for a slice it
		// puts one together.
		return new([chunkCells]Cons)[:]
	}
	return make([]Cons, made+1)
}

// chunkCells are as many as share a map of pointers with others: above 512 bytes
// each chunk has a header.
const (
	chunkCells = 15
	chunkPairs = 8
)

// pairCell is a cell and the pair in it.
type pairCell struct {
	cell Cons
	pair tuple2
}

// Append adds an element.
func (b *ListBuilder) Append(t Term) {
	if len(b.cells) == 0 {
		b.cells = Chunk(b.made)
		b.made += len(b.cells)
	}
	last := len(b.cells) - 1
	c := &b.cells[last]
	b.cells = b.cells[:last]
	c.Head = t
	b.link(c)
}

// AppendPair adds a tuple of two. Cells and tuples come from common chunks.
func (b *ListBuilder) AppendPair(x, y Term) {
	if len(b.pairs) == 0 {
		b.morePairs()
	}
	last := len(b.pairs) - 1
	c := &b.pairs[last]
	b.pairs = b.pairs[:last]
	c.set(x, y)
	b.link(&c.cell)
}

func (b *ListBuilder) morePairs() {
	if b.made >= chunkPairs {
		b.pairs = new([chunkPairs]pairCell)[:]
	} else {
		b.pairs = make([]pairCell, b.made+1)
	}
	b.made += len(b.pairs)
}

func (c *pairCell) set(x, y Term) {
	c.pair.a[0], c.pair.a[1] = x, y
	c.pair.Elems = c.pair.a[:]
	c.cell.Head = &c.pair.Tuple
}

// AppendPairs adds the pairs of the elements of two lists, until one of them
// ends or there are at least most, and gives how many, and what is left of the lists.
func (b *ListBuilder) AppendPairs(xs, ys Term, most int) (n int, _, _ Term) {
	for n < most {
		x, ok1 := xs.(*Cons)
		y, ok2 := ys.(*Cons)
		if !ok1 || !ok2 {
			break
		}
		if len(b.pairs) == 0 {
			b.morePairs()
		}
		last := len(b.pairs) - 1
		c := &b.pairs[last]
		b.pairs = b.pairs[:last]
		c.set(x.Head, y.Head)
		b.link(&c.cell)
		xs, ys = x.Tail, y.Tail
		n++
	}
	return n, xs, ys
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

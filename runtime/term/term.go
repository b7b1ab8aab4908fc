// Package term holds Erlang's values: how they are represented, ordered,
// compared and hashed. It knows nothing of processes or code.
//
// Every value is a Go value behind the sealed interface [Term]. Terms are
// immutable once another process can see them, so sending one inside a node
// passes a pointer and copies nothing; Go's collector owns them all.
//
//	Erlang            Go            remarks
//	integer, 60 bits  Int           unboxed, see int_packed.go
//	integer, others   *Big          never holds a value that fits an Int
//	float             Float         always finite
//	atom              Atom          interned; == is identity
//	pid               *Pid          compare with Identical, not ==
//	port              *Port
//	reference         *Ref
//	fun               *Fun          closure of a loaded module
//	fun M:F/A         *Export
//	[]                Nil
//	[H|T]             *Cons
//	tuple             *Tuple
//	map               *Map
//	bitstring         *Bits         binaries are bitstrings of whole bytes
//
// Two terms that are == as Go interfaces are identical in Erlang's sense; the
// reverse holds only for Int, Atom and Nil. Use [Identical] for =:=, [Equal]
// for ==, [Compare] for the term order.
package term

// A Term is any Erlang value. A nil Term is no value: it never appears inside
// another term.
type Term interface{ isTerm() }

// Opaque, embedded in a struct of another package, makes that struct a Term.
// It is for values that live in registers only and that no Erlang code can
// observe, such as the interpreter's binary match contexts.
type Opaque struct{}

func (Opaque) isTerm() {}

// Float is a finite IEEE double.
type Float float64

func (Float) isTerm() {}

// Nil is the empty list.
type Nil struct{}

func (Nil) isTerm() {}

// Cons is a list cell. Tail is a list for a proper list.
type Cons struct{ Head, Tail Term }

func (*Cons) isTerm() {}

// EmptyList is [].
var EmptyList Term = Nil{}

// Pid identifies a process on some node. Local pids made by the VM are unique
// objects for as long as the process lives; pids decoded from outside may be
// distinct objects for one process.
type Pid struct {
	Node     Atom
	ID       uint32 // printed as the second number of <0.ID.Serial>
	Serial   uint32
	Creation uint32
	// Proc is the VM's process for a local pid, so that a send needs no
	// table lookup; nil for foreign pids and pids decoded from outside.
	Proc any
}

func (*Pid) isTerm() {}

// Port identifies a port.
type Port struct {
	Node     Atom
	ID       uint64
	Creation uint32
}

func (*Port) isTerm() {}

// Ref is a reference: up to five 32-bit words, the least significant first,
// as on the wire.
type Ref struct {
	Node     Atom
	Creation uint32
	N        uint8 // how many words of ID count, 1 to 5
	ID       [5]uint32
	// Resource is what a magic reference stands for: an array of atomics, an
	// open file. nil for all others.
	Resource any
}

func (*Ref) isTerm() {}

// Lambda is what all closures made at one place in a module share.
type Lambda struct {
	Module   Atom
	Name     Atom     // the lambda-lifted function, e.g. '-f/1-fun-0-'
	Index    uint32   // new index: position in the module's fun table
	OldIndex uint32   // index as external format calls OldIndex
	OldUniq  uint32   // 27-bit hash kept in the fun table
	Uniq     [16]byte // MD5 of the module's significant chunks
	Arity    int      // without the free variables
	NumFree  int
	// Code is the VM's entry point; nil until the module is loaded.
	Code any
	// Interpreted is set for a fun typed in the shell: what erl's fun_info
	// and external format show of such a fun (its abstract clauses and
	// bindings). nil for funs of modules.
	Interpreted any
}

// Fun is a closure.
type Fun struct {
	*Lambda
	Env     []Term // values of the free variables, NumFree of them
	Creator *Pid
}

func (*Fun) isTerm() {}

// Export is an external fun, fun M:F/A.
type Export struct {
	Module, Name Atom
	Arity        int
	// Code caches the VM's entry for M:F/A; it may be nil.
	Code any
}

func (*Export) isTerm() {}

// Tuple is a tuple; make it with NewTuple or T.
type Tuple struct{ Elems []Term }

func (*Tuple) isTerm() {}

// Len is the tuple's size.
func (t *Tuple) Len() int { return len(t.Elems) }

// The fixed-size tuples below make one allocation of a tuple and its
// elements.
type (
	tuple1 struct {
		Tuple
		a [1]Term
	}
	tuple2 struct {
		Tuple
		a [2]Term
	}
	tuple3 struct {
		Tuple
		a [3]Term
	}
	tuple4 struct {
		Tuple
		a [4]Term
	}
	tuple5 struct {
		Tuple
		a [5]Term
	}
	tuple6 struct {
		Tuple
		a [6]Term
	}
)

var emptyTuple = &Tuple{}

// NewTuple makes a tuple of n elements which the caller fills before anyone
// else sees it.
func NewTuple(n int) *Tuple {
	switch n {
	case 0:
		return emptyTuple
	case 1:
		t := new(tuple1)
		t.Elems = t.a[:]
		return &t.Tuple
	case 2:
		t := new(tuple2)
		t.Elems = t.a[:]
		return &t.Tuple
	case 3:
		t := new(tuple3)
		t.Elems = t.a[:]
		return &t.Tuple
	case 4:
		t := new(tuple4)
		t.Elems = t.a[:]
		return &t.Tuple
	case 5:
		t := new(tuple5)
		t.Elems = t.a[:]
		return &t.Tuple
	case 6:
		t := new(tuple6)
		t.Elems = t.a[:]
		return &t.Tuple
	}
	return &Tuple{Elems: make([]Term, n)}
}

// T makes a tuple of the given elements.
func T(elems ...Term) *Tuple {
	t := NewTuple(len(elems))
	copy(t.Elems, elems)
	return t
}

// Bool is the atom true or false.
func Bool(b bool) Term {
	if b {
		return True
	}
	return False
}

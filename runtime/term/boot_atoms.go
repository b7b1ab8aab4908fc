package term

import (
	_ "embed"
	"strconv"
	"strings"
)

// bootAtoms are the atoms that a node of OTP 29 has made when its shell shows
// the first prompt, and in which order: lines of a name, a tab and a number,
// sorted by name. erl keeps small maps in the order in which their atoms were
// made, so that #{a => 1,b => 2} prints as #{b => 2,a => 1} there: its
// libraries happen to name b before a.
//
//go:embed boot_atoms.txt
var bootAtoms string

// order numbers the atoms by age: those of a fresh erl as there, then all
// others as they were made here.
func (e *atomEntry) order() uint32 {
	if n := e.age.Load(); n != 0 {
		return n
	}
	return e.setAge()
}

func (e *atomEntry) setAge() uint32 {
	n, ok := bootAtom(e.name)
	if !ok {
		n = 1<<16 + e.index
	}
	e.age.Store(n + 1)
	return n + 1
}

// treeHash is the hash of an atom as a key of a large map: erl's, which is
// that of its number in the atom table, of those of a fresh erl.
func (e *atomEntry) treeHash() uint64 {
	if h := e.tree.Load(); h != 0 {
		return h
	}
	h := e.hash
	if n := e.number(); n < 1<<16 {
		h = hashOrder(fmix64(uint64(n)<<6 | 0xB))
	}
	e.tree.Store(h)
	return h
}

// number is that of an atom of a fresh erl in its atom table; others have
// larger ones.
func (e *atomEntry) number() uint32 {
	if e.name == "" {
		return emptyAtom
	}
	n := e.order() - 1
	if n >= emptyAtom && n < 1<<16 {
		n++
	}
	return n
}

// emptyAtom is the number of the atom without a name, which bootAtoms leaves out
// and does not count.
const emptyAtom = 5

// bootAtom finds the number of an atom of a fresh erl.
func bootAtom(name string) (uint32, bool) {
	lines := bootAtoms
	for lines != "" {
		start := strings.LastIndexByte(lines[:len(lines)/2], '\n') + 1
		end := start + strings.IndexByte(lines[start:], '\n')
		line, number, _ := strings.Cut(lines[start:end], "\t")
		switch c := strings.Compare(name, line); {
		case c < 0:
			lines = lines[:start]
		case c > 0:
			lines = lines[end+1:]
		default:
			n, err := strconv.Atoi(number)
			return uint32(n), err == nil
		}
	}
	return 0, false
}

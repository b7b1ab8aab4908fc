package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// What string and io_lib have done for them over lists of plain characters;
// where something else stands, the Erlang code goes on.
var stringPlain = []vm.BIF{
	{Module: "string", Name: "plain_lexemes", Arity: 2, Fn: plainLexemes},
	{Module: "io_lib", Name: "after_plain", Arity: 1, Fn: afterPlain},
	{Module: "io_lib", Name: "plain_quoted", Arity: 2, Fn: plainQuoted},
}

// maxSeparators is how many plainLexemes looks through.
const maxSeparators = 1000

// plainLexemes gives [Lexemes | Rest]: the lexemes, the last one first, of the
// text up to the first one that is not all of Latin-1, or has a \r, which may be
// a cluster with what follows it.
func plainLexemes(p *vm.Process, args []term.Term) (term.Term, error) {
	s := lexemeScan{rest: args[0], list: args[0], lexemes: term.EmptyList}
	list := args[1]
	for n := 0; n < maxSeparators; n++ {
		c, ok := list.(*term.Cons)
		if !ok {
			if list != term.EmptyList {
				break
			}
			return s.run(p)
		}
		if c, ok := latin1Char(c.Head); ok {
			s.separator[c] = true
		}
		list = c.Tail
	}
	return s.result(), nil
}

// lexemeScan is how far plainLexemes has come. Rest begins with the lexeme that
// list is in, or is at list.
type lexemeScan struct {
	separator  [256]bool
	rest, list term.Term
	lexeme     *term.ListBuilder // nil between lexemes
	lexemes    term.Term
}

func (s *lexemeScan) result() term.Term { return &term.Cons{Head: s.lexemes, Tail: s.rest} }

func (s *lexemeScan) run(p *vm.Process) (term.Term, error) {
	for n := 0; n < turnCells; n++ {
		c, ok := s.list.(*term.Cons)
		if !ok {
			charge(p, n)
			if s.list == term.EmptyList {
				s.end()
			}
			return s.result(), nil
		}
		char, ok := latin1Char(c.Head)
		if !ok || char == '\r' || !plainNext(c.Tail) {
			charge(p, n)
			return s.result(), nil
		}
		switch {
		case s.separator[char]:
			s.end()
		case s.lexeme == nil:
			s.rest, s.lexeme = s.list, new(term.ListBuilder)
			fallthrough
		default:
			s.lexeme.Append(c.Head)
		}
		s.list = c.Tail
		if s.lexeme == nil {
			s.rest = s.list
		}
	}
	return again(s.run)
}

// end ends the lexeme that list is at the end of, if it is in one.
func (s *lexemeScan) end() {
	if s.lexeme != nil {
		s.lexemes = &term.Cons{Head: s.lexeme.List(term.EmptyList), Tail: s.lexemes}
		s.rest, s.lexeme = s.list, nil
	}
}

// plainNext reports whether a character before list is a cluster of its own.
func plainNext(list term.Term) bool {
	c, ok := list.(*term.Cons)
	if !ok {
		return list == term.EmptyList
	}
	_, ok = latin1Char(c.Head)
	return ok
}

func latin1Char(t term.Term) (byte, bool) {
	i, ok := t.(term.Int)
	if !ok || i.Value() < 0 || i.Value() > 255 {
		return 0, false
	}
	return byte(i.Value()), true
}

// afterPlain is what follows the characters from space to ~.
func afterPlain(p *vm.Process, args []term.Term) (term.Term, error) {
	list := args[0]
	for n := 0; n < turnCells; n++ {
		c, ok := list.(*term.Cons)
		if ok {
			if i, isInt := c.Head.(term.Int); isInt && i.Value() >= ' ' && i.Value() <= '~' {
				list = c.Tail
				continue
			}
		}
		charge(p, n)
		return list, nil
	}
	return again(func(p *vm.Process) (term.Term, error) { return afterPlain(p, []term.Term{list}) })
}

// plainQuoted puts a string between quotes, or gives false if there is anything
// but characters from space to ~ that need no escape.
func plainQuoted(p *vm.Process, args []term.Term) (term.Term, error) {
	if i, ok := args[1].(term.Int); !ok || i.Value() < ' ' || i.Value() > '~' {
		return term.False, nil
	}
	quoted := new(term.ListBuilder)
	quoted.Append(args[1])
	return quote(p, args[0], args[1].(term.Int), quoted)
}

func quote(p *vm.Process, list term.Term, q term.Int, quoted *term.ListBuilder) (term.Term, error) {
	for n := 0; n < turnCells; n++ {
		c, ok := list.(*term.Cons)
		if !ok {
			charge(p, n)
			if list != term.EmptyList {
				return term.False, nil
			}
			quoted.Append(q)
			return quoted.List(term.EmptyList), nil
		}
		i, ok := c.Head.(term.Int)
		if !ok || i.Value() < ' ' || i.Value() > '~' || i.Value() == q.Value() || i.Value() == '\\' {
			charge(p, n)
			return term.False, nil
		}
		quoted.Append(c.Head)
		list = c.Tail
	}
	return again(func(p *vm.Process) (term.Term, error) { return quote(p, list, q, quoted) })
}

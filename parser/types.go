package parser

import (
	"math/big"

	"github.com/alecthomas/participle/v2/lexer"
)

// topType parses a type with annotations and unions.
func (p *climber) topType() Type {
	p.enter()
	defer p.leave()
	if p.kind() == KindVar {
		// V :: T, or a type that begins with a variable.
		before := p.lex.MakeCheckpoint()
		t := p.next()
		if p.accept(KindColonColon) {
			a := tokenAnno(t)
			return &TypeAnno{a, &Var{a, t.Value}, p.topType()}
		}
		p.lex.LoadCheckpoint(before)
	}
	t := p.typ(precRange)
	if !p.accept(KindBar) {
		return t
	}
	u := &TypeCall{Anno: t.Position(), Name: "union", Args: []Type{t}}
	rest := p.topType()
	if r, ok := rest.(*TypeCall); ok && r.Name == "union" && !r.User {
		u.Args = append(u.Args, r.Args...)
	} else {
		u.Args = append(u.Args, rest)
	}
	return u
}

// precRange is the precedence of '..' in types.
const precRange = 17

// typ parses operators of at least the precedence min.
func (p *climber) typ(min uint8) Type {
	p.enter()
	defer p.leave()
	t := p.typePrefix()
	ranged := false
	for {
		k := p.kind()
		if k == KindDotDot && min <= precRange && !ranged {
			p.next()
			right := p.typ(precAdd)
			t = &TypeCall{Anno: t.Position(), Name: "range", Args: []Type{t, right}}
			ranged = true
			continue
		}
		op := p.operator()
		if op.prec != precAdd && op.prec != precMult || op.prec < min || ranged {
			return t
		}
		tok := p.next()
		right := p.typ(op.prec + 1)
		t = &TypeOp{Anno: tokenAnno(tok), Op: op.name, Left: t, Right: right}
	}
}

func (p *climber) typePrefix() Type {
	if k := p.kind(); isPrefix(k) {
		tok := p.next()
		p.enter()
		defer p.leave()
		return &TypeOp{Anno: tokenAnno(tok), Op: kindNames[k], Right: p.typePrefix()}
	}
	return p.typeMax()
}

func (p *climber) typeMax() Type {
	t := p.lex.Peek()
	a := tokenAnno(t)
	switch p.kind() {
	case KindLParen:
		p.next()
		t := p.topType()
		p.expect(KindRParen)
		return t
	case KindVar:
		p.next()
		return &TypeVar{a, t.Value}
	case KindInteger:
		return &TypeLit{a, p.integer()}
	case KindChar:
		p.next()
		return &TypeLit{a, &Char{a, tokenOf(t).Char()}}
	case KindAtom:
		return p.typeName()
	case KindLBracket:
		return p.listType()
	case KindLBrace:
		p.next()
		tuple := &TypeCall{Anno: a, Name: "tuple"}
		if p.kind() != KindRBrace {
			tuple.Args = p.topTypes()
		}
		p.expect(KindRBrace)
		return tuple
	case KindHash:
		p.next()
		if p.kind() == KindLBrace {
			return p.mapType(a)
		}
		return p.recordType(a)
	case KindBinOpen:
		return p.binType()
	case KindFun:
		p.next()
		p.expect(KindLParen)
		if p.accept(KindRParen) {
			return &TypeCall{Anno: a, Name: "fun"}
		}
		f := p.funType()
		p.expect(KindRParen)
		return f
	}
	p.unexpected()
	return nil
}

func (p *climber) topTypes() []Type {
	ts := []Type{p.topType()}
	for p.accept(KindComma) {
		ts = append(ts, p.topType())
	}
	return ts
}

// typeName parses an atom, Name(Args) or Mod:Name(Args).
func (p *climber) typeName() Type {
	name := p.atom()
	switch p.kind() {
	case KindColon:
		p.next()
		fun := p.atom()
		return &TypeRemote{Anno: name.Anno, Module: name, Name: fun, Args: p.typeArgs()}
	case KindLParen:
		args := p.typeArgs()
		c := &TypeCall{Anno: name.Anno, Name: name.Name, Args: args}
		if len(args) == 0 && (name.Name == "tuple" || name.Name == "map") {
			c.Any = true
		} else {
			c.User = !IsBuiltInType(name.Name, len(args))
		}
		return c
	}
	return &TypeLit{name.Anno, name}
}

func (p *climber) typeArgs() []Type {
	p.expect(KindLParen)
	if p.accept(KindRParen) {
		return nil
	}
	ts := p.topTypes()
	p.expect(KindRParen)
	return ts
}

// builtInTypes are the predefined types by name, with the arities as bits.
var builtInTypes = func() map[string]uint8 {
	m := map[string]uint8{"list": 3, "nonempty_list": 3, "maybe_improper_list": 5, "nonempty_maybe_improper_list": 5, "nonempty_improper_list": 4}
	for _, name := range []string{
		"any", "arity", "atom", "binary", "bitstring", "bool", "boolean", "byte", "char", "dynamic",
		"float", "function", "identifier", "integer", "iodata", "iolist", "map", "mfa", "module",
		"neg_integer", "nil", "no_return", "node", "non_neg_integer", "none", "nonempty_binary",
		"nonempty_bitstring", "nonempty_string", "number", "pid", "port", "pos_integer", "record",
		"reference", "string", "term", "timeout", "tuple",
	} {
		m[name] |= 1
	}
	return m
}()

// IsBuiltInType says whether a type is one of Erlang's own.
func IsBuiltInType(name string, arity int) bool {
	return arity < 8 && builtInTypes[name]&(1<<arity) != 0
}

func (p *climber) listType() Type {
	a := tokenAnno(p.next())
	if p.accept(KindRBracket) {
		return &TypeCall{Anno: a, Name: "nil"}
	}
	c := &TypeCall{Anno: a, Name: "list", Args: []Type{p.topType()}}
	if p.accept(KindComma) {
		p.expect(KindDotDotDot)
		c.Name = "nonempty_list"
	}
	p.expect(KindRBracket)
	return c
}

func (p *climber) mapType(a Anno) Type {
	p.expect(KindLBrace)
	m := &TypeMap{Anno: a}
	if p.accept(KindRBrace) {
		return m
	}
	for {
		key := p.topType()
		t := p.lex.Peek()
		k := p.kind()
		if k != KindAssoc && k != KindAssign {
			p.unexpected()
		}
		p.next()
		m.Pairs = append(m.Pairs, &TypeMapPair{tokenAnno(t), k == KindAssign, key, p.topType()})
		if !p.accept(KindComma) {
			break
		}
	}
	p.expect(KindRBrace)
	return m
}

func (p *climber) recordType(a Anno) Type {
	r := &TypeRecord{Anno: a, Name: p.atom()}
	p.expect(KindLBrace)
	if p.accept(KindRBrace) {
		return r
	}
	for {
		name := p.atom()
		p.expect(KindColonColon)
		r.Fields = append(r.Fields, &TypeField{name.Anno, name, p.topType()})
		if !p.accept(KindComma) {
			break
		}
	}
	p.expect(KindRBrace)
	return r
}

// binType parses <<>>, <<_:M>>, <<_:_*N>> and <<_:M, _:_*N>>.
func (p *climber) binType() Type {
	a := tokenAnno(p.next())
	zero := func() Type { z := At(a.Line, 0); return &TypeLit{z, &Integer{z, new(big.Int)}} }
	b := &TypeBin{Anno: a, M: zero(), N: zero()}
	if p.accept(KindBinClose) {
		return b
	}
	under := p.expect(KindVar)
	p.expect(KindColon)
	unit := p.unitType(&b.N)
	if !unit {
		b.M = p.typ(precAdd)
		if p.accept(KindComma) {
			second := p.expect(KindVar)
			p.expect(KindColon)
			if !p.unitType(&b.N) {
				p.unexpected()
			}
			p.underscore(second)
		}
	}
	p.expect(KindBinClose)
	p.underscore(under)
	return b
}

// unitType parses _*N if it comes.
func (p *climber) unitType(n *Type) bool {
	if p.kind() != KindVar {
		return false
	}
	before := p.lex.MakeCheckpoint()
	t := p.next()
	if !p.accept(KindStar) {
		p.lex.LoadCheckpoint(before)
		return false
	}
	*n = p.typ(precAdd)
	p.underscore(t)
	return true
}

func (p *climber) underscore(t *lexer.Token) {
	if t.Value != "_" {
		p.fail(plainError(tokenPos(t), "Bad binary type"))
	}
}

// funType parses (Args) -> Result.
func (p *climber) funType() *FunType {
	a := tokenAnno(p.expect(KindLParen))
	f := &FunType{Anno: a, ArgsAnno: a}
	switch {
	case p.accept(KindDotDotDot):
		f.AnyArgs = true
	case p.kind() != KindRParen:
		f.Args = p.topTypes()
	}
	p.expect(KindRParen)
	p.expect(KindArrow)
	f.Result = p.topType()
	return f
}

// signature parses one clause of a spec: a function type and its constraints.
func (p *climber) signature() Type {
	f := p.funType()
	if !p.accept(KindWhen) {
		return f
	}
	b := &BoundedFunType{Anno: f.Anno, Fun: f}
	for {
		b.Constraints = append(b.Constraints, p.constraint())
		if !p.accept(KindComma) {
			return b
		}
	}
}

func (p *climber) constraint() *Constraint {
	t := p.lex.Peek()
	if p.kind() == KindVar {
		p.next()
		v := &TypeVar{tokenAnno(t), t.Value}
		p.expect(KindColonColon)
		return &Constraint{v.Anno, v, p.topType()}
	}
	name := p.atom()
	p.expect(KindLParen)
	args := p.topTypes()
	p.expect(KindRParen)
	if name.Name != "is_subtype" || len(args) != 2 {
		p.fail(charsError(name.Pos, Chars("unsupported constraint "), QuoteAtom(name.Name)))
	}
	v, ok := args[0].(*TypeVar)
	if !ok {
		p.fail(plainError(firstTypeAnno(args[0]).Pos, "bad type variable"))
	}
	return &Constraint{v.Anno, v, args[1]}
}

// firstTypeAnno is the annotation of the leftmost token of a type.
func firstTypeAnno(t Type) Anno {
	for {
		switch x := t.(type) {
		case *TypeOp:
			if x.Left == nil {
				return x.Anno
			}
			t = x.Left
		default:
			return t.Position()
		}
	}
}

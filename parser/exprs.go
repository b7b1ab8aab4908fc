package parser

import (
	"strconv"

	"github.com/alecthomas/participle/v2/lexer"
)

// maxDepth is how deeply expressions may nest, and maxHeight how high their
// trees may be: a chain of operators is a tree as high as it is long. Erlang
// has no such limits, but a program must not be able to exhaust the stack of
// the node that reads it.
const (
	maxDepth  = 100_000
	maxHeight = 2 * maxDepth
)

// climber parses expressions, patterns and clauses by precedence climbing.
// Errors unwind as a panic with a *failure, caught by climb.
type climber struct {
	lex    *lexer.PeekingLexer
	depth  int
	height int // of the highest tree that was parsed at this depth
}

// climb runs one production and turns its panic into the error that
// participle passes on.
func climb(lex *lexer.PeekingLexer, f func(*climber)) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *failure:
			err = r
		default:
			panic(r)
		}
	}()
	f(&climber{lex: lex})
	return nil
}

func (p *climber) kind() Kind { return Kind(p.lex.Peek().Type) }

func (p *climber) next() *lexer.Token { return p.lex.Next() }

// unexpected fails at the token to come.
func (p *climber) unexpected() { panic(&failure{syntaxError(p.lex.Peek())}) }

func (p *climber) fail(e *Error) { panic(&failure{e}) }

func (p *climber) expect(k Kind) *lexer.Token {
	if p.kind() != k {
		p.unexpected()
	}
	return p.next()
}

// accept takes a token of the kind if it comes next.
func (p *climber) accept(k Kind) bool {
	if p.kind() != k {
		return false
	}
	p.next()
	return true
}

func (p *climber) enter() {
	if p.depth++; p.depth > maxDepth {
		p.tooDeep()
	}
}

func (p *climber) leave() { p.depth-- }

// grow puts a node on top of the tree.
func (p *climber) grow() {
	if p.height++; p.height > maxHeight {
		p.tooDeep()
	}
}

func (p *climber) tooDeep() {
	p.fail(plainError(tokenPos(p.lex.Peek()), "expression nested too deeply"))
}

type assoc uint8

const (
	left assoc = iota
	right
	none
)

// operator is a binary operator's name, precedence and associativity.
type operator struct {
	name  string
	prec  uint8
	assoc assoc
}

const (
	precMatch   = 10
	precOrelse  = 15
	precAndalso = 16
	precComp    = 20
	precList    = 30
	precAdd     = 40
	precMult    = 50
)

var operators = func() (t [kindCount]operator) {
	set := func(prec uint8, a assoc, kinds ...Kind) {
		for _, k := range kinds {
			t[k] = operator{kindNames[k], prec, a}
		}
	}
	set(precMatch, right, KindMatch, KindBang)
	set(precOrelse, right, KindOrelse)
	set(precAndalso, right, KindAndalso)
	set(precComp, none, KindEqEq, KindNe, KindLe, KindLt, KindGe, KindGt, KindEqq, KindNee)
	set(precList, right, KindPlusPlus, KindMinusMinus)
	set(precAdd, left, KindPlus, KindMinus, KindBor, KindBxor, KindBsl, KindBsr, KindOr, KindXor)
	set(precMult, left, KindStar, KindSlash, KindDiv, KindRem, KindBand, KindAnd)
	return t
}()

func (p *climber) operator() operator {
	if k := p.kind(); k >= 0 {
		return operators[k]
	}
	return operator{}
}

// expr parses an expression of any precedence.
func (p *climber) expr() Expr { return p.binary(precMatch, false) }

// pattern parses what the head of a clause may have: no calls, no control
// structures, no short-circuit operators outside of brackets.
func (p *climber) pattern() Expr { return p.binary(precMatch, true) }

// binary parses operators of at least the precedence min.
func (p *climber) binary(min uint8, pat bool) Expr {
	p.enter()
	beside := p.height
	p.height = 0
	e := p.unary(pat)
	limit := uint8(255)
	for {
		op := p.operator()
		if op.prec < min || op.prec == 0 || op.prec > limit {
			break
		}
		if pat && (op.prec == precOrelse || op.prec == precAndalso || op.name == "!") {
			break
		}
		t := p.next()
		prec := op.prec
		if op.assoc != right {
			prec++
		}
		r := p.binary(prec, pat)
		if op.name == "=" {
			e = &Match{Anno: firstAnno(e), Pattern: e, Value: r}
		} else {
			e = &BinOp{Anno: tokenAnno(t), Op: op.name, Left: e, Right: r}
		}
		p.grow()
		limit = op.prec
		if op.assoc == none {
			limit--
		}
	}
	p.grow()
	p.height = max(p.height, beside)
	p.leave()
	return e
}

func isPrefix(k Kind) bool {
	return k == KindPlus || k == KindMinus || k == KindBnot || k == KindNot
}

func (p *climber) unary(pat bool) Expr {
	switch k := p.kind(); {
	case isPrefix(k):
		t := p.next()
		p.enter()
		arg := p.unary(pat)
		p.leave()
		return &UnOp{Anno: tokenAnno(t), Op: kindNames[k], Arg: arg}
	case k == KindCatch && !pat:
		t := p.next()
		return &Catch{Anno: tokenAnno(t), Value: p.expr()}
	case pat:
		return p.patternMax()
	}
	return p.remote()
}

// remote parses M:F, calls, and chains of the two.
func (p *climber) remote() Expr {
	e := p.suffixed()
	colon := true // M:F:N is wrong, M:F():N is not
	for {
		switch p.kind() {
		case KindColon:
			if !colon {
				return e
			}
			t := p.next()
			name := p.suffixed
			if k := p.kind(); isPrefix(k) || k == KindCatch { // parsed, and refused later
				name = func() Expr { return p.unary(false) }
			}
			e = &Remote{Anno: tokenAnno(t), Module: e, Name: name()}
			colon = false
		case KindLParen:
			e = &Call{Anno: firstAnno(e), Fun: e, Args: p.args()}
			colon = true
		default:
			return e
		}
		p.grow()
	}
}

// args parses call arguments in parentheses.
func (p *climber) args() []Expr {
	p.expect(KindLParen)
	if p.accept(KindRParen) {
		return nil
	}
	args := p.exprs()
	p.expect(KindRParen)
	return args
}

// exprs parses one or more expressions with commas between them.
func (p *climber) exprs() []Expr {
	es := []Expr{p.expr()}
	for p.accept(KindComma) {
		es = append(es, p.expr())
	}
	return es
}

// suffixed parses an expression with the record or map parts after it. A
// record may follow a record and a map a map, never one the other.
func (p *climber) suffixed() Expr {
	var e Expr
	mayMap, mayRecord := true, true
	if p.kind() == KindHash {
		t := p.next()
		if p.kind() == KindLBrace {
			e = p.mapOrComp(t)
			_, isMap := e.(*Map)
			mayRecord = !isMap
		} else {
			e = p.record(t, nil)
			mayMap = false
		}
	} else {
		e = p.primary()
	}
	for p.kind() == KindHash {
		t := p.next()
		if p.kind() == KindLBrace && mayMap {
			e = &Map{Anno: tokenAnno(t), Base: e, Pairs: p.mapTuple()}
			mayRecord = false
		} else {
			if !mayRecord {
				p.unexpected()
			}
			e = p.record(t, e)
			mayMap = false
		}
		p.grow()
	}
	return e
}

// recordName parses the name after a '#'; a reserved word may be one.
func (p *climber) recordName() string {
	k := p.kind()
	if k == KindAtom || k == KindVar {
		return p.next().Value
	}
	if k >= KindAfter && k <= KindXor {
		p.next()
		return kindNames[k]
	}
	p.unexpected()
	return ""
}

// record parses what follows the '#' of a record.
func (p *climber) record(hash *lexer.Token, base Expr) Expr {
	a := tokenAnno(hash)
	name := p.recordName()
	switch p.kind() {
	case KindPeriod:
		p.next()
		field := p.atom()
		if base == nil {
			return &RecordIndex{Anno: a, Name: name, Field: field}
		}
		return &RecordAccess{Anno: a, Base: base, Name: name, Field: field}
	case KindLBrace:
		return &Record{Anno: a, Base: base, Name: name, Fields: p.recordFields()}
	}
	p.unexpected()
	return nil
}

func (p *climber) recordFields() []*RecordField {
	p.expect(KindLBrace)
	if p.accept(KindRBrace) {
		return nil
	}
	var fields []*RecordField
	for {
		var name Expr
		switch t := p.lex.Peek(); p.kind() {
		case KindAtom:
			name = p.atom()
		case KindVar:
			p.next()
			name = &Var{tokenAnno(t), t.Value}
		default:
			p.unexpected()
		}
		p.expect(KindMatch)
		fields = append(fields, &RecordField{Anno: name.Position(), Name: name, Value: p.expr()})
		if !p.accept(KindComma) {
			break
		}
	}
	p.expect(KindRBrace)
	return fields
}

// mapTuple parses {K => V, ...}.
func (p *climber) mapTuple() []*MapPair {
	p.expect(KindLBrace)
	if p.accept(KindRBrace) {
		return nil
	}
	pairs := p.mapPairs()
	p.expect(KindRBrace)
	return pairs
}

func (p *climber) mapPairs() []*MapPair {
	var pairs []*MapPair
	for {
		key := p.expr()
		t := p.lex.Peek()
		k := p.kind()
		if k != KindAssoc && k != KindAssign {
			p.unexpected()
		}
		p.next()
		pairs = append(pairs, &MapPair{Anno: tokenAnno(t), Exact: k == KindAssign, Key: key, Value: p.expr()})
		if !p.accept(KindComma) {
			return pairs
		}
	}
}

// mapOrComp parses a map or a map comprehension after its '#'.
func (p *climber) mapOrComp(hash *lexer.Token) Expr {
	p.expect(KindLBrace)
	a := tokenAnno(hash)
	if p.accept(KindRBrace) {
		return &Map{Anno: a}
	}
	pairs := p.mapPairs()
	if p.kind() == KindBarBar {
		c := &Comp{Anno: a, Kind: MapKind, Template: pairs[0]}
		for _, m := range pairs[1:] {
			c.More = append(c.More, m)
		}
		c.Qualifiers = p.qualifiers()
		p.expect(KindRBrace)
		return c
	}
	p.expect(KindRBrace)
	return &Map{Anno: a, Pairs: pairs}
}

func (p *climber) atom() *Atom {
	t := p.expect(KindAtom)
	return &Atom{tokenAnno(t), t.Value}
}

func (p *climber) integer() *Integer {
	t := p.expect(KindInteger)
	return &Integer{tokenAnno(t), tokenOf(t).Int()}
}

// small parses an integer that the tree holds as a Go int.
func (p *climber) small() int {
	t := p.expect(KindInteger)
	n, err := strconv.Atoi(t.Value)
	if err != nil {
		p.fail(plainError(tokenPos(t), "integer too large"))
	}
	return n
}

// literal parses an atom, a number, a character, strings or a sigil; nil if
// none comes.
func (p *climber) literal() Expr {
	t := p.lex.Peek()
	a := tokenAnno(t)
	switch Kind(t.Type) {
	case KindAtom:
		p.next()
		return &Atom{a, t.Value}
	case KindVar:
		p.next()
		return &Var{a, t.Value}
	case KindInteger:
		p.next()
		return &Integer{a, tokenOf(t).Int()}
	case KindFloat:
		p.next()
		return &Float{a, tokenOf(t).Float()}
	case KindChar:
		p.next()
		return &Char{a, tokenOf(t).Char()}
	case KindString:
		p.next()
		s := &String{a, []rune(t.Value)}
		for p.kind() == KindString {
			s.Value = append(s.Value, []rune(p.next().Value)...)
		}
		return s
	case KindSigilPrefix:
		return p.sigil()
	}
	return nil
}

func (p *climber) sigil() Expr {
	prefix := p.next()
	t := p.expect(KindString)
	s := &String{tokenAnno(t), []rune(t.Value)}
	suffix := p.expect(KindSigilSuffix)
	switch {
	case suffix.Value != "":
		p.fail(plainError(tokenPos(suffix), "illegal sigil suffix"))
	case prefix.Value == "s" || prefix.Value == "S":
		return s
	case prefix.Value != "" && prefix.Value != "b" && prefix.Value != "B":
		p.fail(plainError(tokenPos(prefix), "illegal sigil prefix"))
	}
	return &Bin{tokenAnno(prefix), []*BinElem{{Anno: s.Anno, Value: s, Types: []BinType{{Name: "utf8"}}}}}
}

// primary parses an expression without operators or suffixes.
func (p *climber) primary() Expr {
	switch p.kind() {
	case KindLParen:
		p.next()
		e := p.expr()
		p.expect(KindRParen)
		return e
	case KindLBracket:
		return p.list(true)
	case KindLBrace:
		return p.tuple()
	case KindBinOpen:
		return p.bin(true)
	case KindBegin:
		a := tokenAnno(p.next())
		body := p.exprs()
		p.expect(KindEnd)
		return &Block{a, body}
	case KindIf:
		return p.ifExpr()
	case KindCase:
		return p.caseExpr()
	case KindReceive:
		return p.receiveExpr()
	case KindFun:
		return p.funExpr()
	case KindTry:
		return p.tryExpr()
	case KindMaybe:
		return p.maybeExpr()
	}
	if e := p.literal(); e != nil {
		return e
	}
	p.unexpected()
	return nil
}

// patternMax parses a pattern without operators.
func (p *climber) patternMax() Expr {
	switch p.kind() {
	case KindLParen:
		p.next()
		e := p.pattern()
		p.expect(KindRParen)
		return e
	case KindLBracket:
		return p.list(false)
	case KindLBrace:
		return p.tuple()
	case KindBinOpen:
		return p.bin(false)
	case KindHash:
		t := p.next()
		if p.kind() == KindLBrace {
			return &Map{Anno: tokenAnno(t), Pairs: p.mapTuple()}
		}
		return p.record(t, nil)
	}
	if e := p.literal(); e != nil {
		return e
	}
	p.unexpected()
	return nil
}

func (p *climber) tuple() Expr {
	a := tokenAnno(p.next())
	if p.accept(KindRBrace) {
		return &Tuple{Anno: a}
	}
	es := p.exprs()
	p.expect(KindRBrace)
	return &Tuple{a, es}
}

// list parses a list or, where one may stand, a list comprehension. A cell's
// position is that of its head, the first one's that of the bracket.
func (p *climber) list(comp bool) Expr {
	open := p.next()
	if p.kind() == KindRBracket {
		p.next()
		return &Nil{tokenAnno(open)}
	}
	type cell struct {
		anno Anno
		head Expr
	}
	cells := []cell{{tokenAnno(open), p.expr()}}
	for p.kind() == KindComma {
		p.next()
		head := p.expr()
		cells = append(cells, cell{firstAnno(head), head})
	}
	var tail Expr
	switch t := p.lex.Peek(); {
	case p.kind() == KindBarBar && comp:
		c := &Comp{Anno: tokenAnno(open), Kind: ListKind, Template: cells[0].head}
		for _, m := range cells[1:] {
			c.More = append(c.More, m.head)
		}
		c.Qualifiers = p.qualifiers()
		p.expect(KindRBracket)
		return c
	case p.kind() == KindBar:
		p.next()
		tail = p.expr()
		p.expect(KindRBracket)
	default:
		p.expect(KindRBracket)
		tail = &Nil{tokenAnno(t)}
	}
	for i := len(cells) - 1; i >= 0; i-- {
		tail = &Cons{cells[i].anno, cells[i].head, tail}
	}
	return tail
}

// bitMax parses a value or a size inside << >>.
func (p *climber) bitMax() Expr {
	if p.kind() != KindHash {
		return p.primary()
	}
	t := p.next()
	if p.kind() != KindLBrace {
		p.unexpected()
	}
	e := p.mapOrCompOnly(t)
	return e
}

// mapOrCompOnly parses a map comprehension where a map may not stand.
func (p *climber) mapOrCompOnly(hash *lexer.Token) Expr {
	p.expect(KindLBrace)
	pairs := p.mapPairs()
	c := &Comp{Anno: tokenAnno(hash), Kind: MapKind, Template: pairs[0]}
	for _, m := range pairs[1:] {
		c.More = append(c.More, m)
	}
	c.Qualifiers = p.qualifiers()
	p.expect(KindRBrace)
	return c
}

// bin parses a binary or, where one may stand, a binary comprehension.
func (p *climber) bin(comp bool) Expr {
	a := tokenAnno(p.next())
	if p.accept(KindBinClose) {
		return &Bin{Anno: a}
	}
	b := &Bin{Anno: a}
	for {
		first := len(b.Elems) == 0
		bare := !isPrefix(p.kind())
		el := p.binElem()
		if first && comp && bare && el.Size == nil && el.Types == nil && p.kind() == KindBarBar {
			c := &Comp{Anno: a, Kind: BinKind, Template: el.Value, Qualifiers: p.qualifiers()}
			p.expect(KindBinClose)
			return c
		}
		b.Elems = append(b.Elems, el)
		if !p.accept(KindComma) {
			break
		}
	}
	p.expect(KindBinClose)
	return b
}

func (p *climber) binElem() *BinElem {
	var el BinElem
	if k := p.kind(); isPrefix(k) {
		t := p.next()
		el.Value = &UnOp{Anno: tokenAnno(t), Op: kindNames[k], Arg: p.bitMax()}
	} else {
		el.Value = p.bitMax()
	}
	el.Anno = firstAnno(el.Value)
	if p.accept(KindColon) {
		el.Size = p.bitMax()
	}
	if p.accept(KindSlash) {
		for {
			t := BinType{Name: p.atom().Name}
			if p.accept(KindColon) {
				t.HasUnit, t.Unit = true, p.small()
			}
			el.Types = append(el.Types, t)
			if !p.accept(KindMinus) {
				break
			}
		}
	}
	return &el
}

// qualifiers parses the right side of a comprehension with its '||'.
func (p *climber) qualifiers() []Expr {
	p.expect(KindBarBar)
	var qs []Expr
	for {
		q := p.qualifier()
		qs = append(qs, q)
		t := p.lex.Peek()
		if !p.accept(KindComma) {
			return qs
		}
		if z, ok := q.(*Zip); ok {
			z.Anno = tokenAnno(t) // erl_parse's position of a zip that others follow
		}
	}
}

// qualifier parses generators joined by &&, or a single one, or a filter.
func (p *climber) qualifier() Expr {
	first := p.generator()
	if p.kind() != KindZip {
		if g, ok := first.(*Generator); ok && g.Pattern == nil {
			return g.Source
		}
		return first
	}
	z := &Zip{Anno: first.Position()}
	for {
		z.Generators = append(z.Generators, first.(*Generator))
		if !p.accept(KindZip) {
			return z
		}
		first = p.generator()
	}
}

// generator parses one generator; a filter comes as one without a pattern.
func (p *climber) generator() Expr {
	start := p.kind()
	startPos := tokenPos(p.lex.Peek())
	e := p.expr()
	g := &Generator{}
	t := p.lex.Peek()
	switch k := p.kind(); k {
	case KindLArrow, KindStrictLArrow:
		g.Anno, g.Strict, g.Pattern = tokenAnno(t), k == KindStrictLArrow, e
	case KindLDArrow, KindStrictLDArrow:
		if b, ok := e.(*Bin); !ok || start != KindBinOpen || b.Pos != startPos {
			return &Generator{Anno: e.Position(), Source: e}
		}
		g.Anno, g.Kind, g.Strict, g.Pattern = tokenAnno(t), BinKind, k == KindStrictLDArrow, e
	case KindAssign:
		p.next()
		pair := &MapPair{Anno: tokenAnno(t), Exact: true, Key: e, Value: p.expr()}
		t = p.lex.Peek()
		k = p.kind()
		if k != KindLArrow && k != KindStrictLArrow {
			p.unexpected()
		}
		g.Anno, g.Kind, g.Strict, g.Pattern = tokenAnno(t), MapKind, k == KindStrictLArrow, pair
	default:
		return &Generator{Anno: e.Position(), Source: e}
	}
	p.next()
	g.Source = p.expr()
	return g
}

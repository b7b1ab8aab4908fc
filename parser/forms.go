package parser

import (
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar of a form. Heads and clauses, types and the arguments of
// attributes are parsed by climbing; what holds them together is declared.
type (
	formLine struct {
		Attr *attrForm    `parser:"( Minus @@"`
		Fun  *funcClauses `parser:"| @@ ) Dot"`
	}
	attrForm struct {
		Pos  lexer.Position
		Kind string     `parser:"( @(Spec | Callback)"`
		Spec *specForm  `parser:"  @@"`
		Attr *attribute `parser:"| @@ )"`
	}
	specForm struct {
		Bracketed *specOf `parser:"( LParen @@ RParen"`
		Bare      *specOf `parser:"| @@ )"`
	}
	specOf struct {
		First  string     `parser:"@Atom"`
		Second *string    `parser:"( Colon @Atom )?"`
		Sigs   []*specSig `parser:"@@ ( Semi @@ )*"`
	}
)

// specSig is one clause of a spec.
type specSig struct{ typ Type }

// Parse is what participle calls.
func (s *specSig) Parse(lex *lexer.PeekingLexer) error {
	return climb(lex, func(p *climber) { s.typ = p.signature() })
}

// funcClauses are the clauses of a function, each with the name it was given.
type funcClauses struct {
	names   []string
	clauses []*Clause
}

// Parse is what participle calls.
func (f *funcClauses) Parse(lex *lexer.PeekingLexer) error {
	return climb(lex, func(p *climber) {
		for {
			name := p.expect(KindAtom)
			f.names = append(f.names, name.Value)
			f.clauses = append(f.clauses, p.clauseRest(tokenAnno(name)))
			if !p.accept(KindSemi) {
				return
			}
		}
	})
}

// form checks that all clauses are of one function.
func (f *funcClauses) form() (Form, *Error) {
	first := f.clauses[0]
	name, arity := f.names[0], len(first.Patterns)
	for i, c := range f.clauses {
		if f.names[i] != name || len(c.Patterns) != arity {
			return nil, headMismatch(c.Pos, name, arity, f.names[i], len(c.Patterns))
		}
	}
	return &Function{Anno: first.Anno, Name: name, Arity: arity, Clauses: f.clauses}, nil
}

// attribute is an attribute's name and arguments, before it is known what
// they mean.
type attribute struct {
	name   *Atom
	args   []Expr
	typ    Type          // of Arg :: Type
	fields []*typedField // of Arg, {Field :: Type, ...}
}

type typedField struct {
	expr Expr
	typ  Type
}

// Parse is what participle calls.
func (a *attribute) Parse(lex *lexer.PeekingLexer) error {
	return climb(lex, func(p *climber) {
		a.name = p.atom()
		if p.kind() == KindLParen {
			before := p.lex.MakeCheckpoint()
			p.next()
			a.parseArgs(p)
			p.expect(KindRParen)
			if len(a.args) != 1 || a.typ != nil || a.fields != nil {
				// Nothing can follow, so a bad attribute goes before a bad token.
				if _, err := a.form(); err != nil {
					p.fail(err)
				}
				return
			}
			if p.kind() == KindDot {
				return
			}
			// The bracket began an expression: -name (A) + B.
			p.lex.LoadCheckpoint(before)
			a.args = nil
		}
		a.parseArgs(p)
	})
}

func (a *attribute) parseArgs(p *climber) {
	record := a.name.Name == "record"
	if record {
		a.args = []Expr{p.atom()}
		if p.kind() != KindComma {
			p.unexpected()
		}
	} else {
		a.args = []Expr{p.expr()}
		if p.accept(KindColonColon) {
			a.typ = p.topType()
			return
		}
	}
	if !p.accept(KindComma) {
		return
	}
	if p.kind() == KindLBrace {
		before := p.lex.MakeCheckpoint()
		if a.fields = typedFields(p); a.fields != nil {
			return
		}
		p.lex.LoadCheckpoint(before)
	}
	a.args = append(a.args, p.exprs()...)
}

// typedFields parses {Field, Field :: Type, ...} with at least one type; it
// gives nil where the braces turn out to be a tuple's.
func typedFields(p *climber) []*typedField {
	p.expect(KindLBrace)
	if p.kind() == KindRBrace {
		return nil
	}
	var fs []*typedField
	typed := false
	for {
		f := &typedField{expr: p.expr()}
		if p.accept(KindColonColon) {
			f.typ = p.topType()
			typed = true
		}
		fs = append(fs, f)
		if !p.accept(KindComma) {
			break
		}
	}
	p.expect(KindRBrace)
	if !typed {
		return nil
	}
	return fs
}

var formLines = build[formLine]()

// ParseForm parses one form, which a dot must end, as erl_parse:parse_form/1
// does.
func ParseForm(toks []Token) (Form, *Error) {
	if len(toks) == 0 {
		e := syntaxError(&lexer.Token{Type: lexer.EOF})
		e.Pos = Pos{Line: 999999} // erl_parse's position of nothing
		return nil, e
	}
	line, err := run(formLines, markSpec(toks))
	if err != nil {
		return nil, err
	}
	switch {
	case line.Fun != nil:
		return line.Fun.form()
	case line.Attr.Attr != nil:
		return line.Attr.Attr.form()
	}
	return line.Attr.spec()
}

// markSpec gives the atoms spec and callback kinds of their own after the
// dash of an attribute.
func markSpec(toks []Token) []Token {
	if len(toks) < 2 || toks[0].Kind != KindMinus || toks[1].Kind != KindAtom {
		return toks
	}
	var k Kind
	switch toks[1].Value {
	case "spec":
		k = KindSpec
	case "callback":
		k = KindCallback
	default:
		return toks
	}
	marked := append([]Token(nil), toks...)
	marked[1].Kind = k
	return marked
}

// FormOf scans and parses the text of one form.
func FormOf(src string, start Pos) (Form, *Error) {
	toks, _, err := Scan(src, start, ScanOptions{})
	if err != nil {
		return nil, err
	}
	return ParseForm(toks)
}

func (f *attrForm) spec() (Form, *Error) {
	body := f.Spec.Bare
	if f.Spec.Bracketed != nil {
		body = f.Spec.Bracketed
	}
	s := &Spec{Anno: At(int32(f.Pos.Line), int32(f.Pos.Column)), Kind: f.Kind, Name: body.First}
	s.Text = f.Pos.Filename
	if body.Second != nil {
		s.Module, s.Name = body.First, *body.Second
	}
	for i, sig := range body.Sigs {
		fun, ok := sig.typ.(*FunType)
		if !ok {
			fun = sig.typ.(*BoundedFunType).Fun
		}
		if fun.AnyArgs {
			return nil, plainError(fun.Pos, "bad type specification")
		}
		if i == 0 {
			s.Arity = len(fun.Args)
		}
		s.Types = append(s.Types, sig.typ)
	}
	return s, nil
}

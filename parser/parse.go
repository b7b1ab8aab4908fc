package parser

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// exprList is a sequence of expressions, which precedence climbing parses.
type exprList struct{ list []Expr }

// Parse is what participle calls.
func (l *exprList) Parse(lex *lexer.PeekingLexer) error {
	return climb(lex, func(p *climber) {
		l.list = p.exprs()
		if p.kind() == KindSemi {
			// erl_parse reads a shell line as the body of f() -> ...
			p.next()
			name := p.expect(KindAtom)
			c := p.clauseRest(tokenAnno(name))
			if name.Value != "f" || len(c.Patterns) != 0 {
				p.fail(headMismatch(tokenPos(name), "f", 0, name.Value, len(c.Patterns)))
			}
			p.unexpected()
		}
	})
}

// shellLine is what a person types.
type shellLine struct {
	Exprs exprList `parser:"@@ Dot"`
}

// build makes the parser of a grammar when it is first used.
func build[G any]() func() *participle.Parser[G] {
	return sync.OnceValue(func() *participle.Parser[G] {
		return participle.MustBuild[G](participle.Lexer(tokenSource{}), participle.UseLookahead(0))
	})
}

var shellLines = build[shellLine]()

// run parses tokens by a grammar.
func run[G any](grammar func() *participle.Parser[G], toks []Token) (*G, *Error) {
	lex, err := peeking(toks)
	if err != nil {
		return nil, asError(err)
	}
	g, err := grammar().ParseFromLexer(lex)
	if err != nil {
		return nil, asError(err)
	}
	return g, nil
}

// ParseExprs parses the expressions of a shell line, which a dot must end, as
// erl_parse:parse_exprs/1 does.
func ParseExprs(toks []Token) ([]Expr, *Error) {
	line, err := run(shellLines, toks)
	if err != nil {
		return nil, err
	}
	return line.Exprs.list, nil
}

// Exprs scans and parses the text of a shell line.
func Exprs(src string, start Pos) ([]Expr, *Error) {
	toks, _, err := Scan(src, start, ScanOptions{})
	if err != nil {
		return nil, err
	}
	return ParseExprs(toks)
}

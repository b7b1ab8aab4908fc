package parser

import (
	"io"

	"github.com/alecthomas/participle/v2/lexer"
)

// tokenSource is participle's view of the scanner: the Definition names the
// kinds of token for the grammars; a Lexer hands on tokens already scanned,
// one form at a time.
type tokenSource struct{}

// symbolNames are the names that the grammars use.
var symbolNames = map[string]lexer.TokenType{
	"EOF": lexer.EOF,

	"Atom": lexer.TokenType(KindAtom), "Var": lexer.TokenType(KindVar),
	"Dot": lexer.TokenType(KindDot), "Minus": lexer.TokenType(KindMinus),
	"LParen": lexer.TokenType(KindLParen), "RParen": lexer.TokenType(KindRParen),
	"Comma": lexer.TokenType(KindComma), "Semi": lexer.TokenType(KindSemi),
	"Colon": lexer.TokenType(KindColon), "When": lexer.TokenType(KindWhen),
	"Spec": lexer.TokenType(KindSpec), "Callback": lexer.TokenType(KindCallback),
	"Arrow": lexer.TokenType(KindArrow),
}

func (tokenSource) Symbols() map[string]lexer.TokenType { return symbolNames }

func (tokenSource) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	src, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	toks, _, serr := Scan(string(src), Pos{1, 1}, ScanOptions{})
	if serr != nil {
		return nil, serr
	}
	return &tokenList{toks: toks}, nil
}

// tokenList hands out scanned tokens. A token's file name carries its source
// text, where that was kept, since participle has no field for it.
type tokenList struct {
	toks []Token
	next int
}

func (l *tokenList) Next() (lexer.Token, error) {
	if l.next >= len(l.toks) {
		var pos lexer.Position
		if len(l.toks) > 0 {
			last := l.toks[len(l.toks)-1].Pos
			pos.Line, pos.Column = int(last.Line), int(last.Col)
		}
		return lexer.EOFToken(pos), nil
	}
	t := &l.toks[l.next]
	l.next++
	return lexer.Token{
		Type:  lexer.TokenType(t.Kind),
		Value: t.Value,
		Pos:   lexer.Position{Filename: t.Text, Offset: l.next, Line: int(t.Pos.Line), Column: int(t.Pos.Col)},
	}, nil
}

// peeking makes participle's token stream of scanned tokens.
func peeking(toks []Token) (*lexer.PeekingLexer, error) {
	return lexer.Upgrade(&tokenList{toks: toks})
}

func tokenPos(t *lexer.Token) Pos { return Pos{int32(t.Pos.Line), int32(t.Pos.Column)} }

func tokenAnno(t *lexer.Token) Anno { return Anno{Pos: tokenPos(t), Text: t.Pos.Filename} }

// tokenOf is the scanner's token again.
func tokenOf(t *lexer.Token) Token {
	return Token{Kind: Kind(t.Type), Value: t.Value, Pos: tokenPos(t), Text: t.Pos.Filename}
}

// failure is an Error as participle passes it through.
type failure struct{ err *Error }

func (f *failure) Error() string   { return f.err.Text }
func (f *failure) Message() string { return f.err.Text }
func (f *failure) Position() lexer.Position {
	return lexer.Position{Line: int(f.err.Pos.Line), Column: int(f.err.Pos.Col)}
}

package parser

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// DescChars is a list of characters inside an Error's Desc that holds the
// digits of integers as lists of their own, as string concatenation with ~p
// leaves it: its elements are Chars, spliced, and int.
type DescChars []any

const beforeText = "syntax error before: "

// syntaxError is the error at a token that the grammar does not allow there.
func syntaxError(t *lexer.Token) *Error {
	e := &Error{Pos: tokenPos(t), Module: "erl_parse"}
	text := ""
	var shown any = Chars("")
	if t.Type != lexer.EOF {
		text = tokenText(tokenOf(t))
		shown = Chars(text)
		if k := Kind(t.Type); k == KindSigilPrefix || k == KindSigilSuffix {
			shown = DescList{Chars(text)}
		}
	}
	e.Desc = DescList{Chars(beforeText), shown}
	e.Text = beforeText + text
	return e
}

// tokenText shows a token as the generated parsers of OTP do.
func tokenText(t Token) string {
	if t.Text != "" {
		return t.Text
	}
	switch t.Kind {
	case KindAtom, KindSigilPrefix:
		return QuoteAtom(t.Value)
	case KindVar, KindInteger:
		return t.Value
	case KindFloat:
		return FormatFloat(t.Float())
	case KindChar:
		return QuoteChar(t.Char())
	case KindString, KindSigilSuffix:
		return QuoteString(t.Chars())
	case KindDot:
		return "'.'"
	}
	name := t.Category()
	if t.Kind == KindSpec || t.Kind == KindCallback {
		return name
	}
	return QuoteAtom(name)
}

// QuoteChar writes a character literal as io_lib:write_char does.
func QuoteChar(r rune) string {
	if r == ' ' {
		return `$\s`
	}
	var b strings.Builder
	b.WriteByte('$')
	quoteRune(&b, r, -1)
	return b.String()
}

// FormatFloat writes a float as ~w does: the shortest digits that read back
// as the same float, with an exponent where that is shorter.
func FormatFloat(f float64) string {
	m, e, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	if !strings.Contains(m, ".") {
		m += ".0"
	}
	exp, _ := strconv.Atoi(e)
	if exp > 40 || exp < -40 {
		return m + "e" + strconv.Itoa(exp)
	}
	plain := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(plain, ".") {
		plain += ".0"
	}
	if short := m + "e" + strconv.Itoa(exp); len(short) < len(plain) {
		return short
	}
	return plain
}

// plainError is an error of erl_parse whose descriptor is its text.
func plainError(p Pos, text string) *Error {
	return &Error{Pos: p, Module: "erl_parse", Desc: Chars(text), Text: text}
}

// charsError is an error of erl_parse whose descriptor is text with integers in it.
func charsError(p Pos, parts ...any) *Error {
	var b strings.Builder
	for _, part := range parts {
		fmt.Fprint(&b, part)
	}
	return &Error{Pos: p, Module: "erl_parse", Desc: DescChars(parts), Text: b.String()}
}

// headMismatch is the error at a clause of another name or arity than the one
// before it.
func headMismatch(p Pos, name string, arity int, name2 string, arity2 int) *Error {
	if name != name2 {
		return charsError(p, Chars("head mismatch: previous function "+name+"/"), arity,
			Chars(" is distinct from "+name2+"/"), arity2,
			Chars(". Is the semicolon in "+name+"/"), arity, Chars(" unwanted?"))
	}
	return charsError(p, Chars("head mismatch: function "+name+" with arities "), arity,
		Chars(" and "), arity2,
		Chars(" is regarded as two distinct functions. Is the number of arguments incorrect or is the semicolon in "+name+"/"),
		arity, Chars(" unwanted?"))
}

// asError turns what participle reports into an Error.
func asError(err error) *Error {
	var fail *failure
	if errors.As(err, &fail) {
		return fail.err
	}
	var unexpected *participle.UnexpectedTokenError
	if errors.As(err, &unexpected) {
		return syntaxError(&unexpected.Unexpected)
	}
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	return plainError(Pos{}, err.Error())
}

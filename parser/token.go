package parser

import (
	"math/big"
	"strconv"
)

// Kind is the category of a token: erl_scan's, with a kind of its own for
// every reserved word and every symbol that the grammar uses.
type Kind int16

// The kinds of token.
const (
	KindNone Kind = iota

	KindAtom
	KindVar
	KindInteger
	KindFloat
	KindChar
	KindString
	KindSigilPrefix
	KindSigilSuffix
	KindWhiteSpace
	KindComment
	// KindSymbol is any other character, or a word that only the caller's
	// reserved-word function reserves; Value is its name.
	KindSymbol
	// KindDot ends a form.
	KindDot

	KindLParen
	KindRParen
	KindComma
	KindArrow
	KindLBrace
	KindRBrace
	KindLBracket
	KindRBracket
	KindBar
	KindBarBar
	KindLArrow       // <-
	KindStrictLArrow // <:-
	KindLDArrow      // <=
	KindStrictLDArrow
	KindZip // &&
	KindSemi
	KindColon
	KindColonColon
	KindAssign // :=
	KindAssoc  // =>
	KindHash
	KindPeriod // .
	KindDotDot
	KindDotDotDot
	KindStar
	KindSlash
	KindPlus
	KindMinus
	KindPlusPlus
	KindMinusMinus
	KindEqEq
	KindNe
	KindLe
	KindLt
	KindGe
	KindGt
	KindEqq // =:=
	KindNee // =/=
	KindMatch
	KindMaybeMatch // ?=
	KindBang
	KindBinOpen
	KindBinClose
	KindQuestion

	KindAfter
	KindAnd
	KindAndalso
	KindBand
	KindBegin
	KindBnot
	KindBor
	KindBsl
	KindBsr
	KindBxor
	KindCase
	KindCatch
	KindCond
	KindDiv
	KindElse
	KindEnd
	KindFun
	KindIf
	KindLet
	KindMaybe
	KindNot
	KindOf
	KindOr
	KindOrelse
	KindReceive
	KindRem
	KindTry
	KindWhen
	KindXor

	// KindSpec and KindCallback are the atoms spec and callback after the
	// dash of an attribute; the parser makes them, never the scanner.
	KindSpec
	KindCallback

	kindCount
)

var kindNames = [kindCount]string{
	KindAtom: "atom", KindVar: "var", KindInteger: "integer", KindFloat: "float",
	KindChar: "char", KindString: "string", KindSigilPrefix: "sigil_prefix",
	KindSigilSuffix: "sigil_suffix", KindWhiteSpace: "white_space",
	KindComment: "comment", KindDot: "dot",

	KindLParen: "(", KindRParen: ")", KindComma: ",", KindArrow: "->",
	KindLBrace: "{", KindRBrace: "}", KindLBracket: "[", KindRBracket: "]",
	KindBar: "|", KindBarBar: "||", KindLArrow: "<-", KindStrictLArrow: "<:-",
	KindLDArrow: "<=", KindStrictLDArrow: "<:=", KindZip: "&&", KindSemi: ";",
	KindColon: ":", KindColonColon: "::", KindAssign: ":=", KindAssoc: "=>",
	KindHash: "#", KindPeriod: ".", KindDotDot: "..", KindDotDotDot: "...",
	KindStar: "*", KindSlash: "/", KindPlus: "+", KindMinus: "-",
	KindPlusPlus: "++", KindMinusMinus: "--", KindEqEq: "==", KindNe: "/=",
	KindLe: "=<", KindLt: "<", KindGe: ">=", KindGt: ">", KindEqq: "=:=",
	KindNee: "=/=", KindMatch: "=", KindMaybeMatch: "?=", KindBang: "!",
	KindBinOpen: "<<", KindBinClose: ">>", KindQuestion: "?",

	KindAfter: "after", KindAnd: "and", KindAndalso: "andalso", KindBand: "band",
	KindBegin: "begin", KindBnot: "bnot", KindBor: "bor", KindBsl: "bsl",
	KindBsr: "bsr", KindBxor: "bxor", KindCase: "case", KindCatch: "catch",
	KindCond: "cond", KindDiv: "div", KindElse: "else", KindEnd: "end",
	KindFun: "fun", KindIf: "if", KindLet: "let", KindMaybe: "maybe",
	KindNot: "not", KindOf: "of", KindOr: "or", KindOrelse: "orelse",
	KindReceive: "receive", KindRem: "rem", KindTry: "try", KindWhen: "when",
	KindXor: "xor",

	KindSpec: "spec", KindCallback: "callback",
}

// kindsByName finds the kind of a symbol or a reserved word.
var kindsByName = func() map[string]Kind {
	m := make(map[string]Kind, kindCount)
	for k := KindLParen; k < KindSpec; k++ {
		m[kindNames[k]] = k
	}
	m["dot"] = KindDot
	return m
}()

// Category is the token's first element as erl_scan gives it.
func (t Token) Category() string {
	if t.Kind == KindSymbol {
		return t.Value
	}
	return kindNames[t.Kind]
}

// HasSymbol says whether the token has a third element in erl_scan's shape,
// {Category,Anno,Symbol}, rather than {Category,Anno}.
func (t Token) HasSymbol() bool { return t.Kind >= KindAtom && t.Kind <= KindComment }

// IsReserved says whether the token is a reserved word.
func (t Token) IsReserved() bool { return t.Kind >= KindAfter && t.Kind <= KindXor }

// Token is one token of Erlang source.
type Token struct {
	Kind Kind
	Pos  Pos
	// Value is the token's symbol as text: the name of an atom or a
	// variable (unquoted), the characters of a string, the decimal digits of
	// an integer, the shortest form of a float, a character, a sigil's name
	// or suffix, the text of white space or of a comment.
	Value string
	// Text is the token as it stood in the source, if asked for.
	Text string
}

// MakeToken makes a token of erl_scan's shape: of a category and, where the
// category has one, a symbol as text. It reports false for a category that
// names no token.
func MakeToken(category, value string, anno Anno) (Token, bool) {
	t := Token{Pos: anno.Pos, Text: anno.Text}
	for k := KindAtom; k <= KindComment; k++ {
		if kindNames[k] == category {
			t.Kind, t.Value = k, value
			return t, true
		}
	}
	if k, ok := kindsByName[category]; ok {
		t.Kind = k
		return t, true
	}
	t.Kind, t.Value = KindSymbol, category
	return t, category != ""
}

// Int is the value of an integer token.
func (t Token) Int() *big.Int {
	if i, err := strconv.ParseInt(t.Value, 10, 64); err == nil {
		return big.NewInt(i)
	}
	i, ok := new(big.Int).SetString(t.Value, 10)
	if !ok {
		return new(big.Int)
	}
	return i
}

// Float is the value of a float token.
func (t Token) Float() float64 {
	f, _ := strconv.ParseFloat(t.Value, 64)
	return f
}

// Char is the value of a char token.
func (t Token) Char() rune {
	for _, r := range t.Value {
		return r
	}
	return 0
}

// Chars is the value of a string token.
func (t Token) Chars() []rune { return []rune(t.Value) }

// Anno is the annotation of a node that begins at the token.
func (t Token) Anno() Anno { return Anno{Pos: t.Pos, Text: t.Text} }

// DescList is a list inside an Error's Desc.
type DescList []any

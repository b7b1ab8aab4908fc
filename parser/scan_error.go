package parser

import (
	"fmt"
	"math/big"
	"strings"
)

// scanErrorText is erl_scan:format_error.
func scanErrorText(desc any) string {
	switch d := desc.(type) {
	case string:
		switch d {
		case "string_concat":
			return "adjacent string literals without intervening white space"
		case "indentation":
			return "bad indentation in triple-quoted string"
		case "white_space":
			return "not white space after start of triple-quoted string"
		}
		return d
	case []any:
		switch d[0] {
		case "base":
			return fmt.Sprintf("illegal base '%v'", d[1].(*big.Int))
		case "illegal":
			return "illegal " + d[1].(string)
		case "unterminated":
			if d[1] == "char" {
				return "unterminated character"
			}
			return "unterminated " + unterminatedKind(d[1]) + " starting with " + quoteHead(d[1], d[2].(Chars))
		}
	}
	return fmt.Sprint(desc)
}

func unterminatedKind(kind any) string {
	switch k := kind.(type) {
	case string:
		return k
	case []any:
		switch {
		case k[0] == "string":
			return "triple-quoted string"
		case len(k) == 3:
			return "triple-quoted ~" + k[1].(string) + " sigil string"
		default:
			return fmt.Sprintf("~%s%c%c sigil string", k[1], k[2], k[3])
		}
	}
	return fmt.Sprint(kind)
}

func quoteHead(kind any, text Chars) string {
	if kind == "atom" {
		return quoteAlways(string(text))
	}
	return QuoteString([]rune(string(text)))
}

// QuoteAtom writes an atom as ~tw does: quoted where its name needs it.
func QuoteAtom(name string) string {
	if plainAtom(name) && !ReservedWord(name) {
		return name
	}
	return quoteAlways(name)
}

func quoteAlways(name string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range name {
		quoteRune(&b, r, '\'')
	}
	b.WriteByte('\'')
	return b.String()
}

// plainAtom says whether a name needs no quotes to be an atom or a reserved word.
func plainAtom(name string) bool {
	for i, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 0xDF && r <= 0xFF && r != 0xF7:
		case i == 0:
			return false
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '@', r >= 0xC0 && r <= 0xDE && r != 0xD7:
		default:
			return false
		}
	}
	return name != ""
}

// QuoteString writes a string literal as io_lib:write_string does.
func QuoteString(chars []rune) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range chars {
		quoteRune(&b, r, '"')
	}
	b.WriteByte('"')
	return b.String()
}

// escapes are the letters of the control characters that have one.
var escapes = map[rune]byte{
	'\n': 'n', '\t': 't', '\r': 'r', '\v': 'v', '\b': 'b', '\f': 'f', 27: 'e', 127: 'd',
}

func quoteRune(b *strings.Builder, r, quote rune) {
	switch letter, ok := escapes[r]; {
	case ok:
		b.WriteByte('\\')
		b.WriteByte(letter)
	case r == quote || r == '\\':
		b.WriteByte('\\')
		b.WriteRune(r)
	case r < ' ':
		fmt.Fprintf(b, "\\%03o", r)
	case r > 0x7E && r < 0xA0:
		fmt.Fprintf(b, "\\%03o", r)
	default:
		b.WriteRune(r)
	}
}

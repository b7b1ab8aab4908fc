package parser

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// The functions here write values as ~tw writes the terms they stand for, to
// compare them with what erl says.

func charList(chars []rune) string {
	parts := make([]string, len(chars))
	for i, r := range chars {
		parts[i] = strconv.Itoa(int(r))
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func dumpDesc(desc any) string {
	switch d := desc.(type) {
	case string:
		return QuoteAtom(d)
	case Chars:
		return charList([]rune(string(d)))
	case []any:
		parts := make([]string, len(d))
		for i, e := range d {
			parts[i] = dumpDesc(e)
		}
		return "{" + strings.Join(parts, ",") + "}"
	case DescList:
		parts := make([]string, len(d))
		for i, e := range d {
			parts[i] = dumpDesc(e)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case *big.Int:
		return d.String()
	}
	return fmt.Sprint(desc)
}

func dumpPos(p Pos) string { return fmt.Sprintf("{%d,%d}", p.Line, p.Col) }

func dumpError(e *Error) string {
	return fmt.Sprintf("error %s %s %s | %s", dumpPos(e.Pos), e.Module, dumpDesc(e.Desc), strings.ReplaceAll(e.Text, "\n", " "))
}

func dumpFloat(f float64) string {
	m, e, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	if !strings.Contains(m, ".") {
		m += ".0"
	}
	x, _ := strconv.Atoi(e)
	plain := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(plain, ".") {
		plain += ".0"
	}
	if short := m + "e" + strconv.Itoa(x); len(short) < len(plain) {
		return short
	}
	return plain
}

func dumpToken(t Token) string {
	anno := dumpPos(t.Pos)
	if t.Text != "" {
		anno = "[{text," + charList([]rune(t.Text)) + "},{location," + anno + "}]"
	}
	if !t.HasSymbol() {
		return "{" + QuoteAtom(t.Category()) + "," + anno + "}"
	}
	var sym string
	switch t.Kind {
	case KindInteger:
		sym = t.Int().String()
	case KindFloat:
		sym = dumpFloat(t.Float())
	case KindChar:
		sym = strconv.Itoa(int(t.Char()))
	case KindString, KindSigilSuffix, KindWhiteSpace, KindComment:
		sym = charList(t.Chars())
	default:
		sym = QuoteAtom(t.Value)
	}
	return "{" + t.Category() + "," + anno + "," + sym + "}"
}

func dumpScan(toks []Token, end Pos, err *Error) string {
	if err != nil {
		return dumpError(err)
	}
	parts := make([]string, len(toks))
	for i, t := range toks {
		parts[i] = dumpToken(t)
	}
	return "{ok,[" + strings.Join(parts, ",") + "]," + dumpPos(end) + "}"
}

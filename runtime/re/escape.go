package re

import (
	"strings"
	"unicode/utf8"
)

// escape reads what begins with a backslash, outside a class.
func (p *parser) escape() (node, bool) {
	start := p.pos
	p.pos++
	if !p.more() {
		p.fail(p.pos, "\\ at end of pattern")
	}
	c := p.src[p.pos]
	if set := p.classEscape(); set != nil {
		return &nClass{set}, true
	}
	simple := func(n node, q bool) (node, bool) { p.pos++; return n, q }
	switch c {
	case 'b':
		return simple(&nAssert{assertWord}, false)
	case 'B':
		return simple(&nAssert{assertNotWord}, false)
	case 'A':
		return simple(&nAssert{assertBegin}, false)
	case 'Z':
		return simple(&nAssert{assertEnd}, false)
	case 'z':
		return simple(&nAssert{assertVeryEnd}, false)
	case 'G':
		return simple(&nAssert{assertStart}, false)
	case 'K':
		return simple(&nKeep{}, false)
	case 'R':
		return simple(&nNewline{}, true)
	case 'N':
		return simple(&nNotNL{}, true)
	case 'X':
		return simple(&nGrapheme{}, true)
	case 'C':
		return simple(&nByte{}, true)
	case 'E':
		p.pos++
		return nil, false
	case 'Q':
		return p.quoted()
	case 'g':
		p.pos++
		return p.backslashG(), true
	case 'k':
		p.pos++
		var end byte
		switch {
		case p.take("{"):
			end = '}'
		case p.take("<"):
			end = '>'
		case p.take("'"):
			end = '\''
		default:
			p.fail(p.pos, "\\k is not followed by a braced, angle-bracketed, or quoted name")
		}
		name := p.name(end)
		return p.reference(name, p.pos-len(name)-1), true
	}
	if c >= '1' && c <= '9' {
		at := p.pos
		v := p.number()
		if v < 10 || v <= p.total {
			return p.backref(v, p.pos), true
		}
		p.pos = at
		if c >= '8' {
			p.fail(p.pos+1, "reference to non-existent subpattern")
		}
	}
	p.pos = start
	return p.literal(p.escapedChar(false)), true
}

// quoted reads \Q...\E as a sequence of literals; a quantifier behind it
// belongs to the last one, so all but that are given back as they are.
func (p *parser) quoted() (node, bool) {
	p.pos++
	end := strings.Index(string(p.src[p.pos:]), "\\E")
	text := p.src[p.pos:]
	if end >= 0 {
		text = text[:end]
	}
	var seq nSeq
	for len(text) > 0 {
		r, n := rune(text[0]), 1
		if p.opts.UTF {
			r, n = utf8.DecodeRune(text)
		}
		seq = append(seq, p.literal(r))
		text = text[n:]
		p.pos += n
	}
	if end >= 0 {
		p.pos += 2
	}
	if len(seq) == 0 {
		return nil, false
	}
	last := seq[len(seq)-1]
	if len(seq) == 1 {
		return last, true
	}
	at := p.pos
	return append(seq[:len(seq)-1:len(seq)-1], p.quantified(last, true, at)), false
}

// backslashG reads what follows \g: a number, relative or not, a name, or a
// call in angle brackets or quotes.
func (p *parser) backslashG() node {
	call := byte(0)
	if p.take("<") {
		call = '>'
	} else if p.take("'") {
		call = '\''
	}
	brace := call == 0 && p.take("{")
	sign := byte(0)
	if c := p.peek(); c == '-' || c == '+' {
		sign = c
		p.pos++
	}
	c := p.peek()
	if c < '0' || c > '9' {
		if sign != 0 || call == 0 && !brace {
			p.fail(p.pos, "a numbered reference must not be zero")
		}
		if call != 0 {
			return p.callName(p.name(call))
		}
		name := p.name('}')
		return p.reference(name, p.pos-len(name)-1)
	}
	v := p.number()
	switch sign {
	case '-':
		v = p.groups - v + 1
	case '+':
		v += p.groups
	}
	at := p.pos
	if brace {
		at = p.pos + 1
		if !p.take("}") {
			p.fail(p.pos, "\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number")
		}
	}
	if call != 0 {
		if !p.take(string(call)) {
			p.fail(p.pos, "\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number")
		}
		p.pending = append(p.pending, pendingRef{index: v, offset: at, set: func([]int) {}})
		return &nCall{v}
	}
	if v <= 0 {
		p.fail(at, "a numbered reference must not be zero")
	}
	return p.backref(v, at)
}

// escapedChar reads an escape that stands for one character.
func (p *parser) escapedChar(inClass bool) rune {
	p.pos++ // the backslash
	if !p.more() {
		p.fail(p.pos, "\\ at end of pattern")
	}
	c := p.char()
	switch c {
	case 'a':
		return 7
	case 'e':
		return 27
	case 'f':
		return 12
	case 'n':
		return 10
	case 'r':
		return 13
	case 't':
		return 9
	case 'b':
		if inClass {
			return 8
		}
	case 'c':
		if !p.more() {
			p.fail(p.pos, "\\c at end of pattern")
		}
		x := p.char()
		if x < 32 || x > 126 {
			p.fail(p.pos, "\\c must be followed by a printable ASCII character")
		}
		if x >= 'a' && x <= 'z' {
			x -= 32
		}
		return x ^ 64
	case 'o':
		if !p.take("{") {
			p.fail(p.pos, "missing opening brace after \\o")
		}
		return p.digits(8, '}')
	case 'x':
		if p.take("{") {
			return p.digits(16, '}')
		}
		v := rune(0)
		for i := 0; i < 2 && p.more(); i++ {
			d := digit(p.peek())
			if d >= 16 {
				break
			}
			v = v*16 + rune(d)
			p.pos++
		}
		return v
	case '0', '1', '2', '3', '4', '5', '6', '7':
		v := c - '0'
		for i := 0; i < 2 && p.more() && p.peek() >= '0' && p.peek() <= '7'; i++ {
			v = v*8 + rune(p.peek()-'0')
			p.pos++
		}
		if v > 255 && !p.opts.UTF {
			p.fail(p.pos, "octal value is greater than \\377 in 8-bit non-UTF-8 mode")
		}
		return v
	case 'L', 'l', 'U', 'u':
		p.fail(p.pos, "PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u")
	}
	if c < 128 && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') || c == '8' || c == '9' {
		if !inClass || c != '8' && c != '9' {
			p.fail(p.pos, "unrecognized character follows \\")
		}
	}
	return c
}

func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return 99
}

func (p *parser) digits(base int, end byte) rune {
	v := 0
	any := false
	for p.more() && p.peek() == ' ' {
		p.pos++
	}
	for p.more() && digit(p.peek()) < base {
		v = v*base + digit(p.peek())
		p.pos++
		any = true
		limit := 0x10FFFF
		if !p.opts.UTF {
			limit = 255
		}
		if v > limit {
			p.fail(p.pos, "character code point value in \\x{} or \\o{} is too large")
		}
	}
	for p.more() && p.peek() == ' ' {
		p.pos++
	}
	if !any || p.peek() != end || !p.more() {
		if base == 8 {
			p.fail(p.pos, "non-octal character in \\o{} (closing brace missing?)")
		}
		p.fail(p.pos, "non-hex character in \\x{} (closing brace missing?)")
	}
	p.pos++
	if p.opts.UTF && v >= 0xD800 && v < 0xE000 {
		p.fail(p.pos, "disallowed Unicode code point (>= 0xd800 && <= 0xdfff)")
	}
	return rune(v)
}

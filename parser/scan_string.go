package parser

import (
	"strings"
	"unicode/utf8"
)

// headLen is how many characters of an unterminated string its error shows.
const headLen = 16

func head(text string) Chars {
	n := 0
	for i := range text {
		if n == headLen {
			return Chars(text[:i])
		}
		n++
	}
	return Chars(text)
}

// quoted reads up to the closing delimiter, from off. It gives the characters
// and the offset after the delimiter. kind is what an error calls the token;
// the error's position is that of the first character after the opening one.
func (s *scanner) quoted(off int, closing byte, verbatim bool, kind any) (string, int, scanResult) {
	start := off
	var buf []byte // nil as long as the characters are the source's own
	for {
		if off >= len(s.src) {
			break
		}
		c := s.src[off]
		switch {
		case c == closing:
			if buf == nil {
				return s.src[start:off], off + 1, scanOK
			}
			return string(buf), off + 1, scanOK
		case c == '\\' && !verbatim:
			if buf == nil {
				buf = append(make([]byte, 0, 2*(off-start)+16), s.src[start:off]...)
			}
			r, end, res := escape(s.src, off)
			switch res {
			case escapeOK:
				buf = utf8.AppendRune(buf, r)
				off = end
			case escapeBad:
				return "", 0, s.fail(off, end, []any{"illegal", "character"})
			case escapeOpen:
				if !s.eof {
					return "", 0, scanMore
				}
				return "", 0, s.fail(start, len(s.src), []any{"unterminated", kind, head(string(buf))})
			}
		case c < utf8.RuneSelf:
			if buf != nil {
				buf = append(buf, c)
			}
			off++
		default:
			r, n := utf8.DecodeRuneInString(s.src[off:])
			if s.atEnd(off) {
				return "", 0, scanMore
			}
			if !legalRune(r) || r == utf8.RuneError && n == 1 {
				return "", 0, s.fail(off, off+n, []any{"illegal", "character"})
			}
			if buf != nil {
				buf = append(buf, s.src[off:off+n]...)
			}
			off += n
		}
	}
	if !s.eof {
		return "", 0, scanMore
	}
	text := s.src[start:]
	if buf != nil {
		text = string(buf)
	}
	return "", 0, s.fail(start, len(s.src), []any{"unterminated", kind, head(text)})
}

type escapeResult uint8

const (
	escapeOK escapeResult = iota
	escapeBad
	escapeOpen // the text ends within the sequence
)

// escape reads the escape sequence whose backslash is at off.
func escape(src string, off int) (rune, int, escapeResult) {
	off++
	if off >= len(src) {
		return 0, off, escapeOpen
	}
	switch c := src[off]; c {
	case 'n':
		return '\n', off + 1, escapeOK
	case 'r':
		return '\r', off + 1, escapeOK
	case 't':
		return '\t', off + 1, escapeOK
	case 'v':
		return '\v', off + 1, escapeOK
	case 'b':
		return '\b', off + 1, escapeOK
	case 'f':
		return '\f', off + 1, escapeOK
	case 'e':
		return 27, off + 1, escapeOK
	case 's':
		return ' ', off + 1, escapeOK
	case 'd':
		return 127, off + 1, escapeOK
	case 'x':
		return hexEscape(src, off+1)
	case '^':
		if off+1 >= len(src) {
			return 0, off + 1, escapeOpen
		}
		switch c := src[off+1]; {
		case c == '?':
			return 127, off + 2, escapeOK
		case c >= '@' && c <= '_' || c >= 'a' && c <= 'z':
			return rune(c & 31), off + 2, escapeOK
		}
		return 0, off + 1, escapeBad
	case '0', '1', '2', '3', '4', '5', '6', '7':
		v := rune(0)
		end := off
		for end < len(src) && end < off+3 && src[end] >= '0' && src[end] <= '7' {
			v = v*8 + rune(src[end]-'0')
			end++
		}
		return v, end, escapeOK
	}
	r, n := utf8.DecodeRuneInString(src[off:])
	if !legalRune(r) || r == utf8.RuneError && n <= 1 {
		return 0, off + n, escapeBad
	}
	return r, off + n, escapeOK
}

func hexEscape(src string, off int) (rune, int, escapeResult) {
	if off >= len(src) {
		return 0, off, escapeOpen
	}
	if src[off] != '{' {
		v := rune(0)
		for i := 0; i < 2; i++ {
			if off >= len(src) {
				return 0, off, escapeOpen
			}
			d := digitValue(src[off])
			if d >= 16 {
				return 0, off, escapeBad
			}
			v = v*16 + rune(d)
			off++
		}
		return v, off, escapeOK
	}
	v := rune(0)
	start := off + 1
	for off = start; off < len(src); off++ {
		if src[off] == '}' {
			if off == start || !legalRune(v) {
				return 0, off + 1, escapeBad
			}
			return v, off + 1, escapeOK
		}
		d := digitValue(src[off])
		if d >= 16 {
			return 0, off, escapeBad
		}
		if v <= utf8.MaxRune {
			v = v*16 + rune(d)
		}
	}
	return 0, off, escapeOpen
}

func (s *scanner) quotedAtom(toks *[]Token) scanResult {
	name, end, res := s.quoted(s.off+1, '\'', false, "atom")
	if res != scanOK {
		return res
	}
	if s.atEnd(end) {
		return scanMore
	}
	if len(name) > maxName && utf8.RuneCountInString(name) > maxName {
		return s.fail(s.off, end, []any{"illegal", "atom"})
	}
	raw := s.src[s.off:end]
	res = s.emit(toks, KindAtom, name, end)
	if s.opts.QuotedKeywords && (raw == "'maybe'" || raw == "'else'") {
		(*toks)[len(*toks)-1].Text = raw
	}
	return res
}

func (s *scanner) char(toks *[]Token) scanResult {
	off := s.off + 1
	if s.atEnd(off) {
		return scanMore
	}
	if off >= len(s.src) {
		return s.fail(s.off, off, []any{"unterminated", "char"})
	}
	if s.src[off] != '\\' {
		r, n := utf8.DecodeRuneInString(s.src[off:])
		if !legalRune(r) || r == utf8.RuneError && n == 1 {
			return s.fail(s.off, off, []any{"illegal", "character"})
		}
		return s.emit(toks, KindChar, s.src[off:off+n], off+n)
	}
	r, end, res := escape(s.src, off)
	if s.atEnd(end) {
		return scanMore // more octal digits may come
	}
	switch res {
	case escapeBad:
		return s.fail(s.off, end, []any{"illegal", "character"})
	case escapeOpen:
		return s.fail(s.off, end, []any{"unterminated", "char"})
	}
	return s.emit(toks, KindChar, string(r), end)
}

// quotes counts the double quotes from off on.
func (s *scanner) quotes(off int) int {
	n := 0
	for off+n < len(s.src) && s.src[off+n] == '"' {
		n++
	}
	return n
}

func (s *scanner) str(toks *[]Token) scanResult {
	n := s.quotes(s.off)
	if s.atEnd(s.off + n) {
		return scanMore
	}
	var value string
	var end int
	var res scanResult
	if n >= 3 {
		value, end, res = s.tripleQuoted(s.off+n, n, true, []any{"string", n})
	} else {
		value, end, res = s.quoted(s.off+1, '"', false, "string")
	}
	if res != scanOK {
		return res
	}
	if s.atEnd(end) {
		return scanMore
	}
	if s.isByte(end, '"') {
		return s.fail(end, end, "string_concat")
	}
	return s.emit(toks, KindString, value, end)
}

// tripleQuoted reads the lines of a string that n quotes opened, from the
// offset after those quotes.
func (s *scanner) tripleQuoted(off, n int, verbatim bool, kind any) (string, int, scanResult) {
	// Find the line that begins with white space and n quotes.
	start := off
	closing, quote := -1, 0 // where the last line begins, and its quotes
	for {
		nl := strings.IndexByte(s.src[off:], '\n')
		if nl < 0 {
			break
		}
		off += nl + 1
		i := off
		for w := s.whiteAt(i); w > 0 && s.src[i] != '\n'; w = s.whiteAt(i) {
			i += w
		}
		if q := s.quotes(i); q >= n {
			closing, quote = off, i
			break
		}
	}
	if closing < 0 {
		if !s.eof {
			return "", 0, scanMore
		}
		text := s.src[start:]
		if bad := illegalRune(text); bad >= 0 {
			return "", 0, s.fail(start+bad, start+bad, []any{"illegal", "character"})
		}
		if !verbatim && strings.HasSuffix(text, "\\") && !strings.HasSuffix(text, "\\\\") {
			text = text[:len(text)-1]
		}
		return "", 0, s.fail(start, len(s.src), []any{"unterminated", kind, head(text)})
	}
	if bad := illegalRune(s.src[start:closing]); bad >= 0 {
		return "", 0, s.fail(start+bad, start+bad, []any{"illegal", "character"})
	}
	first := start + strings.IndexByte(s.src[start:], '\n')
	for i := start; i < first; {
		w := s.whiteAt(i)
		if w == 0 {
			return "", 0, s.fail(i, i, "white_space")
		}
		i += w
	}
	indent := s.src[closing:quote]
	end := quote + n
	if closing == first+1 {
		return "", end, scanOK
	}
	// The newline before the last line is not part of the string.
	last := closing - 1
	if last > first+1 && s.src[last-1] == '\r' {
		last--
	}
	var b strings.Builder
	for line := first + 1; line <= last; {
		stop := strings.IndexByte(s.src[line:last], '\n')
		if stop < 0 {
			stop = last
		} else {
			stop += line
		}
		text := s.src[line:stop]
		switch {
		case strings.HasPrefix(text, indent):
			if res := s.tripleLine(&b, line+len(indent), stop, verbatim); res != scanOK {
				return "", 0, res
			}
		case strings.Trim(text, "\r") == "":
			b.WriteString(text)
		default:
			i := 0
			for i < len(text) && i < len(indent) && text[i] == indent[i] {
				i++
			}
			return "", 0, s.fail(line+i, line+i, "indentation")
		}
		if stop < last {
			b.WriteByte('\n')
		}
		line = stop + 1
	}
	return b.String(), end, scanOK
}

// tripleLine writes one line of a triple-quoted string without its indentation.
func (s *scanner) tripleLine(b *strings.Builder, from, to int, verbatim bool) scanResult {
	if verbatim {
		b.WriteString(s.src[from:to])
		return scanOK
	}
	for from < to {
		if s.src[from] != '\\' || from+1 == to {
			// A backslash before the newline escapes it, which changes nothing.
			if s.src[from] != '\\' {
				b.WriteByte(s.src[from])
			}
			from++
			continue
		}
		r, end, res := escape(s.src[:to], from)
		if res != escapeOK {
			// erl_scan names the character after the backslash here.
			return s.fail(from+1, end, []any{"illegal", "character"})
		}
		b.WriteRune(r)
		from = end
	}
	return scanOK
}

var sigilClosing = [128]byte{
	'(': ')', '[': ']', '{': '}', '<': '>', '/': '/', '|': '|',
	'\'': '\'', '"': '"', '`': '`', '#': '#',
}

// sigil takes a sigil's prefix, string and suffix.
func (s *scanner) sigil(toks *[]Token) scanResult {
	nameEnd := s.nameEnd(s.off + 1)
	if s.atEnd(nameEnd) {
		return scanMore
	}
	name := s.src[s.off+1 : nameEnd]
	if len(name) > maxName && utf8.RuneCountInString(name) > maxName {
		return s.fail(s.off, nameEnd, []any{"illegal", "sigil_prefix"})
	}
	if nameEnd == len(s.src) || s.src[nameEnd] >= utf8.RuneSelf || sigilClosing[s.src[nameEnd]] == 0 {
		return s.fail(nameEnd, nameEnd, []any{"illegal", "string"})
	}
	opening := s.src[nameEnd]
	n := s.quotes(nameEnd)
	if s.atEnd(nameEnd + n) {
		return scanMore
	}
	triple := n >= 3
	verbatim := name != "s" && name != "b" && (name != "" || triple)
	var value string
	var end int
	var res scanResult
	if triple {
		value, end, res = s.tripleQuoted(nameEnd+n, n, verbatim, []any{"sigil", name, n})
	} else {
		closing := sigilClosing[opening]
		value, end, res = s.quoted(nameEnd+1, closing, verbatim, []any{"sigil", name, rune(opening), rune(closing)})
	}
	if res != scanOK {
		return res
	}
	suffixEnd := s.nameEnd(end)
	if s.atEnd(suffixEnd) {
		return scanMore
	}
	if s.isByte(end, '"') {
		return s.fail(end, end, "string_concat")
	}
	suffix := s.src[end:suffixEnd]
	s.emit(toks, KindSigilPrefix, name, nameEnd)
	s.emit(toks, KindString, value, end)
	return s.emit(toks, KindSigilSuffix, suffix, suffixEnd)
}

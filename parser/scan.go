package parser

import (
	"strings"
	"unicode/utf8"
)

// ScanOptions are the options of erl_scan.
type ScanOptions struct {
	// Text keeps the source text of every token.
	Text bool
	// QuotedKeywords keeps the source text of atoms that are quoted since a
	// feature makes keywords of them, as epp does.
	QuotedKeywords bool
	// WhiteSpace and Comments return tokens that the parser has no use for.
	WhiteSpace, Comments bool
	// Reserved says whether a word is reserved; nil stands for ReservedWord.
	Reserved func(string) bool
}

// ReservedWord says whether OTP 29 reserves a word by default.
func ReservedWord(w string) bool {
	k, ok := kindsByName[w]
	return ok && k >= KindAfter && k <= KindXor
}

// ReservedWordNoMaybe is ReservedWord with the feature maybe_expr disabled.
func ReservedWordNoMaybe(w string) bool { return w != "maybe" && w != "else" && ReservedWord(w) }

// maxName is the most characters an atom or a variable may have.
const maxName = 255

// Scan turns source text into tokens and gives the position after them, as
// erl_scan:string/3 does.
func Scan(src string, start Pos, opts ScanOptions) ([]Token, Pos, *Error) {
	s := newScanner(src, start, opts)
	s.eof = true
	toks := make([]Token, 0, len(src)/4+4)
	for {
		switch s.next(&toks) {
		case scanEnd:
			return toks, s.pos(), nil
		case scanError:
			return nil, s.pos(), s.err
		}
	}
}

// A scanner takes tokens from the front of a text. A token that touches the
// end of the text is only taken when eof says that no more text will come.
type scanner struct {
	src  string
	off  int
	line int32
	col  int32
	eof  bool
	opts ScanOptions
	err  *Error
}

type scanResult uint8

const (
	scanOK scanResult = iota
	scanEnd
	scanMore
	scanError
)

func newScanner(src string, start Pos, opts ScanOptions) *scanner {
	if opts.Reserved == nil {
		opts.Reserved = ReservedWord
	}
	return &scanner{src: src, line: start.Line, col: start.Col, opts: opts}
}

func (s *scanner) pos() Pos { return Pos{s.line, s.col} }

// posAt is the position of the byte at off, which is not before s.off.
func (s *scanner) posAt(off int) Pos {
	line, col := s.line, s.col
	for _, r := range s.src[s.off:off] {
		if r == '\n' {
			line++
			if col > 0 {
				col = 1
			}
		} else if col > 0 {
			col++
		}
	}
	return Pos{line, col}
}

// advance moves to off.
func (s *scanner) advance(off int) {
	p := s.posAt(off)
	s.off, s.line, s.col = off, p.Line, p.Col
}

// fail reports an error at the byte at, having read up to end.
func (s *scanner) fail(at, end int, desc any) scanResult {
	return s.failAt(s.posAt(at), end, desc)
}

func (s *scanner) failAt(p Pos, end int, desc any) scanResult {
	s.err = &Error{Pos: p, Module: "erl_scan", Desc: desc, Text: scanErrorText(desc)}
	s.advance(end)
	return scanError
}

// emit appends the token that ends at off and moves there.
func (s *scanner) emit(toks *[]Token, k Kind, value string, off int) scanResult {
	t := Token{Kind: k, Pos: Pos{s.line, s.col}, Value: value}
	if s.opts.Text {
		t.Text = s.src[s.off:off]
	}
	*toks = append(*toks, t)
	s.advance(off)
	return scanOK
}

// symbol is emit for a token that is all ASCII without a newline.
func (s *scanner) symbol(toks *[]Token, k Kind, n int) scanResult {
	t := Token{Kind: k, Pos: Pos{s.line, s.col}}
	if s.opts.Text {
		t.Text = s.src[s.off : s.off+n]
	}
	*toks = append(*toks, t)
	s.off += n
	if s.col > 0 {
		s.col += int32(n)
	}
	return scanOK
}

// next takes white space, comments and one token (a sigil's three at once).
func (s *scanner) next(toks *[]Token) scanResult {
	for {
		if s.off >= len(s.src) {
			if s.eof {
				return scanEnd
			}
			return scanMore
		}
		c := s.src[s.off]
		switch {
		case c <= ' ':
			if r := s.white(toks); r != scanOK || s.opts.WhiteSpace {
				return r
			}
		case c == '%':
			if r := s.comment(toks); r != scanOK || s.opts.Comments {
				return r
			}
		case c >= 'a' && c <= 'z':
			return s.word(toks, KindAtom)
		case c >= 'A' && c <= 'Z', c == '_':
			return s.word(toks, KindVar)
		case c >= '0' && c <= '9':
			return s.number(toks)
		case c == '"':
			return s.str(toks)
		case c == '\'':
			return s.quotedAtom(toks)
		case c == '$':
			return s.char(toks)
		case c == '~':
			return s.sigil(toks)
		case c < utf8.RuneSelf:
			return s.punctuation(toks)
		default:
			r, n := utf8.DecodeRuneInString(s.src[s.off:])
			switch {
			case r == utf8.RuneError && n <= 1:
				if !s.eof && !utf8.FullRuneInString(s.src[s.off:]) {
					return scanMore
				}
				return s.fail(s.off, s.off+1, []any{"illegal", "character"})
			case r <= 0xA0:
				if r := s.white(toks); r != scanOK || s.opts.WhiteSpace {
					return r
				}
			case r >= 0xDF && r <= 0xFF && r != 0xF7:
				return s.word(toks, KindAtom)
			case r >= 0xC0 && r <= 0xDE && r != 0xD7:
				return s.word(toks, KindVar)
			case r <= 0xFF:
				return s.emit(toks, KindSymbol, string(r), s.off+n)
			default:
				return s.fail(s.off, s.off+n, []any{"illegal", "character"})
			}
		}
	}
}

// whiteAt is the length of the white space character at off, 0 if none.
func (s *scanner) whiteAt(off int) int {
	if off >= len(s.src) {
		return 0
	}
	if c := s.src[off]; c <= ' ' {
		return 1
	} else if c < utf8.RuneSelf {
		return 0
	}
	if r, n := utf8.DecodeRuneInString(s.src[off:]); r >= 0x80 && r <= 0xA0 {
		return n
	}
	return 0
}

// white takes white space. Where it is wanted as tokens they are cut as
// erl_scan cuts them: a newline goes with the spaces or else the tabs after it.
func (s *scanner) white(toks *[]Token) scanResult {
	if !s.opts.WhiteSpace {
		for n := s.whiteAt(s.off); n > 0; n = s.whiteAt(s.off) {
			if s.src[s.off] == '\n' {
				s.line++
				if s.col > 0 {
					s.col = 1
				}
			} else if s.col > 0 {
				s.col++
			}
			s.off += n
		}
		return scanOK
	}
	end := s.off
	same := func(c byte) {
		for end < len(s.src) && s.src[end] == c {
			end++
		}
	}
	switch c := s.src[s.off]; c {
	case ' ', '\t':
		same(c)
	case '\n':
		end++
		if end < len(s.src) && (s.src[end] == ' ' || s.src[end] == '\t') {
			same(s.src[end])
		}
	default:
		for n := s.whiteAt(end); n > 0 && s.src[end] != '\n'; n = s.whiteAt(end) {
			end += n
		}
	}
	if end == len(s.src) && !s.eof {
		return scanMore
	}
	return s.emit(toks, KindWhiteSpace, s.src[s.off:end], end)
}

func (s *scanner) comment(toks *[]Token) scanResult {
	end := strings.IndexByte(s.src[s.off:], '\n')
	if end < 0 {
		if !s.eof {
			return scanMore
		}
		end = len(s.src)
	} else {
		end += s.off
	}
	if bad := illegalRune(s.src[s.off:end]); bad >= 0 {
		return s.fail(s.off, s.off+bad, []any{"illegal", "character"})
	}
	if s.opts.Comments {
		return s.emit(toks, KindComment, s.src[s.off:end], end)
	}
	s.advance(end)
	return scanOK
}

// illegalRune is the offset of the first character that Erlang source may
// not hold, -1 if there is none.
func illegalRune(text string) int {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			for j, r := range text[i:] {
				if !legalRune(r) || r == utf8.RuneError && badUTF8(text[i+j:]) {
					return i + j
				}
			}
			return -1
		}
	}
	return -1
}

func badUTF8(text string) bool { _, n := utf8.DecodeRuneInString(text); return n <= 1 }

// legalRune says whether Erlang takes a code point as a character.
func legalRune(r rune) bool {
	return r >= 0 && r < 0xD800 || r > 0xDFFF && r < 0xFFFE || r > 0xFFFF && r <= 0x10FFFF
}

// nameEnd is the end of the name characters that begin at off.
func (s *scanner) nameEnd(off int) int {
	for off < len(s.src) {
		c := s.src[off]
		if nameByte(c) {
			off++
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeRuneInString(s.src[off:])
		if n == 1 || r < 0xC0 || r > 0xFF || r == 0xD7 || r == 0xF7 {
			break
		}
		off += n
	}
	return off
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '@'
}

// atEnd says that a token which could go on ends where the text does for now.
func (s *scanner) atEnd(off int) bool {
	return !s.eof && (off >= len(s.src) || !utf8.FullRuneInString(s.src[off:]))
}

// digitsAtEnd says the same of digits: an underscore may have more behind it.
func (s *scanner) digitsAtEnd(off int) bool {
	return s.atEnd(off) || s.isByte(off, '_') && s.atEnd(off+1)
}

func (s *scanner) word(toks *[]Token, k Kind) scanResult {
	end := s.nameEnd(s.off)
	if s.atEnd(end) {
		return scanMore
	}
	name := s.src[s.off:end]
	if len(name) > maxName && utf8.RuneCountInString(name) > maxName {
		return s.fail(s.off, end, []any{"illegal", kindNames[k]})
	}
	if k == KindAtom && s.opts.Reserved(name) {
		if rk, ok := kindsByName[name]; ok {
			return s.symbol(toks, rk, len(name))
		}
		return s.emit(toks, KindSymbol, name, end)
	}
	return s.emit(toks, k, name, end)
}

// symbols lists the punctuation by its first byte, longest first.
var symbols = func() (t [128][]string) {
	for k := KindLParen; k < KindAfter; k++ {
		if k == KindPeriod {
			continue
		}
		name := kindNames[k]
		list := append(t[name[0]], name)
		for i := len(list) - 1; i > 0 && len(list[i]) > len(list[i-1]); i-- {
			list[i], list[i-1] = list[i-1], list[i]
		}
		t[name[0]] = list
	}
	return t
}()

func (s *scanner) punctuation(toks *[]Token) scanResult {
	rest := s.src[s.off:]
	c := rest[0]
	if !s.eof && len(rest) < 3 {
		// A longer symbol may be on its way; not so if none begins like this.
		for _, name := range symbols[c] {
			if len(name) > len(rest) && strings.HasPrefix(name, rest) {
				return scanMore
			}
		}
	}
	for _, name := range symbols[c] {
		if strings.HasPrefix(rest, name) {
			return s.symbol(toks, kindsByName[name], len(name))
		}
	}
	if c == '.' {
		return s.dot(toks)
	}
	return s.emit(toks, KindSymbol, rest[:1], s.off+1)
}

// dot takes a full stop, which ends a form where white space, a comment or
// the end of the text follows; it swallows one white space character.
func (s *scanner) dot(toks *[]Token) scanResult {
	next := s.off + 1
	if s.atEnd(next) {
		return scanMore
	}
	if next == len(s.src) || s.src[next] == '%' {
		return s.symbol(toks, KindDot, 1)
	}
	if n := s.whiteAt(next); n > 0 {
		return s.emit(toks, KindDot, "", next+n)
	}
	return s.symbol(toks, KindPeriod, 1)
}

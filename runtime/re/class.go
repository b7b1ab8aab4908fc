package re

import (
	"strings"
	"unicode"
)

// class is a set of characters: a bitmap for those below 256, ranges and
// Unicode tables for the others.
type class struct {
	bits    [8]uint32
	ranges  []runeRange
	tables  []*unicode.RangeTable
	not     []*unicode.RangeTable // characters outside these belong to it
	negated bool
	utf     bool
}

type runeRange struct{ lo, hi rune }

func (s *class) addByte(c rune) { s.bits[c>>5] |= 1 << (c & 31) }

func (s *class) add(lo, hi rune) {
	for c := lo; c <= hi && c < 256; c++ {
		s.addByte(c)
	}
	if hi >= 256 {
		s.ranges = append(s.ranges, runeRange{max(lo, 256), hi})
	}
}

func (s *class) has(c rune) bool { return s.holds(c) != s.negated }

func (s *class) holds(c rune) bool {
	if c < 256 && s.bits[c>>5]&(1<<(c&31)) != 0 {
		return true
	}
	for _, r := range s.ranges {
		if c >= r.lo && c <= r.hi {
			return true
		}
	}
	for _, t := range s.tables {
		if unicode.Is(t, c) {
			return true
		}
	}
	for _, t := range s.not {
		if !unicode.Is(t, c) {
			return true
		}
	}
	return false
}

// addSet adds a set made by an escape or a POSIX name.
func (s *class) addSet(o *class) {
	if !o.negated {
		for i := range s.bits {
			s.bits[i] |= o.bits[i]
		}
		s.ranges = append(s.ranges, o.ranges...)
		s.tables = append(s.tables, o.tables...)
		s.not = append(s.not, o.not...)
		return
	}
	for c := rune(0); c < 256; c++ {
		if o.has(c) {
			s.addByte(c)
		}
	}
	if s.utf {
		// Above 255 an inverted set is what its tables leave out.
		if len(o.tables) == 0 && len(o.ranges) == 0 {
			s.ranges = append(s.ranges, runeRange{256, unicode.MaxRune})
			return
		}
		s.not = append(s.not, o.tables...)
		lo := rune(256)
		for _, r := range o.ranges {
			if r.lo > lo {
				s.ranges = append(s.ranges, runeRange{lo, r.lo - 1})
			}
			lo = max(lo, r.hi+1)
		}
		if len(o.ranges) > 0 && lo <= unicode.MaxRune {
			s.ranges = append(s.ranges, runeRange{lo, unicode.MaxRune})
		}
	}
}

// foldAll adds the other cases of all characters in the set.
func (s *class) foldAll() {
	for c := rune(0); c < 256; c++ {
		if s.bits[c>>5]&(1<<(c&31)) == 0 {
			continue
		}
		s.eachFold(c)
	}
	for _, r := range s.ranges[:len(s.ranges):len(s.ranges)] {
		// Long ranges have both cases in them, or would cost too much.
		for c := r.lo; c <= r.hi && c-r.lo < 4096; c++ {
			s.eachFold(c)
		}
	}
}

func (s *class) eachFold(c rune) {
	for f := otherCase(c, s.utf); f != c; f = otherCase(f, s.utf) {
		if f < 256 {
			s.addByte(f)
		} else if s.utf {
			s.ranges = append(s.ranges, runeRange{f, f})
		}
	}
}

// otherCase gives the next character that is the same but for its case, c
// itself after the last. Bytes are ISO Latin-1.
func otherCase(c rune, utf bool) rune {
	if utf {
		return unicode.SimpleFold(c)
	}
	switch {
	case c >= 'a' && c <= 'z':
		return c - 32
	case c >= 'A' && c <= 'Z':
		return c + 32
	}
	return c
}

// Sets of the plain escapes. Without UCP, letters and digits above 127 do not
// count.

func (p *parser) setOf(test func(c rune) bool) *class {
	s := &class{utf: p.opts.UTF}
	for c := rune(0); c < 256; c++ {
		if test(c) {
			s.addByte(c)
		}
	}
	return s
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

func (p *parser) isLetter(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func (p *parser) isWord(c rune) bool { return isDigit(c) || c == '_' || p.isLetter(c) }

func (p *parser) isSpace(c rune) bool {
	return c == ' ' || c >= 9 && c <= 13
}

// classEscape reads \d \D \s \S \w \W \h \H \v \V \p \P; nil if there is none.
func (p *parser) classEscape() *class {
	c := p.src[p.pos]
	var s *class
	switch c {
	case 'd', 'D':
		s = p.setOf(isDigit)
		if p.opts.UCP {
			s.tables = append(s.tables, unicode.Nd)
		}
	case 's', 'S':
		s = p.setOf(p.isSpace)
		if p.opts.UCP {
			s.tables = append(s.tables, unicode.Z)
			s.addByte(0x85)
		}
	case 'w', 'W':
		s = p.setOf(p.isWord)
		if p.opts.UCP {
			s.tables = append(s.tables, unicode.L, unicode.N, unicode.Mn, unicode.Pc)
		}
	case 'h', 'H':
		s = p.setOf(func(c rune) bool { return c == 9 || c == ' ' || c == 0xA0 })
		if p.opts.UTF {
			s.ranges = append(s.ranges, runeRange{0x1680, 0x1680}, runeRange{0x180E, 0x180E}, runeRange{0x2000, 0x200A},
				runeRange{0x202F, 0x202F}, runeRange{0x205F, 0x205F}, runeRange{0x3000, 0x3000})
		}
	case 'v', 'V':
		s = p.setOf(func(c rune) bool { return c >= 10 && c <= 13 || c == 0x85 })
		if p.opts.UTF {
			s.ranges = append(s.ranges, runeRange{0x2028, 0x2029})
		}
	case 'p', 'P':
		return p.property()
	default:
		return nil
	}
	p.pos++
	s.negated = c >= 'A' && c <= 'Z'
	return s
}

// property reads \pL, \p{Lu}, \p{^Greek}, \P{...}.
func (p *parser) property() *class {
	negated := p.src[p.pos] == 'P'
	p.pos++
	name := ""
	if p.take("{") {
		end := strings.IndexByte(string(p.src[p.pos:]), '}')
		if end < 0 {
			p.fail(len(p.src), "malformed \\P or \\p sequence")
		}
		name = strings.TrimSpace(string(p.src[p.pos : p.pos+end]))
		p.pos += end + 1
		if rest, ok := strings.CutPrefix(name, "^"); ok {
			name, negated = rest, !negated
		}
	} else {
		if !p.more() {
			p.fail(p.pos, "malformed \\P or \\p sequence")
		}
		name = string(p.char())
	}
	s := &class{utf: true, negated: negated}
	add := func(t *unicode.RangeTable) { s.tables = append(s.tables, t) }
	switch name {
	case "Any":
		s.add(0, unicode.MaxRune)
	case "L&":
		add(unicode.Lu)
		add(unicode.Ll)
		add(unicode.Lt)
	case "Xan":
		add(unicode.L)
		add(unicode.N)
	case "Xwd":
		add(unicode.L)
		add(unicode.N)
		s.addByte('_')
	case "Xsp", "Xps":
		add(unicode.Z)
		s.add(9, 13)
		s.addByte(0x85)
	case "Xuc":
		s.addByte('$')
		s.addByte('@')
		s.addByte('`')
		s.add(0xA0, 0xD7FF)
		s.add(0xE000, unicode.MaxRune)
	default:
		if i := strings.IndexAny(name, "=:"); i >= 0 {
			name = name[i+1:]
		}
		if t := propertyTable(name); t != nil {
			add(t)
		} else if name == "Cn" || name == "Unassigned" {
			s.negated = !s.negated
			for _, t := range unicode.Categories {
				add(t)
			}
		} else {
			p.fail(p.pos, "unknown property after \\P or \\p")
		}
	}
	return s
}

func propertyTable(name string) *unicode.RangeTable {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s))
	}
	if t := unicode.Categories[name]; t != nil {
		return t
	}
	for _, tables := range []map[string]*unicode.RangeTable{unicode.Scripts, unicode.Categories, unicode.Properties} {
		for k, t := range tables {
			if plain(k) == plain(name) {
				return t
			}
		}
	}
	return nil
}

var posixNames = map[string]func(p *parser, c rune) bool{
	"alpha": func(p *parser, c rune) bool { return p.isLetter(c) },
	"lower": func(p *parser, c rune) bool { return p.isLetter(c) && unicode.IsLower(c) },
	"upper": func(p *parser, c rune) bool { return p.isLetter(c) && unicode.IsUpper(c) },
	"alnum": func(p *parser, c rune) bool { return p.isLetter(c) || isDigit(c) },
	"ascii": func(_ *parser, c rune) bool { return c < 128 },
	"blank": func(_ *parser, c rune) bool { return c == 9 || c == ' ' },
	"cntrl": func(_ *parser, c rune) bool { return c < 32 || c == 127 },
	"digit": func(_ *parser, c rune) bool { return isDigit(c) },
	"graph": func(_ *parser, c rune) bool { return c > 32 && c < 127 },
	"print": func(_ *parser, c rune) bool { return c >= 32 && c < 127 },
	"punct": func(p *parser, c rune) bool {
		return isPunct(c)
	},
	"space":  func(p *parser, c rune) bool { return p.isSpace(c) },
	"word":   func(p *parser, c rune) bool { return p.isWord(c) },
	"xdigit": func(_ *parser, c rune) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' },
}

func isPunct(c rune) bool { return c > 32 && c < 127 && !isDigit(c) && !unicode.IsLetter(c) }

var posixTables = map[string][]*unicode.RangeTable{
	"alpha": {unicode.L}, "lower": {unicode.Ll}, "upper": {unicode.Lu}, "alnum": {unicode.L, unicode.N},
	"digit": {unicode.Nd}, "space": {unicode.Z}, "word": {unicode.L, unicode.N, unicode.Mn, unicode.Pc},
	"punct": {unicode.P}, "graph": {unicode.L, unicode.M, unicode.N, unicode.P, unicode.S},
	"print": {unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs},
}

// class reads [...].
func (p *parser) class() node {
	open := p.pos
	p.pos++
	s := &class{utf: p.opts.UTF}
	if p.take("^") {
		s.negated = true
	}
	first := true
	unterminated := func() { p.fail(len(p.src), "missing terminating ] for character class") }
	_ = open
	for {
		if !p.more() {
			unterminated()
		}
		if p.peek() == ']' && !first {
			p.pos++
			break
		}
		first = false
		if p.has("[:") || p.has("[.") || p.has("[=") {
			if p.posix(s) {
				continue
			}
		}
		if p.take("\\E") {
			continue
		}
		if p.take("\\Q") {
			for p.more() && !p.take("\\E") {
				c := p.char()
				s.add(c, c)
			}
			continue
		}
		lo, set := p.classItem()
		if set != nil {
			s.addSet(set)
			continue
		}
		if p.peek() != '-' || p.pos+1 >= len(p.src) || p.src[p.pos+1] == ']' {
			s.add(lo, lo)
			continue
		}
		p.pos++
		if p.has("[:") {
			p.fail(p.pos, "invalid range in character class")
		}
		hi, set := p.classItem()
		if set != nil {
			p.fail(p.pos, "invalid range in character class")
		}
		if hi < lo {
			p.fail(p.pos, "range out of order in character class")
		}
		s.add(lo, hi)
	}
	if p.flags.caseless {
		s.foldAll()
	}
	return &nClass{s}
}

// classItem reads one member of a class: a character, or the set of an escape.
func (p *parser) classItem() (rune, *class) {
	if p.peek() != '\\' {
		return p.char(), nil
	}
	if p.pos+1 >= len(p.src) {
		p.fail(p.pos+1, "\\ at end of pattern")
	}
	p.pos++
	if set := p.classEscape(); set != nil {
		return 0, set
	}
	p.pos--
	switch p.src[p.pos+1] {
	case 'B', 'R', 'X', 'N':
		p.fail(p.pos+2, "escape sequence is invalid in character class")
	}
	return p.escapedChar(true), nil
}

// posix reads [:name:]; false if this is no such thing.
func (p *parser) posix(s *class) bool {
	kind := p.src[p.pos+1]
	end := strings.Index(string(p.src[p.pos+2:]), string(kind)+"]")
	if end < 0 {
		return false
	}
	name := string(p.src[p.pos+2 : p.pos+2+end])
	if strings.ContainsAny(name, "[]\\") {
		return false
	}
	if kind != ':' {
		p.fail(p.pos+2+end, "POSIX collating elements are not supported")
	}
	negated := false
	if rest, ok := strings.CutPrefix(name, "^"); ok {
		name, negated = rest, true
	}
	test := posixNames[name]
	if test == nil {
		p.fail(p.pos+2+end+2, "unknown POSIX class name")
	}
	if p.flags.caseless && (name == "upper" || name == "lower") {
		test = posixNames["alpha"]
	}
	set := p.setOf(func(c rune) bool { return test(p, c) })
	if p.opts.UCP {
		set.tables = append(set.tables, posixTables[name]...)
	}
	set.negated = negated
	s.addSet(set)
	p.pos += 2 + end + 2
	return true
}

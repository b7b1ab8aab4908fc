package re

import (
	"bytes"
	"errors"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// MatchOptions of one search.
type MatchOptions struct {
	Offset          int // in bytes
	Anchored        bool
	NotEmpty        bool
	NotEmptyAtStart bool
	NotBOL, NotEOL  bool
	// Newline, when not nil, takes the place of the pattern's convention.
	Newline *Newline
	// Limit bounds the steps, Depth the nesting of recursions; 0: defaults.
	Limit, Depth int
}

// Why a search was given up.
var (
	ErrLimit = errors.New("match_limit")
	ErrDepth = errors.New("match_limit_recursion")
)

// DefaultLimit and DefaultDepth are as large as keeps a hopeless search within
// a second or so.
const (
	DefaultLimit = 10_000_000
	DefaultDepth = 10_000
)

// Match finds the first match. The result holds two offsets for the whole
// match and for each group, -1 where a group did not take part; nil if there
// is no match.
func (r *Regexp) Match(subject []byte, o MatchOptions) ([]int, error) {
	m := &matcher{r: r, src: subject, o: o, limit: o.Limit, depthLimit: o.Depth, behindEnd: -1, nl: r.opts.Newline}
	if m.limit == 0 {
		m.limit = DefaultLimit
	}
	if m.depthLimit == 0 {
		m.depthLimit = DefaultDepth
	}
	if o.Newline != nil {
		m.nl = *o.Newline
	}
	m.caps = make([]int, 2*(r.groups+1))
	m.regs = make([]int, r.registers+r.groups+1)
	for start := o.Offset; start <= len(subject); {
		if r.first >= 0 && !r.anchored && !o.Anchored {
			i := bytes.IndexByte(subject[start:], byte(r.first))
			if i < 0 {
				return nil, nil
			}
			start += i
		}
		for i := range m.caps {
			m.caps[i] = -1
		}
		m.start, m.keep, m.frame, m.verb = start, start, nil, verbNone
		m.stack = m.stack[:0]
		if m.run(0, start) {
			m.caps[0], m.caps[1] = m.keep, m.pos
			return m.caps, nil
		}
		if m.err != nil {
			return nil, m.err
		}
		if r.anchored || o.Anchored || m.verb == verbCommit {
			return nil, nil
		}
		if r.opts.FirstLine && newlineAt(m.nl, subject, start) > 0 {
			return nil, nil
		}
		if m.verb == verbSkip && m.skipTo > start {
			start = m.skipTo
			continue
		}
		if start == len(subject) {
			break
		}
		start += m.width(start)
	}
	return nil, nil
}

// verbNone says that no backtracking verb has cut the search short.
const verbNone verb = 255

type matcher struct {
	r          *Regexp
	src        []byte
	o          MatchOptions
	nl         Newline
	caps, regs []int
	stack      []state
	frame      *frame
	start      int // where this attempt began
	keep       int // where the match begins, for \K
	pos        int // where the last run ended
	behindEnd  int // where a lookbehind must end, or -1
	steps      int
	limit      int
	depth      int
	depthLimit int
	verb       verb
	skipTo     int
	err        error
}

// frame is a recursion under way.
type frame struct {
	group, at, ret int
	caps           []int
	up             *frame
}

type stateKind uint8

const (
	statePoint stateKind = iota // go on at pc and pos
	stateCap                    // give capture a its value b back
	stateReg                    // give register a its value b back
	stateCaps                   // give all captures back
	stateKeep                   // give keep its value a back
	stateRun                    // a greedy run may give characters back, down to a
	stateVerb                   // a backtracking verb
)

type state struct {
	kind    stateKind
	pc, pos int
	a, b    int
	frame   *frame
	caps    []int
}

// width is the length of the character at a position.
func (m *matcher) width(pos int) int {
	if !m.r.opts.UTF || m.src[pos] < 0x80 {
		return 1
	}
	_, n := utf8.DecodeRune(m.src[pos:])
	return n
}

func (m *matcher) rune(pos int) (rune, int) {
	c := m.src[pos]
	if !m.r.opts.UTF || c < 0x80 {
		return rune(c), 1
	}
	return utf8.DecodeRune(m.src[pos:])
}

// back is the position of the character before pos.
func (m *matcher) back(pos int) int {
	pos--
	if m.r.opts.UTF {
		for pos > 0 && m.src[pos]&0xC0 == 0x80 {
			pos--
		}
	}
	return pos
}

func (m *matcher) push(s state) { m.stack = append(m.stack, s) }

func (m *matcher) setCap(i, v int) {
	m.push(state{kind: stateCap, a: i, b: m.caps[i]})
	m.caps[i] = v
}

// run executes from pc until the program, or the body of a lookaround, ends.
// It reports whether that was reached; pos says where. What it leaves on the
// stack above its beginning lets a caller go back into it.
func (m *matcher) run(pc, pos int) bool {
	base := len(m.stack)
	prog := m.r.prog
	for {
		if m.steps++; m.steps > m.limit {
			m.err = ErrLimit
			return false
		}
		i := &prog[pc]
		ok := true
		switch i.op {
		case opChar, opFold, opAny, opAll, opByte, opClass:
			n := m.one(i, pos)
			if ok = n > 0; ok {
				pos += n
				pc++
			}
		case opSplit:
			m.push(state{kind: statePoint, pc: i.y, pos: pos, frame: m.frame})
			pc = i.x
		case opJump:
			pc = i.x
		case opSave:
			if i.n&1 == 0 {
				m.open(i.n, pos)
			} else {
				m.setCap(i.n-1, m.regs[m.r.registers+i.n/2])
				m.setCap(i.n, pos)
			}
			pc++
		case opKeep:
			m.push(state{kind: stateKeep, a: m.keep})
			m.keep = pos
			pc++
		case opAssert:
			ok = m.assert(assertKind(i.n), pos)
			pc++
		case opNewline:
			n := m.anyNewline(pos)
			if ok = n > 0; ok {
				pos += n
				pc++
			}
		case opGrapheme:
			if ok = pos < len(m.src); ok {
				pos += m.grapheme(pos)
				pc++
			}
		case opBackref:
			n := m.backref(i, pos)
			if ok = n >= 0; ok {
				pos += n
				pc++
			}
		case opLook:
			ok = m.look(i, pc, pos)
			pc = i.x
		case opAtomic:
			if ok = m.nested(pc+1, pos, -1); ok {
				pos = m.pos
				pc = i.x
			}
		case opDone:
			if m.behindEnd >= 0 && pos != m.behindEnd {
				ok = false
				break
			}
			m.pos = pos
			return true
		case opCall:
			ok = m.call(i.n, pc+1, pos)
			if ok {
				pc = 0
				if i.n > 0 {
					pc = m.r.groupPC[i.n]
				}
			}
		case opGroupEnd:
			pc++
			if f := m.frame; f != nil && f.group == i.n {
				m.push(state{kind: stateCaps, caps: append([]int(nil), m.caps...), frame: f})
				copy(m.caps, f.caps)
				m.frame = f.up
				pc = f.ret
			}
		case opCond:
			yes := false
			switch condKind(i.n) {
			case condGroup:
				for _, g := range i.refs {
					yes = yes || m.caps[2*g+1] >= 0
				}
			case condRecursion:
				yes = m.frame != nil
			case condLook:
				look := &prog[pc+1]
				yes = m.look(look, pc+1, pos)
				pc = look.x - 1
			}
			if yes {
				pc++
			} else {
				pc = i.x
			}
		case opLoopStart:
			m.push(state{kind: stateReg, a: i.n, b: m.regs[i.n]})
			m.regs[i.n] = pos
			pc++
		case opLoopCheck:
			// A turn that took nothing ends the loop instead of going round.
			if m.regs[i.n] == pos {
				pc++ // over the jump back
			}
			pc++
		case opRun:
			least, end := m.greedy(i, pc+1, pos)
			if ok = least >= 0; ok {
				if end > least {
					m.push(state{kind: stateRun, pc: i.x, pos: end, a: least, frame: m.frame})
				}
				pos = end
				pc = i.x
			}
		case opVerb:
			switch v := verb(i.n); v {
			case verbFail:
				ok = false
			case verbAccept:
				m.pos = pos
				return true
			default:
				m.push(state{kind: stateVerb, a: i.n, pos: pos})
				pc++
			}
		case opMatch:
			if m.o.NotEmpty && pos == m.start || m.o.NotEmptyAtStart && pos == m.start && pos == m.o.Offset {
				ok = false
				break
			}
			m.pos = pos
			return true
		}
		if ok {
			continue
		}
		if m.err != nil {
			return false
		}
		if pc, pos, ok = m.resume(base); !ok {
			return false
		}
	}
}

// open notes where a group begins. That counts only when its end is reached:
// until then the group keeps the text it matched before. The beginnings under
// way stand behind the loop registers, one a group.
func (m *matcher) open(slot, pos int) {
	reg := m.r.registers + slot/2
	m.push(state{kind: stateReg, a: reg, b: m.regs[reg]})
	m.regs[reg] = pos
}

// resume goes back to the last choice above base.
func (m *matcher) resume(base int) (pc, pos int, ok bool) {
	for len(m.stack) > base {
		s := &m.stack[len(m.stack)-1]
		switch s.kind {
		case statePoint:
			pc, pos = s.pc, s.pos
			m.frame = s.frame
			m.stack = m.stack[:len(m.stack)-1]
			return pc, pos, true
		case stateRun:
			s.pos = m.back(s.pos)
			pc, pos = s.pc, s.pos
			m.frame = s.frame
			if s.pos <= s.a {
				m.stack = m.stack[:len(m.stack)-1]
			}
			return pc, pos, true
		case stateVerb:
			m.verb, m.skipTo = verb(s.a), s.pos
			m.undo(base)
			return 0, 0, false
		}
		m.undoOne()
	}
	return 0, 0, false
}

// undo takes back everything above base.
func (m *matcher) undo(base int) {
	for len(m.stack) > base {
		m.undoOne()
	}
}

func (m *matcher) undoOne() {
	s := &m.stack[len(m.stack)-1]
	switch s.kind {
	case stateCap:
		m.caps[s.a] = s.b
	case stateReg:
		m.regs[s.a] = s.b
	case stateCaps:
		copy(m.caps, s.caps)
		m.frame = s.frame
	case stateKeep:
		m.keep = s.a
	}
	s.frame, s.caps = nil, nil
	m.stack = m.stack[:len(m.stack)-1]
}

// nested runs a body that, once it has matched, is not gone back into. What
// it has captured can still be taken back.
func (m *matcher) nested(pc, pos, behindEnd int) bool {
	if m.depth++; m.depth > m.depthLimit {
		m.err = ErrDepth
		return false
	}
	base, end, f := len(m.stack), m.behindEnd, m.frame
	m.behindEnd = behindEnd
	ok := m.run(pc, pos)
	m.depth--
	m.behindEnd, m.frame = end, f
	if !ok {
		return false
	}
	kept := m.stack[:base]
	for _, s := range m.stack[base:] {
		switch s.kind {
		case stateCap, stateReg, stateCaps, stateKeep:
			kept = append(kept, s)
		}
	}
	clear(m.stack[len(kept):])
	m.stack = kept
	return true
}

func (m *matcher) look(i *inst, pc, pos int) bool {
	base := len(m.stack)
	ok := false
	if i.n&2 == 0 {
		ok = m.nested(pc+1, pos, -1)
	} else {
		at := pos
		for n := 0; n <= i.max; n++ {
			if n >= i.min {
				if ok = m.nested(pc+1, at, pos); ok || m.err != nil {
					break
				}
			}
			if at == 0 {
				break
			}
			at = m.back(at)
		}
	}
	if m.err != nil {
		return false
	}
	if i.n&1 == 1 {
		if ok {
			m.undo(base)
		}
		return !ok
	}
	return ok
}

func (m *matcher) call(group, ret, pos int) bool {
	depth := 0
	for f := m.frame; f != nil; f = f.up {
		if f.group == group && f.at == pos {
			return false // it would never end
		}
		if depth++; depth > m.depthLimit {
			m.err = ErrDepth
			return false
		}
	}
	m.frame = &frame{group: group, at: pos, ret: ret, caps: append([]int(nil), m.caps...), up: m.frame}
	return true
}

// one matches a one-character instruction: the number of bytes, 0 if it fails.
func (m *matcher) one(i *inst, pos int) int {
	if pos >= len(m.src) {
		return 0
	}
	if i.op == opByte {
		return 1
	}
	if i.op == opChar && (!m.r.opts.UTF || i.r < 0x80) {
		if m.src[pos] == byte(i.r) && i.r < 256 {
			return 1
		}
		return 0
	}
	c, n := m.rune(pos)
	switch i.op {
	case opChar:
		if c != i.r {
			return 0
		}
	case opFold:
		if c == i.r {
			return n
		}
		for f := otherCase(i.r, m.r.opts.UTF); f != i.r; f = otherCase(f, m.r.opts.UTF) {
			if f == c {
				return n
			}
			if !m.r.opts.UTF {
				break
			}
		}
		return 0
	case opAny:
		if newlineAt(m.nl, m.src, pos) > 0 {
			return 0
		}
	case opClass:
		if !i.set.has(c) {
			return 0
		}
	}
	return n
}

// greedy takes as many characters as it can: where the least number of them
// ends, -1 if there are not that many, and where all of them end.
func (m *matcher) greedy(i *inst, body, pos int) (least, end int) {
	b := &m.r.prog[body]
	least = -1
	n := 0
	for ; i.b < 0 || n < i.b; n++ {
		if n == i.a {
			least = pos
		}
		w := m.one(b, pos)
		if w == 0 {
			break
		}
		pos += w
	}
	if n == i.a {
		least = pos
	}
	m.steps += n / 8
	return least, pos
}

func (m *matcher) backref(i *inst, pos int) int {
	for _, g := range i.refs {
		from, to := m.caps[2*g], m.caps[2*g+1]
		if from < 0 || to < 0 {
			continue
		}
		text := m.src[from:to]
		if !i.fold {
			if bytes.HasPrefix(m.src[pos:], text) {
				return len(text)
			}
			return -1
		}
		at := pos
		for k := from; k < to; {
			if at >= len(m.src) {
				return -1
			}
			a, n := m.rune(k)
			b, w := m.rune(at)
			if a != b && !m.sameFold(a, b) {
				return -1
			}
			k, at = k+n, at+w
		}
		return at - pos
	}
	return -1
}

func (m *matcher) sameFold(a, b rune) bool {
	if !m.r.opts.UTF {
		return otherCase(a, false) == b
	}
	for f := unicode.SimpleFold(a); f != a; f = unicode.SimpleFold(f) {
		if f == b {
			return true
		}
	}
	return false
}

func (m *matcher) assert(kind assertKind, pos int) bool {
	switch kind {
	case assertBegin:
		return pos == 0 && !m.o.NotBOL
	case assertStart:
		return pos == m.o.Offset
	case assertLineBegin:
		if pos == 0 {
			return !m.o.NotBOL
		}
		return pos < len(m.src) && m.afterNewline(pos)
	case assertVeryEnd:
		return pos == len(m.src)
	case assertEnd:
		if pos == len(m.src) {
			return !m.o.NotEOL
		}
		n := newlineAt(m.nl, m.src, pos)
		return n > 0 && pos+n == len(m.src) && !m.o.NotEOL
	case assertLineEnd:
		if pos == len(m.src) {
			return !m.o.NotEOL
		}
		return newlineAt(m.nl, m.src, pos) > 0
	}
	before := pos > 0 && m.wordAt(m.back(pos))
	after := pos < len(m.src) && m.wordAt(pos)
	return (before != after) == (kind == assertWord)
}

func (m *matcher) wordAt(pos int) bool {
	c, _ := m.rune(pos)
	if c < 128 {
		return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return m.r.opts.UCP && (unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.Is(unicode.Mn, c) || unicode.Is(unicode.Pc, c))
}

func (m *matcher) afterNewline(pos int) bool {
	for n := 1; n <= 3 && n <= pos; n++ {
		if newlineAt(m.nl, m.src, pos-n) == n {
			// Not between CR and LF of one newline.
			return !(m.src[pos-1] == '\r' && m.src[pos] == '\n' && (m.nl == NewlineAny || m.nl == NewlineAnyCRLF))
		}
	}
	return false
}

// anyNewline is \R: the length of the newline at pos.
func (m *matcher) anyNewline(pos int) int {
	if m.r.opts.BsrAnyCRLF {
		return newlineAt(NewlineAnyCRLF, m.src, pos)
	}
	if pos < len(m.src) && m.r.opts.UTF {
		if c, n := m.rune(pos); c == 0x2028 || c == 0x2029 || c == 0x85 {
			return n
		}
	}
	if pos < len(m.src) && m.src[pos] == 0x85 && m.r.opts.UTF {
		return 0
	}
	return newlineAt(NewlineAny, m.src, pos)
}

// newlineAt is the length of the newline that begins at pos, 0 if none does.
func newlineAt(nl Newline, src []byte, pos int) int {
	if pos >= len(src) {
		return 0
	}
	c := src[pos]
	crlf := c == '\r' && pos+1 < len(src) && src[pos+1] == '\n'
	switch nl {
	case NewlineLF:
		if c == '\n' {
			return 1
		}
	case NewlineCR:
		if c == '\r' {
			return 1
		}
	case NewlineNUL:
		if c == 0 {
			return 1
		}
	case NewlineCRLF:
		if crlf {
			return 2
		}
	case NewlineAnyCRLF, NewlineAny:
		switch {
		case crlf:
			return 2
		case c == '\n' || c == '\r':
			return 1
		case nl == NewlineAny && (c == 11 || c == 12 || c == 0x85):
			return 1
		}
	}
	return 0
}

// grapheme is \X: the length of the cluster at pos.
func (m *matcher) grapheme(pos int) int {
	if !m.r.opts.UTF {
		if newlineAt(NewlineCRLF, m.src, pos) > 0 {
			return 2
		}
		return 1
	}
	cluster, _, _, _ := uniseg.FirstGraphemeCluster(m.src[pos:], -1)
	return len(cluster)
}

package re

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// node is a part of a pattern.
type node interface{}

type (
	nChar struct {
		r    rune
		fold bool
	}
	nAny      struct{ all bool } // a dot; all: newlines too
	nByte     struct{}           // \C
	nClass    struct{ set *class }
	nSeq      []node
	nAlt      []node
	nNewline  struct{} // \R
	nNotNL    struct{} // \N
	nGrapheme struct{} // \X
	nKeep     struct{} // \K
	nAssert   struct{ kind assertKind }
	nGroup    struct {
		index int // 0: does not capture
		body  node
	}
	nAtomic struct{ body node }
	nLook   struct {
		behind, negative bool
		body             node
	}
	nRepeat struct {
		body       node
		min, max   int // max -1: no limit
		lazy, poss bool
	}
	nBackref struct {
		indexes []int
		fold    bool
	}
	nCall struct{ index int }
	nCond struct {
		kind    condKind
		indexes []int
		look    *nLook
		yes, no node
	}
	nVerb struct{ kind verb }
)

type verb uint8

const (
	verbFail verb = iota
	verbAccept
	verbCommit
	verbPrune
	verbSkip
	verbThen
)

type condKind uint8

const (
	condGroup condKind = iota
	condRecursion
	condDefine
	condLook
)

type assertKind uint8

const (
	assertBegin     assertKind = iota // ^ without multiline, \A
	assertLineBegin                   // ^ with multiline
	assertEnd                         // $ without multiline, \Z
	assertLineEnd                     // $ with multiline
	assertVeryEnd                     // \z, $ with DollarEnd
	assertWord                        // \b
	assertNotWord                     // \B
	assertStart                       // \G
)

// flags are the options that (?...) can change inside a pattern.
type flags struct {
	caseless, multiline, dotAll, extended, ungreedy, dupNames, noCapture bool
}

type parser struct {
	src    []byte
	pos    int
	opts   Options
	flags  flags
	groups int
	names  map[string][]int
	depth  int
	// references that are checked when all groups are known
	pending []pendingRef
	total   int // groups of the whole pattern, counted in advance
}

type pendingRef struct {
	index  int
	name   string
	offset int
	set    func(indexes []int)
}

// maxNesting limits how deeply groups may nest, as PCRE2 does.
const maxNesting = 250

func (p *parser) fail(offset int, text string) { panic(&Error{text, offset}) }

func (p *parser) parse() (n node, err error) {
	defer func() {
		if x := recover(); x != nil {
			e, ok := x.(*Error)
			if !ok {
				panic(x)
			}
			err = e
		}
	}()
	if p.opts.UTF && !utf8.Valid(p.src) {
		return nil, &Error{"UTF-8 error", 0}
	}
	p.flags = flags{caseless: p.opts.Caseless, multiline: p.opts.Multiline, dotAll: p.opts.DotAll,
		extended: p.opts.Extended, ungreedy: p.opts.Ungreedy, dupNames: p.opts.DupNames, noCapture: p.opts.NoAutoCap}
	p.leadingVerbs()
	p.total = countGroups(p.src[p.pos:], p.flags.noCapture)
	n = p.alternatives()
	if p.pos < len(p.src) {
		p.fail(p.pos+1, "unmatched closing parenthesis")
	}
	for _, r := range p.pending {
		switch {
		case r.name != "":
			ix := p.names[r.name]
			if ix == nil {
				p.fail(r.offset, "reference to non-existent subpattern")
			}
			r.set(ix)
		case r.index > p.groups:
			p.fail(r.offset, "reference to non-existent subpattern")
		default:
			r.set([]int{r.index})
		}
	}
	return n, nil
}

// leadingVerbs reads (*UTF), (*ANYCRLF) and the like at the beginning.
func (p *parser) leadingVerbs() {
	for {
		rest := string(p.src[p.pos:])
		if !strings.HasPrefix(rest, "(*") {
			return
		}
		end := strings.IndexByte(rest, ')')
		if end < 0 {
			return
		}
		switch rest[2:end] {
		case "UTF8", "UTF":
			p.opts.UTF = true
		case "UCP":
			p.opts.UCP = true
		case "CR":
			p.opts.Newline = NewlineCR
		case "LF":
			p.opts.Newline = NewlineLF
		case "CRLF":
			p.opts.Newline = NewlineCRLF
		case "ANYCRLF":
			p.opts.Newline = NewlineAnyCRLF
		case "ANY":
			p.opts.Newline = NewlineAny
		case "NUL":
			p.opts.Newline = NewlineNUL
		case "BSR_ANYCRLF":
			p.opts.BsrAnyCRLF = true
		case "BSR_UNICODE":
			p.opts.BsrAnyCRLF = false
		case "NO_START_OPT", "NO_AUTO_POSSESS", "NO_JIT", "NO_DOTSTAR_ANCHOR", "NOTEMPTY", "NOTEMPTY_ATSTART":
		default:
			if !strings.HasPrefix(rest[2:end], "LIMIT_") {
				return
			}
		}
		p.pos += end + 1
	}
}

// countGroups counts capturing groups, so that \12 can be told from an octal
// escape.
func countGroups(src []byte, noCapture bool) int {
	n, inClass := 0, false
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '\\':
			if i+1 < len(src) && src[i+1] == 'Q' {
				if j := strings.Index(string(src[i:]), "\\E"); j >= 0 {
					i += j + 1
				} else {
					return n
				}
			} else {
				i++
			}
		case inClass:
			inClass = c != ']'
		case c == '[':
			inClass = true
			if i+1 < len(src) && src[i+1] == '^' {
				i++
			}
			if i+1 < len(src) && src[i+1] == ']' {
				i++
			}
		case c == '(' && i+1 < len(src):
			if src[i+1] != '?' && src[i+1] != '*' {
				if !noCapture {
					n++
				}
			} else if i+2 < len(src) && src[i+1] == '?' {
				k := src[i+2]
				named := k == '\'' || k == 'P' && i+3 < len(src) && src[i+3] == '<' ||
					k == '<' && i+3 < len(src) && src[i+3] != '=' && src[i+3] != '!'
				if named {
					n++
				}
			}
		}
	}
	return n
}

func (p *parser) more() bool { return p.pos < len(p.src) }

func (p *parser) peek() byte {
	if p.pos < len(p.src) {
		return p.src[p.pos]
	}
	return 0
}

func (p *parser) has(s string) bool {
	return len(p.src)-p.pos >= len(s) && string(p.src[p.pos:p.pos+len(s)]) == s
}

func (p *parser) take(s string) bool {
	if p.has(s) {
		p.pos += len(s)
		return true
	}
	return false
}

// char reads one character of the pattern.
func (p *parser) char() rune {
	if p.opts.UTF {
		r, n := utf8.DecodeRune(p.src[p.pos:])
		p.pos += n
		return r
	}
	p.pos++
	return rune(p.src[p.pos-1])
}

// alternatives reads up to a closing parenthesis or the end.
func (p *parser) alternatives() node {
	p.depth++
	if p.depth > maxNesting {
		p.fail(p.pos, "parentheses are too deeply nested")
	}
	defer func() { p.depth-- }()
	alts := nAlt{p.sequence()}
	for p.take("|") {
		alts = append(alts, p.sequence())
	}
	if len(alts) == 1 {
		return alts[0]
	}
	return alts
}

func (p *parser) sequence() node {
	var seq nSeq
	for p.more() {
		switch p.peek() {
		case '|', ')':
			return seq
		}
		start := p.pos
		n, quantifiable := p.atom()
		if n == nil {
			continue
		}
		n = p.quantified(n, quantifiable, start)
		seq = append(seq, n)
	}
	return seq
}

func (p *parser) skipExtended() {
	for p.flags.extended && p.more() {
		c := p.peek()
		switch {
		case c == ' ' || c >= '\t' && c <= '\r':
			p.pos++
		case c == '#':
			for p.more() && !p.atNewline() {
				p.pos++
			}
		case p.has("(?#"):
			p.comment()
		default:
			return
		}
	}
	for p.has("(?#") {
		p.comment()
	}
}

func (p *parser) atNewline() bool {
	n := newlineAt(p.opts.Newline, p.src, p.pos)
	if n > 0 {
		p.pos += n - 1
		return true
	}
	return false
}

func (p *parser) comment() {
	end := strings.IndexByte(string(p.src[p.pos:]), ')')
	if end < 0 {
		p.fail(len(p.src), "missing ) after (?# comment")
	}
	p.pos += end + 1
}

// quantified reads the quantifiers behind an item.
func (p *parser) quantified(n node, quantifiable bool, start int) node {
	p.skipExtended()
	lo, hi, ok := p.quantifier()
	if !ok {
		return n
	}
	if !quantifiable {
		p.fail(p.pos, "quantifier does not follow a repeatable item")
	}
	r := &nRepeat{body: n, min: lo, max: hi, lazy: p.flags.ungreedy}
	p.skipExtended()
	if p.take("?") {
		r.lazy = !r.lazy
	} else if p.take("+") {
		r.lazy = false
		r.poss = true
	}
	if r.poss {
		return &nAtomic{r}
	}
	return r
}

func (p *parser) quantifier() (lo, hi int, ok bool) {
	switch {
	case p.take("*"):
		return 0, -1, true
	case p.take("+"):
		return 1, -1, true
	case p.take("?"):
		return 0, 1, true
	case p.peek() == '{':
		i := p.pos + 1
		number := func() (int, bool) {
			for i < len(p.src) && p.src[i] == ' ' {
				i++
			}
			j, v := i, 0
			for i < len(p.src) && p.src[i] >= '0' && p.src[i] <= '9' {
				v = v*10 + int(p.src[i]-'0')
				i++
				if v > 65535 {
					p.fail(i, "number too big in {} quantifier")
				}
			}
			given := i > j
			for i < len(p.src) && p.src[i] == ' ' {
				i++
			}
			return v, given
		}
		if i >= len(p.src) {
			return 0, 0, false
		}
		lo, given := number()
		if i >= len(p.src) {
			return 0, 0, false
		}
		if p.src[i] == '}' && given {
			p.pos = i + 1
			return lo, lo, true
		}
		if p.src[i] != ',' {
			return 0, 0, false
		}
		i++
		hi, givenHi := number()
		if i >= len(p.src) || p.src[i] != '}' || !given && !givenHi {
			return 0, 0, false
		}
		if !givenHi {
			hi = -1
		} else if hi < lo {
			p.fail(i, "numbers out of order in {} quantifier")
		}
		p.pos = i + 1
		return lo, hi, true
	}
	return 0, 0, false
}

// atom reads one item; nil if it was one of no effect.
func (p *parser) atom() (n node, quantifiable bool) {
	before := p.pos
	p.skipExtended()
	if p.pos > before {
		return nil, false
	}
	switch c := p.peek(); c {
	case '*', '+', '?':
		p.pos++
		p.fail(p.pos, "quantifier does not follow a repeatable item")
	case '{':
		at := p.pos
		if _, _, ok := p.quantifier(); ok {
			p.fail(p.pos, "quantifier does not follow a repeatable item")
		}
		p.pos = at + 1
		return &nChar{'{', false}, true
	case '.':
		p.pos++
		return &nAny{p.flags.dotAll}, true
	case '^':
		p.pos++
		if p.flags.multiline {
			return &nAssert{assertLineBegin}, false
		}
		return &nAssert{assertBegin}, false
	case '$':
		p.pos++
		switch {
		case p.flags.multiline:
			return &nAssert{assertLineEnd}, false
		case p.opts.DollarEnd:
			return &nAssert{assertVeryEnd}, false
		}
		return &nAssert{assertEnd}, false
	case '[':
		return p.class(), true
	case '(':
		return p.group()
	case '\\':
		return p.escape()
	}
	return p.literal(p.char()), true
}

func (p *parser) literal(r rune) node { return &nChar{r, p.flags.caseless} }

// group reads what begins with a parenthesis.
func (p *parser) group() (node, bool) {
	open := p.pos
	p.pos++
	if p.peek() == '*' {
		return p.verb(open)
	}
	if p.peek() != '?' {
		if p.flags.noCapture {
			return p.rest(open, func(b node) node { return &nGroup{0, b} }), true
		}
		p.groups++
		index := p.groups
		return p.rest(open, func(b node) node { return &nGroup{index, b} }), true
	}
	p.pos++
	switch {
	case !p.more():
		p.fail(p.pos, "missing closing parenthesis")
	case p.take(":"):
		return p.rest(open, func(b node) node { return &nGroup{0, b} }), true
	case p.take(">"):
		return p.rest(open, func(b node) node { return &nAtomic{b} }), true
	case p.take("|"):
		return p.branchReset(open), true
	case p.take("="):
		return p.rest(open, func(b node) node { return &nLook{body: b} }), true
	case p.take("!"):
		return p.rest(open, func(b node) node { return &nLook{negative: true, body: b} }), true
	case p.take("<="):
		return p.rest(open, func(b node) node { return p.behind(&nLook{behind: true, body: b}, open) }), true
	case p.take("<!"):
		return p.rest(open, func(b node) node { return p.behind(&nLook{behind: true, negative: true, body: b}, open) }), true
	case p.take("P="):
		name := p.name(')')
		return p.reference(name, p.pos-len(name)-1), true
	case p.take("P>"):
		return p.callName(p.name(')')), true
	case p.take("&"):
		return p.callName(p.name(')')), true
	case p.take("P<"), p.take("<"):
		return p.named(open, '>'), true
	case p.take("'"):
		return p.named(open, '\''), true
	case p.take("("):
		return p.conditional(open), true
	case p.take("R"):
		if !p.take(")") {
			p.fail(p.pos, "(?R (recursive pattern call) must be followed by a closing parenthesis")
		}
		return &nCall{0}, true
	}
	if c := p.peek(); c >= '0' && c <= '9' || (c == '+' || c == '-') && p.pos+1 < len(p.src) && p.src[p.pos+1] >= '0' && p.src[p.pos+1] <= '9' {
		sign := byte(0)
		if c == '+' || c == '-' {
			sign = c
			p.pos++
		}
		at := p.pos
		v := p.number()
		switch sign {
		case '-':
			v = p.groups - v + 1
			if v <= 0 {
				p.fail(p.pos, "reference to non-existent subpattern")
			}
		case '+':
			v += p.groups
		}
		if !p.take(")") {
			p.fail(p.pos, "(?R (recursive pattern call) must be followed by a closing parenthesis")
		}
		call := &nCall{v}
		p.pending = append(p.pending, pendingRef{index: v, offset: at + 1, set: func([]int) {}})
		return call, true
	}
	return p.options(open)
}

func (p *parser) number() int {
	v := 0
	for p.more() && p.peek() >= '0' && p.peek() <= '9' {
		v = v*10 + int(p.peek()-'0')
		p.pos++
		if v > 65535 {
			p.fail(p.pos, "number is too big")
		}
	}
	return v
}

// rest reads a group's body and its closing parenthesis. Options set inside
// end with it.
func (p *parser) rest(open int, make func(node) node) node {
	saved := p.flags
	body := p.alternatives()
	p.flags = saved
	if !p.take(")") {
		p.fail(p.pos, "missing closing parenthesis")
	}
	return make(body)
}

func (p *parser) branchReset(open int) node {
	saved, from, most := p.flags, p.groups, p.groups
	var alts nAlt
	for {
		p.groups = from
		alts = append(alts, p.sequence())
		most = max(most, p.groups)
		if !p.take("|") {
			break
		}
	}
	p.groups, p.flags = most, saved
	if !p.take(")") {
		p.fail(p.pos, "missing closing parenthesis")
	}
	return &nGroup{0, alts}
}

func (p *parser) name(end byte) string {
	start := p.pos
	for p.more() {
		c := p.peek()
		if c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || p.opts.UTF && c >= 0x80 {
			if p.pos == start && c >= '0' && c <= '9' {
				p.fail(p.pos+1, "subpattern name must start with a non-digit")
			}
			p.pos++
			continue
		}
		break
	}
	name := string(p.src[start:p.pos])
	if name == "" {
		p.fail(p.pos, "subpattern name expected")
	}
	if len(name) > 128 {
		p.fail(p.pos, "subpattern name is too long (maximum 128 code units)")
	}
	if p.peek() != end || !p.more() {
		p.fail(p.pos, "syntax error in subpattern name (missing terminator?)")
	}
	p.pos++
	return name
}

func (p *parser) named(open int, end byte) node {
	name := p.name(end)
	p.groups++
	index := p.groups
	if old := p.names[name]; old != nil && !slices.Contains(old, index) && !p.flags.dupNames {
		p.fail(p.pos, "two named subpatterns have the same name (PCRE2_DUPNAMES not set)")
	}
	if !slices.Contains(p.names[name], index) {
		p.names[name] = append(p.names[name], index)
	}
	return p.rest(open, func(b node) node { return &nGroup{index, b} })
}

func (p *parser) reference(name string, offset int) node {
	ref := &nBackref{fold: p.flags.caseless}
	p.pending = append(p.pending, pendingRef{name: name, offset: offset, set: func(ix []int) { ref.indexes = ix }})
	return ref
}

func (p *parser) callName(name string) node {
	call := &nCall{}
	p.pending = append(p.pending, pendingRef{name: name, offset: p.pos - len(name) - 1, set: func(ix []int) { call.index = ix[0] }})
	return call
}

func (p *parser) backref(index, offset int) node {
	ref := &nBackref{fold: p.flags.caseless}
	p.pending = append(p.pending, pendingRef{index: index, offset: offset, set: func(ix []int) { ref.indexes = ix }})
	return ref
}

// options reads (?i-s) and (?i-s:...).
func (p *parser) options(open int) (node, bool) {
	f, on := p.flags, true
	if p.take("^") {
		f.caseless, f.multiline, f.dotAll, f.extended, f.noCapture = false, false, false, false, false
	}
	for {
		if !p.more() {
			p.fail(p.pos, "missing closing parenthesis")
		}
		c := p.peek()
		p.pos++
		switch c {
		case '-':
			on = false
		case 'i':
			f.caseless = on
		case 'm':
			f.multiline = on
		case 's':
			f.dotAll = on
		case 'x':
			f.extended = on
			p.take("x")
		case 'n':
			f.noCapture = on
		case 'U':
			f.ungreedy = on
		case 'J':
			f.dupNames = on
		case ')':
			// For the rest of the enclosing group: sequence and alternatives
			// that follow see it.
			p.flags = f
			return nil, false
		case ':':
			saved := p.flags
			p.flags = f
			body := p.alternatives()
			p.flags = saved
			if !p.take(")") {
				p.fail(p.pos, "missing closing parenthesis")
			}
			return &nGroup{0, body}, true
		default:
			p.fail(p.pos, "unrecognized character after (? or (?-")
		}
	}
}

func (p *parser) conditional(open int) node {
	c := &nCond{}
	switch {
	case p.has("?=") || p.has("?!") || p.has("?<=") || p.has("?<!"):
		p.pos--
		n, _ := p.group()
		look, ok := n.(*nLook)
		if !ok {
			p.fail(p.pos, "assertion expected after (?( or (?(?C)")
		}
		c.kind, c.look = condLook, look
	case p.take("DEFINE)"):
		c.kind = condDefine
	case p.take("R)"):
		c.kind = condRecursion
	case p.peek() >= '0' && p.peek() <= '9' || p.peek() == '+' || p.peek() == '-':
		sign := p.peek()
		if sign == '+' || sign == '-' {
			p.pos++
		}
		at := p.pos
		v := p.number()
		if sign == '-' {
			v = p.groups - v + 1
		} else if sign == '+' {
			v += p.groups
		}
		if !p.take(")") {
			p.fail(p.pos, "missing closing parenthesis for condition")
		}
		p.pending = append(p.pending, pendingRef{index: v, offset: at, set: func(ix []int) { c.indexes = ix }})
	default:
		end := byte(')')
		if p.take("<") {
			end = '>'
		} else if p.take("'") {
			end = '\''
		}
		name := p.name(end)
		if end != ')' && !p.take(")") {
			p.fail(p.pos, "missing closing parenthesis for condition")
		}
		p.pending = append(p.pending, pendingRef{name: name, offset: p.pos, set: func(ix []int) { c.indexes = ix }})
	}
	return p.rest(open, func(b node) node {
		alts, ok := b.(nAlt)
		if !ok {
			c.yes = b
			return c
		}
		if c.kind == condDefine {
			p.fail(open, "DEFINE subpattern contains more than one branch")
		}
		if len(alts) > 2 {
			p.fail(open, "conditional subpattern contains more than two branches")
		}
		c.yes, c.no = alts[0], alts[1]
		return c
	})
}

func (p *parser) verb(open int) (node, bool) {
	end := strings.IndexByte(string(p.src[p.pos:]), ')')
	if end < 0 {
		p.fail(len(p.src), "missing closing parenthesis")
	}
	text := string(p.src[p.pos+1 : p.pos+end])
	name, _, _ := strings.Cut(text, ":")
	long := map[string]string{"pla": "=", "positive_lookahead": "=", "nla": "!", "negative_lookahead": "!", "plb": "<=",
		"positive_lookbehind": "<=", "nlb": "<!", "negative_lookbehind": "<!", "atomic": ">"}
	if short, ok := long[name]; ok && strings.Contains(text, ":") {
		p.pos += 1 + len(name) + 1
		switch short {
		case "=":
			return p.rest(open, func(b node) node { return &nLook{body: b} }), true
		case "!":
			return p.rest(open, func(b node) node { return &nLook{negative: true, body: b} }), true
		case "<=":
			return p.rest(open, func(b node) node { return p.behind(&nLook{behind: true, body: b}, open) }), true
		case "<!":
			return p.rest(open, func(b node) node { return p.behind(&nLook{behind: true, negative: true, body: b}, open) }), true
		}
		return p.rest(open, func(b node) node { return &nAtomic{b} }), true
	}
	kinds := map[string]verb{"FAIL": verbFail, "F": verbFail, "ACCEPT": verbAccept, "COMMIT": verbCommit,
		"PRUNE": verbPrune, "SKIP": verbSkip, "THEN": verbThen}
	kind, ok := kinds[name]
	if !ok {
		p.fail(p.pos+1+len(name), "(*VERB) not recognized or malformed")
	}
	p.pos += end + 1
	return &nVerb{kind}, false
}

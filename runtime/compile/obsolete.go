package compile

import (
	_ "embed"
	"strings"
	"sync"

	"ersh/parser"
)

// obsoleteText lists the functions of OTP that are deprecated, unsafe or removed, one
// a line: kind, module:function/arity (or module:function/* or module:*), the release that removes
// it, advice; separated by tabs. Types have "type " before their modules.
//
//go:embed obsolete.txt
var obsoleteText string

type obsoleteFunction struct {
	kind, release, advice string
}

var obsoleteTable = sync.OnceValue(func() map[string]obsoleteFunction {
	m := map[string]obsoleteFunction{}
	for line := range strings.Lines(obsoleteText) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 4)
		m[f[1]] = obsoleteFunction{f[0], f[2], f[3]}
	}
	return m
})

// obsolete warns of a call of a function that OTP has given up.
func (l *linter) obsolete(module string, k fa, a parser.Anno) {
	mfa := module + ":" + k.name + "/" + itoa(k.arity)
	o, ok := obsoleteTable()[mfa]
	if !ok {
		if o, ok = obsoleteTable()[module+":"+k.name+"/*"]; !ok {
			if o, ok = obsoleteTable()[module+":*"]; !ok {
				return
			}
		}
	}
	keep := l.notObsolete
	if o.kind == "removed" {
		keep = l.notRemoved
	}
	if keep[mfa] || keep[module] {
		return
	}
	who := desc(module, k.name, k.arity)
	shown := parser.QuoteAtom(module) + ":" + k.String()
	switch {
	case o.kind == "unsafe":
		l.warn("unsafe_function", a, desc("unsafe", who, parser.Chars(o.advice)), "%s is unsafe; %s", shown, o.advice)
	case o.kind == "removed":
		l.warn("removed", a, desc("removed", who, parser.Chars(o.advice)), "%s is removed; %s", shown, o.advice)
	case o.release != "":
		l.warn("deprecated_function", a, desc("deprecated", who, parser.Chars(o.advice), parser.Chars(o.release)),
			"%s is deprecated and will be removed in %s; %s", shown, o.release, o.advice)
	default:
		l.warn("deprecated_function", a, desc("deprecated", who, parser.Chars(o.advice)), "%s is deprecated; %s", shown, o.advice)
	}
}

// obsoleteType warns of a type that OTP has given up.
func (l *linter) obsoleteType(module string, k fa, a parser.Anno) {
	if o, ok := obsoleteTable()["type "+module+":"+k.name+"/"+itoa(k.arity)]; ok {
		l.warn("deprecated_type", a, desc("deprecated_type", desc(module, k.name, k.arity), parser.Chars(o.advice)),
			"the type %s:%s is deprecated; %s", parser.QuoteAtom(module), typeText(k), o.advice)
	}
}

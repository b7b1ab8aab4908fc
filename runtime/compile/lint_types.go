package compile

import (
	"math/big"
	"strings"

	"ersh/parser"
)

// typeInfo is a type that the module defines.
type typeInfo struct {
	def  *parser.TypeDef
	file string
	uses []fa // the types that it is made of
}

// typeCall is the use of a type of the module. Uses inside a type definition
// count only if that type is used itself.
type typeCall struct {
	fa
	from fa // the type being defined, or zero
	pos  parser.Anno
	file string
}

// typeVars counts the occurrences of type variables.
type typeVars map[string]*typeVar

type typeVar struct {
	anno  parser.Anno
	count int
}

func (v typeVars) add(name string, a parser.Anno) {
	if name == "_" || strings.HasPrefix(name, "_") {
		return
	}
	if v[name] == nil {
		v[name] = &typeVar{anno: a}
	}
	v[name].count++
}

func (l *linter) singletons(vars typeVars) {
	for name, v := range vars {
		if v.count == 1 {
			l.error(v.anno, desc("singleton_typevar", name), "type variable '%s' is only used once (is unbound)", name)
		}
	}
}

// typeText is a type as its errors name it: t(_, _) has no spaces.
func typeText(k fa) string {
	return parser.QuoteAtom(k.name) + "(" + strings.TrimSuffix(strings.Repeat("_,", k.arity), ",") + ")"
}

func (l *linter) typeDef(d *parser.TypeDef) {
	k := fa{d.Name, len(d.Params)}
	vars := typeVars{}
	for _, p := range d.Params {
		vars.add(p.Name, p.Anno)
	}
	switch {
	case l.types[k] != nil:
		l.error(d.Anno, desc("redefine_type", k.desc()), "type %s already defined", typeText(k))
		return
	case builtinTypes[k]:
		l.warn("redefined_builtin_type", d.Anno, desc("redefine_builtin_type", k.desc()), "local redefinition of built-in type: %s", typeText(k))
	}
	l.types[k] = &typeInfo{def: d, file: l.file}
	l.typ(d.Type, vars, k)
	l.singletons(vars)
}

func (l *linter) spec(s *parser.Spec) {
	k := fa{s.Name, s.Arity}
	if s.Kind == "callback" && s.Module != "" {
		l.error(s.Anno, desc("bad_callback", desc(s.Module, s.Name, s.Arity)), "explicit module not allowed for callback %s:%s", parser.QuoteAtom(s.Module), k)
		return
	}
	if s.Module != "" && s.Module != l.mod {
		l.error(s.Anno, desc("bad_module", desc(s.Module, s.Name, s.Arity)), "spec for function %s:%s from other module", parser.QuoteAtom(s.Module), k)
	} else if s.Kind == "callback" {
		if l.ownCallbacks[k] {
			l.error(s.Anno, desc("redefine_callback", k.desc()), "callback %s already defined", k)
			return
		}
		l.ownCallbacks[k] = true
		if info := (fa{"behaviour_info", 1}); l.defined[info] != nil {
			l.error(s.Anno, desc("behaviour_info", desc(l.mod, k.name, k.arity)), "cannot define callback attibute for %s when behaviour_info is defined", k)
		}
	} else {
		if _, dup := l.specs[k]; dup {
			l.error(s.Anno, desc("redefine_spec", k.desc()), "spec for %s already defined", k)
			l.specs[k] = s.Anno
			return
		}
		l.specs[k] = s.Anno
	}
	for _, t := range s.Types {
		f, isFun := t.(*parser.FunType)
		if b, ok := t.(*parser.BoundedFunType); ok {
			f, isFun = b.Fun, true
		}
		if isFun && !f.AnyArgs && len(f.Args) != s.Arity {
			what := "spec"
			if s.Kind == "callback" {
				what = "callback"
			}
			l.error(t.Position(), what+"_wrong_arity", "%s has wrong arity", what)
		}
		vars := typeVars{}
		l.typ(t, vars, fa{})
		l.singletons(vars)
	}
}

// checkSpecs reports the specs of functions that are not there.
func (l *linter) checkSpecs() {
	for k, at := range l.specs {
		if l.defined[k] == nil {
			l.error(at, desc("spec_fun_undefined", k.desc()), "spec for undefined function %s", k)
		}
	}
}

func (l *linter) exportType(k fa, a parser.Anno) {
	if l.exportedTypes[k] {
		l.warn("duplicated_export", a, desc("duplicated_export_type", k.desc()), "type %s already exported", k)
		return
	}
	l.exportedTypes[k] = true
	if builtinTypes[k] && !l.typeForms[k] {
		return
	}
	l.typeCalls = append(l.typeCalls, typeCall{k, fa{}, a, l.file})
}

// typ checks a type expression inside the definition of from.
func (l *linter) typ(t parser.Type, vars typeVars, from fa) {
	all := func(ts []parser.Type) {
		for _, x := range ts {
			l.typ(x, vars, from)
		}
	}
	switch t := t.(type) {
	case *parser.TypeAnno:
		l.typ(t.Type, vars, from)
	case *parser.TypeVar:
		vars.add(t.Name, t.Anno)
	case *parser.TypeCall:
		if t.Name == "range" && !t.User && len(t.Args) == 2 {
			low, ok1 := typeInt(t.Args[0])
			high, ok2 := typeInt(t.Args[1])
			if !ok1 || !ok2 || low.Cmp(high) >= 0 {
				l.error(t.Anno, desc("type_syntax", "range"), "bad range type")
			}
			return
		}
		if k := (fa{t.Name, len(t.Args)}); t.User || builtinTypes[k] && l.typeForms[k] {
			l.typeCalls = append(l.typeCalls, typeCall{k, from, t.Anno, l.file})
		}
		if t.Name == "union" && !t.User {
			l.union(t.Args, vars, from)
			return
		}
		all(t.Args)
	case *parser.TypeRemote:
		if t.Module.Name == l.mod {
			l.typeCalls = append(l.typeCalls, typeCall{fa{t.Name.Name, len(t.Args)}, from, t.Anno, l.file})
		}
		l.obsoleteType(t.Module.Name, fa{t.Name.Name, len(t.Args)}, t.Anno)
		all(t.Args)
	case *parser.TypeMap:
		for _, p := range t.Pairs {
			l.typ(p.Key, vars, from)
			l.typ(p.Value, vars, from)
		}
	case *parser.TypeRecord:
		l.typeRecord(t, vars, from)
	case *parser.TypeBin:
		m, ok1 := typeInt(t.M)
		n, ok2 := typeInt(t.N)
		if !ok1 || !ok2 || m.Sign() < 0 || n.Sign() < 0 {
			l.error(t.Anno, desc("type_syntax", "binary"), "bad binary type")
		}
	case *parser.FunType:
		all(t.Args)
		l.typ(t.Result, vars, from)
	case *parser.BoundedFunType:
		l.typ(t.Fun, vars, from)
		for _, c := range t.Constraints {
			l.typ(c.Var, vars, from)
			l.typ(c.Type, vars, from)
		}
	}
}

// union looks at the parts of a union. A value is of one of them, so the occurrences of
// a variable in several parts count as one.
func (l *linter) union(parts []parser.Type, vars typeVars, from fa) {
	most := typeVars{}
	for _, p := range parts {
		inside := typeVars{}
		l.typ(p, inside, from)
		for name, v := range inside {
			if old := most[name]; old == nil {
				most[name] = v
			} else {
				old.count = max(old.count, v.count)
			}
		}
	}
	for name, v := range most {
		if vars[name] == nil {
			vars[name] = v
		} else {
			vars[name].count += v.count
		}
	}
}

func (l *linter) typeRecord(t *parser.TypeRecord, vars typeVars, from fa) {
	r := l.recordKnown(t.Name.Name, t.Anno)
	if r == nil {
		l.unknownUsed[t.Name.Name] = true
		return
	}
	seen := map[string]bool{}
	for _, f := range t.Fields {
		switch name := f.Name.Name; {
		case seen[name]:
			l.redefinedField(name, t.Name.Name, f.Anno)
		case !r.has(name):
			l.undefinedField(r, name, f.Anno)
		default:
			l.typ(f.Type, vars, from)
		}
		seen[f.Name.Name] = true
	}
}

// typeInt is the value of an integer in a type.
func typeInt(t parser.Type) (*big.Int, bool) {
	switch t := t.(type) {
	case *parser.TypeLit:
		switch v := t.Value.(type) {
		case *parser.Integer:
			return v.Value, true
		case *parser.Char:
			return big.NewInt(int64(v.Value)), true
		}
	case *parser.TypeOp:
		right, ok := typeInt(t.Right)
		if !ok {
			return nil, false
		}
		out := new(big.Int)
		if t.Left == nil {
			switch t.Op {
			case "-":
				return out.Neg(right), true
			case "bnot":
				return out.Not(right), true
			}
			return right, true
		}
		left, ok := typeInt(t.Left)
		if !ok {
			return nil, false
		}
		switch t.Op {
		case "+":
			return out.Add(left, right), true
		case "-":
			return out.Sub(left, right), true
		case "*":
			return out.Mul(left, right), true
		case "bsl":
			return shifted(left, right, true)
		case "bsr":
			return shifted(left, right, false)
		case "div":
			if right.Sign() != 0 {
				return out.Quo(left, right), true
			}
		case "rem":
			if right.Sign() != 0 {
				return out.Rem(left, right), true
			}
		case "band":
			return out.And(left, right), true
		case "bor":
			return out.Or(left, right), true
		case "bxor":
			return out.Xor(left, right), true
		}
	}
	return nil, false
}

// shifted shifts a bound of a type; one of a million bits is none.
func shifted(v, by *big.Int, left bool) (*big.Int, bool) {
	if by.Sign() < 0 {
		by, left = new(big.Int).Neg(by), !left
	}
	if !by.IsInt64() || by.Int64() > 1<<20 {
		return nil, false
	}
	if left {
		return new(big.Int).Lsh(v, uint(by.Int64())), true
	}
	return new(big.Int).Rsh(v, uint(by.Int64())), true
}

// checkTypes reports types that are not defined, and those that nothing
// exported or specified is made of.
func (l *linter) checkTypes() {
	for _, c := range l.typeCalls {
		t := l.types[c.fa]
		if t == nil {
			l.file = c.file
			l.error(c.pos, desc("undefined_type", c.fa.desc()), "type %s undefined", typeText(c.fa))
			continue
		}
		if from := l.types[c.from]; from != nil {
			from.uses = append(from.uses, c.fa)
		}
	}
	used := map[fa]bool{}
	var reach func(k fa)
	reach = func(k fa) {
		if t := l.types[k]; t != nil && !used[k] {
			used[k] = true
			for _, u := range t.uses {
				reach(u)
			}
		}
	}
	for _, c := range l.typeCalls {
		if c.from == (fa{}) {
			reach(c.fa)
		}
	}
	l.file = l.main
	for k, t := range l.types {
		if t.def.Kind == "opaque" && !l.exportedTypes[k] {
			l.warn("not_exported_opaque", t.def.Anno, desc("not_exported_opaque", k.desc()), "opaque type %s is not exported", typeText(k))
		}
		if !used[k] && t.file == l.main {
			l.warn("unused_type", t.def.Anno, desc("unused_type", k.desc()), "type %s is unused", typeText(k))
		}
	}
}

// builtinTypes are the types that need no definition.
var builtinTypes = functionSet(`any/0 arity/0 atom/0 binary/0 bitstring/0 boolean/0 byte/0 char/0 dynamic/0 float/0
	function/0 identifier/0 integer/0 iodata/0 iolist/0 list/0 list/1 map/0 maybe_improper_list/0
	maybe_improper_list/2 mfa/0 module/0 neg_integer/0 nil/0 no_return/0 node/0 non_neg_integer/0 none/0
	nonempty_binary/0 nonempty_bitstring/0 nonempty_improper_list/2 nonempty_list/0 nonempty_list/1
	nonempty_maybe_improper_list/0 nonempty_maybe_improper_list/2 nonempty_string/0 number/0 pid/0 port/0
	pos_integer/0 record/0 reference/0 string/0 term/0 timeout/0 tuple/0`)

// functionSet reads a list of name/arity.
func functionSet(text string) map[fa]bool {
	m := map[fa]bool{}
	for _, s := range strings.Fields(text) {
		i := strings.LastIndexByte(s, '/')
		arity := 0
		for _, c := range s[i+1:] {
			arity = arity*10 + int(c-'0')
		}
		m[fa{s[:i], arity}] = true
	}
	return m
}

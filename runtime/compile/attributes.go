package compile

import (
	"math/big"
	"strings"

	"ersh/parser"
	"ersh/runtime/term"
)

func bigFromBytes(b []byte) *big.Int { return new(big.Int).SetBytes(b) }

// constTerm is the value of an attribute's argument. Name/Arity stands for a
// pair.
func constTerm(e parser.Expr) (term.Term, bool) {
	if t := literal(e); t != nil {
		return t, true
	}
	all := func(es []parser.Expr) ([]term.Term, bool) {
		ts := make([]term.Term, len(es))
		for i, x := range es {
			t, ok := constTerm(x)
			if !ok {
				return nil, false
			}
			ts[i] = t
		}
		return ts, true
	}
	switch e := e.(type) {
	case *parser.Cons:
		var heads []term.Term
		var rest parser.Expr = e
		for {
			c, ok := rest.(*parser.Cons)
			if !ok {
				break
			}
			h, ok := constTerm(c.Head)
			if !ok {
				return nil, false
			}
			heads, rest = append(heads, h), c.Tail
		}
		tail, ok := constTerm(rest)
		if !ok {
			return nil, false
		}
		return term.ListTail(heads, tail), true
	case *parser.Tuple:
		ts, ok := all(e.Elems)
		if !ok {
			return nil, false
		}
		return term.T(ts...), true
	case *parser.Map:
		m := term.EmptyMap
		for _, p := range e.Pairs {
			k, ok1 := constTerm(p.Key)
			v, ok2 := constTerm(p.Value)
			if !ok1 || !ok2 {
				return nil, false
			}
			m = m.Put(k, v)
		}
		return m, e.Base == nil
	case *parser.BinOp:
		if e.Op == "/" {
			ts, ok := all([]parser.Expr{e.Left, e.Right})
			if !ok {
				return nil, false
			}
			return term.T(ts...), true
		}
		if t := constPattern(e); t != nil {
			return t, true
		}
	case *parser.UnOp:
		if t := constPattern(e); t != nil {
			return t, true
		}
	case *parser.Bin:
		f := newMod("nofile").newFn(nil, e.Anno)
		if v := f.binary(e); v.isConst() {
			return v.t, true
		}
	case *parser.FunRemote:
		ts, ok := all([]parser.Expr{e.Module, e.Name, e.Arity})
		if !ok {
			return nil, false
		}
		m, ok1 := ts[0].(term.Atom)
		n, ok2 := ts[1].(term.Atom)
		a, ok3 := ts[2].(term.Int)
		if ok1 && ok2 && ok3 {
			return &term.Export{Module: m, Name: n, Arity: int(a.Value())}, true
		}
	}
	return nil, false
}

// functions reads a list of {Name, Arity}.
func functions(t term.Term) []fa {
	var out []fa
	elems, _ := term.Slice(t)
	for _, e := range elems {
		if p, ok := e.(*term.Tuple); ok && p.Len() == 2 {
			n, ok1 := p.Elems[0].(term.Atom)
			a, ok2 := p.Elems[1].(term.Int)
			if ok1 && ok2 {
				out = append(out, fa{n.Name(), int(a.Value())})
			}
		}
	}
	return out
}

// attribute takes an attribute in. It gives what module_info(attributes)
// shows of it.
func (m *mod) attribute(a *parser.Attribute, onLoad **fa) []term.Term {
	var args []term.Term
	for _, e := range a.Args {
		t, ok := constTerm(e)
		if !ok {
			return nil
		}
		args = append(args, t)
	}
	if len(args) == 0 {
		return nil
	}
	switch a.Name {
	case "module":
		if n, ok := args[0].(term.Atom); ok {
			m.name = n
			// The first file is not written: loaders take the module's name.
			m.files[0] = n.Name() + ".erl"
			m.fileIndex = map[string]int{m.files[0]: 0}
		}
	case "export":
		for _, k := range functions(args[0]) {
			m.exports[k] = true
		}
	case "import":
		if n, ok := args[0].(term.Atom); ok && len(args) == 2 {
			for _, k := range functions(args[1]) {
				m.imports[k] = n.Name()
			}
		}
	case "compile":
		if l, ok := term.Slice(args[0]); ok {
			for _, t := range l {
				m.option(t)
			}
		} else {
			m.option(args[0])
		}
	case "on_load":
		if l := functions(term.List(args[0])); len(l) == 1 {
			*onLoad = &l[0]
			m.onLoad = &l[0]
			return []term.Term{term.T(aOnLoad, args[0])}
		}
	case "file", "include", "record", "export_type", "import_type", "doc", "moduledoc", "feature", "optional_callbacks", "import_record", "export_record":
	default:
		if len(args) == 1 {
			v := args[0]
			if !term.IsList(v) {
				v = term.List(v)
			}
			return []term.Term{term.T(term.A(a.Name), v)}
		}
	}
	return nil
}

// option takes a compile option in.
func (m *mod) option(t term.Term) {
	switch t := t.(type) {
	case term.Atom:
		switch t.Name() {
		case "export_all":
			m.all = true
		case "no_auto_import":
			m.noAutos = true
		default:
			if obsoleteOptions[t.Name()] && len(m.errs) == 0 {
				m.errs = append(m.errs, &Diagnostic{Module: "compile", Desc: desc("obsolete_option", t.Name()),
					Text: "the " + t.Name() + " option is no longer supported"})
			}
		}
	case *term.Tuple:
		if t.Len() == 2 && t.Elems[0] == term.Term(term.A("no_auto_import")) {
			for _, k := range functions(t.Elems[1]) {
				m.noAuto[k] = true
			}
		}
	}
}

// obsoleteOptions made code for releases of old; erlc refuses them.
var obsoleteOptions = func() map[string]bool {
	m := map[string]bool{}
	for _, o := range strings.Fields(`r18 r19 r20 r21 r22 r23 r24 r25 no_bsm3 no_get_hd_tl no_put_tuple2 no_swap no_make_fun3
		no_init_yregs no_shared_fun_wrappers no_utf8_atoms no_badrecord no_bs_match no_min_max_bifs no_bs_create_bin`) {
		m[o] = true
	}
	return m
}()

// fileAttribute follows -file(Name, Line).
func (m *mod) fileAttribute(a *parser.Attribute) {
	if s, ok := a.Args[0].(*parser.String); ok {
		m.file = string(s.Value)
	}
}

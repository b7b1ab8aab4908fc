package compile

import (
	"fmt"
	"slices"
	"strings"

	"ersh/parser"
)

// recordInfo is a record that the module defines.
type recordInfo struct {
	def  *parser.RecordDef
	file string
	used bool
}

func (r *recordInfo) has(field string) bool {
	for _, f := range r.def.Fields {
		if f.Name.Name == field {
			return true
		}
	}
	return false
}

func (r *recordInfo) fieldNames() []string {
	out := make([]string, len(r.def.Fields))
	for i, f := range r.def.Fields {
		out[i] = f.Name.Name
	}
	return out
}

// recordDef takes a record definition in: what its defaults call counts as
// called.
func (l *linter) recordDef(d *parser.RecordDef) {
	if l.records[d.Name] != nil {
		l.error(d.Anno, desc("redefine_record", d.Name), "record %s already defined", parser.QuoteAtom(d.Name))
		return
	}
	if l.on["untyped_record"] {
		for _, f := range d.Fields {
			if f.Type == nil {
				l.warn("untyped_record", d.Anno, desc("untyped_record", d.Name), "record %s has field(s) without type information", parser.QuoteAtom(d.Name))
				break
			}
		}
	}
	seen := map[string]bool{}
	l.current = fa{}
	for _, f := range d.Fields {
		if seen[f.Name.Name] {
			l.redefinedField(f.Name.Name, d.Name, f.Anno)
			continue
		}
		seen[f.Name.Name] = true
		if f.Default != nil {
			l.bindings = nil
			sc := newScope(nil)
			l.expr(f.Default, sc)
			for _, b := range l.bindings {
				if sc.get(b.name) == nil {
					continue // a fun's own
				}
				l.error(b.anno, desc("variable_in_record_def", b.name), "variable '%s' in record definition", b.name)
			}
			l.bindings = nil
		}
	}
	l.records[d.Name] = &recordInfo{def: d, file: l.file}
	vars := typeVars{}
	for _, f := range d.Fields {
		if f.Type != nil {
			l.typ(f.Type, vars, fa{})
		}
	}
	l.singletons(vars)
}

func (l *linter) redefinedField(field, record string, a parser.Anno) {
	l.error(a, desc("redefine_field", record, field), "field %s already defined in record %s", parser.QuoteAtom(field), parser.QuoteAtom(record))
}

// recordKnown finds a record that is used at a place, nil with an error if
// there is none.
func (l *linter) recordKnown(name string, a parser.Anno) *recordInfo {
	if r := l.records[name]; r != nil {
		if l.shell && !r.used {
			r.used = true
			l.defaultsKnown(r.def)
		}
		r.used = true
		return r
	}
	var names []string
	if !l.shell { // which looks at the records only that are used
		for n := range l.records {
			names = append(names, n)
		}
	}
	if guess := mostSimilar(name, names); guess != "" {
		l.error(a, desc("undefined_record", name, guess), "record %s undefined, did you mean %s?", parser.QuoteAtom(name), guess)
	} else {
		l.error(a, desc("undefined_record", name), "record %s undefined", parser.QuoteAtom(name))
	}
	return nil
}

// defaultsKnown looks at the records that a record's defaults need: the shell
// may have forgotten some.
func (l *linter) defaultsKnown(d *parser.RecordDef) {
	for _, f := range d.Fields {
		if f.Default == nil {
			continue
		}
		parser.Walk(f.Default, func(n parser.Node) bool {
			if r, ok := n.(*parser.Record); ok {
				l.recordKnown(r.Name, d.Anno)
			}
			return true
		})
	}
}

func (l *linter) undefinedField(r *recordInfo, field string, a parser.Anno) {
	name := r.def.Name
	if guess := mostSimilar(field, r.fieldNames()); guess != "" {
		// erl shows the record's name as a list of characters here.
		codes := strings.ReplaceAll(fmt.Sprint([]rune(name)), " ", ",")
		l.error(a, desc("undefined_field", name, field, guess), "field %s undefined in record %s, did you mean %s?", parser.QuoteAtom(field), codes, guess)
		return
	}
	l.error(a, desc("undefined_field", name, field), "field %s undefined in record %s", parser.QuoteAtom(field), parser.QuoteAtom(name))
}

// fieldsFit checks the names of fields in a construction, update or pattern, and gives the values
// of those that are right. Names that are variables are passed over.
func (l *linter) fieldsFit(r *recordInfo, fields []*parser.RecordField, update bool) (values []parser.Expr, ok bool) {
	ok = true
	seen := map[string]bool{}
	wildcard := false
	for _, f := range fields {
		switch n := f.Name.(type) {
		case *parser.Atom:
			switch {
			case seen[n.Name]:
				l.redefinedField(n.Name, r.def.Name, f.Anno)
				ok = false
			case !r.has(n.Name):
				l.undefinedField(r, n.Name, n.Anno)
				ok = false
			default:
				values = append(values, f.Value)
			}
			seen[n.Name] = true
		case *parser.Var:
			switch {
			case n.Name != "_":
				l.error(n.Anno, desc("field_name_is_variable", r.def.Name, n.Name), "field %s is not an atom or _ in record %s",
					parser.QuoteAtom(n.Name), parser.QuoteAtom(r.def.Name))
				continue
			case wildcard:
				l.error(f.Anno, "bad_multi_field_init", "'_' initializes no omitted fields")
				ok = false
			case update:
				l.error(f.Anno, desc("wildcard_in_update", r.def.Name), "meaningless use of _ in update of record %s", parser.QuoteAtom(r.def.Name))
			}
			if !wildcard {
				values = append(values, f.Value)
			}
			wildcard = true
		}
	}
	return values, ok
}

// recordValues checks a record construction and gives the values of its fields.
func (l *linter) recordValues(e *parser.Record) (values []parser.Expr, ok bool) {
	if r := l.recordKnown(e.Name, e.Anno); r != nil {
		return l.fieldsFit(r, e.Fields, e.Base != nil)
	}
	return nil, false
}

func (l *linter) recordExpr(e *parser.Record, s *scope) {
	var all named
	rest := e.Base != nil && slices.ContainsFunc(e.Fields, isRest)
	if e.Base != nil && !rest { // is looked at before the record's name
		all = l.each(s, l.expr, false, []parser.Expr{e.Base})
	}
	r := l.recordKnown(e.Name, e.Anno)
	if r == nil {
		if e.Base != nil {
			l.updated(e.Base, e.Anno)
		}
		if rest {
			l.expr(e.Base, s)
		}
		s.setAll(all)
		return
	}
	values, _ := l.fieldsFit(r, e.Fields, e.Base != nil)
	if rest { // looked at, and forgotten
		l.asUnseen(func() { l.sideBySide(newScope(s), values...) })
		return
	}
	if e.Base != nil {
		l.updated(e.Base, e.Anno)
	}
	for _, x := range values { // the first that makes a variable unsafe is the one to be told
		these := l.each(s, l.expr, true, []parser.Expr{x})
		l.boundTwice(these, all, s)
		all = all.beside(these)
	}
	s.setAll(all)
}

// asUnseen does something that binds and uses variables, and then none of it counts.
func (l *linter) asUnseen(f func()) {
	before, n := map[*valuePlace]bool{}, len(l.bindings)
	for _, b := range l.bindings {
		before[b] = b.used
	}
	f()
	l.bindings = l.bindings[:n]
	for _, b := range l.bindings {
		b.used = before[b]
	}
}

// isRest is _ = Value, the field that stands for all that are not named.
func isRest(f *parser.RecordField) bool {
	v, ok := f.Name.(*parser.Var)
	return ok && v.Name == "_"
}

func (l *linter) recordIndex(name string, field parser.Expr, a parser.Anno) {
	r := l.recordKnown(name, a)
	f, ok := field.(*parser.Atom)
	if r != nil && ok && !r.has(f.Name) {
		l.undefinedField(r, f.Name, f.Anno)
	}
}

// record is a record pattern. If its fields do not fit it binds nothing.
func (p *patternCheck) record(e *parser.Record) {
	if e.Base != nil {
		p.illegal(e.Anno)
		return
	}
	if values, ok := p.l.recordValues(e); ok {
		for _, x := range values {
			p.pattern(x)
		}
	}
}

// checkRecords reports records that nothing uses.
func (l *linter) checkRecords() {
	for name, r := range l.records {
		if !r.used && !l.unknownUsed[name] && r.file == l.main && !l.keepRecords[name] {
			l.warn("unused_record", r.def.Anno, desc("unused_record", name), "record %s is unused", parser.QuoteAtom(name))
		}
	}
}

// recordInfoCall checks record_info(fields | size, Record).
func (l *linter) recordInfoCall(e *parser.Call, s *scope) {
	what, ok1 := e.Args[0].(*parser.Atom)
	name, ok2 := e.Args[1].(*parser.Atom)
	if !ok1 || !ok2 || what.Name != "fields" && what.Name != "size" {
		at := e.Anno
		if ok1 && ok2 {
			at = what.Anno
		}
		l.parts(s, "call", e.Pos, e.Args...)
		l.error(at, "illegal_record_info", "illegal record info")
		return
	}
	r := l.records[name.Name]
	if r == nil {
		l.error(what.Anno, "native_record_illegal_record_info", "record_info/2 is only supported for tuple records")
		return
	}
	r.used = true
}

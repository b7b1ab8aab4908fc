package compile

import (
	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// record finds a record's definition; nil with an error noted if there is
// none.
func (f *fn) record(name string) *parser.RecordDef {
	d := f.m.records[name]
	if d == nil {
		f.m.errorf(f.pos, "record %s undefined", atomText(name))
	}
	return d
}

// fieldIndex is a field's position, 1 for the first; 0 if there is none.
func (f *fn) fieldIndex(record string, field parser.Expr) int {
	d := f.record(record)
	a, ok := field.(*parser.Atom)
	if d == nil || !ok {
		return 0
	}
	for i, x := range d.Fields {
		if x.Name.Name == a.Name {
			return i + 1
		}
	}
	f.m.errorf(field.Position(), "field %s undefined in record %s", atomText(a.Name), atomText(record))
	return 0
}

// checkFields notes an error for each field that the definition does not have.
func (f *fn) checkFields(d *parser.RecordDef, fields []*parser.RecordField) {
	for _, x := range fields {
		if n, ok := x.Name.(*parser.Atom); ok {
			f.fieldIndex(d.Name, n)
		}
	}
}

func (f *fn) recordExpr(e *parser.Record) opnd {
	d := f.record(e.Name)
	if d == nil {
		return cnst(term.Undefined)
	}
	f.checkFields(d, e.Fields)
	if e.Base != nil {
		return f.recordUpdate(e, d)
	}
	elems := []opnd{cnst(term.A(e.Name))}
	for _, v := range f.m.made(e) {
		if v == nil {
			elems = append(elems, cnst(term.Undefined))
			continue
		}
		elems = append(elems, f.within(inTuple, v))
	}
	f.at(e.Anno)
	return f.tuple(elems)
}

// fieldsOf is the values of a record's fields in the order of its definition,
// those left out by what the definition says, or nil.
func fieldsOf(d *parser.RecordDef, e *parser.Record) []parser.Expr {
	given := map[string]parser.Expr{}
	var other parser.Expr
	for _, x := range e.Fields {
		switch n := x.Name.(type) {
		case *parser.Var:
			other = x.Value
		case *parser.Atom:
			given[n.Name] = x.Value
		}
	}
	vs := make([]parser.Expr, len(d.Fields))
	for i, x := range d.Fields {
		vs[i] = given[x.Name.Name]
		if vs[i] == nil {
			vs[i] = other
		}
	}
	return vs
}

// made is the values of the fields of a record that is made.
func (m *mod) made(e *parser.Record) []parser.Expr {
	d := m.records[e.Name]
	if d == nil {
		return nil
	}
	vs := fieldsOf(d, e)
	for i, v := range vs {
		if v == nil {
			vs[i] = d.Fields[i].Default
		}
	}
	return vs
}

func (f *fn) recordUpdate(e *parser.Record, d *parser.RecordDef) opnd {
	values := map[string]opnd{} // these come before the record
	for _, x := range e.Fields {
		if n, ok := x.Name.(*parser.Atom); ok {
			values[n.Name] = f.within(inRecordUpdate, x.Value)
		}
	}
	base := f.reg(f.within(inRecordUpdate, e.Base))
	f.at(e.Anno)
	f.checkRecord(base, d)
	elems := []opnd{cnst(term.A(e.Name))}
	for i, x := range d.Fields {
		if v, ok := values[x.Name.Name]; ok {
			elems = append(elems, v)
			continue
		}
		r := f.newReg()
		f.op(beam.OpGetTupleElement, base, num(i+1), def(r))
		elems = append(elems, use(r))
	}
	return f.tuple(elems)
}

// checkRecord raises badrecord, or fails the guard, unless v is of the
// record.
func (f *fn) checkRecord(v opnd, d *parser.RecordDef) {
	bad := f.gfail
	if bad == nil {
		bad = f.newBlock()
	}
	f.op(beam.OpIsTaggedTuple, failTo(bad), v, num(len(d.Fields)+1), cnst(term.A(d.Name)))
	if f.gfail == nil {
		f.aside(bad, func() { f.end(beam.OpBadrecord, v) })
	}
}

func (f *fn) recordAccess(e *parser.RecordAccess) opnd {
	v := f.reg(f.within(inCase, e.Base))
	f.at(e.Anno)
	d := f.record(e.Name)
	i := f.fieldIndex(e.Name, e.Field)
	if d == nil || i == 0 {
		return v
	}
	f.checkRecord(v, d)
	r := f.newReg()
	f.op(beam.OpGetTupleElement, v, num(i), def(r))
	return use(r)
}

// recordPattern is a record pattern as a tuple pattern.
func (f *fn) recordPattern(p *parser.Record) parser.Expr {
	d := f.record(p.Name)
	if d == nil {
		return anyPattern
	}
	f.checkFields(d, p.Fields)
	return recordTuple(d, p)
}

func recordTuple(d *parser.RecordDef, p *parser.Record) *parser.Tuple {
	elems := []parser.Expr{&parser.Atom{Anno: p.Anno, Name: p.Name}}
	for _, x := range fieldsOf(d, p) {
		if x == nil {
			x = anyPattern
		}
		elems = append(elems, x)
	}
	return &parser.Tuple{Anno: p.Anno, Elems: elems}
}

type recordTag struct {
	name term.Term
	size int
}

// recordTest recognises is_record(X, name) and is_record(X, name, Size).
func (f *fn) recordTest(e *parser.Call) (parser.Expr, recordTag, bool) {
	name, ok := e.Args[1].(*parser.Atom)
	if !ok {
		return nil, recordTag{}, false
	}
	if len(e.Args) == 3 {
		n, ok := e.Args[2].(*parser.Integer)
		if !ok || !n.Value.IsInt64() || n.Value.Int64() < 1 || n.Value.Int64() > 1<<24 {
			return nil, recordTag{}, false
		}
		return e.Args[0], recordTag{term.A(name.Name), int(n.Value.Int64())}, true
	}
	d := f.m.records[name.Name]
	if d == nil {
		return nil, recordTag{}, false
	}
	return e.Args[0], recordTag{term.A(name.Name), len(d.Fields) + 1}, true
}

// recordInfo is record_info(fields | size, Name).
func (f *fn) recordInfo(e *parser.Call) opnd {
	what, ok1 := e.Args[0].(*parser.Atom)
	name, ok2 := e.Args[1].(*parser.Atom)
	if !ok1 || !ok2 {
		f.m.errorf(e.Anno, "illegal record info")
		return cnst(term.Undefined)
	}
	d := f.record(name.Name)
	if d == nil {
		return cnst(term.Undefined)
	}
	if what.Name == "size" {
		return cnst(term.Small(int64(len(d.Fields) + 1)))
	}
	var names []term.Term
	for _, x := range d.Fields {
		names = append(names, term.A(x.Name.Name))
	}
	return cnst(term.List(names...))
}

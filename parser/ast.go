package parser

import "math/big"

// Pos is a position in source text: line and column, both from 1, columns
// counted in code points. A Col of 0 means that only the line is known.
type Pos struct{ Line, Col int32 }

// Anno is what every node of the tree carries.
type Anno struct {
	Pos
	// Text is the source text of the token, kept only where the scanner was
	// asked to (erl_scan's text option).
	Text string
	// Generated marks code that no warning is to be given for.
	Generated bool
	// Record marks code made by the expansion of records.
	Record bool
	// File is set where a node comes from another file than the form around
	// it; empty otherwise.
	File string
}

// At makes the annotation of a plain position.
func At(line, col int32) Anno { return Anno{Pos: Pos{line, col}} }

// Position gives a node its Position method by embedding Anno.
func (a Anno) Position() Anno { return a }

// Node is any node of the syntax tree.
type Node interface{ Position() Anno }

// Expr is an expression, a pattern or a guard expression: Erlang's grammar
// parses one superset of the three, and later checks tell them apart.
//
// The tree mirrors the abstract format (erts, "The Abstract Format") one to
// one, so that both convert into each other without loss.
type Expr interface {
	Node
	expr()
}

// Atomic terms.
type (
	// Atom is {atom,A,Name}.
	Atom struct {
		Anno
		Name string
	}
	// Var is {var,A,Name}; Name "_" is the anonymous variable.
	Var struct {
		Anno
		Name string
	}
	// Integer is {integer,A,Value}.
	Integer struct {
		Anno
		Value *big.Int
	}
	// Float is {float,A,Value}.
	Float struct {
		Anno
		Value float64
	}
	// Char is {char,A,Value}.
	Char struct {
		Anno
		Value rune
	}
	// String is {string,A,Chars}: code points, since a list may hold any
	// integers that \x{..} makes.
	String struct {
		Anno
		Value []rune
	}
)

// Compound terms.
type (
	// Value is {value,A,Term}: a value of the runtime's that stands in the tree
	// as it is. Source text makes none; programs that build trees do.
	Value struct {
		Anno
		Term any
	}
	// Nil is {nil,A}.
	Nil struct{ Anno }
	// Cons is {cons,A,Head,Tail}.
	Cons struct {
		Anno
		Head, Tail Expr
	}
	// Tuple is {tuple,A,Elems}.
	Tuple struct {
		Anno
		Elems []Expr
	}
	// Map is {map,A,Pairs} or, with a Base, {map,A,Base,Pairs}.
	Map struct {
		Anno
		Base  Expr // nil for construction and patterns
		Pairs []*MapPair
	}
	// MapPair is {map_field_assoc,A,K,V} or, Exact, {map_field_exact,A,K,V}.
	// It is also the template of a map comprehension.
	MapPair struct {
		Anno
		Exact      bool
		Key, Value Expr
	}
	// Record is {record,A,Name,Fields} or, with a Base, {record,A,Base,Name,Fields}.
	Record struct {
		Anno
		Base   Expr
		Name   string
		Fields []*RecordField
	}
	// RecordField is {record_field,A,{atom,A,Name},Value}; Name is an *Atom, or
	// a *Var "_" for _ = V.
	RecordField struct {
		Anno
		Name  Expr
		Value Expr
	}
	// RecordIndex is #name.field: {record_index,A,Name,Field}.
	RecordIndex struct {
		Anno
		Name  string
		Field Expr
	}
	// RecordAccess is E#name.field: {record_field,A,E,Name,Field}.
	RecordAccess struct {
		Anno
		Base  Expr
		Name  string
		Field Expr
	}
	// Bin is {bin,A,Elems}.
	Bin struct {
		Anno
		Elems []*BinElem
	}
	// BinElem is {bin_element,A,Value,Size,Types}.
	BinElem struct {
		Anno
		Value Expr
		Size  Expr      // nil: default
		Types []BinType // nil: default
	}
	// BinType is one type specifier: integer, little, signed, ... or, with
	// HasUnit, unit:Unit.
	BinType struct {
		Name    string
		HasUnit bool
		Unit    int
	}
)

// Operators, calls and funs.
type (
	// BinOp is {op,A,Op,Left,Right}, also for ! andalso orelse.
	BinOp struct {
		Anno
		Op          string
		Left, Right Expr
	}
	// UnOp is {op,A,Op,Arg}: + - not bnot.
	UnOp struct {
		Anno
		Op  string
		Arg Expr
	}
	// Match is Pattern = Expr: {match,A,P,E}.
	Match struct {
		Anno
		Pattern, Value Expr
	}
	// MaybeMatch is Pattern ?= Expr inside maybe: {maybe_match,A,P,E}.
	MaybeMatch struct {
		Anno
		Pattern, Value Expr
	}
	// Catch is {'catch',A,E}.
	Catch struct {
		Anno
		Value Expr
	}
	// Remote is M:F: {remote,A,M,F}, the function of a Call.
	Remote struct {
		Anno
		Module, Name Expr
	}
	// Call is {call,A,Fun,Args}.
	Call struct {
		Anno
		Fun  Expr
		Args []Expr
	}
	// FunRef is fun Name/Arity: {'fun',A,{function,Name,Arity}}.
	FunRef struct {
		Anno
		Name  string
		Arity int
	}
	// FunRemote is fun M:F/A: {'fun',A,{function,M,F,Arity}}.
	FunRemote struct {
		Anno
		Module, Name, Arity Expr
	}
	// Fun is {'fun',A,{clauses,Cs}} or, with a Name, {named_fun,A,Name,Cs}.
	Fun struct {
		Anno
		Name    string
		Clauses []*Clause
	}
)

// Control structures.
type (
	// Block is begin ... end.
	Block struct {
		Anno
		Body []Expr
	}
	// If is {'if',A,Cs}; clauses have guards only.
	If struct {
		Anno
		Clauses []*Clause
	}
	// Case is {'case',A,E,Cs}.
	Case struct {
		Anno
		Value   Expr
		Clauses []*Clause
	}
	// Receive is {'receive',A,Cs} or, with After, {'receive',A,Cs,After,Body}.
	Receive struct {
		Anno
		Clauses   []*Clause
		After     Expr
		AfterBody []Expr
	}
	// Try is {'try',A,Body,OfClauses,CatchClauses,After}. A catch clause has
	// one pattern, the tuple {Class,Reason,Stack}, as in the abstract format.
	Try struct {
		Anno
		Body    []Expr
		Of      []*Clause
		Catches []*Clause
		After   []Expr
	}
	// Maybe is {'maybe',A,Body} or, with Else, {'maybe',A,Body,{'else',A,Cs}}.
	Maybe struct {
		Anno
		Body     []Expr
		Else     []*Clause
		ElseAnno Anno
	}
	// Clause is {clause,A,Patterns,Guard,Body}; Guard is a disjunction of
	// conjunctions.
	Clause struct {
		Anno
		Patterns []Expr
		Guard    [][]Expr
		Body     []Expr
	}
)

// Comprehensions.
type (
	// Comp is {lc|bc|mc,A,Template,Qualifiers}. A map comprehension's template
	// is a *MapPair. Templates beyond the first (OTP 29's several values)
	// stand in More.
	Comp struct {
		Anno
		Kind       CompKind
		Template   Expr
		More       []Expr
		Qualifiers []Expr // *Generator, *Zip, or a filter
		// Assign: a *Match among the qualifiers binds variables (feature compr_assign).
		Assign bool
	}
	// Generator is P <- E and its kin: {generate,...}, {b_generate,...},
	// {m_generate,...}, and the _strict forms. A map generator's pattern is a
	// *MapPair with Exact set. Inside a Zip an expression that generates
	// nothing, which only a later check rejects, is a Generator without a Pattern.
	Generator struct {
		Anno
		Kind    CompKind
		Strict  bool
		Pattern Expr
		Source  Expr
	}
	// Zip is G1 && G2 ...: {zip,A,Generators}.
	Zip struct {
		Anno
		Generators []*Generator
	}
)

// CompKind is what a comprehension makes or a generator takes.
type CompKind uint8

// The kinds of comprehension.
const (
	ListKind CompKind = iota
	BinKind
	MapKind
)

func (*Atom) expr()         {}
func (*Var) expr()          {}
func (*Integer) expr()      {}
func (*Float) expr()        {}
func (*Char) expr()         {}
func (*String) expr()       {}
func (*Value) expr()        {}
func (*Nil) expr()          {}
func (*Cons) expr()         {}
func (*Tuple) expr()        {}
func (*Map) expr()          {}
func (*MapPair) expr()      {}
func (*Record) expr()       {}
func (*RecordIndex) expr()  {}
func (*RecordAccess) expr() {}
func (*Bin) expr()          {}
func (*BinOp) expr()        {}
func (*UnOp) expr()         {}
func (*Match) expr()        {}
func (*MaybeMatch) expr()   {}
func (*Catch) expr()        {}
func (*Remote) expr()       {}
func (*Call) expr()         {}
func (*FunRef) expr()       {}
func (*FunRemote) expr()    {}
func (*Fun) expr()          {}
func (*Block) expr()        {}
func (*If) expr()           {}
func (*Case) expr()         {}
func (*Receive) expr()      {}
func (*Try) expr()          {}
func (*Maybe) expr()        {}
func (*Comp) expr()         {}
func (*Generator) expr()    {}
func (*Zip) expr()          {}

// Form is a top-level form of a module.
type Form interface {
	Node
	form()
}

// Forms.
type (
	// Function is {function,A,Name,Arity,Clauses}.
	Function struct {
		Anno
		Name    string
		Arity   int
		Clauses []*Clause
	}
	// Attribute is {attribute,A,Name,Value} of any attribute that has no node
	// of its own. Value is the argument as an expression made of literals;
	// export and import lists are lists of Name/Arity BinOps as written.
	Attribute struct {
		Anno
		Name string
		Args []Expr
	}
	// RecordDef is -record(Name, {Fields}).
	RecordDef struct {
		Anno
		Name   string
		Fields []*FieldDef
	}
	// FieldDef is one field of a record definition: {record_field,A,Name},
	// {record_field,A,Name,Default}, or {typed_record_field,Field,Type}.
	FieldDef struct {
		Anno
		Name    *Atom
		Default Expr // nil: undefined
		Type    Type // nil: none
	}
	// TypeDef is -type, -opaque or -nominal (Kind).
	TypeDef struct {
		Anno
		Kind   string
		Name   string
		Type   Type
		Params []*Var
	}
	// Spec is -spec or -callback (Kind).
	Spec struct {
		Anno
		Kind   string
		Module string // "" unless given
		Name   string
		Arity  int
		Types  []Type // *FunType or *BoundedFunType, one a clause
	}
	// ErrorForm takes the place of a form that could not be read.
	ErrorForm struct {
		Anno
		Err *Error
	}
	// WarningForm is {warning,...}, as -warning makes it.
	WarningForm struct {
		Anno
		Err *Error
	}
	// EOF is {eof,Location}.
	EOF struct{ Anno }
)

func (*Function) form()    {}
func (*Attribute) form()   {}
func (*RecordDef) form()   {}
func (*TypeDef) form()     {}
func (*Spec) form()        {}
func (*ErrorForm) form()   {}
func (*WarningForm) form() {}
func (*EOF) form()         {}

// Error is what the scanner, the parser and the preprocessor report. It
// corresponds to erl's {Location, Module, Descriptor}.
type Error struct {
	Pos    Pos
	File   string
	Module string // erl_scan, erl_parse, epp
	// Desc is the descriptor, in erl's own shape as a Go value: a string for
	// an atom, []any for a tuple, Chars for a string. format_error of Module
	// makes Text of it.
	Desc any
	Text string // what format_error prints, e.g. "syntax error before: '.'"
}

// Chars is a string inside an Error's Desc.
type Chars string

func (e *Error) Error() string { return e.Text }

// Type is a node of a type expression.
type Type interface {
	Node
	typ()
}

// Type expressions, as in the abstract format.
type (
	// TypeAnno is {ann_type,A,[Var,Type]}.
	TypeAnno struct {
		Anno
		Var  *Var
		Type Type
	}
	// TypeOp is an operation on integers in a type: {op,A,Op,Left,Right}, or
	// {op,A,Op,Right} where Left is nil.
	TypeOp struct {
		Anno
		Op          string
		Left, Right Type
	}
	// TypeLit is an atom, integer or char in a type: Value is the expression.
	TypeLit struct {
		Anno
		Value Expr
	}
	// TypeVar is a variable in a type.
	TypeVar struct {
		Anno
		Name string
	}
	// TypeCall is {type,A,Name,Args} or, User, {user_type,A,Name,Args}: also
	// product, union, tuple, list, nil, range, nonempty_list, fun forms that
	// have no node of their own. Any marks `tuple()`, `map()` and `fun()`
	// whose Args is the atom any.
	TypeCall struct {
		Anno
		User bool
		Name string
		Args []Type
		Any  bool
	}
	// TypeRemote is {remote_type,A,[M,N,Args]}.
	TypeRemote struct {
		Anno
		Module, Name *Atom
		Args         []Type
	}
	// TypeMap is {type,A,map,Pairs}.
	TypeMap struct {
		Anno
		Pairs []*TypeMapPair
	}
	// TypeMapPair is K => V or, Exact, K := V.
	TypeMapPair struct {
		Anno
		Exact      bool
		Key, Value Type
	}
	// TypeRecord is {type,A,record,[Name|Fields]}.
	TypeRecord struct {
		Anno
		Name   *Atom
		Fields []*TypeField
	}
	// TypeField is {type,A,field_type,[Name,Type]}.
	TypeField struct {
		Anno
		Name *Atom
		Type Type
	}
	// TypeBin is <<_:M, _:_*N>>: {type,A,binary,[M,N]}.
	TypeBin struct {
		Anno
		M, N Type
	}
	// FunType is fun((Args) -> Result): {type,A,'fun',[Args,Result]}. AnyArgs
	// is fun((...) -> Result).
	FunType struct {
		Anno
		AnyArgs  bool
		ArgsAnno Anno
		Args     []Type
		Result   Type
	}
	// BoundedFunType is a FunType with constraints: {type,A,bounded_fun,...}.
	BoundedFunType struct {
		Anno
		Fun         *FunType
		Constraints []*Constraint
	}
	// Constraint is V :: Type or is_subtype(V, Type).
	Constraint struct {
		Anno
		Var  Type
		Type Type
	}
)

func (*TypeAnno) typ()       {}
func (*TypeLit) typ()        {}
func (*TypeOp) typ()         {}
func (*TypeVar) typ()        {}
func (*TypeCall) typ()       {}
func (*TypeRemote) typ()     {}
func (*TypeMap) typ()        {}
func (*TypeMapPair) typ()    {}
func (*TypeRecord) typ()     {}
func (*TypeField) typ()      {}
func (*TypeBin) typ()        {}
func (*FunType) typ()        {}
func (*BoundedFunType) typ() {}
func (*Constraint) typ()     {}

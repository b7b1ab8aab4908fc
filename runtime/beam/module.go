// Package beam is the .beam file: its chunks, the generic instruction set,
// reading, writing and listing. It knows nothing of how code is run or where
// it comes from: the compiler makes a [Module], the loader takes one.
package beam

import "ersh/runtime/term"

// Module is the content of a .beam file in generic BEAM instructions.
type Module struct {
	Name    term.Atom
	Exports []Function // ExpT
	Locals  []Function // LocT: functions that are not exported
	// Atoms is the atom table, the module's name first. Operands hold atoms,
	// not table indexes; Write keeps this order and adds what is missing, so
	// who makes a module leaves it nil.
	Atoms   []term.Atom
	Imports []Import // ImpT
	Lambdas []Lambda // FunT
	// Literals holds the LitT table; operands refer to it by index.
	Literals []term.Term
	// Strings is the StrT chunk: instructions such as bs_match_string and
	// the string segments of bs_create_bin refer to it by byte offset.
	Strings []byte
	// Code is the instruction stream of all functions, in file order.
	Code []Instr
	// NumLabels is the highest label + 1.
	NumLabels int
	// Lines is the Line chunk: Lines[i] is what `line i` refers to; Lines[0]
	// is "no line".
	Lines []Line
	// Files names the Line chunk's files; Files[0] is the module's own
	// source name (MODULE.erl).
	Files []string
	// Frames, for code that stands in for an interpreter's, holds for each of
	// Lines what a stack trace shows in place of the function. Files don't
	// have it.
	Frames [][]Frame
	// Attributes and CompileInfo are the Attr and CInf chunks: property
	// lists, as module_info shows them.
	Attributes, CompileInfo term.Term
	// Chunks holds every other chunk, uninterpreted, by its name (Dbgi, Docs,
	// Type, Meta, ...), for tools and for writing back.
	Chunks map[string][]byte
	// MD5 is the module's version: MD5 of the significant chunks, as
	// code:module_md5 computes it. Reading and writing a file fills it in.
	MD5 [16]byte

	form form
}

// form is how the file that a module was read from was written, so that it is
// written back with the same checksum.
type form struct {
	longAtoms    bool // atom lengths of OTP 28 and later
	literalChunk []byte
	literals     []term.Term // what is in literalChunk
	lineFlags    uint32
	maxOp        Op // as the Code chunk's head says; may exceed what occurs
}

// Frame is a row of a stack trace.
type Frame struct {
	Module, Name term.Atom
	Arity        int
	File         string
	Line         int // 0: none
	Kind         FrameKind
}

// FrameKind restricts when a frame is shown.
type FrameKind uint8

const (
	// OnRaise: where the instruction itself raises the exception, or calls a
	// function that has no frame of its own.
	OnRaise FrameKind = 1 << iota
	// OnCall: under the frame of what the instruction calls, unless that one
	// is of the same kind of code and shows frames.
	OnCall
	// OnArity: where the instruction calls a fun of the same kind of code
	// with a wrong number of arguments.
	OnArity
)

// Function is a row of the export or local table.
type Function struct {
	Name  term.Atom
	Arity int
	Label int // its entry label
}

// Import is a row of the import table.
type Import struct {
	Module, Name term.Atom
	Arity        int
}

// Lambda is a row of the fun table.
type Lambda struct {
	Name    term.Atom
	Arity   int // with the free variables
	Label   int
	Index   int
	NumFree int
	// OldUniq is a hash of the module; Write puts the first bits of MD5 in
	// where it is 0.
	OldUniq uint32
}

// Line is a source position.
type Line struct {
	File int // index into Module.Files
	Line int
}

// Instr is one generic instruction.
type Instr struct {
	Op   Op
	Args []Arg
}

// ArgKind tells what an operand is.
type ArgKind uint8

// The operand kinds, in the order of the compact encoding's tags, then the
// extended ones.
const (
	KindU       ArgKind = iota // unsigned number: N
	KindI                      // integer literal: N, or Term for a large one
	KindAtom                   // Term is the Atom; [] (nil) has its own kind
	KindX                      // x register N
	KindY                      // y register N
	KindLabel                  // label N; 0 means none: fail by exception
	KindNil                    // []
	KindFR                     // float register N
	KindLiteral                // Literals[N]; Term holds it as well
	KindList                   // List: select lists, tuple elements, bs segments
	KindAlloc                  // List of pairs: allocation list (u kind, u count)
	KindTyped                  // a register with type information: List[0] is the register, N the type index
)

// Arg is one operand.
type Arg struct {
	Kind ArgKind
	N    int64
	Term term.Term
	List []Arg
}

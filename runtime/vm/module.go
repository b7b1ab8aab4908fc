package vm

import (
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// module is a loaded module, one version of it.
type module struct {
	vm                      *VM
	name                    term.Atom
	md5                     [16]byte
	attributes, compileInfo term.Term
	code                    []instr
	exports                 map[funcKey]*instr
	exportList              []funcKey
	funcList                []funcKey // every function, in file order
	lambdas                 []*term.Lambda
	lines                   []beam.Line
	files                   []string
	frames                  [][]beam.Frame // see beam.Module.Frames
	onLoad                  *instr
	lazy                    *lazyModule // the library's; what code, exports and the lists are for others
}

// funcKey is a function within a module.
type funcKey struct {
	name  term.Atom
	arity int
}

// exporting reports whether a function is exported.
func (mod *module) exporting(k funcKey) bool {
	if mod.lazy != nil {
		return mod.lazy.exports(k)
	}
	return mod.exports[k] != nil
}

// lists gives the exported functions and all functions.
func (mod *module) lists() (exports, all []funcKey) {
	if mod.lazy != nil {
		return mod.lazy.lists()
	}
	return mod.exportList, mod.funcList
}

// lambda is a row of the fun table, which is long enough.
func (mod *module) lambda(i int) *term.Lambda {
	if mod.lazy != nil {
		return mod.lazy.fun(i)
	}
	return mod.lambdas[i]
}

// stands is the frames that a line number stands for.
func (mod *module) stands(line uint32) []beam.Frame {
	if int(line) >= len(mod.frames) {
		return nil
	}
	return mod.frames[line]
}

// position gives the source position of a line number of an instruction; line
// 0 means none is known.
func (mod *module) position(line uint32) (file string, n int) {
	if mod.lazy != nil {
		mod.lazy.lines.Do(func() { mod.lines, mod.files = mod.lazy.img.Lines() })
	}
	if int(line) >= len(mod.lines) || line == 0 {
		return "", 0
	}
	l := mod.lines[line]
	if l.File >= 0 && l.File < len(mod.files) {
		file = mod.files[l.File]
	} else {
		file = mod.name.Name() + ".erl"
	}
	return file, l.Line
}

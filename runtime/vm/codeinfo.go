package vm

import (
	"crypto/md5"
	"fmt"
	"slices"
	"sort"

	"ersh/runtime/term"
)

// Questions about loaded code.

// Loaded reports whether a module has a current version.
func (vm *VM) Loaded(name term.Atom) bool { return vm.currentModule(name) != nil }

// HasOld reports whether a module has an old version.
func (vm *VM) HasOld(name term.Atom) bool { return vm.oldModule(name) != nil }

// LoadedModules lists the modules that have a current version, by name.
func (vm *VM) LoadedModules() []term.Atom {
	vm.code.mu.RLock()
	defer vm.code.mu.RUnlock()
	var names []term.Atom
	for name, v := range vm.code.modules {
		if v.current != nil {
			names = append(names, name)
		}
	}
	sort.Slice(names, func(i, j int) bool { return names[i].Name() < names[j].Name() })
	return names
}

// Exported reports whether M:F/A can be called: by a function in Go, a loaded
// module, or an embedded one, which is then loaded.
func (vm *VM) Exported(m, f term.Atom, arity int) bool {
	if e := vm.lookupExport(m, f, arity); e != nil && e.addr.Load().op != opUndef {
		return true
	}
	vm.autoload(m)
	if mod := vm.currentModule(m); mod != nil && mod.exporting(funcKey{f, arity}) {
		return true
	}
	return vm.bif(m, f, arity) != nil
}

// IsBuiltin reports whether M:F/A is implemented in Go.
func (vm *VM) IsBuiltin(m, f term.Atom, arity int) bool {
	e := vm.lookupExport(m, f, arity)
	return e != nil && (e.bif != nil || e.apply)
}

func (vm *VM) lookupExport(m, f term.Atom, arity int) *export {
	vm.code.mu.RLock()
	defer vm.code.mu.RUnlock()
	return vm.code.exports[exportKey{m, f, arity}]
}

// RunsOld reports whether the process has calls under way in the old version
// of a module. It is for the process itself, and for use in Ask.
func (p *Process) RunsOld(name term.Atom) bool { return p.runsOld(name) }

var moduleItems = []string{"module", "exports", "attributes", "compile", "md5"}

// ModuleInfo is what get_module_info/2 gives for an item, /1 for "". ok is
// false where there is no such module or item.
func (vm *VM) ModuleInfo(name term.Atom, item string) (v term.Term, ok bool) {
	mod := vm.currentModule(name)
	if mod == nil {
		vm.autoload(name)
		if mod = vm.currentModule(name); mod == nil {
			return vm.nativeInfo(name, item)
		}
	}
	if item == "" {
		var rows []term.Term
		for _, item := range moduleItems {
			v, _ := mod.info(item)
			rows = append(rows, term.T(term.A(item), v))
		}
		return term.List(rows...), true
	}
	return mod.info(item)
}

// nativeInfo is what ModuleInfo gives for a module that is all in Go, such as
// erlang.
func (vm *VM) nativeInfo(name term.Atom, item string) (term.Term, bool) {
	bifs := vm.code.bifs[name.Name()]
	if len(bifs) == 0 {
		return nil, false
	}
	seen := make(map[funcKey]bool, len(bifs))
	var exports []funcKey
	var names []byte
	for _, b := range slices.Backward(bifs) { // as compilers write them: see info
		if key := (funcKey{term.A(b.Name), b.Arity}); !seen[key] {
			seen[key] = true
			exports = append(exports, key)
			names = fmt.Appendf(names, "%s/%d ", b.Name, b.Arity)
		}
	}
	mod := &module{name: name, exportList: exports, funcList: exports, md5: md5.Sum(names)}
	if item != "" {
		return mod.info(item)
	}
	var rows []term.Term
	for _, item := range moduleItems {
		v, _ := mod.info(item)
		rows = append(rows, term.T(term.A(item), v))
	}
	return term.List(rows...), true
}

func (mod *module) info(item string) (term.Term, bool) {
	orEmpty := func(v term.Term) term.Term {
		if v == nil {
			return term.EmptyList
		}
		return v
	}
	switch item {
	case "module":
		return mod.name, true
	case "exports":
		// Compilers write the last function first.
		exports, _ := mod.lists()
		exports = slices.Clone(exports)
		slices.Reverse(exports)
		return functionList(exports), true
	case "functions":
		_, all := mod.lists()
		return functionList(all), true
	case "attributes", "compile":
		if mod.lazy != nil {
			mod.lazy.info.Do(func() { mod.attributes, mod.compileInfo = mod.lazy.img.Info() })
		}
		if item == "compile" {
			return orEmpty(mod.compileInfo), true
		}
		return orEmpty(mod.attributes), true
	case "md5":
		return term.Binary(append([]byte(nil), mod.md5[:]...)), true
	case "native":
		return term.False, true
	case "nifs":
		return term.EmptyList, true
	}
	return nil, false
}

func functionList(keys []funcKey) term.Term {
	rows := make([]term.Term, len(keys))
	for i, k := range keys {
		rows[i] = term.T(k.name, term.Small(int64(k.arity)))
	}
	return term.List(rows...)
}

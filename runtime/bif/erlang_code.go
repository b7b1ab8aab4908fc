package bif

import (
	"errors"

	"ersh/runtime/beam"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// erlangCode holds the functions of module erlang about loaded code and funs.
var erlangCode = []vm.BIF{
	erl("load_module", 2, loadModule),
	erl("delete_module", 1, deleteModule),
	erl("purge_module", 1, purgeModule),
	erl("check_old_code", 1, checkOldCode),
	erl("check_process_code", 2, checkProcessCode),
	erl("check_process_code", 3, checkProcessCode),
	erl("module_loaded", 1, moduleLoaded),
	erl("loaded", 0, loaded),
	erl("pre_loaded", 0, loaded),
	erl("function_exported", 3, functionExported),
	erl("is_builtin", 3, isBuiltin),
	erl("get_module_info", 1, moduleInfo),
	erl("get_module_info", 2, moduleInfo),
	erl("call_on_load_function", 1, callOnLoad),
	erl("fun_info", 1, funInfo),
	erl("fun_info", 2, funInfoItem),
}

var (
	aModule    = term.A("module")
	aBadfile   = term.A("badfile")
	aNotPurged = term.A("not_purged")
	aNewIndex  = term.A("new_index")
	aNewUniq   = term.A("new_uniq")
	aIndex     = term.A("index")
	aUniq      = term.A("uniq")
	aNameItem  = term.A("name")
	aArityItem = term.A("arity")
	aEnv       = term.A("env")
	aTypeItem  = term.A("type")
	aLocalFun  = term.A("local")
	aExternal  = term.A("external")
	aPidItem   = term.A("pid")
)

func loadModule(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	file, ok2 := term.ToBytes(args[1])
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	m, err := beam.Read(file)
	if err == nil && m.Name != name {
		err = vm.ErrBadFile
	}
	if err == nil {
		err = p.VM().LoadModule(m)
	}
	p.Bump(len(file) / 64)
	switch {
	case errors.Is(err, vm.ErrNotPurged):
		return term.T(term.ErrorAtom, aNotPurged), nil
	case err != nil:
		return term.T(term.ErrorAtom, aBadfile), nil
	}
	return term.T(aModule, name), nil
}

// callOnLoad calls a module's on_load function; ok if it has none.
func callOnLoad(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	if f := p.VM().OnLoad(name); f != nil {
		return nil, &vm.TailApply{Fun: f}
	}
	return term.Ok, nil
}

func deleteModule(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	done, err := p.VM().DeleteModule(name)
	switch {
	case err != nil:
		return nil, vm.Badarg
	case !done:
		return term.Undefined, nil
	}
	return term.True, nil
}

func purgeModule(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok || !p.VM().PurgeModule(name) {
		return nil, vm.Badarg
	}
	return term.True, nil
}

func checkOldCode(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	return term.Bool(p.VM().HasOld(name)), nil
}

func checkProcessCode(p *vm.Process, args []term.Term) (term.Term, error) {
	pid, ok := args[0].(*term.Pid)
	name, ok2 := args[1].(term.Atom)
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	if term.Identical(pid, p.Pid()) {
		return term.Bool(p.RunsOld(name)), nil
	}
	return p.Ask(pid, term.False, func(t *vm.Process) (term.Term, error) {
		return term.Bool(t.RunsOld(name)), nil
	})
}

func moduleLoaded(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	return term.Bool(p.VM().Loaded(name)), nil
}

func loaded(p *vm.Process, _ []term.Term) (term.Term, error) {
	var names []term.Term
	for _, name := range p.VM().LoadedModules() {
		names = append(names, name)
	}
	return term.List(names...), nil
}

// mfa takes three arguments apart.
func mfaArgs(args []term.Term) (m, f term.Atom, arity int, ok bool) {
	m, ok1 := args[0].(term.Atom)
	f, ok2 := args[1].(term.Atom)
	n, ok3 := smallInt(args[2], 0, 1<<30)
	return m, f, int(n), ok1 && ok2 && ok3
}

func functionExported(p *vm.Process, args []term.Term) (term.Term, error) {
	m, f, n, ok := mfaArgs(args)
	if !ok {
		return nil, vm.Badarg
	}
	return term.Bool(p.VM().Exported(m, f, n)), nil
}

func isBuiltin(p *vm.Process, args []term.Term) (term.Term, error) {
	m, f, n, ok := mfaArgs(args)
	if !ok {
		return nil, vm.Badarg
	}
	return term.Bool(p.VM().IsBuiltin(m, f, n)), nil
}

func moduleInfo(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	item := ""
	if len(args) == 2 {
		a, isAtom := args[1].(term.Atom)
		if !isAtom || a.Name() == "" {
			return nil, vm.Badarg
		}
		item = a.Name()
	}
	if ok {
		if v, ok := p.VM().ModuleInfo(name, item); ok {
			return v, nil
		}
	}
	return nil, vm.Badarg
}

// funItems gives what fun_info tells, in its order.
func funItems(t term.Term) ([][2]term.Term, bool) {
	switch f := t.(type) {
	case *term.Export:
		return [][2]term.Term{{aModule, f.Module}, {aNameItem, f.Name}, {aArityItem, term.Small(int64(f.Arity))},
			{aEnv, term.EmptyList}, {aTypeItem, aExternal}}, true
	case *term.Fun:
		var creator term.Term = term.Undefined
		if f.Creator != nil {
			creator = f.Creator
		}
		env := term.List(f.Env...)
		if shown, ok := f.Interpreted.(term.Term); ok {
			env = term.List(shown)
		}
		return [][2]term.Term{{aPidItem, creator}, {aModule, f.Module}, {aNewIndex, term.Small(int64(f.Index))},
			{aNewUniq, term.Binary(append([]byte(nil), f.Uniq[:]...))}, {aIndex, term.Small(int64(f.OldIndex))},
			{aUniq, term.Small(int64(f.OldUniq))}, {aNameItem, f.Name}, {aArityItem, term.Small(int64(f.Arity))},
			{aEnv, env}, {aTypeItem, aLocalFun}}, true
	}
	return nil, false
}

func funInfo(_ *vm.Process, args []term.Term) (term.Term, error) {
	items, ok := funItems(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	var rows []term.Term
	for _, it := range items {
		rows = append(rows, term.T(it[0], it[1]))
	}
	return term.List(rows...), nil
}

func funInfoItem(_ *vm.Process, args []term.Term) (term.Term, error) {
	items, ok := funItems(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	for _, it := range items {
		if it[0] == args[1] {
			return term.T(it[0], it[1]), nil
		}
	}
	switch args[1] {
	case aPidItem, aNewIndex, aNewUniq, aIndex, aUniq:
		return term.T(args[1], term.Undefined), nil
	}
	return nil, vm.Badarg
}

package bif

import (
	"errors"
	"fmt"
	"os"

	"ersh/runtime/beam"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// erlangCode holds the functions of module erlang about loaded code and funs.
var erlangCode = []vm.BIF{
	erl("load_module", 2, loadModule),
	{Module: "erts_internal", Name: "prepare_loading", Arity: 2, Fn: prepareLoading},
	erl("finish_loading", 1, finishLoading),
	erl("has_prepared_code_on_load", 1, hasPreparedOnLoad),
	erl("finish_after_on_load", 2, finishAfterOnLoad),
	erl("load_nif", 2, loadNIF),
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
	erl("module_info", 0, erlangModuleInfo),
	erl("module_info", 1, erlangModuleInfo),
	erl("call_on_load_function", 1, callOnLoad),
	erl("fun_info", 1, funInfo),
	erl("fun_info", 2, funInfoItem),
}

var (
	aModule    = term.A("module")
	aBadfile   = term.A("badfile")
	aNotPurged = term.A("not_purged")
	aOnLoad    = term.A("on_load")

	aCheckProcessCode = term.A("check_process_code")
	aNewIndex         = term.A("new_index")
	aNewUniq          = term.A("new_uniq")
	aIndex            = term.A("index")
	aUniq             = term.A("uniq")
	aNameItem         = term.A("name")
	aArityItem        = term.A("arity")
	aEnv              = term.A("env")
	aTypeItem         = term.A("type")
	aLocalFun         = term.A("local")
	aExternal         = term.A("external")
	aPidItem          = term.A("pid")
)

// prepare reads a module's code. Where that is not possible it says so in the
// log, in the words of erl's loader, and gives nil.
func prepare(p *vm.Process, name term.Atom, file []byte) *vm.Prepared {
	p.Bump(len(file) / 64)
	m, err := beam.Read(file)
	if err == nil && m.Name != name {
		p.LogError("~ts", term.String(fmt.Sprintf("beam/beam_load.c(186): Error loading module %s:\n  module name in object code is %s\n\n", name.Name(), m.Name.Name())))
		return nil
	}
	var code *vm.Prepared
	if err == nil {
		code, err = p.VM().Prepare(m)
	}
	switch {
	case errors.Is(err, beam.ErrFormat):
		p.LogError("~ts", term.String(fmt.Sprintf("beam/beam_load.c(146): Error loading module %s:\n  corrupt file header\n\n", name.Name())))
	case err != nil:
		p.LogError("~ts", term.String(fmt.Sprintf("Error loading module %s:\n  %v\n\n", name.Name(), err)))
	}
	return code
}

// loaded is what loading gives for an error of Install.
func loadError(name term.Atom, err error) term.Term {
	switch {
	case errors.Is(err, vm.ErrNotPurged):
		return term.T(term.ErrorAtom, aNotPurged)
	case errors.Is(err, vm.ErrOnLoad):
		return term.T(term.ErrorAtom, aOnLoad)
	case err != nil:
		return term.T(term.ErrorAtom, aBadfile)
	}
	return term.T(aModule, name)
}

func loadModule(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	file, ok2 := term.ToBytes(args[1])
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	code := prepare(p, name, file)
	if code == nil {
		return term.T(term.ErrorAtom, aBadfile), nil
	}
	return loadError(name, p.VM().Install(code)), nil
}

// prepareLoading gives a magic reference to code that finish_loading installs.
func prepareLoading(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	file, ok2 := term.ToBytes(args[1])
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	code := prepare(p, name, file)
	if code == nil {
		return term.T(term.ErrorAtom, aBadfile), nil
	}
	ref := p.VM().MakeRef()
	ref.Resource = code
	return ref, nil
}

func prepared(t term.Term) *vm.Prepared {
	if ref, ok := t.(*term.Ref); ok {
		if code, ok := ref.Resource.(*vm.Prepared); ok {
			return code
		}
	}
	return nil
}

// finishLoading installs prepared modules, all of them or none.
func finishLoading(p *vm.Process, args []term.Term) (term.Term, error) {
	list, ok := term.Slice(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	var codes []*vm.Prepared
	var old []term.Term
	for _, t := range list {
		code := prepared(t)
		if code == nil || code.HasOnLoad() && len(list) > 1 {
			return nil, vm.Badarg
		}
		codes = append(codes, code)
		if p.VM().HasOld(code.Name()) {
			old = append(old, code.Name())
		}
	}
	if len(old) > 0 {
		return term.T(aNotPurged, term.List(old...)), nil
	}
	for _, code := range codes {
		switch err := p.VM().Install(code); {
		case errors.Is(err, vm.ErrOnLoad):
			return term.T(aOnLoad, term.List(code.Name())), nil
		case err != nil:
			return term.T(aNotPurged, term.List(code.Name())), nil
		}
	}
	return term.Ok, nil
}

func hasPreparedOnLoad(_ *vm.Process, args []term.Term) (term.Term, error) {
	code := prepared(args[0])
	if code == nil {
		return nil, vm.Badarg
	}
	return term.Bool(code.HasOnLoad()), nil
}

// finishAfterOnLoad says what becomes of a module whose on_load function ran.
func finishAfterOnLoad(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	install, ok2 := args[1].(term.Atom)
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	if found, err := p.VM().FinishOnLoad(name, install == term.True); !found || err != nil {
		return nil, vm.Badarg
	}
	return term.True, nil
}

// loadNIF fails as erl's does where the library's file is missing: a static
// binary loads no native code.
func loadNIF(_ *vm.Process, args []term.Term) (term.Term, error) {
	path, ok := term.GoString(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	why := "cannot open shared object file: No such file or directory"
	if _, err := os.Stat(path + ".so"); err == nil {
		why = "native code is not supported"
	}
	text := fmt.Sprintf("Failed to load NIF library: '%s.so: %s'", path, why)
	return term.T(term.ErrorAtom, term.T(term.A("load_failed"), term.String(text))), nil
}

// callOnLoad calls the on_load function of a module that waits for it.
func callOnLoad(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	if f := p.VM().OnLoad(name); f != nil {
		return nil, &vm.TailApply{Fun: f}
	}
	return nil, vm.Badarg
}

func deleteModule(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	done, err := p.VM().DeleteModule(name)
	switch {
	case err != nil:
		p.LogError("~ts", term.String("Module "+name.Name()+" must be purged before deleting\n"))
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

// checkProcessCode tells whether a process runs old code: at once, or with the
// option {async, Id} in a message.
func checkProcessCode(p *vm.Process, args []term.Term) (term.Term, error) {
	pid, ok := args[0].(*term.Pid)
	name, ok2 := args[1].(term.Atom)
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	var id term.Term
	if len(args) == 3 {
		options, ok := term.Slice(args[2])
		if !ok {
			return nil, vm.Badarg
		}
		for _, o := range options {
			t, ok := o.(*term.Tuple)
			switch {
			case !ok || len(t.Elems) != 2:
				return nil, vm.Badarg
			case t.Elems[0] == aAsync:
				id = t.Elems[1]
			case t.Elems[0] != term.A("allow_gc"):
				return nil, vm.Badarg
			}
		}
	}
	self := p.Pid()
	answer := func(t *vm.Process) (term.Term, error) {
		runs := term.Bool(t.RunsOld(name))
		if id == nil {
			return runs, nil
		}
		p.VM().Send(self, term.T(aCheckProcessCode, id, runs))
		return aAsync, nil
	}
	if term.Identical(pid, self) {
		return answer(p)
	}
	return p.Ask(pid, term.False, answer)
}

func moduleLoaded(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	// The node's own modules load themselves when they are called.
	return term.Bool(p.VM().Loaded(name) || p.VM().IsCore(name)), nil
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

// erlangModuleInfo is what every other module has of its own.
func erlangModuleInfo(p *vm.Process, args []term.Term) (term.Term, error) {
	return moduleInfo(p, append([]term.Term{term.A("erlang")}, args...))
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

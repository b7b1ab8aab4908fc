package bif

import (
	"os"
	"path/filepath"

	"ersh/runtime/beam"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// code is the natives of the modules code and beam_lib.
var code = []vm.BIF{
	{Module: "beam_lib", Name: "checksum", Arity: 1, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		file, ok := binaryBytes(args[0])
		if !ok {
			return nil, vm.Badarg
		}
		m, err := beam.Read(file)
		if err != nil {
			return nil, vm.Badarg
		}
		return term.Binary(m.MD5[:]), nil
	}},
	{Module: "beam_lib", Name: "decrypted", Arity: 2, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		data, ok := binaryBytes(args[0])
		key, ok2 := term.GoString(args[1])
		if !ok || !ok2 {
			return nil, vm.Badarg
		}
		if data, ok = decrypted(data, key); !ok {
			return nil, vm.Badarg
		}
		return term.Binary(data), nil
	}},
	{Module: "code", Name: "embedded", Arity: 1, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		name, ok := args[0].(term.Atom)
		if !ok {
			return nil, vm.Badarg
		}
		file, err := p.VM().EmbeddedCode(name)
		if err != nil {
			return term.ErrorAtom, nil
		}
		return term.T(term.Ok, term.Binary(file)), nil
	}},
	{Module: "code", Name: "embedded", Arity: 0, Fn: func(p *vm.Process, _ []term.Term) (term.Term, error) {
		var names []term.Term
		for _, name := range p.VM().EmbeddedNames() {
			names = append(names, term.String(name))
		}
		return term.List(names...), nil
	}},
	{Module: "code", Name: "natives", Arity: 0, Fn: func(p *vm.Process, _ []term.Term) (term.Term, error) {
		var names []term.Term
		for _, name := range p.VM().NativeModules() {
			names = append(names, term.A(name))
		}
		return term.List(names...), nil
	}},
	{Module: "code", Name: "natives", Arity: 1, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		mod, ok := args[0].(term.Atom)
		if !ok {
			return nil, vm.Badarg
		}
		var found []term.Term
		for _, b := range p.VM().Natives(mod.Name()) {
			found = append(found, term.T(term.A(b.Name), term.Small(int64(b.Arity))))
		}
		return term.List(found...), nil
	}},
	{Module: "code", Name: "is_core", Arity: 1, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		name, ok := args[0].(term.Atom)
		return term.Bool(ok && p.VM().IsCore(name)), nil
	}},
	{Module: "code", Name: "front", Arity: 1, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		list, ok := term.Slice(args[0])
		if !ok {
			return nil, vm.Badarg
		}
		var dirs []string
		for _, d := range list {
			if dir, ok := term.GoString(d); ok {
				dirs = append(dirs, dir)
			}
		}
		p.VM().SetFront(dirs)
		return term.True, nil
	}},
	{Module: "code", Name: "in_dirs", Arity: 2, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		dirs, ok := term.Slice(args[0])
		name, ok2 := term.GoString(args[1])
		if !ok || !ok2 {
			return nil, vm.Badarg
		}
		return nil, p.Async(func() (term.Term, error) {
			for _, d := range dirs {
				dir, ok := term.GoString(d)
				if !ok {
					continue
				}
				path, err := filepath.Abs(filepath.Join(dir, name))
				if err != nil {
					continue
				}
				if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
					return term.T(term.A("file"), term.String(filepath.ToSlash(path))), nil
				}
			}
			return term.False, nil
		})
	}},
	{Module: "code", Name: "read_code", Arity: 1, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		path, ok := term.GoString(args[0])
		if !ok {
			return nil, vm.Badarg
		}
		return nil, p.Async(func() (term.Term, error) {
			file, err := os.ReadFile(path)
			if err != nil {
				return term.ErrorAtom, nil
			}
			return term.T(term.Ok, term.Binary(file)), nil
		})
	}},
}

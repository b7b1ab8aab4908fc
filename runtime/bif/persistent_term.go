package bif

import (
	"sync"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var persistentTerm = []vm.BIF{
	{Module: "persistent_term", Name: "get", Arity: 0, Fn: persistentAll},
	{Module: "persistent_term", Name: "get", Arity: 1, Fn: persistentGet},
	{Module: "persistent_term", Name: "get", Arity: 2, Fn: persistentGet},
	{Module: "persistent_term", Name: "put", Arity: 2, Fn: persistentPut},
	{Module: "persistent_term", Name: "put_new", Arity: 2, Fn: persistentPutNew},
	{Module: "persistent_term", Name: "erase", Arity: 1, Fn: persistentErase},
	{Module: "persistent_term", Name: "info", Arity: 0, Fn: persistentInfo},
}

// persistentTerms is a VM's store. Readers take the map as it is; writers,
// which are rare, put a new one in its place.
type persistentTerms struct {
	sync.RWMutex
	m *term.Map
}

type persistentKey struct{}

func persistent(p *vm.Process) *persistentTerms {
	return p.VM().Local(persistentKey{}, func() any { return &persistentTerms{m: term.EmptyMap} }).(*persistentTerms)
}

func (s *persistentTerms) load() *term.Map {
	s.RLock()
	defer s.RUnlock()
	return s.m
}

func persistentAll(p *vm.Process, args []term.Term) (term.Term, error) {
	var pairs []term.Term
	for k, v := range persistent(p).load().All {
		pairs = append(pairs, term.T(k, v))
	}
	return term.List(pairs...), nil
}

func persistentGet(p *vm.Process, args []term.Term) (term.Term, error) {
	if v, ok := persistent(p).load().Get(args[0]); ok {
		return v, nil
	}
	if len(args) == 2 {
		return args[1], nil
	}
	return nil, vm.Badarg
}

func persistentPut(p *vm.Process, args []term.Term) (term.Term, error) {
	s := persistent(p)
	s.Lock()
	defer s.Unlock()
	s.m = s.m.Put(args[0], args[1])
	return term.Ok, nil
}

func persistentPutNew(p *vm.Process, args []term.Term) (term.Term, error) {
	s := persistent(p)
	s.Lock()
	defer s.Unlock()
	if old, ok := s.m.Get(args[0]); ok {
		if !term.Identical(old, args[1]) {
			return nil, vm.Badarg
		}
		return term.Ok, nil
	}
	s.m = s.m.Put(args[0], args[1])
	return term.Ok, nil
}

func persistentErase(p *vm.Process, args []term.Term) (term.Term, error) {
	s := persistent(p)
	s.Lock()
	defer s.Unlock()
	old := s.m
	s.m = s.m.Remove(args[0])
	return term.Bool(s.m.Len() < old.Len()), nil
}

func persistentInfo(p *vm.Process, args []term.Term) (term.Term, error) {
	m := persistent(p).load()
	size, _ := termWords(m)
	return term.MapOf(term.A("count"), term.MakeInt(int64(m.Len())), term.A("memory"), term.MakeInt(int64(8*size))), nil
}

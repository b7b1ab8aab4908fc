package vm

import (
	"fmt"
	"sync"
	"sync/atomic"

	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// lazyModule is the code of a library module, of which a function is
// translated when it is first called, together with the funs made in it. A
// node that starts calls few of the functions of the modules it uses; to
// read and translate them all took two thirds of the time of a start.
//
// A call within the module leads to the callee's stub as long as the callee is
// not translated, and to its code from then on (see relink.go).
type lazyModule struct {
	mod       *module
	img       *beam.Image
	m         *beam.Module    // what the loader asks of a module as a whole
	functions []*lazyFunction // nil where nothing refers to it
	lines     sync.Once
	info      sync.Once
}

// lazyFunction is a function of a lazyModule that something refers to. All
// but ready belongs to the lazyLoader.
type lazyFunction struct {
	function
	index   int
	stub    [2]instr // opFuncInfo, then what leads to the code
	ext     ext      // of the stub
	code    *instr   // the entry
	lambdas []*term.Lambda
	sites   []*instr              // instructions that lead to the stub
	ready   atomic.Pointer[instr] // the entry, when it may be called
}

// lazyLoader translates functions, one at a time.
type lazyLoader struct {
	mu      sync.Mutex
	scratch beam.Scratch
	loader  loader // for the room that its slices have
	queue   []*lazyFunction
}

// loadImage makes a module of which nothing is translated yet.
func (vm *VM) loadImage(img *beam.Image) *module {
	mod := &module{vm: vm, name: img.Name, md5: img.MD5, lambdas: make([]*term.Lambda, img.NumLambdas)}
	mod.lazy = &lazyModule{
		mod: mod, img: img, functions: make([]*lazyFunction, img.NumFunctions()),
		m: &beam.Module{Name: img.Name, NumLabels: img.NumLabels, Strings: img.Strings},
	}
	return mod
}

// exported is the code of a function that the module exports, nil if it
// doesn't.
func (lm *lazyModule) exported(k funcKey) *instr {
	ll := &lm.mod.vm.code.lazy
	ll.mu.Lock()
	defer ll.mu.Unlock()
	i := lm.img.Exported(k.name, k.arity)
	if i < 0 {
		return nil
	}
	return ll.translate(lm.function(i))
}

// exports reports whether the module exports a function, and does not
// translate it.
func (lm *lazyModule) exports(k funcKey) bool {
	ll := &lm.mod.vm.code.lazy
	ll.mu.Lock()
	defer ll.mu.Unlock()
	return lm.img.Exported(k.name, k.arity) >= 0
}

// lists gives the exported functions and all functions, in file order.
func (lm *lazyModule) lists() (exports, all []funcKey) {
	ll := &lm.mod.vm.code.lazy
	ll.mu.Lock()
	defer ll.mu.Unlock()
	for _, f := range lm.img.Exports() {
		exports = append(exports, funcKey{f.Name, f.Arity})
	}
	for i := range lm.img.NumFunctions() {
		f := lm.img.Function(i)
		all = append(all, funcKey{f.Name, f.Arity})
	}
	return exports, all
}

// fun is a row of the fun table, with its code.
func (lm *lazyModule) fun(i int) *term.Lambda {
	ll := &lm.mod.vm.code.lazy
	ll.mu.Lock()
	defer ll.mu.Unlock()
	l := lm.lambda(i)
	ll.translate(lm.function(lm.img.FunctionAt(lm.img.Lambda(i).Label)))
	return l
}

// entry is the first instruction of a function; nil if it is not translated, and
// is not to be.
func (lm *lazyModule) entry(k funcKey, create bool) *instr {
	ll := &lm.mod.vm.code.lazy
	ll.mu.Lock()
	defer ll.mu.Unlock()
	for i := range lm.img.NumFunctions() {
		row := lm.img.Function(i)
		switch {
		case row.Name != k.name || row.Arity != k.arity:
		case create:
			return ll.translate(lm.function(i))
		case lm.functions[i] != nil:
			return lm.functions[i].code
		}
	}
	return nil
}

// What follows is for the lazyLoader.

func (lm *lazyModule) function(i int) *lazyFunction {
	f := lm.functions[i]
	if f == nil {
		row := lm.img.Function(i)
		f = &lazyFunction{function: function{mod: lm.mod, name: row.Name, arity: row.Arity}, index: i}
		f.ext = ext{fun: &f.function, call: func(*machine, *instr) *instr { return f.enter() }}
		f.stub = [2]instr{{op: opFuncInfo, ext: &f.ext}, {op: opSlow, n: int32(row.Arity), ext: &f.ext}}
		lm.functions[i] = f
	}
	return f
}

// enter is what the stub does.
func (f *lazyFunction) enter() *instr {
	if ip := f.ready.Load(); ip != nil {
		return ip
	}
	ll := &f.mod.vm.code.lazy
	ll.mu.Lock()
	defer ll.mu.Unlock()
	return ll.translate(f)
}

// call makes an instruction lead to the function whose entry is at a label.
func (lm *lazyModule) call(ip *instr, label int) {
	f := lm.function(lm.img.FunctionAt(label))
	if f.code == nil {
		f.sites = append(f.sites, ip)
		ip.to = &f.stub[1]
		return
	}
	ip.to = f.code
}

// lambda is a row of the fun table, whose code is translated before anyone
// can call the function that makes the fun.
func (lm *lazyModule) lambda(i int) *term.Lambda {
	l := lm.mod.lambdas[i]
	if l != nil {
		return l
	}
	row := lm.img.Lambda(i)
	l = newLambda(lm.mod, i, row)
	lm.mod.lambdas[i] = l
	f := lm.function(lm.img.FunctionAt(row.Label))
	if f.code != nil {
		l.Code = f.code
		return l
	}
	f.lambdas = append(f.lambdas, l)
	ll := &lm.mod.vm.code.lazy
	ll.queue = append(ll.queue, f)
	return l
}

// translate makes the code of a function and of the funs in it, and gives its
// entry.
func (ll *lazyLoader) translate(f *lazyFunction) *instr {
	ll.queue = append(ll.queue[:0], f)
	var made []*lazyFunction
	for len(ll.queue) > 0 {
		f := ll.queue[len(ll.queue)-1]
		ll.queue = ll.queue[:len(ll.queue)-1]
		if f.code != nil {
			continue
		}
		if err := ll.load(f); err != nil {
			panic(fmt.Sprintf("%s:%s/%d of the library: %v", f.mod.name.Name(), f.name.Name(), f.arity, err))
		}
		for _, l := range f.lambdas {
			l.Code = f.code
		}
		f.lambdas = nil
		made = append(made, f)
	}
	for _, f := range made {
		f.ready.Store(f.code)
		for _, ip := range f.sites {
			relink(ip, f.code)
		}
		f.sites = nil
	}
	return f.code
}

func (ll *lazyLoader) load(f *lazyFunction) error {
	lm := f.mod.lazy
	code, first, end, err := lm.img.Code(f.index, &ll.scratch)
	if err != nil {
		return err
	}
	l := &ll.loader
	*l = loader{
		vm: f.mod.vm, m: lm.m, mod: f.mod, lazy: lm, first: first, fn: &f.function,
		code: l.code[:0], to: l.to[:0], lists: l.lists[:0], labels: l.labels[:0], verifier: l.verifier.emptied(),
	}
	for range end - first {
		l.labels = append(l.labels, -1)
	}
	l.emit(instr{op: opModule}, 0)
	if err := l.translate(code); err != nil {
		return err
	}
	linked := l.link()
	if l.err != nil {
		return l.err
	}
	chain(linked)
	f.code = &linked[l.labels[lm.img.Function(f.index).Label-first]]
	clear(l.code)
	clear(l.lists)
	return nil
}

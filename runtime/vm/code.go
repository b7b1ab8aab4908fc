package vm

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// export is what M:F/A means now. Calls from other modules go through it, so
// that they reach the newest version.
type export struct {
	module, name term.Atom
	arity        int
	addr         atomic.Pointer[instr]
	bif          Func // set for functions in Go, which no module replaces
	own          Func // bif as it is when it is not traced
	apply        bool // erlang:apply/2 and /3, which are instructions
	stub         *instr
}

type exportKey struct {
	module, name term.Atom
	arity        int
}

// codeServer holds the loaded modules and the export table.
type codeServer struct {
	mu      sync.RWMutex
	exports map[exportKey]*export

	// loading is held while modules are installed, deleted and purged.
	loading sync.Mutex
	modules map[term.Atom]*versions
	missing map[term.Atom]bool    // asked for and not embedded
	pending map[term.Atom]*module // wait for what their on_load function says

	core  map[string]bool
	front atomic.Pointer[[]string] // directories that come before the embedded library

	bifs map[string][]*BIF // by module; of two rows for a function the later counts
	lazy lazyLoader
}

// versions are a module's two versions, either of which may be nil.
type versions struct{ current, old *module }

// stub makes the body of a function that is one instruction.
func stub(in instr) *instr {
	code := make([]instr, 3)
	code[0] = instr{op: opModule}
	code[1] = in
	code[2] = instr{op: opBad}
	return &code[1]
}

// exitCode is where a process's first call returns to. Two instructions stand
// before it, so that what asks which call a return address belongs to finds none.
var exitCode = stub(instr{op: opExit})

// hibernationCode waits for a message, then calls exp with n arguments in x.
func hibernationCode(exp *export, n int) *instr {
	return stub(instr{op: opHibernated, n: int32(n), to: exp.addr.Load()})
}

func (c *codeServer) init(cfg *Config) {
	bifs := cfg.BIFs
	c.exports = make(map[exportKey]*export, 512)
	c.modules = make(map[term.Atom]*versions)
	c.missing = make(map[term.Atom]bool)
	c.pending = make(map[term.Atom]*module)
	c.bifs = make(map[string][]*BIF)
	c.core = make(map[string]bool, len(cfg.Core))
	for _, name := range cfg.Core {
		c.core[name] = true
	}
	for i := range bifs {
		b := &bifs[i]
		c.bifs[b.Module] = append(c.bifs[b.Module], b)
	}
}

// native makes e a function in Go, if M:F/A is one.
func (c *codeServer) native(e *export) bool {
	if e.module == aErlang && e.name == aApply && (e.arity == 2 || e.arity == 3) {
		op := opApplyBody2
		if e.arity == 3 {
			op = opApplyBody3
		}
		e.apply = true
		e.stub = stub(instr{op: op, n: int32(e.arity), c: 1, ext: &ext{exp: e}})
		return true
	}
	name := e.name.Name()
	rows := c.bifs[e.module.Name()]
	for i := len(rows) - 1; i >= 0 && e.bif == nil; i-- {
		if b := rows[i]; b.Arity == e.arity && b.Name == name {
			e.bif = b.Fn
		}
	}
	if g := guards[guardKey{name, e.arity}]; g != nil && e.bif == nil && e.module == aErlang {
		e.bif = func(p *Process, args []term.Term) (term.Term, error) {
			var a [3]term.Term
			copy(a[:], args)
			v, err := g(p, a[0], a[1], a[2])
			return v, asException(err)
		}
	}
	if e.bif == nil {
		return false
	}
	e.own = e.bif
	e.stub = stub(instr{op: opBifBody, n: int32(e.arity), ext: &ext{exp: e}})
	return true
}

// asException makes the errors of package term exceptions.
func asException(err error) error {
	switch err {
	case nil:
		return nil
	case term.ErrBadarith:
		return Badarith
	case term.ErrSystemLimit:
		return SystemLimit
	}
	return err
}

// export gives the entry for M:F/A, making it at first use.
func (vm *VM) export(m, f term.Atom, arity int) *export { return vm.code.export(m, f, arity) }

func (c *codeServer) export(m, f term.Atom, arity int) *export {
	k := exportKey{m, f, arity}
	c.mu.RLock()
	e := c.exports[k]
	c.mu.RUnlock()
	if e != nil {
		return e
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e = c.exports[k]; e == nil {
		e = &export{module: m, name: f, arity: arity}
		if !c.native(e) {
			e.stub = stub(instr{op: opUndef, n: int32(arity), ext: &ext{exp: e}})
		}
		e.addr.Store(e.stub)
		c.exports[k] = e
	}
	return e
}

// bif is the entry of a function in Go, nil if M:F/A is none.
func (vm *VM) bif(m, f term.Atom, arity int) *export {
	if vm.code.bifs[m.Name()] == nil {
		return nil
	}
	if e := vm.export(m, f, arity); e.bif != nil {
		return e
	}
	return nil
}

// Errors of the code server.
var (
	// ErrNotPurged: the module has an old version already.
	ErrNotPurged = errors.New("not_purged")
	// ErrOnLoad: the module waits for its on_load function.
	ErrOnLoad = errors.New("on_load")
	// ErrBadFile: the code is no valid module.
	ErrBadFile = errBadFile
)

// LoadModule makes m the current version of its module; what was current
// becomes old. See Install.
func (vm *VM) LoadModule(m *beam.Module) error {
	p, err := vm.Prepare(m)
	if err != nil {
		return err
	}
	return vm.Install(p)
}

// Prepared is a module that was checked and translated, and is yet to be
// installed.
type Prepared struct{ mod *module }

// Name is the module's name.
func (p *Prepared) Name() term.Atom { return p.mod.name }

// HasOnLoad reports whether the module has an on_load function.
func (p *Prepared) HasOnLoad() bool { return p.mod.onLoad != nil }

// Prepare does all of loading a module that others need not wait for.
func (vm *VM) Prepare(m *beam.Module) (*Prepared, error) {
	mod, err := vm.load(m)
	if err != nil {
		return nil, err
	}
	return &Prepared{mod}, nil
}

// Install makes a prepared module the current version. One with an on_load
// function waits until FinishOnLoad says what becomes of it, and the error is
// ErrOnLoad.
func (vm *VM) Install(p *Prepared) error {
	c := &vm.code
	c.loading.Lock()
	defer c.loading.Unlock()
	if p.HasOnLoad() {
		if v := vm.versions(p.mod.name); v != nil && v.old != nil && v.current != nil {
			return ErrNotPurged
		}
		c.mu.Lock()
		c.pending[p.mod.name] = p.mod
		c.mu.Unlock()
		return ErrOnLoad
	}
	return c.install(vm, p.mod)
}

// OnLoad is the on_load function of a module that waits for it, nil if none does.
func (vm *VM) OnLoad(name term.Atom) *term.Fun {
	vm.code.mu.RLock()
	mod := vm.code.pending[name]
	vm.code.mu.RUnlock()
	if mod == nil {
		return nil
	}
	return &term.Fun{Lambda: &term.Lambda{Module: name, Name: aOnLoad, Uniq: mod.md5, Code: mod.onLoad}}
}

var aOnLoad = term.A("on_load")

// FinishOnLoad installs the module that waited for its on_load function, or
// drops it; false if there is none.
func (vm *VM) FinishOnLoad(name term.Atom, install bool) (bool, error) {
	c := &vm.code
	c.loading.Lock()
	defer c.loading.Unlock()
	c.mu.Lock()
	mod := c.pending[name]
	delete(c.pending, name)
	c.mu.Unlock()
	if mod == nil || !install {
		return mod != nil, nil
	}
	return true, c.install(vm, mod)
}

func (c *codeServer) install(vm *VM, mod *module) error {
	c.mu.RLock()
	v := c.modules[mod.name]
	c.mu.RUnlock()
	if v != nil && v.old != nil && v.current != nil {
		return ErrNotPurged
	}
	next := &versions{current: mod}
	if v != nil {
		if next.old = v.current; v.current == nil {
			next.old = v.old
		}
	}
	if v != nil && v.current != nil {
		exports, _ := v.current.lists()
		for _, k := range exports {
			if !mod.exporting(k) || mod.lazy != nil {
				vm.clearExport(mod.name, k)
			}
		}
	}
	// What a lazy module exports is found at its first call: see resolve.
	for k, ip := range mod.exports {
		if e := vm.export(mod.name, k.name, k.arity); e.bif == nil && !e.apply {
			e.addr.Store(ip)
		}
	}
	c.mu.Lock()
	c.modules[mod.name] = next
	c.mu.Unlock()
	return nil
}

func (vm *VM) clearExport(m term.Atom, k funcKey) {
	if e := vm.lookupExport(m, k.name, k.arity); e != nil && e.bif == nil && !e.apply {
		e.addr.Store(e.stub)
	}
}

// resolve finds the code of an export that leads to none yet: its module may be
// an embedded one, which is loaded at its first use. nil if there is no code.
func (vm *VM) resolve(e *export) *instr {
	if ip := e.addr.Load(); ip != e.stub || ip.op != opUndef {
		return ip
	}
	vm.autoload(e.module)
	c := &vm.code
	c.loading.Lock()
	defer c.loading.Unlock()
	if ip := e.addr.Load(); ip != e.stub {
		return ip
	}
	if mod := vm.currentModule(e.module); mod != nil && mod.lazy != nil {
		if ip := mod.lazy.exported(funcKey{e.name, e.arity}); ip != nil {
			e.addr.Store(ip)
			return ip
		}
	}
	return nil
}

// DeleteModule makes the current version old, so that calls find no code;
// false if there is no such module. ErrNotPurged: there is an old version.
func (vm *VM) DeleteModule(name term.Atom) (bool, error) {
	c := &vm.code
	c.loading.Lock()
	defer c.loading.Unlock()
	v := vm.versions(name)
	switch {
	case v == nil:
		return false, nil
	case v.old != nil:
		return false, ErrNotPurged
	case v.current == nil:
		return true, nil
	}
	exports, _ := v.current.lists()
	for _, k := range exports {
		vm.clearExport(name, k)
	}
	c.mu.Lock()
	c.modules[name] = &versions{old: v.current}
	c.mu.Unlock()
	return true, nil
}

// PurgeModule forgets the old version; false if there is none. Code that
// still runs stays in memory for as long as it does.
func (vm *VM) PurgeModule(name term.Atom) bool {
	c := &vm.code
	c.loading.Lock()
	defer c.loading.Unlock()
	v := vm.versions(name)
	if v == nil || v.old == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.modules[name] = &versions{current: v.current}
	return true
}

func (vm *VM) versions(name term.Atom) *versions {
	vm.code.mu.RLock()
	defer vm.code.mu.RUnlock()
	return vm.code.modules[name]
}

func (vm *VM) oldModule(name term.Atom) *module {
	if v := vm.versions(name); v != nil {
		return v.old
	}
	return nil
}

func (vm *VM) currentModule(name term.Atom) *module {
	if v := vm.versions(name); v != nil {
		return v.current
	}
	return nil
}

// autoload loads an embedded module at its first use; false if there is no
// embedded module of that name that could be loaded, or it is loaded already.
func (vm *VM) autoload(name term.Atom) bool {
	c := &vm.code
	c.mu.RLock()
	v := c.modules[name]
	missing := c.missing[name] || v != nil && v.current != nil
	c.mu.RUnlock()
	if missing || vm.cfg.Library == nil || vm.shadowed(name) {
		return false
	}
	return vm.LoadEmbedded(name) == nil
}

// SetFront says which directories of the code path come before the embedded
// library.
func (vm *VM) SetFront(dirs []string) { vm.code.front.Store(&dirs) }

// IsCore reports whether a module is one of the node's own.
func (vm *VM) IsCore(name term.Atom) bool { return vm.code.core[name.Name()] }

// shadowed reports whether a directory in front of the embedded library has a
// module of that name, which is the code server's to load.
func (vm *VM) shadowed(name term.Atom) bool {
	front := vm.code.front.Load()
	if front == nil || len(*front) == 0 || vm.code.core[name.Name()] {
		return false
	}
	for _, dir := range *front {
		if _, err := os.Stat(filepath.Join(dir, name.Name()+".beam")); err == nil {
			return true
		}
	}
	return false
}

// LoadEmbedded loads an embedded module, unless a version of it is loaded. The
// error is fs.ErrNotExist where none is embedded.
func (vm *VM) LoadEmbedded(name term.Atom) error {
	c := &vm.code
	if vm.currentModule(name) != nil {
		return nil
	}
	file, err := vm.EmbeddedCode(name)
	if err != nil {
		c.mu.Lock()
		c.missing[name] = true
		c.mu.Unlock()
		return err
	}
	mod, err := vm.loadOwn(file)
	if err != nil {
		return err
	}
	if mod.name != name {
		return fmt.Errorf("%w: file %s holds module %s", errBadFile, name.Name(), mod.name.Name())
	}
	c.loading.Lock()
	defer c.loading.Unlock()
	if vm.currentModule(name) != nil {
		return nil // someone else was faster
	}
	return c.install(vm, mod)
}

func (vm *VM) loadOwn(file []byte) (*module, error) {
	if img, err := beam.OpenImage(file); err != beam.ErrNoIndex {
		if err != nil {
			return nil, err
		}
		return vm.loadImage(img), nil
	}
	m, err := beam.ReadOwn(file)
	if err != nil {
		return nil, err
	}
	return vm.load(m)
}

// EmbeddedCode gives the .beam file of an embedded module.
func (vm *VM) EmbeddedCode(name term.Atom) ([]byte, error) {
	if vm.cfg.Library == nil {
		return nil, fs.ErrNotExist
	}
	if path := name.Name() + ".beam"; fs.ValidPath(path) {
		return fs.ReadFile(vm.cfg.Library, path)
	}
	return nil, fs.ErrNotExist
}

// LibraryFile gives any other file of the embedded library, such as a header.
func (vm *VM) LibraryFile(path string) ([]byte, error) {
	if vm.cfg.Library == nil || !fs.ValidPath(path) {
		return nil, fs.ErrNotExist
	}
	return fs.ReadFile(vm.cfg.Library, path)
}

// NativeModules lists the modules of which functions are implemented in Go.
func (vm *VM) NativeModules() []string {
	seen := make(map[string]bool)
	for _, b := range vm.cfg.BIFs {
		seen[b.Module] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// Natives lists the functions of a module that are implemented in Go.
func (vm *VM) Natives(module string) []BIF {
	var found []BIF
	for _, b := range vm.cfg.BIFs {
		if b.Module == module {
			found = append(found, b)
		}
	}
	return found
}

// EmbeddedNames lists the embedded modules.
func (vm *VM) EmbeddedNames() []string {
	if vm.cfg.Library == nil {
		return nil
	}
	files, _ := fs.Glob(vm.cfg.Library, "*.beam")
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, ".beam")
	}
	return files
}

// LoadAnonymous makes the code of m callable without installing it: nobody
// finds it by name, and it is gone when nothing refers to it any more. The
// result is a fun of the given function. dress, if not nil, may change what
// the funs of the code show of themselves: it is called for each row of the
// fun table.
func (vm *VM) LoadAnonymous(m *beam.Module, name term.Atom, arity int, dress func(i int, l *term.Lambda)) (*term.Fun, error) {
	mod, err := vm.load(m)
	if err != nil {
		return nil, err
	}
	if dress != nil {
		for i, l := range mod.lambdas {
			dress(i, l)
		}
	}
	ip := mod.exports[funcKey{name, arity}]
	if ip == nil {
		return nil, fmt.Errorf("%w: no function %s/%d", errBadFile, name.Name(), arity)
	}
	return &term.Fun{Lambda: &term.Lambda{Module: mod.name, Name: name, Arity: arity, Uniq: mod.md5, Code: ip}}, nil
}

// lambdaCode finds the code of a fun that came from outside.
func (vm *VM) lambdaCode(l *term.Lambda) *instr {
	v := vm.versions(l.Module)
	if v == nil {
		return nil
	}
	for _, mod := range []*module{v.current, v.old} {
		if mod == nil || mod.md5 != l.Uniq || int(l.Index) >= len(mod.lambdas) {
			continue
		}
		if f := mod.lambda(int(l.Index)); f.Arity == l.Arity && f.NumFree == l.NumFree {
			ip, _ := f.Code.(*instr)
			return ip
		}
	}
	return nil
}

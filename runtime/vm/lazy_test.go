package vm

import (
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ersh/runtime/beam"
	"ersh/runtime/lib"
	"ersh/runtime/term"
)

// libraryVM has the functions in Go that the library's guards name.
func libraryVM(t testing.TB, library fs.FS, bifs ...BIF) *VM {
	for _, k := range []guardKey{{"node", 0}, {"node", 1}, {"get", 1}} {
		bifs = append(bifs, BIF{"erlang", k.name, k.arity, func(*Process, []term.Term) (term.Term, error) { return term.NoNode, nil }})
	}
	v := New(Config{BIFs: bifs, Library: library})
	t.Cleanup(v.Stop)
	return v
}

// TestLibraryFunctions translates every function of the library by itself, and
// compares it with what loading the whole module makes of it.
func TestLibraryFunctions(t *testing.T) {
	v := libraryVM(t, lib.FS())
	for _, name := range v.EmbeddedNames() {
		file, err := v.EmbeddedCode(term.A(name))
		if err != nil {
			t.Fatal(err)
		}
		m, err := beam.ReadOwn(file)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := v.load(m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		img, err := beam.OpenImage(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		mod := v.loadImage(img)
		wantExports, wantAll := whole.lists()
		if exports, all := mod.lists(); !reflect.DeepEqual(exports, wantExports) || !reflect.DeepEqual(all, wantAll) {
			t.Errorf("%s: exports %s and functions %s, want %s and %s", name, keys(exports), keys(all), keys(wantExports), keys(wantAll))
		}
		entries := make(map[string]*instr)
		for i := range whole.code {
			// Copies at the end of the code begin with one as well.
			if in := &whole.code[i]; in.op == opFuncInfo && entries[in.ext.fun.String()] == nil {
				entries[in.ext.fun.String()] = &whole.code[i+1]
			}
		}
		for i := range mod.lazy.functions {
			v.code.lazy.mu.Lock()
			f := mod.lazy.function(i)
			ip := v.code.lazy.translate(f)
			v.code.lazy.mu.Unlock()
			if diff := differs(ip, entries[f.String()]); diff != "" {
				t.Errorf("%s:%s: %s", name, &f.function, diff)
			}
		}
		for i := range whole.lambdas {
			got, want := *mod.lambda(i), *whole.lambdas[i]
			if ip := got.Code.(*instr); ip == nil || ip.fn().String() != want.Code.(*instr).fn().String() {
				t.Errorf("%s: fun %d has the code of another", name, i)
			}
			got.Code, want.Code = nil, nil
			if got != want {
				t.Errorf("%s: fun %d is %+v, want %+v", name, i, got, want)
			}
		}
		for line := range uint32(len(whole.lines) + 1) {
			file1, n1 := mod.position(line)
			file2, n2 := whole.position(line)
			if file1 != file2 || n1 != n2 {
				t.Errorf("%s: line %d is %s:%d, want %s:%d", name, line, file1, n1, file2, n2)
			}
		}
	}
}

func keys(ks []funcKey) string {
	var b strings.Builder
	for _, k := range ks {
		fmt.Fprintf(&b, " %s/%d", k.name.Name(), k.arity)
	}
	return b.String()
}

func (f *function) String() string { return fmt.Sprintf("%s/%d", f.name.Name(), f.arity) }

// differs compares the instructions of a function. Where one of them leads to,
// it compares by the name of the function that it leads to.
func differs(got, want *instr) string {
	for n := 0; got.op != opBad && want.op != opFuncInfo && want.op != opBad; n++ {
		leads := func(ip *instr) string {
			if ip.to == nil || ip.to.fn() == nil {
				return ""
			}
			return ip.to.fn().String()
		}
		a, b := *got, *want
		if leads(&a) != leads(&b) {
			return fmt.Sprintf("instruction %d leads to %s, not to %s", n, leads(&a), leads(&b))
		}
		same := a.op == b.op && a.a == b.a && a.b == b.b && a.c == b.c && a.n == b.n && a.at == b.at
		if same && a.v != nil {
			_, fun := a.v.(*term.Fun)
			same = fun || term.Identical(a.v, b.v)
		}
		if same && a.ext != nil {
			same = reflect.DeepEqual(a.ext.args, b.ext.args) && len(a.ext.lits) == len(b.ext.lits) &&
				len(a.ext.labels) == len(b.ext.labels) && a.ext.exp == b.ext.exp
			for i := range a.ext.lits {
				same = same && term.Identical(a.ext.lits[i], b.ext.lits[i])
			}
		}
		if !same {
			return fmt.Sprintf("instruction %d is %+v, want %+v", n, a, b)
		}
		got, want = got.next(), want.next()
	}
	return ""
}

// TestLazyAtOnce calls functions of the library for the first time in many
// processes at once.
func TestLazyAtOnce(t *testing.T) {
	const processes, elements = 50, 20
	done := make(chan term.Term, processes*elements)
	v := libraryVM(t, lib.FS(), BIF{"ersh_test", "done", 1, func(_ *Process, args []term.Term) (term.Term, error) {
		done <- args[0]
		return term.Ok, nil
	}})
	var list []term.Term
	for i := range elements {
		list = append(list, term.Small(int64(i)))
	}
	report := &term.Export{Module: term.A("ersh_test"), Name: term.A("done"), Arity: 1}
	for range processes {
		v.Spawn(term.A("lists"), term.A("foreach"), []term.Term{report, term.List(list...)})
	}
	for n := range processes * elements {
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatalf("only %d calls", n)
		}
	}
}

// TestReplaceLazy: a module of the library gives way to another of its name,
// and a call of one that was deleted loads it again.
func TestReplaceLazy(t *testing.T) {
	v := libraryVM(t, lib.FS())
	lists := term.A("lists")
	if !v.Exported(lists, term.A("seq"), 2) || v.Exported(lists, term.A("seq"), 7) {
		t.Error("lists:seq/2 is not exported, or seq/7 is")
	}
	seq := v.export(lists, term.A("seq"), 2)
	if ip := v.resolve(seq); ip == nil || ip.fn().String() != "seq/2" {
		t.Error("lists:seq/2 leads nowhere")
	}
	if ok, err := v.DeleteModule(lists); !ok || err != nil {
		t.Errorf("delete: %v, %v", ok, err)
	}
	if v.lookupExport(lists, seq.name, 2).addr.Load().op != opUndef {
		t.Error("lists:seq/2 leads to code that was deleted")
	}
	if ip := v.resolve(seq); ip == nil || ip.fn().String() != "seq/2" {
		t.Error("lists is not loaded again")
	}
}

func TestLibraryWithoutIndex(t *testing.T) {
	file, err := fs.ReadFile(lib.FS(), "queue.beam")
	if err != nil {
		t.Fatal(err)
	}
	m, err := beam.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	delete(m.Chunks, "Indx")
	plain, err := beam.Write(m)
	if err != nil {
		t.Fatal(err)
	}
	v := libraryVM(t, fstest.MapFS{"queue.beam": {Data: plain}})
	if !v.Exported(term.A("queue"), term.A("new"), 0) {
		t.Error("queue:new/0 is not exported")
	}
	if strings.Contains(string(plain), "Indx") {
		t.Error("the file has an index all the same")
	}
}

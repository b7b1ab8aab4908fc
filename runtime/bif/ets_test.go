package bif

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"ersh/runtime/etf"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// plain is a result in the form of the record: see testdata/ets_record.erl.
func plain(t term.Term) term.Term {
	sorted := func(t term.Term) (term.Term, bool) {
		elems, ok := term.Slice(t)
		slices.SortStableFunc(elems, term.Compare)
		return term.List(elems...), ok
	}
	switch x := t.(type) {
	case *term.Cons:
		if l, ok := sorted(x); ok {
			return l
		}
	case *term.Tuple:
		if len(x.Elems) == 2 && term.IsList(x.Elems[0]) {
			l, _ := sorted(x.Elems[0])
			if _, ok := x.Elems[1].(*term.Tuple); ok {
				return term.T(l, term.A("more"))
			}
			return term.T(l, x.Elems[1])
		}
	case *term.Ref:
		return term.A("ref")
	}
	return t
}

// TestEtsRecorded makes the calls of the record, in its order, and compares
// what they give with what OTP 29 gave.
func TestEtsRecorded(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "ets.etf"))
	if err != nil {
		t.Fatal(err)
	}
	recorded, _, err := etf.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := term.Slice(recorded)
	if len(rows) < 500 {
		t.Fatalf("%d rows", len(rows))
	}
	inProcess(t, func(p *vm.Process) {
		for _, r := range rows {
			row := r.(*term.Tuple).Elems
			f := row[0].(term.Atom).Name()
			args, _ := term.Slice(row[1])
			goName, goArgs := native(f, args)
			v, err := call(t, p, "ets", goName, goArgs...)
			if err == nil {
				v = plain(v)
			}
			if err == nil && (f == "match_delete" || f == "delete_all_objects") {
				v = term.True
			}
			// 1 and 1.0 have no order.
			if got := outcome(v, err); !term.Equal(got, row[2]) {
				t.Errorf("ets:%s(%s)\n got %s\nwant %s", f, show(args...), show(got), show(row[2]))
			}
		}
	})
}

// native is the call of a function in Go that one in Erlang makes.
func native(f string, args []term.Term) (string, []term.Term) {
	switch {
	case f == "match_delete" && len(args) == 2:
		return "internal_select_delete", []term.Term{args[0], matchAs(args[1], term.True)}
	case f == "select_delete":
		return "internal_select_delete", args
	case f == "delete_all_objects" && len(args) == 1:
		return "internal_delete_all", []term.Term{args[0], term.Undefined}
	}
	return f, args
}

// TestEtsContinue: a select in parts gives what one at once does.
func TestEtsContinue(t *testing.T) {
	inProcess(t, func(p *vm.Process) {
		must := func(f string, args ...term.Term) term.Term {
			v, err := call(t, p, "ets", f, args...)
			if err != nil {
				t.Fatalf("%s: %s", f, show(outcome(v, err)))
			}
			return v
		}
		for _, kind := range []term.Atom{aSet, aOrderedSet, aBag} {
			tab := must("new", term.A("t"), term.List(kind))
			for i := range int64(1000) {
				must("insert", tab, term.T(term.Small(i*7919%1009), term.Small(i)))
			}
			spec := term.List(term.T(aAny, term.EmptyList, term.List(aWhole)))
			want, _ := term.Slice(must("select", tab, spec))
			var got []term.Term
			v := must("select", tab, spec, term.Small(7))
			for v != term.Term(aEndOfTable) {
				part := v.(*term.Tuple).Elems
				elems, _ := term.Slice(part[0])
				got = append(got, elems...)
				v = must("select", part[1])
			}
			if len(want) != 1000 || !term.Identical(term.List(got...), term.List(want...)) {
				t.Errorf("%s: %d of %d objects", kind.Name(), len(got), len(want))
			}
			n := 0
			for k := must("first", tab); k != term.Term(aEndOfTable); k = must("next", tab, k) {
				n++
			}
			if n != 1000 {
				t.Errorf("%s: %d keys by next", kind.Name(), n)
			}
			// A fixed table is walked to its end while its objects go.
			must("safe_fixtable", tab, term.True)
			n = 0
			for k := must("first", tab); k != term.Term(aEndOfTable); n++ {
				must("delete", tab, k)
				k = must("next", tab, k)
			}
			must("safe_fixtable", tab, term.False)
			if size := must("info", tab, term.A("size")); n != 1000 || size != term.Term(term.Small(0)) {
				t.Errorf("%s: %d keys deleted, %s left", kind.Name(), n, show(size))
			}
		}
	})
}

// TestEtsOwner: tables end with their owner, or go to the heir.
func TestEtsOwner(t *testing.T) {
	m := vm.New(vm.Config{BIFs: Table(), Schedulers: 2})
	defer m.Stop()
	Setup(m)
	var heirPid *term.Pid
	got := make(chan term.Term, 1)
	ready := make(chan bool)
	heirPid = m.SpawnNative("heir", func(n *vm.Native) term.Term {
		close(ready)
		msg, _ := n.Receive()
		v, err := etsLookup(n.Process(), []term.Term{term.A("kept"), term.A("k")})
		if err != nil {
			v = term.A("failed")
		}
		got <- term.T(msg, v)
		return nil
	})
	<-ready
	owner := m.SpawnNative("owner", func(n *vm.Native) term.Term {
		p := n.Process()
		etsNew(p, []term.Term{term.A("gone"), term.List(aNamedTable)})
		etsNew(p, []term.Term{term.A("kept"), term.List(aNamedTable, term.T(aHeir, heirPid, term.A("data")))})
		etsInsert(p, []term.Term{term.A("kept"), term.T(term.A("k"), term.Small(1))})
		return nil
	})
	want := term.T(term.T(aTransfer, term.A("kept"), owner, term.A("data")), term.List(term.T(term.A("k"), term.Small(1))))
	if v := <-got; !term.Identical(v, want) {
		t.Errorf("the heir got %s", show(v))
	}
	if _, err := etsOf(m).find(term.A("gone")); err == nil {
		t.Error("the table is still there")
	}
}

// TestEtsConcurrent: counters of many processes at once.
func TestEtsConcurrent(t *testing.T) {
	m := vm.New(vm.Config{BIFs: Table(), Schedulers: 2})
	defer m.Stop()
	tab := make(chan term.Term, 1)
	hold := make(chan bool)
	m.SpawnNative("owner", func(n *vm.Native) term.Term {
		v, _ := etsNew(n.Process(), []term.Term{term.A("c"), term.List(aPublic)})
		tab <- v
		<-hold
		return nil
	})
	id := <-tab
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		m.SpawnNative("worker", func(n *vm.Native) term.Term {
			defer wg.Done()
			for range 1000 {
				etsUpdateCounter(n.Process(), []term.Term{id, term.A("k"), term.Small(1), term.T(term.A("k"), term.Small(0))})
			}
			return nil
		})
	}
	wg.Wait()
	tb, _ := etsOf(m).find(id)
	if objs := tb.store.get(term.A("k")); len(objs) != 1 || objs[0].Elems[1] != term.Term(term.Small(8000)) {
		t.Errorf("%v", objs)
	}
	close(hold)
}

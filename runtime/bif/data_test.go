package bif

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/etf"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// call calls a function and goes on with its further turns and tail calls.
func call(t *testing.T, p *vm.Process, m, f string, args ...term.Term) (term.Term, error) {
	t.Helper()
	switch m + ":" + f {
	case "lists:sort", "lists:usort", "lists:keysort", "lists:ukeysort":
		f += "ed" // what the function in Erlang calls
	case "ets:tab2list":
		f, args = "match_object", append(args, term.A("_"))
	}
	fn := lookup(m, f, len(args))
	if fn == nil {
		t.Fatalf("no function %s:%s/%d", m, f, len(args))
	}
	v, err := fn(p, args)
	for {
		var step *vm.Step
		if !errors.As(err, &step) {
			break
		}
		v, err = step.Next(p)
	}
	var tail *vm.TailCall
	if errors.As(err, &tail) {
		return call(t, p, tail.Module.Name(), tail.Name.Name(), tail.Args...)
	}
	return v, err
}

func replayData(t *testing.T, file string) {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	recorded, _, err := etf.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := term.Slice(recorded)
	if len(rows) < 1000 {
		t.Fatalf("%d rows", len(rows))
	}
	inProcess(t, func(p *vm.Process) {
		for _, r := range rows {
			row := r.(*term.Tuple).Elems
			m, f := row[0].(term.Atom).Name(), row[1].(term.Atom).Name()
			args, _ := term.Slice(row[2])
			got := outcome(call(t, p, m, f, args...))
			if !term.Identical(got, row[3]) && !closeTo(m, got, row[3]) {
				t.Errorf("%s:%s(%s)\n got %s\nwant %s", m, f, show(args...), show(got), show(row[3]))
			}
		}
	})
}

// closeTo lets the last digit of mathematical functions differ, since it does
// between C libraries too.
func closeTo(module string, a, b term.Term) bool {
	x, y := a.(*term.Tuple).Elems[1], b.(*term.Tuple).Elems[1]
	f, ok1 := x.(term.Float)
	g, ok2 := y.(term.Float)
	return module == "math" && ok1 && ok2 && max(f-g, g-f) <= max(f, -f)*1e-15
}

func TestRecordedData(t *testing.T) { replayData(t, filepath.Join("testdata", "data.etf")) }

// TestLiveData records anew with a real OTP 29.
func TestLiveData(t *testing.T) {
	r := otp.Need(t, 29)
	outside, inside := r.TempDir(t)
	src, err := os.ReadFile(filepath.Join("testdata", "data.erl"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(outside, "data.erl"), src, 0o644); err != nil {
		t.Fatal(err)
	}
	r.Eval(t, fmt.Sprintf(`file:set_cwd(%q), {ok, _} = c:c(data), data:main(["data.etf"])`, inside))
	replayData(t, filepath.Join(outside, "data.etf"))
}

// TestLong: functions over data of more than a turn.
func TestLong(t *testing.T) {
	const n = 200000
	inProcess(t, func(p *vm.Process) {
		elems := make([]term.Term, n)
		for i := range elems {
			elems[i] = term.T(term.Small(int64(i*7919%n)), term.Small(int64(i)))
		}
		list := term.List(elems...)
		must := func(v term.Term, err error) term.Term {
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		sorted, _ := term.Slice(must(call(t, p, "lists", "keysort", term.Small(1), list)))
		if len(sorted) != n {
			t.Fatalf("%d elements", len(sorted))
		}
		for i, e := range sorted {
			if e.(*term.Tuple).Elems[0] != term.Term(term.Small(int64(i))) {
				t.Fatalf("element %d is %s", i, show(e))
			}
		}
		back := must(call(t, p, "lists", "reverse", must(call(t, p, "lists", "reverse", list, term.EmptyList)), term.EmptyList))
		if !term.Identical(back, list) {
			t.Error("reverse")
		}
		if must(call(t, p, "lists", "member", elems[n-1], list)) != term.Term(term.True) {
			t.Error("member")
		}
		if got := must(call(t, p, "lists", "keyfind", term.Small(n-1), term.Small(2), list)); got != elems[n-1] {
			t.Error("keyfind")
		}
		m := must(call(t, p, "maps", "from_list", list))
		if m.(*term.Map).Len() != n {
			t.Errorf("map of %d pairs", m.(*term.Map).Len())
		}
		pairs := must(call(t, p, "erts_internal", "map_to_list", m))
		if again := must(call(t, p, "maps", "from_list", pairs)); !term.Identical(again, m) {
			t.Error("map made of its pairs")
		}
		seen := 0
		for it := term.Term(&term.Cons{Head: term.Small(0), Tail: m}); it != term.Term(aNone); {
			if c, ok := it.(*term.Cons); ok {
				it = must(call(t, p, "erts_internal", "map_next", c.Head, c.Tail, aIterator))
				continue
			}
			seen++
			it = it.(*term.Tuple).Elems[2]
		}
		if seen != n {
			t.Errorf("%d pairs by the iterator", seen)
		}
	})
}

package bif

import (
	"testing"

	"ersh/runtime/compile"
	"ersh/runtime/term"
)

// TestEvaluate calls every function that the compiler evaluates with every kind of
// argument: they run without a process.
func TestEvaluate(t *testing.T) {
	kinds := []term.Term{term.Small(1), term.Small(8), term.Float(0.5), term.A("a"), term.True, term.A("utf8"), term.T(term.Small(0), term.Small(1)), term.EmptyList, term.String("12"),
		term.List(term.A("a")), term.Binary([]byte("12")), term.T(term.A("a"), term.Small(2)), term.EmptyMap.Put(term.Small(1), term.A("x"))}
	for k := range pureFunctions() {
		values := 0
		var call func(args []term.Term)
		call = func(args []term.Term) {
			if len(args) < k.Arity {
				for _, kind := range kinds {
					call(append(args[:len(args):len(args)], kind))
				}
				return
			}
			v, reason := Evaluate(k, args)
			if v != nil {
				values++
			} else if reason == nil {
				t.Errorf("%v of %v: neither value nor failure", k, args)
			}
		}
		call(nil)
		switch k.Name {
		case "list_to_pid", "pid_to_list", "binary_to_float", "list_to_float", "acosh":
			continue
		}
		if values == 0 {
			t.Errorf("%v: no values", k)
		}
	}
	if v, _ := Evaluate(compile.Pure{Module: "erlang", Name: "self", Arity: 0}, nil); v != nil {
		t.Error("self/0 has been evaluated")
	}
}

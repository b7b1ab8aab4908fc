package compile

import (
	"ersh/parser"
	"ersh/runtime/term"
)

// Pure is a function that erlc knows to have no effects.
type Pure struct {
	Module, Name string
	Arity        int
}

// Known reports whether k is one of the functions whose calls with constants
// erlc evaluates. list_to_pid/1 is another, but what it gives is no constant.
func (k Pure) Known() bool {
	if k.Module == "erlang" {
		if k.Name == "list_to_pid" {
			return false
		}
		return mayFail[fa{k.Name, k.Arity}] || noEffect[fa{k.Name, k.Arity}] && pureTests[fa{k.Name, k.Arity}]
	}
	return pureRemote[k]
}

// evaluate calls a function whose arguments are constants, as known gives them; see
// Options.Evaluate.
func (u *unreachable) evaluate(k Pure, args []parser.Expr) (value, reason term.Term) {
	if u.apply == nil || !k.Known() {
		return nil, nil
	}
	vs := make([]term.Term, len(args))
	for i, a := range args {
		v, ok := constant(a)
		if !ok {
			return nil, nil
		}
		vs[i] = v
	}
	return u.apply(k, vs)
}

// failing warns of a call that fails whenever it is made.
func (u *unreachable) failing(k Pure, args []parser.Expr, at parser.Anno) {
	_, reason := u.evaluate(k, u.knownAll(args))
	if reason == nil {
		return
	}
	var why any = reason
	text := string(term.Format(reason))
	if a, ok := reason.(term.Atom); ok {
		why, text = a.Name(), a.Name()
	}
	d := desc("failed", desc("eval_failure", desc(k.Module, k.Name, k.Arity), why))
	name := k.Name
	switch {
	case k.Module != "erlang":
		name = k.Module + ":" + k.Name
	case !isWord(name) || operatorWords[name]:
		u.warn(passFold, "failed", at, d, "evaluation of operator '%s'/%d will fail with a '%s' exception", name, k.Arity, text)
		return
	}
	u.warn(passFold, "failed", at, d, "the call to %s/%d will fail with a '%s' exception", name, k.Arity, text)
}

// asErlang are functions that erlc calls by another name. Both are ignored
// where the call is written to be.
var asErlang = map[Pure]string{{"maps", "get", 2}: "map_get", {"maps", "is_key", 2}: "is_map_key"}

// pureCall gives the function without effects that M:F is of, by the name by
// which erlc calls it.
func pureCall(f *parser.Remote, arity int) (called, written Pure, ok bool) {
	m, ok1 := f.Module.(*parser.Atom)
	name, ok2 := f.Name.(*parser.Atom)
	if !ok1 || !ok2 {
		return Pure{}, Pure{}, false
	}
	written = Pure{m.Name, name.Name, arity}
	called = written
	if bif := asErlang[written]; bif != "" {
		called = Pure{"erlang", bif, arity}
	}
	return called, written, pureRemote[written]
}

// remote looks at the call of a function of another module than erlang.
func (u *unreachable) remote(f *parser.Remote, args []parser.Expr, at parser.Anno, a asked) {
	called, written, ok := pureCall(f, len(args))
	if !ok {
		return
	}
	u.failing(called, args, at)
	if a == used {
		return
	}
	if called != written {
		u.resultIgnored(called.Module, fa{called.Name, called.Arity}, at)
		if a != ignored {
			return
		}
	}
	u.resultIgnored(written.Module, fa{written.Name, written.Arity}, at)
}

// noEffect are the functions of erlang that do nothing but give a value and
// never fail; mayFail are those that may fail. pureTests are those of noEffect
// that give the same of the same arguments.
var (
	noEffect = functionSet(`/=/2 </2 =/=/2 =:=/2 =</2 ==/2 >/2 >=/2 date/0 get/0 get/1 get_cookie/0 get_keys/1 group_leader/0
		is_alive/0 is_atom/1 is_binary/1 is_bitstring/1 is_boolean/1 is_float/1 is_function/1 is_integer/1 is_list/1
		is_map/1 is_number/1 is_pid/1 is_port/1 is_record/1 is_reference/1 is_tuple/1 make_ref/0 max/2 min/2 node/0
		nodes/0 ports/0 pre_loaded/0 processes/0 registered/0 self/0 term_to_binary/1 time/0`)
	mayFail = functionSet(`*/2 +/1 +/2 ++/2 -/1 -/2 --/2 //2 abs/1 and/2 atom_to_binary/1 atom_to_binary/2 atom_to_list/1
		band/2 binary_part/2 binary_part/3 binary_to_atom/1 binary_to_atom/2 binary_to_float/1 binary_to_integer/1
		binary_to_list/1 binary_to_list/3 bit_size/1 bnot/1 bor/2 bsl/2 bsr/2 bxor/2 byte_size/1 ceil/1 div/2 element/2
		float/1 float_to_binary/1 float_to_list/1 floor/1 hd/1 integer_to_binary/1 integer_to_list/1 is_function/2
		is_integer/3 is_map_key/2 is_record/2 is_record/3 length/1 list_to_atom/1 list_to_binary/1 list_to_float/1
		list_to_integer/1 list_to_integer/2 list_to_pid/1 list_to_tuple/1 map_get/2 not/1 or/2 pid_to_list/1
		rem/2 round/1 setelement/3 size/1 split_binary/2 tl/1 trunc/1 tuple_size/1 tuple_to_list/1 xor/2`)
	pureTests = functionSet(`/=/2 </2 =/=/2 =:=/2 =</2 ==/2 >/2 >=/2 is_atom/1 is_binary/1 is_bitstring/1 is_boolean/1
		is_float/1 is_function/1 is_integer/1 is_list/1 is_map/1 is_number/1 is_pid/1 is_port/1 is_reference/1 is_tuple/1
		max/2 min/2`)
)

// pureRemote are functions of other modules whose result alone counts.
var pureRemote = func() map[Pure]bool {
	m := map[Pure]bool{{"lists", "append", 2}: true, {"lists", "subtract", 2}: true, {"maps", "get", 2}: true,
		{"maps", "is_key", 2}: true, {"maps", "new", 0}: true, {"math", "pi", 0}: true}
	for _, f := range []string{"acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "erf", "erfc",
		"exp", "floor", "log", "log10", "log2", "sin", "sinh", "sqrt", "tan", "tanh"} {
		m[Pure{"math", f, 1}] = true
	}
	for _, f := range []string{"atan2", "fmod", "pow"} {
		m[Pure{"math", f, 2}] = true
	}
	return m
}()

// Package randerl makes random Erlang programs, to compare what they do when
// different compilers have compiled them.
package randerl

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Module is the source of a random module. Its functions call only those
// before them, so all calls end. main/0 calls each with several arguments and
// gives what came of it: values, or exceptions with their stack traces. With
// modern the module uses the language of OTP 29, else that of OTP 25.
func Module(name string, seed uint64, modern bool) string {
	g := &gen{r: rand.New(rand.NewPCG(seed, 7)), modern: modern}
	g.printf("-module(%s).\n-compile([export_all, nowarn_export_all]).\n", name)
	g.printf("-record(r, {a, b = 7, c = [x]}).\n\n")
	n := 4 + g.n(5)
	for i := range n {
		g.function(i)
	}
	g.printf("main() ->\n    [")
	sep := ""
	for i, f := range g.funs {
		for range 4 {
			args := make([]string, len(f.args))
			for k, t := range f.args {
				args[k] = g.sample(t)
			}
			g.printf("%st(f%d, [%s])", sep, i, strings.Join(args, ", "))
			sep = ",\n     "
		}
	}
	g.printf("].\n%s", driver)
	return g.String()
}

const driver = `
t(F, Args) ->
    try apply(?MODULE, F, Args) of
        V -> {F, show(V)}
    catch
        C:R:S -> {F, C, show(R), top(S)}
    end.

%% The frames below the top one, or below the library's, depend on what a
%% compiler finds out about calls that do not return, the names of lifted
%% functions on what it leaves out, and the line of an operation that must fail
%% on whether it sees that.
top([{erlang, _, _, _} | S]) -> top(S);
top([{?MODULE, N, A, L} | _]) ->
    case atom_to_list(N) of
        "-" ++ _ -> lifted;
        _ when is_list(A) -> {N, show(A), proplists:get_value(line, L)};
        _ -> {N, A}
    end;
top(_) -> [].

show({file, _}) -> file;
show({line, _}) -> line;
show(F) when is_function(F) -> {'fun', erlang:fun_info(F, arity)};
show([H | T]) -> [show(H) | show(T)];
show(T) when is_tuple(T) -> list_to_tuple(show(tuple_to_list(T)));
show(M) when is_map(M) -> {map, show(lists:sort(maps:to_list(M)))};
show(P) when is_pid(P) -> pid;
show(R) when is_reference(R) -> ref;
show(V) -> V.
`

type kind int

const (
	integer kind = iota
	float
	atom
	list
	tuple
	mapk
	binary
	boolean
	fun1
	record
	anything
	kinds
)

type function struct {
	args []kind
	ret  kind
}

type variable struct {
	name string
	k    kind
}

type gen struct {
	strings.Builder
	r      *rand.Rand
	modern bool
	funs   []function
	vars   []variable
	next   int
	calls  int // of other functions that the one at hand may still make
	budget int // expressions that it may still have
}

func (g *gen) printf(format string, args ...any) { fmt.Fprintf(g, format, args...) }
func (g *gen) n(n int) int                       { return g.r.IntN(n) }
func (g *gen) chance(percent int) bool           { return g.n(100) < percent }
func (g *gen) pick(s ...string) string           { return s[g.n(len(s))] }

func (g *gen) fresh() string {
	g.next++
	return fmt.Sprintf("V%d", g.next)
}

func (g *gen) function(i int) {
	f := function{ret: kind(g.n(int(kinds)))}
	for range g.n(4) {
		f.args = append(f.args, kind(g.n(int(kinds))))
	}
	clauses := 1 + g.n(3)
	g.calls, g.budget = 2, 60
	for c := range clauses {
		g.vars, g.next = nil, 0
		heads := make([]string, len(f.args))
		for k, t := range f.args {
			heads[k] = g.pattern(t, 2)
		}
		guard := ""
		if g.chance(30) {
			guard = " when " + g.guard(1)
		}
		end := ";"
		if c == clauses-1 {
			end = "."
		}
		g.printf("f%d(%s)%s ->\n%s%s\n", i, strings.Join(heads, ", "), guard, g.body(f.ret, 4, "    "), end)
	}
	g.printf("\n")
	g.funs = append(g.funs, f)
}

// body is a sequence of expressions.
func (g *gen) body(k kind, depth int, indent string) string {
	var lines []string
	for range g.n(3) {
		lines = append(lines, indent+g.statement(depth))
	}
	lines = append(lines, indent+g.expr(k, depth))
	return strings.Join(lines, ",\n")
}

// scoped makes something whose variables nobody outside sees.
func (g *gen) scoped(make func() string) string {
	mark := len(g.vars)
	s := make()
	g.vars = g.vars[:mark]
	return s
}

func (g *gen) statement(depth int) string {
	k := kind(g.n(int(kinds)))
	switch g.n(10) {
	case 0, 1, 2, 3:
		e := g.expr(k, depth-1)
		v := g.fresh()
		g.vars = append(g.vars, variable{v, k})
		return v + " = " + e
	case 4, 5:
		e := g.expr(k, depth-1)
		return g.pattern(k, 2) + " = " + e
	case 6:
		// A variable that all branches bind.
		e := g.expr(k, depth-1)
		v := g.fresh()
		t := kind(g.n(int(kinds)))
		branch := func() string {
			return g.scoped(func() string {
				p := g.pattern(k, 1)
				return p + " -> " + v + " = " + g.expr(t, depth-2)
			})
		}
		s := "case " + e + " of " + branch() + "; _ -> " + v + " = " + g.expr(t, 0) + " end"
		g.vars = append(g.vars, variable{v, t})
		return s
	case 7:
		return "put(" + g.pick("a", "b") + ", " + g.expr(k, depth-1) + ")"
	case 8:
		return "self() ! " + g.expr(k, depth-2)
	}
	return "_ = " + g.expr(k, depth-1)
}

// pattern matches some values of a kind and binds variables.
func (g *gen) pattern(k kind, depth int) string {
	if g.chance(35) || depth <= 0 {
		switch {
		case g.chance(15):
			return "_"
		case g.chance(8) && len(g.vars) > 0:
			return g.vars[g.n(len(g.vars))].name
		}
		v := g.fresh()
		g.vars = append(g.vars, variable{v, k})
		return v
	}
	if g.chance(8) {
		v := g.fresh()
		p := g.pattern(k, depth-1)
		g.vars = append(g.vars, variable{v, k})
		return g.pick(v+" = "+p, p+" = "+v)
	}
	sub := func() string { return g.pattern(kind(g.n(int(kinds))), depth-1) }
	switch k {
	case integer:
		return g.pick("0", "1", "2", "-3", "10", "1 + 2", "$a", "16#ffffffffffffffffffff")
	case float:
		return g.pick("1.5", "0.0", "-2.25")
	case atom:
		return g.pick("a", "b", "c", "'hello world'", "[]")
	case boolean:
		return g.pick("true", "false")
	case list:
		switch g.n(5) {
		case 0:
			return "[]"
		case 1:
			return "[" + sub() + "]"
		case 2:
			return `"ab" ++ ` + g.pattern(list, 0)
		default:
			h := sub()
			return "[" + h + " | " + g.pattern(list, depth-1) + "]"
		}
	case tuple:
		n := g.n(4)
		ps := make([]string, n)
		for i := range ps {
			ps[i] = sub()
		}
		return "{" + strings.Join(ps, ", ") + "}"
	case record:
		if g.chance(30) {
			return "#r{}"
		}
		return "#r{" + g.pick("a", "b", "c") + " = " + sub() + "}"
	case mapk:
		if g.chance(20) {
			return "#{}"
		}
		return "#{" + g.pick("a", "b", "1", `"k"`, "{x, 1}") + " := " + sub() + "}"
	case binary:
		return g.binPattern()
	case fun1:
		return "_"
	}
	return g.pattern(kind(g.n(int(anything))), depth-1)
}

func (g *gen) binPattern() string {
	var ps []string
	bind := func(k kind) string {
		if g.chance(20) {
			return "_"
		}
		v := g.fresh()
		g.vars = append(g.vars, variable{v, k})
		return v
	}
	size := ""
	for range g.n(4) {
		switch g.n(9) {
		case 0:
			ps = append(ps, g.pick("1", "97", `"a"`, `"ab"`, "16#fe:16", "5:4"))
		case 1:
			ps = append(ps, bind(integer))
			if v := ps[len(ps)-1]; v != "_" {
				size = v
			}
		case 2:
			ps = append(ps, bind(integer)+g.pick(":4", ":16", ":16/little", ":8/signed", ":3", ":72", ":24/signed-little"))
		case 3:
			ps = append(ps, bind(integer)+g.pick("/utf8", "/utf16", "/utf32"))
		case 4:
			ps = append(ps, bind(float)+g.pick("/float", ":32/float", ":64/float-little"))
		case 5:
			ps = append(ps, bind(binary)+g.pick(":2/binary", ":1/binary", ":5/bitstring", ":3/binary-unit:4"))
		case 6:
			if size != "" {
				ps = append(ps, bind(binary)+":"+size+"/binary")
			} else {
				ps = append(ps, bind(integer))
			}
		case 7:
			if size != "" {
				ps = append(ps, bind(integer)+":("+size+" band 31)")
			}
		default:
			ps = append(ps, bind(integer))
		}
	}
	if g.chance(60) {
		ps = append(ps, bind(binary)+g.pick("/binary", "/bitstring", "/binary", "/binary-unit:16"))
	}
	return "<<" + strings.Join(ps, ", ") + ">>"
}

// guard is a guard test.
func (g *gen) guard(depth int) string {
	v := func(k kind) string { return g.expr(k, -1) }
	switch g.n(14) {
	case 0:
		return v(integer) + g.pick(" > ", " < ", " >= ", " =< ", " == ", " =/= ") + v(integer)
	case 1:
		return "is_" + g.pick("atom", "integer", "float", "list", "tuple", "map", "binary", "bitstring", "number", "boolean", "function", "pid") + "(" + v(anything) + ")"
	case 2:
		return v(anything) + g.pick(" =:= ", " == ", " /= ") + v(anything)
	case 3:
		return "hd(" + v(list) + ") =:= " + v(anything)
	case 4:
		return "tuple_size(" + v(tuple) + ") > 1"
	case 5:
		return "is_record(" + v(record) + ", r)"
	case 6:
		return "is_map_key(a, " + v(mapk) + ")"
	case 7:
		return "length(" + v(list) + ") + 1 < " + v(integer)
	case 8:
		return "byte_size(" + v(binary) + ") rem 2 =:= 0"
	case 9:
		return "map_get(a, " + v(mapk) + ") > 3"
	case 10:
		return "(" + v(record) + ")#r.b =:= 7"
	}
	if depth <= 0 {
		return g.pick("true", "false", v(boolean))
	}
	switch g.n(6) {
	case 0:
		return g.guard(depth-1) + ", " + g.guard(depth-1)
	case 1:
		return g.guard(depth-1) + "; " + g.guard(depth-1)
	case 2:
		return "not (" + g.bare(depth-1) + ")"
	}
	return g.bare(depth)
}

// bare is a guard that is one expression.
func (g *gen) bare(depth int) string {
	s := g.guard(0)
	if depth <= 0 {
		return s
	}
	return "(" + s + ")" + g.pick(" andalso ", " orelse ", " and ", " or ", " xor ") + "(" + g.bare(depth-1) + ")"
}

// atomic is a variable or a literal.
func (g *gen) atomic(k kind) string {
	if g.chance(70) {
		var fit []string
		for _, v := range g.vars {
			if v.k == k || k == anything {
				fit = append(fit, v.name)
			}
		}
		if len(fit) > 0 {
			return fit[g.n(len(fit))]
		}
	}
	if g.chance(6) && len(g.vars) > 0 {
		return g.vars[g.n(len(g.vars))].name
	}
	return g.literal(k)
}

func (g *gen) literal(k kind) string {
	switch k {
	case integer:
		return g.pick("0", "1", "2", "3", "7", "-1", "-3", "255", "1000000", "$a", "12345678901234567890", "-(1 bsl 59)", "1 bsl 64")
	case float:
		return g.pick("1.5", "0.0", "-2.25", "1.0e10", "3.0")
	case atom:
		return g.pick("a", "b", "c", "'hello world'", "ok", "error")
	case boolean:
		return g.pick("true", "false")
	case list:
		return g.pick("[]", "[1, 2, 3]", `"abc"`, "[a]", "[{a, 1}, {b, 2}]", "[1 | 2]", "[[]]", "[a, b, 1.5, <<1>>]")
	case tuple:
		return g.pick("{}", "{a}", "{a, 1}", "{ok, [1]}", "{1, 2, 3}")
	case mapk:
		return g.pick("#{}", "#{a => 1}", "#{a => 5, b => [2]}", `#{1 => a, "k" => b}`, "#{{x, 1} => 1.0}")
	case binary:
		return g.pick("<<>>", "<<1, 2, 3>>", `<<"abc">>`, "<<5:3>>", `<<"åä"/utf8>>`, "<<1.5/float>>", "<<0:100>>", "<<3, \"xyz\">>")
	case record:
		return g.pick("#r{}", "#r{a = 1}", "#r{_ = 0}")
	case fun1:
		return g.pick("fun(X) -> X end", "fun(X) -> {X, X} end", "fun erlang:abs/1", "fun lists:reverse/1", "fun(X) when is_integer(X) -> X + 1 end")
	}
	return g.literal(kind(g.n(int(anything))))
}

// sample is an argument for a function.
func (g *gen) sample(k kind) string {
	if g.chance(20) {
		k = anything
	}
	return g.literal(k)
}

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
	g.printf("-define(PAIR(X), {X, X}).\n-define(ADD(X, Y), (X + Y)).\n-define(ADD(X), ?ADD(X, 1)).\n-define(SHOWN(X), {??X, X}).\n")
	g.printf("-record(r, {a, b = 7, c = [x]}).\n-record(s, {x = 1 :: integer(), y = #r{a = ?ADD(1)}, z = self() =:= self()}).\n\n")
	n := 4 + g.n(5)
	for i := range n {
		switch g.n(8) {
		case 0:
			g.loop(i)
		case 1:
			g.binaryLoop(i)
		default:
			g.function(i)
		}
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
o(X) -> X.

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

show({'EXIT', {R, [{_, _, _, _} | _]}}) -> {'EXIT', show(R)};
show({badkey, K}) when is_atom(K) -> badkey; % several may be missing, and atoms have no order
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
	outer  []variable // those that a pattern at hand may use as keys and sizes
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
		g.vars, g.outer, g.next = nil, nil, 0
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

// loop is a function that calls itself a few times.
func (g *gen) loop(i int) {
	f := function{args: []kind{integer, kind(g.n(int(kinds))), kind(g.n(int(kinds)))}, ret: kind(g.n(int(kinds)))}
	g.calls, g.budget, g.next, g.outer = 1, 60, 0, nil
	g.vars = []variable{{"N", integer}}
	a := g.pattern(f.args[1], g.n(2))
	b := g.pattern(f.args[2], 0)
	body := g.statement(3)
	again := func() string {
		x := g.expr(f.args[1], 1)
		return fmt.Sprintf("f%d(N - 1, %s, %s)", i, x, g.expr(f.args[2], 1))
	}
	call := again()
	switch g.n(6) {
	case 0:
		call = "[" + g.expr(anything, 1) + " | " + call + "]"
	case 1:
		v := g.fresh()
		call = v + " = " + call + ", {" + v + ", " + g.expr(anything, 1) + "}"
	case 2:
		call = "try " + call + " catch _:R -> {R, " + g.expr(anything, 1) + "} end"
	case 3:
		call = "case " + g.expr(boolean, 1) + " of true -> " + call + "; _ -> " + again() + " end"
	}
	g.printf("f%d(N, %s, %s) when is_integer(N), N > 0, N < 5 ->\n    %s,\n    %s;\n", i, a, b, body, call)
	g.vars, g.next = nil, 0
	g.printf("f%d(N, A, B) ->\n    ", i)
	g.vars = []variable{{"N", integer}, {"A", f.args[1]}, {"B", f.args[2]}}
	g.printf("%s.\n\n", g.expr(f.ret, 2))
	g.funs = append(g.funs, f)
}

// binaryLoop is a function that goes through a binary, each clause in its way.
func (g *gen) binaryLoop(i int) {
	f := function{args: []kind{binary, anything}, ret: kind(g.n(int(kinds)))}
	for range 1 + g.n(3) {
		g.calls, g.budget, g.next, g.vars, g.outer = 1, 40, 0, nil, nil
		p := strings.TrimSuffix(strings.TrimPrefix(g.binGenerator(), "<<"), ">>")
		rest := g.fresh()
		tail := g.pick("/binary", "/bitstring", "/bits", "/binary-unit:16")
		if g.chance(50) {
			mark := len(g.vars)
			q := strings.TrimSuffix(strings.TrimPrefix(g.binPattern(), "<<"), ">>")
			// What takes the rest stands last.
			if q != "" && !strings.Contains(q, "/binary") && !strings.Contains(q, "/bits") {
				p += ", " + q
			} else {
				g.vars = g.vars[:mark]
			}
		}
		all := ""
		if g.chance(15) {
			all = " = " + g.fresh()
			g.vars = append(g.vars, variable{strings.TrimPrefix(all, " = "), binary})
		}
		acc := g.pattern(anything, 0)
		guard := ""
		if g.chance(40) {
			guard = " when " + g.guard(1)
		}
		call := fmt.Sprintf("f%d(%s, %s)", i, rest, g.expr(anything, 2))
		switch g.n(5) {
		case 0:
			call = "[" + g.expr(anything, 1) + " | " + call + "]"
		case 1:
			call = g.statement(2) + ", " + call
		case 2:
			g.seen()
			call = "case " + rest + " of " + g.binGenerator() + " -> " + call + "; _ -> {" + rest + ", " + g.expr(anything, 0) + "} end"
		}
		g.printf("f%d(<<%s, %s%s>>%s, %s)%s ->\n    %s;\n", i, p, rest, tail, all, acc, guard, call)
	}
	g.vars, g.next = []variable{{"B", binary}, {"A", anything}}, 0
	g.printf("f%d(%s, A) ->\n    %s.\n\n", i, g.pick("B", "B", "<<B/bits>>", "<<>> = B"), g.expr(f.ret, 2))
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

// seen lets the patterns that follow use the variables bound so far.
func (g *gen) seen() (restore func()) {
	saved := g.outer
	g.outer = g.vars[:len(g.vars):len(g.vars)]
	return func() { g.outer = saved }
}

// scoped makes something whose variables nobody outside sees.
func (g *gen) scoped(make func() string) string {
	mark := len(g.vars)
	s := make()
	g.vars = g.vars[:mark]
	return s
}

func (g *gen) statement(depth int) string {
	defer g.seen()()
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
		return g.pick("0", "1", "2", "-3", "10", "1 + 2", "$a", "16#ffffffffffffffffffff", "1 bsl 59", "-(1 bsl 59) - 1", "1 bsl 64", "?ADD(6)", "#r.b")
	case float:
		return g.pick("1.5", "1.0", "-2.25", "1.0e10")
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
		switch g.n(6) {
		case 0:
			return "#r{}"
		case 1:
			a := sub()
			return "#r{a = " + a + ", " + g.pick("b", "c") + " = " + sub() + "}"
		case 2:
			switch g.n(3) {
			case 0:
				return "#s{x = " + sub() + "}"
			case 1:
				return "#s{y = " + g.pattern(record, depth-1) + "}"
			}
			return "#s{y = #r{a = " + sub() + ", _ = _}}"
		case 3:
			return "#r{b = " + sub() + ", _ = " + g.pick("_", "x", "7") + "}"
		}
		return "#r{" + g.pick("a", "b", "c") + " = " + sub() + "}"
	case mapk:
		if g.chance(20) {
			return "#{}"
		}
		key := func() string {
			if len(g.outer) > 0 && g.chance(25) {
				v := g.outer[g.n(len(g.outer))].name
				return g.pick(v, "{x, "+v+"}", "["+v+"]")
			}
			return g.pick("a", "b", "1", `"k"`, "{x, 1}", "1 + 0", "1.0", "<<1>>", "#{}")
		}
		s := "#{" + key() + " := " + sub()
		if g.chance(30) {
			s += ", " + key() + " := " + sub()
		}
		return s + "}"
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
		switch {
		case g.chance(20):
			return "_"
		case g.chance(5) && len(g.vars) > 0:
			return g.vars[g.n(len(g.vars))].name
		}
		v := g.fresh()
		g.vars = append(g.vars, variable{v, k})
		return v
	}
	size := ""
	for range g.n(4) {
		switch g.n(12) {
		case 0:
			ps = append(ps, g.pick("1", "97", `"a"`, `"ab"`, "16#fe:16", "5:4", "-1:8/signed", "1:16/little", "1.5/float", "1.5:32/float-little"))
		case 1:
			ps = append(ps, bind(integer))
			if v := ps[len(ps)-1]; v != "_" && v == fmt.Sprintf("V%d", g.next) {
				size = v
			}
		case 2:
			ps = append(ps, bind(integer)+g.pick(":4", ":16", ":16/little", ":8/signed", ":3", ":72", ":24/signed-little", ":13/signed-little", ":2/unit:8", ":60", ":64/signed", "/native", ":0"))
		case 3:
			ps = append(ps, bind(integer)+g.pick("/utf8", "/utf16", "/utf32", "/utf16-little", "/utf32-little"))
		case 4:
			ps = append(ps, bind(float)+g.pick("/float", ":32/float", ":64/float-little", ":16/float", ":2/float-unit:8"))
		case 5:
			ps = append(ps, bind(binary)+g.pick(":2/binary", ":1/binary", ":5/bitstring", ":3/binary-unit:4", ":0/binary"))
		case 6:
			if size != "" {
				ps = append(ps, bind(binary)+":"+size+g.pick("/binary", "/bits", "/binary-unit:3"))
			} else {
				ps = append(ps, bind(integer))
			}
		case 7:
			if size != "" {
				ps = append(ps, bind(integer)+":("+size+g.pick(" band 31)", " - 1)", " * 2)", " rem 7)", " div 0)")+g.pick("", "/little", "/signed", "/unit:2", "/float"))
			}
		case 8:
			if len(g.outer) > 0 {
				ps = append(ps, bind(integer)+":"+g.outer[g.n(len(g.outer))].name+g.pick("", "/binary", "/bits", "/signed-little"))
			}
		case 9:
			ps = append(ps, g.pick(`"aå"/utf8`, `"ab"/utf16`, `"ab"/utf32-little`, "$a", "1:4, 2:4"))
		default:
			ps = append(ps, bind(integer))
		}
	}
	if g.chance(60) {
		ps = append(ps, bind(binary)+g.pick("/binary", "/bitstring", "/binary", "/binary-unit:16", "/bits", "/binary-unit:3"))
	}
	return "<<" + strings.Join(ps, ", ") + ">>"
}

// guard is a guard test.
func (g *gen) guard(depth int) string {
	v := func(k kind) string { return g.expr(k, -1) }
	switch g.n(26) {
	case 0, 11:
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
	case 12:
		return g.pick("is_function("+v(fun1)+", 1)", "is_record("+v(record)+", r, 4)", "is_record("+v(record)+", s)", "element(#r.b, "+v(record)+") == 7",
			"is_function("+v(fun1)+", "+v(integer)+")")
	case 13:
		return g.pick("abs(", "trunc(", "round(", "floor(", "ceil(", "float(", "-(", "bnot (") + v(integer) + g.pick(") > 1", ") =:= 1", ") == 1.0")
	case 14:
		return "binary_part(" + v(binary) + ", 0, " + g.pick("1", "2", v(integer)) + ") =:= " + v(binary)
	case 15:
		return g.pick("#{a => "+v(anything)+"} =:= "+v(mapk), "("+v(mapk)+")#{a := "+v(integer)+"} =/= "+v(mapk), "is_map_key("+v(anything)+", "+v(mapk)+")",
			"map_get("+v(atom)+", "+v(mapk)+") =/= 1", "("+v(mapk)+")#{"+v(atom)+" => 1} =:= #{a => 1}")
	case 16:
		return "element(" + g.pick("1", "2", v(integer)) + ", " + v(tuple) + ") =:= " + v(anything)
	case 17:
		return g.pick("["+v(anything)+" | "+v(list)+"] =:= "+v(list), "{"+v(anything)+", "+v(anything)+"} > "+v(tuple), "<<"+v(integer)+":8>> =:= "+v(binary),
			"<<("+v(binary)+")/binary, 1:("+v(integer)+" band 63)>> < "+v(binary), "tl("+v(list)+") =:= []", "size("+v(tuple)+") =:= 2", "bit_size("+v(binary)+") < 20")
	case 18:
		return g.pick("self() =:= hd("+v(list)+")", "node() =:= nonode@nohost", "?ADD("+v(integer)+") > 2", "is_boolean("+v(boolean)+")", v(boolean), v(boolean)+" =:= true")
	case 19:
		if g.modern {
			return g.pick("max(", "min(") + v(integer) + ", " + v(anything) + ") > " + v(integer)
		}
	case 20:
		if g.modern {
			return "is_integer(" + v(integer) + ", " + g.pick("0, 10", "-3, 1 bsl 64", "2, 2") + ")"
		}
	case 21:
		return "(" + v(integer) + g.pick(" + ", " - ", " * ", " div ", " rem ", " bsl ", " bsr ", " bor ", " bxor ") + v(integer) + ")" + g.pick(" =:= ", " < ", " >= ") + v(integer)
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
		return g.pick("0", "1", "2", "3", "7", "-1", "-3", "255", "1000000", "$a", "12345678901234567890", "-(1 bsl 59)", "1 bsl 64", "((1 bsl 59) - 1)", "1 bsl 59",
			"(-(1 bsl 59) - 1)", "((1 bsl 63) - 1)", "-(1 bsl 200)", "16#10000", "16#d800", "(?LINE - ?LINE)")
	case float:
		return g.pick("1.5", "0.0", "-2.25", "1.0e10", "3.0", "1.0e308", "4.9e-324", "65504.0", "1.0e-7", "123456789012345680.0")
	case atom:
		return g.pick("a", "b", "c", "'hello world'", "ok", "error")
	case boolean:
		return g.pick("true", "false")
	case list:
		return g.pick("[]", "[1, 2, 3]", `"abc"`, "[a]", "[{a, 1}, {b, 2}]", "[1 | 2]", "[[]]", "[a, b, 1.5, <<1>>]", `"a\x{4e2d}\t"`, `"ab" "cd"`, "[true, false | a]", "[<<1>>, 2, \"x\"]")
	case tuple:
		return g.pick("{}", "{a}", "{a, 1}", "{ok, [1]}", "{1, 2, 3}", "?PAIR([])", "?SHOWN(-2 + 1)", "{#r.b, ?FUNCTION_ARITY}", "{ok, {ok, 2}, []}")
	case mapk:
		return g.pick("#{}", "#{a => 1}", "#{a => 5, b => [2]}", `#{1 => a, "k" => b}`, "#{{x, 1} => 1.0}", "#{1 => a, 1.0 => b}", "#{<<1>> => x, [] => y, #{} => z}")
	case binary:
		return g.pick("<<>>", "<<1, 2, 3>>", `<<"abc">>`, "<<5:3>>", `<<"åä"/utf8>>`, "<<1.5/float>>", "<<0:100>>", "<<3, \"xyz\">>", "<<1:16/little, 2:16>>", "<<1, 97, 98, 2:4>>", `<<"ab"/utf16>>`, "<<1.5:16/float, 255>>", "<<16#d800:16, 1>>")
	case record:
		return g.pick("#r{}", "#r{a = 1}", "#r{_ = 0}", "#s{}", "#s{y = #r{b = 1.0}}", "#r{a = b, _ = ?PAIR(1)}")
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

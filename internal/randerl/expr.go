package randerl

import (
	"fmt"
	"strings"
)

// expr is an expression whose value is mostly of kind k. At depth -1 it may
// stand in a guard.
func (g *gen) expr(k kind, depth int) string {
	g.budget--
	if depth < 0 {
		if depth > -2 && g.chance(25) && k == integer {
			return "(" + g.atomic(integer) + g.pick(" + ", " - ", " * ", " band ", " div ") + g.atomic(integer) + ")"
		}
		if k >= fun1 {
			k = kind(g.n(int(fun1)))
		}
		return g.atomic(k)
	}
	if depth == 0 || g.budget <= 0 || g.chance(15) {
		return g.atomic(k)
	}
	if g.chance(3) {
		k = kind(g.n(int(kinds)))
	}
	if g.chance(25) {
		return g.control(k, depth-1)
	}
	if g.chance(15) && g.calls > 0 {
		for try := 0; try < 5 && len(g.funs) > 0; try++ {
			i := g.n(len(g.funs))
			f := g.funs[i]
			if f.ret != k && try < 4 {
				continue
			}
			g.calls--
			args := make([]string, len(f.args))
			for a, t := range f.args {
				args[a] = g.expr(t, depth-1)
			}
			return fmt.Sprintf("f%d(%s)", i, strings.Join(args, ", "))
		}
	}
	d := depth - 1
	e := func(k kind) string { return g.expr(k, d) }
	any := func() string { return g.expr(kind(g.n(int(kinds))), d) }
	if g.chance(4) && len(g.funs) > 0 {
		i := g.n(len(g.funs))
		n := len(g.funs[i].args)
		ref := g.pick(fmt.Sprintf("fun f%d/%d", i, n), fmt.Sprintf("fun ?MODULE:f%d/%d", i, n))
		if g.calls == 0 || n != 1 && k == fun1 {
			return ref
		}
		g.calls--
		args := make([]string, n)
		for a, t := range g.funs[i].args {
			args[a] = g.expr(t, d)
		}
		all := strings.Join(args, ", ")
		m, f := g.fresh(), g.fresh()
		return g.pick("("+ref+")("+all+")", "apply("+ref+", ["+all+"])", fmt.Sprintf("apply(?MODULE, f%d, [%s])", i, all),
			fmt.Sprintf("begin %s = ?MODULE, %s = f%d, %s:%s(%s) end", m, f, i, m, f, all),
			fmt.Sprintf("begin %s = ?MODULE, %s = f%d, (fun %s:%s/%d)(%s) end", m, f, i, m, f, n, all),
			fmt.Sprintf("begin %s = [%s], apply(?MODULE, f%d, %s) end", m, all, i, m))
	}
	if g.chance(5) {
		return g.pick("hd("+e(list)+")", "element(1, "+e(tuple)+")", "("+e(record)+")#r."+g.pick("a", "b", "c"),
			"maps:get("+g.pick("a", "b", "zz")+", "+e(mapk)+")", "("+e(fun1)+")("+any()+")", "erase(a)", "get(b)")
	}
	switch k {
	case integer:
		switch g.n(9) {
		case 0, 1, 2:
			return "(" + e(integer) + g.pick(" + ", " - ", " * ", " div ", " rem ", " band ", " bor ", " bxor ") + e(integer) + ")"
		case 3:
			return g.pick("length", "erlang:length") + "(" + e(list) + ")"
		case 4:
			return g.pick("record_info(size, s)", "length(record_info(fields, r))", "tuple_size("+e(tuple)+")", "map_size("+e(mapk)+")", "byte_size("+e(binary)+")", "bit_size("+e(binary)+")")
		case 5:
			return g.pick("-", "bnot ", "+") + "(" + e(integer) + ")"
		case 6:
			return g.pick("abs", "trunc", "round") + "(" + e(float) + ")"
		case 7:
			return g.pick("("+e(integer)+g.pick(" bsl 3", " bsr 2", " bsl 70")+")", "?ADD("+e(integer)+")", "?ADD("+e(integer)+", "+e(integer)+")",
				"max("+e(integer)+", "+any()+")", "min("+any()+", "+e(integer)+")", "(("+e(record)+")#s.y)#r.b")
		default:
			return "(" + e(record) + ")#r.b"
		}
	case float:
		return g.pick("("+e(float)+g.pick(" + ", " - ", " * ", " / ")+e(float)+")", "float("+e(integer)+")", "("+e(integer)+" / "+e(integer)+")")
	case atom:
		return g.pick("element(1, "+e(tuple)+")", "hd("+e(list)+")", "list_to_atom("+e(list)+")")
	case boolean:
		switch g.n(5) {
		case 0:
			return "(" + any() + g.pick(" =:= ", " == ", " < ", " >= ", " /= ", " =/= ") + any() + ")"
		case 1:
			return "(" + e(boolean) + g.pick(" andalso ", " orelse ", " and ", " or ", " xor ") + e(boolean) + ")"
		case 2:
			return "(not " + e(boolean) + ")"
		case 3:
			return "is_" + g.pick("atom", "integer", "list", "map", "binary") + "(" + any() + ")"
		default:
			return "lists:member(" + any() + ", " + e(list) + ")"
		}
	case list:
		switch g.n(8) {
		case 0, 1:
			return "[" + any() + " | " + e(list) + "]"
		case 2:
			return "[" + any() + ", " + any() + "]"
		case 3:
			return "(" + e(list) + g.pick(" ++ ", " -- ") + e(list) + ")"
		case 4:
			return g.pick("lists:reverse("+e(list)+")", "tl("+e(list)+")", "tuple_to_list("+e(tuple)+")", "lists:sort(maps:keys("+e(mapk)+"))",
				"binary_to_list("+e(binary)+")", "lists:map("+e(fun1)+", "+e(list)+")", "lists:foldl(fun(A, B) -> [A | B] end, [], "+e(list)+")")
		default:
			return g.comprehension(list, d)
		}
	case tuple:
		return g.pick("?SHOWN("+e(integer)+")", "?PAIR("+any()+")", "{"+any()+"}", "{"+any()+", "+any()+"}", "{"+e(atom)+", "+any()+", "+any()+"}", "setelement(1, "+e(tuple)+", "+any()+")")
	case mapk:
		switch g.n(5) {
		case 0, 1:
			return "#{" + g.pick("a", "b", e(atom)) + " => " + any() + ", " + g.pick("c", "1", e(integer)) + " => " + any() + "}"
		case 2:
			// OTP 25's compiler forgets an update that must fail where something
			// behind it must fail, too.
			arrow := func() string { return " => " }
			if g.modern {
				arrow = func() string { return g.pick(" => ", " := ") }
			}
			s := "(" + e(mapk) + ")#{" + g.pick("a", "b") + arrow() + any()
			if g.chance(40) {
				s += ", " + g.pick("a", "c", any()) + arrow() + any()
			}
			return s + "}"
		case 3:
			return "maps:put(" + any() + ", " + any() + ", " + e(mapk) + ")"
		default:
			if g.modern {
				return g.comprehension(mapk, d)
			}
			return "maps:remove(a, " + e(mapk) + ")"
		}
	case binary:
		switch g.n(6) {
		case 0, 1, 2:
			return g.construct(d)
		case 3:
			return g.pick("list_to_binary("+e(list)+")", "iolist_to_binary("+e(list)+")", "integer_to_binary("+e(integer)+")")
		default:
			return g.comprehension(binary, d)
		}
	case record:
		return g.pick("#s{y = "+e(record)+"}", "("+e(record)+")#s{z = "+any()+"}", "("+e(record)+")#r{c = "+any()+", a = "+any()+"}", "#r{b = "+any()+", _ = "+any()+"}",
			"("+e(record)+")#s.y#r{b = "+any()+"}", "#r{a = "+any()+"}", "("+e(record)+")#r{b = "+any()+"}", "#r{a = "+any()+", c = "+any()+"}")
	case fun1:
		switch g.n(4) {
		case 0:
			name := "F" + g.fresh()
			return g.scoped(func() string {
				v := g.fresh()
				g.vars = append(g.vars, variable{v, integer})
				return "fun " + name + "(" + v + ") when is_integer(" + v + "), " + v + " > 0, " + v + " < 20 -> [" + g.expr(anything, d-1) + " | " + name + "(" + v + " - 1)]; " + name + "(_) -> " + g.expr(list, 0) + " end"
			})
		default:
			first := g.scoped(func() string {
				p := g.pattern(kind(g.n(int(kinds))), 1)
				guard := ""
				if g.chance(20) {
					guard = " when " + g.guard(1)
				}
				return "fun(" + p + ")" + guard + " -> " + g.expr(anything, d)
			})
			if g.chance(30) {
				first += "; " + strings.TrimPrefix(g.scoped(func() string {
					return "(" + g.pattern(kind(g.n(int(kinds))), 2) + ") when " + g.guard(1) + " -> " + g.expr(anything, d-1)
				}), "fun")
			}
			return first + "; (_) -> " + g.expr(anything, d-1) + " end"
		}
	}
	return g.expr(kind(g.n(int(anything))), depth)
}

func (g *gen) construct(d int) string {
	var ps []string
	for range g.n(4) {
		switch g.n(9) {
		case 7:
			// Sizes are taken from a value whose lowest bits alone count.
			ps = append(ps, "("+g.expr(integer, d-1)+"):("+g.expr(integer, 0)+" band 15)/"+g.pick("integer-unit:8-little", "signed-unit:3", "integer-unit:5-big", "little-signed-unit:1"))
		case 8:
			ps = append(ps, g.pick("("+g.expr(float, d-1)+"):("+g.expr(integer, 0)+" band 96)/float", "("+g.expr(float, d-1)+"):16/float", "("+g.expr(binary, d-1)+"):("+g.expr(integer, 0)+" band 3)/binary",
				"("+g.expr(binary, d-1)+"):("+g.expr(integer, 0)+" band 7)/bits", "("+g.expr(binary, d-1)+")/binary-unit:4", "("+g.expr(binary, d-1)+"):1/binary-unit:5",
				"("+g.expr(integer, d-1)+")/native", `"ab"/utf16-little`, "("+g.expr(integer, d-1)+")/utf16-little", "("+g.expr(integer, d-1)+"):("+g.expr(integer, 0)+" rem 20)"))
		case 0:
			ps = append(ps, g.pick(`"abc"`, `"åäö"/utf8`, "7", "16#fedc:16/little", "-1:12", "1.5", "1.5:32", "1.5/float", "(1 bsl 100):128", "$a/utf8"))
		case 1:
			ps = append(ps, "("+g.expr(integer, d-1)+")"+g.pick("", ":16", ":4", ":32/little", ":72/big", "/signed"))
		case 2:
			ps = append(ps, "("+g.expr(integer, d-1)+")"+g.pick("/utf8", "/utf16", "/utf32"))
		case 3:
			ps = append(ps, "("+g.expr(float, d-1)+")"+g.pick("/float", ":32/float", ":64/little-float"))
		case 4, 5:
			ps = append(ps, "("+g.expr(binary, d-1)+")"+g.pick("/binary", "/bitstring", ":1/binary", "/bytes"))
		default:
			ps = append(ps, "("+g.expr(integer, d-1)+"):("+g.expr(integer, 0)+" band 63)")
		}
	}
	return "<<" + strings.Join(ps, ", ") + ">>"
}

func (g *gen) comprehension(k kind, d int) string {
	return g.scoped(func() string {
		var qs []string
		arrow := func(a string) string {
			if g.modern && g.chance(20) {
				return strings.Replace(a, "<", "<:", 1)
			}
			return a
		}
		// Zipped generators over maps show other values in their errors. What erlc
		// finds out about a source changes who complains of it, and of what; it
		// learns nothing from o/1.
		generator := func(kinds int) string {
			switch n := g.n(kinds); {
			case n < 3:
				src := g.expr(list, d-1)
				return g.pattern(kind(g.n(int(anything))), 1) + " " + arrow("<-") + " o(" + src + ")"
			case n < 5 || !g.modern:
				src := g.expr(binary, d-1)
				return g.binGenerator() + " " + arrow("<=") + " o(" + src + ")"
			default:
				src := g.expr(mapk, d-1)
				key := g.pattern(anything, 0)
				return key + " := " + g.pattern(anything, 0) + " " + arrow("<-") + " o(" + src + ")"
			}
		}
		for range 1 + g.n(2) {
			q := ""
			if g.modern && g.chance(20) {
				// What one binds the others do not see.
				mark := len(g.vars)
				var bound []variable
				for range 2 + g.n(5)/4 {
					q += generator(5) + " && "
					bound = append(bound, g.vars[mark:]...)
					g.vars = g.vars[:mark:mark]
				}
				q = strings.TrimSuffix(q, " && ")
				g.vars = append(g.vars, bound...)
			} else {
				q = generator(6)
			}
			qs = append(qs, q)
			if g.chance(30) {
				qs = append(qs, g.pick(g.bare(1), g.expr(boolean, d-1)))
			}
		}
		tail := " || " + strings.Join(qs, ", ")
		switch k {
		case list:
			if g.modern && g.chance(15) {
				return "[" + g.expr(anything, d-1) + ", " + g.expr(anything, d-1) + tail + "]"
			}
			return "[" + g.expr(anything, d) + tail + "]"
		case mapk:
			if g.chance(20) {
				return "#{" + g.expr(anything, d-1) + " => " + g.expr(anything, d-1) + ", " + g.expr(atom, 0) + " => " + g.expr(anything, d-1) + tail + "}"
			}
			return "#{" + g.expr(anything, d-1) + " => " + g.expr(anything, d-1) + tail + "}"
		}
		return "<< <<(" + g.expr(integer, d-1) + ")" + g.pick("", ":4", ":16") + ", (" + g.expr(binary, d-1) + ")/bitstring>>" + tail + " >>"
	})
}

// binGenerator is a pattern of a binary generator: it takes something.
func (g *gen) binGenerator() string {
	v := g.fresh()
	g.vars = append(g.vars, variable{v, integer})
	switch g.n(5) {
	case 0:
		return "<<" + v + ":4>>"
	case 1:
		return "<<" + v + "/utf8>>"
	case 2:
		w := g.fresh()
		g.vars = append(g.vars, variable{w, binary})
		return "<<" + v + ":5, " + w + ":1/binary>>"
	case 3:
		return "<<1, " + v + ">>"
	}
	return "<<" + v + ">>"
}

// control is an expression with clauses of its own.
func (g *gen) control(k kind, d int) string {
	defer g.seen()()
	clause := func(t kind) string {
		return g.scoped(func() string {
			p := g.pattern(t, 2)
			guard := ""
			if g.chance(25) {
				guard = " when " + g.guard(1)
			}
			return p + guard + " -> " + g.block(k, d)
		})
	}
	clauses := func(t kind) string {
		s := clause(t)
		for range g.n(3) {
			s += "; " + clause(t)
		}
		if g.chance(60) {
			s += "; _ -> " + g.scoped(func() string { return g.block(k, d) })
		}
		return s
	}
	t := kind(g.n(int(kinds)))
	switch g.n(11) {
	case 8:
		// Many clauses of few kinds, as a state machine has them.
		var cs []string
		for range 2 + g.n(6) {
			cs = append(cs, g.scoped(func() string {
				p := g.pick("a", "b", "ok", "0", "1", "2", "255", "[]", "[_ | _]", "{}", "{a}", "{a, _}", "{ok, _}", "{_, _, _}", "true", "false", "<<>>", "1.5", "1 bsl 64", "#{}", "{ok, [1]}", "\"abc\"",
					"{1, 2, _}", "{a, 1}", "[1, _ | _]", "[a | _]", "{ok, {ok, _}, _}")
				if g.chance(25) {
					p = g.pattern(t, 2)
				}
				if g.chance(40) {
					p += " when " + g.guard(1)
				}
				return p + " -> " + g.expr(k, d-1)
			}))
		}
		return "case " + g.expr(t, d) + " of " + strings.Join(cs, "; ") + g.pick("", "; _ -> "+g.literal(k)) + " end"
	case 9:
		s := "try " + g.scoped(func() string { return g.block(k, d) }) + g.pick("", " of "+clauses(k)) + " catch "
		for i := range 1 + g.n(3) {
			if i > 0 {
				s += "; "
			}
			s += g.scoped(func() string {
				p := g.pick("error:", "throw:", "exit:", "", "_:")
				if g.chance(20) {
					v := g.fresh()
					p = v + ":"
					g.vars = append(g.vars, variable{v, atom})
				}
				switch g.n(4) {
				case 0:
					p += g.pattern(anything, 0)
				case 1:
					p += g.pick("{badmatch, ", "{case_clause, ", "{") + g.pattern(anything, 0) + "}"
				default:
					p += g.pick("badarg", "badarith", "function_clause", "_", "{badmap, _}", "{badrecord, _}")
				}
				if p[0] != '_' && strings.Contains(p, ":") && g.chance(30) {
					v := g.fresh()
					return p + ":" + v + g.pick("", " when "+g.guard(1)) + " -> {is_list(" + v + "), " + g.expr(k, d-1) + "}"
				}
				return p + g.pick("", " when "+g.guard(1)) + " -> " + g.block(k, d-1)
			})
		}
		return s + g.pick("", "", " after "+g.scoped(func() string { return g.block(anything, d-1) })) + " end"
	case 0, 1, 2:
		return "case " + g.expr(t, d) + " of " + clauses(t) + " end"
	case 3:
		s := "if " + g.guard(1) + " -> " + g.scoped(func() string { return g.block(k, d) })
		if g.chance(80) {
			s += "; true -> " + g.scoped(func() string { return g.block(k, d) })
		}
		return s + " end"
	case 4:
		return "(catch " + g.scoped(func() string { return g.expr(k, d) }) + ")"
	case 5:
		s := "try " + g.scoped(func() string { return g.block(k, d) })
		if g.chance(40) {
			s += " of " + clauses(k)
		}
		handler := g.chance(80)
		if handler {
			s += " catch " + g.pick("_:_ -> ", "error:_ -> ", "throw:_ -> ", "_ -> ", "error:badarg -> ", "error:{badmatch, _} -> ", g.fresh()+":_ -> ") +
				g.scoped(func() string { return g.block(k, d) })
		}
		if !handler || g.chance(20) {
			s += " after " + g.scoped(func() string { return g.block(anything, d-1) })
		}
		return s + " end"
	case 6:
		return "receive " + clause(t) + g.pick("", "; "+clause(t)) + " after " + g.pick("0", "1", "0 * "+g.expr(integer, 0)) + " -> " + g.scoped(func() string { return g.block(k, d) }) + " end"
	case 7:
		if g.modern {
			s := "maybe " + g.scoped(func() string {
				src := g.expr(t, d-1)
				steps := g.pattern(t, 1) + " ?= " + src + ", "
				for range g.n(3) {
					if g.chance(40) {
						steps += g.statement(d-1) + ", "
						continue
					}
					src := g.expr(k, d-1)
					steps += g.pattern(k, 2) + " ?= " + src + ", "
				}
				return steps + g.expr(k, d-1)
			})
			switch g.n(3) {
			case 0:
				s += " else _ -> " + g.expr(k, d-1)
			case 1:
				s += " else " + clauses(t)
			}
			return s + " end"
		}
		return "begin " + g.block(k, d) + " end"
	}
	return g.pick("throw(", "error(", "exit(", "erlang:error(") + g.expr(t, d-1) + ")"
}

// block is a short body.
func (g *gen) block(k kind, d int) string {
	return g.scoped(func() string {
		if g.chance(20) {
			s := g.statement(d)
			return s + ", " + g.expr(k, d)
		}
		return g.expr(k, d)
	})
}

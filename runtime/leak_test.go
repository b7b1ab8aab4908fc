package runtime_test

import (
	"os"
	"path/filepath"
	"testing"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/bif"
	"ersh/runtime/compile"
)

// TestLeakedContext runs code that no compiler writes and the loader does not
// see through: a match context is returned as a value. Whatever processes do
// with it, the node goes on.
func TestLeakedContext(t *testing.T) {
	forms := parser.Preprocess([]byte("-module(leak).\n-export([g/1]).\ng(<<_, R/binary>>) -> o(R).\no(X) -> X.\n"), parser.EppOptions{Name: "leak.erl", Source: "leak.erl"})
	m, errs := compile.Forms(forms, compile.Options{Source: "leak.erl"})
	if m == nil {
		t.Fatal(errs)
	}
	for i := range m.Code {
		switch in := &m.Code[i]; in.Op {
		case beam.OpBsGetTail:
			*in = beam.Instr{Op: beam.OpMove, Args: []beam.Arg{in.Args[0], in.Args[1]}}
		case beam.OpBsGetBinary2:
			*in = beam.Instr{Op: beam.OpMove, Args: []beam.Arg{in.Args[1], in.Args[6]}}
		}
	}
	code, err := beam.Write(m)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "leak.beam"), code, 0o644); err != nil {
		t.Fatal(err)
	}
	got := evalOn(t, `logger:set_primary_config(level, none), G = fun() -> leak:g(<<1, 2, 3>>) end, false = is_binary(G()),
		Uses = [fun() -> io:format("~p", [G()]) end, fun() -> self() ! G(), receive X -> io:format("~p", [X]) end end, fun() -> exit(G()) end,
			fun() -> P = spawn(fun() -> receive X -> put(x, X), exit(X) end end), link(P), P ! G(), receive after 50 -> ok end end,
			fun() -> T = ets:new(t, [ordered_set]), [ets:insert(T, {G(), I}) || I <- [1, 2, 3]], ets:tab2list(T) end,
			fun() -> T = ets:new(t, []), [ets:insert(T, {I, G()}) || I <- [1, 2, 3]], ets:match(T, {'_', G()}) end,
			fun() -> term_to_binary(G()) end, fun() -> erlang:phash2(G()), #{G() => G(), 1 => G()} end, fun() -> lists:sort([G(), G(), 1]) end,
			fun() -> erlang:send_after(0, self(), G()), receive X -> X < G() end end, fun() -> persistent_term:put(x, G()), persistent_term:get() end,
			fun() -> erts_debug:size(G()), process_info(self()) end, fun() -> file:write_file("x", G()) end, fun() -> rpc:call(node(), erlang, abs, [G()]) end,
			fun() -> monitor(process, G()) end, fun() -> <<(G())/binary, 1>> end, fun() -> apply(G(), G(), [G() | G()]) end, fun() -> spawn(erlang, exit, [G()]) end],
		[begin {P, R} = spawn_monitor(U), receive {'DOWN', R, process, P, _} -> ok end end || U <- Uses], io:format("alive ~p", [length(Uses)])`,
		bif.Flag{Name: "pa", Values: []string{dir}})
	if len(got) < 8 || got[len(got)-8:] != "alive 18" {
		t.Errorf("%q", got)
	}
}

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ersh/internal/otp"
)

// applications are programs that use an installed release's own applications;
// DIR is a folder of their own.
var applications = []struct{ name, code string }{
	{"mnesia", `logger:set_primary_config(level, error),
		application:set_env(mnesia, dir, "DIR/db"),
		A = [mnesia:create_schema([node()]), mnesia:start(),
			mnesia:create_table(ram, [{attributes, [k, v]}]),
			mnesia:create_table(disc, [{attributes, [k, v]}, {disc_copies, [node()]}]),
			mnesia:create_table(only, [{attributes, [k, v]}, {disc_only_copies, [node()]}, {type, bag}]),
			mnesia:transaction(fun() -> [mnesia:write({T, K, a}) || T <- [ram, disc, only], K <- [1, 2]] end),
			mnesia:transaction(fun() -> mnesia:write({disc, 1, b}), mnesia:abort(enough) end),
			mnesia:transaction(fun() -> {mnesia:read(ram, 1), lists:sort(mnesia:match_object({disc, '_', '_'})), lists:sort(mnesia:all_keys(ram))} end),
			mnesia:dirty_update_counter(ram, n, 5),
			mnesia:stop(), mnesia:start(), mnesia:wait_for_tables([ram, disc, only], 20000),
			[mnesia:dirty_read(T, 1) || T <- [ram, disc, only]], mnesia:table_info(disc, size),
			(catch mnesia:dirty_read(none, 1)), mnesia:stop()],
		io:format("~p~n", [A])`},
	{"parsetools", `ok = file:write_file("DIR/g.yrl", "Nonterminals e t.\nTerminals '+' '*' n.\nRootsymbol e.\n"
			"e -> e '+' t : {'+', '$1', '$3'}.\ne -> t : '$1'.\nt -> t '*' n : {'*', '$1', val('$3')}.\nt -> n : val('$1').\n"
			"Erlang code.\nval({_, _, V}) -> V.\n"),
		ok = file:write_file("DIR/l.xrl", "Definitions.\nRules.\n[0-9]+ : {token, {n, TokenLine, list_to_integer(TokenChars)}}.\n"
			"[+*] : {token, {list_to_atom(TokenChars), TokenLine}}.\n[\\s\\n]+ : skip_token.\nErlang code.\n"),
		ok = file:set_cwd("DIR"),
		A = [yecc:file("g.yrl"), leex:file("l.xrl"), compile:file("g", []), compile:file("l", []), code:load_abs("DIR/g"), code:load_abs("DIR/l")],
		{ok, Tokens, _} = L = l:string("1 + 2 * 3\n + 4"),
		io:format("~p~n", [{A, L, g:parse(Tokens), g:parse([{'+', 1}]), l:string("1 ? 2")}])`},
	{"syntax_tools", `{ok, Ts, _} = erl_scan:string("f(X) -> case X of 1 -> {a, X}; _ -> [X || X <- lists:seq(1, 3)] end."),
		{ok, F} = erl_parse:parse_form(Ts),
		io:format("~s~n~p~n", [erl_prettypr:format(F), merl:print(merl:qquote("g(A) -> 'B'.", [{'B', merl:term(1)}]))])`},
}

// TestApplications runs them on ersh, with the release's compiled modules, and
// on the release itself.
func TestApplications(t *testing.T) {
	for _, version := range []int{25, 27, 29} {
		for _, a := range applications {
			t.Run(fmt.Sprintf("%s of OTP %d", a.name, version), func(t *testing.T) {
				release := otp.Need(t, version)
				outside, inside := release.TempDir(t)
				if err := os.Chmod(outside, 0o755); err != nil {
					t.Fatal(err)
				}
				theirs := release.Eval(t, strings.ReplaceAll(a.code, "DIR", inside))
				dir := t.TempDir()
				cmd := exec.CommandContext(t.Context(), ersh, "-otp", filepath.Join(release.Root, "/usr/lib/erlang"), "-noshell",
					"-eval", strings.ReplaceAll(a.code, "DIR", dir)+", halt().")
				out, err := cmd.CombinedOutput()
				ours := strings.ReplaceAll(string(out), dir, inside)
				if err != nil || ours != theirs {
					t.Errorf("%v\nersh: %s\nerl:  %s", err, ours, theirs)
				}
			})
		}
	}
}

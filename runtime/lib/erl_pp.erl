%% Abstract forms as source text. The printer itself is the parser's, in Go.
-module(erl_pp).

-export([form/1, form/2, attribute/1, attribute/2, function/1, function/2, guard/1, guard/2,
         expr/1, expr/2, expr/3, expr/4, exprs/1, exprs/2, exprs/3, legalize_vars/1]).

form(Form) -> form(Form, none).

form({eof, _}, _) -> "\n";
form({Kind, _} = Form, _) when Kind =:= error; Kind =:= warning -> io_lib:format("~p\n", [Form]);
form(Form, Options) -> print(form, Form, Options).

attribute(Form) -> attribute(Form, none).
attribute({attribute, _, _, _} = Form, Options) -> print(form, Form, Options).

function(Form) -> function(Form, none).
function({function, _, _, _, _} = Form, Options) -> print(form, Form, Options).

guard(Guard) -> guard(Guard, none).
guard(Guard, Options) -> print(guard, Guard, Options).

expr(Expr) -> expr(Expr, none).
expr(Expr, Options) -> expr(Expr, 0, Options).
expr(Expr, Indent, Options) -> expr(Expr, Indent, 0, Options).
expr(Expr, Indent, Precedence, Options) -> print(Precedence, Expr, Indent, Options).

exprs(Exprs) -> exprs(Exprs, none).
exprs(Exprs, Options) -> exprs(Exprs, 0, Options).
exprs(Exprs, Indent, Options) -> print(exprs, Exprs, Indent, Options).

legalize_vars(Function) -> Function.

%% What is no abstract form goes to the hook, or is shown as invalid.
print(Kind, Form, Options) -> print(Kind, Form, 0, Options).

print(Kind, Form, Column, Options) ->
    Format = format(Column, Options),
    try text(Kind, Form, Format)
    catch
        error:badarg ->
            Hook = if
                       is_list(Options) -> proplists:get_value(hook, Options, none);
                       true -> Options
                   end,
            text(Kind, known(Form, Hook, Options), Format)
    end.

format(Column, Options) when is_list(Options) ->
    {proplists:get_value(linewidth, Options, 72), proplists:get_value(indent, Options, 4), max(Column, 0),
     case proplists:get_value(encoding, Options, utf8) of
         latin1 -> latin1;
         _ -> unicode
     end,
     proplists:get_bool(quote_singleton_atom_types, Options)};
format(Column, _) -> setelement(4, format(Column, []), none).

known([H | T], Hook, Options) -> [known(H, Hook, Options) | known(T, Hook, Options)];
known({attribute, _, _, _} = Form, _, _) -> Form;
known({Tag, _} = Node, _, _) when Tag =:= nil; Tag =:= eof -> Node;
known({clauses, Cs}, Hook, Options) -> {clauses, known(Cs, Hook, Options)};
known({function, _, _, _, _} = Form, Hook, Options) -> inside(Form, Hook, Options);
known({'fun', A, {clauses, Cs}}, Hook, Options) -> {'fun', A, {clauses, known(Cs, Hook, Options)}};
known({'fun', _, _} = Fun, _, _) -> Fun;
known(Node, Hook, Options) when is_tuple(Node), tuple_size(Node) > 2 ->
    case lists:member(element(1, Node), tags()) of
        true -> inside(Node, Hook, Options);
        false -> unknown(Node, Hook, Options)
    end;
known(Node, Hook, Options) when is_tuple(Node) -> unknown(Node, Hook, Options);
known(Other, _, _) -> Other.

inside(Node, Hook, Options) ->
    [Tag, A | Parts] = tuple_to_list(Node),
    list_to_tuple([Tag, A | known(Parts, Hook, Options)]).

unknown(Node, none, _) -> {text, 0, lists:flatten(io_lib:format("INVALID-FORM:~tp:", [Node]))};
unknown(Node, Hook, Options) when is_function(Hook, 4) ->
    {text, 0, lists:flatten(Hook(Node, 0, 0, Options))};
unknown(Node, {Mod, Function, Extra}, _) ->
    {text, 0, lists:flatten(apply(Mod, Function, [Node, 0, 0 | Extra]))};
unknown(Node, _, Options) -> unknown(Node, none, Options).

tags() ->
    [atom, var, integer, float, char, string, cons, tuple, map, map_field_assoc, map_field_exact, record,
     record_field, record_index, bin, bin_element, op, match, maybe_match, 'catch', remote, call, named_fun,
     block, 'if', 'case', 'receive', 'try', 'maybe', 'else', clause, lc, bc, mc, generate, b_generate,
     m_generate, generate_strict, b_generate_strict, m_generate_strict, zip, value].

text(_Kind, _Form, _Format) -> erlang:nif_error(undef).

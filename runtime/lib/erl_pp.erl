%% Abstract forms as source text. The printer itself is the parser's, in Go.
-module(erl_pp).

-export([form/1, form/2, attribute/1, attribute/2, function/1, function/2, guard/1, guard/2,
         expr/1, expr/2, expr/3, expr/4, exprs/1, exprs/2, exprs/3, legalize_vars/1]).

form(Form) -> form(Form, none).

form({eof, _}, _) -> "\n";
form({Kind, _} = Form, _) when Kind =:= error; Kind =:= warning -> io_lib:format("~p\n", [Form]);
form(Form, _) -> text(form, Form).

attribute(Form) -> attribute(Form, none).
attribute({attribute, _, _, _} = Form, _) -> text(form, Form).

function(Form) -> function(Form, none).
function({function, _, _, _, _} = Form, _) -> text(form, Form).

guard(Guard) -> guard(Guard, none).
guard(Guard, _) -> lists:join("; ", [text(exprs, Conjunction) || Conjunction <- Guard]).

expr(Expr) -> expr(Expr, none).
expr(Expr, _) -> text(exprs, [Expr]).
expr(Expr, Indent, _) -> indent(text(exprs, [Expr]), Indent).
expr(Expr, Indent, _Precedence, _) -> indent(text(exprs, [Expr]), Indent).

exprs(Exprs) -> exprs(Exprs, none).
exprs(Exprs, _) -> text(exprs, Exprs).
exprs(Exprs, Indent, _) -> indent(text(exprs, Exprs), Indent).

%% The lines after the first begin at a column.
indent(Text, Indent) when is_integer(Indent), Indent > 0 ->
    lists:flatmap(fun($\n) -> [$\n | lists:duplicate(Indent, $\s)];
                     (C) -> [C]
                  end, Text);
indent(Text, _) -> Text.

legalize_vars(Function) -> Function.

text(_Kind, _Form) -> erlang:nif_error(undef).

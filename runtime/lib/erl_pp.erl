%% Abstract forms as source text. The printer itself is the parser's, in Go.
-module(erl_pp).

-export([form/1, form/2, function/1, function/2, attribute/1, attribute/2,
         expr/1, expr/2, expr/3, exprs/1, exprs/2, exprs/3]).

form(Form) -> form(Form, none).
form({attribute, _, _, _} = Form, Hook) -> attribute(Form, Hook);
form({function, _, _, _, _} = Form, Hook) -> function(Form, Hook);
form({eof, _}, _) -> "\n".

function(Form) -> function(Form, none).
function(Form, _Hook) -> text(function, Form).

expr(Expr) -> expr(Expr, none).
expr(Expr, _Hook) -> text(exprs, [Expr]).
expr(Expr, Indent, _Hook) -> indent(text(exprs, [Expr]), Indent).

exprs(Exprs) -> exprs(Exprs, none).
exprs(Exprs, _Hook) -> text(exprs, Exprs).
exprs(Exprs, Indent, _Hook) -> indent(text(exprs, Exprs), Indent).

%% The lines after the first begin at a column.
indent(Text, Indent) when is_integer(Indent), Indent > 0 ->
    lists:flatmap(fun($\n) -> [$\n | lists:duplicate(Indent, $\s)];
                     (C) -> [C]
                  end, Text);
indent(Text, _) -> Text.

attribute(Form) -> attribute(Form, none).
attribute({attribute, _, record, {Name, Fields}}, _Hook) -> record(Name, Fields);
attribute({attribute, _, export, List}, _) ->
    ["-export([", lists:join(", ", [name_arity(NA) || NA <- List]), "]).\n"];
attribute({attribute, _, Name, Value}, _) ->
    io_lib:fwrite("-~tw(~tw).\n", [Name, Value]).

name_arity({Name, Arity}) -> io_lib:fwrite("~tw/~w", [Name, Arity]).

record(Name, Fields) ->
    Head = lists:flatten(io_lib:fwrite("-record(~tw,{", [Name])),
    Texts = [lists:flatten(field(F)) || F <- Fields],
    Flat = lists:flatten([Head, lists:join(", ", Texts), "})."]),
    case length(Flat) =< 72 andalso not lists:member($\n, Flat) of
        true -> [Flat, $\n];
        false ->
            Indent = length(Head),
            Lines = [indent(T, Indent) || T <- Texts],
            [Head, lists:join([$,, $\n | lists:duplicate(Indent, $\s)], Lines), "}).\n"]
    end.

field({typed_record_field, Field, _Type}) -> field(Field);
field({record_field, _, {atom, _, Name}}) -> io_lib:fwrite("~tw", [Name]);
field({record_field, _, {atom, _, Name}, Default}) ->
    Head = lists:flatten(io_lib:fwrite("~tw = ", [Name])),
    [Head, indent(expr(Default), length(Head))].

text(_Kind, _Form) -> erlang:nif_error(undef).

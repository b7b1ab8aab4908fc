%% What a test set stands for. An iterator gives one item after the other, and
%% parses a test descriptor (and calls a generator) when its turn comes.
-module(eunit_data).

-export([root/2, iter/1, iter_next/1]).
-export_type([item/0]).

%% A test: what to call and how it is named. A group: the tests below it.
-type item() :: {test, map()} | {group, map()}.

root(Tests, Options) ->
    #{tests => Tests, exact => proplists:get_bool(exact_execution, Options), timeout => infinity}.

iter(#{tests := Tests} = Group) -> {[Tests], maps:get(exact, Group, false)}.

-file("eunit_data.erl", 155).
iter_next({Tests, Exact}) ->
    case
        next(Tests, Exact)
    of
        none -> none;
        {Item, Rest} -> {Item, {Rest, Exact}}
    end.

-file("eunit_data.erl", 190).
next([], _Exact) -> none;
next([[] | Rest], Exact) -> next(Rest, Exact);
next([[C | _] = List | Rest], Exact) ->
    case is_integer(C) andalso is_string(List) of
        true -> next([{file, List} | Rest], Exact);
        false -> next([hd(List), tl(List) | Rest], Exact)
    end;
next([T | Rest], Exact) ->
    case
        parse(T, Exact)
    of
        {more, Tests} -> next([Tests | Rest], Exact);
        Item -> {Item, Rest}
    end.

is_string(S) -> io_lib:char_list(S).

-file("eunit_data.erl", 325).
parse({eunit_run, F, Name}, _) ->
    case
        eunit_test:run_testfun(F)
    of
        {ok, T} -> is_not_test(T) andalso abort({bad_result, generator, Name, T}), {more, T};
        {skipped, Why} -> abort(Why);
        {error, Error} -> abort({generator_failed, Name, Error})
    end;
parse({eunit_item, Item}, _) -> Item;
parse({Title, T}, Exact) when is_binary(Title) -> titled(unicode:characters_to_list(Title), T, Exact);
parse({[], T}, Exact) -> titled([], T, Exact);
parse({[C | _] = Title, T} = Tests, Exact) when is_integer(C) ->
    is_string(Title) orelse bad(Tests),
    titled(Title, T, Exact);
parse(F, _) when is_function(F, 0) -> fun_test(F, F);
parse({L, F}, _) when is_integer(L), L >= 0, is_function(F, 0) ->
    {test, Test} = fun_test(F, F),
    {test, Test#{line => L}};
parse({test, M, F}, _) when is_atom(M), is_atom(F) -> mf_test(M, F);
parse({M, F}, _) when is_atom(M), is_atom(F), M =/= module, M =/= application, M =/= generator -> mf_test(M, F);
parse({with, X, Fs} = T, _) when is_list(Fs) ->
    lists:all(fun(F) -> is_function(F, 1) end, Fs) orelse bad(T),
    {more, [{eunit_with, F, X} || F <- Fs]};
parse({eunit_with, F, X}, _) -> fun_test(F, fun() -> F(X) end);
parse(M, Exact) when is_atom(M) -> parse({module, M}, Exact);
parse({module, M}, Exact) when is_atom(M) -> titled("module '" ++ atom_to_list(M) ++ "'", module_tests(M, Exact), true);
parse({generator, F}, _) when is_function(F, 0) -> generated(F, fun_name(F));
parse({generator, M, F}, _) when is_atom(M), is_atom(F) -> generated(eunit_test:mf_wrapper(M, F), {M, F, 0});
parse({file, File}, Exact) -> file(File, Exact);
parse({dir, Dir}, _) -> directory(Dir);
parse({application, A}, _) when is_atom(A) -> application(A);
parse({inorder, T}, Exact) -> wrapped(T, #{order => inorder}, Exact);
parse({inparallel, T}, Exact) -> wrapped(T, #{order => infinity}, Exact);
parse({inparallel, N, T}, Exact) when is_integer(N), N >= 0 -> wrapped(T, #{order => case N of 0 -> infinity; _ -> N end}, Exact);
parse({spawn, T}, Exact) -> {group, #{tests => T, spawn => true, timeout => infinity, exact => Exact}};
parse({timeout, N, T}, Exact) when is_number(N), N >= 0 ->
    Ms = round(N * 1000),
    case parse_one(T, Exact) of
        {test, Test} -> {test, Test#{timeout => Ms}};
        _ -> {group, #{tests => T, timeout => Ms, exact => Exact}}
    end;
parse({setup, S, I}, Exact) -> parse({setup, spawn, S, fun ok/1, I}, Exact);
parse({setup, S, C, I}, Exact) when is_function(C, 1), is_function(S, 0) -> parse({setup, spawn, S, C, I}, Exact);
parse({setup, P, S, I}, Exact) when P =:= local; P =:= spawn -> parse({setup, P, S, fun ok/1, I}, Exact);
parse({setup, P, S, C, I}, Exact) when is_function(S, 0), is_function(C, 1), (P =:= local orelse P =:= spawn) ->
    {group, #{tests => [], context => {S, C, instantiator(I)}, spawn => P =:= spawn, timeout => infinity, exact => Exact}};
parse({foreach, S, Is}, Exact) -> parse({foreach, spawn, S, fun ok/1, Is}, Exact);
parse({foreach, S, C, Is}, Exact) when is_function(S) -> parse({foreach, spawn, S, C, Is}, Exact);
parse({foreach, P, S, Is}, Exact) when is_atom(P) -> parse({foreach, P, S, fun ok/1, Is}, Exact);
parse({foreach, P, S, C, Is}, _) when is_list(Is) -> {more, [{setup, P, S, C, I} || I <- Is]};
parse({foreachx, S, Ps}, Exact) -> parse({foreachx, spawn, S, fun(_, _) -> ok end, Ps}, Exact);
parse({foreachx, S, C, Ps}, Exact) when is_function(S) -> parse({foreachx, spawn, S, C, Ps}, Exact);
parse({foreachx, P, S, Ps}, Exact) when is_atom(P) -> parse({foreachx, P, S, fun(_, _) -> ok end, Ps}, Exact);
parse({foreachx, P, S, C, Ps}, _) when is_function(S, 1), is_function(C, 2), is_list(Ps) ->
    {more, [{setup, P, fun() -> S(X) end, fun(R) -> C(X, R) end, fun(R) -> I(X, R) end} || {X, I} <- Ps]};
parse({L, T}, Exact) when is_integer(L), L >= 0 -> parse(T, Exact);
parse(T, _Exact) -> bad(T).

bad(T) -> abort({bad_test, T}).

abort(Why) -> throw({eunit_abort, Why}).

ok(_) -> ok.

fun_name(F) ->
    {module, M} = erlang:fun_info(F, module),
    {name, Name} = erlang:fun_info(F, name),
    {arity, A} = erlang:fun_info(F, arity),
    {M, Name, A}.

fun_test(Named, F) ->
    {M, Name, _} = fun_name(Named),
    {test, #{module => M, name => Name, call => F}}.

mf_test(M, F) -> {test, #{module => M, name => F, call => eunit_test:mf_wrapper(M, F)}}.

generated(F, Name) -> {more, {eunit_run, F, Name}}.

%% A title belongs to the test below it if there is just one that has none.
titled(Title, T, Exact) ->
    case parse_one(T, Exact) of
        {test, #{title := _}} -> {group, #{tests => T, title => Title, timeout => infinity, exact => Exact}};
        {test, Test} -> {test, Test#{title => Title}};
        {group, #{title := _}} -> {group, #{tests => T, title => Title, timeout => infinity, exact => Exact}};
        {group, Group} -> {group, Group#{title => Title}};
        _ -> {group, #{tests => T, title => Title, timeout => infinity, exact => Exact}}
    end.

%% The one item that a descriptor is, or many.
parse_one([T], Exact) when not is_list(T), not is_integer(T) ->
    case parse_one(T, Exact) of
        {test, _} = Test -> Test;
        _ -> many
    end;
parse_one(T, _) when is_list(T) -> many;
parse_one({generator, _}, _) -> many;
parse_one({generator, _, _}, _) -> many;
parse_one(T, Exact) ->
    case parse(T, Exact) of
        {more, _} -> many;
        Item -> Item
    end.

wrapped(T, Options, Exact) ->
    {group, Options#{tests => T, timeout => infinity, exact => Exact}}.

%% What makes the tests of a setup's value.
instantiator({with, Fs}) when is_list(Fs) -> fun(X) -> {with, X, Fs} end;
instantiator(I) when is_function(I, 1) ->
    fun(X) ->
        try I(X) of
            T -> is_not_test(T) andalso abort({bad_result, instantiator, fun_name(I), T}), T
        catch
            error:R:S -> abort({instantiation_failed, {error, R, eunit_test:prune(S)}});
            exit:R:S -> abort({instantiation_failed, {exit, R, eunit_test:prune(S)}})
        end
    end;
instantiator(T) -> fun(_) -> T end.

is_not_test(T) ->
    lists:member(T, [ok, error, true, false, undefined]) orelse is_number(T) orelse
        (is_tuple(T) andalso tuple_size(T) > 0 andalso lists:member(element(1, T), [ok, error, 'EXIT'])).

module_tests(M, Exact) ->
    code:ensure_loaded(M),
    Exports = try M:module_info(exports) catch error:undef -> abort({module_not_found, M}) end,
    Own = lists:flatmap(fun({F, 0}) -> exported(M, F, atom_to_list(F)); (_) -> [] end, Exports),
    Name = atom_to_list(M),
    case Exact orelse lists:suffix("_tests", Name) orelse code:ensure_loaded(list_to_atom(Name ++ "_tests")) of
        {module, Tests} -> Own ++ [{module, Tests}];
        _ -> Own
    end.

exported(M, F, Name) ->
    case {lists:suffix("_test", Name), lists:suffix("_test_", Name)} of
        {true, _} -> [{test, M, F}];
        {_, true} -> [{generator, M, F}];
        _ -> []
    end.

file(File, Exact) ->
    Read = case filename:extension(File) of
               ".beam" -> file:read_file(File);
               _ -> file:path_consult(["."], File)
           end,
    case Read of
        {ok, Beam} when is_binary(Beam) ->
            M = list_to_atom(filename:basename(File, ".beam")),
            code:purge(M),
            {module, _} = code:load_abs(filename:rootname(File)),
            titled("file \"" ++ File ++ "\"", [{module, M}], Exact);
        {ok, Terms} -> titled("file \"" ++ File ++ "\"", Terms, Exact);
        {ok, Terms, _} -> titled("file \"" ++ File ++ "\"", Terms, Exact);
        {error, Reason} -> abort({file_error, File, Reason})
    end.

directory(Dir) ->
    case file:list_dir(Dir) of
        {ok, Names} ->
            Ms = [list_to_atom(filename:rootname(N)) || N <- lists:sort(Names), filename:extension(N) =:= ".beam"],
            {group, #{tests => without_tests(Ms), title => "directory \"" ++ Dir ++ "\"", timeout => infinity}};
        {error, Reason} -> abort({file_error, Dir, Reason})
    end.

application(A) ->
    application:load(A),
    case application:get_key(A, modules) of
        {ok, Ms} -> {group, #{tests => without_tests(Ms), title => "application '" ++ atom_to_list(A) ++ "'", timeout => infinity}};
        undefined -> abort({application_not_found, A})
    end.

%% Modules whose tests are not run with those of another one.
without_tests(Ms) ->
    [{module, M} || M <- Ms, not lists:any(fun(Other) -> atom_to_list(Other) ++ "_tests" =:= atom_to_list(M) end, Ms)].

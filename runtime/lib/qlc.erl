%% Queries over lists and tables, by list comprehensions; qlc_pt translates
%% them. Answers are made one at a time: a source is a lazy list, which is a
%% list that may end in a fun that gives more of it.
-module(qlc).

-export([parse_transform/2, q/1, q/2, e/1, e/2, eval/1, eval/2, fold/3, fold/4, cursor/1, cursor/2,
         next_answers/1, next_answers/2, delete_cursor/1, append/1, append/2, sort/1, sort/2, keysort/2,
         keysort/3, table/2, info/1, info/2, string_to_handle/1, string_to_handle/2, string_to_handle/3,
         format_error/1]).

-record(qlc_opt, {unique = false, cache = false, max_lookup = -1, join = any, tmpdir = [], lookup = any,
                  max_list_size = 524288, tmpdir_usage = allowed}).

parse_transform(Forms, Options) -> qlc_pt:parse_transform(Forms, Options).

%%% Handles: {qlc_handle, H}, where H is one of
%%%   {qlc_lc, Fun, #qlc_opt{}}, {qlc_append, Handles}, {qlc_sort, Position | none, Handle, Options},
%%%   {qlc_table, Traverse, Options}.

q(Query) -> q(Query, []).

q({qlc_lc, Fun, undefined} = Query, Options) ->
    case query_options(Options) of
        badarg -> error(badarg, [Query, Options]);
        Opt -> {qlc_handle, {qlc_lc, Fun, Opt}}
    end;
q(Query, Options) -> error(badarg, [Query, Options]).

query_options(Options) -> query_options(listed(Options), #qlc_opt{}).

query_options([unique | Os], Opt) -> query_options(Os, Opt#qlc_opt{unique = true});
query_options([{unique, Bool} | Os], Opt) when is_boolean(Bool) -> query_options(Os, Opt#qlc_opt{unique = Bool});
query_options([cache | Os], Opt) -> query_options(Os, Opt#qlc_opt{cache = ets});
query_options([{cache, false} | Os], Opt) -> query_options(Os, Opt#qlc_opt{cache = false});
query_options([{cache, no} | Os], Opt) -> query_options(Os, Opt#qlc_opt{cache = false});
query_options([{cache, C} | Os], Opt) when C =:= true; C =:= ets; C =:= list ->
    query_options(Os, Opt#qlc_opt{cache = case C of list -> list; _ -> ets end});
query_options([{max_lookup, infinity} | Os], Opt) -> query_options(Os, Opt#qlc_opt{max_lookup = -1});
query_options([{max_lookup, N} | Os], Opt) when is_integer(N), N >= 0 ->
    query_options(Os, Opt#qlc_opt{max_lookup = N});
query_options([{join, Join} | Os], Opt) when Join =:= any; Join =:= lookup; Join =:= merge; Join =:= nested_loop ->
    query_options(Os, Opt#qlc_opt{join = Join});
query_options([{lookup, L} | Os], Opt) when is_boolean(L); L =:= any -> query_options(Os, Opt#qlc_opt{lookup = L});
query_options([], Opt) -> Opt;
query_options(_, _) -> badarg.

listed(Options) when is_list(Options) -> Options;
listed(Option) -> [Option].

append(H1, H2) -> append([H1, H2]).

append(Handles) when is_list(Handles) ->
    case lists:all(fun is_handle/1, Handles) of
        true -> {qlc_handle, {qlc_append, Handles}};
        false -> error(badarg, [Handles])
    end;
append(Handles) -> error(badarg, [Handles]).

sort(Handle) -> sort(Handle, []).

sort(Handle, Options) ->
    case is_handle(Handle) andalso sort_options(listed(Options)) of
        true -> {qlc_handle, {qlc_sort, none, Handle, listed(Options)}};
        false -> error(badarg, [Handle, Options])
    end.

keysort(Positions, Handle) -> keysort(Positions, Handle, []).

keysort(Positions, Handle, Options) ->
    case is_handle(Handle) andalso sort_options(listed(Options))
        andalso lists:all(fun(P) -> is_integer(P) andalso P > 0 end, listed(Positions)) of
        true -> {qlc_handle, {qlc_sort, Positions, Handle, listed(Options)}};
        false -> error(badarg, [Positions, Handle, Options])
    end.

sort_options(Options) ->
    lists:all(fun({order, Order}) -> Order =:= ascending orelse Order =:= descending orelse is_function(Order, 2);
                 ({unique, Bool}) -> is_boolean(Bool);
                 (unique) -> true;
                 ({Key, _}) -> lists:member(Key, [compressed, size, no_files, tmpdir]);
                 (compressed) -> true;
                 (_) -> false
              end, Options).

table(Traverse, Options) when is_function(Traverse, 0); is_function(Traverse, 1) ->
    Known = [format_fun, info_fun, lookup_fun, parent_fun, post_fun, pre_fun, key_equality],
    case lists:all(fun({Key, _}) -> lists:member(Key, Known); (_) -> false end, listed(Options)) of
        true -> {qlc_handle, {qlc_table, Traverse, listed(Options)}};
        false -> error(badarg, [Traverse, Options])
    end;
table(Traverse, Options) -> error(badarg, [Traverse, Options]).

is_handle({qlc_handle, _}) -> true;
is_handle(List) -> is_list(List).

string_to_handle(Text) -> string_to_handle(Text, []).
string_to_handle(Text, Options) -> string_to_handle(Text, Options, erl_eval:new_bindings()).

string_to_handle(Text, Options, Bindings) when is_list(Text) ->
    case erl_scan:string(Text, 1) of
        {ok, Tokens, _} ->
            case erl_parse:parse_exprs(Tokens) of
                {ok, [{lc, A, _, _} = LC]} ->
                    Call = {call, A, {remote, A, {atom, A, qlc}, {atom, A, q}}, [LC, erl_parse:abstract(Options)]},
                    {value, Handle, _} = erl_eval:expr(qlc_pt:expression(Call), Bindings),
                    Handle;
                {ok, _} -> {error, ?MODULE, not_a_query_list_comprehension};
                {error, {_, Mod, Reason}} -> {error, Mod, Reason}
            end;
        {error, {_, Mod, Reason}, _} -> {error, Mod, Reason}
    end;
string_to_handle(Text, Options, Bindings) -> error(badarg, [Text, Options, Bindings]).

format_error(not_a_query_list_comprehension) -> "argument is not a query list comprehension";
format_error({error, Mod, Reason}) -> Mod:format_error(Reason);
format_error(Other) -> io_lib:format("~tp~n", [Other]).

%%% Answers.

e(Handle) -> eval(Handle, []).
e(Handle, Options) -> eval(Handle, Options).
eval(Handle) -> eval(Handle, []).

eval(Handle, Options) ->
    case is_handle(Handle) andalso eval_options(listed(Options)) of
        true -> with_tables(Handle, fun() -> all(answers(Handle, listed(Options))) end);
        false -> error(badarg, [Handle, Options])
    end.

fold(Fun, Acc, Handle) -> fold(Fun, Acc, Handle, []).

fold(Fun, Acc, Handle, Options) ->
    case is_function(Fun, 2) andalso is_handle(Handle) andalso eval_options(listed(Options)) of
        true -> with_tables(Handle, fun() -> folded(Fun, Acc, answers(Handle, listed(Options))) end);
        false -> error(badarg, [Fun, Acc, Handle, Options])
    end.

eval_options(Options) ->
    lists:all(fun({Key, _}) -> lists:member(Key, [unique_all, cache_all, max_list_size, tmpdir, tmpdir_usage, spawn_options]);
                 (Key) -> lists:member(Key, [unique_all, cache_all])
              end, Options).

all(Lazy) ->
    case forced(Lazy) of
        [] -> [];
        [Answer | Rest] -> [Answer | all(Rest)]
    end.

folded(Fun, Acc, Lazy) ->
    case forced(Lazy) of
        [] -> Acc;
        [Answer | Rest] -> folded(Fun, Fun(Answer, Acc), Rest)
    end.

forced(More) when is_function(More, 0) -> forced(More());
forced({error, _} = Error) -> throw(Error);
forced(List) -> List.

%% Tables may need to be told when they are read.
with_tables(Handle, Fun) ->
    Tables = tables(Handle),
    Parent = [{parent_value, F()} || Os <- Tables, {parent_fun, F} <- Os],
    _ = [F(Parent) || Os <- Tables, {pre_fun, F} <- Os],
    try Fun()
    catch throw:{error, _} = Error -> Error
    after _ = [F() || Os <- Tables, {post_fun, F} <- Os]
    end.

tables({qlc_handle, {qlc_table, _, Options}}) -> [Options];
tables({qlc_handle, {qlc_append, Handles}}) -> lists:append([tables(H) || H <- Handles]);
tables({qlc_handle, {qlc_sort, _, Handle, _}}) -> tables(Handle);
tables(_) -> [].

answers(Handle, Options) ->
    case lists:member(unique_all, Options) orelse lists:member({unique_all, true}, Options) of
        true -> unique(lazy(Handle), #{});
        false -> lazy(Handle)
    end.

unique(Lazy, Seen) ->
    case forced(Lazy) of
        [] -> [];
        [Answer | Rest] when is_map_key(Answer, Seen) -> unique(Rest, Seen);
        [Answer | Rest] -> [Answer | fun() -> unique(Rest, Seen#{Answer => []}) end]
    end.

lazy({qlc_handle, {qlc_lc, Fun, #qlc_opt{unique = Unique}}}) ->
    {qlc, Steps0, Template, _} = Fun(),
    Steps = [prepared(Step) || Step <- Steps0],
    Answers = fun() -> step(Steps, [], Template, fun() -> [] end) end,
    case Unique of
        true -> unique(Answers, #{});
        false -> Answers
    end;
lazy({qlc_handle, {qlc_append, Handles}}) -> appended(Handles);
lazy({qlc_handle, {qlc_sort, Positions, Handle, Options}}) -> sorted(Positions, all(lazy(Handle)), Options);
lazy({qlc_handle, {qlc_table, Traverse, _}}) when is_function(Traverse, 0) -> Traverse;
lazy({qlc_handle, {qlc_table, Traverse, _}}) -> fun() -> Traverse([{'$1', [], ['$1']}]) end;
lazy(Lazy) when is_list(Lazy); is_function(Lazy, 0) -> Lazy;
lazy(Other) -> error(badarg, [Other, []]).

%% A source that depends on nothing bound is made once.
prepared({generate, true, Source, Match}) ->
    Handle = Source([]),
    {generate, fun(_) -> Handle end, Match};
prepared({generate, false, Source, Match}) -> {generate, Source, Match};
prepared(Filter) -> Filter.

%% The answers of the steps left, with what is bound so far, and then More.
step([{generate, Source, Match} | Steps], Bound, Template, More) ->
    Handle = Source(Bound),
    each(lazy(Handle), Match, Steps, Bound, Template, More);
step([{filter, Test} | Steps], Bound, Template, More) ->
    case Test(Bound) of
        false -> More();
        Bound1 -> step(Steps, Bound1, Template, More)
    end;
step([], Bound, Template, More) -> [Template(Bound) | More].

each(Lazy, Match, Steps, Bound, Template, More) ->
    case forced(Lazy) of
        [] -> More();
        [Element | Rest] ->
            case Match(Element, Bound) of
                false -> each(Rest, Match, Steps, Bound, Template, More);
                Bound1 ->
                    step(Steps, Bound1, Template, fun() -> each(Rest, Match, Steps, Bound, Template, More) end)
            end
    end.

appended([]) -> [];
appended([Handle | Handles]) -> joined(lazy(Handle), Handles).

joined(Lazy, Handles) ->
    case forced(Lazy) of
        [] -> appended(Handles);
        [Answer | Rest] -> [Answer | fun() -> joined(Rest, Handles) end]
    end.

sorted(Positions, Answers, Options) ->
    Key = case Positions of
              none -> fun(A) -> A end;
              _ -> fun(A) -> [element(P, A) || P <- listed(Positions)] end
          end,
    In = case proplists:get_value(order, Options, ascending) of
             ascending -> fun(A, B) -> Key(A) =< Key(B) end;
             descending -> fun(A, B) -> Key(A) >= Key(B) end;
             Order -> fun(A, B) -> Order(Key(A), Key(B)) end
         end,
    Sorted = lists:sort(In, Answers),
    case proplists:get_value(unique, Options, false) of
        true -> once(Sorted, Key);
        false -> Sorted
    end.

once([A, B | Rest], Key) ->
    case Key(A) == Key(B) of
        true -> once([A | Rest], Key);
        false -> [A | once([B | Rest], Key)]
    end;
once(Rest, _) -> Rest.

%%% Cursors: a process that has the rest of the answers, for its owner.

cursor(Handle) -> cursor(Handle, []).

cursor(Handle, Options) ->
    case is_handle(Handle) andalso eval_options(listed(Options)) of
        true ->
            Owner = self(),
            Pid = spawn_link(fun() ->
                                     Monitor = monitor(process, Owner),
                                     with_tables(Handle, fun() ->
                                                                 serve(answers(Handle, listed(Options)), Owner, Monitor)
                                                         end)
                             end),
            {qlc_cursor, {Pid, Owner}};
        false -> error(badarg, [Handle, Options])
    end.

serve(Lazy, Owner, Monitor) ->
    receive
        {Owner, Ref, {next, N}} ->
            {Answers, Rest} = try taken(N, Lazy, [])
                              catch
                                  throw:{error, _} = Error -> {Error, []};
                                  Class:Reason:Stack -> {{'EXIT', Class, Reason, Stack}, []}
                              end,
            Owner ! {Ref, Answers},
            serve(Rest, Owner, Monitor);
        {Owner, Ref, delete} ->
            unlink(Owner),
            Owner ! {Ref, ok};
        {'DOWN', Monitor, _, _, _} -> ok
    end.

taken(0, Lazy, Taken) -> {lists:reverse(Taken), Lazy};
taken(N, Lazy, Taken) ->
    case forced(Lazy) of
        [] -> {lists:reverse(Taken), []};
        [Answer | Rest] when is_integer(N) -> taken(N - 1, Rest, [Answer | Taken]);
        [Answer | Rest] -> taken(N, Rest, [Answer | Taken])
    end.

next_answers(Cursor) -> next_answers(Cursor, 10).

next_answers({qlc_cursor, {Pid, Owner}} = Cursor, N)
  when is_pid(Pid), is_integer(N), N > 0; is_pid(Pid), N =:= all_remaining ->
    if
        Owner =:= self() ->
            case ask(Pid, {next, N}) of
                {'EXIT', Class, Reason, Stack} -> erlang:raise(Class, Reason, Stack);
                gone -> error(badarg, [Cursor, N]);
                Answers -> Answers
            end;
        true -> error(not_cursor_owner, [Cursor, N])
    end;
next_answers(Cursor, N) -> error(badarg, [Cursor, N]).

delete_cursor({qlc_cursor, {Pid, Owner}} = Cursor) when is_pid(Pid) ->
    if
        Owner =:= self() ->
            _ = ask(Pid, delete),
            ok;
        true -> error(not_cursor_owner, [Cursor])
    end;
delete_cursor(Cursor) -> error(badarg, [Cursor]).

ask(Pid, Request) ->
    Ref = monitor(process, Pid),
    Pid ! {self(), Ref, Request},
    receive
        {Ref, Answer} ->
            demonitor(Ref, [flush]),
            Answer;
        {'DOWN', Ref, _, _, _} -> gone
    end.

%%% How a query would be read.

info(Handle) -> info(Handle, []).

info(Handle, Options) ->
    case is_handle(Handle) of
        true -> lists:flatten(shown(Handle, 0, proplists:get_value(n_elements, listed(Options), infinity)));
        false -> error(badarg, [Handle, Options])
    end.

shown({qlc_handle, {qlc_lc, Fun, _}}, Indent, N) ->
    {qlc, Steps, _, {Template, Texts}} = Fun(),
    Pad = lists:duplicate(Indent + 7, $\s),
    Qualifiers = [case Text of
                      {Pattern, Source} -> [Pattern, " <- ", source(Step, Source, Indent + 11, N)];
                      Filter -> Filter
                  end || {Step, Text} <- lists:zip(Steps, Texts)],
    ["qlc:q([ \n", Pad, Template, " ||\n", Pad, "    ", lists:join([",\n", Pad, "    "], Qualifiers), "\n",
     tl(Pad), "])"];
shown({qlc_handle, {qlc_append, Handles}}, Indent, N) ->
    ["qlc:append([", lists:join(", ", [shown(H, Indent, N) || H <- Handles]), "])"];
shown({qlc_handle, {qlc_sort, none, Handle, Options}}, Indent, N) ->
    ["qlc:sort(", shown(Handle, Indent, N), ", ", io_lib:format("~0tp", [Options]), ")"];
shown({qlc_handle, {qlc_sort, Positions, Handle, Options}}, Indent, N) ->
    ["qlc:keysort(", io_lib:format("~0tp", [Positions]), ", ", shown(Handle, Indent, N), ", ",
     io_lib:format("~0tp", [Options]), ")"];
shown({qlc_handle, {qlc_table, _, Options}}, _, _) ->
    case proplists:get_value(format_fun, Options) of
        undefined -> "'$MOD':'$FUN'()";
        Format ->
            case Format({all, infinity, fun(T) -> T end}) of
                {M, F, As} ->
                    [io_lib:format("~tw:~tw", [M, F]), "(",
                     lists:join(", ", [text(A) || A <- As]), ")"];
                Abstract when is_tuple(Abstract) -> erl_pp:expr(Abstract);
                Text -> Text
            end
    end;
shown(List, _, N) when is_list(List), is_integer(N), length(List) > N ->
    text(lists:sublist(List, N) ++ '...');
shown(List, _, _) when is_list(List) -> text(List);
shown(_, _, _) -> "fun() -> <undefined> end".

source({generate, true, Source, _}, _, Indent, N) -> shown(Source([]), Indent, N);
source(_, Text, _, _) -> Text.

text(Term) ->
    try erl_pp:expr(erl_parse:abstract(Term))
    catch error:_ -> io_lib:format("~0tp", [Term])
    end.

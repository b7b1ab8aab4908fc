%% Sorting of files of terms that need not fit into memory: runs of some size
%% are sorted and written to temporary files, and these are merged. What is sorted
%% are pairs of a key and the object that it was made of.
-module(file_sorter).

-export([sort/1, sort/2, sort/3, keysort/2, keysort/3, keysort/4, merge/2, merge/3, keymerge/3, keymerge/4,
         check/1, check/2, keycheck/2, keycheck/3]).

-record(how, {format = binary_term, header = 4, order = ascending, unique = false, tmpdir = "", compressed = false,
              size = 524288, no_files = 16, keypos = none, ties = true}).

-type input() :: [file:name()] | fun((read | close) -> term()).
-type output() :: file:name() | fun(([term()] | {value, term()} | close) -> term()).
-type option() :: {compressed, boolean()} | {format, term()} | {header, pos_integer()} | {no_files, pos_integer()}
                | {order, term()} | {size, non_neg_integer()} | {tmpdir, string()} | {unique, boolean()}.

-spec sort(file:name()) -> ok | {error, term()}.
sort(File) -> sort([File], File).

-spec sort(input(), output()) -> term().
sort(Input, Output) -> sort(Input, Output, []).

-spec sort(input(), output(), option() | [option()]) -> term().
sort(Input, Output, Options) ->
    case how(Options, #how{}, true) of
        #how{} = How -> run(fun() -> sorted(input(Input), output(Output), How) end);
        Bad -> error(Bad, [Input, Output, Options])
    end.

-spec keysort(term(), file:name()) -> ok | {error, term()}.
keysort(Key, File) -> keysort(Key, [File], File).

-spec keysort(term(), input(), output()) -> term().
keysort(Key, Input, Output) -> keysort(Key, Input, Output, []).

-spec keysort(term(), input(), output(), option() | [option()]) -> term().
keysort(Key, Input, Output, Options) ->
    case keys(Key, how(Options, #how{}, false)) of
        #how{} = How -> run(fun() -> sorted(input(Input), output(Output), How) end);
        Bad -> error(Bad, [Key, Input, Output, Options])
    end.

-spec merge([file:name()], output()) -> term().
merge(Files, Output) -> merge(Files, Output, []).

-spec merge([file:name()], output(), option() | [option()]) -> term().
merge(Files, Output, Options) ->
    case how(Options, #how{}, true) of
        #how{} = How -> run(fun() -> merged(input(Files), output(Output), How) end);
        Bad -> error(Bad, [Files, Output, Options])
    end.

-spec keymerge(term(), [file:name()], output()) -> term().
keymerge(Key, Files, Output) -> keymerge(Key, Files, Output, []).

-spec keymerge(term(), [file:name()], output(), option() | [option()]) -> term().
keymerge(Key, Files, Output, Options) ->
    case keys(Key, how(Options, #how{}, false)) of
        #how{} = How -> run(fun() -> merged(input(Files), output(Output), How) end);
        Bad -> error(Bad, [Key, Files, Output, Options])
    end.

-spec check(file:name()) -> {ok, list()} | {error, term()}.
check(File) -> check([File], []).

-spec check([file:name()], option() | [option()]) -> {ok, list()} | {error, term()}.
check(Files, Options) ->
    case how(Options, #how{}, true) of
        #how{} = How -> run(fun() -> {ok, lists:append([unsorted(File, How) || File <- input(Files)])} end);
        Bad -> error(Bad, [Files, Options])
    end.

-spec keycheck(term(), file:name()) -> {ok, list()} | {error, term()}.
keycheck(Key, File) -> keycheck(Key, [File], []).

-spec keycheck(term(), [file:name()], option() | [option()]) -> {ok, list()} | {error, term()}.
keycheck(Key, Files, Options) ->
    case keys(Key, how(Options, #how{}, false)) of
        #how{} = How -> run(fun() -> {ok, lists:append([unsorted(File, How) || File <- input(Files)])} end);
        Bad -> error(Bad, [Key, Files, Options])
    end.

run(Fun) ->
    try Fun()
    catch
        throw:{?MODULE, Result} -> Result
    end.

stop(Result) -> throw({?MODULE, Result}).

fail(Reason) -> stop({error, Reason}).

%%% Arguments.

input(Fun) when is_function(Fun, 1) -> Fun;
input(Files) when is_list(Files) -> [filename:absname(File) || File <- Files];
input(Bad) -> error({badarg, Bad}).

output(Fun) when is_function(Fun, 1) -> Fun;
output(File) -> filename:absname(File).

how(Option, How, Funs) when not is_list(Option) -> how([Option], How, Funs);
how([Option | Options], How, Funs) ->
    case Option of
        {format, Format} when Format =:= binary; Format =:= term; Format =:= binary_term; is_function(Format, 1) ->
            how(Options, How#how{format = Format}, Funs);
        {header, N} when is_integer(N), N > 0 -> how(Options, How#how{header = N}, Funs);
        {order, Order} when Order =:= ascending; Order =:= descending; Funs, is_function(Order, 2) ->
            how(Options, How#how{order = Order}, Funs);
        {unique, Unique} when is_boolean(Unique) -> how(Options, How#how{unique = Unique}, Funs);
        {compressed, Compressed} when is_boolean(Compressed) -> how(Options, How#how{compressed = Compressed}, Funs);
        {tmpdir, Dir} when is_list(Dir) -> how(Options, How#how{tmpdir = Dir}, Funs);
        {size, Size} when is_integer(Size), Size >= 0 -> how(Options, How#how{size = Size}, Funs);
        {no_files, N} when is_integer(N), N > 1 -> how(Options, How#how{no_files = N}, Funs);
        {order, Order} when is_function(Order, 2) -> {badarg, order};
        _ -> {badarg, Option}
    end;
how([], #how{format = term, header = Header}, _) when Header =/= 4 -> {badarg, header};
how([], How, _) -> How.

keys(Key, #how{} = How) when is_integer(Key), Key > 0 -> How#how{keypos = [Key]};
keys([_ | _] = Keys, #how{} = How) ->
    case lists:all(fun(K) -> is_integer(K) andalso K > 0 end, Keys) of
        true -> How#how{keypos = Keys};
        false -> {badarg, Keys}
    end;
keys(Bad, #how{}) -> {badarg, Bad};
keys(_, Bad) -> Bad.

%%% Objects: {Key, Object}, where Object is what is written. What compares equal
%%% and is written otherwise has an order in sorting, too, unless keys or a function say which.

keyed(Object, File, #how{format = Format, keypos = Keys, order = Order, ties = Ties}) ->
    try
        Term = case Format of
                   binary_term -> binary_to_term(Object);
                   Fun when is_function(Fun) -> Fun(Object);
                   _ -> Object
               end,
        case Keys of
            none when Ties, is_atom(Order), Format =/= binary, Format =/= term -> {{Term, byte_size(Object), Object}, Object};
            none -> {Term, Object};
            [Key] -> {element(Key, Term), Object};
            _ -> {[element(Key, Term) || Key <- Keys], Object}
        end
    catch
        _:_ when File =:= none -> fail(bad_object);
        _:_ -> fail({bad_object, File})
    end.

precedes({A, _}, {B, _}, #how{order = ascending}) -> A =< B;
precedes({A, _}, {B, _}, #how{order = descending}) -> A >= B;
precedes({A, _}, {B, _}, #how{order = Fun}) -> Fun(A, B).

ordered(Pairs, #how{order = ascending} = How) -> without_equals(lists:keysort(1, Pairs), How);
ordered(Pairs, #how{order = descending} = How) -> lists:reverse(without_equals(lists:keysort(1, Pairs), How));
ordered(Pairs, How) -> without_equals(lists:sort(fun(A, B) -> precedes(A, B, How) end, Pairs), How).

without_equals(Pairs, #how{unique = false}) -> Pairs;
without_equals([A | Rest], How) -> [A | without_equals(Rest, A, How)];
without_equals([], _) -> [].

without_equals([B | Rest], A, How) ->
    case same(A, B, How) of
        true -> without_equals(Rest, A, How);
        false -> [B | without_equals(Rest, B, How)]
    end;
without_equals([], _, _) -> [].

%% A comes before B already.
same({A, _}, {B, _}, #how{order = Fun}) when is_function(Fun) -> Fun(B, A);
same({A, _}, {B, _}, _) -> A == B.

%%% Reading.

%% A source gives objects: next(Source) -> {[Object], Source} | eof.
source(File, #how{format = term}) ->
    case file:open(File, [read, compressed, {read_ahead, 65536}]) of
        {ok, Device} -> {terms, File, Device};
        {error, Reason} -> fail({file_error, File, Reason})
    end;
source(File, #how{header = Header}) ->
    case file:open(File, [read, raw, binary, compressed]) of
        {ok, Device} -> {binaries, File, Device, Header, <<>>};
        {error, Reason} -> fail({file_error, File, Reason})
    end.

next({terms, File, Device} = Source) ->
    case io:read(Device, '') of
        {ok, Term} -> {[Term], Source};
        eof ->
            file:close(Device),
            eof;
        _ ->
            file:close(Device),
            fail({bad_term, File})
    end;
next({binaries, File, Device, Header, Left}) ->
    case file:read(Device, 65536) of
        {ok, Bin} ->
            {Objects, Rest} = split(<<Left/binary, Bin/binary>>, Header, []),
            {Objects, {binaries, File, Device, Header, Rest}};
        eof when Left =:= <<>> ->
            file:close(Device),
            eof;
        eof ->
            file:close(Device),
            fail({premature_eof, File});
        {error, Reason} ->
            file:close(Device),
            fail({file_error, File, Reason})
    end.

split(Bin, Header, Objects) ->
    case Bin of
        <<Size:Header/unit:8, Object:Size/binary, Rest/binary>> -> split(Rest, Header, [Object | Objects]);
        _ -> {lists:reverse(Objects), Bin}
    end.

finish({terms, _, Device}) -> file:close(Device);
finish({binaries, _, Device, _, _}) -> file:close(Device).

%%% Writing.

%% A sink takes lists of objects.
sink(Fun, _) when is_function(Fun) -> {function, Fun};
sink(File, #how{format = term} = How) -> opened(File, How, terms);
sink(File, How) -> opened(File, How, binaries).

opened(File, #how{compressed = Compressed} = How, Kind) ->
    Modes = [compressed || Compressed] ++ case Kind of terms -> [write]; binaries -> [write, raw, binary, delayed_write] end,
    case file:open(File, Modes) of
        {ok, Device} -> {Kind, File, Device, How};
        {error, Reason} -> fail({file_error, File, Reason})
    end.

put_objects([], Sink) -> Sink;
put_objects(Objects, {function, Fun}) ->
    case Fun(Objects) of
        Next when is_function(Next, 1) -> {function, Next};
        Value -> stop(Value)
    end;
put_objects(Objects, {terms, _, Device, _} = Sink) ->
    lists:foreach(fun(Term) -> io:format(Device, "~p.~n", [Term]) end, Objects),
    Sink;
put_objects(Objects, {binaries, File, Device, #how{header = Header}} = Sink) ->
    case file:write(Device, [[<<(byte_size(O)):Header/unit:8>>, O] || O <- Objects]) of
        ok -> Sink;
        {error, Reason} -> fail({file_error, File, Reason})
    end.

closed({function, Fun}) -> Fun(close);
closed({_, File, Device, _}) ->
    case file:close(Device) of
        ok -> ok;
        {error, Reason} -> {error, {file_error, File, Reason}}
    end.

%%% Sorting.

sorted(Input, Output, How0) ->
    How = How0#how{tmpdir = directory(How0, Output)},
    Table = ets:new(?MODULE, [private]),
    try
        {Value, Last, Names} = runs(Input, How, Table),
        %% Reading is over before the output is opened: it may be one of the inputs.
        Sink0 = sink(Output, How),
        Sink = case {Value, Sink0} of
                   {{value, _}, {function, Fun}} -> valued(Fun, Value);
                   _ -> Sink0
               end,
        kept(Sink, fun() ->
                           case Names of
                               [] -> put_chunks([O || {_, O} <- Last], Sink);
                               _ -> through(Names, [Last], How, Table, Sink)
                           end
                   end)
    after
        lists:foreach(fun({Name}) -> file:delete(Name) end, ets:tab2list(Table)),
        ets:delete(Table)
    end.

valued(Fun, Value) ->
    case Fun(Value) of
        Next when is_function(Next, 1) -> {function, Next};
        Other -> stop(Other)
    end.

%% The sink is closed whatever happens; what a function says then is the result.
kept(Sink, Fun) ->
    try Fun() of
        Last -> closed(Last)
    catch
        Class:Reason:Stack ->
            case Sink of
                {function, _} -> ok;
                _ -> closed(Sink)
            end,
            erlang:raise(Class, Reason, Stack)
    end.

put_chunks([], Sink) -> Sink;
put_chunks(Objects, Sink) ->
    {Chunk, Rest} = chunk(Objects, 1000, []),
    put_chunks(Rest, put_objects(Chunk, Sink)).

chunk([O | Os], N, Chunk) when N > 0 -> chunk(Os, N - 1, [O | Chunk]);
chunk(Os, _, Chunk) -> {lists:reverse(Chunk), Os}.

directory(#how{tmpdir = ""}, Output) when is_function(Output) ->
    {ok, Dir} = file:get_cwd(),
    Dir;
directory(#how{tmpdir = ""}, Output) -> filename:dirname(Output);
directory(#how{tmpdir = Dir}, _) -> filename:absname(Dir).

%% runs(Input, ...) -> {Value, the last run, the names of the runs before it}
runs(Fun, How, Table) when is_function(Fun) -> read_runs({function, Fun}, [], 0, How, Table, [], []);
runs(Files, How, Table) -> read_runs(none, Files, 0, How, Table, [], []).

read_runs(none, [File | Files], Size, How, Table, Run, Names) ->
    read_runs(source(File, How), Files, Size, How, Table, Run, Names);
read_runs(none, [], _, How, _, Run, Names) -> {none, ordered(lists:reverse(Run), How), lists:reverse(Names)};
read_runs({function, Fun}, _, Size, How, Table, Run, Names) ->
    case Fun(read) of
        end_of_input -> {none, ordered(lists:reverse(Run), How), lists:reverse(Names)};
        {end_of_input, Value} -> {{value, Value}, ordered(lists:reverse(Run), How), lists:reverse(Names)};
        {Objects, Next} when is_list(Objects), is_function(Next, 1) ->
            try taken(Objects, none, Size, How, Table, Run, Names) of
                {Size1, Run1, Names1} -> read_runs({function, Next}, [], Size1, How, Table, Run1, Names1)
            catch
                throw:{?MODULE, _} = Failure ->
                    Next(close),
                    throw(Failure)
            end;
        Other -> stop(Other)
    end;
read_runs(Source, Files, Size, How, Table, Run, Names) ->
    case next(Source) of
        eof -> read_runs(none, Files, Size, How, Table, Run, Names);
        {Objects, Next} ->
            try taken(Objects, element(2, Source), Size, How, Table, Run, Names) of
                {Size1, Run1, Names1} -> read_runs(Next, Files, Size1, How, Table, Run1, Names1)
            catch
                throw:{?MODULE, _} = Failure ->
                    finish(Source),
                    throw(Failure)
            end
    end.

taken(Objects, File, Size, #how{size = Limit} = How, Table, Run0, Names) ->
    Run = lists:foldl(fun(Object, Pairs) -> [keyed(Object, File, How) | Pairs] end, Run0, Objects),
    case Size + lists:sum([bytes(Object) || Object <- Objects]) of
        Full when Full > Limit -> {0, [], [temporary([O || {_, O} <- ordered(lists:reverse(Run), How)], How, Table) | Names]};
        More -> {More, Run, Names}
    end.

bytes(Object) when is_binary(Object) -> byte_size(Object);
bytes(Term) -> erlang:external_size(Term).

%% Temporary files hold binaries; terms are written in the external format.
temporary(Objects, How, Table) ->
    Name = temporary_name(How, Table),
    Sink = sink(Name, inner(How)),
    closed(put_chunks([stored(O, How) || O <- Objects], Sink)),
    Name.

temporary_name(#how{tmpdir = Dir}, Table) ->
    Name = filename:join(Dir, lists:concat(["fs_", node(), "_", os:getpid(), "_", erlang:unique_integer([positive])])),
    ets:insert(Table, {Name}),
    Name.

inner(How) -> How#how{format = binary, header = 4}.

stored(Object, #how{format = term}) -> term_to_binary(Object);
stored(Object, _) -> Object.

restored(Stored, #how{format = term}) -> binary_to_term(Stored);
restored(Stored, _) -> Stored.

%% Merges the runs on files, and runs in memory that come after them.
through(Names, Others, #how{no_files = Most} = How, Table, Sink) when length(Names) > Most ->
    {Some, Rest} = lists:split(Most, Names),
    Name = temporary_name(How, Table),
    closed(merge_all(in_turn([reader(N, How) || N <- Some], How), {restoring, sink(Name, inner(How)), How}, How)),
    lists:foreach(fun file:delete/1, Some),
    through([Name | Rest], Others, How, Table, Sink);
through(Names, Others, How, _, Sink) ->
    merge_all(in_turn([reader(N, How) || N <- Names] ++ [{O, none} || O <- Others, O =/= []], How), Sink, How).

%% Descending order is ascending order from its end.
in_turn(Readers, #how{order = descending, unique = false}) -> lists:reverse(Readers);
in_turn(Readers, _) -> Readers.

%% A reader is {pairs that were read, where more come from}.
reader(Name, How) -> filled({[], {temporary, source(Name, inner(How))}}, How).

filled({[], {Kind, Source}}, How) ->
    case next(Source) of
        eof -> {[], none};
        {Objects, Next} when Kind =:= temporary ->
            filled({[keyed(restored(O, How), element(2, Source), How) || O <- Objects], {Kind, Next}}, How);
        {Objects, Next} -> filled({[keyed(O, element(2, Source), How) || O <- Objects], {Kind, Next}}, How)
    end;
filled(Reader, _) -> Reader.

merge_all(Readers, Sink, How) -> merge_all([R || {[_ | _], _} = R <- Readers], none, [], 0, Sink, How).

merge_all([], _, Out, _, Sink, _) -> put_out(lists:reverse(Out), Sink);
merge_all(Readers, Last, Out, N, Sink, How) when N >= 1000 ->
    merge_all(Readers, Last, [], 0, put_out(lists:reverse(Out), Sink), How);
merge_all(Readers, Last, Out, N, Sink, How) ->
    {{_, Object} = Pair, Rest} = least(Readers, How),
    case How#how.unique andalso Last =/= none andalso same(Last, Pair, How) of
        true -> merge_all(Rest, Last, Out, N, Sink, How);
        false -> merge_all(Rest, Pair, [Object | Out], N + 1, Sink, How)
    end.

put_out(Objects, {restoring, Sink, How}) -> put_objects([stored(O, How) || O <- Objects], Sink);
put_out(Objects, Sink) -> put_objects(Objects, Sink).

%% Of pairs that compare equal the one of the first reader comes first.
least(Readers, How) -> least(tl(Readers), hd(Readers), [], How).

least([{[A | _], _} = Reader | Readers], {[B | _], _} = Best, Before, How) ->
    case precedes(B, A, How) of
        true -> least(Readers, Best, [Reader | Before], How);
        false ->
            {Pair, Rest} = least(Readers, Reader, [], How),
            {Pair, lists:reverse(Before, [Best | Rest])}
    end;
least([], {[Pair | Pairs], More}, Before, How) ->
    Rest = lists:reverse(Before),
    case filled({Pairs, More}, How) of
        {[], _} -> {Pair, Rest};
        Reader -> {Pair, [Reader | Rest]}
    end.

merged(Files, Output, How0) ->
    How = How0#how{tmpdir = directory(How0, Output), ties = false},
    Readers = [filled({[], {input, source(File, How)}}, How) || File <- Files],
    Sink = sink(Output, How),
    kept(Sink, fun() -> merge_all(Readers, Sink, How) end).

%%% Checking.

unsorted(File, How) -> unsorted(source(File, How), File, none, 0, How).

unsorted(Source, File, Last, N, How) ->
    case next(Source) of
        eof -> [];
        {Objects, Next} ->
            case out_of_order(Objects, File, Last, N, How) of
                {ok, Last1, N1} -> unsorted(Next, File, Last1, N1, How);
                {found, At, Object} ->
                    finish(Source),
                    [{File, At, case How of
                                    #how{format = binary_term} -> binary_to_term(Object);
                                    #how{format = Fun} when is_function(Fun) -> Fun(Object);
                                    _ -> Object
                                end}]
            end
    end.

out_of_order([Object | Objects], File, Last, N, How) ->
    Pair = keyed(Object, File, How),
    case Last =:= none orelse precedes(Last, Pair, How) andalso not (How#how.unique andalso same(Last, Pair, How)) of
        true -> out_of_order(Objects, File, Pair, N + 1, How);
        false -> {found, N + 1, Object}
    end;
out_of_order([], _, Last, N, _) -> {ok, Last, N}.

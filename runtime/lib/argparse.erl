%% Command lines: commands with their arguments, what a user typed as a map of
%% them, and help. An option's value may be part of its word (-sV, --long=V); it is
%% then put before the words that follow, so that each word is looked at once.
-module(argparse).

-export([run/3, parse/2, parse/3, validate/1, validate/2, help/1, help/2, format_error/1, format_error/2]).

-export_type([parser_options/0, argument/0, command/0, cmd_path/0, parser_error/0, parse_result/0, arg_map/0, args/0]).

-type args() :: [string() | unicode:chardata()].
-type arg_map() :: #{atom() | string() | binary() => term()}.
-type argument() :: #{name := atom() | string() | binary(), atom() => term()}.
-type command() :: #{commands => #{string() => command()}, arguments => [argument()], help => term(), handler => term()}.
-type cmd_path() :: [string()].
-type parser_options() :: #{prefixes => [char()], default => term(), progname => string() | atom(),
                            command => cmd_path(), columns => pos_integer()}.
-type parser_error() :: {Path :: cmd_path(), Expected :: argument() | undefined, Actual :: string() | undefined,
                         Details :: unicode:chardata()}.
-type parse_result() :: {ok, arg_map(), Path :: cmd_path(), command()} | {error, parser_error()}.

-define(COLUMNS, 80).

%% An error in a specification is that of the function that looks at it.
-define(REFUSE(Kind, Path, Specification, Field, Reason),
        erlang:error({?MODULE, Kind, names(Path), Field, Reason}, [Specification], [{error_info, #{cause => #{}}}])).

%% What is known while words are read: the command that they have led to, the
%% arguments that count there in order, those of them that have a place and
%% are not there yet, and the values so far.
-record(at, {path :: [string()], command :: command(), arguments :: [argument()], places :: [argument()],
             values = #{} :: arg_map(), prefixes :: [char()]}).

-spec run(args(), command(), parser_options()) -> term().
run(Args, Command, Options) ->
    try parse(Args, Command, Options) of
        {ok, Values, Path, Sub} -> handle(Command, Values, tl(Path), Sub);
        {error, Reason} ->
            io:format(standard_error, "error: ~ts~n", [format_error(Reason)]),
            io:format(standard_error, "~ts", [help(Command, Options#{command => tl(element(1, Reason))})]),
            erlang:halt(1)
    catch
        error:Reason:Stack when element(1, Reason) =:= ?MODULE ->
            io:format(standard_error, "~ts", [erl_error:format_exception(error, Reason, Stack)]),
            erlang:halt(1)
    end.

handle(_, Values, _, #{handler := Fun}) when is_function(Fun, 1) -> Fun(Values);
handle(_, Values, _, #{handler := {Module, Function}}) when is_atom(Module), is_atom(Function) -> Module:Function(Values);
handle(Command, Values, Path, #{handler := {Fun, Default}}) when is_function(Fun) ->
    apply(Fun, in_order(Command, Values, Path, Default));
handle(Command, Values, Path, #{handler := {Module, Function, Default}}) when is_atom(Module), is_atom(Function) ->
    apply(Module, Function, in_order(Command, Values, Path, Default)).

in_order(Command, Values, Path, Default) ->
    {_, Arguments} = led(Command, Path, maps:get(arguments, Command, [])),
    [maps:get(Name, Values, Default) || #{name := Name} <- Arguments].

led(Command, [Name | Path], Arguments) ->
    Sub = map_get(Name, map_get(commands, Command)),
    led(Sub, Path, Arguments ++ maps:get(arguments, Sub, []));
led(Command, [], Arguments) -> {Command, Arguments}.

%%% Reading.

-spec parse(args(), command()) -> parse_result().
parse(Args, Command) -> parse(Args, Command, #{}).

-spec parse(args(), command(), parser_options()) -> parse_result().
parse(Args, Command, Options) ->
    Program = validate(Command, Options),
    Arguments = maps:get(arguments, Command, []),
    Words = [unicode:characters_to_list(Arg) || Arg <- Args],
    At = #at{path = [Program], command = Command, arguments = Arguments, places = places(Arguments),
             prefixes = maps:get(prefixes, Options, "-")},
    try words(Words, At) of
        #at{path = Path, command = Last, values = Values, arguments = All} ->
            {ok, with_defaults(All, Values, Options), lists:reverse(Path), Last}
    catch
        throw:{?MODULE, Reason} -> {error, Reason}
    end.

places(Arguments) -> [A || A <- Arguments, not is_option(A)].

is_option(Argument) -> is_map_key(short, Argument) orelse is_map_key(long, Argument).

fail(#at{path = Path}, Expected, Actual, Details) -> throw({?MODULE, {lists:reverse(Path), Expected, Actual, Details}}).

words([Word | Words], At) ->
    case is_prefixed(Word, At) of
        true -> option(Word, Words, At);
        false ->
            case At of
                #at{command = #{commands := #{Word := Sub}}} -> words(Words, descended(Word, Sub, At));
                #at{places = [Argument | Places]} ->
                    Rest = case Argument of
                               #{nargs := N} when N =:= list; N =:= nonempty_list -> [Argument | Places];
                               _ -> Places
                           end,
                    consume(Argument, [Word | Words], At#at{places = Rest});
                _ -> fail(At, undefined, Word, <<>>)
            end
    end;
words([], At) ->
    case At of
        #at{command = #{commands := Commands} = Command} when map_size(Commands) > 0, not is_map_key(handler, Command) ->
            fail(At, undefined, undefined, <<"subcommand expected">>);
        #at{arguments = Arguments, values = Values} ->
            {Options, Places} = lists:partition(fun is_option/1, Arguments),
            case [A || #{name := Name} = A <- Places ++ Options, not is_map_key(Name, Values), is_required(A)] of
                [Missing | _] -> fail(At, Missing, undefined, <<>>);
                [] -> At
            end
    end.

is_required(#{default := _}) -> false;
is_required(#{required := Required}) -> Required;
is_required(Argument) -> not is_option(Argument).

descended(Word, Sub, #at{path = Path, arguments = Arguments, places = Places} = At) ->
    Own = maps:get(arguments, Sub, []),
    At#at{path = [Word | Path], command = Sub, arguments = Arguments ++ Own, places = Places ++ places(Own)}.

with_defaults(Arguments, Values, Options) ->
    lists:foldl(fun(#{name := Name} = A, Map) ->
                        case A of
                            _ when is_map_key(Name, Map) -> Map;
                            #{default := Value} -> Map#{Name => Value};
                            _ when is_map_key(default, Options) -> Map#{Name => map_get(default, Options)};
                            _ -> Map
                        end
                end, Values, Arguments).

%% A word with a prefix is an option, unless it is a negative number and no
%% option looks like one.
is_prefixed([Char | Rest] = Word, #at{prefixes = Prefixes, arguments = Arguments}) ->
    lists:member(Char, Prefixes) andalso
        not (Char =:= $- andalso Rest =/= [] andalso is_number_text(Word) andalso
             not lists:any(fun looks_like_number/1, Arguments));
is_prefixed([], _) -> false.

looks_like_number(#{short := Short}) when Short >= $0, Short =< $9 -> true;
looks_like_number(#{long := [Digit | _]}) when Digit >= $0, Digit =< $9 -> true;
looks_like_number(_) -> false.

is_number_text(Word) -> number(Word) =/= error.

number(Word) ->
    case string:to_integer(Word) of
        {Integer, []} -> Integer;
        _ ->
            case string:to_float(Word) of
                {Float, []} -> Float;
                _ -> error
            end
    end.

option([_ | Name] = Word, Words, At) ->
    case find_long(Name, At) of
        {ok, Argument} -> consume(Argument, Words, At);
        error ->
            case string:split(Name, "=") of
                [Long, Value] when Long =/= [] ->
                    case find_long(Long, At) of
                        {ok, Argument} -> consume(Argument, [Value | Words], At);
                        error -> short(Word, Words, At)
                    end;
                _ -> short(Word, Words, At)
            end
    end.

short([Prefix, Char | Rest] = Word, Words, At) ->
    case find_short(Char, At) of
        {ok, Argument} when Rest =:= [] -> consume(Argument, Words, At);
        {ok, Argument} ->
            case not takes_value(Argument) andalso are_flags(Rest, At) of
                true -> consume(Argument, [[Prefix, C] || C <- Rest] ++ Words, At);
                false -> consume(Argument, [Rest | Words], At)
            end;
        error -> fail(At, undefined, Word, <<>>)
    end;
short(Word, _, At) -> fail(At, undefined, Word, <<>>).

find_long(Name, #at{arguments = Arguments}) -> first([A || #{long := Long} = A <- Arguments, Long =:= Name]).

find_short(Char, #at{arguments = Arguments}) -> first([A || #{short := Short} = A <- Arguments, Short =:= Char]).

first([A | _]) -> {ok, A};
first([]) -> error.

%% All of the options may stand in one word, where all but the last are flags.
are_flags([Char], At) -> find_short(Char, At) =/= error;
are_flags([Char | Rest], At) ->
    case find_short(Char, At) of
        {ok, Argument} -> not takes_value(Argument) andalso are_flags(Rest, At);
        error -> false
    end.

takes_value(#{action := count}) -> false;
takes_value(#{action := {Action, _}}) when Action =:= store; Action =:= append -> false;
takes_value(#{nargs := 'maybe'}) -> false;
takes_value(#{nargs := {'maybe', _}}) -> false;
takes_value(#{type := boolean}) -> false;
takes_value(_) -> true.

%%% Values.

consume(#{action := count, name := Name}, Words, #at{values = Values} = At) ->
    words(Words, At#at{values = Values#{Name => maps:get(Name, Values, 0) + 1}});
consume(#{action := {Action, Term}} = Argument, Words, At) when Action =:= store; Action =:= append ->
    words(Words, acted(Action, Argument, Term, At));
consume(#{nargs := all} = Argument, Words, At) -> words([], acted(listed(Argument), Words, At));
consume(#{nargs := Count} = Argument, Words, At) when is_integer(Count) ->
    {Taken, Rest} = taken(Count, Words, At, []),
    case length(Taken) of
        Count -> words(Rest, acted(listed(Argument), Taken, At));
        Found ->
            Details = lists:flatten(io_lib:format("expected ~b, found ~b argument(s)", [Count, Found])),
            fail(At, Argument, Words, Details)
    end;
consume(#{nargs := List} = Argument, Words, At) when List =:= list; List =:= nonempty_list ->
    case taken(infinity, Words, At, []) of
        {[], _} when List =:= nonempty_list -> fail(At, Argument, [], <<"expected argument">>);
        {Taken, Rest} -> words(Rest, acted(listed(Argument), Taken, At))
    end;
consume(#{nargs := Maybe} = Argument, Words, At) ->
    case taken(1, Words, At, []) of
        {[Word], Rest} -> words(Rest, acted(Argument, Word, At));
        {[], _} ->
            Value = case Maybe of
                        {'maybe', Term} -> Term;
                        'maybe' when is_map_key(default, Argument) -> map_get(default, Argument);
                        'maybe' -> nothing(maps:get(type, Argument, undefined))
                    end,
            words(Words, acted(action(Argument), Argument, Value, At))
    end;
consume(#{type := boolean} = Argument, [Word | Words], At) when Word =:= "true"; Word =:= "false" ->
    words(Words, acted(action(Argument), Argument, Word =:= "true", At));
consume(#{type := boolean} = Argument, Words, At) -> words(Words, acted(action(Argument), Argument, true, At));
consume(Argument, Words, At) ->
    case taken(1, Words, At, []) of
        {[Word], Rest} -> words(Rest, acted(Argument, Word, At));
        {[], _} -> fail(At, Argument, undefined, <<"expected argument">>)
    end.

taken(0, Words, _, Taken) -> {lists:reverse(Taken), Words};
taken(_, [], _, Taken) -> {lists:reverse(Taken), []};
taken(N, [Word | Rest] = Words, At, Taken) ->
    case is_prefixed(Word, At) of
        true -> {lists:reverse(Taken), Words};
        false -> taken(case N of infinity -> N; _ -> N - 1 end, Rest, At, [Word | Taken])
    end.

nothing(boolean) -> true;
nothing(integer) -> 0;
nothing(float) -> 0.0;
nothing(string) -> "";
nothing(binary) -> <<>>;
nothing(_) -> undefined.

listed(Argument) -> Argument#{type => {list, maps:get(type, Argument, string)}}.

action(Argument) -> maps:get(action, Argument, store).

acted(#{type := Type} = Argument, Text, At) -> acted(action(Argument), Argument, converted(Type, Text, Argument, At), At);
acted(Argument, Text, At) -> acted(action(Argument), Argument, Text, At).

acted(store, #{name := Name}, Value, #at{values = Values} = At) -> At#at{values = Values#{Name => Value}};
acted(append, #{name := Name}, Value, #at{values = Values} = At) ->
    At#at{values = Values#{Name => maps:get(Name, Values, []) ++ [Value]}};
acted(extend, #{name := Name}, Value, #at{values = Values} = At) ->
    At#at{values = Values#{Name => maps:get(Name, Values, []) ++ Value}}.

converted({list, Type}, Texts, Argument, At) -> [converted(Type, Text, Argument, At) || Text <- Texts];
converted(Type, Text, Argument, At) ->
    case value(Type, Text) of
        {ok, Value} -> Value;
        {error, Details} -> fail(At, Argument, Text, Details)
    end.

value(string, Text) -> {ok, Text};
value(boolean, "true") -> {ok, true};
value(boolean, "false") -> {ok, false};
value(boolean, _) -> {error, <<"is not a boolean">>};
value(binary, Text) -> {ok, unicode:characters_to_binary(Text)};
value(integer, Text) ->
    case string:to_integer(Text) of
        {Integer, []} -> {ok, Integer};
        _ -> {error, <<"is not an integer">>}
    end;
value(float, Text) ->
    case number(Text) of
        error -> {error, <<"is not a number">>};
        Number -> {ok, Number}
    end;
value(atom, Text) ->
    try {ok, list_to_existing_atom(Text)}
    catch error:badarg -> {error, <<"is not an existing atom">>}
    end;
value({atom, unsafe}, Text) -> {ok, list_to_atom(Text)};
value({custom, Fun}, Text) ->
    try {ok, Fun(Text)}
    catch error:badarg -> {error, <<"failed validation">>}
    end;
value({Type, Condition}, Text) -> value(Type, Condition, [], Text);
value({Type, Expression, Options}, Text) -> value(Type, Expression, Options, Text).

value(Type, Condition, Options, Text) ->
    case value(Type, Text) of
        {ok, Value} ->
            case unmet(Type, Condition, Options, Value) of
                [] -> {ok, Value};
                [Details | _] -> {error, Details}
            end;
        Error -> Error
    end.

unmet(Type, Expression, Options, Value)
  when Type =:= binary, is_binary(Expression); Type =:= string, is_integer(hd(Expression)) ->
    case re:run(Value, Expression, Options) of
        nomatch -> [<<"does not match">>];
        _ -> []
    end;
unmet(Type, [{_, _} | _] = Limits, _, Value) when Type =:= integer; Type =:= float ->
    [case Limit of
         {min, _} -> <<"is less than accepted minimum">>;
         {max, _} -> <<"is greater than accepted maximum">>
     end || {Kind, Bound} = Limit <- Limits, Kind =:= min andalso Value < Bound orelse Kind =:= max andalso Value > Bound];
unmet(_, Choices, _, Value) -> [<<"is not one of the choices">> || not lists:member(Value, Choices)].

%%% Errors in words.

-spec format_error(parser_error()) -> unicode:chardata().
format_error({Path, undefined, undefined, Details}) -> text(Path, "~ts", [Details]);
format_error({Path, undefined, Actual, Details}) -> text(Path, "unknown argument: ~ts~ts", [Actual, Details]);
format_error({Path, #{name := Name}, undefined, Details}) ->
    text(Path, "required argument missing: ~ts~ts", [Name, Details]);
format_error({Path, #{name := Name}, Actual, Details}) ->
    text(Path, "invalid argument for ~ts: ~ts ~ts", [Name, Actual, Details]).

text(Path, Format, Values) -> io_lib:format("~ts: " ++ Format, [lists:join(" ", Path) | Values]).

%% What is wrong with a specification, for erl_error.
-spec format_error(term(), erlang:stacktrace()) -> map().
format_error({?MODULE, command, Path, Field, Reason}, [{_, _, [Command], _} | _]) ->
    #{1 => io_lib:format("~tp", [Command]),
      general => <<"command specification is invalid">>,
      reason => io_lib:format("command \"~ts\": invalid field '~ts', reason: ~ts", [lists:join(" ", Path), Field, Reason])};
format_error({?MODULE, argument, Path, Field, Reason}, [{_, _, [Argument], _} | _]) ->
    #{1 => io_lib:format("~tp", [Argument]),
      general => <<"argument specification is invalid">>,
      reason => io_lib:format("command \"~ts\", argument '~ts', invalid field '~ts': ~ts",
                              [lists:join(" ", Path), case Argument of #{name := Name} -> Name; _ -> "" end, Field, Reason])}.

%%% Specifications.

-spec validate(command()) -> Program :: string().
validate(Command) -> validate(Command, #{}).

-spec validate(command(), parser_options()) -> Program :: string().
validate(Command, Options) ->
    Program = case Options of
                  #{progname := Atom} when is_atom(Atom) -> atom_to_list(Atom);
                  #{progname := Name} when is_list(Name) -> Name;
                  #{progname := _} -> error(badarg, [Command, Options]);
                  _ when is_map(Options) ->
                      {ok, [[Name]]} = init:get_argument(progname),
                      Name;
                  _ -> error({badmap, Options})
              end,
    validate_command([{Program, Command}], maps:get(prefixes, Options, "-"), []),
    Program.

validate_command([{_, Command} | _] = Path, Prefixes, Above) ->
    is_map(Command) orelse ?REFUSE(command, Path, Command, commands, <<"expected command()">>),
    is_help(maps:get(help, Command, [])) orelse
        ?REFUSE(command, Path, Command, help, <<"must be a printable unicode list, or a command help template">>),
    is_handler(Command) orelse
        ?REFUSE(command, Path, Command, handler, <<"handler must be a valid callback, or an atom 'optional'">>),
    Arguments = maps:get(arguments, Command, []),
    is_list(Arguments) orelse ?REFUSE(command, Path, Command, arguments, <<"expected a list, [argument()]">>),
    _ = [validate_option(Path, A) || A <- Arguments],
    All = Arguments ++ Above,
    lists:foldl(fun(Argument, {Shorts, Longs}) ->
                        {distinct(Path, short, Argument, Shorts), distinct(Path, long, Argument, Longs)}
                end, {#{}, #{}}, All),
    Commands = maps:get(commands, Command, #{}),
    is_map(Commands) orelse
        ?REFUSE(command, Path, Command, commands, <<"expected map of #{string() => command()}">>),
    maps:foreach(fun(Name, Sub) ->
                         is_name(Name, Prefixes) orelse
                             ?REFUSE(command, Path, Sub, commands,
                                         <<"command name must be a string not starting with option prefix">>),
                         validate_command([{Name, Sub} | Path], Prefixes, All)
                 end, Commands).

names(Path) -> [Name || {Name, _} <- lists:reverse(Path)].

is_name([Char | _] = Name, Prefixes) -> io_lib:printable_unicode_list(Name) andalso not lists:member(Char, Prefixes);
is_name(_, _) -> false.

is_help(hidden) -> true;
is_help(Text) when is_binary(Text) -> true;
is_help(Help) when is_list(Help) -> io_lib:printable_unicode_list(Help) orelse lists:all(fun is_template_part/1, Help);
is_help(_) -> false.

is_template_part(Part) when is_atom(Part) -> lists:member(Part, [usage, commands, arguments, options]);
is_template_part(Part) -> is_text(Part).

is_text(Part) -> is_binary(Part) orelse io_lib:printable_unicode_list(Part).

is_handler(#{handler := Handler}) ->
    case Handler of
        optional -> true;
        {Module, Function} when is_atom(Module), is_atom(Function) -> true;
        {Module, Function, _} -> is_atom(Module) andalso is_atom(Function);
        {Fun, _} -> is_function(Fun);
        _ -> is_function(Handler, 1)
    end;
is_handler(_) -> true.

distinct(Path, Key, #{name := Name} = Argument, Seen) when is_map_key(Key, Argument) ->
    case Seen of
        #{map_get(Key, Argument) := Other} ->
            ?REFUSE(argument, Path, Argument, Key,
                         lists:flatten(io_lib:format("~s conflicting with previously defined ~s for ~ts", [Key, Key, Other])));
        _ -> Seen#{map_get(Key, Argument) => Name}
    end;
distinct(_, _, _, Seen) -> Seen.

validate_option(Path, #{name := Name} = Argument) when is_atom(Name); is_list(Name); is_binary(Name) ->
    is_field(long, fun(Long) -> io_lib:printable_unicode_list(Long) end, Argument) orelse
        ?REFUSE(argument, Path, Argument, long, <<"must be a printable string">>),
    is_field(short, fun(Short) -> io_lib:printable_unicode_list([Short]) end, Argument) orelse
        ?REFUSE(argument, Path, Argument, short, <<"must be a printable character">>),
    is_field(required, fun is_boolean/1, Argument) orelse ?REFUSE(argument, Path, Argument, required, <<"must be a boolean">>),
    is_field(help, fun is_argument_help/1, Argument) orelse
        ?REFUSE(argument, Path, Argument, help, <<"must be a string or valid help template">>),
    validate_type(Path, Argument),
    validate_args(Path, Argument),
    validate_action(Path, Argument),
    ok;
validate_option(Path, Argument) ->
    ?REFUSE(argument, Path, Argument, name, <<"argument must be a map containing 'name' field">>).

is_field(Key, Test, Argument) ->
    case Argument of
        #{Key := Value} -> Test(Value);
        _ -> true
    end.

is_argument_help(hidden) -> true;
is_argument_help({Usage, Description}) ->
    is_text(Usage) andalso
        (is_function(Description, 0) orelse
         is_list(Description) andalso lists:all(fun(P) -> P =:= type orelse P =:= default orelse is_text(P) end, Description));
is_argument_help(Help) when is_list(Help) -> io_lib:printable_unicode_list(Help) orelse lists:all(fun is_text/1, Help);
is_argument_help(Help) -> is_binary(Help).

validate_type(Path, #{type := Type} = Argument) ->
    case Type of
        _ when Type =:= boolean; Type =:= integer; Type =:= float; Type =:= string; Type =:= binary; Type =:= atom -> ok;
        {atom, unsafe} -> ok;
        {custom, Fun} when is_function(Fun, 1) -> ok;
        {integer, Conditions} when is_list(Conditions) ->
            conditions(fun is_integer/1, fun is_integer/1, Conditions)
                orelse ?REFUSE(argument, Path, Argument, type, <<"invalid validator">>);
        {float, Conditions} when is_list(Conditions) ->
            conditions(fun is_number/1, fun is_float/1, Conditions)
                orelse ?REFUSE(argument, Path, Argument, type, <<"invalid validator">>);
        {string, Text} when is_list(Text) -> ok;
        {string, Text, Options} when is_list(Text), is_list(Options) -> ok;
        {binary, Text} when is_binary(Text); is_list(Text) -> ok;
        {binary, Text, Options} when is_binary(Text), is_list(Options) -> ok;
        {atom, Atoms} when is_list(Atoms) ->
            lists:all(fun is_atom/1, Atoms) orelse ?REFUSE(argument, Path, Argument, type, <<"invalid validator">>);
        _ -> ?REFUSE(argument, Path, Argument, type, <<"unsupported">>)
    end;
validate_type(_, _) -> ok.

conditions(IsChoice, _, [First | _] = Choices) when not is_tuple(First) -> lists:all(IsChoice, Choices);
conditions(_, IsBound, Limits) ->
    lists:all(fun({Kind, Bound}) -> (Kind =:= min orelse Kind =:= max) andalso IsBound(Bound);
                 (_) -> false
              end, Limits).

validate_args(Path, Argument) ->
    is_field(nargs, fun is_nargs/1, Argument) orelse ?REFUSE(argument, Path, Argument, nargs, <<"unsupported">>).

is_nargs(N) when is_integer(N) -> N > 0;
is_nargs({'maybe', _}) -> true;
is_nargs(Kind) -> lists:member(Kind, [list, nonempty_list, 'maybe', all]).

validate_action(Path, #{action := Action} = Argument) ->
    case Action of
        _ when Action =:= store; Action =:= append; Action =:= count -> ok;
        {store, _} -> ok;
        {append, _} -> ok;
        extend ->
            case maps:get(nargs, Argument, 1) of
                N when is_integer(N), is_map_key(nargs, Argument) -> ok;
                N when N =:= list; N =:= nonempty_list; N =:= all -> ok;
                _ -> ?REFUSE(argument, Path, Argument, action, <<"extend action works only with lists">>)
            end;
        _ -> ?REFUSE(argument, Path, Argument, action, <<"unsupported">>)
    end;
validate_action(_, _) -> ok.

%%% Help.

-spec help(command()) -> unicode:chardata().
help(Command) -> help(Command, #{}).

-spec help(command(), parser_options()) -> unicode:chardata().
help(Root, Options) ->
    Program = validate(Root, Options),
    Path = case maps:get(command, Options, []) of
               [Program | Rest] -> Rest;
               Rest -> Rest
           end,
    {Command, Arguments0} = led(Root, Path, maps:get(arguments, Root, [])),
    Columns = maps:get(columns, Options, ?COLUMNS),
    Arguments = [A || A <- Arguments0, maps:get(help, A, "") =/= hidden],
    Prefix = [hd(maps:get(prefixes, Options, "-"))],
    Usage = usage([Program | Path], Command, Arguments, Prefix, Columns),
    Subs = [{Name, command_text(Sub)} || {Name, Sub} <- lists:sort(maps:to_list(maps:get(commands, Command, #{}))),
                                         maps:get(help, Sub, "") =/= hidden],
    Positions = [{chars(Name), argument_text(A)} || #{name := Name} = A <- places(Arguments)],
    Opts = [{option_names(A, Prefix), argument_text(A)} || A <- Arguments, is_option(A)],
    Width = width(Positions ++ Opts, 0),
    Commands = section(Subs, width(Subs, Width), Columns),
    Positional = section(Positions, Width, Columns),
    Optional = section(Opts, Width, Columns),
    case maps:get(help, Command, "") of
        [Part | _] = Template when not is_integer(Part) ->
            Parts = #{usage => Usage, commands => Commands, arguments => Positional, options => Optional},
            wrapped(chars([maps:get(P, Parts, P) || P <- Template]), "", 0, Columns);
        Help ->
            Described = case Help of
                            hidden -> "";
                            _ -> chars(Help)
                        end,
            [["Usage:\n", Usage, "\n"],
             [["\n", wrapped(Described, "", 0, Columns), "\n"] || Described =/= ""],
             titled("Subcommands:", Commands, Columns), titled("Arguments:", Positional, Columns),
             titled("Optional arguments:", Optional, Columns)]
    end.

titled(_, [], _) -> [];
titled(Title, Section, Columns) -> ["\n", wrapped(Title, "", 0, Columns), "\n", Section].

chars(Atom) when is_atom(Atom) -> atom_to_list(Atom);
chars(Text) -> unicode:characters_to_list(Text).

usage(Path, Command, Arguments, Prefix, Columns) ->
    Start = lists:append(lists:join(" ", Path)),
    {Options, Places} = lists:partition(fun is_option/1, Arguments),
    Flags = [Short || #{short := Short} = A <- Options, not takes_value(A)],
    Words = commands_usage(lists:sort(maps:keys(maps:get(commands, Command, #{}))))
        ++ flags_usage(Flags, Prefix)
        ++ [Word || A <- Options, Word <- option_usage(A, Prefix)]
        ++ [place_usage(A) || A <- Places],
    ["  ", Start | usage_words(Words, length(Start), length(hd(Path)) + 1, Columns)].

%% Width is that of the line so far without the indentation of two; later lines
%% may be one longer, as erl has them.
usage_words([Word | Words], Width, Indent, Columns) ->
    case Width + 1 + string:length(Word) of
        New when New > Columns -> ["\n  ", lists:duplicate(Indent, $\s), Word
                                   | usage_words(Words, Indent - 1 + string:length(Word), Indent, Columns)];
        New -> [" ", Word | usage_words(Words, New, Indent, Columns)]
    end;
usage_words([], _, _, _) -> [].

commands_usage([]) -> [];
commands_usage(Names) when length(Names) < 4 -> ["{" ++ lists:append(lists:join("|", Names)) ++ "}"];
commands_usage(_) -> ["<command>"].

flags_usage([], _) -> [];
flags_usage(Flags, Prefix) -> ["[" ++ Prefix ++ Flags ++ "]"].

option_usage(#{help := {Usage, _}}, _) -> [chars(Usage)];
option_usage(#{name := Name} = Argument, Prefix) ->
    Takes = takes_value(Argument),
    Value = case Takes of
                true -> " <" ++ chars(Name) ++ ">" ++ dots(Argument);
                false -> ""
            end,
    [case Argument of
         #{required := true} -> Word;
         _ -> "[" ++ Word ++ "]"
     end || Word <- [Prefix ++ [map_get(short, Argument)] ++ Value || is_map_key(short, Argument), Takes]
                ++ [Prefix ++ map_get(long, Argument) ++ Value || is_map_key(long, Argument)]].

place_usage(#{help := {Usage, _}}) -> chars(Usage);
place_usage(#{name := Name} = Argument) ->
    Word = "<" ++ chars(Name) ++ ">" ++ dots(Argument),
    case Argument of
        #{required := false} -> "[" ++ Word ++ "]";
        _ -> Word
    end.

dots(#{nargs := N}) when N =:= list; N =:= nonempty_list; N =:= all -> "...";
dots(_) -> "".

option_names(Argument, Prefix) ->
    lists:append(lists:join(", ", [Prefix ++ [map_get(short, Argument)] || is_map_key(short, Argument)]
                            ++ [Prefix ++ map_get(long, Argument) || is_map_key(long, Argument)])).

command_text(#{help := Help}) -> chars(Help);
command_text(_) -> "".

argument_text(#{help := {_, Fun}}) when is_function(Fun) -> chars(Fun());
argument_text(#{help := {_, Template}} = Argument) ->
    chars([case Part of
               type -> type_text(maps:get(type, Argument, ""));
               default -> default_text(maps:get(default, Argument, ""));
               _ -> Part
           end || Part <- Template]);
argument_text(Argument) ->
    Text = case Argument of
               #{help := Help} -> Help;
               #{name := Name} -> chars(Name)
           end,
    Type = case type_text(maps:get(type, Argument, "")) of
               "" -> "";
               Known -> [" (", Known, ")"]
           end,
    Default = case Argument of
                  #{default := Value} when Type =:= "" -> [" , default: ", default_text(Value)];
                  #{default := Value} -> [", default: ", default_text(Value)];
                  _ -> ""
              end,
    chars([Text, Type, Default]).

default_text(Value) when is_list(Value) -> io_lib:format("~ts", [Value]);
default_text(Value) when is_binary(Value) -> Value;
default_text(Value) -> io_lib:format("~tp", [Value]).

type_text("") -> "";
type_text(boolean) -> "";
type_text(integer) -> "int";
type_text(atom) -> "existing atom";
type_text(Type) when is_atom(Type) -> atom_to_list(Type);
type_text({custom, _}) -> "";
type_text({atom, unsafe}) -> "atom";
type_text({Type, Expression, _}) -> type_text({Type, Expression});
type_text({Type, [{_, _} | _] = Limits}) ->
    Text = type_text(Type),
    case {proplists:get_value(min, Limits), proplists:get_value(max, Limits)} of
        {undefined, Max} -> io_lib:format("~s <= ~w", [Text, Max]);
        {Min, undefined} -> io_lib:format("~s >= ~w", [Text, Min]);
        {Min, Max} -> io_lib:format("~w <= ~s <= ~w", [Min, Text, Max])
    end;
type_text({string, [Char | _] = Expression}) when is_integer(Char) -> ["string re: ", Expression];
type_text({binary, Expression}) when is_binary(Expression) -> ["binary re: ", Expression];
type_text({_, Choices}) -> ["choice: ", lists:join(", ", [choice_text(C) || C <- Choices])].

choice_text(Choice) when is_integer(Choice) -> integer_to_list(Choice);
choice_text(Choice) when is_float(Choice) -> io_lib:format("~g", [Choice]);
choice_text(Choice) when is_atom(Choice) -> atom_to_list(Choice);
choice_text(Choice) -> Choice.

width(Entries, Least) -> lists:max([Least | [string:length(Name) || {Name, _} <- Entries]]).

section(Entries, Width, Columns) ->
    [["  ", string:pad(Name, Width), " ", wrapped(Text, lists:duplicate(Width + 3, $\s), Width + 3, Columns), "\n"]
     || {Name, Text} <- Entries].

%% Lines of at most Columns, where the first begins at Indent and the others
%% with Margin. Spaces and line ends of the text stay.
wrapped(Text, Margin, Indent, Columns) ->
    Lines = [filled(string:split(Line, " ", all), Margin, Indent, Columns) || Line <- string:split(Text, "\n", all)],
    lists:join(["\n", Margin], Lines).

filled([Word | Words], Margin, Indent, Columns) ->
    [Word | filled(Words, Indent + string:length(Word), Margin, Indent, Columns)].

filled([Word | Words], Width, Margin, Indent, Columns) ->
    case Width + 1 + string:length(Word) of
        New when New > Columns -> ["\n", Margin, Word | filled(Words, Indent + string:length(Word), Margin, Indent, Columns)];
        New -> [" ", Word | filled(Words, New, Margin, Indent, Columns)]
    end;
filled([], _, _, _, _) -> [].

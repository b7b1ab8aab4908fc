%% Scripts: a file whose first line is for the system (#!) is compiled in memory
%% and its main/1 is called with the arguments.
-module(escript).

-export([start/1, script_name/0, create/2, extract/2]).

%% start runs the script that the plain arguments begin with.
start(_) ->
    [File | Args] = init:get_plain_arguments(),
    try
        Mod = load(File),
        put(?MODULE, Mod),
        run(Mod, Args)
    of
        _ -> halt(0)
    catch
        throw:{?MODULE, Text, Status} ->
            io:put_chars(standard_error, ["escript: ", Text, $\n]),
            halt(Status);
        Class:Reason:Stack ->
            Print = fun(Term, I) -> io_lib:format("~." ++ integer_to_list(I) ++ "tp", [Term]) end,
            Text = erl_error:format_exception(1, Class, Reason, frames(Stack, get(?MODULE), File), fun(_, _, _) -> false end, Print, unicode),
            io:put_chars(standard_error, ["escript: ", Text, $\n]),
            halt(127)
    end.

run(Mod, Args) ->
    case lists:member("s", options()) of
        true -> ok; % only its errors were asked for
        false ->
            Mod:main(Args),
            ok
    end.

%% The script's frames name its file; it is called from frames known.
frames(Stack, Mod, File) ->
    [case Frame of
         {Mod, F, A, Info} -> {Mod, F, A, lists:keyreplace(file, 1, Info, {file, File})};
         _ -> Frame
     end || Frame <- Stack, element(1, Frame) =/= init]
        ++ [{init, start_it, 1, []}, {init, start_em, 1, []}, {init, do_boot, 3, []}].

options() ->
    case init:get_argument(escript) of
        {ok, Lists} -> lists:append(Lists);
        error -> []
    end.

script_name() -> hd(init:get_plain_arguments()).

load(File) ->
    Source = case file:read_file(File) of
                 {ok, Text} -> Text;
                 {error, eisdir} ->
                     throw({?MODULE, io_lib:format("~ts: '~ts'", [file:format_error(eisdir), File]), 127});
                 {error, _} -> throw({?MODULE, ["Failed to open file: ", File], 1})
             end,
    case binary:split(Source, <<"\n">>) of
        [First, Rest] when Rest =/= <<>> -> load(File, First, Rest);
        _ -> throw({?MODULE, "Premature end of file reached", 127})
    end.

%% The first line, for which an empty one stands, does not count but in line
%% numbers. A script without a name gets one of its own.
load(File, <<"PK", _/binary>>, _) -> archive(File);
load(File, <<"FOR1", _/binary>>, _) -> archive(File);
load(File, _, <<"PK", _/binary>>) -> archive(File);
load(File, _, <<"FOR1", _/binary>> = Beam) ->
    {ok, {Mod, _}} = beam_lib:chunks(Beam, []),
    loaded(code:load_binary(Mod, File, Beam));
load(File, _, Rest) ->
    {Mod, Beam} = compiled(File, Rest),
    loaded(code:load_binary(Mod, File, Beam)).

compiled(File, Rest) ->
    First = declarations(File, epp:forms(File, <<$\n, Rest/binary>>, [])),
    Forms = epp:forms(File, <<First/binary, $\n, Rest/binary>>, []),
    case [Error || {error, Error} <- Forms] of
        [] -> ok;
        Errors ->
            [io:format("~ts:~ts: ~ts~n", [File, location(L), M:format_error(E)]) || {L, M, E} <- Errors],
            throw({?MODULE, "There were compilation errors.", 127})
    end,
    case compile:forms(Forms, [report, {source, File}]) of
        {ok, Mod, Beam} -> {Mod, Beam};
        {ok, Mod, Beam, _} -> {Mod, Beam};
        _ -> throw({?MODULE, "There were compilation errors.", 127})
    end.

location({Line, Column}) -> io_lib:format("~w:~w", [Line, Column]);
location(Line) -> io_lib:format("~w", [Line]).

loaded({module, Mod}) -> Mod;
loaded({error, Reason}) -> throw({?MODULE, io_lib:format("~tp", [Reason]), 127}).

archive(_) -> throw({?MODULE, "archives can't be run yet: run the script from its source", 127}).

%% declarations are the attributes that a module needs and a script may lack.
declarations(File, Forms) ->
    Exports = lists:append([Es || {attribute, _, export, Es} <- Forms]),
    unicode:characters_to_binary(
      [case lists:keymember(module, 3, [F || {attribute, _, _, _} = F <- Forms]) of
           true -> "";
           false -> io_lib:format("-module(~tw). ", [module_name(File)])
       end,
       case lists:member({main, 1}, Exports) of
           true -> "";
           false -> "-export([main/1]). "
       end]).

module_name(File) ->
    {Mega, Secs, Micro} = os:timestamp(),
    list_to_atom(lists:concat([filename:basename(filename:rootname(File)), "__escript__", Mega, "__", Secs, "__",
                               Micro, "__", erlang:unique_integer([positive])])).

%%% Scripts as files: a line for the system, a comment, arguments for the emulator,
%%% and the program as source, compiled, or as an archive.

-define(SHEBANG, "/usr/bin/env escript").
-define(COMMENT, "This is an -*- erlang -*- file").

-type section() :: shebang | {shebang, string() | default | undefined}
                 | comment | {comment, string() | default | undefined}
                 | {emu_args, string() | undefined}
                 | {source | beam | archive, file:filename() | binary()}
                 | {archive, [term()], [term()]}.

-spec create(file:filename() | binary, [section()]) -> ok | {ok, binary()} | {error, term()}.
create(File, Sections) when is_list(Sections) ->
    try created(Sections, #{}) of
        Bin when File =:= binary -> {ok, Bin};
        Bin -> file:write_file(File, Bin)
    catch
        throw:{?MODULE, Reason} -> {error, Reason}
    end.

created([Section | Sections], Parts) ->
    Part = case Section of
               shebang -> {shebang, ?SHEBANG};
               comment -> {comment, ?COMMENT};
               {shebang, default} -> {shebang, ?SHEBANG};
               {comment, default} -> {comment, ?COMMENT};
               {Key, Text} when Key =:= shebang; Key =:= comment; Key =:= emu_args ->
                   Text =:= undefined orelse io_lib:printable_unicode_list(Text) orelse throw({?MODULE, {badarg, Section}}),
                   Section;
               {Kind, Bin} when is_binary(Bin), Kind =:= source orelse Kind =:= beam orelse Kind =:= archive -> {body, Bin};
               {Kind, File} when is_list(File), Kind =:= source orelse Kind =:= beam orelse Kind =:= archive ->
                   case file:read_file(File) of
                       {ok, Bin} -> {body, Bin};
                       {error, Reason} -> throw({?MODULE, {Reason, Section}})
                   end;
               {archive, Files, Options} when is_list(Files), is_list(Options) ->
                   case zip:create("escript.zip", Files, [memory | Options]) of
                       {ok, {_, Bin}} -> {body, Bin};
                       {error, Reason} -> throw({?MODULE, {Reason, Section}})
                   end;
               _ -> throw({?MODULE, {badarg, Section}})
           end,
    created(Sections, Parts#{element(1, Part) => element(2, Part)});
created([], #{body := Body} = Parts) ->
    Lines = [[Before, Text, $\n] || {Key, Before} <- [{shebang, "#!"}, {comment, "%% "}, {emu_args, "%%!"}],
                                    Text <- [maps:get(Key, Parts, undefined)], Text =/= undefined],
    iolist_to_binary([unicode:characters_to_binary(Lines), Body]);
created([], _) -> throw({?MODULE, missing_body}).

-spec extract(file:filename(), [compile_source]) -> {ok, [{shebang | comment | emu_args | source | beam | archive, term()}]}
              | {error, term()}.
extract(File, Options) ->
    case [O || O <- Options, O =/= compile_source] of
        [Bad | _] -> {error, {badarg, Bad}};
        [] ->
            case file:read_file(File) of
                {ok, Bin} -> extracted(Bin, File, Options);
                {error, Reason} -> {error, lists:concat([file:format_error(Reason), ": '", File, "'"])}
            end
    end.

extracted(Bin, File, Options) ->
    {Shebang, Rest1} = line(<<"#!">>, Bin),
    {Arguments0, Rest2} = line(<<"%%!">>, Rest1),
    {Comment, Rest3} = case Arguments0 of
                           undefined -> line(<<"%%">>, Rest2);
                           _ -> {undefined, Rest2}
                       end,
    {Arguments, Body} = case Arguments0 of
                            undefined -> line(<<"%%!">>, Rest3);
                            _ -> {Arguments0, Rest3}
                        end,
    case body(Body, File, Options) of
        {error, _} = Error -> Error;
        _ when Shebang =:= undefined -> {error, "Premature end of file reached"};
        Program -> {ok, [{shebang, known(Shebang, ?SHEBANG)}, {comment, known(Comment, ?COMMENT)}, {emu_args, Arguments}, Program]}
    end.

known(Text, Text) -> default;
known(Text, _) -> Text.

line(Before, Bin) ->
    Size = byte_size(Before),
    case Bin of
        <<Before:Size/binary, Rest/binary>> ->
            [Text | After] = binary:split(Rest, <<"\n">>),
            {string:trim(unicode:characters_to_list(Text)), iolist_to_binary(After)};
        _ -> {undefined, Bin}
    end.

body(<<"FOR1", _/binary>> = Beam, _, _) -> {beam, Beam};
body(<<"PK", _/binary>> = Archive, _, _) -> {archive, Archive};
body(Source, File, Options) ->
    case lists:member(compile_source, Options) of
        false -> {source, Source};
        true ->
            try compiled(File, Source) of
                {_, Beam} -> {source, Beam}
            catch
                throw:{?MODULE, Text, _} -> {error, Text}
            end
    end.

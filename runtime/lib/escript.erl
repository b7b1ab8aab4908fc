%% Scripts: a file whose first line is for the system (#!) is compiled in memory
%% and its main/1 is called with the arguments.
-module(escript).

-export([start/1, script_name/0]).

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
    First = declarations(File, epp:forms(File, <<$\n, Rest/binary>>, [])),
    Forms = epp:forms(File, <<First/binary, $\n, Rest/binary>>, []),
    case [Error || {error, Error} <- Forms] of
        [] -> ok;
        Errors ->
            [io:format("~ts:~ts: ~ts~n", [File, location(L), M:format_error(E)]) || {L, M, E} <- Errors],
            throw({?MODULE, "There were compilation errors.", 127})
    end,
    case compile:forms(Forms, [report, {source, File}]) of
        {ok, Mod, Beam} -> loaded(code:load_binary(Mod, File, Beam));
        {ok, Mod, Beam, _} -> loaded(code:load_binary(Mod, File, Beam));
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

%% The shell's commands.
-module(c).

-export([bi/1, bt/1, c/1, c/2, c/3, cd/1, erlangrc/0, erlangrc/1, flush/0, h/1, h/2, h/3,
         hcb/1, hcb/2, hcb/3, help/0, ht/1, ht/2, ht/3, i/0, i/1, i/3, l/1, lc/1,
         lm/0, ls/0, ls/1, m/0, m/1, memory/0, memory/1, mm/0, nc/1, nc/2, ni/0, nl/1,
         nregs/0, pi/1, pi/3, pid/3, pwd/0, q/0, regs/0, uptime/0, xm/1, y/1, y/2,
         appcall/4, display_info/1]).

help() -> shell_help:default_commands().

%%% Compiling and loading.

c(Module) -> c(Module, []).

c(Module, Opts0) when is_atom(Module) ->
    Opts = listify(Opts0),
    case source_of(Module, Opts) of
        {ok, File} -> compile_and_load(File, Opts);
        Error -> Error
    end;
c(File0, Opts) ->
    File = case filename:extension(File0) of
               ".erl" -> File0;
               _ -> File0 ++ ".erl"
           end,
    compile_and_load(filename:flatten(File), listify(Opts)).

c(Module, Opts, Filter) when is_atom(Module) ->
    case proplists:get_value(options, compile_info(Module)) of
        undefined -> c(Module, Opts);
        Old -> c(Module, listify(Opts) ++ [O || O <- Old, Filter(O)])
    end.

listify(Opts) when is_list(Opts) -> Opts;
listify(Opt) -> [Opt].

compile_info(Module) ->
    try Module:module_info(compile) catch _:_ -> [] end.

%% A module's source is in this directory, or where it was compiled.
source_of(Module, _) ->
    Here = atom_to_list(Module) ++ ".erl",
    case filelib:is_regular(Here) of
        true -> {ok, Here};
        false ->
            case code:which(Module) of
                non_existing -> {error, non_existing};
                _ ->
                    case proplists:get_value(source, compile_info(Module)) of
                        undefined -> {error, no_source};
                        Source ->
                            case filelib:is_regular(Source) of
                                true -> {ok, Source};
                                false -> {error, no_source}
                            end
                    end
            end
    end.

compile_and_load(File, Opts0) ->
    Opts = Opts0 ++ [report_errors, report_warnings | outdir(File, Opts0)],
    case compile:file(File, Opts) of
        {ok, Mod} -> loaded(Mod, File, Opts);
        {ok, Mod, Beam} when is_binary(Beam) ->
            loaded(Mod, code:load_binary(Mod, File, Beam));
        {ok, Mod, _Warnings} -> loaded(Mod, File, Opts);
        Other -> Other
    end.

outdir(_, Opts) ->
    case lists:keymember(outdir, 1, Opts) of
        true -> [];
        false -> [{outdir, "."}]
    end.

loaded(Mod, _File, Opts) ->
    Dir = proplists:get_value(outdir, Opts, "."),
    code:purge(Mod),
    loaded(Mod, code:load_abs(filename:join(Dir, atom_to_list(Mod)))).

loaded(Mod, {module, Mod}) -> {ok, Mod};
loaded(_, {error, sticky_directory} = Error) -> Error;
loaded(Mod, {error, What}) ->
    io:fwrite("** Can't load module '~ts': ~tp **~n", [Mod, What]),
    {error, What}.

l(Mod) ->
    code:purge(Mod),
    code:load_file(Mod).

lc(Files) ->
    _ = [compile_only(File) || File <- Files],
    ok.

compile_only(File) ->
    case compile:file(File, [report_errors, report_warnings]) of
        {ok, _} -> ok;
        {ok, _, _} -> ok;
        _ -> error
    end.

nc(File) -> nc(File, []).
nc(File, Opts) ->
    %% Unlike c, nc wants the source here.
    case c(case File of
               _ when is_atom(File) -> atom_to_list(File);
               _ -> File
           end, Opts) of
        {ok, Mod} ->
            nl(Mod),
            {ok, Mod};
        Other -> Other
    end.

nl(Mod) ->
    case code:get_object_code(Mod) of
        {_, Bin, Name} -> rpc:eval_everywhere(code, load_binary, [Mod, Name, Bin]);
        Other -> Other
    end.

mm() -> code:modified_modules().
lm() -> [l(M) || M <- mm()].

%%% Directories.

pwd() ->
    case file:get_cwd() of
        {ok, Dir} -> io:put_chars([fix(Dir), $\n]);
        {error, _} -> io:put_chars("Cannot determine current directory\n")
    end.

fix(Dir) -> unicode:characters_to_list(Dir).

cd(Dir) ->
    file:set_cwd(Dir),
    pwd().

ls() -> ls(".").

ls(Dir0) ->
    Dir = to_list(Dir0),
    case file:list_dir(Dir) of
        {ok, Names} -> columns(lists:sort(Names));
        {error, enotdir} -> columns([Dir]);
        {error, Reason} -> io:put_chars([file:format_error(Reason), $\n])
    end.

to_list(Dir) when is_atom(Dir) -> atom_to_list(Dir);
to_list(Dir) -> Dir.

%% As many columns as fit below 80 characters, filled line by line. Names are
%% cut at 40 characters and what separates them.
columns([]) -> ok;
columns(Names) ->
    Width = min(lists:max([string:length(N) || N <- Names]), 40) + 5,
    io:put_chars([column_lines(Names, 0, Width), $\n]).

column_lines([Name | Names], At, Width) ->
    Cell = string:pad(string:slice(Name, 0, Width), Width),
    case At + 2 * Width > 79 of
        true -> [Cell, $\n | column_lines(Names, 0, Width)];
        false -> [Cell | column_lines(Names, At + Width, Width)]
    end;
column_lines([], _, _) -> [].

%%% Processes.

flush() ->
    receive
        Msg ->
            io:format("Shell got ~tp~n", [Msg]),
            flush()
    after 0 -> ok
    end.

q() -> init:stop().

pid(X, Y, Z) ->
    list_to_pid(lists:append(["<", integer_to_list(X), ".", integer_to_list(Y), ".", integer_to_list(Z), ">"])).

bt(Pid) ->
    try erlang:process_display(Pid, backtrace) of
        _ -> ok
    catch
        _:_ -> undefined
    end.

i() -> i(processes()).

i(Pids) ->
    line("Pid", "Initial Call", "Heap", "Reds", "Msgs"),
    line("Registered", "Current Function", "Stack", "", ""),
    pages(Pids, 1, {0, 0, 0, 0}).

%% After so many processes, of which the heading is one, the person is asked.
-define(PAGE, 50).

pages(Pids, ?PAGE, Sums) ->
    case more() of
        true -> pages(Pids, 0, Sums);
        false -> ok
    end;
pages([Pid | Pids], Shown, {R, M, H, S}) ->
    {Reds, Msgs, Heap, Stack} = display_info(Pid),
    pages(Pids, Shown + 1, {R + Reds, M + Msgs, H + Heap, S + Stack});
pages([], _, {R, M, H, S}) ->
    line("Total", "", w(H), w(R), w(M)),
    line("", "", w(S), "", "").

more() ->
    case io:get_line('more (y/n)? (y) ') of
        Yes when Yes =:= "y\n"; Yes =:= "c\n"; Yes =:= "\n" -> true;
        No when No =:= "n\n"; No =:= "q\n"; not is_list(No) -> false;
        _ -> more()
    end.

i(X, Y, Z) -> pi(pid(X, Y, Z)).

w(X) -> lists:flatten(io_lib:write(X)).

line(A, B, C, D, E) ->
    io:fwrite("~-21ts ~-33ts ~8s ~8s ~4s~n", [cut(A, 21), cut(B, 33), C, D, E]).

cut(Text, N) -> lists:sublist(lists:flatten(Text), N).

display_info(Pid) ->
    case info(Pid) of
        undefined -> {0, 0, 0, 0};
        Info ->
            Get = fun(Key, Default) -> proplists:get_value(Key, Info, Default) end,
            Call = initial_call(Info),
            Current = case Get(current_function, undefined) of
                          undefined -> "unknown";
                          MFA -> mfa(MFA)
                      end,
            Reds = Get(reductions, 0),
            Len = length(Get(messages, [])),
            Heap = Get(heap_size, 0),
            Stack = Get(stack_size, 0),
            line(w(Pid), mfa(Call), w(Heap), w(Reds), w(Len)),
            line(case Get(registered_name, []) of
                     [] -> "";
                     Name -> atom_to_list(Name)
                 end, Current, w(Stack), "", ""),
            {Reds, Len, Heap, Stack}
    end.

info(Pid) when node(Pid) =:= node() -> process_info(Pid);
info(Pid) ->
    case rpc:call(node(Pid), erlang, process_info, [Pid]) of
        {badrpc, _} -> undefined;
        Info -> Info
    end.

initial_call(Info) ->
    case proplists:get_value(initial_call, Info) of
        {proc_lib, init_p, 5} -> proc_lib:translate_initial_call(Info);
        Call -> Call
    end.

mfa({M, F, A}) -> io_lib:fwrite("~w:~tw/~w", [M, F, A]);
mfa(undefined) -> "".

pi(Pid) -> info(Pid).
pi(X, Y, Z) -> pi(pid(X, Y, Z)).

ni() -> i(all_processes()).
all_processes() -> lists:append([rpc:call(N, erlang, processes, []) || N <- [node() | nodes()]]).

regs() -> node_regs(node()).
nregs() -> lists:foreach(fun node_regs/1, [node() | nodes()]).

node_regs(Node) ->
    Names = lists:sort(rpc_call(Node, erlang, registered, [])),
    io:fwrite("~n** Registered procs on node ~w **~n", [Node]),
    reg_line("Name", "Pid", "Initial Call", "Reds", "Msgs"),
    lists:foreach(
      fun(Name) ->
              case rpc_call(Node, erlang, whereis, [Name]) of
                  Pid when is_pid(Pid) ->
                      case info(Pid) of
                          undefined -> ok;
                          Info ->
                              reg_line(atom_to_list(Name), w(Pid), mfa(initial_call(Info)),
                                       w(proplists:get_value(reductions, Info, 0)),
                                       w(length(proplists:get_value(messages, Info, []))))
                      end;
                  _ -> ok
              end
      end, Names),
    io:fwrite("~n** Registered ports on node ~w **~n", [Node]),
    io:fwrite("~-21ts ~-15ts ~-40ts~n", ["Name", "Id", "Command"]).

rpc_call(Node, M, F, A) when Node =:= node() -> apply(M, F, A);
rpc_call(Node, M, F, A) -> rpc:call(Node, M, F, A).

reg_line(A, B, C, D, E) ->
    io:fwrite("~-21ts ~-12ts ~-25ts ~12ts ~4ts~n", [cut(A, 21), B, cut(C, 25), D, E]).

%%% Modules.

m() ->
    io:fwrite("~-20s  ~s~n", ["Module", "File"]),
    lists:foreach(fun({Mod, File}) ->
                          io:fwrite("~-20tw  ~ts~n", [Mod, File])
                  end, lists:sort(code:all_loaded())).

m(Mod) ->
    Info = Mod:module_info(),
    {exports, Exports} = lists:keyfind(exports, 1, Info),
    {compile, Compile} = lists:keyfind(compile, 1, Info),
    io:fwrite("Module: ~w~n", [Mod]),
    <<MD5:128>> = proplists:get_value(md5, Info, <<0:128>>),
    io:fwrite("MD5: ~32.16.0b~n", [MD5]),
    case compile_time(Compile) of
        none -> ok;
        Time -> io:put_chars(["Compiled: ", Time, $\n])
    end,
    case code:is_loaded(Mod) of
        {file, File} -> io:fwrite("Object file: ~ts~n", [File]);
        false -> ok
    end,
    io:fwrite("Compiler options:  ~tp~n", [proplists:get_value(options, Compile, [])]),
    io:put_chars("Exports: \n"),
    print_exports(lists:sort(Exports)).

compile_time(Info) ->
    case proplists:get_value(time, Info) of
        {Y, M, D, H, Mi, S} ->
            io_lib:fwrite("~w-~2..0w-~2..0w ~2..0w:~2..0w:~2..0w", [Y, M, D, H, Mi, S]);
        _ -> none
    end.

print_exports(Exports) when length(Exports) > 20 ->
    {Left, Right} = lists:split(length(Exports) div 2, Exports),
    two_columns(Left, Right);
print_exports(Exports) ->
    lists:foreach(fun({F, A}) -> io:fwrite("         ~tw/~w~n", [F, A]) end, Exports).

two_columns([{F, A} | Left], Right) ->
    Name = lists:flatten(io_lib:fwrite("~tw/~w", [F, A])),
    [{G, B} | Rest] = Right,
    io:fwrite("~-30ts~tw/~w~n", [Name, G, B]),
    two_columns(Left, Rest);
two_columns([], [{G, B}]) -> io:fwrite("~30ts~tw/~w~n", ["", G, B]);
two_columns([], []) -> ok.

xm(Mod) when is_atom(Mod) ->
    case code:which(Mod) of
        non_existing -> {error, xref_utils, {no_such_module, Mod}};
        _ -> {error, xref_utils, not_available}
    end;
xm(_) -> {error, xref_utils, not_available}.

y(File) -> y(File, []).
y(File0, _Opts) ->
    File = case filename:extension(File0) of
               "" -> to_list(File0) ++ ".yrl";
               _ -> File0
           end,
    io:fwrite("~ts: no such file or directory~n", [File]),
    error.

%% What the node knows about itself under a name.
bi(Item) ->
    case erlang:system_info(Item) of
        Info -> Info
    end.

%%% Documentation.

h(Mod) -> h2(Mod, fun(Docs) -> shell_docs:render(Mod, Docs) end).
h(Mod, Fun) -> h2(Mod, fun(Docs) -> shell_docs:render(Mod, Fun, Docs) end).
h(Mod, Fun, Arity) -> h2(Mod, fun(Docs) -> shell_docs:render(Mod, Fun, Arity, Docs) end).
ht(Mod) -> h2(Mod, fun(Docs) -> shell_docs:render_type(Mod, Docs) end).
ht(Mod, T) -> h2(Mod, fun(Docs) -> shell_docs:render_type(Mod, T, Docs) end).
ht(Mod, T, A) -> h2(Mod, fun(Docs) -> shell_docs:render_type(Mod, T, A, Docs) end).
hcb(Mod) -> h2(Mod, fun(Docs) -> shell_docs:render_callback(Mod, Docs) end).
hcb(Mod, C) -> h2(Mod, fun(Docs) -> shell_docs:render_callback(Mod, C, Docs) end).
hcb(Mod, C, A) -> h2(Mod, fun(Docs) -> shell_docs:render_callback(Mod, C, A, Docs) end).

h2(Mod, Render) ->
    case code:get_doc(Mod) of
        {ok, Docs} ->
            case Render(Docs) of
                {error, _} = Error -> Error;
                Text -> io:put_chars(Text)
            end;
        Error -> Error
    end.

%%% The system.

uptime() ->
    {Millis, _} = erlang:statistics(wall_clock),
    Seconds = Millis div 1000,
    Units = [{Seconds div 86400, "days"}, {Seconds div 3600 rem 24, "hours"},
             {Seconds div 60 rem 60, "minutes"}, {Seconds rem 60, "seconds"}],
    Shown = lists:dropwhile(fun({N, Unit}) -> N =:= 0 andalso Unit =/= "seconds" end, Units),
    io:put_chars([lists:join(", ", [[integer_to_list(N), $\s, unit(N, U)] || {N, U} <- Shown]), $\n]).

unit(1, Unit) -> lists:droplast(Unit);
unit(_, Unit) -> Unit.

memory() -> erlang:memory().
memory(Type) -> erlang:memory(Type).

%% The user's file .erlang is evaluated when a node starts.
erlangrc() ->
    case init:get_argument(home) of
        {ok, [[Home] | _]} -> erlangrc([Home]);
        _ -> {error, enoent}
    end.

erlangrc([_ | _] = Dirs) -> f_p_e(Dirs, ".erlang").

f_p_e(Dirs, Name) ->
    case file:path_eval(Dirs, Name) of
        {ok, _} -> ok;
        {error, enoent} -> {error, enoent};
        {error, {Line, _, _} = Error} ->
            error_logger:error_msg("file:path_eval(~0tp,~0tp): error on line ~0tp: ~ts~n",
                                   [Dirs, Name, Line, file:format_error(Error)]),
            {error, Error};
        {error, Reason} ->
            error_logger:error_msg("file:path_eval(~0tp,~0tp): ~ts~n",
                                   [Dirs, Name, file:format_error(Reason)]),
            {error, Reason}
    end.

appcall(App, M, F, Args) ->
    try apply(M, F, Args)
    catch
        error:undef:Stack ->
            case Stack of
                [{M, F, Args, _} | _] ->
                    io:fwrite("~p is not available.~n", [App]),
                    {error, not_available};
                _ -> erlang:raise(error, undef, Stack)
            end
    end.

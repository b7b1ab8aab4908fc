%% The command erlc: its flags become compile options, its files are compiled
%% one after the other until one fails. What the compiler says goes to standard
%% error.
-module(erl_compile).

-export([compile_cmdline/0]).

-record(flags, {outdir, defines = [], includes = [], specific = [], warning = 1,
                verbose = false, dep = none, dep_opts = [], dep_file,
                single = false}).

compile_cmdline() ->
    Out = group_leader(),
    group_leader(whereis(standard_error), self()),
    Status = try arguments(init:get_plain_arguments(), #flags{outdir = cwd()}, Out)
             catch
                 throw:{say, Text, S} -> io:put_chars([Text, $\n]), S;
                 throw:{usage, Text} -> io:put_chars([Text, usage()]), 1
             end,
    halt(Status).

cwd() ->
    {ok, Dir} = file:get_cwd(),
    Dir.

say(Format, Args) -> throw({say, io_lib:format(Format, Args), 1}).

arguments(["-help" | _], _, _) -> throw({usage, ""});
arguments(["-list-features" | _], _, _) ->
    throw({say, ["Available features:\n",
                 lists:join($\n, [io_lib:format(" ~-18ts ~ts", [F, erl_features:short(F)]) || F <- erl_features:all()])], 1});
arguments(["-describe-feature", Name | _], _, _) ->
    case [F || F <- erl_features:all(), atom_to_list(F) =:= Name] of
        [] -> say("Unknown feature: ~ts", [Name]);
        [F] -> throw({say, string:trim(erl_features:long(F), trailing), 1})
    end;
arguments(["-enable-feature", Name | As], F, Out) -> arguments(As, feature(Name, enable, F), Out);
arguments(["-disable-feature", Name | As], F, Out) -> arguments(As, feature(Name, disable, F), Out);
arguments(["-pa" | As], F, Out) -> path("-pa", As, fun code:add_patha/1, F, Out);
arguments(["-pz" | As], F, Out) -> path("-pz", As, fun code:add_pathz/1, F, Out);
arguments(["-MF" | As0], F, Out) ->
    {File, As} = value("-MF", "", As0),
    arguments(As, F#flags{dep = dep(F), dep_file = File}, Out);
arguments(["-MT" | As0], F, Out) ->
    {Target, As} = value("-MT", "", As0),
    arguments(As, dep_opts([{makedep_target, Target}], F), Out);
arguments(["-MQ" | As0], F, Out) ->
    {Target, As} = value("-MQ", "", As0),
    arguments(As, dep_opts([{makedep_target, Target}, makedep_quote_target], F), Out);
arguments(["-MG" | As], F, Out) -> arguments(As, dep_opts([makedep_add_missing], F), Out);
arguments(["-MP" | As], F, Out) -> arguments(As, dep_opts([makedep_phony], F), Out);
arguments(["-MMD" | As], F, Out) -> arguments(As, F#flags{dep = makedep_side_effect}, Out);
arguments(["-MD" | As], F = #flags{dep_file = File}, Out) ->
    arguments(As, F#flags{dep = makedep, dep_file = case File of undefined -> beside; _ -> File end}, Out);
arguments(["-M" | As], F = #flags{dep_file = File}, Out) ->
    arguments(As, F#flags{dep = dep(F), dep_file = case File of undefined -> out; _ -> File end}, Out);
arguments(["-v" | As], F, Out) -> arguments(As, F#flags{verbose = true}, Out);
arguments(["-smp" ++ _ | As], F, Out) -> arguments(As, F, Out);
arguments(["-server" | As], F, Out) -> arguments(As, F, Out);
arguments(["-no-server" | As], F, Out) -> arguments(As, F, Out);
arguments(["-d" | As], F, Out) -> arguments(As, F, Out);
arguments(["-Werror" | As], F, Out) -> arguments(As, specific(warnings_as_errors, F), Out);
arguments(["-Wall" | As], F, Out) -> arguments(As, F#flags{warning = 999}, Out);
arguments(["-W" ++ Level | As], F, Out) ->
    case Level =:= "" orelse string:to_integer(Level) of
        true -> arguments(As, F#flags{warning = 1}, Out);
        {N, ""} when is_integer(N) -> arguments(As, F#flags{warning = N}, Out);
        _ -> throw({usage, ""})
    end;
arguments(["-" ++ [C] | As], F, Out) when C =:= $E; C =:= $S; C =:= $P ->
    arguments(As, specific(list_to_atom([C]), F), Out);
arguments(["-o" ++ Glued | As0], F, Out) ->
    {Name, As} = value("-o", Glued, As0),
    Path = filename:absname(Name),
    %% The name of a file: the compiler writes beside it, under the module's own.
    IsFile = filename:extension(Path) =/= "" andalso not filelib:is_dir(Path),
    Dir = case IsFile of true -> filename:dirname(Path); false -> Path end,
    arguments(As, F#flags{outdir = Dir, single = IsFile}, Out);
arguments(["-b" ++ Glued | As0], F, Out) ->
    {_, As} = value("-b", Glued, As0),
    arguments(As, F, Out);
arguments(["-I" ++ Glued | As0], F, Out) ->
    {Dir, As} = value("-I", Glued, As0),
    arguments(As, F#flags{includes = F#flags.includes ++ [{i, filename:absname(Dir)}]}, Out);
arguments(["-D" ++ Glued | As0], F, Out) ->
    {Define, As} = value("-D", Glued, As0),
    arguments(As, F#flags{defines = [define(Define) | F#flags.defines]}, Out);
arguments(["--" | Files], F, Out) -> files(Files, F, Out);
arguments(["-" ++ _ = Option | _], _, _) -> throw({usage, ["Unknown option: ", Option, $\n]});
arguments(["+" ++ Term | As], F, Out) -> arguments(As, specific(term(Term), F), Out);
arguments(Files, F, Out) -> files(Files, F, Out).

value(Option, "", []) -> say("No value given to ~ts option", [Option]);
value(_, "", [Value | As]) -> {Value, As};
value(_, Glued, As) -> {Glued, As}.

path(Option, As0, Add, F, Out) ->
    {Dir, As} = value(Option, "", As0),
    Add(Dir),
    arguments(As, F, Out).

dep(#flags{dep = none}) -> makedep;
dep(#flags{dep = Dep}) -> Dep.

dep_opts(Opts, F) -> F#flags{dep_opts = F#flags.dep_opts ++ Opts}.

specific(Opt, F) -> F#flags{specific = F#flags.specific ++ [Opt]}.

feature(Name, How, F) -> F#flags{specific = F#flags.specific ++ [{feature, list_to_atom(Name), How}]}.

define(Text) ->
    case string:split(Text, "=") of
        [Name] -> {d, list_to_atom(Name)};
        [Name, Value] -> {d, list_to_atom(Name), term(Value)}
    end.

term(Text) ->
    Result = case erl_scan:string(Text) of
                 {ok, Tokens, _} -> erl_parse:parse_term(Tokens ++ [{dot, 1}]);
                 {error, Info, _} -> {error, Info}
             end,
    case Result of
        {ok, Term} -> Term;
        {error, {_, Mod, What}} -> say("~ts: ~ts", [Mod:format_error(What), Text])
    end.

%%% Compiling.

files(Files, #flags{single = true}, _) when length(Files) =/= 1 ->
    say("Output file name given, but more than one input file.", []);
files(Files, F, Out) ->
    Unknown = [N || {feature, N, _} <- F#flags.specific, N =/= all, not lists:member(N, erl_features:all())],
    Opts = options(F, Out),
    try lists:foreach(fun(File) -> file(File, Unknown, Opts, F) end, Files) of
        ok -> 0
    catch
        throw:failed -> 1
    end.

options(F, Out) ->
    [verbose || F#flags.verbose] ++ [report_warnings || F#flags.warning > 0]
        ++ F#flags.defines ++ [report_errors, {cwd, cwd()}, {outdir, F#flags.outdir}] ++ F#flags.includes
        ++ dependencies(F, Out) ++ F#flags.specific.

dependencies(#flags{dep = none}, _) -> [];
dependencies(F = #flags{dep = Dep}, Out) ->
    [Dep] ++ case F#flags.dep_file of
                 undefined -> [];
                 beside -> [];
                 out -> [{makedep_output, Out}];
                 File -> [{makedep_output, File}]
             end ++ F#flags.dep_opts.

file(File0, Unknown, Opts, F) ->
    File = relative(filename:absname(File0)),
    case filename:extension(File) of
        ".erl" when Unknown =:= [] ->
            case compile:noenv_file(File, Opts ++ compile:env_compiler_options()) of
                error -> throw(failed);
                {ok, _} -> ok;
                Result -> fail("Compiler function compile:compile/3 returned:\n~p", [Result])
            end;
        ".erl" ->
            fail("~ts: ~ts", [File, [io_lib:format("the feature '~ts' does not exist.", [N]) || N <- [hd(Unknown)]]]);
        "" -> fail("File has no extension: ~ts", [filename:absname(File)]);
        Extension when Extension =:= ".yrl"; Extension =:= ".xrl"; Extension =:= ".S"; Extension =:= ".core";
                       Extension =:= ".abstr"; Extension =:= ".mib"; Extension =:= ".asn1";
                       Extension =:= ".rel"; Extension =:= ".bin"; Extension =:= ".idl" ->
            fail("~ts: ersh erlc compiles .erl files; for ~ts use erlc of an installed Erlang/OTP", [File, Extension]);
        Extension -> fail("Unknown extension: '~ts'", [Extension])
    end,
    F.

fail(Format, Args) ->
    io:format(Format ++ "\n", Args),
    throw(failed).

%% Files below the working directory are named from there.
relative(File) ->
    case string:prefix(File, cwd() ++ "/") of
        nomatch -> File;
        Below -> Below
    end.

%%% Help.

usage() ->
    "Usage: erlc [Options] file.ext ...\n"
    "Options:\n"
    "-b type        type of output file (e.g. beam)\n"
    "-d             turn on debugging of erlc itself\n"
    "-Dname         define name\n"
    "-Dname=value   define name to have value\n"
    "-help          shows this help text\n"
    "-I path        where to search for include files\n"
    "-M             generate a rule for make(1) describing the dependencies\n"
    "-MF file       write the dependencies to 'file'\n"
    "-MT target     change the target of the rule emitted by dependency generation\n"
    "-MQ target     same as -MT but quote characters special to make(1)\n"
    "-MG            consider missing headers as generated files and add them to the dependencies\n"
    "-MP            add a phony target for each dependency\n"
    "-MD            same as -M -MT file (with default 'file')\n"
    "-MMD           generate dependencies as a side-effect\n"
    "-o name        name output directory or file\n"
    "-pa path       add path to the front of Erlang's code path\n"
    "-pz path       add path to the end of Erlang's code path\n"
    "-v             verbose compiler output\n"
    "-Werror        make all warnings into errors\n"
    "-W0            disable warnings\n"
    "-Wnumber       set warning level to number\n"
    "-Wall          enable all warnings\n"
    "-W             enable warnings (default; same as -W1)\n"
    "-E             generate listing of expanded code (Erlang compiler)\n"
    "-S             generate assembly listing (Erlang compiler)\n"
    "-P             generate listing of preprocessed code (Erlang compiler)\n"
    "-enable-feature <feature>\n"
    "               enable <feature> when compiling (Erlang compiler)\n"
    "-disable-feature <feature>\n"
    "               disable <feature> when compiling (Erlang compiler)\n"
    "-list-features list short descriptions of available features (Erlang compiler)\n"
    "-describe-feature <feature>\n"
    "               show long description of <feature>\n"
    "+term          pass the Erlang term unchanged to the compiler\n".

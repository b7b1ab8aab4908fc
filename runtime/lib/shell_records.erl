%% rr/1,2,3: record definitions read from source files, or from the debug
%% information of compiled modules, into a shell's table.
-module(shell_records).

-export([read/4]).

read(File, Names, Opts, Tab) ->
    case forms(File, listify(Opts)) of
        {error, _} = Error -> Error;
        Forms ->
            Records = [Form || {attribute, _, record, {Name, _}} = Form <- Forms,
                               selected(Name, Names)],
            Read = lists:usort([Name || {attribute, _, record, {Name, _}} <- Records]),
            check(Records, Records),
            [ets:insert(Tab, {{record, Name}, Form})
             || {attribute, _, record, {Name, _}} = Form <- Records],
            Read
    end.

check([{attribute, _, record, {_, Fields}} | Forms], Records) ->
    case shell_local:values_fault(Fields, Records) of
        none -> check(Forms, Records);
        Text -> exit(Text)
    end;
check([], _) -> ok.

listify(Opts) when is_list(Opts) -> Opts;
listify(Opt) -> [Opt].

selected(_, '_') -> true;
selected(Name, Name) -> true;
selected(Name, Names) when is_list(Names) -> lists:member(Name, Names);
selected(_, _) -> false.

forms(Module, Opts) when is_atom(Module) ->
    %% The library's own modules stand in no file.
    case code:get_object_code(Module) of
        {_, Beam, _} -> beam_forms(Beam);
        error ->
            case code:which(Module) of
                Path when is_list(Path), Path =/= [] -> file_forms(Path, Opts);
                _ -> {error, nofile}
            end
    end;
forms(Pattern, Opts) when is_list(Pattern) ->
    lists:append([case file_forms(File, Opts) of
                      {error, _} -> [];
                      Forms -> Forms
                  end || File <- filelib:wildcard(lists:flatten(Pattern))]);
forms(_, _) -> {error, invalid_filename}.

file_forms(Path, Opts) ->
    case filename:extension(Path) of
        ".beam" -> beam_forms(Path);
        _ -> source_forms(Path, Opts)
    end.

beam_forms(Beam) ->
    case beam_lib:chunks(Beam, [abstract_code]) of
        {ok, {_, [{abstract_code, {raw_abstract_v1, Forms}}]}} -> Forms;
        {ok, {_, [{abstract_code, no_abstract_code}]}} -> source_of(Beam);
        {error, beam_lib, Reason} -> {error, Reason}
    end.

%% Without debug information the module's source may still be there.
source_of(Beam) ->
    case beam_lib:chunks(Beam, [compile_info]) of
        {ok, {_, [{compile_info, Info}]}} ->
            case lists:keyfind(source, 1, Info) of
                {source, Path} -> source_forms(Path, []);
                false -> {error, no_abstract_code}
            end;
        _ -> {error, no_abstract_code}
    end.

source_forms(Path, Opts) ->
    Include = [Dir || {i, Dir} <- Opts],
    Macros = [case D of
                  {d, M} -> {M, true};
                  {d, M, V} -> {M, V}
              end || D <- Opts, element(1, D) =:= d],
    case epp:parse_file(Path, [filename:dirname(Path) | Include], Macros) of
        {ok, Forms} -> Forms;
        {error, _} = Error -> Error
    end.

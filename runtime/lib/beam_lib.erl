%% What is in a .beam file. A file is named, or given as a binary.
-module(beam_lib).

-export([info/1, chunks/2, chunks/3, all_chunks/1, md5/1, version/1, format_error/1]).

%% info tells where a file's chunks are.
info(File) ->
    case open(File) of
        {ok, Name, Chunks} ->
            [Name, {module, module(Chunks)},
             {chunks, [{Id, Start, byte_size(Data)} || {Id, Start, Data} <- Chunks]}];
        Error -> Error
    end.

chunks(File, Ids) -> chunks(File, Ids, []).

chunks(File, Ids, Options) ->
    case open(File) of
        {ok, Name, Chunks} ->
            Lax = lists:member(allow_missing_chunks, Options),
            try {ok, {module(Chunks), [chunk(Id, Chunks, Lax) || Id <- Ids]}}
            catch
                throw:{missing, Id} -> failed({missing_chunk, source(Name), Id});
                throw:{unknown, Id} -> failed({unknown_chunk, source(Name), Id});
                error:_ -> failed({invalid_beam_file, source(Name), 0})
            end;
        Error -> Error
    end.

all_chunks(File) ->
    case open(File) of
        {ok, _, Chunks} -> {ok, module(Chunks), [{Id, Data} || {Id, _, Data} <- Chunks]};
        Error -> Error
    end.

md5(File) ->
    case open(File) of
        {ok, _, Chunks} ->
            {ok, Code} = code_of(File),
            {ok, {module(Chunks), checksum(Code)}};
        Error -> Error
    end.

version(File) ->
    case chunks(File, [attributes]) of
        {ok, {Module, [{attributes, Attributes}]}} ->
            {ok, {Module, proplists:get_value(vsn, Attributes, [])}};
        Error -> Error
    end.

%% checksum is the loader's, of the chunks that matter to what code does.
checksum(_Code) -> erlang:nif_error(undef).

%% open gives what names the file and its chunks, {Id, Start, Data}.
open(File) ->
    case code_of(File) of
        {ok, <<"FOR1", _:32, "BEAM", Rest/binary>>} ->
            try {ok, name(File), split(Rest, 12)}
            catch error:_ -> failed({invalid_beam_file, path(File), 12})
            end;
        {ok, _} -> failed({not_a_beam_file, path(File)});
        {error, Reason} -> failed({file_error, path(File), Reason})
    end.

code_of(<<31, 139, _/binary>> = Code) -> {ok, zlib:gunzip(Code)};
code_of(Code) when is_binary(Code) -> {ok, Code};
code_of(File) ->
    case file:read_file(path(File)) of
        {ok, <<31, 139, _/binary>> = Code} -> {ok, zlib:gunzip(Code)};
        Other -> Other
    end.

name(Code) when is_binary(Code) -> {binary, Code};
name(File) -> {file, path(File)}.

source({_, Source}) -> Source.

path(Code) when is_binary(Code) -> Code;
path(File) when is_atom(File) -> path(atom_to_list(File));
path(File) ->
    case filename:extension(File) of
        ".beam" -> File;
        _ -> File ++ ".beam"
    end.

failed(Reason) -> {error, ?MODULE, Reason}.

split(<<Id:4/binary, Size:32, Data:Size/binary, Rest0/binary>>, At) ->
    Pad = -Size band 3,
    Rest = case Rest0 of
               <<_:Pad/binary, R/binary>> -> R;
               _ -> <<>>
           end,
    [{binary_to_list(Id), At + 8, Data} | split(Rest, At + 8 + Size + Pad)];
split(<<>>, _) -> [].

%%% Chunks by name.

chunk(Id, Chunks, Lax) when is_list(Id) -> {Id, data(Id, Id, Chunks, Lax)};
chunk(atoms, Chunks, _) ->
    Atoms = atoms(Chunks),
    {atoms, lists:zip(lists:seq(1, length(Atoms)), Atoms)};
chunk(Id, Chunks, Lax) ->
    Name = case Id of
               exports -> "ExpT";
               labeled_exports -> "ExpT";
               imports -> "ImpT";
               locals -> "LocT";
               labeled_locals -> "LocT";
               attributes -> "Attr";
               compile_info -> "CInf";
               debug_info -> "Dbgi";
               abstract_code -> "Dbgi";
               documentation -> "Docs";
               _ -> throw({unknown, Id})
           end,
    case data(Name, Id, Chunks, Lax orelse Id =:= abstract_code) of
        missing_chunk when Id =:= abstract_code -> {Id, no_abstract_code};
        missing_chunk -> {Id, missing_chunk};
        Data -> {Id, read(Id, Data, Chunks)}
    end.

data(Name, Id, Chunks, Lax) ->
    case lists:keyfind(Name, 1, Chunks) of
        {_, _, Data} -> Data;
        false when Lax -> missing_chunk;
        false -> throw({missing, Id})
    end.

read(exports, Data, Chunks) -> lists:sort([{F, A} || {F, A, _} <- triples(Data, Chunks)]);
read(locals, Data, Chunks) -> lists:sort([{F, A} || {F, A, _} <- triples(Data, Chunks)]);
read(labeled_exports, Data, Chunks) -> lists:sort(triples(Data, Chunks));
read(labeled_locals, Data, Chunks) -> lists:sort(triples(Data, Chunks));
read(imports, <<_:32, Rows/binary>>, Chunks) ->
    Atoms = list_to_tuple(atoms(Chunks)),
    lists:sort([{element(M, Atoms), element(F, Atoms), A} || <<M:32, F:32, A:32>> <= Rows]);
read(attributes, Data, _) ->
    orddict:to_list(lists:foldl(fun({Name, Values}, Dict) ->
                                        orddict:append_list(Name, Values, Dict)
                                end, orddict:new(), binary_to_term(Data)));
read(abstract_code, Data, _) ->
    case binary_to_term(Data) of
        {debug_info_v1, erl_abstract_code, {none, _}} -> no_abstract_code;
        {debug_info_v1, erl_abstract_code, {Forms, _}} -> {raw_abstract_v1, Forms};
        _ -> no_abstract_code
    end;
read(_, Data, _) -> binary_to_term(Data).

triples(<<_:32, Rows/binary>>, Chunks) ->
    Atoms = list_to_tuple(atoms(Chunks)),
    [{element(F, Atoms), A, L} || <<F:32, A:32, L:32>> <= Rows].

module(Chunks) -> hd(atoms(Chunks)).

%% The lengths of atoms are bytes or, where the count is negative, tagged.
atoms(Chunks) ->
    case lists:keyfind("AtU8", 1, Chunks) of
        {_, _, <<Count:32/signed, Names/binary>>} when Count < 0 -> tagged_atoms(Names);
        {_, _, <<_:32, Names/binary>>} ->
            [binary_to_atom(Name) || <<Size, Name:Size/binary>> <= Names];
        false ->
            {_, _, <<_:32, Names/binary>>} = lists:keyfind("Atom", 1, Chunks),
            [binary_to_atom(Name, latin1) || <<Size, Name:Size/binary>> <= Names]
    end.

tagged_atoms(<<High:3, 0:1, 1:1, _:3, Low, Rest/binary>>) ->
    tagged_atom(High bsl 8 bor Low, Rest);
tagged_atoms(<<Size:4, 0:1, _:3, Rest/binary>>) -> tagged_atom(Size, Rest);
tagged_atoms(<<>>) -> [].

tagged_atom(Size, Names) ->
    <<Name:Size/binary, Rest/binary>> = Names,
    [binary_to_atom(Name) | tagged_atoms(Rest)].

format_error({error, ?MODULE, Reason}) -> format_error(Reason);
format_error({error, Reason}) -> format_error(Reason);
format_error({invalid_beam_file, File, Pos}) ->
    io_lib:format("The file ~ts has an invalid file format around position ~w.", [shown(File), Pos]);
format_error({unknown_chunk, File, Id}) ->
    io_lib:format("The chunk ~w in ~ts is unknown", [Id, shown(File)]);
format_error({missing_chunk, File, Id}) ->
    io_lib:format("The chunk ~tp in ~ts is missing", [Id, shown(File)]);
format_error({not_a_beam_file, File}) ->
    io_lib:format("~ts is not a BEAM file", [shown(File)]);
format_error({file_error, File, Reason}) ->
    io_lib:format("Error reading file ~ts: ~ts", [shown(File), file:format_error(Reason)]);
format_error(Other) -> io_lib:format("~tp", [Other]).

shown(File) when is_binary(File) -> "<binary>";
shown(File) -> File.

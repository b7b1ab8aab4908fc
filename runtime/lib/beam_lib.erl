%% What is in a .beam file. A file is named, or given as a binary.
-module(beam_lib).

-export([info/1, chunks/2, chunks/3, all_chunks/1, md5/1, version/1, cmp/2, cmp_dirs/2, diff_dirs/2,
         strip/1, strip/2, strip_files/1, strip_files/2, strip_release/1, strip_release/2,
         build_module/1, significant_chunks/0, crypto_key_fun/1, clear_crypto_key_fun/0, format_error/1]).

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
            try {ok, {module(Chunks), [chunk(Id, source(Name), Chunks, Lax) || Id <- Ids]}}
            catch
                throw:{hidden, Id} -> failed({key_missing_or_invalid, source(Name), Id});
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

%%% Comparing. When and how a file was compiled does not count.

cmp(File1, File2) ->
    case {open(File1), open(File2)} of
        {{ok, _, Chunks1}, {ok, _, Chunks2}} ->
            case {module(Chunks1), module(Chunks2)} of
                {Module, Module} -> cmp_chunks(compared(Chunks1), compared(Chunks2));
                {Module1, Module2} -> failed({modules_different, Module1, Module2})
            end;
        {{ok, _, _}, Error} -> Error;
        {Error, _} -> Error
    end.

compared(Chunks) -> lists:sort([{Id, Data} || {Id, _, Data} <- Chunks, Id =/= "CInf"]).

cmp_chunks(Chunks, Chunks) -> ok;
cmp_chunks(Chunks1, Chunks2) ->
    case [Id || {Id, _} <- Chunks1] =:= [Id || {Id, _} <- Chunks2] of
        true -> failed({chunks_different, hd([Id || {{Id, D1}, {Id, D2}} <- lists:zip(Chunks1, Chunks2), D1 =/= D2])});
        false -> failed(different_chunks)
    end.

%% cmp_dirs gives the files that are in one directory only, and those that differ.
cmp_dirs(Dir1, Dir2) ->
    case {beam_files(Dir1), beam_files(Dir2)} of
        {{ok, Files1}, {ok, Files2}} ->
            {[filename:join(Dir1, F) || F <- Files1 -- Files2], [filename:join(Dir2, F) || F <- Files2 -- Files1],
             [{F1, F2} || F <- Files1, lists:member(F, Files2),
                          F1 <- [filename:join(Dir1, F)], F2 <- [filename:join(Dir2, F)], cmp(F1, F2) =/= ok]};
        {{ok, _}, Error} -> Error;
        {Error, _} -> Error
    end.

beam_files(Dir) ->
    case filelib:is_dir(Dir) of
        true -> {ok, lists:sort(filelib:wildcard("*.beam", Dir))};
        false -> failed({not_a_directory, Dir})
    end.

diff_dirs(Dir1, Dir2) ->
    case cmp_dirs(Dir1, Dir2) of
        {Only1, Only2, Different} ->
            only(Dir1, Only1),
            only(Dir2, Only2),
            [io:format("** different: ~tp~n", [Pair]) || Pair <- Different],
            ok;
        Error -> Error
    end.

only(_, []) -> ok;
only(Dir, Files) ->
    io:format("Only in ~tp: ~tp~n", [Dir, [filename:basename(F) || F <- Files]]).

%%% Stripping to what a loader needs.

significant_chunks() ->
    ["Line", "Type", "Atom", "AtU8", "Code", "StrT", "ImpT", "ExpT", "FunT", "LitT", "Meta", "Recs", "DbgB"].

strip(File) -> strip(File, []).

%% A file is written anew.
strip(File, Kept) ->
    case open(File) of
        {ok, Name, Chunks} ->
            Wanted = [Chunk || Id <- Kept ++ significant_chunks(), {I, _, Data} <- Chunks, I =:= Id,
                               Chunk <- [{Id, Data}]],
            {ok, Code} = build_module(Wanted),
            case Name of
                {binary, _} -> {ok, {module(Chunks), Code}};
                {file, Path} ->
                    case file:write_file(Path, zlib:gzip(Code)) of
                        ok -> {ok, {module(Chunks), filename:rootname(Path, ".beam") ++ ".beam"}};
                        {error, Reason} -> failed({file_error, Path, Reason})
                    end
            end;
        Error -> Error
    end.

strip_files(Files) -> strip_files(Files, []).

strip_files(Files, Kept) -> strip_files(Files, Kept, []).

strip_files([File | Files], Kept, Done) ->
    case strip(File, Kept) of
        {ok, Stripped} -> strip_files(Files, Kept, [Stripped | Done]);
        Error -> Error
    end;
strip_files([], _, Done) -> {ok, lists:reverse(Done)}.

strip_release(Root) -> strip_release(Root, []).
strip_release(Root, Kept) -> strip_files(filelib:wildcard(filename:join([Root, "lib", "*", "ebin", "*.beam"])), Kept).

build_module(Chunks) ->
    Body = << <<(list_to_binary(Id)):4/binary, (byte_size(Data)):32, Data/binary, 0:((-byte_size(Data) band 3) * 8)>>
              || {Id, Data} <- Chunks >>,
    {ok, <<"FOR1", (byte_size(Body) + 4):32, "BEAM", Body/binary>>}.

%%% Debug information may be encrypted; a function knows the keys.

crypto_key_fun(Fun) when is_function(Fun, 1) ->
    case persistent_term:get({?MODULE, crypto_key_fun}, none) of
        none ->
            Fun(init),
            persistent_term:put({?MODULE, crypto_key_fun}, Fun);
        _ -> {error, exists}
    end.

clear_crypto_key_fun() ->
    case persistent_term:get({?MODULE, crypto_key_fun}, none) of
        none -> undefined;
        Fun ->
            persistent_term:erase({?MODULE, crypto_key_fun}),
            {ok, Fun(clear)}
    end.

plain(<<0, Size, Cipher:Size/binary, Data/binary>>, File, Id, Chunks) ->
    case persistent_term:get({?MODULE, crypto_key_fun}, none) of
        none -> throw({hidden, Id});
        Fun ->
            try decrypted(Data, Fun({debug_info, binary_to_existing_atom(Cipher), module(Chunks), File})) of
                <<131, _/binary>> = Plain -> Plain;
                _ -> throw({hidden, Id})
            catch
                error:_ -> throw({hidden, Id})
            end
    end;
plain(Data, _, _, _) -> Data.

%% decrypted is done in Go, with a key.
decrypted(_Data, _Key) -> erlang:nif_error(undef).

%% checksum is the loader's, of the chunks that matter to what code does.
checksum(_Code) -> erlang:nif_error(undef).

%% open gives what names the file and its chunks, {Id, Start, Data}.
open(File) ->
    case code_of(File) of
        {ok, <<"FOR1", _:32, "BEAM", Rest/binary>>} ->
            try split(Rest, 12) of
                Chunks ->
                    case [Id || {Id, _, _} <- Chunks, Id =:= "AtU8" orelse Id =:= "Atom"] of
                        [] -> failed({missing_chunk, path(File), "Atom"});
                        _ -> {ok, name(File), Chunks}
                    end
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

chunk(Id, _, Chunks, Lax) when is_list(Id) -> {Id, data(Id, Id, Chunks, Lax)};
chunk(atoms, _, Chunks, _) ->
    Atoms = atoms(Chunks),
    {atoms, lists:zip(lists:seq(1, length(Atoms)), Atoms)};
chunk(Id, File, Chunks, Lax) ->
    Name = case Id of
               exports -> "ExpT";
               labeled_exports -> "ExpT";
               imports -> "ImpT";
               indexed_imports -> "ImpT";
               locals -> "LocT";
               labeled_locals -> "LocT";
               attributes -> "Attr";
               compile_info -> "CInf";
               debug_info -> "Dbgi";
               abstract_code -> "Dbgi";
               documentation -> "Docs";
               _ -> throw({unknown, Id})
           end,
    case data(Name, Name, Chunks, Lax orelse Id =:= abstract_code) of
        missing_chunk when Id =:= abstract_code -> {Id, no_abstract_code};
        missing_chunk -> {Id, missing_chunk};
        Data when Name =:= "Dbgi" -> {Id, read(Id, plain(Data, File, Id, Chunks), Chunks)};
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
read(indexed_imports, <<_:32, Rows/binary>>, Chunks) ->
    Atoms = list_to_tuple(atoms(Chunks)),
    Imports = [{element(M, Atoms), element(F, Atoms), A} || <<M:32, F:32, A:32>> <= Rows],
    [{I, M, F, A} || {I, {M, F, A}} <- lists:zip(lists:seq(1, length(Imports)), Imports)];
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
format_error({invalid_beam_file, File, Position}) ->
    io_lib:format("~tp: Invalid format of BEAM file near byte number ~tp~n", [File, Position]);
format_error({invalid_chunk, File, Id}) -> io_lib:format("~tp: Invalid contents of chunk ~tp~n", [File, Id]);
format_error({unknown_chunk, File, Id}) -> io_lib:format("~tp: Cannot find chunk ~tp~n", [File, Id]);
format_error({missing_chunk, File, Id}) when is_atom(Id) -> format_error({missing_chunk, File, atom_to_list(Id)});
format_error({missing_chunk, File, Id}) ->
    io_lib:format("~tp: Not a BEAM file: no IFF ~tp chunk~n", [File, Id]);
format_error({not_a_beam_file, File}) -> io_lib:format("~tp: Not a BEAM file~n", [File]);
format_error({file_error, File, Reason}) -> io_lib:format("~tp: ~tp~n", [File, file:format_error(Reason)]);
format_error({modules_different, Module1, Module2}) ->
    io_lib:format("Module names ~tp and ~tp differ in the two files~n", [Module1, Module2]);
format_error({chunks_different, Id}) -> io_lib:format("Chunk ~tp differs in the two files~n", [Id]);
format_error(different_chunks) -> "The two files have different chunks\n";
format_error({not_a_directory, Name}) -> io_lib:format("~tp: Not a directory~n", [Name]);
format_error({key_missing_or_invalid, File, Id}) ->
    io_lib:format("~tp: Cannot decrypt ~ts because key is missing or invalid", [File, Id]);
format_error(badfun) -> "not a fun or the fun has the wrong arity";
format_error(exists) -> "a fun has already been installed";
format_error(Other) -> io_lib:format("~tp~n", [Other]).

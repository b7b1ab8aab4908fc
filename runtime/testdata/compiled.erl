%% Compiles the modules of a directory with the release's compile application
%% and prints a line for each chunk of the code.
-module(compiled).
-export([main/1]).

main(Dir) ->
    [one(filename:join(Dir, F)) || F <- ["ordsets.erl", "eval_bits.erl"]],
    ok.

one(File) ->
    {ok, Mod, Code, Warnings} = compile:file(File, [binary, return, debug_info, {source, "x.erl"}]),
    {ok, _, Chunks} = beam_lib:all_chunks(Code),
    io:format("~w ~w~n", [Mod, [element(2, W) || {_, Ws} <- Warnings, W <- Ws]]),
    [io:format("~w ~s ~w ~w~n", [Mod, Id, erlang:phash2(Data), Data])
     || Chunk <- Chunks, {Id, Data} <- [chunk(Chunk)]].

%% Literals may be compressed, which another zlib does in another way; a
%% checksum of them is the module's version and part of the funs' names.
chunk({"LitT", <<0:32, Literals/binary>>}) -> {"LitT", Literals};
chunk({"LitT", <<_:32, Compressed/binary>>}) -> {"LitT", zlib:uncompress(Compressed)};
chunk({"Dbgi", Data}) -> {"Dbgi", erlang:phash2(binary_to_term(Data))};
chunk({"FunT", <<N:32, Funs/binary>>}) -> {"FunT", {N, [Fun || <<Fun:20/binary, _:32>> <= Funs]}};
chunk({Id, Data}) when Id =:= "Attr"; Id =:= "CInf"; Id =:= "Meta" ->
    {Id, [{K, V} || {K, V} <- binary_to_term(Data), K =/= vsn, K =/= source]};
chunk(Chunk) -> Chunk.

%% Directed graphs in tables: one of vertices, one of edges, and one that has
%% for each vertex the edges that come in and go out, and the counters that
%% names are made of.
-module(digraph).

-export([new/0, new/1, delete/1, info/1,
         add_vertex/1, add_vertex/2, add_vertex/3, del_vertex/2, del_vertices/2,
         vertex/2, no_vertices/1, vertices/1, source_vertices/1, sink_vertices/1,
         add_edge/3, add_edge/4, add_edge/5, del_edge/2, del_edges/2, del_path/3,
         edge/2, no_edges/1, edges/1, edges/2,
         out_neighbours/2, in_neighbours/2, out_edges/2, in_edges/2, out_degree/2, in_degree/2,
         get_path/3, get_cycle/2, get_short_path/3, get_short_cycle/2]).

-record(digraph, {vtab, etab, ntab, cyclic}).

new() -> new([]).

new(Types) ->
    case types(Types, true, protected) of
        {Cyclic, Protection} ->
            N = ets:new(neighbours, [bag, Protection]),
            ets:insert(N, [{'$vid', 0}, {'$eid', 0}]),
            #digraph{vtab = ets:new(vertices, [set, Protection]), etab = ets:new(edges, [set, Protection]),
                     ntab = N, cyclic = Cyclic};
        false -> error(badarg)
    end.

types([cyclic | Types], _, P) -> types(Types, true, P);
types([acyclic | Types], _, P) -> types(Types, false, P);
types([private | Types], C, _) -> types(Types, C, private);
types([protected | Types], C, _) -> types(Types, C, protected);
types([], C, P) -> {C, P};
types(_, _, _) -> false.

delete(G) ->
    ets:delete(G#digraph.vtab),
    ets:delete(G#digraph.etab),
    ets:delete(G#digraph.ntab).

info(G) ->
    Tables = [G#digraph.vtab, G#digraph.etab, G#digraph.ntab],
    [{cyclicity, case G#digraph.cyclic of true -> cyclic; false -> acyclic end},
     {memory, lists:sum([ets:info(T, memory) || T <- Tables])},
     {protection, ets:info(G#digraph.vtab, protection)}].

%%% Vertices.

add_vertex(G) -> add_vertex(G, ['$v' | next('$vid', G)]).
add_vertex(G, V) -> add_vertex(G, V, []).

add_vertex(G, V, Label) ->
    ets:insert(G#digraph.vtab, {V, Label}),
    V.

next(Counter, #digraph{ntab = N}) ->
    [{Counter, K}] = ets:lookup(N, Counter),
    ets:delete(N, Counter),
    ets:insert(N, {Counter, K + 1}),
    K.

vertex(G, V) ->
    case ets:lookup(G#digraph.vtab, V) of
        [Vertex] -> Vertex;
        [] -> false
    end.

no_vertices(G) -> ets:info(G#digraph.vtab, size).

vertices(G) -> ets:select(G#digraph.vtab, [{{'$1', '_'}, [], ['$1']}]).

source_vertices(G) -> [V || V <- vertices(G), in_degree(G, V) =:= 0].
sink_vertices(G) -> [V || V <- vertices(G), out_degree(G, V) =:= 0].

del_vertex(G, V) ->
    del_edges(G, edges(G, V)),
    ets:delete(G#digraph.vtab, V).

del_vertices(G, Vs) ->
    lists:foreach(fun(V) -> del_vertex(G, V) end, Vs),
    true.

%%% Edges.

add_edge(G, V1, V2) -> add_edge(G, V1, V2, []).
add_edge(G, V1, V2, Label) -> add_edge(G, ['$e' | next('$eid', G)], V1, V2, Label).

add_edge(G, E, V1, V2, Label) ->
    case [V || V <- [V1, V2], vertex(G, V) =:= false] of
        [V | _] -> {error, {bad_vertex, V}};
        [] ->
            case edge(G, E) of
                {E, V1, V2, _} -> insert_edge(G, E, V1, V2, Label);
                {E, _, _, _} -> {error, {bad_edge, [V1, V2]}};
                false when G#digraph.cyclic -> insert_edge(G, E, V1, V2, Label);
                false when V1 =:= V2 -> {error, {bad_edge, [V1, V2]}};
                false ->
                    case get_path(G, V2, V1) of
                        false -> insert_edge(G, E, V1, V2, Label);
                        Path -> {error, {bad_edge, Path}}
                    end
            end
    end.

insert_edge(G, E, V1, V2, Label) ->
    ets:insert(G#digraph.ntab, [{{out, V1}, E}, {{in, V2}, E}]),
    ets:insert(G#digraph.etab, {E, V1, V2, Label}),
    E.

edge(G, E) ->
    case ets:lookup(G#digraph.etab, E) of
        [Edge] -> Edge;
        [] -> false
    end.

no_edges(G) -> ets:info(G#digraph.etab, size).

edges(G) -> ets:select(G#digraph.etab, [{{'$1', '_', '_', '_'}, [], ['$1']}]).

edges(G, V) -> lists:usort(out_edges(G, V) ++ in_edges(G, V)).

del_edge(G, E) ->
    case edge(G, E) of
        {E, V1, V2, _} ->
            ets:delete_object(G#digraph.ntab, {{out, V1}, E}),
            ets:delete_object(G#digraph.ntab, {{in, V2}, E}),
            ets:delete(G#digraph.etab, E);
        false -> true
    end.

del_edges(G, Es) ->
    lists:foreach(fun(E) -> del_edge(G, E) end, Es),
    true.

out_edges(G, V) -> edges_of({out, V}, G).
in_edges(G, V) -> edges_of({in, V}, G).

edges_of(Key, G) -> [E || {_, E} <- ets:lookup(G#digraph.ntab, Key)].

%% The neighbour by the newest edge comes first.
out_neighbours(G, V) -> neighbours(out_edges(G, V), 3, G).
in_neighbours(G, V) -> neighbours(in_edges(G, V), 2, G).

neighbours(Es, End, G) -> lists:reverse([ets:lookup_element(G#digraph.etab, E, End) || E <- Es]).

out_degree(G, V) -> length(out_edges(G, V)).
in_degree(G, V) -> length(in_edges(G, V)).

%%% Paths.

%% del_path removes the edges of a path until there is none left.
del_path(G, V1, V2) ->
    case get_path(G, V1, V2) of
        false -> true;
        Path ->
            del_steps(G, Path),
            del_path(G, V1, V2)
    end.

del_steps(G, [V1, V2 | Path]) ->
    del_edges(G, [E || E <- out_edges(G, V1), element(3, edge(G, E)) =:= V2]),
    del_steps(G, [V2 | Path]);
del_steps(_, [_]) -> ok.

get_cycle(G, V) ->
    case deep(out_neighbours(G, V), V, #{V => true}, [V], [], G, 2) of
        false ->
            case lists:member(V, out_neighbours(G, V)) of
                true -> [V];
                false -> false
            end;
        Cycle -> Cycle
    end.

get_path(G, V1, V2) -> deep(out_neighbours(G, V1), V2, #{V1 => true}, [V1], [], G, 1).

%% deep goes on from the last vertex of Path, and back to one before where
%% that leads nowhere. A path has Least steps at least.
deep([To | _], To, _, Path, _, _, Least) when length(Path) >= Least -> lists:reverse(Path, [To]);
deep([V | Vs], To, Seen, Path, Back, G, Least) when V =:= To; is_map_key(V, Seen) ->
    deep(Vs, To, Seen, Path, Back, G, Least);
deep([V | Vs], To, Seen, Path, Back, G, Least) ->
    deep(out_neighbours(G, V), To, Seen#{V => true}, [V | Path], [{Vs, Path} | Back], G, Least);
deep([], To, Seen, _, [{Vs, Path} | Back], G, Least) -> deep(Vs, To, Seen, Path, Back, G, Least);
deep([], _, _, _, [], _, _) -> false.

get_short_cycle(G, V) -> get_short_path(G, V, V).

get_short_path(G, V1, V2) -> wide([{V, [V1]} || V <- oldest_first(G, V1)], [], V2, #{}, G).

oldest_first(G, V) -> lists:reverse(out_neighbours(G, V)).

wide([{To, Path} | _], _, To, _, _) -> lists:reverse(Path, [To]);
wide([{V, _} | Paths], Next, To, Seen, G) when is_map_key(V, Seen) -> wide(Paths, Next, To, Seen, G);
wide([{V, Path} | Paths], Next, To, Seen, G) ->
    More = [{W, [V | Path]} || W <- oldest_first(G, V)],
    wide(Paths, lists:reverse(More, Next), To, Seen#{V => true}, G);
wide([], [], _, _, _) -> false;
wide([], Next, To, Seen, G) -> wide(lists:reverse(Next), [], To, Seen, G).

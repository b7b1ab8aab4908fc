%% Directed graphs that are terms: a map of the vertices and their labels, and
%% for each vertex the ordered sets of the edges that come in and go out. An
%% edge is a triple of its ends and its label, and a vertex that has lost its
%% last edge keeps an empty set.
-module(graph).

-export([new/0, new/1, info/1,
         add_vertex/1, add_vertex/2, add_vertex/3, del_vertex/2, del_vertices/2,
         vertex/2, vertex/3, no_vertices/1, vertices/1, vertices_with_labels/1,
         source_vertices/1, sink_vertices/1,
         in_degree/2, in_neighbours/2, in_edges/2, out_degree/2, out_neighbours/2, out_edges/2,
         add_edge/3, add_edge/4, del_edge/2, del_edges/2, del_edges/3,
         no_edges/1, edges/1, edges/2, edges/3, has_edge/2, has_edge/3,
         fold_vertices/3, has_vertex/2, has_path/3, del_path/3,
         get_cycle/2, get_path/3, get_short_cycle/2, get_short_path/3,
         components/1, strong_components/1, cyclic_strong_components/1,
         reachable/2, reachable_via_neighbours/2, reaching/2, reaching_via_neighbours/2,
         topsort/1, is_acyclic/1, roots/1, arborescence_root/1, is_arborescence/1, is_tree/1,
         loop_vertices/1, subgraph/2, subgraph/3, condensation/1,
         preorder/1, preorder/2, postorder/1, postorder/2, reverse_postorder/1, reverse_postorder/2]).

-record(graph, {vertices = #{}, in = #{}, out = #{}, cyclic = true, next = 0}).

new() -> new([]).

new(Options) when is_list(Options) -> new_1(Options, #graph{}).

new_1([cyclic | Options], G) -> new_1(Options, G#graph{cyclic = true});
new_1([acyclic | Options], G) -> new_1(Options, G#graph{cyclic = false});
new_1([], G) -> G;
new_1(_, _) -> error(badarg).

info(G) ->
    case G#graph.cyclic of
        true -> [{cyclicity, cyclic}];
        false -> [{cyclicity, acyclic}]
    end.

%%% Vertices.

add_vertex(G0) ->
    {V, G} = new_vertex_id(G0),
    {V, add_vertex(G, V)}.

new_vertex_id(#graph{next = V} = G) -> {V, G#graph{next = V + 1}}.

add_vertex(G, V) -> add_vertex(G, V, []).

add_vertex(#graph{vertices = Vs} = G, V, Label) -> G#graph{vertices = Vs#{V => Label}}.

del_vertex(G, V) ->
    #graph{vertices = Vs, in = In, out = Out} = G,
    G#graph{vertices = maps:remove(V, Vs),
            in = maps:remove(V, remove_edges(out_edges(G, V), 2, In)),
            out = maps:remove(V, remove_edges(in_edges(G, V), 1, Out))}.

%% remove_edges takes edges out of the sets of their ends, of which one is
%% element End.
remove_edges(Es, End, Sets) ->
    lists:foldl(fun(E, Acc) -> remove_edge(E, element(End, E), Acc) end, Sets, Es).

remove_edge(E, V, Sets) ->
    case Sets of
        #{V := Es} -> Sets#{V := ordsets:del_element(E, Es)};
        #{} -> Sets
    end.

del_vertices(G, [V | Vs]) -> del_vertices(del_vertex(G, V), Vs);
del_vertices(G, []) -> G.

vertex(#graph{vertices = Vs}, V) -> map_get(V, Vs).
vertex(#graph{vertices = Vs}, V, Default) -> maps:get(V, Vs, Default).

has_vertex(#graph{vertices = Vs}, V) -> is_map_key(V, Vs).

no_vertices(#graph{vertices = Vs}) -> map_size(Vs).
vertices(#graph{vertices = Vs}) -> maps:keys(Vs).
vertices_with_labels(#graph{vertices = Vs}) -> maps:to_list(Vs).

fold_vertices(#graph{vertices = Vs}, Fun, Acc) -> maps:fold(Fun, Acc, Vs).

source_vertices(#graph{vertices = Vs, in = In}) -> without_edges(Vs, In).
sink_vertices(#graph{vertices = Vs, out = Out}) -> without_edges(Vs, Out).

without_edges(Vs, Sets) -> lists:reverse([V || V <- maps:keys(Vs), edges_of(V, Sets) =:= []]).

edges_of(V, Sets) -> maps:get(V, Sets, []).

in_degree(#graph{in = In}, V) -> length(edges_of(V, In)).
in_neighbours(#graph{in = In}, V) -> [V1 || {V1, _, _} <- edges_of(V, In)].
in_edges(#graph{in = In}, V) -> edges_of(V, In).

out_degree(#graph{out = Out}, V) -> length(edges_of(V, Out)).
out_neighbours(#graph{out = Out}, V) -> [V2 || {_, V2, _} <- edges_of(V, Out)].
out_edges(#graph{out = Out}, V) -> edges_of(V, Out).

%%% Edges.

add_edge(G, V1, V2) -> add_edge(G, V1, V2, []).

add_edge(#graph{cyclic = true} = G, V1, V2, Label) -> do_add_edge(G, V1, V2, Label);
add_edge(#graph{cyclic = false} = G, V1, V2, Label) -> acyclic_add_edge(G, V1, V2, Label).

acyclic_add_edge(_, V, V, _) -> error({bad_edge, {V, V}});
acyclic_add_edge(G, V1, V2, Label) ->
    case has_path(G, V2, V1) of
        true -> error({bad_edge, {V1, V2}});
        false -> do_add_edge(G, V1, V2, Label)
    end.

do_add_edge(#graph{vertices = Vs} = G, V1, V2, Label) ->
    case is_map_key(V1, Vs) of
        true ->
            case is_map_key(V2, Vs) of
                true -> insert({V1, V2, Label}, G);
                false -> error({bad_vertex, V2})
            end;
        false -> error({bad_vertex, V1})
    end.

insert({V1, V2, _} = E, #graph{in = In, out = Out} = G) ->
    G#graph{in = insert_edge(E, V2, In), out = insert_edge(E, V1, Out)}.

insert_edge(E, V, Sets) -> Sets#{V => ordsets:add_element(E, edges_of(V, Sets))}.

del_edge(G, {V1, V2, _} = E) ->
    #graph{in = In, out = Out} = G,
    G#graph{in = remove_edge(E, V2, In), out = remove_edge(E, V1, Out)}.

del_edges(G, Es) when is_list(Es) -> lists:foldl(fun(E, Acc) -> del_edge(Acc, E) end, G, Es).

del_edges(G, V1, V2) -> del_edges(G, [E || {_, V, _} = E <- out_edges(G, V1), V =:= V2]).

no_edges(#graph{out = Out}) -> maps:fold(fun(_, Es, N) -> N + length(Es) end, 0, Out).

edges(#graph{out = Out}) -> maps:fold(fun(_, Es, Acc) -> Es ++ Acc end, [], Out).
edges(#graph{in = In, out = Out}, V) -> edges_of(V, Out) ++ edges_of(V, In).
edges(#graph{out = Out}, V1, V2) -> [E || {_, V, _} = E <- edges_of(V1, Out), V =:= V2].

has_edge(#graph{out = Out}, {V1, _, _} = E) -> lists:member(E, edges_of(V1, Out)).
has_edge(#graph{out = Out}, V1, V2) -> lists:keymember(V2, 2, edges_of(V1, Out)).

%%% Paths.

has_path(G, V1, V2) -> has_path_1([V1], V2, #{}, G).

has_path_1([To | _], To, _, _) -> true;
has_path_1([V | Vs], To, Seen, G) when is_map_key(V, Seen) -> has_path_1(Vs, To, Seen, G);
has_path_1([V | Vs], To, Seen, G) -> has_path_1(out_neighbours(G, V) ++ Vs, To, Seen#{V => true}, G);
has_path_1([], _, _, _) -> false.

%% del_path removes the edges of a path until there is none left.
del_path(G, V1, V2) ->
    case get_path(G, V1, V2) of
        false -> G;
        Path -> del_path(del_steps(G, Path), V1, V2)
    end.

del_steps(G, [V1, V2 | Path]) -> del_steps(del_edges(G, V1, V2), [V2 | Path]);
del_steps(G, [_]) -> G.

get_cycle(G, V) ->
    Vs = out_neighbours(G, V),
    case deep(Vs, V, #{V => true}, [V], [], G, 2) of
        false ->
            case lists:member(V, Vs) of
                true -> [V];
                false -> false
            end;
        Cycle -> Cycle
    end.

get_path(G, V1, V2) ->
    Vs = out_neighbours(G, V1),
    deep(Vs, V2, #{V1 => true}, [V1], [], G, 1).

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

get_short_path(G, V1, V2) -> wide(queue_out_neighbours(G, V1, []), [], V2, #{}, G).

%% queue_out_neighbours gives the paths that have a step more than one.
queue_out_neighbours(G, V, Path) -> [[V2, V | Path] || {_, V2, _} <- out_edges(G, V)].

wide([[To | _] = Path | _], _, To, _, _) -> lists:reverse(Path);
wide([[V | _] | Paths], Next, To, Seen, G) when is_map_key(V, Seen) -> wide(Paths, Next, To, Seen, G);
wide([[V | Path] | Paths], Next, To, Seen, G) ->
    wide(Paths, lists:reverse(queue_out_neighbours(G, V, Path), Next), To, Seen#{V => true}, G);
wide([], [], _, _, _) -> false;
wide([], Next, To, Seen, G) -> wide(lists:reverse(Next), [], To, Seen, G).

%%% Searches. A function that goes on from a vertex puts its neighbours before
%%% the vertices that are still to be visited.

out(G, V, Vs) -> out_neighbours(G, V) ++ Vs.
in(G, V, Vs) -> in_neighbours(G, V) ++ Vs.
inout(G, V, Vs) -> in(G, V, out(G, V, Vs)).

components(G) -> revpreorders(G, fun inout/3).

strong_components(G) -> revpreorders(G, fun in/3, reverse_postorder(G, vertices(G)), true).

cyclic_strong_components(G) ->
    lists:foldl(fun(C, Acc) ->
                    case is_cyclic(G, C) of
                        true -> [C | Acc];
                        false -> Acc
                    end
                end, [], strong_components(G)).

is_cyclic(G, [V]) -> has_edge(G, V, V);
is_cyclic(_, _) -> true.

reachable(G, Vs) when is_list(Vs) -> lists:append(revpreorders(G, fun out/3, Vs, true)).
reachable_via_neighbours(G, Vs) when is_list(Vs) -> lists:append(revpreorders(G, fun out/3, Vs, false)).
reaching(G, Vs) when is_list(Vs) -> lists:append(revpreorders(G, fun in/3, Vs, true)).
reaching_via_neighbours(G, Vs) when is_list(Vs) -> lists:append(revpreorders(G, fun in/3, Vs, false)).

revpreorders(G, Next) -> revpreorders(G, Next, vertices(G), true).

%% revpreorders gives what is met first from each of Vs, itself among it or
%% only what is behind it, the last found first.
revpreorders(G, Next, Vs, Itself) ->
    {_, Trees} =
        lists:foldl(fun(V, {Seen0, Trees}) ->
                        Start = case Itself of
                                    true -> [V];
                                    false -> Next(G, V, [])
                                end,
                        case pretraverse_1(Start, Next, G, Seen0, [], []) of
                            {[], Seen} -> {Seen, Trees};
                            {Tree, Seen} -> {Seen, [Tree | Trees]}
                        end
                    end, {#{}, []}, Vs),
    Trees.

%% The vertices of Later are visited after those of the list.
pretraverse_1([V | Vs], Next, G, Seen, Met, Later) when is_map_key(V, Seen) ->
    pretraverse_1(Vs, Next, G, Seen, Met, Later);
pretraverse_1([V | Vs], Next, G, Seen, Met, Later) ->
    pretraverse_1(Next(G, V, []), Next, G, Seen#{V => []}, [V | Met], [Vs | Later]);
pretraverse_1([], Next, G, Seen, Met, [Vs | Later]) -> pretraverse_1(Vs, Next, G, Seen, Met, Later);
pretraverse_1([], _, _, Seen, Met, []) -> {Met, Seen}.

preorder(G) -> preorder(G, roots(G)).

preorder(G, Vs) ->
    {Met, _} = pretraverse_1(Vs, fun out/3, G, #{}, [], []),
    lists:reverse(Met).

postorder(G) -> postorder(G, roots(G)).

postorder(G, Vs) ->
    {Done, _} = posttraverse(Vs, G, #{}, []),
    lists:reverse(Done).

reverse_postorder(G) -> reverse_postorder(G, roots(G)).

reverse_postorder(G, Vs) ->
    {Done, _} = posttraverse(Vs, G, #{}, []),
    Done.

posttraverse([V | Vs], G, Seen, Done) when is_map_key(V, Seen) -> posttraverse(Vs, G, Seen, Done);
posttraverse([V | Vs], G, Seen0, Done0) ->
    {Done, Seen} = posttraverse(out(G, V, []), G, Seen0#{V => []}, Done0),
    posttraverse(Vs, G, Seen, [V | Done]);
posttraverse([], _, Seen, Done) -> {Done, Seen}.

%%% Kinds of graphs.

topsort(G) -> reverse_postorder(G).

is_acyclic(G) -> cyclic_strong_components(G) =:= [].

loop_vertices(G) -> [V || V <- vertices(G), has_edge(G, V, V)].

%% Vertices from which all are reached: those that no edge leads to, and one of
%% each component that is a cycle.
roots(G) ->
    Vs = vertices(G),
    [V || V <- Vs, in_degree(G, V) =:= 0] ++ [V || [V | _] <- cyclic_strong_components(G)].

is_tree(G) ->
    Edges = no_edges(G),
    Edges =:= no_vertices(G) - 1 andalso length(components(G)) =:= 1.

is_arborescence(G) -> arborescence_root(G) =/= no.

arborescence_root(G) ->
    Edges = no_edges(G),
    case Edges =:= no_vertices(G) - 1 of
        false -> no;
        true ->
            {Roots, Others} = lists:partition(fun(V) -> in_degree(G, V) =:= 0 end, vertices(G)),
            case Roots of
                [Root] ->
                    case lists:all(fun(V) -> in_degree(G, V) =:= 1 end, Others) of
                        true -> {yes, Root};
                        false -> no
                    end;
                _ -> no
            end
    end.

%%% Graphs made of graphs.

subgraph(G, Vs) ->
    {New, Keep} = subgraph_opts([], true, [], true, G),
    subgraph(G, Vs, New, Keep).

subgraph(G, Vs, Options) ->
    try
        {New, Keep} = subgraph_opts(Options, true, [], true, G),
        subgraph(G, Vs, New, Keep)
    catch
        throw:badarg -> error(badarg)
    end.

%% subgraph_opts gives the graph that is to be filled, and whether the labels
%% are kept.
subgraph_opts([{type, inherit} | Options], _, Type, Keep, G) -> subgraph_opts(Options, true, Type, Keep, G);
subgraph_opts([{type, Type} | Options], _, _, Keep, G) when is_list(Type) ->
    subgraph_opts(Options, false, Type, Keep, G);
subgraph_opts([{keep_labels, Keep} | Options], Inherit, Type, _, G) when is_boolean(Keep) ->
    subgraph_opts(Options, Inherit, Type, Keep, G);
subgraph_opts([], true, _, Keep, G) ->
    [{cyclicity, Cyclicity}] = info(G),
    {new([Cyclicity]), Keep};
subgraph_opts([], false, Type, Keep, _) ->
    try
        {new(Type), Keep}
    catch
        error:badarg -> throw(badarg)
    end;
subgraph_opts(_, _, _, _, _) -> throw(badarg).

subgraph(G, Vs, New0, Keep) ->
    New = lists:foldl(fun(V, Acc) -> subgraph_vertex(G, V, Acc, Keep) end, New0, Vs),
    lists:foldl(fun(V, Acc0) ->
                    lists:foldl(fun(E, Acc) -> subgraph_edge(E, Acc, Keep) end, Acc0, out_edges(G, V))
                end, New, vertices(New)).

subgraph_vertex(G, V, New, Keep) ->
    case has_vertex(G, V) of
        true -> add_vertex(New, V, kept(Keep, vertex(G, V)));
        false -> New
    end.

subgraph_edge({V1, V2, Label}, New, Keep) ->
    case has_vertex(New, V2) of
        true -> add_edge(New, V1, V2, kept(Keep, Label));
        false -> New
    end.

kept(true, Label) -> Label;
kept(false, _) -> [].

%% condensation makes a graph of the strong components.
condensation(G) ->
    Components = strong_components(G),
    [{cyclicity, Cyclicity}] = info(G),
    Of = #{V => C || C <- Components, V <- C},
    New = lists:foldl(fun(C, Acc) -> add_vertex(Acc, C) end, new([Cyclicity]), Components),
    lists:foldl(fun({C1, C2}, Acc) -> add_edge(Acc, C1, C2) end, New,
                lists:usort([{C, map_get(V2, Of)} || C <- Components, V1 <- C, V2 <- out_neighbours(G, V1),
                                                     map_get(V2, Of) =/= C])).

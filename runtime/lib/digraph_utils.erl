%% Algorithms on directed graphs, all of them by depth-first search.
-module(digraph_utils).

-export([components/1, strong_components/1, cyclic_strong_components/1,
         reachable/2, reachable_neighbours/2, reaching/2, reaching_neighbours/2,
         topsort/1, is_acyclic/1, arborescence_root/1, is_arborescence/1, is_tree/1,
         loop_vertices/1, subgraph/2, subgraph/3, condensation/1, preorder/1, postorder/1]).

components(G) -> forest(fun(V) -> digraph:in_neighbours(G, V) ++ digraph:out_neighbours(G, V) end,
                        digraph:vertices(G)).

strong_components(G) -> forest(in(G), finished(G, digraph:vertices(G))).

cyclic_strong_components(G) -> [C || C <- strong_components(G), is_cyclic(C, G)].

is_cyclic([V], G) -> loops(V, G);
is_cyclic(_, _) -> true.

loops(V, G) -> lists:member(V, digraph:out_neighbours(G, V)).

out(G) -> fun(V) -> digraph:out_neighbours(G, V) end.
in(G) -> fun(V) -> digraph:in_neighbours(G, V) end.

%% forest gives the vertices that are met first from each of Vs, the last found
%% first.
forest(Next, Vs) ->
    {Trees, _} = lists:foldl(fun(V, {Trees, Seen}) when is_map_key(V, Seen) -> {Trees, Seen};
                                (V, {Trees, Seen0}) ->
                                     {Tree, Seen} = visit([V], Next, Seen0, []),
                                     {[Tree | Trees], Seen}
                             end, {[], #{}}, Vs),
    Trees.

visit([V | Vs], Next, Seen, Met) when is_map_key(V, Seen) -> visit(Vs, Next, Seen, Met);
visit([V | Vs], Next, Seen, Met) -> visit(Next(V) ++ Vs, Next, Seen#{V => true}, [V | Met]);
visit([], _, Seen, Met) -> {Met, Seen}.

%% finished gives the vertices in the order in which all behind them was met,
%% the last first.
finished(G, Vs) -> finish([{open, V} || V <- Vs], out(G), #{}, []).

finish([{open, V} | Vs], Next, Seen, Done) when is_map_key(V, Seen) -> finish(Vs, Next, Seen, Done);
finish([{open, V} | Vs], Next, Seen, Done) ->
    finish([{open, W} || W <- Next(V)] ++ [{close, V} | Vs], Next, Seen#{V => true}, Done);
finish([{close, V} | Vs], Next, Seen, Done) -> finish(Vs, Next, Seen, [V | Done]);
finish([], _, _, Done) -> Done.

reachable(Vs, G) when is_list(Vs) -> element(1, visit(Vs, out(G), #{}, [])).

reachable_neighbours(Vs, G) when is_list(Vs) ->
    element(1, visit(lists:flatmap(out(G), Vs), out(G), #{}, [])).

reaching(Vs, G) when is_list(Vs) -> element(1, visit(Vs, in(G), #{}, [])).

reaching_neighbours(Vs, G) when is_list(Vs) ->
    element(1, visit(lists:flatmap(in(G), Vs), in(G), #{}, [])).

topsort(G) ->
    Order = finished(G, digraph:vertices(G)),
    case length(forest(in(G), Order)) =:= length(Order) of
        true -> Order;
        false -> false
    end.

is_acyclic(G) -> loop_vertices(G) =:= [] andalso topsort(G) =/= false.

loop_vertices(G) -> [V || V <- digraph:vertices(G), loops(V, G)].

is_tree(G) -> digraph:no_edges(G) =:= digraph:no_vertices(G) - 1 andalso length(components(G)) =:= 1.

is_arborescence(G) -> arborescence_root(G) =/= no.

arborescence_root(G) ->
    case digraph:no_edges(G) =:= digraph:no_vertices(G) - 1 of
        false -> no;
        true ->
            {Roots, Others} = lists:partition(fun(V) -> digraph:in_degree(G, V) =:= 0 end, digraph:vertices(G)),
            case Roots of
                [Root] ->
                    case lists:all(fun(V) -> digraph:in_degree(G, V) =:= 1 end, Others) of
                        true -> {yes, Root};
                        false -> no
                    end;
                _ -> no
            end
    end.

preorder(G) -> lists:reverse(element(1, visit(roots(G), out(G), #{}, []))).

postorder(G) -> lists:reverse(finished(G, roots(G))).

%% Vertices from which all are reached: one of each strong component that no
%% other leads into.
roots(G) ->
    Heads = [V || [V | _] = C <- strong_components(G),
                  lists:all(fun(W) -> lists:member(W, C) end, lists:flatmap(in(G), C))],
    lists:reverse(Heads).

%% condensation makes a graph of the strong components.
condensation(G) ->
    Components = strong_components(G),
    Of = maps:from_list([{V, C} || C <- Components, V <- C]),
    New = digraph:new(),
    [digraph:add_vertex(New, C) || C <- Components],
    [digraph:add_edge(New, C, To)
     || C <- Components,
        To <- lists:usort([map_get(W, Of) || V <- C, W <- digraph:out_neighbours(G, V)]), To =/= C],
    New.

subgraph(G, Vs) -> subgraph(G, Vs, []).

subgraph(G, Vs, Options) ->
    try options(Options, {inherit, true}) of
        {Type, Labels} ->
            New = digraph:new(type(Type, G)),
            [digraph:add_vertex(New, V, label(Label, Labels)) || V0 <- Vs, {V, Label} <- [digraph:vertex(G, V0)]],
            [digraph:add_edge(New, E, V1, V2, label(Label, Labels))
             || V <- digraph:vertices(New), E0 <- digraph:out_edges(G, V),
                {E, V1, V2, Label} <- [digraph:edge(G, E0)], digraph:vertex(New, V2) =/= false],
            New
    catch
        throw:badarg -> error(badarg)
    end.

label(Label, true) -> Label;
label(_, false) -> [].

options([{type, Type} | Options], {_, Labels}) when Type =:= inherit; is_list(Type) -> options(Options, {Type, Labels});
options([{keep_labels, Labels} | Options], {Type, _}) when is_boolean(Labels) -> options(Options, {Type, Labels});
options([], Found) -> Found;
options(_, _) -> throw(badarg).

type(inherit, G) -> [Value || {Key, Value} <- digraph:info(G), Key =:= cyclicity orelse Key =:= protection];
type(Types, _) -> Types.

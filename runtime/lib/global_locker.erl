%% The two processes that take locks for global: the registrar, to change
%% names, and the locker, to join nodes.
-module(global_locker).

-export([lock/2, unlock/2, random_sleep/1, registrar/1, locker/1]).

-define(SERVER, global_name_server).

%% lock takes a lock at nodes, at all or at none. All ask the last in order first, so that
%% of two that want the lock one gets it there already. Nodes that don't answer
%% are passed over.
lock(Id, Nodes) ->
    case lists:usort(Nodes) of
        [] -> true;
        [Node] -> lock_at(Id, [Node]);
        Sorted ->
            First = lists:last(Sorted),
            case lock_at(Id, [First]) of
                false -> false;
                true ->
                    lock_at(Id, lists:droplast(Sorted)) orelse begin
                                                                   unlock(Id, [First]),
                                                                   false
                                                               end
            end
    end.

lock_at(Id, Nodes) ->
    {Replies, _} = gen_server:multi_call(Nodes, ?SERVER, {set_lock, Id}),
    case lists:keymember(false, 2, Replies) of
        false -> true;
        true ->
            unlock(Id, [N || {N, true} <- Replies]),
            false
    end.

%% Where a connection is lost the lock is lost with it.
unlock(_, []) -> true;
unlock(Id, Nodes) ->
    Here = [node() | nodes(connected)],
    gen_server:multi_call([N || N <- Nodes, lists:member(N, Here)], ?SERVER, {del_lock, Id}),
    true.

%% random_sleep waits the longer the more often something was tried.
random_sleep(Times) -> timer:sleep(rand:uniform(min(2000, Times * 20))).

%% The registrar makes one change after the other, each while it holds the lock
%% `global' at all nodes that names are shared with.
registrar(Server) ->
    receive
        {change, Fun, From} -> gen_server:reply(From, everywhere(Fun, Server, 1))
    end,
    registrar(Server).

everywhere(Fun, Server, Times) ->
    Id = {global, self()},
    Nodes = [node() | known(Server)],
    case lock(Id, Nodes) of
        true ->
            Now = [node() | known(Server)],
            case lists:sort(Now) =:= lists:sort(Nodes) of
                true ->
                    Result = Fun(Nodes),
                    unlock(Id, Nodes),
                    Result;
                false ->
                    unlock(Id, Nodes),
                    everywhere(Fun, Server, Times)
            end;
        false ->
            random_sleep(Times),
            everywhere(Fun, Server, Times + 1)
    end.

known(Server) -> gen_server:call(Server, get_known, infinity).

%% The locker knows the nodes to join as #{Node => {Locker, Mine, His}}. One of the
%% two lockers takes the lock at both nodes and all of its own side, and says so; the other
%% takes it at its side, and says whether it could. Should both begin, as the
%% lock is the same for both, each takes what the other says for the answer. The
%% lock is held until the server has done with the join (leave).
locker(Server) -> locker(Server, #{}, 1).

locker(Server, Joins, Times) ->
    Wait = case map_size(Joins) of
               0 -> infinity;
               _ -> rand:uniform(min(200, Times * 20))
           end,
    receive
        {join, Node, Locker, Mine, His} -> locker(Server, Joins#{Node => {Locker, Mine, His}}, 1);
        {leave, Node, Mine, Fun} ->
            Fun(),
            locker(Server, left(Node, Mine, Joins), Times);
        {lock_set, Locker, true, _, Mine} ->
            case [N || {N, {L, M, _}} <- maps:to_list(Joins), L =:= Locker, M =:= Mine] of
                [Node] -> locker(Server, answer(Node, Server, Joins), Times);
                [] -> locker(Server, Joins, Times)
            end;
        {lock_set, _, _, _, _} -> locker(Server, Joins, Times)
    after Wait ->
            Node = lists:nth(rand:uniform(map_size(Joins)), maps:keys(Joins)),
            locker(Server, begin_join(Node, Server, Joins), Times + 1)
    end.

left(Node, Mine, Joins) ->
    case Joins of
        #{Node := {_, Mine, _}} -> maps:remove(Node, Joins);
        #{} -> Joins
    end.

begin_join(Node, Server, Joins) ->
    #{Node := {Locker, Mine, His}} = Joins,
    Id = {global, lists:sort([self(), Locker])},
    Known = lists:delete(Node, known(Server)),
    Nodes = [node(), Node | Known],
    case lock(Id, Nodes) of
        true ->
            say(Node, true, Known, His),
            receive
                {lock_set, Locker, true, _, Mine} -> hold(Node, Mine, Id, Nodes, Server, Joins);
                {lock_set, Locker, false, _, Mine} ->
                    unlock(Id, Nodes),
                    Joins;
                {leave, Node, Mine, Fun} ->
                    Fun(),
                    unlock(Id, Nodes),
                    maps:remove(Node, Joins)
            end;
        false -> Joins
    end.

answer(Node, Server, Joins) ->
    #{Node := {Locker, Mine, His}} = Joins,
    Id = {global, lists:sort([self(), Locker])},
    Known = lists:delete(Node, known(Server)),
    case lock(Id, [node() | Known]) of
        true ->
            say(Node, true, Known, His),
            hold(Node, Mine, Id, [node() | Known], Server, Joins);
        false ->
            say(Node, false, Known, His),
            Joins
    end.

say(Node, IsSet, Known, His) ->
    erlang:send({?SERVER, Node}, {'$gen_cast', {lock_set, self(), IsSet, Known, His}}, [noconnect]).

hold(Node, Mine, Id, Nodes, Server, Joins) ->
    gen_server:cast(Server, {lock_is_set, Node, Mine, Id}),
    receive
        {leave, Node, Mine, Fun} ->
            Fun(),
            unlock(Id, Nodes),
            maps:remove(Node, Joins)
    end.

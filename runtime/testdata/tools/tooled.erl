-module(tooled).
-moduledoc "A module for tools to read.".
-moduledoc(#{since => "1.0"}).
-vsn("7.1").
-author("nobody").
-export([area/1, count/2, fails/1, loop/1, unused_result/1, calls/0]).
-export_type([shape/0]).
-include("tooled.hrl").

-doc "What has an area.".
-type shape() :: {square, number()} | {circle, Radius :: number()}.

-doc "The area of a shape.\n\n- `square`\n- `circle`\n".
-spec area(shape()) -> number().
area({square, S}) ->
    S * S;
area({circle, R}) ->
    ?PI * R * R.

-doc(#{since => "1.1", equiv => count(List, 0)}).
-spec count([T], non_neg_integer()) -> non_neg_integer() when T :: term().
count([], N) ->
    N;
count([_ | Rest], N) ->
    More = N + 1,
    count(Rest, More).

-doc hidden.
fails(X) ->
    Sum = [Y + 1 || Y <- X],
    {ok, Sum}.

loop(#state{left = 0} = S) ->
    S#state.done;
loop(#state{left = N, done = D}) ->
    Double = fun(X) -> 2 * X end,
    loop(#state{left = N - 1, done = [Double(N) | D]}).

unused_result(X) ->
    case X of
        true -> never;
        _ -> helper(X)
    end.

helper(X) -> ordsets:from_list([X, X]).

calls() -> no_such_module:run(lists:reverse([1])).

%% Filters that come with the logger.
-module(logger_filters).

-export([domain/2, level/2, progress/2, remote_gl/2]).

domain(#{meta := Meta} = Event, {Action, Compare, Domain}) ->
    Matches = case {maps:find(domain, Meta), Compare} of
                  {error, undefined} -> true;
                  {error, not_equal} -> true;
                  {{ok, D}, super} when is_list(D) -> lists:prefix(D, Domain);
                  {{ok, D}, sub} when is_list(D) -> lists:prefix(Domain, D);
                  {{ok, D}, equal} -> D =:= Domain;
                  {{ok, D}, not_equal} -> D =/= Domain;
                  _ -> false
              end,
    act(Matches, Action, Event).

level(#{level := Level} = Event, {Action, Operator, Than}) ->
    Compared = logger:compare_levels(Level, Than),
    Matches = case Operator of
                  eq -> Compared =:= eq;
                  neq -> Compared =/= eq;
                  lt -> Compared =:= lt;
                  gt -> Compared =:= gt;
                  lteq -> Compared =/= gt;
                  gteq -> Compared =/= lt
              end,
    act(Matches, Action, Event).

progress(#{msg := {report, #{label := {_, progress}}}} = Event, Action) ->
    act(true, Action, Event);
progress(_Event, _Action) ->
    ignore.

remote_gl(#{meta := #{gl := Leader}} = Event, Action) when node(Leader) =/= node() ->
    act(true, Action, Event);
remote_gl(_Event, _Action) ->
    ignore.

act(true, log, Event) -> Event;
act(true, stop, _Event) -> stop;
act(false, _Action, _Event) -> ignore.

%% Filters that come with the logger. Arguments that are no event or no filter's
%% are a badarg of the filter.
-module(logger_filters).

-export([domain/2, level/2, progress/2, remote_gl/2]).

-define(ACTION(A), (A =:= log orelse A =:= stop)).

domain(#{meta := Meta} = Event, {Action, Compare, Domain})
  when ?ACTION(Action), is_list(Domain) andalso (Compare =:= super orelse Compare =:= sub orelse Compare =:= equal
                                                 orelse Compare =:= not_equal orelse Compare =:= undefined) ->
    Matches = case {maps:find(domain, Meta), Compare} of
                  {error, undefined} -> true;
                  {error, not_equal} -> true;
                  {{ok, D}, super} when is_list(D) -> lists:prefix(D, Domain);
                  {{ok, D}, sub} when is_list(D) -> lists:prefix(Domain, D);
                  {{ok, D}, equal} -> D =:= Domain;
                  {{ok, D}, not_equal} -> D =/= Domain;
                  _ -> false
              end,
    act(Matches, Action, Event);
domain(Event, Extra) -> error(badarg, [Event, Extra]).

level(#{level := Level} = Event, {Action, Operator, Than} = Extra) when ?ACTION(Action) ->
    is_level(Than) orelse error(badarg, [Event, Extra]),
    Compared = logger:compare_levels(Level, Than),
    Matches = case Operator of
                  eq -> Compared =:= eq;
                  neq -> Compared =/= eq;
                  lt -> Compared =:= lt;
                  gt -> Compared =:= gt;
                  lteq -> Compared =/= gt;
                  gteq -> Compared =/= lt;
                  _ -> error(badarg, [Event, Extra])
              end,
    act(Matches, Action, Event);
level(Event, Extra) -> error(badarg, [Event, Extra]).

is_level(Level) ->
    lists:member(Level, [emergency, alert, critical, error, warning, notice, info, debug]).

progress(#{msg := {report, #{label := {_, progress}}}} = Event, Action) when ?ACTION(Action) ->
    act(true, Action, Event);
progress(_Event, Action) when ?ACTION(Action) -> ignore;
progress(Event, Action) -> error(badarg, [Event, Action]).

remote_gl(#{meta := #{gl := Leader}} = Event, Action) when ?ACTION(Action), node(Leader) =/= node() ->
    act(true, Action, Event);
remote_gl(_Event, Action) when ?ACTION(Action) -> ignore;
remote_gl(Event, Action) -> error(badarg, [Event, Action]).

act(true, log, Event) -> Event;
act(true, stop, _Event) -> stop;
act(false, _Action, _Event) -> ignore.

%% The standard handler: events as text on the device `user`, or in standard
%% error.
-module(logger_std_h).

-export([log/2, adding_handler/1, removing_handler/1, filesync/1]).

log(Event, #{formatter := {Formatter, FConfig}} = Config) ->
    Chars = unicode:characters_to_binary(Formatter:format(Event, FConfig)),
    logger ! {write, device(maps:get(config, Config, #{})), Chars},
    ok.

device(#{type := standard_error}) -> standard_error;
device(_) -> user.

adding_handler(Config) ->
    {ok, Config}.

removing_handler(_Config) ->
    ok.

filesync(_Name) ->
    ok.

%% URIs (RFC 3986): taken apart, put together, normalised, resolved against a
%% base; percent encoding; queries of HTML forms. Work is done on lists of
%% characters, and the result is of the kind that the argument was.
-module(uri_string).

-export([parse/1, recompose/1, normalize/1, normalize/2, resolve/2, resolve/3, transcode/2,
         compose_query/1, compose_query/2, dissect_query/1, percent_decode/1, quote/1, quote/2, unquote/1,
         allowed_characters/0, is_host/1, is_path/1]).

-define(UNRESERVED, "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~").
-define(SUB, "!$&'()*+,;=").

allowed_characters() ->
    [{scheme, lists:usort("+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")},
     {userinfo, lists:usort("%:" ++ ?UNRESERVED ++ ?SUB)},
     {host, lists:usort(":" ++ ?UNRESERVED ++ ?SUB)},
     {ipv4, ".0123456789"},
     {ipv6, ".0123456789:ABCDEFabcdef"},
     {regname, lists:usort("%" ++ ?UNRESERVED ++ ?SUB)},
     {path, lists:usort("%/:@" ++ ?UNRESERVED ++ ?SUB)},
     {query, lists:usort("%/:@?" ++ ?UNRESERVED ++ ?SUB)},
     {fragment, lists:usort("%/:@?" ++ ?UNRESERVED ++ ?SUB)},
     {reserved, lists:usort(":/?#[]@" ++ ?SUB)},
     {unreserved, ?UNRESERVED}].

%%% Kinds of text.

chars(Text) when is_binary(Text) -> unicode:characters_to_list(Text);
chars(Text) -> unicode:characters_to_list(Text).

%% like(Model, Chars) is text of the kind that Model is.
like(Model, Chars) when is_binary(Model) -> unicode:characters_to_binary(Chars);
like([Part | _], Chars) when is_binary(Part) -> unicode:characters_to_binary(Chars);
like(_, Chars) -> lists:flatten(Chars).

map_like(Model, Map) ->
    maps:map(fun(_, Value) when is_list(Value) -> like(Model, Value);
                (_, Value) -> Value
             end, Map).

%%% Parsing.

parse(Text) when is_list(Text); is_binary(Text) ->
    try parsed(chars(Text)) of
        Map -> map_like(Text, Map)
    catch throw:{error, What, Bad} -> {error, What, Bad}
    end.

parsed(Text) ->
    {Before, Fragment} = cut(Text, $#),
    {Hierarchy, Query} = cut(Before, $?),
    {Scheme, Rest} = scheme(Hierarchy),
    {Authority, Path} = case Rest of
                            "//" ++ More -> lists:splitwith(fun(C) -> C =/= $/ end, More);
                            _ -> {none, Rest}
                        end,
    check(path, Path),
    Parts = [{scheme, Scheme}, {query, Query}, {fragment, Fragment}],
    _ = [check(Key, Value) || {Key, Value} <- Parts, Value =/= none, Key =/= scheme],
    Map = maps:from_list([{Key, Value} || {Key, Value} <- Parts, Value =/= none]),
    maps:merge(Map#{path => Path}, authority(Authority)).

cut(Text, C) ->
    case lists:splitwith(fun(X) -> X =/= C end, Text) of
        {Before, [C | After]} -> {Before, After};
        {Before, []} -> {Before, none}
    end.

%% A colon before the first slash ends a scheme.
scheme(Text) ->
    case lists:splitwith(fun(C) -> C =/= $: andalso C =/= $/ end, Text) of
        {[C | _] = Scheme, ":" ++ Rest} when C >= $a, C =< $z; C >= $A, C =< $Z ->
            check(scheme, Scheme),
            {Scheme, Rest};
        {_, ":" ++ _} -> throw({error, invalid_uri, ":"});
        _ -> {none, Text}
    end.

authority(none) -> #{};
authority(Text) ->
    {User, HostPort} = case cut(Text, $@) of
                           {_, none} -> {#{}, Text};
                           {UserInfo, Rest} ->
                               check(userinfo, UserInfo),
                               {#{userinfo => UserInfo}, Rest}
                       end,
    {Host, Port} = case HostPort of
                       "[" ++ Address ->
                           case cut(Address, $]) of
                               {_, none} -> throw({error, invalid_uri, "["});
                               {IP, ":" ++ P} -> {ip(IP), P};
                               {IP, ""} -> {ip(IP), none};
                               {_, Other} -> throw({error, invalid_uri, Other})
                           end;
                       _ ->
                           {Name, P} = cut(HostPort, $:),
                           check(regname, Name),
                           {Name, P}
                   end,
    maps:merge(User#{host => Host}, port(Port)).

ip(Address) ->
    check(ipv6, Address),
    Address.

port(none) -> #{};
port("") -> #{port => undefined};
port(Text) ->
    case [C || C <- Text, C < $0 orelse C > $9] of
        [] -> #{port => list_to_integer(Text)};
        [C | _] -> throw({error, invalid_uri, [C]})
    end.

check(Part, Text) ->
    {_, Allowed} = lists:keyfind(Part, 1, allowed_characters()),
    case [C || C <- Text, not lists:member(C, Allowed)] of
        [] -> ok;
        [C | _] -> throw({error, invalid_uri, [C]})
    end,
    encoded(Text).

%% Each percent sign is followed by two digits.
encoded([$%, A, B | Rest]) ->
    case is_hex(A) andalso is_hex(B) of
        true -> encoded(Rest);
        false -> throw({error, invalid_uri, "%"})
    end;
encoded([$% | _]) -> throw({error, invalid_uri, "%"});
encoded([_ | Rest]) -> encoded(Rest);
encoded([]) -> ok.

is_hex(C) -> C >= $0 andalso C =< $9 orelse C >= $a andalso C =< $f orelse C >= $A andalso C =< $F.

%% Whether a character may stand in a part as it is.
is_host(C) -> is_part(host, C).
is_path(C) -> is_part(path, C).

is_part(Part, C) ->
    {_, Allowed} = lists:keyfind(Part, 1, allowed_characters()),
    lists:member(C, Allowed).

%%% Putting together.

recompose(Map) ->
    case valid(Map) of
        true -> like(model(Map), composed(maps:map(fun(_, V) when is_integer(V); is_atom(V) -> V; (_, V) -> chars(V) end, Map)));
        false -> {error, invalid_map, Map}
    end.

valid(#{path := _} = Map) ->
    HasHost = is_map_key(host, Map),
    (HasHost orelse not (is_map_key(userinfo, Map) orelse is_map_key(port, Map)))
        andalso (not HasHost orelse begin
                                        Path = chars(maps:get(path, Map)),
                                        Path =:= "" orelse hd(Path) =:= $/
                                    end);
valid(Map) when is_map(Map) -> false.

model(Map) -> hd([V || V <- maps:values(Map), is_binary(V)] ++ [""]).

composed(Map) ->
    [case Map of #{scheme := S} -> [S, $:]; _ -> "" end,
     case Map of
         #{host := H} ->
             ["//", case Map of #{userinfo := U} -> [escaped(U, userinfo), $@]; _ -> "" end,
              case lists:member($:, H) of
                  true -> [$[, H, $]];
                  false -> escaped(H, regname)
              end,
              case Map of
                  #{port := undefined} -> ":";
                  #{port := P} -> [$: | integer_to_list(P)];
                  _ -> ""
              end];
         _ -> ""
     end,
     escaped(maps:get(path, Map), path),
     case Map of #{query := Q} -> [$?, escaped(Q, query)]; _ -> "" end,
     case Map of #{fragment := F} -> [$#, escaped(F, fragment)]; _ -> "" end].

%% What a part may not have is encoded.
escaped(Text, Part) ->
    {_, Allowed} = lists:keyfind(Part, 1, allowed_characters()),
    encode(Text, Allowed).

encode(Text, Allowed) ->
    lists:append([case lists:member(C, Allowed) of
                      true -> [C];
                      false -> percent(<<C/utf8>>)
                  end || C <- Text]).

percent(Bytes) -> lists:append([[$%, hex(B bsr 4), hex(B band 15)] || <<B>> <= Bytes]).

hex(N) -> lists:nth(N + 1, "0123456789ABCDEF").

%%% Normal form.

normalize(URI) -> normalize(URI, []).

normalize(URI, Options) when is_map(URI) ->
    Map = maps:map(fun(_, V) when is_integer(V); is_atom(V) -> V; (_, V) -> chars(V) end, URI),
    Model = if
                URI =:= #{} -> <<>>;
                true -> model(URI)
            end,
    result(maps:merge(#{path => ""}, Map), Model, Options);
normalize(URI, Options) when is_list(URI); is_binary(URI) ->
    try parsed(chars(URI)) of
        Map -> result(Map, URI, Options)
    catch throw:{error, What, Bad} -> {error, What, Bad}
    end.

result(Map, Model, Options) ->
    Normal = normal(Map),
    case lists:member(return_map, Options) of
        true -> map_like(Model, Normal);
        false -> like(Model, composed(Normal))
    end.

normal(Map0) ->
    Map1 = maps:map(fun(scheme, V) -> string:lowercase(V);
                       (host, V) -> string:lowercase(decoded_unreserved(V));
                       (_, V) when is_list(V) -> decoded_unreserved(V);
                       (_, V) -> V
                    end, Map0),
    %% Lowercase letters of a host are those of its percent signs as well.
    Map2 = case Map1 of
               #{host := Host} -> Map1#{host := upper_percent(Host)};
               _ -> Map1
           end,
    Map3 = Map2#{path := without_dots(maps:get(path, Map2))},
    Map4 = case Map3 of
               #{scheme := Scheme, port := Port} ->
                   Default = proplists:get_value(Scheme, [{"ftp", 21}, {"ssh", 22}, {"sftp", 22}, {"tftp", 69},
                                                          {"http", 80}, {"https", 443}]),
                   case Port =:= Default orelse Port =:= undefined of
                       true -> maps:remove(port, Map3);
                       false -> Map3
                   end;
               _ -> Map3
           end,
    case Map4 of
        #{scheme := S, host := _, path := ""} when S =:= "http"; S =:= "https" -> Map4#{path := "/"};
        _ -> Map4
    end.

decoded_unreserved([$%, A, B | Rest]) ->
    C = list_to_integer([A, B], 16),
    case lists:member(C, ?UNRESERVED) of
        true -> [C | decoded_unreserved(Rest)];
        false -> [$% | string:uppercase([A, B])] ++ decoded_unreserved(Rest)
    end;
decoded_unreserved([C | Rest]) -> [C | decoded_unreserved(Rest)];
decoded_unreserved([]) -> [].

upper_percent([$%, A, B | Rest]) -> [$% | string:uppercase([A, B])] ++ upper_percent(Rest);
upper_percent([C | Rest]) -> [C | upper_percent(Rest)];
upper_percent([]) -> [].

%% Segments . and .. are followed.
without_dots(Path) -> without_dots(Path, []).

without_dots("../" ++ Rest, []) -> without_dots(Rest, []);
without_dots("./" ++ Rest, []) -> without_dots(Rest, []);
without_dots("/./" ++ Rest, Out) -> without_dots("/" ++ Rest, Out);
without_dots("/.", Out) -> without_dots("/", Out);
without_dots("/../" ++ Rest, Out) -> up("/" ++ Rest, Out);
without_dots("/..", Out) -> up("/", Out);
without_dots(Dots, Out) when Dots =:= "."; Dots =:= ".." -> without_dots("", Out);
without_dots([], Out) -> lists:append(lists:reverse(Out));
without_dots([C | Rest], Out) ->
    {Segment, After} = lists:splitwith(fun(X) -> X =/= $/ end, Rest),
    without_dots(After, [[C | Segment] | Out]).

%% A first segment without a slash leaves none behind.
up("/" ++ Rest, [[C | _]]) when C =/= $/ -> without_dots(Rest, []);
up(Rest, [_ | Out]) -> without_dots(Rest, Out);
up(Rest, []) -> without_dots(Rest, []).

%%% Resolution.

resolve(Reference, Base) -> resolve(Reference, Base, []).

resolve(Reference, Base, Options) ->
    try as_map(Reference) of
        #{scheme := _} = R -> resolved(R#{path := without_dots(maps:get(path, R))}, Reference, Options);
        R ->
            case as_map(Base) of
                #{scheme := _} = B when is_list(Reference) -> resolved(merged(R, B), Reference, Options);
                #{scheme := _} = B -> resolved(merged(R, B), Base, Options);
                _ -> {error, invalid_scheme, ""}
            end
    catch throw:{error, What, Bad} -> {error, What, Bad}
    end.

as_map(Map) when is_map(Map) -> maps:map(fun(_, V) when is_integer(V); is_atom(V) -> V; (_, V) -> chars(V) end, Map);
as_map(Text) when is_list(Text); is_binary(Text) -> parsed(chars(Text)).

resolved(Map, Like, Options) ->
    Model = if
                is_map(Like) -> model(Like);
                true -> Like
            end,
    case lists:member(return_map, Options) of
        true -> map_like(Model, Map);
        false -> like(Model, composed(Map))
    end.

merged(#{host := _, path := Path} = R, #{scheme := Scheme}) -> R#{scheme => Scheme, path := without_dots(Path)};
merged(#{path := ""} = R, B) ->
    maps:merge(maps:remove(fragment, B), maps:with([query, fragment], R));
merged(#{path := Path} = R, #{path := BasePath} = B) ->
    Whole = case {Path, B} of
                {"/" ++ _, _} -> Path;
                {_, #{host := _}} when BasePath =:= "" -> "/" ++ Path;
                _ ->
                    Dir = lists:reverse(lists:dropwhile(fun(C) -> C =/= $/ end, lists:reverse(BasePath))),
                    Dir ++ Path
            end,
    maps:merge(maps:without([query, fragment], B), (maps:with([query, fragment], R))#{path => without_dots(Whole)}).

%%% Percent encoding.

quote(Text) -> quote(Text, "").

quote(Text, Safe) when is_list(Text); is_binary(Text) -> like(Text, encode(chars(Text), ?UNRESERVED ++ Safe)).

unquote(Text) when is_list(Text); is_binary(Text) -> like(Text, decode(Text)).

percent_decode(Map) when is_map(Map) ->
    maps:map(fun(_, V) when is_integer(V); is_atom(V) -> V; (_, V) -> percent_decode(V) end, Map);
percent_decode(Text) when is_list(Text); is_binary(Text) -> unquote(Text).

%% Bytes that are encoded are text in UTF-8.
decode(Text) ->
    Bytes = decode_bytes(unicode:characters_to_binary(Text)),
    case unicode:characters_to_list(Bytes) of
        Chars when is_list(Chars) -> Chars;
        _ -> throw({error, invalid_percent_encoding, Text})
    end.

decode_bytes(<<$%, A, B, Rest/binary>> = All) ->
    case is_hex(A) andalso is_hex(B) of
        true -> <<(list_to_integer([A, B], 16)), (decode_bytes(Rest))/binary>>;
        false ->
            <<_, Rest1/binary>> = All,
            <<$%, (decode_bytes(Rest1))/binary>>
    end;
decode_bytes(<<C, Rest/binary>>) -> <<C, (decode_bytes(Rest))/binary>>;
decode_bytes(<<>>) -> <<>>.

%% What is encoded in one character set is encoded in another one.
transcode(Text, Options) when is_list(Text); is_binary(Text) ->
    In = proplists:get_value(in_encoding, Options, utf8),
    Out = proplists:get_value(out_encoding, Options, utf8),
    Chars = case Text of
                _ when is_binary(Text) -> unicode:characters_to_list(Text, In);
                _ -> unicode:characters_to_list(Text)
            end,
    New = transcoded(Chars, In, Out),
    case Text of
        _ when is_binary(Text) -> unicode:characters_to_binary(New, utf8, Out);
        _ -> New
    end.

transcoded([$%, _, _ | _] = Chars, In, Out) ->
    {Bytes, Rest} = percent_run(Chars, <<>>),
    case unicode:characters_to_list(Bytes, In) of
        Text when is_list(Text) ->
            percent(unicode:characters_to_binary(Text, utf8, Out)) ++ transcoded(Rest, In, Out);
        _ -> throw({error, invalid_percent_encoding, Chars})
    end;
transcoded([C | Rest], In, Out) -> [C | transcoded(Rest, In, Out)];
transcoded([], _, _) -> [].

percent_run([$%, A, B | Rest], Bytes) -> percent_run(Rest, <<Bytes/binary, (list_to_integer([A, B], 16))>>);
percent_run(Rest, Bytes) -> {Bytes, Rest}.

%%% Queries of forms (HTML 5).

compose_query(Pairs) -> compose_query(Pairs, []).

compose_query([], _) -> "";
compose_query([{First, _} | _] = Pairs, Options) ->
    Encoding = proplists:get_value(encoding, Options, utf8),
    Separator = case proplists:get_value(separator, Options, amp) of
                    semicolon -> ";";
                    _ -> "&"
                end,
    try [[form(K, Encoding), case V of
                                 true -> "";
                                 _ -> [$=, form(V, Encoding)]
                             end] || {K, V} <- Pairs] of
        Forms -> like(First, lists:flatten(lists:join(Separator, Forms)))
    catch throw:{error, What, Bad} -> {error, What, Bad}
    end.

form(Text, _) when not is_list(Text), not is_binary(Text) -> throw({error, invalid_input, Text});
form(Text, Encoding) ->
    case unicode:characters_to_binary(Text, utf8, Encoding) of
        Bytes when is_binary(Bytes) -> lists:append([form_byte(B) || <<B>> <= Bytes]);
        _ -> error(badarg)
    end.

form_byte($\s) -> "+";
form_byte(B) when B >= $a, B =< $z; B >= $A, B =< $Z; B >= $0, B =< $9; B =:= $*; B =:= $-; B =:= $.; B =:= $_ -> [B];
form_byte(B) -> percent(<<B>>).

dissect_query(<<>>) -> [];
dissect_query([]) -> [];
dissect_query(Text) when is_list(Text); is_binary(Text) ->
    Parts = string:split(string:replace(chars(Text), ";", "&", all), "&", all),
    [case cut(lists:flatten(Part), $=) of
         {Key, none} -> {unformed(Key, Text), true};
         {Key, Value} -> {unformed(Key, Text), unformed(Value, Text)}
     end || Part <- Parts].

unformed(Chars, Model) -> like(Model, decode([case C of $+ -> $\s; _ -> C end || C <- Chars])).

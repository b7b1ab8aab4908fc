%% Annotations of abstract forms: a location, or a list of items with one.
-module(erl_anno).

-export([column/1, end_location/1, file/1, generated/1, location/1, line/1,
         record/1, text/1, new/1, is_anno/1, to_term/1, from_term/1,
         set_file/2, set_generated/2, set_line/2, set_location/2, set_record/2, set_text/2,
         set_end_location/2]).

-define(LN(L), is_integer(L), L >= 0).
-define(COL(C), is_integer(C), C >= 1).

new(Line) when ?LN(Line) -> Line;
new({Line, Column} = Location) when ?LN(Line), ?COL(Column) -> Location;
new(Location) -> error(badarg, [Location]).

to_term(Anno) -> Anno.

from_term(Items) when is_list(Items) -> Items;
from_term(Line) when is_integer(Line), Line < 0 -> [{generated, true}, {location, -Line}];
from_term(Term) -> Term.

is_anno(Line) when ?LN(Line) -> true;
is_anno({Line, Column}) when ?LN(Line), ?COL(Column) -> true;
is_anno(Items) when is_list(Items) ->
    try lists:all(fun({Item, Value}) -> is_item(Item, Value) end, Items) of
        All -> All andalso lists:keymember(location, 1, Items)
    catch
        error:_ -> false
    end;
is_anno(_) -> false.

is_item(file, File) -> is_name(File);
is_item(generated, Value) -> is_boolean(Value);
is_item(record, Value) -> is_boolean(Value);
is_item(text, Text) -> is_text(Text);
is_item(location, Location) -> not is_list(Location) andalso is_anno(Location);
is_item(end_location, Location) -> not is_list(Location) andalso is_anno(Location);
is_item(_, _) -> false.

is_name(File) when is_list(File); is_binary(File) ->
    try unicode:characters_to_list(File) of
        Chars -> is_list(Chars)
    catch
        error:_ -> false
    end;
is_name(_) -> false.

is_text(Text) -> is_list(Text) andalso is_name(Text).

column(Anno) ->
    case anno_info(Anno, location, 0) of
        {_, Column} -> Column;
        _ -> undefined
    end.

line(Anno) ->
    case anno_info(Anno, location, 0) of
        {Line, _} -> Line;
        Line -> Line
    end.

location(Anno) -> anno_info(Anno, location, 0).
file(Anno) -> anno_info(Anno, file, undefined).
generated(Anno) -> anno_info(Anno, generated, false).
record(Anno) -> anno_info(Anno, record, false).
text(Anno) -> anno_info(Anno, text, undefined).

%% Where the token's text ends, if the text is known.
end_location(Anno) ->
    case anno_info(Anno, end_location, undefined) of
        undefined ->
            case text(Anno) of
                undefined -> undefined;
                Text -> advance(Text, location(Anno))
            end;
        Location -> Location
    end.

advance([$\n | Text], {Line, _}) -> advance(Text, {Line + 1, 1});
advance([_ | Text], {Line, Column}) -> advance(Text, {Line, Column + 1});
advance([$\n | Text], Line) -> advance(Text, Line + 1);
advance([_ | Text], Line) -> advance(Text, Line);
advance([], Location) -> Location.

anno_info(Anno, Item, Default) when is_list(Anno) ->
    case lists:keyfind(Item, 1, Anno) of
        {Item, Value} -> Value;
        false -> Default
    end;
anno_info({Line, Column} = Location, location, _) when ?LN(Line), ?COL(Column) -> Location;
anno_info(Line, location, _) when ?LN(Line) -> Line;
anno_info({Line, Column}, _, Default) when ?LN(Line), ?COL(Column) -> Default;
anno_info(Line, _, Default) when ?LN(Line) -> Default;
anno_info(Anno, Item, Default) -> error(badarg, [Anno, Item, Default]).

set_file(File, Anno) -> set(file, File, Anno).
set_generated(Generated, Anno) -> set(generated, Generated, Anno).
set_record(Record, Anno) -> set(record, Record, Anno).
set_text(Text, Anno) -> set(text, Text, Anno).
set_end_location(Location, Anno) -> set(end_location, Location, Anno).
set_location(Location, Anno) -> set(location, Location, Anno).

set_line(Line, Anno) ->
    case location(Anno) of
        {_, Column} -> set(location, {Line, Column}, Anno);
        _ -> set(location, Line, Anno)
    end.

set(Item, Value, Anno) ->
    case is_anno(Anno) andalso is_item(Item, Value) of
        true -> set_item(Item, Value, Anno);
        false -> error(badarg, [Item, Value, Anno])
    end.

set_item(location, Location, Anno) when not is_list(Anno) -> Location;
set_item(Item, false, Anno) when is_list(Anno), (Item =:= generated orelse Item =:= record) ->
    simple(lists:keydelete(Item, 1, Anno));
set_item(Item, false, Anno) when Item =:= generated; Item =:= record -> Anno;
set_item(Item, Value, Anno) when is_list(Anno) ->
    case lists:keymember(Item, 1, Anno) of
        true -> lists:keyreplace(Item, 1, Anno, {Item, Value});
        false -> [{Item, Value} | Anno]
    end;
set_item(Item, Value, Location) -> [{Item, Value}, {location, Location}].

simple([{location, Location}]) -> Location;
simple(Anno) -> Anno.

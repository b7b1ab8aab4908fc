%% Annotations of abstract forms: a location, or a list of items with one.
-module(erl_anno).

-export([column/1, end_location/1, file/1, generated/1, location/1, line/1,
         record/1, text/1, new/1, is_anno/1, to_term/1, from_term/1,
         set_file/2, set_generated/2, set_line/2, set_location/2, set_record/2, set_text/2,
         set_end_location/2]).

new(Location) -> Location.
to_term(Anno) -> Anno.
from_term(Term) -> Term.

is_anno(Line) when is_integer(Line) -> Line >= 0;
is_anno({Line, Column}) -> is_integer(Line) andalso is_integer(Column) andalso Line >= 0 andalso Column >= 1;
is_anno([_ | _] = Items) -> lists:all(fun(I) -> tuple_size(I) =:= 2 end, Items);
is_anno(_) -> false.

location(Anno) when is_list(Anno) -> item(location, Anno, 0);
location(Anno) -> Anno.

line(Anno) ->
    case location(Anno) of
        {Line, _} -> Line;
        Line -> Line
    end.

column(Anno) ->
    case location(Anno) of
        {_, Column} -> Column;
        _ -> undefined
    end.

file(Anno) -> item(file, Anno, undefined).
text(Anno) -> item(text, Anno, undefined).
generated(Anno) -> item(generated, Anno, false).
record(Anno) -> item(record, Anno, false).

%% Where the token's text ends, if the text is known.
end_location(Anno) ->
    case item(end_location, Anno, undefined) of
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

item(Key, Anno, Default) when is_list(Anno) ->
    case lists:keyfind(Key, 1, Anno) of
        {Key, Value} -> Value;
        false -> Default
    end;
item(_, _, Default) -> Default.

set_file(File, Anno) -> set(file, File, Anno).
set_generated(Generated, Anno) -> set(generated, Generated, Anno).
set_record(Record, Anno) -> set(record, Record, Anno).
set_text(Text, Anno) -> set(text, Text, Anno).
set_end_location(Location, Anno) -> set(end_location, Location, Anno).
set_location(Location, Anno) when is_list(Anno) -> set(location, Location, Anno);
set_location(Location, _) -> Location.

set_line(Line, Anno) ->
    case location(Anno) of
        {_, Column} -> set_location({Line, Column}, Anno);
        _ -> set_location(Line, Anno)
    end.

set(Key, Value, Anno) when is_list(Anno) -> lists:keystore(Key, 1, Anno, {Key, Value});
set(Key, false, Anno) when Key =:= generated; Key =:= record -> Anno;
set(Key, Value, Anno) -> [{location, Anno}, {Key, Value}].

%% Colours, emphasis and the cursor: the sequences that terminals understand, to be
%% had one by one or by their names in formats. They are those of xterm, which
%% today's terminals share.
-module(io_ansi).

-export([format/1, format/2, format/3, fwrite/1, fwrite/2, fwrite/3, fwrite/4, render/1, render/2, scan/1,
         enabled/0, enabled/1, color_name_to_index/1]).
-export([color/1, color/3, background/1, background/3, underline_color/1, underline_color/3, modify_color/4,
         cursor/2, cursor_up/1, cursor_down/1, cursor_forward/1, cursor_backward/1, cursor_move/2,
         cursor_horizontal_absolute/1, cursor_vertical_absolute/1, cursor_horizontal_vertical/2,
         delete_character/1, delete_line/1, erase_character/1, insert_character/1, insert_line/1,
         scroll_backward/1, scroll_forward/1, scroll_change_region/2, hyperlink_start/1,
         cursor_report_position/0, device_report_attributes/0]).
%% Colours of letters, of what is behind them and of lines below them.
-export([black/0, black_background/0, black_underline/0, blue/0, blue_background/0, blue_underline/0, cyan/0,
         cyan_background/0, cyan_underline/0, green/0, green_background/0, green_underline/0, light_black/0,
         light_black_background/0, light_black_underline/0, light_blue/0, light_blue_background/0,
         light_blue_underline/0, light_cyan/0, light_cyan_background/0, light_cyan_underline/0, light_green/0,
         light_green_background/0, light_green_underline/0, light_magenta/0, light_magenta_background/0,
         light_magenta_underline/0, light_red/0, light_red_background/0, light_red_underline/0, light_white/0,
         light_white_background/0, light_white_underline/0, light_yellow/0, light_yellow_background/0,
         light_yellow_underline/0, magenta/0, magenta_background/0, magenta_underline/0, red/0, red_background/0,
         red_underline/0, white/0, white_background/0, white_underline/0, yellow/0, yellow_background/0,
         yellow_underline/0]).
-export([alternate_character_set_mode/0, alternate_character_set_mode_off/0, alternate_screen/0,
         alternate_screen_off/0, blink/0, blink_off/0, bold/0, bold_off/0, clear/0, curly_underline/0,
         cursor_backward/0, cursor_down/0, cursor_forward/0, cursor_hide/0, cursor_home/0, cursor_next_line/0,
         cursor_previous_line/0, cursor_restore/0, cursor_save/0, cursor_show/0, cursor_up/0, dashed_underline/0,
         default_background/0, default_color/0, default_underline_color/0, delete_character/0, delete_line/0, dim/0,
         dim_off/0, dotted_underline/0, double_underline/0, erase_display/0, erase_line/0, hyperlink_reset/0,
         insert_line/0, inverse/0, inverse_off/0, invisible/0, invisible_off/0, italic/0, italic_off/0,
         keypad_transmit_mode/0, keypad_transmit_mode_off/0, overline/0, overline_off/0, reset/0, reverse_index/0,
         scroll_backward/0, scroll_forward/0, strikethrough/0, strikethrough_off/0, tab/0, tab_backward/0,
         tab_clear/0, tab_clear_all/0, tab_set/0, underline/0, underline_off/0]).

-export_type([code/0, format/0, option/0]).

%% A sequence by the name of its function, with the function's arguments.
-type code() :: atom() | tuple().
-type format() :: [code() | io:format() | format()] | io:format().
-type option() :: {enabled, boolean()} | {reset, boolean()}.

-define(SEQUENCE(Name), Name() -> code(Name)).

%%% Formats.

-spec format(format()) -> unicode:unicode_binary().
format(Format) -> format(Format, [], []).

-spec format(format(), [term()]) -> unicode:unicode_binary().
format(Format, Data) -> format(Format, Data, []).

%% The letters of sequences stand in the format as such.
-spec format(format(), [term()], [option()]) -> unicode:unicode_binary().
format(Format, Data, Options) when is_list(Format) ->
    Enabled = is_enabled(Options, user),
    Reset = case Enabled andalso proplists:get_value(reset, Options, true) of
                true -> [reset];
                false -> []
            end,
    io_lib:bformat(lists:flatten([chars(Part, Enabled) || Part <- lists:flatten(Format)] ++ [chars(R, true) || R <- Reset]), Data).

chars(Part, _) when is_integer(Part); is_binary(Part) -> unicode:characters_to_list([Part]);
chars(Code, true) -> binary_to_list(coded(Code));
chars(Code, false) ->
    _ = coded(Code),
    [].

is_enabled(Options, Device) ->
    case lists:keyfind(enabled, 1, Options) of
        {enabled, Enabled} -> Enabled;
        false -> enabled(Device)
    end.

-spec fwrite(format()) -> ok.
fwrite(Format) -> fwrite(standard_io, Format, [], []).

-spec fwrite(format(), [term()]) -> ok.
fwrite(Format, Data) -> fwrite(standard_io, Format, Data, []).

-spec fwrite(io:device() | format(), format() | [term()], [term()] | [option()]) -> ok.
fwrite(Device, Format, Data) when is_atom(Device); is_pid(Device) -> fwrite(Device, Format, Data, []);
fwrite(Format, Data, Options) -> fwrite(standard_io, Format, Data, Options).

-spec fwrite(io:device(), format(), [term()], [option()]) -> ok.
fwrite(Device, Format, Data, Options) ->
    io:put_chars(Device, format(Format, Data, [{enabled, is_enabled(Options, Device)} | Options])).

-spec render([code() | unicode:chardata()]) -> unicode:chardata().
render(Parts) -> render(Parts, []).

-spec render([code() | unicode:chardata()], [option()]) -> unicode:chardata().
render(Parts, Options) ->
    case is_enabled(Options, user) of
        true ->
            [rendered(Part) || Part <- Parts]
                ++ [code(reset) || proplists:get_value(reset, Options, true)];
        false -> [Part || Part <- Parts, is_text(Part)]
    end.

rendered(Part) ->
    case is_text(Part) of
        true -> Part;
        false -> coded(Part)
    end.

is_text(Part) -> is_integer(Part) orelse is_binary(Part) orelse is_list(Part).

%% Whether a device shows sequences: it does if it is a terminal.
-spec enabled() -> boolean().
enabled() -> enabled(standard_io).

-spec enabled(io:device()) -> boolean().
enabled(Device) ->
    case io:getopts(Device) of
        Options when is_list(Options) -> proplists:get_value(stdout, Options, proplists:get_value(terminal, Options, false));
        {error, _} -> false
    end.

%%% Text with sequences in it, taken apart.

-spec scan(unicode:chardata()) -> [code() | unicode:unicode_binary() | {csi, binary()}].
scan(Text) -> scan(unicode:characters_to_binary(Text), 0, known()).

scan(Bin, At, Known) ->
    case Bin of
        <<Before:At/binary, 27, _/binary>> ->
            <<_:At/binary, Rest/binary>> = Bin,
            {Code, After} = sequence(Rest, Known),
            [Before || Before =/= <<>>] ++ [Code | scan(After, 0, Known)];
        <<_:At/binary, _, _/binary>> -> scan(Bin, At + 1, Known);
        _ -> [Bin || Bin =/= <<>>]
    end.

%% The longest of the known sequences that Bin begins with, or one of the general form.
sequence(Bin, Known) ->
    case [{S, Name} || {S, Name} <- Known, binary:longest_common_prefix([S, Bin]) =:= byte_size(S)] of
        [] ->
            case re:run(Bin, "^\\x1b\\[[0-?]*[ -/]*[@-~]", [{capture, first, binary}]) of
                {match, [Sequence]} -> {{csi, Sequence}, binary:part(Bin, byte_size(Sequence), byte_size(Bin) - byte_size(Sequence))};
                nomatch ->
                    <<Escape:1/binary, Rest/binary>> = Bin,
                    {Escape, Rest}
            end;
        Found ->
            {Sequence, Name} = lists:last(lists:sort(fun({A, _}, {B, _}) -> byte_size(A) =< byte_size(B) end, Found)),
            {Name, binary:part(Bin, byte_size(Sequence), byte_size(Bin) - byte_size(Sequence))}
    end.

known() ->
    %% Of two with one sequence the first is meant.
    Names = [bold_off | [Name || {Name, 0} <- ?MODULE:module_info(exports), is_sequence(Name)]],
    [{<<"\e[0m">>, reset} |
     [{Sequence, Name} || {Sequence, Name} <- maps:to_list(maps:from_list(lists:reverse([{code(Name), Name} || Name <- Names]))),
                          binary:first(Sequence) =:= 27]].

is_sequence(Name) -> not lists:member(Name, [module_info, enabled, cursor_report_position, device_report_attributes]).

%%% Sequences.

coded(Name) when is_atom(Name) ->
    case erlang:function_exported(?MODULE, Name, 0) andalso is_sequence(Name) of
        true -> code(Name);
        false -> error({invalid_code, Name})
    end;
coded(Tuple) when is_tuple(Tuple), tuple_size(Tuple) > 1 ->
    [Name | Arguments] = tuple_to_list(Tuple),
    apply(?MODULE, Name, Arguments);
coded(Other) -> error({invalid_code, Other}).

numbered(Before, Number, After) -> <<"\e[", Before/binary, (integer_to_binary(Number))/binary, After/binary>>.

two(First, Second, After) ->
    <<"\e[", (integer_to_binary(First))/binary, ";", (integer_to_binary(Second))/binary, After/binary>>.

rgb(Kind, Red, Green, Blue) ->
    <<"\e[", Kind/binary, ";2;", (integer_to_binary(Red))/binary, ";", (integer_to_binary(Green))/binary, ";",
      (integer_to_binary(Blue))/binary, "m">>.

%% The first sixteen colours have short sequences.
-spec color(non_neg_integer()) -> binary().
color(Index) when Index < 8 -> numbered(<<>>, 30 + Index, <<"m">>);
color(Index) when is_integer(Index), Index < 16 -> numbered(<<>>, 82 + Index, <<"m">>);
color(Index) when is_integer(Index) -> numbered(<<"38;5;">>, Index, <<"m">>);
color(Other) -> throw({invalid_code, Other, []}).

-spec color(0..255, 0..255, 0..255) -> binary().
color(Red, Green, Blue) -> rgb(<<"38">>, Red, Green, Blue).

-spec background(non_neg_integer()) -> binary().
background(Index) when Index < 8 -> numbered(<<>>, 40 + Index, <<"m">>);
background(Index) when is_integer(Index), Index < 16 -> numbered(<<>>, 92 + Index, <<"m">>);
background(Index) when is_integer(Index) -> numbered(<<"48;5;">>, Index, <<"m">>);
background(Other) -> throw({invalid_code, Other, []}).

-spec background(0..255, 0..255, 0..255) -> binary().
background(Red, Green, Blue) -> rgb(<<"48">>, Red, Green, Blue).

-spec underline_color(non_neg_integer()) -> binary().
underline_color(Index) -> numbered(<<"58;5;">>, Index, <<"m">>).

-spec underline_color(0..255, 0..255, 0..255) -> binary().
underline_color(Red, Green, Blue) -> rgb(<<"58">>, Red, Green, Blue).

%% A colour's parts are given in thousandths, as terminfo has them.
-spec modify_color(non_neg_integer(), 0..1000, 0..1000, 0..1000) -> binary().
modify_color(Index, Red, Green, Blue) ->
    iolist_to_binary(io_lib:format("\e]4;~b;rgb:~2.16.0B/~2.16.0B/~2.16.0B\e\\", [Index | [P * 255 div 1000 || P <- [Red, Green, Blue]]])).

-spec color_name_to_index(atom()) -> 0..15.
color_name_to_index(black) -> 0;
color_name_to_index(red) -> 1;
color_name_to_index(green) -> 2;
color_name_to_index(yellow) -> 3;
color_name_to_index(blue) -> 4;
color_name_to_index(magenta) -> 5;
color_name_to_index(cyan) -> 6;
color_name_to_index(white) -> 7;
color_name_to_index(light_black) -> 8;
color_name_to_index(light_red) -> 9;
color_name_to_index(light_green) -> 10;
color_name_to_index(light_yellow) -> 11;
color_name_to_index(light_blue) -> 12;
color_name_to_index(light_magenta) -> 13;
color_name_to_index(light_cyan) -> 14;
color_name_to_index(light_white) -> 15.

-spec cursor(non_neg_integer(), non_neg_integer()) -> binary().
cursor(Line, Column) -> two(Line + 1, Column + 1, <<"H">>).

cursor_up(N) -> numbered(<<>>, N, <<"A">>).
cursor_down(N) -> numbered(<<>>, N, <<"B">>).
cursor_forward(N) -> numbered(<<>>, N, <<"C">>).
cursor_backward(N) -> numbered(<<>>, N, <<"D">>).
cursor_horizontal_absolute(Column) -> numbered(<<>>, Column + 1, <<"G">>).
cursor_vertical_absolute(Line) -> numbered(<<>>, Line + 1, <<"d">>).
cursor_horizontal_vertical(Line, Column) -> two(Line, Column, <<"f">>).

-spec cursor_move(integer(), integer()) -> binary().
cursor_move(Lines, Columns) ->
    Vertical = if
                   Lines < 0 -> cursor_up(-Lines);
                   Lines > 0 -> cursor_down(Lines);
                   true -> <<>>
               end,
    Horizontal = if
                     Columns < 0 -> cursor_backward(-Columns);
                     Columns > 0 -> cursor_forward(Columns);
                     true -> <<>>
                 end,
    <<Vertical/binary, Horizontal/binary>>.

delete_character(N) -> numbered(<<>>, N, <<"P">>).
delete_line(N) -> numbered(<<>>, N, <<"M">>).
erase_character(N) -> numbered(<<>>, N, <<"X">>).
insert_character(N) -> numbered(<<>>, N, <<"@">>).
insert_line(N) -> numbered(<<>>, N, <<"L">>).
scroll_backward(N) -> numbered(<<>>, N, <<"T">>).
scroll_forward(N) -> numbered(<<>>, N, <<"S">>).
scroll_change_region(First, Last) -> two(First + 1, Last + 1, <<"r">>).

-spec hyperlink_start(unicode:chardata()) -> unicode:unicode_binary().
hyperlink_start(Address) -> unicode:characters_to_binary(["\e]8;", Address, ";\e\\"]).

%% What a terminal is asked; it answers as if it were typed.
cursor_report_position() -> <<"\e[6n">>.
device_report_attributes() -> <<"\e[0c">>.

?SEQUENCE(alternate_character_set_mode).
?SEQUENCE(alternate_character_set_mode_off).
?SEQUENCE(alternate_screen).
?SEQUENCE(alternate_screen_off).
?SEQUENCE(black).
?SEQUENCE(black_background).
?SEQUENCE(black_underline).
?SEQUENCE(blink).
?SEQUENCE(blink_off).
?SEQUENCE(blue).
?SEQUENCE(blue_background).
?SEQUENCE(blue_underline).
?SEQUENCE(bold).
?SEQUENCE(bold_off).
?SEQUENCE(clear).
?SEQUENCE(curly_underline).
?SEQUENCE(cursor_backward).
?SEQUENCE(cursor_down).
?SEQUENCE(cursor_forward).
?SEQUENCE(cursor_hide).
?SEQUENCE(cursor_home).
?SEQUENCE(cursor_next_line).
?SEQUENCE(cursor_previous_line).
?SEQUENCE(cursor_restore).
?SEQUENCE(cursor_save).
?SEQUENCE(cursor_show).
?SEQUENCE(cursor_up).
?SEQUENCE(cyan).
?SEQUENCE(cyan_background).
?SEQUENCE(cyan_underline).
?SEQUENCE(dashed_underline).
?SEQUENCE(default_background).
?SEQUENCE(default_color).
?SEQUENCE(default_underline_color).
?SEQUENCE(delete_character).
?SEQUENCE(delete_line).
?SEQUENCE(dim).
?SEQUENCE(dim_off).
?SEQUENCE(dotted_underline).
?SEQUENCE(double_underline).
?SEQUENCE(erase_display).
?SEQUENCE(erase_line).
?SEQUENCE(green).
?SEQUENCE(green_background).
?SEQUENCE(green_underline).
?SEQUENCE(hyperlink_reset).
?SEQUENCE(insert_line).
?SEQUENCE(inverse).
?SEQUENCE(inverse_off).
?SEQUENCE(invisible).
?SEQUENCE(invisible_off).
?SEQUENCE(italic).
?SEQUENCE(italic_off).
?SEQUENCE(keypad_transmit_mode).
?SEQUENCE(keypad_transmit_mode_off).
?SEQUENCE(light_black).
?SEQUENCE(light_black_background).
?SEQUENCE(light_black_underline).
?SEQUENCE(light_blue).
?SEQUENCE(light_blue_background).
?SEQUENCE(light_blue_underline).
?SEQUENCE(light_cyan).
?SEQUENCE(light_cyan_background).
?SEQUENCE(light_cyan_underline).
?SEQUENCE(light_green).
?SEQUENCE(light_green_background).
?SEQUENCE(light_green_underline).
?SEQUENCE(light_magenta).
?SEQUENCE(light_magenta_background).
?SEQUENCE(light_magenta_underline).
?SEQUENCE(light_red).
?SEQUENCE(light_red_background).
?SEQUENCE(light_red_underline).
?SEQUENCE(light_white).
?SEQUENCE(light_white_background).
?SEQUENCE(light_white_underline).
?SEQUENCE(light_yellow).
?SEQUENCE(light_yellow_background).
?SEQUENCE(light_yellow_underline).
?SEQUENCE(magenta).
?SEQUENCE(magenta_background).
?SEQUENCE(magenta_underline).
?SEQUENCE(overline).
?SEQUENCE(overline_off).
?SEQUENCE(red).
?SEQUENCE(red_background).
?SEQUENCE(red_underline).
?SEQUENCE(reset).
?SEQUENCE(reverse_index).
?SEQUENCE(scroll_backward).
?SEQUENCE(scroll_forward).
?SEQUENCE(strikethrough).
?SEQUENCE(strikethrough_off).
?SEQUENCE(tab).
?SEQUENCE(tab_backward).
?SEQUENCE(tab_clear).
?SEQUENCE(tab_clear_all).
?SEQUENCE(tab_set).
?SEQUENCE(underline).
?SEQUENCE(underline_off).
?SEQUENCE(white).
?SEQUENCE(white_background).
?SEQUENCE(white_underline).
?SEQUENCE(yellow).
?SEQUENCE(yellow_background).
?SEQUENCE(yellow_underline).

code(black) -> <<"\e[30m">>;
code(black_background) -> <<"\e[40m">>;
code(black_underline) -> <<"\e[58;5;0m">>;
code(red) -> <<"\e[31m">>;
code(red_background) -> <<"\e[41m">>;
code(red_underline) -> <<"\e[58;5;1m">>;
code(green) -> <<"\e[32m">>;
code(green_background) -> <<"\e[42m">>;
code(green_underline) -> <<"\e[58;5;2m">>;
code(yellow) -> <<"\e[33m">>;
code(yellow_background) -> <<"\e[43m">>;
code(yellow_underline) -> <<"\e[58;5;3m">>;
code(blue) -> <<"\e[34m">>;
code(blue_background) -> <<"\e[44m">>;
code(blue_underline) -> <<"\e[58;5;4m">>;
code(magenta) -> <<"\e[35m">>;
code(magenta_background) -> <<"\e[45m">>;
code(magenta_underline) -> <<"\e[58;5;5m">>;
code(cyan) -> <<"\e[36m">>;
code(cyan_background) -> <<"\e[46m">>;
code(cyan_underline) -> <<"\e[58;5;6m">>;
code(white) -> <<"\e[37m">>;
code(white_background) -> <<"\e[47m">>;
code(white_underline) -> <<"\e[58;5;7m">>;
code(light_black) -> <<"\e[90m">>;
code(light_black_background) -> <<"\e[100m">>;
code(light_black_underline) -> <<"\e[58;5;8m">>;
code(light_red) -> <<"\e[91m">>;
code(light_red_background) -> <<"\e[101m">>;
code(light_red_underline) -> <<"\e[58;5;9m">>;
code(light_green) -> <<"\e[92m">>;
code(light_green_background) -> <<"\e[102m">>;
code(light_green_underline) -> <<"\e[58;5;10m">>;
code(light_yellow) -> <<"\e[93m">>;
code(light_yellow_background) -> <<"\e[103m">>;
code(light_yellow_underline) -> <<"\e[58;5;11m">>;
code(light_blue) -> <<"\e[94m">>;
code(light_blue_background) -> <<"\e[104m">>;
code(light_blue_underline) -> <<"\e[58;5;12m">>;
code(light_magenta) -> <<"\e[95m">>;
code(light_magenta_background) -> <<"\e[105m">>;
code(light_magenta_underline) -> <<"\e[58;5;13m">>;
code(light_cyan) -> <<"\e[96m">>;
code(light_cyan_background) -> <<"\e[106m">>;
code(light_cyan_underline) -> <<"\e[58;5;14m">>;
code(light_white) -> <<"\e[97m">>;
code(light_white_background) -> <<"\e[107m">>;
code(light_white_underline) -> <<"\e[58;5;15m">>;
code(alternate_character_set_mode) -> <<"\e(0">>;
code(alternate_character_set_mode_off) -> <<"\e(B">>;
code(alternate_screen) -> <<"\e[?1049h\e[22;0;0t">>;
code(alternate_screen_off) -> <<"\e[?1049l\e[23;0;0t">>;
code(blink) -> <<"\e[5m">>;
code(blink_off) -> <<"\e[25m">>;
code(bold) -> <<"\e[1m">>;
code(bold_off) -> <<"\e[22m">>;
code(clear) -> <<"\e[H\e[2J">>;
code(curly_underline) -> <<"\e[4:3m">>;
code(cursor_backward) -> <<"\b">>;
code(cursor_down) -> <<"\n">>;
code(cursor_forward) -> <<"\e[C">>;
code(cursor_hide) -> <<"\e[?25l">>;
code(cursor_home) -> <<"\e[H">>;
code(cursor_next_line) -> <<"\eE">>;
code(cursor_previous_line) -> <<"\e[F">>;
code(cursor_restore) -> <<"\e8">>;
code(cursor_save) -> <<"\e7">>;
code(cursor_show) -> <<"\e[?12;25h">>;
code(cursor_up) -> <<"\e[A">>;
code(dashed_underline) -> <<"\e[4:5m">>;
code(default_background) -> <<"\e[49m">>;
code(default_color) -> <<"\e[39m">>;
code(default_underline_color) -> <<"\e[59m">>;
code(delete_character) -> <<"\e[P">>;
code(delete_line) -> <<"\e[M">>;
code(dim) -> <<"\e[2m">>;
code(dim_off) -> <<"\e[22m">>;
code(dotted_underline) -> <<"\e[4:4m">>;
code(double_underline) -> <<"\e[4:2m">>;
code(erase_display) -> <<"\e[J">>;
code(erase_line) -> <<"\e[K">>;
code(hyperlink_reset) -> <<"\e]8;;\e\\">>;
code(insert_line) -> <<"\e[L">>;
code(inverse) -> <<"\e[7m">>;
code(inverse_off) -> <<"\e[27m">>;
code(invisible) -> <<"\e[8m">>;
code(invisible_off) -> <<"\e[28m">>;
code(italic) -> <<"\e[3m">>;
code(italic_off) -> <<"\e[23m">>;
code(keypad_transmit_mode) -> <<"\e[?1h\e=">>;
code(keypad_transmit_mode_off) -> <<"\e[?1l\e>">>;
code(overline) -> <<"\e[53m">>;
code(overline_off) -> <<"\e[55m">>;
code(reset) -> <<"\e(B\e[m">>;
code(reverse_index) -> <<"\eM">>;
code(scroll_backward) -> <<"\e[1T">>;
code(scroll_forward) -> <<"\e[1S">>;
code(strikethrough) -> <<"\e[9m">>;
code(strikethrough_off) -> <<"\e[29m">>;
code(tab) -> <<"\t">>;
code(tab_backward) -> <<"\e[Z">>;
code(tab_clear) -> <<"\e[0g">>;
code(tab_clear_all) -> <<"\e[3g">>;
code(tab_set) -> <<"\eH">>;
code(underline) -> <<"\e[4m">>;
code(underline_off) -> <<"\e[24m">>.

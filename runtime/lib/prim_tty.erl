%% The terminal, or standard input and output: natives of the program.
-module(prim_tty).

-export([write/1, write_error/1, read_line/4, read_password/2, read_menu/3, leave_menu/0, cancel/1, own/0,
         expanded/3, geometry/0, isatty/0, isatty/1]).

%% write writes UTF-8 text and returns ok once it is on its way.
write(_Text) -> erlang:nif_error(undef).

%% write_error does the same for standard error.
write_error(_Text) -> erlang:nif_error(undef).

%% read_line asks for a line that begins with Typed; the prompt {more, Prompt} says that
%% it goes on what was read before: {tty, {line, Ref, Bytes}},
%% {tty, {eof, Ref}}, {tty, {interrupted, Ref}} or, when Ctrl-G takes the
%% terminal away, {tty, {switched, Ref, Typed}} is sent to Pid.
read_line(_Pid, _Ref, _Prompt, _Typed) -> erlang:nif_error(undef).
read_password(_Pid, _Ref) -> erlang:nif_error(undef).

%% read_menu asks for a command of Ctrl-G's menu; until leave_menu everything
%% else that is to be written waits.
read_menu(_Pid, _Ref, _Prompt) -> erlang:nif_error(undef).
leave_menu() -> erlang:nif_error(undef).
cancel(_Ref) -> erlang:nif_error(undef).

%% geometry is {Columns, Rows}, or undefined without a terminal.
geometry() -> erlang:nif_error(undef).

%% isatty says whether lines are edited at a terminal.
isatty() -> erlang:nif_error(undef).
isatty(_Device) -> erlang:nif_error(undef).

%% own has {tty, interrupt} sent to the caller when Ctrl-C interrupts, {tty,
%% switch} for Ctrl-G, and {tty, {expand, Id, Before}} when text is to be
%% completed; expanded answers with what is to be inserted and what is
%% possible: [{Title, columns | lines, [Text]}], in binaries.
expanded(_Id, _Insert, _Sections) -> erlang:nif_error(undef).
own() -> erlang:nif_error(undef).

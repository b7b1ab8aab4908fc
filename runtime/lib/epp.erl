%% The preprocessor: source files to forms. The work is the compiler's, in Go,
%% which reads a file whole; a process hands out its forms one by one.
-module(epp).

-export([open/1, open/2, open/3, close/1, default_encoding/0, encoding_to_string/1,
         read_encoding/1, read_encoding/2, read_encoding_from_binary/1, read_encoding_from_binary/2,
         set_encoding/1, set_encoding/2, scan_file/1, scan_file/2, scan_erl_form/1,
         parse_erl_form/1, parse_file/1, parse_file/2, parse_file/3, macro_defs/1,
         format_error/1, interpret_file_attribute/1,
         normalize_typed_record_fields/1, restore_typed_record_fields/1]).
-export([forms/3]).

%%% A file, form by form.

open(Name, Path) -> open(Name, Path, []).
open(Name, Path, Macros) -> open([{name, Name}, {includes, Path}, {macros, Macros}]).

open(Options) ->
    case proplists:get_value(name, Options) of
        undefined -> error(badarg);
        Name ->
            case read(Name, Options) of
                {ok, Source} ->
                    Read = preprocess(Name, Source, [tokens | native_options(Options)]),
                    case Read of
                        {[_, {error, {_, _, {redefine_predef, _} = Why}} | _], _, _} -> {error, Why};
                        _ ->
                            Epp = spawn_link(fun() -> serve(Read, Name) end),
                            case proplists:get_bool(extra, Options) of
                                true -> {ok, Epp, [{encoding, encoding_of(Source, Options)}]};
                                false -> {ok, Epp}
                            end
                    end;
                {error, _} = Error -> Error
            end
    end.

read(Name, Options) ->
    case proplists:get_value(fd, Options) of
        undefined -> file:read_file(Name);
        Fd -> read_all(Fd, [])
    end.

read_all(Fd, Read) ->
    case file:read(Fd, 65536) of
        {ok, Chars} -> read_all(Fd, [Read, Chars]);
        eof -> {ok, iolist_to_binary(Read)};
        {error, _} = Error -> Error
    end.

native_options(Options) ->
    lists:flatmap(fun({includes, Dirs}) -> [{i, Dir} || Dir <- Dirs];
                     ({macros, Macros}) -> [macro(M) || M <- Macros];
                     ({source_name, Name}) -> [{source, Name}];
                     ({features, Fs}) -> [{feature, F, enable} || F <- Fs];
                     ({location, _} = O) -> [O];
                     ({default_encoding, _} = O) -> [O];
                     (_) -> []
                  end, Options)
        ++ [{location, 1} || not proplists:is_defined(location, Options)]
        ++ [{code_path, code:get_path()}].

macro({Name, Value}) -> {d, Name, Value};
macro(Name) -> {d, Name, true}.

serve({Forms, Tokens, Macros}, Name) -> serve(lists:zip(Forms, Tokens), Forms, Macros, Name).

serve(Left, All, Macros, Name) ->
    receive
        {From, Ref, close} -> From ! {Ref, ok};
        {From, Ref, macro_defs} ->
            From ! {Ref, definitions(Macros, All, Name)},
            serve(Left, All, Macros, Name);
        {From, Ref, Kind} ->
            From ! {Ref, answer(Kind, hd(Left))},
            serve(case Left of [_] -> Left; [_ | Rest] -> Rest end, All, Macros, Name)
    end.

answer(_, {{eof, _} = Eof, _}) -> Eof;
answer(scan, {{error, {_, erl_parse, _}}, [_ | _] = Tokens}) -> {ok, Tokens};
answer(_, {{error, _} = Error, _}) -> Error;
answer(_, {{warning, _} = Warning, _}) -> Warning;
answer(scan, {_, Tokens}) -> {ok, Tokens};
answer(parse, {Form, _}) -> {ok, Form}.

call(Epp, Request) ->
    Ref = monitor(process, Epp),
    Epp ! {self(), Ref, Request},
    receive
        {Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, _, _, Why} -> exit(Why)
    end.

close(Epp) ->
    unlink(Epp),
    call(Epp, close).

scan_erl_form(Epp) -> call(Epp, scan).
parse_erl_form(Epp) -> call(Epp, parse).

%% macro_defs gives the macros at the file's end: {{atom, Name}, Definitions}.
macro_defs(Epp) -> call(Epp, macro_defs).

definitions(Macros, Forms, Name) ->
    Module = case [M || {attribute, _, module, M} <- Forms, is_atom(M)] of
                 [M | _] -> {none, [{atom, 1, M}]};
                 [] -> undefined
             end,
    String = case Module of
                 {none, [{atom, _, A}]} -> {none, [{string, 1, atom_to_list(A)}]};
                 undefined -> undefined
             end,
    Own = [{{atom, N}, [{Arity, {Params, Body}} || {N1, Arity, Params, Body} <- Macros, N1 =:= N]}
           || N <- lists:usort([element(1, M1) || M1 <- Macros])],
    Own ++ [{{atom, 'MODULE_STRING'}, String}, {{atom, 'MODULE'}, Module},
            {{atom, 'OTP_RELEASE'}, {none, [{integer, 1, 29}]}},
            {{atom, 'MACHINE'}, {none, [{atom, 1, 'BEAM'}]}},
            {{atom, 'LINE'}, {none, [{integer, 1, 1}]}},
            {{atom, 'FILE'}, {none, [{string, 1, Name}]}},
            {{atom, 'BASE_MODULE'}, undefined}, {{atom, 'BASE_MODULE_STRING'}, undefined},
            {{atom, 'FUNCTION_ARITY'}, undefined}, {{atom, 'FUNCTION_NAME'}, undefined},
            {{atom, 'BEAM'}, {none, [{atom, 1, true}]}}].

%%% A whole file.

parse_file(File) -> parse_file(File, []).
parse_file(File, Path, Macros) -> parse_file(File, [{includes, Path}, {macros, Macros}]).

parse_file(File, Options) ->
    case file:read_file(File) of
        {ok, Source} ->
            case preprocess(File, Source, native_options(Options)) of
                [_, {error, {_, _, {redefine_predef, _} = Why}} | _] -> {error, Why};
                Forms ->
                    case proplists:get_bool(extra, Options) of
                        true -> {ok, Forms, [{features, proplists:get_value(features, Options, [])},
                                             {encoding, encoding_of(Source, Options)}]};
                        false -> {ok, Forms}
                    end
            end;
        {error, _} = Error -> Error
    end.

%% forms gives the forms of a text by compile options.
forms(Name, Source, Options) -> preprocess(Name, Source, Options).

scan_file(File) -> scan_file(File, []).
scan_file(File, Options) ->
    case open([{name, File}, extra | Options]) of
        
        {ok, Epp, Extra} -> {ok, scan_all(Epp), Extra};
        {error, _} = Error -> Error
    end.

scan_all(Epp) ->
    case scan_erl_form(Epp) of
        {ok, Tokens} -> [Tokens | scan_all(Epp)];
        {eof, _} = Eof -> close(Epp), [Eof];
        Other -> [Other | scan_all(Epp)]
    end.

preprocess(_Name, _Source, _Options) -> erlang:nif_error(undef).

%%% Encodings.

default_encoding() -> utf8.

encoding_to_string(latin1) -> "coding: latin-1";
encoding_to_string(utf8) -> "coding: utf-8".

encoding_of(Source, Options) ->
    case encoding(Source) of
        none -> proplists:get_value(default_encoding, Options, utf8);
        Encoding -> Encoding
    end.

read_encoding(Name) -> read_encoding(Name, []).
read_encoding(Name, Options) ->
    case file:read_file(Name) of
        {ok, Source} -> read_encoding_from_binary(Source, Options);
        {error, _} -> none
    end.

read_encoding_from_binary(Source) -> read_encoding_from_binary(Source, []).
read_encoding_from_binary(Source, Options) ->
    case proplists:get_value(in_comment_only, Options, true) of
        true -> encoding(Source);
        false ->
            Lines = lists:sublist(binary:split(Source, <<"\n">>, [global]), 2),
            encoding(iolist_to_binary([[$%, Line, $\n] || Line <- Lines]))
    end.

encoding(_Source) -> erlang:nif_error(undef).

set_encoding(Device) -> set_encoding(Device, utf8).
set_encoding(Device, Default) ->
    {ok, Start} = file:position(Device, cur),
    Head = case file:read(Device, 1024) of
               {ok, Chars} -> iolist_to_binary(Chars);
               _ -> <<>>
           end,
    {ok, _} = file:position(Device, Start),
    Encoding = encoding(Head),
    ok = io:setopts(Device, [{encoding, case Encoding of none -> Default; _ -> Encoding end}]),
    Encoding.

%%% Forms of older releases.

interpret_file_attribute(Forms) -> Forms.

normalize_typed_record_fields(Fields) ->
    case lists:any(fun(F) -> element(1, F) =:= typed_record_field end, Fields) of
        true -> {typed, [case F of {typed_record_field, Field, _} -> Field; _ -> F end || F <- Fields]};
        false when Fields =:= [] -> {typed, []};
        false -> not_typed
    end.

restore_typed_record_fields(Forms) -> Forms.

%%% Errors.

format_error(cannot_parse) -> "cannot parse file, giving up";
format_error({bad, What}) -> io_lib:format("badly formed '~ts'", [What]);
format_error(missing_parenthesis) -> "badly formed define: missing closing right parenthesis";
format_error(missing_comma) -> "badly formed define: missing comma";
format_error(premature_end) -> "premature end";
format_error({call, What}) -> io_lib:format("illegal macro call '~ts'", [What]);
format_error({undefined, Macro, none}) -> io_lib:format("undefined macro '~ts'", [Macro]);
format_error({undefined, Macro, Arity}) -> io_lib:format("undefined macro '~ts/~p'", [Macro, Arity]);
format_error({depth, What}) -> io_lib:format("~s too deep", [What]);
format_error({mismatch, Macro}) -> io_lib:format("argument mismatch for macro '~ts'", [Macro]);
format_error({arg_error, Macro}) -> io_lib:format("badly formed argument for macro '~ts'", [Macro]);
format_error({redefine, Macro}) -> io_lib:format("redefining macro '~ts'", [Macro]);
format_error({redefine_predef, Macro}) -> io_lib:format("redefining predefined macro '~s'", [Macro]);
format_error({circular, Macro, none}) -> io_lib:format("circular macro '~ts'", [Macro]);
format_error({circular, Macro, Arity}) -> io_lib:format("circular macro '~ts/~p'", [Macro, Arity]);
format_error({include, What, File}) -> io_lib:format("can't find include ~s \"~ts\"", [What, File]);
format_error({Doc, file, File}) when Doc =:= doc; Doc =:= moduledoc ->
    io_lib:format("can't find ~s file \"~ts\"", [Doc, File]);
format_error({illegal, How, Macro}) -> io_lib:format("~s '-~s'", [How, Macro]);
format_error({illegal_function, Macro}) -> io_lib:format("?~s can only be used within a function", [Macro]);
format_error({illegal_function_usage, Macro}) -> io_lib:format("?~s must not begin a form", [Macro]);
format_error({duplicated_argument, Arg}) -> io_lib:format("argument '~ts' already used", [Arg]);
format_error(elif_after_else) -> "'elif' following 'else'";
format_error(ftr_after_prefix) -> "feature directive not allowed after exports or record definitions";
format_error({error, Term}) -> io_lib:format("-error(~tp).", [Term]);
format_error({warning, Term}) -> io_lib:format("-warning(~tp).", [Term]);
format_error({expansion, _}) -> "macro expansion too large";
format_error(Reason) -> file:format_error(Reason).

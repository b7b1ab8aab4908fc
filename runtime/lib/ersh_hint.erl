%% One line for the person at the node's own terminal: why something failed, and what to do.
%% Values and messages stay erl's. Nobody is told when the terminal is none, when
%% ERSH_HINTS=off, or when what failed was done for another node.
-module(ersh_hint).

-export([tell/1, unreachable/1, not_started/3, syntax_error/1, exception/3]).

tell(Text) ->
    case ersh_dist:hints() andalso node(group_leader()) =:= node() of
        true -> prim_tty:write(unicode:characters_to_binary(["-- ", Text, "\n"]));
        false -> ok
    end.

%% What was logged on the way stands before the result, as in erl.
unreachable(Node) ->
    logger_server:sync(),
    case ersh_dist:explain(Node) of
        false when node() =:= nonode@nohost, Node =/= nonode@nohost ->
            tell("this shell is no node yet: start it with -sname NAME, or call net_kernel:start(NAME, #{name_domain => shortnames})");
        false -> ok;
        Text -> tell(Text)
    end.

%% Why the node that the flags ask for can't be.
not_started(duplicate_name, Name, _) ->
    tell(io_lib:format("start with another name, or end that node; epmd -names shows who is there: ~ts is taken", [Name]));
not_started(register, _, "econnrefused") ->
    tell("no port mapper (epmd) runs here: start one with ersh epmd -daemon, or leave -start_epmd false out");
not_started(register, _, "eaddrinuse") ->
    tell("all ports from inet_dist_listen_min to inet_dist_listen_max are in use: widen the range");
not_started(name, Name, "Can't set long" ++ _) ->
    tell(io_lib:format("this host has no name with a dot: give one, -name ~ts@127.0.0.1 or -name ~ts@HOST.DOMAIN, or use -sname ~ts",
                       [Name, Name, Name]));
not_started(name, Name, "Can't set short" ++ _) ->
    tell(io_lib:format("a host with dots goes with a long name: -name ~ts", [Name]));
not_started(name, _, _) ->
    tell("a node's name has letters, digits, _ and -, and a host if it is given: gandalf or gandalf@shire");
not_started(cookie, _, _) ->
    tell("a cookie can be given instead: -setcookie COOKIE");
not_started(remsh, _, _) -> ok;
not_started(_, _, _) -> ok.

%% A name of a node that should have been quoted: gandalf@doris.example.net has full
%% stops in it, gandalf@my-host is a subtraction.
syntax_error(Tokens) ->
    case node_name(Tokens) of
        none -> ok;
        Name -> quote(Name)
    end.

quote(Name) -> tell(io_lib:format("a node's name with a dot or - in it has quotes around it: '~ts'", [Name])).

exception(error, badarith, [{erlang, '-', [A, B], _} | _]) when is_atom(A) ->
    case lists:member($@, atom_to_list(A)) of
        true when is_atom(B) -> quote([atom_to_list(A), $-, atom_to_list(B)]);
        true when is_integer(B) -> quote([atom_to_list(A), $-, integer_to_list(B)]);
        _ -> ok
    end;
exception(_, _, _) -> ok.

%% The first name with @ that goes on after its atom.
node_name([{atom, _, A}, {Sign, _} | Rest]) when Sign =:= '.'; Sign =:= '-' ->
    case lists:member($@, atom_to_list(A)) of
        true -> atom_to_list(A) ++ goes_on([{Sign, 0} | Rest]);
        false -> node_name(Rest)
    end;
node_name([_ | Rest]) -> node_name(Rest);
node_name([]) -> none.

goes_on([{Sign, _}, {Kind, _, Part} | Rest]) when Sign =:= '.' orelse Sign =:= '-', Kind =:= atom orelse Kind =:= integer;
                                                  Sign =:= '.', Kind =:= float ->
    [Mark] = atom_to_list(Sign),
    [Mark | part(Part)] ++ goes_on(Rest);
goes_on(_) -> "".

part(A) when is_atom(A) -> atom_to_list(A);
part(N) -> lists:flatten(io_lib:write(N)).

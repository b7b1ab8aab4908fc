package main

const usage = `NAME
    ersh - the Erlang shell

SYNOPSIS
    ersh [FLAG...] [-extra ARGUMENT...]
    ersh run FILE...
    ersh check FILE...
    ersh erlc [OPTION...] FILE...
    ersh escript [OPTION] FILE [ARGUMENT...]
    ersh epmd [OPTION...]

DESCRIPTION
    Without a command ersh starts a node and gives its shell. Expressions end
    with a dot; help(). lists the shell's commands, q(). leaves it.

COMMANDS
    run FILE...     Run sessions and print them as the shell would. A file
                    holds commands, or a transcript: prompts, commands, output.
    check FILE...   Run transcripts and compare the output with what they say;
                    -update writes it into them. ersh check --help says how
                    transcripts are read.
    erlc [OPTION...] FILE...
                    Compile Erlang modules to .beam files, as erlc does;
                    ersh erlc -help lists its options.
    escript FILE [ARGUMENT...]
                    Run a script, as escript does: its main/1 is called with the
                    arguments; ersh escript -h says more.
    epmd [OPTION...]
                    Be the port mapper, which tells at which ports the nodes of
                    this machine listen. Nodes start it themselves when none
                    runs; ersh epmd --help lists its options.
    help            Print this, as --help.

FLAGS
    As erl's; a flag that is not listed is kept for init:get_argument/1.

    -sname NAME     Be a node of a cluster, with a short name: NAME or NAME@HOST.
    -name NAME      The same with a long name: NAME@HOST.DOMAIN or NAME@ADDRESS.
    -setcookie C    The cluster's cookie, if it is not that in ~/.erlang.cookie.
    -hidden         Join without being seen by nodes().
    -remsh NODE     The shell of another node.
    -eval EXPRS     Evaluate expressions first.
    -s M [F [A...]]
    -run M [F [A...]]
                    Call M:F([A...]) first, or M:F(), or M:start(): with atoms
                    (-s) or strings (-run).
    -noshell        No shell: standard input and output are plain.
    -noinput        The same, and nothing is read.
    -detached       The same, and the node goes on without the terminal.
    -pa DIR...
    -pz DIR...      Directories of compiled modules, searched first or last.
    -otp DIR        Use the libraries of the Erlang/OTP installed in DIR, where
                    ersh has none of its own.
    -APP KEY VALUE  An application's configuration: -kernel logger_level debug.
    -args_file FILE More flags, from a file; # begins a comment in it.
    -env NAME VALUE An environment variable.
    -extra A...     Plain arguments, for init:get_plain_arguments/0.
    +S N, +P N      How many threads run processes, and how many processes
                    there may be. Other + flags of erl have no effect.
    -version        Print the version.
    --help          Print this.

KEYS
    TAB             complete a module, function, variable, record, field, key,
                    file or node name; again, or Down, for more possibilities
    Up, Down        earlier commands; Ctrl-R searches them
    Ctrl-C          drop the line, or stop what runs
    Ctrl-G          the menu of jobs: more shells, here or on other nodes
    Ctrl-D          leave the shell, on an empty line
    Ctrl-A, Ctrl-E  go to the beginning or end; Alt-B, Alt-F by words
    Ctrl-W, Ctrl-U, Ctrl-K, Ctrl-Y
                    cut a word, all before, all after; put it back
    Alt-D, Alt-C    cut the next word; drop the line
    Alt-Enter       go on in a new line
    Ctrl-O          edit the command in VISUAL or EDITOR
    Ctrl-L, Ctrl-Z  clear the screen; suspend
    Text that is pasted is one entry, of as many lines as it has.

ENVIRONMENT
    ERSH_HISTORY    The file of earlier commands instead of
                    $XDG_STATE_HOME/ersh/history or ~/.ersh_history; empty for
                    none. Commands that name a cookie are not kept.
    NO_COLOR        Set, to have no colours. TERM=dumb: no line editor either.
    ERL_LIBS        Folders of applications, whose ebin are searched last.
    ERL_EPMD_PORT   The port of the port mapper, 4369 without it.
    ERL_AFLAGS, ERL_FLAGS, ERL_ZFLAGS
                    More flags: before those of the command line, and after.
    ERL_LIBS        Directories of applications, whose ebin are searched last.
    ERSH_HINTS      off: no line that says why a node can't be reached.

FILES
    ~/.erlang       Erlang expressions that are evaluated first.
    ~/.erlang.cookie    The cookie; it is made if there is none.

EXIT STATUS
    What halt/1 says; 1 if check finds differences; 2 if a command can't begin.

EXAMPLES
    ersh -sname gandalf
    ersh -noshell -eval 'io:format("~p~n", [erlang:system_info(otp_release)]), halt().'
    ersh check docs/sessions.md
`

const runUsage = `Usage: ersh run FILE...

Types the sessions in files and prints them as the shell would show them. A
file holds commands, or a transcript: prompts with commands, and output, which
is left out of account. ersh check --help says how transcripts are read.
`

const checkUsage = `Usage: ersh check [-timeout TIME] [-update] FILE...

Types the commands of transcripts and compares what is printed with what the
transcripts say. The exit status is 0 if all is as expected, 1 if something
differs, 2 if a file can't be checked.

    -timeout TIME   how long a command may take, 30s without it. A node whose
                    command takes longer is ended, and the rest of its commands
                    count as different.
    -update         write what was printed into the files, where it differs

A transcript is text with prompts at the beginning of lines, commands after
them and the output below; of Markdown, the blocks marked erlang. A prompt says
at which node its command is typed: 1> is a shell without a name, and
(bilbo@HOST)1> the node bilbo on this machine, whatever it is called;
(bilbo@127.0.0.1)1> has a long name. A node is started where its first prompt
stands, with a cookie and a port mapper of the run, and ends with the file.
Pids, references, ports, funs and dates are compared by shape. A line ...
stands for any lines.
`

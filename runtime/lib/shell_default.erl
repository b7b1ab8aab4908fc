%% What can be typed at the prompt without a module: the functions of c.
-module(shell_default).

-export([bt/1, c/1, c/2, c/3, cd/1, erlangrc/1, flush/0, h/1, h/2, h/3, hcb/1, hcb/2, hcb/3,
         help/0, ht/1, ht/2, ht/3, i/0, i/3, l/1, lc/1, lm/0, ls/0, ls/1, m/0, m/1,
         memory/0, memory/1, mm/0, nc/1, ni/0, nl/1, nregs/0, pi/1, pi/3, pid/3,
         pwd/0, q/0, regs/0, uptime/0, xm/1, y/1, y/2]).
-export(['$handle_undefined_function'/2]).

help() ->
    c:help(),
    io:put_chars("** commands in module i (interpreter interface) **\n"
                 "ih()       -- print help for the i module\n"),
    true.

bt(Pid) -> c:bt(Pid).
c(File) -> c:c(File).
c(File, Opts) -> c:c(File, Opts).
c(File, Opts, Filter) -> c:c(File, Opts, Filter).
cd(Dir) -> c:cd(Dir).
erlangrc(Dirs) -> c:erlangrc(Dirs).
flush() -> c:flush().
h(M) -> c:h(M).
h(M, F) -> c:h(M, F).
h(M, F, A) -> c:h(M, F, A).
hcb(M) -> c:hcb(M).
hcb(M, F) -> c:hcb(M, F).
hcb(M, F, A) -> c:hcb(M, F, A).
ht(M) -> c:ht(M).
ht(M, T) -> c:ht(M, T).
ht(M, T, A) -> c:ht(M, T, A).
i() -> c:i().
i(X, Y, Z) -> c:i(X, Y, Z).
l(Mod) -> c:l(Mod).
lc(Files) -> c:lc(Files).
lm() -> c:lm().
ls() -> c:ls().
ls(Dir) -> c:ls(Dir).
m() -> c:m().
m(Mod) -> c:m(Mod).
memory() -> c:memory().
memory(Type) -> c:memory(Type).
mm() -> c:mm().
nc(File) -> c:nc(File).
ni() -> c:ni().
nl(Mod) -> c:nl(Mod).
nregs() -> c:nregs().
pi(Pid) -> c:pi(Pid).
pi(X, Y, Z) -> c:pi(X, Y, Z).
pid(X, Y, Z) -> c:pid(X, Y, Z).
pwd() -> c:pwd().
q() -> c:q().
regs() -> c:regs().
uptime() -> c:uptime().
xm(Mod) -> c:xm(Mod).
y(File) -> c:y(File).
y(File, Opts) -> c:y(File, Opts).

'$handle_undefined_function'(Name, Args) ->
    case shell:get_function(Name, length(Args)) of
        undefined -> error_handler:raise_undef_exception(?MODULE, Name, Args);
        Fun -> apply(Fun, Args)
    end.

package bif

import (
	"os"
	"runtime"
	"strconv"
	"strings"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// The module os, and what stands beside it.
var osFunctions = []vm.BIF{
	{Module: "os", Name: "getenv", Arity: 0, Fn: osGetenvAll},
	{Module: "os", Name: "getenv", Arity: 1, Fn: osGetenv},
	{Module: "os", Name: "getenv", Arity: 2, Fn: osGetenv},
	{Module: "os", Name: "putenv", Arity: 2, Fn: osPutenv},
	{Module: "os", Name: "unsetenv", Arity: 1, Fn: osUnsetenv},
	{Module: "os", Name: "env", Arity: 0, Fn: osEnv},
	{Module: "os", Name: "getpid", Arity: 0, Fn: func(*vm.Process, []term.Term) (term.Term, error) {
		return str(strconv.Itoa(os.Getpid())), nil
	}},
	{Module: "os", Name: "type", Arity: 0, Fn: func(*vm.Process, []term.Term) (term.Term, error) { return osType(), nil }},
	{Module: "os", Name: "version", Arity: 0, Fn: func(*vm.Process, []term.Term) (term.Term, error) { return osVersion(), nil }},
	{Module: "os", Name: "system_time", Arity: 0, Fn: clock(systemTime)},
	{Module: "os", Name: "system_time", Arity: 1, Fn: clock(systemTime)},
	{Module: "os", Name: "perf_counter", Arity: 0, Fn: clock(vm.Monotonic)},
	{Module: "os", Name: "perf_counter", Arity: 1, Fn: clock(vm.Monotonic)},
	{Module: "os", Name: "timestamp", Arity: 0, Fn: timestamp},
	{Module: "inet", Name: "gethostname", Arity: 0, Fn: gethostname},
}

func osType() term.Term {
	family, name := "unix", runtime.GOOS
	if name == "windows" {
		family, name = "win32", "nt"
	}
	return term.T(term.A(family), term.A(name))
}

// osVersion is {Major, Minor, Release}.
func osVersion() term.Term {
	v := [3]int{}
	i := 0
	for part := range strings.FieldsFuncSeq(kernelRelease(), func(r rune) bool { return r < '0' || r > '9' }) {
		if i == len(v) {
			break
		}
		v[i], _ = strconv.Atoi(part)
		i++
	}
	return ints(v[:]...)
}

// envName is the name of a variable: a string that has neither "=" nor a zero
// character.
func envName(t term.Term) (string, bool) {
	s, ok := term.GoString(t)
	return s, ok && !strings.ContainsAny(s, "=\x00")
}

func osGetenv(_ *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := term.GoString(args[0])
	if !ok || strings.ContainsAny(name, "=\x00") {
		return nil, vm.Badarg
	}
	if v, ok := os.LookupEnv(name); ok {
		return nameTerm(v), nil
	}
	if len(args) == 2 {
		return args[1], nil
	}
	return term.False, nil
}

func osPutenv(_ *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := envName(args[0])
	value, ok1 := term.GoString(args[1])
	if !ok || !ok1 || name != "" && os.Setenv(name, value) != nil {
		return nil, vm.Badarg
	}
	return term.True, nil
}

func osUnsetenv(_ *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := envName(args[0])
	if !ok || name != "" && os.Unsetenv(name) != nil {
		return nil, vm.Badarg
	}
	return term.True, nil
}

func osGetenvAll(_ *vm.Process, _ []term.Term) (term.Term, error) {
	var l []term.Term
	for _, kv := range os.Environ() {
		l = append(l, nameTerm(kv))
	}
	return term.List(l...), nil
}

func osEnv(_ *vm.Process, _ []term.Term) (term.Term, error) {
	var l []term.Term
	for _, kv := range os.Environ() {
		if k, v, ok := strings.Cut(kv, "="); ok {
			l = append(l, term.T(nameTerm(k), nameTerm(v)))
		}
	}
	return term.List(l...), nil
}

func gethostname(_ *vm.Process, _ []term.Term) (term.Term, error) {
	name, err := os.Hostname()
	if err != nil {
		return failure(posix(err)), nil
	}
	name, _, _ = strings.Cut(name, ".")
	return term.T(term.Ok, term.String(name)), nil
}

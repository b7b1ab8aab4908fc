package bif

import (
	"strconv"
	"strings"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// The distribution is no part of the runtime: package dist, where it is
// attached to a VM, gives the functions here their meaning. Without it most
// raise notsup, and some say what holds for a VM that is no node.

type networkKey struct{}

// SetNetwork gives the functions of module ersh_dist, by "name/arity".
func SetNetwork(m *vm.VM, fns map[string]vm.Func) {
	m.Local(networkKey{}, func() any { return fns })
}

var distBIFs = networkRows(
	"start/1", "stop/0", "connect/1", "hidden_connect/1", "disconnect/1", "cookie/1", "set_cookie/2",
	"monitor_nodes/2", "epmd_names/1", "epmd_lookup/2", "allow/1", "info/1",
	"set_tick/1", "hostname/1", "read_cookie/0", "explain/1", "hints/0",
	"setopts/2", "getopts/2",
)

func networkRows(names ...string) []vm.BIF {
	rows := make([]vm.BIF, len(names))
	for i, row := range names {
		name, arity, _ := strings.Cut(row, "/")
		n, _ := strconv.Atoi(arity)
		rows[i] = vm.BIF{Module: "ersh_dist", Name: name, Arity: n, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
			fns, _ := p.VM().Local(networkKey{}, func() any { return map[string]vm.Func(nil) }).(map[string]vm.Func)
			if fn := fns[row]; fn != nil {
				return fn(p, args)
			}
			switch row {
			case "explain/1", "hints/0":
				return term.False, nil
			case "connect/1", "hidden_connect/1", "disconnect/1":
				return term.A("ignored"), nil
			case "cookie/1":
				return term.A("nocookie"), nil
			}
			return nil, vm.Notsup
		}}
	}
	return rows
}

// The functions of module erlang about cookies and connections.
var erlangDist = []vm.BIF{
	forward("get_cookie", 0, "auth", "get_cookie"),
	forward("get_cookie", 1, "auth", "get_cookie"),
	forward("set_cookie", 1, "auth", "set_cookie"),
	forward("set_cookie", 2, "auth", "set_cookie"),
	erl("disconnect_node", 1, disconnectNode),
}

// forward makes a row that goes on in an Erlang module.
func forward(name string, arity int, module, function string) vm.BIF {
	m, f := term.A(module), term.A(function)
	return erl(name, arity, func(_ *vm.Process, args []term.Term) (term.Term, error) {
		for _, a := range args {
			if _, ok := a.(term.Atom); !ok {
				return nil, vm.Badarg
			}
		}
		return nil, &vm.TailCall{Module: m, Name: f, Args: args}
	})
}

func disconnectNode(p *vm.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[0].(term.Atom); !ok {
		return term.False, nil
	}
	return nil, &vm.TailCall{Module: term.A("ersh_dist"), Name: term.A("disconnect"), Args: args}
}

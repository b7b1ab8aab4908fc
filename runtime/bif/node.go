package bif

import (
	"slices"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// erlangNode holds the functions of module erlang about this node and others.
var erlangNode = processRows(map[string]vm.Func{
	"node/0":         func(p *vm.Process, _ []term.Term) (term.Term, error) { return p.VM().Node(), nil },
	"node/1":         nodeOf,
	"nodes/0":        nodes,
	"nodes/1":        nodesOf,
	"nodes/2":        nodesInfo,
	"is_alive/0":     isAlive,
	"monitor_node/2": monitorNode,
	"monitor_node/3": monitorNode,

	// For processes that carry a connection in place of the node itself, of which
	// there are none.
	"dist_ctrl_get_data/1":              noController,
	"dist_ctrl_get_data_notification/1": noController,
	"dist_ctrl_get_opt/2":               noController,
	"dist_ctrl_input_handler/2":         noController,
	"dist_ctrl_put_data/2":              func(*vm.Process, []term.Term) (term.Term, error) { return nil, vm.Badarg },
	"dist_ctrl_set_opt/3":               noController,
	"setnode/2":                         func(*vm.Process, []term.Term) (term.Term, error) { return nil, vm.Badarg },
})

func noController(*vm.Process, []term.Term) (term.Term, error) {
	return nil, vm.NewError(term.A("notsup"))
}

func nodeOf(p *vm.Process, args []term.Term) (term.Term, error) {
	var node term.Atom
	switch t := args[0].(type) {
	case *term.Pid:
		if node = t.Node; p.VM().IsLocal(t) {
			node = term.NoNode
		}
	case *term.Port:
		node = t.Node
	case *term.Ref:
		node = t.Node
	default:
		return nil, vm.Badarg
	}
	node, _ = p.VM().NodeOf(node, 0)
	return node, nil
}

func isAlive(p *vm.Process, _ []term.Term) (term.Term, error) {
	return term.Bool(p.VM().Distribution() != nil), nil
}

func nodes(p *vm.Process, _ []term.Term) (term.Term, error) {
	visible, _ := p.VM().Nodes()
	return nodeList(visible), nil
}

func nodeList(list []term.Atom) term.Term {
	out := make([]term.Term, len(list))
	for i, n := range list {
		out[i] = n
	}
	return term.List(out...)
}

var (
	aAllowPassive = term.A("allow_passive_connect")
	aVisible      = term.A("visible")
	aHidden       = term.A("hidden")
	aConnected    = term.A("connected")
	aThis         = term.A("this")
	aKnown        = term.A("known")
)

// nodes/1 with one kind or a list of them.
func nodesOf(p *vm.Process, args []term.Term) (term.Term, error) {
	list, ok := listNodes(p, args[0])
	if !ok {
		return nil, vm.Badarg
	}
	return nodeList(list), nil
}

var (
	aConnectionID = term.A("connection_id")
	aNodeType     = term.A("node_type")
)

// nodes/2 says of each node what a map asks for.
func nodesInfo(p *vm.Process, args []term.Term) (term.Term, error) {
	list, ok := listNodes(p, args[0])
	asked, isMap := args[1].(*term.Map)
	if !ok || !isMap {
		return nil, vm.Badarg
	}
	wants := make(map[term.Term]bool)
	for k, v := range asked.All {
		if k != aConnectionID && k != aNodeType || v != term.True && v != term.False {
			return nil, vm.Badarg
		}
		wants[k] = v == term.True
	}
	_, hidden := p.VM().Nodes()
	out := make([]term.Term, len(list))
	for i, n := range list {
		id := p.VM().ConnectionID(n)
		var info []term.Term
		if wants[aConnectionID] {
			var v term.Term = term.Undefined
			if id != 0 {
				v = term.MakeUint(id)
			}
			info = append(info, aConnectionID, v)
		}
		if wants[aNodeType] {
			kind := aKnown
			switch {
			case n == p.VM().Node():
				kind = aThis
			case slices.Contains(hidden, n):
				kind = aHidden
			case id != 0:
				kind = aVisible
			}
			info = append(info, aNodeType, kind)
		}
		out[i] = term.T(n, term.MapOf(info...))
	}
	return term.List(out...), nil
}

func listNodes(p *vm.Process, arg term.Term) (out []term.Atom, ok bool) {
	kinds, ok := term.Slice(arg)
	if !ok {
		kinds = []term.Term{arg}
	}
	visible, hidden := p.VM().Nodes()
	seen := make(map[term.Atom]bool)
	add := func(list ...term.Atom) {
		for _, n := range list {
			if !seen[n] {
				seen[n] = true
				out = append(out, n)
			}
		}
	}
	for _, k := range kinds {
		switch k {
		case aVisible:
			add(visible...)
		case aHidden:
			add(hidden...)
		case aConnected:
			add(visible...)
			add(hidden...)
		case aThis:
			add(p.VM().Node())
		case aKnown:
			add(term.NoNode)
			add(visible...)
			add(hidden...)
			add(p.VM().KnownNodes()...)
			add(p.VM().Node())
		default:
			return nil, false
		}
	}
	return out, true
}

func monitorNode(p *vm.Process, args []term.Term) (term.Term, error) {
	node, ok := args[0].(term.Atom)
	on := args[1] == term.True
	if !ok || !on && args[1] != term.False {
		return nil, vm.Badarg
	}
	if len(args) == 3 {
		opts, ok := term.Slice(args[2])
		if !ok || slices.ContainsFunc(opts, func(o term.Term) bool { return o != aAllowPassive }) {
			return nil, vm.BadargCause(aBadopt)
		}
	}
	return p.MonitorNode(node, on)
}

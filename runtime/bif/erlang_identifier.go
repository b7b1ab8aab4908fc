package bif

import (
	"bytes"
	"math"
	"strconv"
	"sync"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Pids, ports, references and funs to and from text.
var erlangIdentifier = []vm.BIF{
	erl("pid_to_list", 1, toText(isPid)),
	erl("port_to_list", 1, toText(isPort)),
	erl("ref_to_list", 1, toText(isRef)),
	erl("fun_to_list", 1, toText(isFun)),
	erl("make_fun", 3, makeFun),
	erl("list_to_pid", 1, listToPid),
	erl("list_to_port", 1, listToPort),
	erl("list_to_ref", 1, listToRef),
}

// nodeKey finds the VM's foreignNodes: who the numbers in texts stand for.
type nodeKey struct{}

type foreignNode struct {
	name     term.Atom
	creation uint32
}

func foreignNodes(m *vm.VM) *sync.Map {
	return m.Local(nodeKey{}, func() any { return new(sync.Map) }).(*sync.Map)
}

// nodeNumber is the first number in a pid's text: 0 for this node, and for
// others the index of the name's atom.
func nodeNumber(m *vm.VM, node term.Atom, creation uint32) int {
	if node == term.NoNode || node == m.Node() && creation == m.Creation() {
		return 0
	}
	foreignNodes(m).Store(node.Index(), foreignNode{node, creation})
	return node.Index()
}

// formatter prints terms with the node numbers of m.
func formatter(m *vm.VM) *term.Formatter {
	return &term.Formatter{Node: func(node term.Atom, creation uint32) int { return nodeNumber(m, node, creation) }}
}

// toText makes pid_to_list and its like, for the terms that is accepts.
func toText(is func(term.Term) bool) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		if !is(args[0]) {
			return nil, vm.Badarg
		}
		return term.String(string(formatter(p.VM()).Append(nil, args[0]))), nil
	}
}

func isPid(t term.Term) bool  { _, ok := t.(*term.Pid); return ok }
func isPort(t term.Term) bool { _, ok := t.(*term.Port); return ok }
func isRef(t term.Term) bool  { _, ok := t.(*term.Ref); return ok }
func isFun(t term.Term) bool  { _, ok := arity(t); return ok }

// parseID reads prefix, numbers with points between them, and ">". The first
// number is a node's; see nodeNumber.
func parseID(p *vm.Process, t term.Term, prefix string) (node term.Atom, creation uint32, ids []uint64, ok bool) {
	b, ok := byteText(t)
	if !ok {
		return
	}
	b, ok = bytes.CutPrefix(b, []byte(prefix))
	if !ok {
		return
	}
	b, ok = bytes.CutSuffix(b, []byte(">"))
	if !ok {
		return
	}
	for part := range bytes.SplitSeq(b, []byte(".")) {
		if len(part) == 0 || part[0] < '0' || part[0] > '9' {
			return node, 0, nil, false
		}
		v, err := strconv.ParseUint(string(part), 10, 64)
		if err != nil {
			return node, 0, nil, false
		}
		ids = append(ids, v)
	}
	m := p.VM()
	if ids[0] == 0 {
		return m.Node(), m.Creation(), ids[1:], true
	}
	// The node of a pid that was shown before.
	v, ok := foreignNodes(m).Load(int(ids[0] & math.MaxInt))
	if !ok {
		return node, 0, nil, false
	}
	n := v.(foreignNode)
	return n.name, n.creation, ids[1:], true
}

func listToPid(p *vm.Process, args []term.Term) (term.Term, error) {
	node, creation, ids, ok := parseID(p, args[0], "<")
	if !ok || len(ids) != 2 || ids[0] > math.MaxUint32 || ids[1] > math.MaxUint32 {
		return nil, vm.Badarg
	}
	return p.VM().LocalPid(&term.Pid{Node: node, Creation: creation, ID: uint32(ids[0]), Serial: uint32(ids[1])}), nil
}

func listToPort(p *vm.Process, args []term.Term) (term.Term, error) {
	node, creation, ids, ok := parseID(p, args[0], "#Port<")
	if !ok || len(ids) != 1 {
		return nil, vm.Badarg
	}
	return p.VM().LocalPort(&term.Port{Node: node, Creation: creation, ID: ids[0]}), nil
}

func listToRef(p *vm.Process, args []term.Term) (term.Term, error) {
	node, creation, ids, ok := parseID(p, args[0], "#Ref<")
	r := &term.Ref{Node: node, Creation: creation, N: uint8(len(ids))}
	if !ok || len(ids) < 3 || len(ids) > len(r.ID) {
		return nil, vm.Badarg
	}
	for i, id := range ids {
		if id > math.MaxUint32 {
			return nil, vm.Badarg
		}
		r.ID[len(ids)-1-i] = uint32(id)
	}
	return p.VM().LocalRef(r), nil
}

func makeFun(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, ok := args[0].(term.Atom)
	f, ok1 := args[1].(term.Atom)
	n, ok2 := smallInt(args[2], 0, math.MaxUint8)
	if !ok || !ok1 || !ok2 {
		return nil, vm.Badarg
	}
	return &term.Export{Module: m, Name: f, Arity: int(n)}, nil
}

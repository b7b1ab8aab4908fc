package dist

import (
	"errors"
	"math"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// To other nodes a fun typed in a shell is one of erl_eval's: its source and
// bindings, in a closure of one of that module's functions. Which function, and
// of which version of the module, differs between releases, even between
// patches of one. So before the first such fun goes to a node, that node's
// erl_eval is asked to make two and tell of them, and what is to be sent meanwhile
// waits. The answer has no funs in it: a peer that is one of ours would wait for
// our answer before it sent them.

// evaluator says how the funs of a node's erl_eval without a name and those
// with one are called. One that is empty leaves funs as they are, as OTP 29's.
type evaluator struct{ plain, named *term.Lambda }

// evaluatorTimeout is how long a node may take to answer.
const evaluatorTimeout = 5 * time.Second

var errUnknownEvaluator = errors.New("the peer's erl_eval is not known yet")

var (
	aErlEval = term.A("erl_eval")
	aRex     = term.A("rex")
	// evaluatorExpr is {erlang:fun_info(fun() -> [] end), erlang:fun_info(fun F() -> [] end)}
	// in the abstract format.
	evaluatorExpr = func() term.Term {
		one := term.Small(1)
		node := func(tag string, parts ...term.Term) term.Term {
			return term.T(append([]term.Term{term.A(tag), one}, parts...)...)
		}
		clauses := term.List(node("clause", term.EmptyList, term.EmptyList, term.List(node("nil"))))
		info := func(fun term.Term) term.Term {
			return node("call", node("remote", node("atom", term.A("erlang")), node("atom", term.A("fun_info"))), term.List(fun))
		}
		return node("tuple", term.List(
			info(node("fun", term.T(term.A("clauses"), clauses))),
			info(node("named_fun", term.A("F"), clauses))))
	}()
)

// adapt makes a shell's fun one of the peer's erl_eval. There is a function for
// each number of arguments, in falling order.
func (e *evaluator) adapt(f *term.Fun) *term.Fun {
	if len(f.Env) != 1 || f.Module != aErlEval {
		return f
	}
	base := e.plain
	if env, ok := f.Env[0].(*term.Tuple); ok && env.Len() == namedEnv {
		base = e.named
	}
	if base == nil || uint32(f.Arity) > base.Index {
		return f
	}
	l := *f.Lambda
	l.Uniq, l.OldUniq = base.Uniq, base.OldUniq
	l.Index, l.OldIndex = base.Index-uint32(f.Arity), base.OldIndex-uint32(f.Arity)
	return &term.Fun{Lambda: &l, Env: f.Env, Creator: f.Creator}
}

// What erl_eval's funs keep is one tuple: annotation, bindings, two handlers,
// used variables, clauses, and the name if there is one.
const (
	plainEnv = 6
	namedEnv = 7
)

// evaluatorOf reads {value, {Plain, Named}, Bindings}, of which the two are what
// fun_info/1 says.
func evaluatorOf(answer term.Term) *evaluator {
	e := &evaluator{}
	value, ok := answer.(*term.Tuple)
	if !ok || value.Len() != 3 {
		return e
	}
	if infos, ok := value.Elems[1].(*term.Tuple); ok && infos.Len() == 2 {
		e.plain, e.named = lambdaOf(infos.Elems[0], plainEnv), lambdaOf(infos.Elems[1], namedEnv)
	}
	return e
}

// lambdaOf is the function that fun_info/1 tells of, or nil if it is not called
// without arguments and with a tuple of the given size as its one variable.
func lambdaOf(info term.Term, size int) *term.Lambda {
	items, ok := term.Slice(info)
	if !ok {
		return nil
	}
	said := make(map[term.Atom]term.Term)
	for _, item := range items {
		if pair, ok := item.(*term.Tuple); ok && pair.Len() == 2 {
			if key, ok := pair.Elems[0].(term.Atom); ok {
				said[key] = pair.Elems[1]
			}
		}
	}
	number := func(key string) (uint32, bool) {
		n, ok := said[term.A(key)].(term.Int)
		return uint32(n.Value()), ok && n.Value() >= 0 && n.Value() <= math.MaxUint32
	}
	index, ok1 := number("new_index")
	oldIndex, ok2 := number("index")
	oldUniq, ok3 := number("uniq")
	uniq, ok4 := said[term.A("new_uniq")].(*term.Bits)
	arity, ok5 := number("arity")
	env, ok6 := term.Slice(said[term.A("env")])
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 || arity != 0 || len(env) != 1 {
		return nil
	}
	if kept, ok := env[0].(*term.Tuple); !ok || kept.Len() != size {
		return nil
	}
	l := &term.Lambda{Module: aErlEval, Index: index, OldIndex: oldIndex, OldUniq: oldUniq}
	if n := copy(l.Uniq[:], uniq.Bytes()); n != len(l.Uniq) {
		return nil
	}
	return l
}

// askEvaluator asks the peer, and then sends what has waited.
func (c *conn) askEvaluator() {
	answered := make(chan *evaluator, 1)
	c.node.vm.SpawnNative("evaluator", func(n *vm.Native) term.Term {
		tag := aErlEval
		call := term.T(term.A("call"), aErlEval, term.A("expr"), term.List(evaluatorExpr, term.EmptyList), n.Pid())
		c.mu.Lock()
		if c.state == stateUp {
			c.encode(&vm.Message{From: n.Pid(), To: aRex, Body: term.T(term.A("$gen_call"), term.T(n.Pid(), tag), call)})
			c.kick()
		}
		c.mu.Unlock()
		timeout := time.NewTimer(evaluatorTimeout)
		defer timeout.Stop()
		for {
			select {
			case <-n.Ready():
				msg, _ := n.TryReceive()
				if t, ok := msg.(*term.Tuple); ok && t.Len() == 2 && t.Elems[0] == term.Term(tag) {
					answered <- evaluatorOf(t.Elems[1])
					return nil
				}
			case <-n.Done():
				answered <- &evaluator{}
				return nil
			case <-c.closed:
				answered <- &evaluator{}
				return nil
			case <-timeout.C:
				answered <- &evaluator{}
				return nil
			}
		}
	})
	e := <-answered
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asking = false; c.state != stateUp {
		return
	}
	c.out.evaluator = e
	c.drain()
}

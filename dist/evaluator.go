package dist

import (
	"errors"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// To other nodes a fun typed in a shell is one of erl_eval's: its source and
// bindings, in a closure of one of that module's functions. Which function, and
// of which version of the module, differs between releases, even between
// patches of one. So before the first such fun goes to a node, that node's
// erl_eval is asked to make two, and what is to be sent meanwhile waits.

// evaluator says how the funs of a node's erl_eval without a name and those
// with one are called. One that is empty leaves funs as they are, as OTP 29's.
type evaluator struct{ plain, named *term.Lambda }

// evaluatorTimeout is how long a node may take to answer.
const evaluatorTimeout = 5 * time.Second

var errUnknownEvaluator = errors.New("the peer's erl_eval is not known yet")

var (
	aErlEval = term.A("erl_eval")
	aRex     = term.A("rex")
	// evaluatorExpr is {fun() -> [] end, fun F() -> [] end} in the abstract
	// format.
	evaluatorExpr = func() term.Term {
		one := term.Small(1)
		node := func(tag string, parts ...term.Term) term.Term {
			return term.T(append([]term.Term{term.A(tag), one}, parts...)...)
		}
		clauses := term.List(node("clause", term.EmptyList, term.EmptyList, term.List(node("nil"))))
		return node("tuple", term.List(node("fun", term.T(term.A("clauses"), clauses)), node("named_fun", term.A("F"), clauses)))
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

// evaluatorOf reads {value, {Plain, Named}, Bindings}.
func evaluatorOf(answer term.Term) *evaluator {
	e := &evaluator{}
	value, ok := answer.(*term.Tuple)
	if !ok || value.Len() != 3 {
		return e
	}
	funs, ok := value.Elems[1].(*term.Tuple)
	if !ok || funs.Len() != 2 {
		return e
	}
	lambda := func(t term.Term, size int) *term.Lambda {
		f, ok := t.(*term.Fun)
		if !ok || f.Module != aErlEval || f.Arity != 0 || len(f.Env) != 1 {
			return nil
		}
		if env, ok := f.Env[0].(*term.Tuple); !ok || env.Len() != size {
			return nil
		}
		return f.Lambda
	}
	e.plain, e.named = lambda(funs.Elems[0], plainEnv), lambda(funs.Elems[1], namedEnv)
	return e
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

package dist

import (
	"errors"
	"io"
	"time"

	"ersh/runtime/term"
)

var aNetKernel = term.A("net_kernel")

func nowMicro() int64 { return time.Now().UnixMicro() }

// logRefusal tells the log of a caller that was not let in, in erl's words
// where erl has any.
func (n *Node) logRefusal(p peer, err error) {
	if p.name == "" {
		return
	}
	var step *HandshakeError
	if !errors.As(err, &step) {
		return
	}
	node, aerr := term.NewAtom(p.name)
	if aerr != nil {
		return
	}
	switch {
	case errors.Is(err, ErrFlags):
		n.log(term.ErrorAtom, "** ~w: Connection attempt from node ~w rejected since it cannot handle ~ts.**~n",
			n.self(), node, term.String(step.Err.Error()))
	case errors.Is(err, ErrNotAllowed):
		n.log(term.ErrorAtom, "** Connection attempt from disallowed node ~w ** ~n", node)
	case errors.Is(err, ErrDigest):
		n.log(term.ErrorAtom, "** Connection attempt from node ~w rejected. Invalid challenge reply. **~n", node)
	case errors.Is(err, io.EOF):
	}
}

func (n *Node) self() term.Atom {
	a, _ := n.identity()
	return a
}

// logBadData tells the log that a peer has sent what no node sends.
func (n *Node) logBadData(node term.Atom, err error) {
	n.log(term.ErrorAtom, "Bad data from node ~p: ~ts~n** Connection closed **~n", node, term.String(err.Error()))
}

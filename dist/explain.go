package dist

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"

	"ersh/dist/epmd"
)

// Explain says in one line why a node could not be reached, and what to do.
func Explain(node string, err error) string {
	alive, host, _ := splitName(node)
	var step *HandshakeError
	at := StepDial
	if errors.As(err, &step) {
		at = step.Step
	}
	refused := errors.Is(err, syscall.ECONNREFUSED)
	var dns *net.DNSError
	switch {
	case errors.Is(err, ErrName):
		return fmt.Sprintf("%s is no node name: it has the form name@host", node)
	case errors.Is(err, errNeedsShort):
		return fmt.Sprintf("this node has a short name (-sname), %s a long one (-name): nodes of one cluster have the same kind", node)
	case errors.Is(err, errNeedsLong):
		return fmt.Sprintf("this node has a long name (-name), %s a short one (-sname): nodes of one cluster have the same kind", node)
	case errors.Is(err, epmd.ErrUnknown):
		return fmt.Sprintf("no node %s runs on host %s: start it, or see who is there with net_adm:names()", alive, host)
	case at == StepLookup && refused:
		return fmt.Sprintf("no port mapper (epmd) runs on host %s: no node runs there", host)
	case at == StepLookup && errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("there is no host %s: is the name right, does DNS or /etc/hosts know it?", host)
	case at == StepLookup && isTimeout(err):
		return fmt.Sprintf("host %s does not answer at epmd's port: is it up, and is port 4369 open?", host)
	case at == StepLookup:
		return fmt.Sprintf("host %s is not known: %v", host, err)
	case at == StepDial:
		return fmt.Sprintf("%s is registered but its port can't be reached (%v): has it just ended, is there a firewall?", node, step.Err)
	case errors.Is(err, ErrDigest):
		return fmt.Sprintf("%s has another cookie: compare erlang:get_cookie() on both, set one with -setcookie", node)
	case errors.Is(err, ErrNotAllowed):
		return fmt.Sprintf("%s does not let this node in (net_kernel:allow/1, or too different a release)", node)
	case errors.Is(err, ErrWrongName):
		return fmt.Sprintf("the node at that place has another name: %v", step.Err)
	case errors.Is(err, ErrFlags):
		return fmt.Sprintf("%s is of a release too old to talk with, OTP 25 at least is needed (%v)", node, step.Err)
	case isTimeout(err):
		return fmt.Sprintf("%s accepted the call but does not answer (step %s)", node, at)
	case errors.Is(err, io.EOF) && at == StepStatus:
		return fmt.Sprintf("%s closed the connection when it heard this node's name: its release may be too old, or its host not let this one in", node)
	case errors.Is(err, io.EOF):
		return fmt.Sprintf("%s closed the connection at step %s of the handshake", node, at)
	}
	return fmt.Sprintf("%s can't be reached: %v", node, err)
}

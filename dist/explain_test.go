package dist

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"ersh/dist/epmd"
)

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&HandshakeError{StepLookup, epmd.ErrUnknown}, "no node bilbo runs on host shire"},
		{&HandshakeError{StepLookup, syscall.ECONNREFUSED}, "no port mapper (epmd) runs on host shire"},
		{&HandshakeError{StepLookup, errors.New("lookup shire: no such host")}, "host shire is not known"},
		{&HandshakeError{StepLookup, &net.DNSError{IsNotFound: true}}, "there is no host shire"},
		{&HandshakeError{StepLookup, os.ErrDeadlineExceeded}, "is port 4369 open?"},
		{&HandshakeError{StepStatus, io.EOF}, "when it heard this node's name"},
		{&HandshakeError{StepChallenge, os.ErrDeadlineExceeded}, "does not answer (step challenge)"},
		{&HandshakeError{StepChallenge, fmt.Errorf("%w: UNLINK_ID", ErrFlags)}, "UNLINK_ID"},
		{&HandshakeError{StepDial, os.ErrDeadlineExceeded}, "is there a firewall?"},
		{&HandshakeError{StepDial, syscall.ECONNREFUSED}, "its port can't be reached"},
		{&HandshakeError{StepAck, ErrDigest}, "another cookie"},
		{&HandshakeError{StepStatus, ErrNotAllowed}, "does not let this node in"},
		{&HandshakeError{StepLookup, errNeedsShort}, "this node has a short name"},
	} {
		if got := Explain("bilbo@shire", c.err); !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
			t.Errorf("%v: %s", c.err, got)
		}
	}
}

func TestFullName(t *testing.T) {
	for _, c := range []struct {
		name string
		kind NameKind
		want string
		err  error
	}{
		{"a@b", ShortNames, "a@b", nil},
		{"a@b", LongNames, "a@b", nil},
		{"a@b.c", LongNames, "a@b.c", nil},
		{"a@127.0.0.1", LongNames, "a@127.0.0.1", nil},
		{"a@b.c", ShortNames, "", ErrHostname},
		{"@b", ShortNames, "", ErrName},
		{"a b", ShortNames, "", ErrName},
		{"a.b", ShortNames, "", ErrName},
		{"", ShortNames, "", ErrName},
	} {
		if got, err := FullName(c.name, c.kind); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%q: %q, %v", c.name, got, err)
		}
	}
}

// Package epmd is Erlang's port mapper: it tells at which port a node of a
// host listens. It has the client's side and a server that real nodes can use.
package epmd

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
)

// The requests and their answers.
const (
	alive2Req   = 120
	alive2Resp  = 121
	alive2XResp = 118
	portReq     = 122
	portResp    = 119
	namesReq    = 110
	killReq     = 107
	dumpReq     = 100
	stopReq     = 115
)

// DefaultPort is where a port mapper listens unless told otherwise.
const DefaultPort = 4369

// maxRequest is the longest request a real epmd takes.
const maxRequest = 1000

// Node types.
const (
	TypeNormal = 77
	TypeHidden = 72
)

// Entry is a node as registered.
type Entry struct {
	Name            string // without the host
	Port            uint16
	Type            byte
	Protocol        byte
	Highest, Lowest uint16 // versions of the distribution protocol
	Extra           []byte
}

// ErrNameTaken says that a node of the name is registered already.
var ErrNameTaken = errors.New("epmd: the name is in use")

// ErrUnknown says that no node of the name is registered.
var ErrUnknown = errors.New("epmd: no node of that name")

var errMalformed = errors.New("epmd: malformed message")

// Port is the port mapper's port: ERL_EPMD_PORT or the default.
func Port() int {
	if p, err := strconv.Atoi(os.Getenv("ERL_EPMD_PORT")); err == nil && p > 0 && p < 1<<16 {
		return p
	}
	return DefaultPort
}

// frame puts the length in front of a request.
func frame(body []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(body))), body...)
}

// readFrame reads one request.
func readFrame(r io.Reader) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(head[:]))
	if n == 0 || n > maxRequest {
		return nil, fmt.Errorf("%w: length %d", errMalformed, n)
	}
	body := make([]byte, n)
	_, err := io.ReadFull(r, body)
	return body, err
}

// append adds the entry to b as ALIVE2_REQ and PORT2_RESP have it.
func (e *Entry) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, e.Port)
	b = append(b, e.Type, e.Protocol)
	b = binary.BigEndian.AppendUint16(b, e.Highest)
	b = binary.BigEndian.AppendUint16(b, e.Lowest)
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.Name)))
	b = append(b, e.Name...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.Extra)))
	return append(b, e.Extra...)
}

// parseEntry reads what append writes.
func parseEntry(b []byte) (e Entry, err error) {
	if len(b) < 10 {
		return e, errMalformed
	}
	e.Port = binary.BigEndian.Uint16(b)
	e.Type, e.Protocol = b[2], b[3]
	e.Highest, e.Lowest = binary.BigEndian.Uint16(b[4:]), binary.BigEndian.Uint16(b[6:])
	n := int(binary.BigEndian.Uint16(b[8:]))
	if b = b[10:]; len(b) < n {
		return e, errMalformed
	}
	e.Name, b = string(b[:n]), b[n:]
	if len(b) >= 2 {
		n = int(binary.BigEndian.Uint16(b))
		if b = b[2:]; len(b) < n {
			return e, errMalformed
		}
		e.Extra = append([]byte(nil), b[:n]...)
	}
	return e, nil
}

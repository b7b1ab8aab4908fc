package dist

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"syscall"
	"time"
)

// Step is where a way to a connection has got to.
type Step string

// The steps, in order. The first two come before the handshake.
const (
	StepLookup    Step = "lookup"     // asking the host's port mapper
	StepDial      Step = "dial"       // connecting with the node's port
	StepName      Step = "name"       // saying who one is
	StepStatus    Step = "status"     // whether the other agrees
	StepChallenge Step = "challenge"  // the other's name, flags, and challenge
	StepReply     Step = "reply"      // proving the cookie
	StepAck       Step = "ack"        // the other's proof
	StepListening Step = "connection" // done
)

// HandshakeError says which step failed, and why.
type HandshakeError struct {
	Step Step
	Err  error
}

func (e *HandshakeError) Error() string { return string(e.Step) + ": " + e.Err.Error() }
func (e *HandshakeError) Unwrap() error { return e.Err }

// The reasons besides those of the network.
var (
	ErrNotAllowed = errors.New("the node does not allow the connection")
	ErrNok        = errors.New("the other's own attempt goes on")
	ErrAlive      = errors.New("a connection exists")
	ErrWrongName  = errors.New("another node answered")
	ErrFlags      = errors.New("the node lacks mandatory capabilities")
	ErrDigest     = errors.New("wrong cookie")
	ErrSelf       = errors.New("connection with itself")
	errBadMessage = errors.New("malformed handshake message")
)

// self is what a node says of itself.
type self struct {
	name     string // just the host, with FlagNameMe
	flags    Flags
	creation uint32
}

// peer is what is known of the other when the handshake is done.
type peer struct {
	name     string
	flags    Flags // of both
	hidden   bool
	creation uint32
	// named is set when the peer has named this node: name and creation.
	named         string
	namedCreation uint32
}

// handshake is one under way.
type handshake struct {
	c       net.Conn
	me      self
	cookie  func(node string) string
	timeout time.Duration // for each step
	theirs  uint32        // the caller's challenge, once it has proved itself
}

func (h *handshake) deadline() { h.c.SetDeadline(time.Now().Add(h.timeout)) }

func (h *handshake) send(parts ...[]byte) error {
	h.deadline()
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	b := binary.BigEndian.AppendUint16(make([]byte, 0, n+2), uint16(n))
	for _, p := range parts {
		b = append(b, p...)
	}
	_, err := h.c.Write(b)
	return err
}

func (h *handshake) receive() ([]byte, error) {
	h.deadline()
	var head [2]byte
	if _, err := io.ReadFull(h.c, head[:]); err != nil {
		return nil, err
	}
	b := make([]byte, binary.BigEndian.Uint16(head[:]))
	if _, err := io.ReadFull(h.c, b); err != nil {
		return nil, err
	}
	if len(b) == 0 {
		return nil, errBadMessage
	}
	return b, nil
}

// digest is the proof of knowing the cookie.
func digest(cookie string, challenge uint32) []byte {
	b := make([]byte, 0, len(cookie)+10)
	for _, r := range cookie {
		b = append(b, byte(r))
	}
	sum := md5.Sum(strconv.AppendUint(b, uint64(challenge), 10))
	return sum[:]
}

func newChallenge() uint32 {
	var b [4]byte
	rand.Read(b[:])
	return binary.BigEndian.Uint32(b[:])
}

// initiate is the handshake with the node of that name, whom this node has
// called. wanted is asked whether a connection is still wanted when the other
// says that there is one.
func (h *handshake) initiate(name string, wanted func() bool) (p peer, err error) {
	fail := func(s Step, err error) (peer, error) { return p, &HandshakeError{s, err} }
	msg := binary.BigEndian.AppendUint64([]byte{'N'}, uint64(h.me.flags))
	msg = binary.BigEndian.AppendUint32(msg, h.me.creation)
	msg = binary.BigEndian.AppendUint16(msg, uint16(len(h.me.name)))
	if err := h.send(append(msg, h.me.name...)); err != nil {
		return fail(StepName, err)
	}
	b, err := h.receive()
	if err != nil {
		return fail(StepStatus, err)
	}
	if b[0] != 's' {
		return fail(StepStatus, errBadMessage)
	}
	switch status := string(b[1:]); {
	case status == "ok", status == "ok_simultaneous":
	case status == "nok":
		return fail(StepStatus, ErrNok)
	case status == "not_allowed":
		return fail(StepStatus, ErrNotAllowed)
	case status == "alive":
		if !wanted() {
			h.send([]byte("sfalse"))
			return fail(StepStatus, ErrAlive)
		}
		if err := h.send([]byte("strue")); err != nil {
			return fail(StepStatus, err)
		}
	case len(status) > 6 && status[:6] == "named:" && h.me.flags&FlagNameMe != 0:
		if err := p.readNamed(b[7:]); err != nil {
			return fail(StepStatus, err)
		}
	default:
		return fail(StepStatus, fmt.Errorf("%w: status %.40q", errBadMessage, status))
	}

	b, err = h.receive()
	if err != nil {
		return fail(StepChallenge, err)
	}
	if b[0] != 'N' || len(b) < 19 {
		return fail(StepChallenge, errBadMessage)
	}
	flags := Flags(binary.BigEndian.Uint64(b[1:])).expand()
	challenge := binary.BigEndian.Uint32(b[9:])
	p.creation = binary.BigEndian.Uint32(b[13:])
	n := int(binary.BigEndian.Uint16(b[17:]))
	if len(b) < 19+n {
		return fail(StepChallenge, errBadMessage)
	}
	if string(b[19:19+n]) != name {
		return fail(StepChallenge, fmt.Errorf("%w: %.255q", ErrWrongName, b[19:19+n]))
	}
	p.name = name
	if missing := mandatory &^ flags; missing != 0 {
		return fail(StepChallenge, fmt.Errorf("%w: %v", ErrFlags, missing))
	}
	p.agree(flags, h.me.flags)

	mine := newChallenge()
	cookie := h.cookie(name)
	reply := binary.BigEndian.AppendUint32([]byte{'r'}, mine)
	if err := h.send(reply, digest(cookie, challenge)); err != nil {
		return fail(StepReply, err)
	}
	b, err = h.receive()
	if err != nil {
		// That the other closes the connection now is how it says that the
		// cookies differ.
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || isReset(err) {
			err = ErrDigest
		}
		return fail(StepAck, err)
	}
	if b[0] != 'a' || len(b) != 17 || subtle.ConstantTimeCompare(b[1:], digest(cookie, mine)) != 1 {
		return fail(StepAck, ErrDigest)
	}
	h.c.SetDeadline(time.Time{})
	return p, nil
}

// readNamed reads the name that the other has given this node.
func (p *peer) readNamed(b []byte) error {
	if len(b) < 2 {
		return errBadMessage
	}
	n := int(binary.BigEndian.Uint16(b))
	if b = b[2:]; len(b) < n+4 {
		return errBadMessage
	}
	name, ok := peerName(b[:n])
	if _, _, full := splitName(name); !ok || !full {
		return errBadMessage
	}
	p.named, p.namedCreation = name, binary.BigEndian.Uint32(b[n:])
	return nil
}

func (p *peer) agree(theirs, mine Flags) {
	p.flags = theirs & mine
	p.hidden = theirs&FlagPublished == 0
}

// verdict is what the node says to one that calls.
type verdict uint8

const (
	verdictOK verdict = iota
	verdictSimultaneous
	verdictNok
	verdictAlive
	verdictNotAllowed
)

var verdicts = [...]string{"ok", "ok_simultaneous", "nok", "alive", "not_allowed"}

// accept is the handshake with a node that has called. decide is asked what to
// say to it; give makes a name for one that has none.
func (h *handshake) accept(decide func(name string) verdict, give func(host string) (string, uint32)) (p peer, err error) {
	fail := func(s Step, err error) (peer, error) { return p, &HandshakeError{s, err} }
	b, err := h.receive()
	if err != nil {
		return fail(StepName, err)
	}
	var flags Flags
	old := false
	var name []byte
	switch {
	case b[0] == 'N' && len(b) >= 15:
		flags = Flags(binary.BigEndian.Uint64(b[1:]))
		p.creation = binary.BigEndian.Uint32(b[9:])
		n := int(binary.BigEndian.Uint16(b[13:]))
		if len(b) < 15+n {
			return fail(StepName, errBadMessage)
		}
		name = b[15 : 15+n]
	case b[0] == 'n' && len(b) >= 7:
		old = true
		flags = Flags(binary.BigEndian.Uint32(b[3:]))
		if flags&FlagHandshake23 == 0 {
			return fail(StepName, ErrFlags)
		}
		name = b[7:]
	default:
		return fail(StepName, errBadMessage)
	}
	var ok bool
	if p.name, ok = peerName(name); !ok {
		p.name = ""
		return fail(StepName, errBadMessage)
	}
	// The old form has only half of the flags: the rest comes with the
	// complement.
	flags = flags.expand()
	must := mandatory
	if old {
		must &= 1<<32 - 1
	}
	if missing := must &^ flags; missing != 0 {
		h.send([]byte("snot_allowed"))
		return fail(StepName, fmt.Errorf("%w: %v", ErrFlags, missing))
	}
	if _, _, full := splitName(p.name); !full {
		if flags&FlagNameMe == 0 {
			return fail(StepName, errBadMessage)
		}
		var creation uint32
		p.name, creation = give(p.name)
		p.creation = creation
		if decide(p.name) != verdictOK {
			h.send([]byte("snok"))
			return fail(StepStatus, ErrNok)
		}
		status := binary.BigEndian.AppendUint16([]byte("snamed:"), uint16(len(p.name)))
		status = binary.BigEndian.AppendUint32(append(status, p.name...), creation)
		if err := h.send(status); err != nil {
			return fail(StepStatus, err)
		}
		// To a node that it names a node says that it can, and is a hidden one.
		h.me.flags = h.me.flags&^FlagPublished | FlagNameMe
	} else if err := h.status(decide(p.name)); err != nil {
		return fail(StepStatus, err)
	}

	challenge := newChallenge()
	msg := binary.BigEndian.AppendUint64([]byte{'N'}, uint64(h.me.flags))
	msg = binary.BigEndian.AppendUint32(msg, challenge)
	msg = binary.BigEndian.AppendUint32(msg, h.me.creation)
	msg = binary.BigEndian.AppendUint16(msg, uint16(len(h.me.name)))
	if err := h.send(append(msg, h.me.name...)); err != nil {
		return fail(StepChallenge, err)
	}
	if old {
		b, err := h.receive()
		if err != nil {
			return fail(StepChallenge, err)
		}
		if b[0] != 'c' || len(b) < 9 {
			return fail(StepChallenge, errBadMessage)
		}
		flags |= Flags(binary.BigEndian.Uint32(b[1:])) << 32
		p.creation = binary.BigEndian.Uint32(b[5:])
		if missing := mandatory &^ flags; missing != 0 {
			return fail(StepChallenge, fmt.Errorf("%w: %v", ErrFlags, missing))
		}
	}
	p.agree(flags, h.me.flags)
	b, err = h.receive()
	if err != nil {
		return fail(StepReply, err)
	}
	cookie := h.cookie(p.name)
	if b[0] != 'r' || len(b) != 21 {
		return fail(StepReply, errBadMessage)
	}
	if subtle.ConstantTimeCompare(b[5:], digest(cookie, challenge)) != 1 {
		return fail(StepReply, ErrDigest)
	}
	h.theirs = binary.BigEndian.Uint32(b[1:])
	return p, nil
}

// acknowledge is the acceptor's last step, to be done when nothing stands
// against the connection any more.
func (h *handshake) acknowledge(p *peer) error {
	err := h.send([]byte{'a'}, digest(h.cookie(p.name), h.theirs))
	if err != nil {
		return &HandshakeError{StepAck, err}
	}
	h.c.SetDeadline(time.Time{})
	return nil
}

// status tells the caller the verdict; the error says that the handshake ends.
func (h *handshake) status(v verdict) error {
	if err := h.send([]byte("s"), []byte(verdicts[v])); err != nil {
		return err
	}
	switch v {
	case verdictNok:
		return ErrNok
	case verdictNotAllowed:
		return ErrNotAllowed
	case verdictAlive:
		b, err := h.receive()
		if err != nil {
			return err
		}
		if string(b) != "strue" {
			return ErrAlive
		}
	}
	return nil
}

// isReset reports whether the other has thrown the connection away.
func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

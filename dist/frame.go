package dist

import (
	"encoding/binary"
	"errors"

	"ersh/runtime/etf"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

const (
	// fragmentSize is how much of a large message goes into one frame.
	fragmentSize = 64 << 10
	// fragmentHead is the length of a continuing fragment's header.
	fragmentHead = 18
	// pieceMin is the size from which a piece is written from where it is;
	// smaller ones are copied together.
	pieceMin = 4096
	// keepBuffer is the largest buffer that is kept for later use.
	keepBuffer = 256 << 10
)

// outbox makes frames of signals and holds them until they are written.
type outbox struct {
	flags  Flags
	enc    etf.Encoder
	atoms  atomWriter
	nobody *term.Pid // sender of what no process sends
	// evaluator is nil until the peer has been asked for it.
	evaluator *evaluator
	seq       uint64
	scratch   []byte
	vec       [][]byte

	pieces [][]byte
	tail   []byte // behind the pieces
	spare  []byte // a buffer that has been written
	size   int
}

func newOutbox(flags Flags, node term.Atom, creation uint32) *outbox {
	o := &outbox{flags: flags, nobody: &term.Pid{Node: node, Creation: creation}}
	o.enc = etf.Encoder{Node: node, Creation: creation, ShellFun: func(f *term.Fun) (*term.Fun, error) {
		if o.evaluator == nil {
			return nil, errUnknownEvaluator
		}
		return o.evaluator.adapt(f), nil
	}}
	if flags&FlagDistHdrAtomCache != 0 {
		o.enc.Atoms = &o.atoms
	}
	return o
}

var errNotSent = errors.New("the peer can't take the signal")

// add encodes a signal. An error means that it has no form that the peer could
// read, and leaves the outbox as it was.
func (o *outbox) add(sig vm.Signal) error {
	control, payload, ok := encodeControl(sig, o.flags, o.nobody)
	if !ok {
		return errNotSent
	}
	cached := o.enc.Atoms != nil
	o.atoms.begin()
	vec := append(o.vec[:0], o.scratch[:0])
	if !cached {
		vec[0] = append(vec[0], passThrough, tagVersion)
	}
	vec, err := o.enc.AppendVector(vec, control)
	first := 0
	for _, p := range vec {
		first += len(p)
	}
	if err == nil && payload != nil {
		if !cached {
			last := len(vec) - 1
			vec[last] = append(vec[last], tagVersion)
		}
		vec, err = o.enc.AppendVector(vec, payload)
	}
	if err != nil {
		o.atoms.forget()
		return err
	}
	total, base := 0, vec[0]
	for _, p := range vec {
		total += len(p)
	}
	switch {
	case cached && o.flags&FlagFragments != 0 && payload != nil && total > fragmentSize:
		o.fragments(vec, total, max(first, fragmentSize))
	case cached:
		at := o.header(headerNormal)
		o.tail = o.atoms.appendRefs(o.tail)
		o.endHeader(at, total)
		for _, p := range vec {
			o.put(p)
		}
	default:
		o.endHeader(o.begin(), total)
		for _, p := range vec {
			o.put(p)
		}
	}
	// What was copied may be written over by the next signal.
	if o.scratch = base[:0]; len(base) >= pieceMin || cap(base) > keepBuffer {
		o.scratch = nil
	}
	clear(vec)
	o.vec = vec[:0]
	return nil
}

// begin leaves room for a frame's length and gives its place.
func (o *outbox) begin() int {
	if o.tail == nil {
		o.tail, o.spare = o.spare, nil
	}
	o.tail = append(o.tail, 0, 0, 0, 0)
	return len(o.tail) - 4
}

func (o *outbox) header(tag byte) int {
	at := o.begin()
	o.tail = append(o.tail, tagVersion, tag)
	return at
}

// endHeader fills in the length of the frame whose header began at, and whose
// body has n bytes.
func (o *outbox) endHeader(at, n int) {
	head := len(o.tail) - at
	binary.BigEndian.PutUint32(o.tail[at:], uint32(head-4+n))
	o.size += head
}

// put appends a part of a frame's body.
func (o *outbox) put(p []byte) {
	o.size += len(p)
	if len(p) < pieceMin {
		o.tail = append(o.tail, p...)
		return
	}
	if len(o.tail) > 0 {
		o.pieces = append(o.pieces, o.tail)
		o.tail = nil
	}
	o.pieces = append(o.pieces, p)
}

// fragments writes a message in several frames, first bytes of it in the first.
func (o *outbox) fragments(vec [][]byte, total, first int) {
	o.seq++
	n := uint64(1 + (total-first+fragmentSize-1)/fragmentSize)
	for id, size := n, first; id > 0; id-- {
		size = min(size, total)
		tag := byte(headerContinuing)
		if id == n {
			tag = headerFragment
		}
		at := o.header(tag)
		o.tail = binary.BigEndian.AppendUint64(o.tail, o.seq)
		o.tail = binary.BigEndian.AppendUint64(o.tail, id)
		if id == n {
			o.tail = o.atoms.appendRefs(o.tail)
		}
		o.endHeader(at, size)
		total -= size
		for size > 0 {
			k := min(size, len(vec[0]))
			o.put(vec[0][:k])
			size -= k
			if vec[0] = vec[0][k:]; len(vec[0]) == 0 && len(vec) > 1 {
				vec = vec[1:]
			}
		}
		size = fragmentSize
	}
}

// tick adds a frame that says nothing but that this node is there.
func (o *outbox) tick() { o.endHeader(o.begin(), 0) }

// take gives all that is to be written: pieces, and a buffer that comes last
// and is to be given back.
func (o *outbox) take() (pieces [][]byte, tail []byte) {
	pieces, tail = o.pieces, o.tail
	o.pieces, o.tail = nil, nil
	return pieces, tail
}

// drop takes off the first n bytes of the tail, which have been written; there
// are no pieces.
func (o *outbox) drop(n int) {
	o.size -= n
	if o.size == 0 {
		o.tail = o.tail[:0]
	} else {
		o.tail = o.tail[n:]
	}
}

// written takes a buffer back.
func (o *outbox) written(b []byte) {
	if o.spare == nil && b != nil && cap(b) <= keepBuffer {
		o.spare = b[:0]
	}
}

const (
	// maxFrame bounds a frame.
	maxFrame = 1 << 30
	// maxMessage bounds a message that comes in fragments.
	maxMessage = 1 << 31
	// maxSequences bounds how many messages may be in the making at once.
	maxSequences = 1 << 14
	// roomySequences is how many of them get room ahead.
	roomySequences = 64
	// maxPartial bounds the memory of messages in the making.
	maxPartial = 1 << 32
)

var (
	errFrame    = errors.New("malformed frame")
	errTooLarge = errors.New("frame too large")
)

// inbox makes signals of frames.
type inbox struct {
	from    term.Atom
	cached  bool // frames have headers
	dec     etf.Decoder
	atoms   atomReader
	partial map[uint64]*partial
	held    int // bytes in partial
}

// partial is a message of which not all fragments have come.
type partial struct {
	left uint64 // number of the next fragment
	refs []term.Atom
	data []byte
}

func newInbox(from term.Atom, flags Flags, localPid func(*term.Pid) *term.Pid, localRef func(*term.Ref) *term.Ref) *inbox {
	in := &inbox{from: from, cached: flags&FlagDistHdrAtomCache != 0}
	in.dec = etf.Decoder{Pid: localPid, Ref: localRef, Atoms: &in.atoms}
	return in
}

// frame reads a frame; share says that b is not used again. The signal is nil
// where there is none yet, or none that concerns this node.
func (in *inbox) frame(b []byte, share bool) (vm.Signal, error) {
	in.dec.Share = share
	if len(b) > 0 && b[0] == passThrough {
		return in.message(b[1:], true)
	}
	if len(b) < 2 || b[0] != tagVersion || !in.cached {
		return nil, errFrame
	}
	switch b[1] {
	case headerNormal:
		rest, ok := in.atoms.readRefs(b[2:])
		if !ok {
			return nil, errFrame
		}
		return in.message(rest, false)
	case headerFragment:
		return in.firstFragment(b[2:])
	case headerContinuing:
		if len(b) < 18 {
			return nil, errFrame
		}
		p, last, err := in.nextFragment(b[2:18], len(b)-18)
		if err != nil {
			return nil, err
		}
		p.data = append(p.data, b[18:]...)
		if last {
			return in.whole(p)
		}
		return nil, nil
	}
	return nil, errFrame
}

func (in *inbox) firstFragment(b []byte) (vm.Signal, error) {
	if len(b) < 16 {
		return nil, errFrame
	}
	seq, id := binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	rest, ok := in.atoms.readRefs(b[16:])
	if !ok || id == 0 || in.partial[seq] != nil {
		return nil, errFrame
	}
	if id == 1 {
		return in.message(rest, false)
	}
	if len(in.partial) >= maxSequences || in.held+len(rest) > maxPartial {
		return nil, errTooLarge
	}
	p := &partial{left: id - 1, refs: append([]term.Atom(nil), in.atoms.refs...)}
	// The whole message's size is a claim: room is made for a part of it, and
	// for few messages.
	more := 0
	if len(in.partial) < roomySequences {
		more = int(min(id-1, 32)) * fragmentSize
	}
	p.data = append(room(len(rest)+more), rest...)
	if in.partial == nil {
		in.partial = make(map[uint64]*partial)
	}
	in.partial[seq] = p
	in.held += len(rest)
	return nil, nil
}

// nextFragment takes the numbers of a fragment that is to be appended to p, and
// has n bytes.
func (in *inbox) nextFragment(ids []byte, n int) (p *partial, last bool, err error) {
	seq, id := binary.BigEndian.Uint64(ids), binary.BigEndian.Uint64(ids[8:])
	p = in.partial[seq]
	if p == nil || p.left != id {
		return nil, false, errFrame
	}
	if len(p.data)+n > maxMessage || in.held+n > maxPartial {
		return nil, false, errTooLarge
	}
	in.held += n
	p.left--
	if p.left == 0 {
		delete(in.partial, seq)
		in.held -= len(p.data) + n
		return p, true, nil
	}
	return p, false, nil
}

// whole reads a message whose fragments are all there.
func (in *inbox) whole(p *partial) (vm.Signal, error) {
	in.dec.Share = true
	in.atoms.refs = append(in.atoms.refs[:0], p.refs...)
	return in.message(p.data, false)
}

func (in *inbox) message(b []byte, versions bool) (vm.Signal, error) {
	decode := in.dec.DecodeBare
	if versions {
		in.atoms.refs = in.atoms.refs[:0]
		decode = in.dec.Decode
	}
	control, n, err := decode(b)
	if err != nil {
		return nil, err
	}
	b = b[n:]
	var payload term.Term
	if hasPayload(control) {
		if payload, n, err = decode(b); err != nil {
			return nil, err
		}
		b = b[n:]
	}
	if len(b) != 0 {
		return nil, errFrame
	}
	return decodeControl(in.from, control, payload)
}

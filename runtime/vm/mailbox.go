package vm

import (
	"ersh/runtime/term"
)

// envelope carries one thing to a process: a message or, as a *control, any
// other signal. It is a link of the inbox first and, for messages, of the
// mailbox then.
type envelope struct {
	next *envelope
	body term.Term
}

// A worker keeps envelopes that its processes have emptied, at most
// keptEnvelopes of them, for what they send next: of the time that processes
// which exchange messages take, allocating envelopes was a tenth.
type envelopes struct {
	free *envelope
	n    int
}

const keptEnvelopes = 256

// envelope makes an envelope for msg; w is the worker that the caller runs on,
// or nil.
func (w *worker) envelope(msg term.Term) *envelope {
	if w == nil || w.spare.free == nil {
		return &envelope{body: msg}
	}
	e := w.spare.free
	w.spare.free = e.next
	w.spare.n--
	e.body = msg
	return e
}

// keep takes an envelope that nothing refers to any more.
func (w *worker) keep(e *envelope) {
	e.next, e.body = nil, nil
	if w == nil || w.spare.n == keptEnvelopes {
		return
	}
	e.next = w.spare.free
	w.spare.free = e
	w.spare.n++
}

// control is a signal inside an envelope.
type control struct {
	term.Opaque
	sig Signal
}

// closedInbox marks the inbox of a process that has ended.
var closedInbox = new(envelope)

// post puts e into the inbox and wakes the process; false when it has ended.
// w is the worker that the caller runs on, or nil.
func (p *Process) post(e *envelope, w *worker) bool {
	for {
		head := p.inbox.Load()
		if head == closedInbox {
			return false
		}
		e.next = head
		if p.inbox.CompareAndSwap(head, e) {
			break
		}
	}
	p.wake(w)
	return true
}

// deliver posts a message.
func (p *Process) deliver(msg term.Term, w *worker) bool { return p.post(w.envelope(msg), w) }

// postSignal posts a signal that is not a message.
func (p *Process) postSignal(sig Signal, w *worker) bool {
	return p.post(&envelope{body: &control{sig: sig}}, w)
}

// takeSignals handles everything in the inbox, in order.
func (p *Process) takeSignals() {
	if p.inbox.Load() == nil {
		return
	}
	var list *envelope
	for e := p.inbox.Swap(nil); e != nil; {
		e, e.next, list = e.next, list, e
	}
	traced := p.tracing.Load() != nil
	for e := list; e != nil; {
		next := e.next
		e.next = nil
		if c, ok := e.body.(*control); ok {
			if !p.exiting {
				p.handle(c.sig)
			} else {
				p.vm.undeliverable(c.sig, p.here())
			}
		} else {
			p.messages.add(e)
			if traced {
				p.traceReceive(e.body)
			}
		}
		e = next
	}
}

// mailbox is the list of messages that the process knows. save is the
// message before the one that a receive looks at next; nil means the start.
type mailbox struct {
	head, tail, save *envelope
	n                int
}

func (m *mailbox) add(e *envelope) {
	if m.tail == nil {
		m.head = e
	} else {
		m.tail.next = e
	}
	m.tail = e
	m.n++
}

// addTerm puts a message at the end.
func (m *mailbox) addTerm(msg term.Term) { m.add(&envelope{body: msg}) }

// addMessage adds a message; those of priority come before all others, in their own
// order.
func (p *Process) addMessage(msg term.Term, priority bool) {
	p.traceReceive(msg)
	if !priority {
		p.messages.addTerm(msg)
		return
	}
	m, x := &p.messages, p.ext()
	last := x.lastPriority
	e := &envelope{body: msg}
	if last == nil {
		e.next, m.head = m.head, e
	} else {
		e.next, last.next = last.next, e
	}
	if m.tail == last {
		m.tail = e
	}
	m.n++
	// A receive under way has not seen it, nor do marks stand behind it.
	m.save = x.beforePriority(m, m.save)
	for i := range x.marks.at {
		x.marks.at[i].last = x.beforePriority(m, x.marks.at[i].last)
	}
	x.lastPriority = e
}

// beforePriority gives e, or the last message of priority where e stands behind it.
func (x *extras) beforePriority(m *mailbox, e *envelope) *envelope {
	if x.lastPriority == nil || e == nil {
		return nil
	}
	for f := m.head; f != x.lastPriority; f = f.next {
		if f == e {
			return e
		}
	}
	return x.lastPriority
}

// removed is told of a message that has been taken out, and of the one before.
func (x *extras) removed(e, prev *envelope) {
	if x.lastPriority == e {
		x.lastPriority = prev
	}
	x.marks.removed(e, prev)
}

func (m *mailbox) current() *envelope {
	if m.save == nil {
		return m.head
	}
	return m.save.next
}

// unlink takes the message after prev (nil: the first) out.
func (m *mailbox) unlink(prev *envelope) *envelope {
	var e *envelope
	if prev == nil {
		e = m.head
		m.head = e.next
	} else {
		e = prev.next
		prev.next = e.next
	}
	if m.tail == e {
		m.tail = prev
	}
	m.n--
	return e
}

// peekMessage gives the message under the save pointer, taking new signals in
// when the known messages are used up; ok is false when there is none. An exit
// signal may have set p.exiting.
func (p *Process) peekMessage() (msg term.Term, ok bool) {
	e := p.messages.current()
	if e == nil {
		p.takeSignals()
		if p.exiting {
			return nil, false
		}
		if e = p.messages.current(); e == nil {
			return nil, false
		}
	}
	return e.body, true
}

// skipMessage moves the save pointer over the message that peekMessage gave.
func (p *Process) skipMessage() { p.messages.save = p.messages.current() }

// takeMessage takes the message that peekMessage gave out of the mailbox; the
// next receive starts from the beginning.
func (p *Process) takeMessage() {
	m := &p.messages
	prev := m.save
	e := m.unlink(prev)
	if p.more != nil {
		p.more.removed(e, prev)
	}
	m.save = nil
	p.stopReceiveTimer()
	p.here().keep(e)
}

// rewindMessages ends a receive that took nothing: the next one starts from the
// beginning.
func (p *Process) rewindMessages() {
	p.traceReceive(aTimeoutAtom)
	p.messages.save = nil
	p.stopReceiveTimer()
}

// removeMessages takes the messages out that match says, at most max of them
// (0: all), for demonitor's flush and the like.
func (p *Process) removeMessages(max int, match func(msg term.Term) bool) (n int) {
	m := &p.messages
	var prev *envelope
	for e := m.head; e != nil; {
		next := e.next
		if match(e.body) {
			m.unlink(prev)
			if p.more != nil {
				p.more.removed(e, prev)
			}
			if m.save == e {
				m.save = prev
			}
			if n++; n == max {
				return n
			}
		} else {
			prev = e
		}
		e = next
	}
	return n
}

// marks remember places in the mailbox so that a receive which waits for a
// message with a fresh reference starts behind the messages that were there
// before the reference was made.
type marks struct {
	at   [4]mark
	next int
	id   int64
}

type mark struct {
	id   int64 // 0: free
	ref  *term.Ref
	last *envelope // the last message before the mark; nil: the start
}

func (ms *marks) removed(e, prev *envelope) {
	for i := range ms.at {
		if ms.at[i].last == e {
			ms.at[i].last = prev
		}
	}
}

// reserveMark (recv_marker_reserve) sets a mark behind the last message and
// gives the value by which bindMark knows it.
func (p *Process) reserveMark() term.Term {
	ms := &p.ext().marks
	ms.id++
	ms.at[ms.next] = mark{id: ms.id, last: p.messages.tail}
	ms.next = (ms.next + 1) % len(ms.at)
	return term.MakeInt(ms.id)
}

// bindMark (recv_marker_bind) ties a reserved mark to the reference made since.
func (p *Process) bindMark(id, ref term.Term) {
	r, ok := ref.(*term.Ref)
	n, ok2 := term.ToInt64(id)
	if !ok || !ok2 || p.more == nil {
		return
	}
	for i := range p.more.marks.at {
		if m := &p.more.marks.at[i]; m.id == n {
			m.ref = r
		}
	}
}

// clearMark (recv_marker_clear) forgets the mark of a reference, or a reserved
// mark.
func (p *Process) clearMark(ref term.Term) {
	if m := p.findMark(ref); m != nil {
		*m = mark{}
	}
}

// useMark (recv_marker_use) lets the next receive start at the reference's mark.
func (p *Process) useMark(ref term.Term) {
	if m := p.findMark(ref); m != nil {
		p.messages.save = m.last
	}
}

func (p *Process) findMark(t term.Term) *mark {
	if p.more == nil {
		return nil
	}
	r, isRef := t.(*term.Ref)
	n, isInt := term.ToInt64(t)
	for i := range p.more.marks.at {
		m := &p.more.marks.at[i]
		if m.id == 0 {
			continue
		}
		if isRef && m.ref != nil && (m.ref == r || p.vm.refKey(m.ref) == p.vm.refKey(r)) || isInt && m.id == n {
			return m
		}
	}
	return nil
}

package dist

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"reflect"
	"testing"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var (
	here  = term.A("here@host")
	there = term.A("there@host")
)

func samePid(p *term.Pid) *term.Pid { return p }

// sample has one signal of each kind.
func sample() []vm.Signal {
	from := &term.Pid{Node: here, ID: 1, Creation: 7}
	to := &term.Pid{Node: there, ID: 2, Creation: 9}
	ref := &term.Ref{Node: here, Creation: 7, N: 3, ID: [5]uint32{1, 2, 3}}
	big := term.Binary(bytes.Repeat([]byte("0123456789"), 30000))
	var atoms []term.Term
	for i := range 300 {
		atoms = append(atoms, term.A("atom"+string(rune('a'+i%26))+string(rune('0'+i/26))))
	}
	return []vm.Signal{
		&vm.Message{From: from, To: to, Body: term.T(term.A("hello"), term.A("hello"), term.List(atoms...))},
		&vm.Message{From: from, To: term.A("name"), Body: big},
		&vm.Message{From: from, To: ref, Body: term.T(big, big, term.String("x"))},
		&vm.Message{To: to, Body: term.EmptyList},
		&vm.Link{From: from, To: to},
		&vm.Unlink{ID: 1<<64 - 1, From: from, To: to},
		&vm.UnlinkAck{ID: 1, From: from, To: to},
		&vm.LinkExit{From: from, To: to, Reason: term.Normal},
		&vm.Exit{From: from, To: to, Reason: big},
		&vm.Monitor{From: from, Target: term.A("name"), Ref: ref},
		&vm.Demonitor{From: from, Target: to, Ref: ref},
		&vm.Down{From: from, To: to, Ref: ref, Reason: term.A("noproc")},
		&vm.GroupLeader{Leader: from, To: to},
		&vm.SpawnRequest{Ref: ref, From: from, Leader: from, Module: term.A("m"), Name: term.A("f"),
			Args: term.List(big), Opts: term.List(term.A("link"))},
		&vm.SpawnReply{Ref: ref, To: to, Linked: true, Result: from},
	}
}

// frames are the sample's frames, one after the other.
func frames(t testing.TB, flags Flags) []byte {
	o := newOutbox(flags, here, 7)
	var b []byte
	for _, sig := range sample() {
		if err := o.add(sig); err != nil {
			t.Fatalf("%T: %v", sig, err)
		}
	}
	pieces, tail := o.take()
	for _, p := range pieces {
		b = append(b, p...)
	}
	b = append(b, tail...)
	if len(b) != o.size {
		t.Fatalf("%d bytes, said to be %d", len(b), o.size)
	}
	return b
}

// readAll decodes frames as a connection does, up to the first bad one.
func readAll(b []byte, flags Flags) (sigs []vm.Signal, err error) {
	in := newInbox(here, flags, samePid, nil)
	for len(b) >= 4 {
		n := int(binary.BigEndian.Uint32(b))
		b = b[4:]
		if n > len(b) {
			return sigs, errTooLarge
		}
		if n > 0 {
			sig, err := in.frame(b[:n:n], false)
			if err != nil {
				return sigs, err
			}
			if sig != nil {
				sigs = append(sigs, sig)
			}
		}
		b = b[n:]
	}
	return sigs, nil
}

// TestRoundTrip: what the outbox writes the inbox reads, with and without
// headers, fragments, and the newer operations.
func TestRoundTrip(t *testing.T) {
	for _, flags := range []Flags{
		supported,
		supported &^ FlagFragments,
		supported &^ (FlagFragments | FlagDistHdrAtomCache),
		supported &^ (FlagAltactSig | FlagExitPayload | FlagSendSender),
	} {
		want := sample()
		got, err := readAll(frames(t, flags), flags)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%v: %d of %d signals: %v", flags, len(got), len(want), err)
		}
		for i := range want {
			c1, p1, _ := encodeControl(want[i], supported, &term.Pid{Node: here})
			c2, p2, _ := encodeControl(got[i], supported, &term.Pid{Node: here})
			if flags&FlagSendSender == 0 && i == 0 {
				continue // the sender is not told
			}
			if !term.Identical(c1, c2) || (p1 == nil) != (p2 == nil) || p1 != nil && !term.Identical(p1, p2) {
				t.Errorf("%v: %T: %.200s", flags, want[i], term.Format(c2))
			}
		}
	}
}

// TestPriority: only an alias can be sent to with priority, or told to exit, and
// only at a node that knows of it; to others the message goes without.
func TestPriority(t *testing.T) {
	from, ref := &term.Pid{Node: here, ID: 1, Creation: 7}, &term.Ref{Node: there, Creation: 9, N: 5}
	for _, sig := range []vm.Signal{
		&vm.Message{From: from, To: ref, Body: term.Ok, Priority: true},
		&vm.Exit{From: from, To: ref, Reason: term.Ok},
		&vm.Exit{From: from, To: ref, Reason: term.Ok, Priority: true},
	} {
		control, payload, ok := encodeControl(sig, supported, from)
		if !ok {
			t.Fatalf("%#v has no form", sig)
		}
		if got, err := decodeControl(here, control, payload); err != nil || !reflect.DeepEqual(got, sig) {
			t.Errorf("%#v has become %#v, %v", sig, got, err)
		}
		control, _, ok = encodeControl(sig, supported&^FlagAltactSig, from)
		if _, message := sig.(*vm.Message); ok != message || ok && control.Elems[0] != term.Small(opAliasSend) {
			t.Errorf("to an older node: %v", control)
		}
	}
}

// TestAtomCache sends more atoms than the cache has places, many times.
func TestAtomCache(t *testing.T) {
	o := newOutbox(supported, here, 7)
	in := newInbox(here, supported, samePid, nil)
	to := &term.Pid{Node: there, ID: 2, Creation: 9}
	for round := range 20 {
		var atoms []term.Term
		for i := range 400 {
			n := (round*397 + i*31) % 5000
			atoms = append(atoms, term.A("cached_"+term.Format(term.Small(int64(n)))))
		}
		body := term.List(atoms...)
		if err := o.add(&vm.Message{To: to, Body: body}); err != nil {
			t.Fatal(err)
		}
		pieces, tail := o.take()
		var b []byte
		for _, p := range pieces {
			b = append(b, p...)
		}
		b = append(b, tail...)
		sig, err := in.frame(b[4:], false)
		if err != nil {
			t.Fatal(err)
		}
		if m, ok := sig.(*vm.Message); !ok || !term.Identical(m.Body, body) {
			t.Fatalf("round %d: other atoms", round)
		}
	}
}

// TestUnencodable: a signal that has no form leaves the atom cache in order.
func TestUnencodable(t *testing.T) {
	o := newOutbox(supported, here, 7)
	to := &term.Pid{Node: there, ID: 2, Creation: 9}
	type opaque struct{ term.Opaque }
	fresh := term.A("only_in_the_bad_one")
	if err := o.add(&vm.Message{To: to, Body: term.T(fresh, opaque{})}); err == nil {
		t.Fatal("encoded")
	}
	if o.size != 0 {
		t.Fatalf("%d bytes", o.size)
	}
	if err := o.add(&vm.Message{To: to, Body: fresh}); err != nil {
		t.Fatal(err)
	}
	_, tail := o.take()
	if got, err := readAll(tail, supported); err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
}

func FuzzFrames(f *testing.F) {
	for _, flags := range []Flags{supported, supported &^ FlagDistHdrAtomCache} {
		b := frames(f, flags)
		f.Add(b[:min(len(b), 2000)], flags&FlagDistHdrAtomCache != 0)
	}
	f.Fuzz(func(t *testing.T, b []byte, cached bool) {
		flags := supported
		if !cached {
			flags &^= FlagDistHdrAtomCache
		}
		readAll(b, flags)
	})
}

func FuzzControl(f *testing.F) {
	for op := range 40 {
		f.Add(byte(op), byte(4), []byte{0, 1, 2, 3, 4, 5})
	}
	f.Fuzz(func(t *testing.T, op, size byte, kinds []byte) {
		kind := []term.Term{
			&term.Pid{Node: here, ID: 1}, &term.Ref{Node: here, N: 3}, term.A("a"), term.Small(4),
			term.T(term.A("m"), term.A("f"), term.Small(0)), term.EmptyList, &term.Port{Node: here}, term.EmptyMap,
		}
		tuple := term.NewTuple(int(size%9) + 1)
		tuple.Elems[0] = term.Small(int64(op))
		for i := range tuple.Elems[1:] {
			tuple.Elems[i+1] = term.EmptyList
			if i < len(kinds) {
				tuple.Elems[i+1] = kind[int(kinds[i])%len(kind)]
			}
		}
		var payload term.Term
		if hasPayload(tuple) {
			payload = term.EmptyList
		}
		sig, err := decodeControl(here, tuple, payload)
		if err == nil && sig != nil {
			encodeControl(sig, supported, &term.Pid{Node: here})
		}
	})
}

// FuzzHandshake plays a peer that sends anything, to both sides.
func FuzzHandshake(f *testing.F) {
	name := append([]byte{0, 25, 'N'}, make([]byte, 12)...)
	f.Add(append(append(name, 0, 10), "there@host"...))
	f.Add([]byte("\x00\x03sok\x00\x15N"))
	f.Add([]byte("\x00\x05\x73named:"))
	f.Fuzz(func(t *testing.T, b []byte) {
		play := func(fn func(h *handshake)) {
			a, c := net.Pipe()
			go io.Copy(io.Discard, c)
			go func() {
				c.Write(b)
				c.Close()
			}()
			h := &handshake{c: a, me: self{name: "here@host", flags: supported | FlagNameMe, creation: 7},
				cookie: func(string) string { return "c" }, timeout: time.Second}
			fn(h)
			a.Close()
		}
		play(func(h *handshake) {
			if _, err := h.initiate("there@host", func() bool { return true }); err == nil {
				t.Error("a connection without the cookie")
			}
		})
		play(func(h *handshake) {
			_, err := h.accept(func(string) verdict { return verdictOK },
				func(host string) (string, uint32) { return "x@" + host, 1 })
			if err == nil {
				t.Error("a connection without the cookie")
			}
		})
	})
}

package epmd

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"
	"unicode/utf8"
)

// Server is a port mapper.
type Server struct {
	// RelaxedCheck lets the server be ended while nodes are registered.
	RelaxedCheck bool

	port  int
	mu    sync.Mutex
	nodes []*Entry // in order of registration
	last  map[string]uint32
	open  map[net.Conn]struct{}
	lns   []net.Listener
	done  bool
}

// requestTimeout is how long a client may take to say what it wants.
const requestTimeout = 60 * time.Second

// maxConns bounds how many connections may be open; a node keeps one.
const maxConns = 16384

// Serve answers at the listeners until Close or a client's order to end.
func (s *Server) Serve(lns ...net.Listener) {
	s.mu.Lock()
	s.lns = append(s.lns, lns...)
	if s.open == nil {
		s.open = make(map[net.Conn]struct{})
		s.last = make(map[string]uint32)
	}
	if a, ok := lns[0].Addr().(*net.TCPAddr); ok {
		s.port = a.Port
	}
	s.mu.Unlock()
	var wg sync.WaitGroup
	for _, ln := range lns {
		wg.Go(func() { s.accept(ln) })
	}
	wg.Wait()
}

func (s *Server) accept(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			s.mu.Lock()
			done := s.done
			s.mu.Unlock()
			if done {
				return
			}
			time.Sleep(10 * time.Millisecond) // out of file descriptors, say
			continue
		}
		s.mu.Lock()
		ok := !s.done && len(s.open) < maxConns
		if ok {
			s.open[c] = struct{}{}
		}
		s.mu.Unlock()
		if !ok {
			c.Close()
			continue
		}
		go func() {
			s.serve(c)
			c.Close()
			s.mu.Lock()
			delete(s.open, c)
			s.mu.Unlock()
		}()
	}
}

// Close ends the server and all its connections.
func (s *Server) Close() {
	s.mu.Lock()
	s.done = true
	for _, ln := range s.lns {
		ln.Close()
	}
	for c := range s.open {
		c.Close()
	}
	s.mu.Unlock()
}

func (s *Server) serve(c net.Conn) {
	c.SetDeadline(time.Now().Add(requestTimeout))
	req, err := readFrame(c)
	if err != nil {
		return
	}
	switch req[0] {
	case alive2Req:
		s.register(c, req[1:])
	case portReq:
		c.Write(s.find(string(req[1:])))
	case namesReq:
		c.Write(s.list("name %s at port %d\n"))
	case dumpReq:
		c.Write(s.list("active name     <%s> at port %d\n"))
	case killReq:
		if !local(c) {
			return
		}
		s.mu.Lock()
		busy := len(s.nodes) > 0 && !s.RelaxedCheck
		s.mu.Unlock()
		if busy {
			c.Write([]byte("NO"))
			return
		}
		c.Write([]byte("OK"))
		s.Close()
	case stopReq:
		s.stop(c, string(req[1:]))
	}
}

// local reports whether the client is on this machine.
func local(c net.Conn) bool {
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

// register enters a node for as long as its connection is open.
func (s *Server) register(c net.Conn, req []byte) {
	e, err := parseEntry(req)
	if err != nil || !validName(e.Name) {
		return
	}
	extended := e.Highest >= 6
	creation, ok := s.add(&e)
	var result byte
	if !ok {
		result = 1
	}
	var answer []byte
	if extended {
		answer = binary.BigEndian.AppendUint32([]byte{alive2XResp, result}, creation)
	} else {
		answer = binary.BigEndian.AppendUint16([]byte{alive2Resp, result}, uint16(creation%3+1))
	}
	_, err = c.Write(answer)
	if !ok {
		return
	}
	defer s.remove(&e)
	if err != nil {
		return
	}
	c.SetDeadline(time.Time{})
	if t, ok := c.(*net.TCPConn); ok {
		t.SetKeepAlive(true)
	}
	// Nothing more is expected: whatever comes, it ends the registration only
	// with the connection.
	var b [64]byte
	for {
		if _, err := c.Read(b[:]); err != nil {
			return
		}
	}
}

func validName(name string) bool {
	if name == "" || len(name) > 255*4 || !utf8.ValidString(name) {
		return false
	}
	for _, r := range name {
		if r < ' ' || r == '@' {
			return false
		}
	}
	return true
}

func (s *Server) add(e *Entry) (creation uint32, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.nodes {
		if n.Name == e.Name {
			return 99, false
		}
	}
	s.nodes = append(s.nodes, e)
	// A creation must differ from those of earlier lives of the name, and
	// from the small ones of old.
	creation = s.last[e.Name] + 1
	if creation <= 4 {
		creation = rand.Uint32()&0x7FFFFFFF | 8
	}
	if len(s.last) > 1<<16 {
		clear(s.last)
	}
	s.last[e.Name] = creation
	return creation, true
}

func (s *Server) remove(e *Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, n := range s.nodes {
		if n == e {
			s.nodes = append(s.nodes[:i], s.nodes[i+1:]...)
			return
		}
	}
}

func (s *Server) find(name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.nodes {
		if n.Name == name {
			return n.append([]byte{portResp, 0})
		}
	}
	return []byte{portResp, 1}
}

func (s *Server) list(format string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := binary.BigEndian.AppendUint32(nil, uint32(s.port))
	for _, n := range s.nodes {
		b = fmt.Appendf(b, format, n.Name, n.Port)
	}
	return b
}

// stop takes a name off the list, which only a relaxed server does.
func (s *Server) stop(c net.Conn, name string) {
	if !s.RelaxedCheck || !local(c) {
		return
	}
	s.mu.Lock()
	var found *Entry
	for _, n := range s.nodes {
		if n.Name == name {
			found = n
		}
	}
	s.mu.Unlock()
	if found == nil {
		c.Write([]byte("NOEXIST"))
		return
	}
	s.remove(found)
	c.Write([]byte("STOPPED"))
}

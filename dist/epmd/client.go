package epmd

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// Client asks the port mappers of hosts.
type Client struct {
	// Port is the port mappers' port; 0 means Port().
	Port int
	// Timeout bounds each request; 0 means 7 s, as a node's net_setuptime.
	Timeout time.Duration
}

func (c *Client) dial(ctx context.Context, host string) (net.Conn, error) {
	port := c.Port
	if port == 0 {
		port = Port()
	}
	timeout := c.Timeout
	if timeout == 0 {
		timeout = 7 * time.Second
	}
	d := net.Dialer{Timeout: timeout}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err == nil {
		conn.SetDeadline(time.Now().Add(timeout))
	}
	return conn, err
}

// Register enters a node at this host's port mapper. The registration lasts
// as long as the connection that it gives is open.
func (c *Client) Register(ctx context.Context, e Entry) (conn net.Conn, creation uint32, err error) {
	conn, err = c.dial(ctx, "localhost")
	if err != nil {
		return nil, 0, err
	}
	defer func() {
		if err != nil {
			conn.Close()
			conn = nil
		}
	}()
	if _, err = conn.Write(frame(e.append([]byte{alive2Req}))); err != nil {
		return
	}
	var head [2]byte
	if _, err = io.ReadFull(conn, head[:]); err != nil {
		return
	}
	var rest []byte
	switch head[0] {
	case alive2Resp:
		rest = make([]byte, 2)
	case alive2XResp:
		rest = make([]byte, 4)
	default:
		err = fmt.Errorf("%w: answer %d", errMalformed, head[0])
		return
	}
	if head[1] != 0 {
		err = ErrNameTaken
		return
	}
	if _, err = io.ReadFull(conn, rest); err != nil {
		return
	}
	if len(rest) == 2 {
		creation = uint32(binary.BigEndian.Uint16(rest))
	} else {
		creation = binary.BigEndian.Uint32(rest)
	}
	conn.SetDeadline(time.Time{})
	return conn, creation, nil
}

// Lookup asks host's port mapper for a node.
func (c *Client) Lookup(ctx context.Context, host, name string) (Entry, error) {
	conn, err := c.dial(ctx, host)
	if err != nil {
		return Entry{}, err
	}
	defer conn.Close()
	if _, err := conn.Write(frame(append([]byte{portReq}, name...))); err != nil {
		return Entry{}, err
	}
	// The answer ends with the connection; none is longer than a request.
	b, err := io.ReadAll(io.LimitReader(conn, 2*maxRequest))
	if err != nil && len(b) < 2 {
		return Entry{}, err
	}
	switch {
	case len(b) < 2 || b[0] != portResp:
		return Entry{}, errMalformed
	case b[1] != 0:
		return Entry{}, ErrUnknown
	}
	return parseEntry(b[2:])
}

// NamePort is a line of a port mapper's list.
type NamePort struct {
	Name string
	Port int
}

// maxNames bounds the text of a list of names.
const maxNames = 1 << 22

// Names lists the nodes that host's port mapper knows, in its order.
func (c *Client) Names(ctx context.Context, host string) ([]NamePort, error) {
	conn, err := c.dial(ctx, host)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.Write(frame([]byte{namesReq})); err != nil {
		return nil, err
	}
	var port [4]byte
	if _, err := io.ReadFull(conn, port[:]); err != nil {
		return nil, err
	}
	var list []NamePort
	lines := bufio.NewScanner(io.LimitReader(conn, maxNames))
	for lines.Scan() {
		name, at, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "name "), " at port ")
		if n, err := strconv.Atoi(at); ok && err == nil {
			list = append(list, NamePort{name, n})
		}
	}
	return list, lines.Err()
}

// Kill asks host's port mapper to end; answer is what it says, such as "OK"
// or "NO".
func (c *Client) Kill(ctx context.Context, host string) (answer string, err error) {
	conn, err := c.dial(ctx, host)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if _, err := conn.Write(frame([]byte{killReq})); err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(conn, 2))
	if len(b) > 0 {
		err = nil
	}
	return string(b), err
}

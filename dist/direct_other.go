//go:build !unix

package dist

import "net"

// direct: elsewhere all writing is left to the writer.
type direct struct{}

func newDirect(net.Conn) *direct { return nil }

func (d *direct) write([]byte) int { return 0 }

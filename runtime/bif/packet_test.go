package bif

import (
	"testing"

	"ersh/runtime/term"
)

// FuzzPacket cuts packets of all kinds out of bytes from outside: no length goes
// beyond what it may, and what is whole can be made a term.
func FuzzPacket(f *testing.F) {
	f.Add(uint8(packetASN1), []byte{31, 129, 1, 2, 'a', 'b', 'c'}, 0)
	f.Add(uint8(packetHTTP), []byte("GET http://a:1/b HTTP/1.1\r\n"), 0)
	f.Add(uint8(packetHTTPHeader), []byte("Host : x\r\n b\r\nX"), 100)
	f.Add(uint8(packetTLS), []byte{128, 5, 1, 0, 2, 'a', 'b', 'c', 'd'}, 0)
	f.Add(uint8(packetFCGI), []byte{1, 2, 0, 0, 0, 0, 9, 0, 1}, 0)
	f.Add(uint8(packetCDR), []byte("GIOP\x01\x02\x01\x00\xff\xff\xff\xff"), 10)
	f.Add(uint8(packetLine), []byte("abc\ndef"), 2)
	f.Fuzz(func(t *testing.T, k uint8, b []byte, limit int) {
		kind := packetKind(k) % (packetHTTPHeaderBin + 1)
		if limit < 0 {
			limit = 0
		}
		n, ok := packetLength(kind, b, packetOptions{max: limit, line: limit, delimiter: '\n'})
		if n < 0 {
			t.Fatalf("a packet of %d bytes", n)
		}
		if !ok || n == 0 || n > len(b) {
			return
		}
		switch {
		case kind.isHTTP():
			term.Format(httpPacket(kind, b[:n]))
		case kind == packetTLS:
			term.Format(tlsPacket(b[:n]))
		default:
			packetBody(kind, b[:n])
		}
	})
}

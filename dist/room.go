package dist

import (
	"strings"
	"unsafe"
)

// room gives a slice of length 0 with room for n bytes that have not been set
// to zero, for those who write before they read. Go clears what make gives,
// which took a ninth of the time of receiving binaries of 1 MB; the buffer of a
// strings.Builder is the one thing of the standard library that it does not
// clear.
func room(n int) []byte {
	if n == 0 {
		return nil
	}
	var b strings.Builder
	b.Grow(n)
	b.WriteByte(0)
	return unsafe.Slice(unsafe.StringData(b.String()), n)[:0]
}

// grow makes room for n bytes more behind b.
func grow(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b
	}
	return append(room(max(len(b)+n, 2*len(b))), b...)
}

package etf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
)

// maxRatio is how many bytes zlib can make of one.
const maxRatio = 1032

// inflate reads the rest of a compressed term: size and zlib stream.
func inflate(b []byte, limit int) (raw []byte, used int, err error) {
	if len(b) < 4 {
		return nil, 0, ErrTruncated
	}
	size := uint64(binary.BigEndian.Uint32(b))
	switch {
	case size > uint64(len(b))*maxRatio:
		return nil, 0, ErrMalformed
	case limit > 0 && size > uint64(limit):
		return nil, 0, ErrTooLarge
	}
	src := bytes.NewReader(b[4:])
	z, err := zlib.NewReader(src)
	if err != nil {
		return nil, 0, ErrMalformed
	}
	// The buffer grows with what really comes, not with what is claimed.
	var buf bytes.Buffer
	buf.Grow(min(int(size), 64*len(b)))
	n, err := io.Copy(&buf, io.LimitReader(z, int64(size)+1))
	if err != nil || uint64(n) != size {
		return nil, 0, ErrMalformed
	}
	// A read past the end verifies the checksum.
	if n, err := z.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		return nil, 0, ErrMalformed
	}
	return buf.Bytes(), len(b) - src.Len(), nil
}

// Deflate is an encoded term (with its version byte) in compressed form, or b
// itself where that is no longer.
func Deflate(b []byte, level int) []byte {
	var out bytes.Buffer
	out.Write([]byte{tagVersion, tagCompressed})
	out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(b)-1)))
	z, err := zlib.NewWriterLevel(&out, level)
	if err != nil {
		return b
	}
	z.Write(b[1:])
	z.Close()
	if out.Len() >= len(b) {
		return b
	}
	return out.Bytes()
}

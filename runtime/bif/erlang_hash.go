package bif

import (
	"crypto/md5"
	"encoding"
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"
	"math"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Checksums and hashes.
var erlangHash = []vm.BIF{
	erl("md5", 1, md5Sum),
	erl("md5_init", 0, md5Init),
	erl("md5_update", 2, md5Update),
	erl("md5_final", 1, md5Final),
	erl("crc32", 1, checksum(0, updateCRC)),
	erl("crc32", 2, checksum(0, updateCRC)),
	erl("crc32_combine", 3, combine(combineCRC)),
	erl("adler32", 1, checksum(1, updateAdler)),
	erl("adler32", 2, checksum(1, updateAdler)),
	erl("adler32_combine", 3, combine(combineAdler)),
	erl("phash", 2, phash),
	erl("phash2", 1, phash2),
	erl("phash2", 2, phash2),
}

func md5Sum(p *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := ioData(p, args[0])
	if !ok {
		return nil, vm.Badarg
	}
	sum := md5.Sum(b)
	return term.Binary(sum[:]), nil
}

// An MD5 context in Erlang is a binary: the four words of the state, how many
// bytes it has in it, how many are waiting, and those. Go's is its magic, the
// words in the other byte order, the waiting bytes, and the sum of both counts.
const (
	md5State   = 16
	md5Context = md5State + 8 + 8 + md5.BlockSize
	md5Magic   = "md5\x01"
)

func md5Init(_ *vm.Process, args []term.Term) (term.Term, error) {
	return md5Pack(md5.New().(md5Marshaler))
}

// md5Marshaler is what Go's MD5 hash can do.
type md5Marshaler interface {
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
	Write([]byte) (int, error)
	Sum([]byte) []byte
}

func md5Pack(h md5Marshaler) (term.Term, error) {
	s, err := h.MarshalBinary()
	if err != nil {
		return nil, vm.SystemLimit
	}
	s = s[len(md5Magic):]
	c := make([]byte, 0, md5Context)
	for i := 0; i < md5State; i += 4 {
		c = binary.LittleEndian.AppendUint32(c, binary.BigEndian.Uint32(s[i:]))
	}
	n := binary.BigEndian.Uint64(s[md5State+md5.BlockSize:])
	waiting := n % md5.BlockSize
	c = binary.LittleEndian.AppendUint64(c, n-waiting)
	c = binary.LittleEndian.AppendUint64(c, waiting)
	c = append(c, s[md5State:md5State+md5.BlockSize]...)
	return term.Binary(c), nil
}

func md5Unpack(t term.Term) (md5Marshaler, bool) {
	c, ok := term.ToBytes(t)
	if !ok || len(c) != md5Context {
		return nil, false
	}
	s := []byte(md5Magic)
	for i := 0; i < md5State; i += 4 {
		s = binary.BigEndian.AppendUint32(s, binary.LittleEndian.Uint32(c[i:]))
	}
	full := binary.LittleEndian.Uint64(c[md5State:])
	waiting := binary.LittleEndian.Uint64(c[md5State+8:])
	if waiting >= md5.BlockSize {
		return nil, false
	}
	s = append(s, c[md5State+16:]...)
	s = binary.BigEndian.AppendUint64(s, full+waiting)
	h := md5.New().(md5Marshaler)
	return h, h.UnmarshalBinary(s) == nil
}

func md5Update(p *vm.Process, args []term.Term) (term.Term, error) {
	h, ok := md5Unpack(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	b, ok := ioData(p, args[1])
	if !ok {
		return nil, vm.Badarg
	}
	h.Write(b)
	return md5Pack(h)
}

func md5Final(_ *vm.Process, args []term.Term) (term.Term, error) {
	h, ok := md5Unpack(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	return term.Binary(h.Sum(nil)), nil
}

// checksum makes the functions of one and of two arguments, the first of the
// two being the checksum so far.
func checksum(init uint32, update func(sum uint32, b []byte) uint32) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		sum := init
		if len(args) == 2 {
			v, ok := smallInt(args[0], 0, math.MaxUint32)
			if !ok {
				return nil, vm.Badarg
			}
			sum = uint32(v)
			args = args[1:]
		}
		b, ok := ioData(p, args[0])
		if !ok {
			return nil, vm.Badarg
		}
		return term.MakeInt(int64(update(sum, b))), nil
	}
}

func updateCRC(sum uint32, b []byte) uint32 { return crc32.Update(sum, crc32.IEEETable, b) }

// updateAdler goes on from a sum by combining it with that of the new bytes.
func updateAdler(sum uint32, b []byte) uint32 {
	return combineAdler(sum, adler32.Checksum(b), uint64(len(b)))
}

func combine(f func(a, b uint32, n uint64) uint32) vm.Func {
	return func(_ *vm.Process, args []term.Term) (term.Term, error) {
		a, ok := smallInt(args[0], 0, math.MaxUint32)
		b, ok1 := smallInt(args[1], 0, math.MaxUint32)
		n, ok2 := smallInt(args[2], 0, math.MaxInt64)
		if !ok || !ok1 || !ok2 {
			return nil, vm.Badarg
		}
		return term.MakeInt(int64(f(uint32(a), uint32(b), uint64(n)))), nil
	}
}

// combineAdler is the Adler-32 of two texts one after the other, from their
// sums and the second one's length.
func combineAdler(a, b uint32, n uint64) uint32 {
	const mod = 65521
	rem := uint32(n % mod)
	lo := (a&0xFFFF + b&0xFFFF + mod - 1) % mod
	hi := (uint64(rem)*uint64(a&0xFFFF) + uint64(a>>16) + uint64(b>>16) + mod - uint64(rem)) % mod
	return uint32(hi)<<16 | lo
}

// combineCRC does as much for CRC-32: it moves the first text's sum n bytes on,
// as if zero bytes followed, by squaring the operator for one bit.
func combineCRC(a, b uint32, n uint64) uint32 {
	var op, square [32]uint32
	op[0] = crc32.IEEE
	for i := 1; i < 32; i++ {
		op[i] = 1 << (i - 1)
	}
	for range 3 { // from one bit to one byte
		squareMatrix(&square, &op)
		op = square
	}
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			a = timesMatrix(&op, a)
		}
		squareMatrix(&square, &op)
		op = square
	}
	return a ^ b
}

func timesMatrix(m *[32]uint32, v uint32) (sum uint32) {
	for i := 0; v != 0; i, v = i+1, v>>1 {
		if v&1 != 0 {
			sum ^= m[i]
		}
	}
	return sum
}

func squareMatrix(dst, m *[32]uint32) {
	for i, v := range m {
		dst[i] = timesMatrix(m, v)
	}
}

// phash2Range is how many values phash2/1 has.
const phash2Range = 1 << 27

func phash2(_ *vm.Process, args []term.Term) (term.Term, error) {
	h := int64(term.Phash2(args[0]))
	if len(args) == 1 {
		return term.MakeInt(h & (phash2Range - 1)), nil
	}
	n, ok := smallInt(args[1], 1, 1<<32)
	if !ok {
		return nil, vm.Badarg
	}
	return term.MakeInt(h % n), nil
}

func phash(p *vm.Process, args []term.Term) (term.Term, error) {
	n, ok := smallInt(args[1], 1, 1<<32)
	if !ok {
		return nil, vm.Badarg
	}
	return term.MakeInt(1 + int64(term.Phash(args[0]))%n), nil
}

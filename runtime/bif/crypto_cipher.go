package bif

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rc4"

	"golang.org/x/crypto/chacha20"
	"golang.org/x/crypto/chacha20poly1305"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// A cipherKind is a cipher by its name: how long its key and its start value
// are, and how it is begun.
type cipherKind struct {
	key, iv int
	block   func(key []byte) (cipher.Block, error) // nil for chacha20 and rc4
	mode    string
}

var aError = term.A("error")

var cipherKinds = map[term.Term]cipherKind{
	term.A("des_cbc"):           {8, 8, des.NewCipher, "cbc"},
	term.A("des_ecb"):           {8, 0, des.NewCipher, "ecb"},
	term.A("des_ede3_cbc"):      {24, 8, des.NewTripleDESCipher, "cbc"},
	term.A("rc4"):               {16, 0, nil, "rc4"},
	term.A("chacha20"):          {32, 16, nil, "chacha20"},
	term.A("chacha20_poly1305"): {32, 12, nil, "aead"},
}

func init() {
	for _, bits := range []string{"128", "192", "256"} {
		key := map[string]int{"128": 16, "192": 24, "256": 32}[bits]
		for _, mode := range []string{"cbc", "ecb", "ctr", "ofb", "cfb128", "cfb8", "gcm"} {
			iv := 16
			switch mode {
			case "ecb":
				iv = 0
			case "gcm":
				iv = 12
			}
			cipherKinds[term.A("aes_"+bits+"_"+mode)] = cipherKind{key, iv, aes.NewCipher, mode}
		}
	}
}

// cryptoCipherFacts is {Mode, KeyLength, IVLength, BlockSize} of a cipher, or
// undefined.
func cryptoCipherFacts(_ *vm.Process, args []term.Term) (term.Term, error) {
	k, ok := cipherKinds[args[0]]
	if !ok {
		return term.Undefined, nil
	}
	size := 1
	if k.mode == "cbc" || k.mode == "ecb" {
		size = 16
		if b, err := k.block(make([]byte, k.key)); err == nil {
			size = b.BlockSize()
		}
	}
	return term.T(term.A(k.mode), term.MakeInt(int64(k.key)), term.MakeInt(int64(k.iv)), term.MakeInt(int64(size))), nil
}

// cipherState is what a cipher's reference stands for: either a stream, or
// blocks, of which a part waits for more. It is one process's at a time, which
// the module crypto does not see to; a Go race between two can only garble
// their own text.
type cipherState struct {
	stream  cipher.Stream
	blocks  func(dst, src []byte)
	size    int
	pad     bool // as PKCS#7
	encrypt bool
	waiting []byte
}

// cryptoCipherStart is cipher_start(Type, Key, IV, Encrypt, Pad), whose sizes
// are right.
func cryptoCipherStart(p *vm.Process, args []term.Term) (term.Term, error) {
	k, ok := cipherKinds[args[0]]
	key, ok1 := ioData(p, args[1])
	iv, ok2 := ioData(p, args[2])
	if !ok || !ok1 || !ok2 || len(key) != k.key || len(iv) != k.iv {
		return nil, vm.Badarg
	}
	s := &cipherState{encrypt: args[3] == term.True, pad: args[4] == term.True}
	var block cipher.Block
	var err error
	if k.block != nil {
		if block, err = k.block(key); err != nil {
			return nil, vm.Badarg
		}
		s.size = block.BlockSize()
	}
	switch k.mode {
	case "rc4":
		s.stream, err = rc4.NewCipher(key)
	case "chacha20":
		// The first four bytes count blocks, from the lowest byte on.
		var c *chacha20.Cipher
		if c, err = chacha20.NewUnauthenticatedCipher(key, iv[4:]); err == nil {
			c.SetCounter(uint32(iv[0]) | uint32(iv[1])<<8 | uint32(iv[2])<<16 | uint32(iv[3])<<24)
			s.stream = c
		}
	case "ctr":
		s.stream = cipher.NewCTR(block, iv)
	case "ofb", "cfb128", "cfb8":
		s.stream = newFeedback(block, iv, k.mode, s.encrypt)
	case "cbc":
		if s.encrypt {
			s.blocks = cipher.NewCBCEncrypter(block, iv).CryptBlocks
		} else {
			s.blocks = cipher.NewCBCDecrypter(block, iv).CryptBlocks
		}
	case "ecb":
		s.blocks = func(dst, src []byte) {
			for i := 0; i < len(src); i += s.size {
				if s.encrypt {
					block.Encrypt(dst[i:], src[i:])
				} else {
					block.Decrypt(dst[i:], src[i:])
				}
			}
		}
	default:
		return nil, vm.Badarg
	}
	if err != nil {
		return nil, vm.Badarg
	}
	ref := p.VM().MakeRef()
	ref.Resource = s
	return ref, nil
}

// feedback is the modes in which what is XORed to the text is the block
// cipher's answer to itself (OFB) or to the text before (CFB).
type feedback struct {
	block   cipher.Block
	reg     []byte // what the cipher is asked next
	key     []byte // its last answer
	used    int
	mode    string
	encrypt bool
}

func newFeedback(block cipher.Block, iv []byte, mode string, encrypt bool) *feedback {
	return &feedback{block, append([]byte(nil), iv...), make([]byte, len(iv)), len(iv), mode, encrypt}
}

// XORKeyStream is cipher.Stream's.
func (f *feedback) XORKeyStream(dst, src []byte) {
	n := len(f.reg)
	for i, c := range src {
		if f.used == n || f.mode == "cfb8" {
			f.block.Encrypt(f.key, f.reg)
			f.used = 0
			if f.mode == "ofb" {
				copy(f.reg, f.key)
			}
		}
		out := c ^ f.key[f.used]
		text := out // the coded text
		if !f.encrypt {
			text = c
		}
		switch f.mode {
		case "cfb128":
			f.reg[f.used] = text
		case "cfb8":
			copy(f.reg, f.reg[1:])
			f.reg[n-1] = text
		}
		f.used++
		dst[i] = out
	}
}

func cipherStateOf(t term.Term) *cipherState {
	if ref, ok := t.(*term.Ref); ok {
		if s, ok := ref.Resource.(*cipherState); ok {
			return s
		}
	}
	return nil
}

func cryptoCipherUpdate(p *vm.Process, args []term.Term) (term.Term, error) {
	s := cipherStateOf(args[0])
	data, ok := ioData(p, args[1])
	if s == nil || !ok {
		return nil, vm.Badarg
	}
	if s.stream != nil {
		out := make([]byte, len(data))
		s.stream.XORKeyStream(out, data)
		return term.Binary(out), nil
	}
	all := append(s.waiting, data...)
	n := len(all) / s.size * s.size
	if s.pad && !s.encrypt && n == len(all) && n > 0 {
		n -= s.size // the last block may be padding
	}
	out := make([]byte, n)
	s.blocks(out, all[:n])
	s.waiting = append([]byte(nil), all[n:]...)
	return term.Binary(out), nil
}

// cryptoCipherFinal gives the rest, or error where it is no whole block, or the
// padding is none.
func cryptoCipherFinal(_ *vm.Process, args []term.Term) (term.Term, error) {
	s := cipherStateOf(args[0])
	if s == nil {
		return nil, vm.Badarg
	}
	switch {
	case s.stream != nil || !s.pad && len(s.waiting) == 0:
		return term.Binary(nil), nil
	case s.pad && s.encrypt:
		n := s.size - len(s.waiting)
		for range n {
			s.waiting = append(s.waiting, byte(n))
		}
		s.blocks(s.waiting, s.waiting)
		return term.Binary(s.waiting), nil
	case s.pad && len(s.waiting) == s.size:
		out := make([]byte, s.size)
		s.blocks(out, s.waiting)
		n := int(out[s.size-1])
		if n == 0 || n > s.size {
			return aError, nil
		}
		for _, c := range out[s.size-n:] {
			if int(c) != n {
				return aError, nil
			}
		}
		return term.Binary(out[:s.size-n]), nil
	}
	return aError, nil
}

// aead gives an authenticated cipher for a key and a nonce of any size that it
// can have; nil for none.
func newAEAD(name term.Term, key []byte, nonce int) cipher.AEAD {
	k, ok := cipherKinds[name]
	if !ok || len(key) != k.key {
		return nil
	}
	var a cipher.AEAD
	var err error
	switch k.mode {
	case "aead":
		if nonce != chacha20poly1305.NonceSize {
			return nil
		}
		a, err = chacha20poly1305.New(key)
	case "gcm":
		var block cipher.Block
		if block, err = k.block(key); err == nil && nonce > 0 {
			a, err = cipher.NewGCMWithNonceSize(block, nonce)
		}
	}
	if err != nil {
		return nil
	}
	return a
}

const aeadTag = 16

// cryptoSeal is aead_seal(Type, Key, IV, Text, AAD), which gives {Coded, Tag}.
func cryptoSeal(p *vm.Process, args []term.Term) (term.Term, error) {
	key, ok := ioData(p, args[1])
	iv, ok1 := ioData(p, args[2])
	text, ok2 := ioData(p, args[3])
	aad, ok3 := ioData(p, args[4])
	if !ok || !ok1 || !ok2 || !ok3 {
		return nil, vm.Badarg
	}
	a := newAEAD(args[0], key, len(iv))
	if a == nil {
		return nil, vm.Badarg
	}
	out := a.Seal(nil, iv, text, aad)
	n := len(out) - aeadTag
	return term.T(term.Binary(out[:n:n]), term.Binary(out[n:])), nil
}

// cryptoOpen is aead_open(Type, Key, IV, Coded, AAD, Tag), which gives the text
// or error.
func cryptoOpen(p *vm.Process, args []term.Term) (term.Term, error) {
	key, ok := ioData(p, args[1])
	iv, ok1 := ioData(p, args[2])
	coded, ok2 := ioData(p, args[3])
	aad, ok3 := ioData(p, args[4])
	tag, ok4 := ioData(p, args[5])
	if !ok || !ok1 || !ok2 || !ok3 || !ok4 {
		return nil, vm.Badarg
	}
	a := newAEAD(args[0], key, len(iv))
	if a == nil {
		return nil, vm.Badarg
	}
	text, err := a.Open(nil, iv, append(coded, tag...), aad)
	if err != nil {
		return aError, nil
	}
	return term.Binary(text), nil
}

// cryptoCMAC is cmac_native(Type, Key, Data), by RFC 4493.
func cryptoCMAC(p *vm.Process, args []term.Term) (term.Term, error) {
	k, ok := cipherKinds[args[0]]
	key, ok1 := ioData(p, args[1])
	data, ok2 := ioData(p, args[2])
	if !ok || !ok1 || !ok2 || k.block == nil || len(key) != k.key {
		return nil, vm.Badarg
	}
	block, err := k.block(key)
	if err != nil {
		return nil, vm.Badarg
	}
	n := block.BlockSize()
	sub := make([]byte, n)
	block.Encrypt(sub, sub)
	double := func() {
		var carry byte
		for i := n - 1; i >= 0; i-- {
			next := sub[i] >> 7
			sub[i] = sub[i]<<1 | carry
			carry = next
		}
		if carry != 0 {
			sub[n-1] ^= map[int]byte{8: 0x1b, 16: 0x87}[n]
		}
	}
	double()
	if len(data) == 0 || len(data)%n != 0 {
		double()
		data = append(data, 0x80)
		for len(data)%n != 0 {
			data = append(data, 0)
		}
	}
	mac := make([]byte, n)
	for i := 0; i < len(data); i += n {
		last := i+n == len(data)
		for j := range n {
			mac[j] ^= data[i+j]
			if last {
				mac[j] ^= sub[j]
			}
		}
		block.Encrypt(mac, mac)
	}
	return term.Binary(mac), nil
}

package bif

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// The part of crypto that needs no OpenSSL: random bytes, hashes and their
// keyed form.
var cryptoFunctions = []vm.BIF{
	{Module: "crypto", Name: "strong_rand_bytes", Arity: 1, Fn: strongRandBytes},
	{Module: "crypto", Name: "hash", Arity: 2, Fn: cryptoHash},
	{Module: "crypto", Name: "mac", Arity: 4, Fn: cryptoMac},
	{Module: "crypto", Name: "exor", Arity: 2, Fn: cryptoExor},
}

var hashes = map[term.Term]func() hash.Hash{
	term.A("md5"):    md5.New,
	term.A("sha"):    sha1.New,
	term.A("sha224"): sha256.New224,
	term.A("sha256"): sha256.New,
	term.A("sha384"): sha512.New384,
	term.A("sha512"): sha512.New,
}

// maxRandomBytes bounds one request for random bytes.
const maxRandomBytes = 1 << 26

func strongRandBytes(_ *vm.Process, args []term.Term) (term.Term, error) {
	n, ok := smallInt(args[0], 0, maxRandomBytes)
	if !ok {
		return nil, vm.Badarg
	}
	b := make([]byte, n)
	rand.Read(b) // never fails
	return term.Binary(b), nil
}

func cryptoHash(p *vm.Process, args []term.Term) (term.Term, error) {
	fresh, ok := hashes[args[0]]
	data, ok1 := ioData(p, args[1])
	if !ok || !ok1 {
		return nil, vm.Badarg
	}
	h := fresh()
	h.Write(data)
	return term.Binary(h.Sum(nil)), nil
}

// cryptoMac is mac(hmac, Hash, Key, Data).
func cryptoMac(p *vm.Process, args []term.Term) (term.Term, error) {
	fresh, ok := hashes[args[1]]
	key, ok1 := ioData(p, args[2])
	data, ok2 := ioData(p, args[3])
	if args[0] != term.A("hmac") || !ok || !ok1 || !ok2 {
		return nil, vm.Badarg
	}
	h := hmac.New(fresh, key)
	h.Write(data)
	return term.Binary(h.Sum(nil)), nil
}

func cryptoExor(p *vm.Process, args []term.Term) (term.Term, error) {
	a, ok := ioData(p, args[0])
	b, ok1 := ioData(p, args[1])
	if !ok || !ok1 || len(a) != len(b) {
		return nil, vm.Badarg
	}
	for i := range a {
		a[i] ^= b[i]
	}
	return term.Binary(a), nil
}

package bif

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"hash"
	"math/big"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// The natives of module crypto, on Go's own packages: random bytes, hashes and
// their keyed form here, ciphers and keys in files of their own. What is wrong
// with arguments the module itself tells, so most answer with badarg or an atom.
var cryptoFunctions = []vm.BIF{
	crypt("strong_rand_bytes", 1, strongRandBytes),
	crypt("hash_native", 2, cryptoHash),
	crypt("hash_xof_native", 3, cryptoXOF),
	crypt("hmac_native", 3, cryptoHMAC),
	crypt("hash_facts", 1, cryptoHashFacts),
	crypt("pbkdf2_native", 5, cryptoPBKDF2),
	crypt("exor", 2, cryptoExor),
	crypt("mod_pow_native", 3, cryptoModPow),
	crypt("cipher_facts", 1, cryptoCipherFacts),
	crypt("cipher_start", 5, cryptoCipherStart),
	crypt("cipher_update", 2, cryptoCipherUpdate),
	crypt("cipher_final", 1, cryptoCipherFinal),
	crypt("aead_seal", 5, cryptoSeal),
	crypt("aead_open", 6, cryptoOpen),
	crypt("cmac_native", 3, cryptoCMAC),
	crypt("ec_key", 2, cryptoECKey),
	crypt("ec_shared", 3, cryptoECShared),
	crypt("ec_sign", 4, cryptoECSign),
	crypt("ec_verify", 5, cryptoECVerify),
	crypt("rsa_key", 2, cryptoRSAKey),
	crypt("rsa_sign", 5, cryptoRSASign),
	crypt("rsa_verify", 6, cryptoRSAVerify),
	crypt("rsa_encrypt", 4, cryptoRSAEncrypt),
	crypt("rsa_decrypt", 4, cryptoRSADecrypt),
}

func crypt(name string, arity int, fn vm.Func) vm.BIF {
	return vm.BIF{Module: "crypto", Name: name, Arity: arity, Fn: fn}
}

var hashes = map[term.Term]func() hash.Hash{
	term.A("md5"):        md5.New,
	term.A("sha"):        sha1.New,
	term.A("sha224"):     sha256.New224,
	term.A("sha256"):     sha256.New,
	term.A("sha384"):     sha512.New384,
	term.A("sha512"):     sha512.New,
	term.A("sha512_224"): sha512.New512_224,
	term.A("sha512_256"): sha512.New512_256,
	term.A("sha3_224"):   func() hash.Hash { return sha3.New224() },
	term.A("sha3_256"):   func() hash.Hash { return sha3.New256() },
	term.A("sha3_384"):   func() hash.Hash { return sha3.New384() },
	term.A("sha3_512"):   func() hash.Hash { return sha3.New512() },
	// A key that is too long is the only error of these, and there is none.
	term.A("blake2b"): func() hash.Hash { h, _ := blake2b.New512(nil); return h },
	term.A("blake2s"): func() hash.Hash { h, _ := blake2s.New256(nil); return h },
}

// maxRandomBytes bounds one request for random or derived bytes.
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

// cryptoXOF is a hash of any length, in bytes.
func cryptoXOF(p *vm.Process, args []term.Term) (term.Term, error) {
	data, ok := ioData(p, args[1])
	n, ok1 := smallInt(args[2], 0, maxRandomBytes)
	if !ok || !ok1 {
		return nil, vm.Badarg
	}
	switch args[0] {
	case term.A("shake128"):
		return term.Binary(sha3.SumSHAKE128(data, int(n))), nil
	case term.A("shake256"):
		return term.Binary(sha3.SumSHAKE256(data, int(n))), nil
	}
	return nil, vm.Badarg
}

func cryptoHMAC(p *vm.Process, args []term.Term) (term.Term, error) {
	fresh, ok := hashes[args[0]]
	key, ok1 := ioData(p, args[1])
	data, ok2 := ioData(p, args[2])
	if !ok || !ok1 || !ok2 {
		return nil, vm.Badarg
	}
	h := hmac.New(fresh, key)
	h.Write(data)
	return term.Binary(h.Sum(nil)), nil
}

// cryptoHashFacts is {Size, BlockSize} of a hash, or undefined.
func cryptoHashFacts(_ *vm.Process, args []term.Term) (term.Term, error) {
	fresh, ok := hashes[args[0]]
	if !ok {
		return term.Undefined, nil
	}
	h := fresh()
	return term.T(term.MakeInt(int64(h.Size())), term.MakeInt(int64(h.BlockSize()))), nil
}

// maxDerivation bounds the work of one derived key.
const maxDerivation = 1 << 24

func cryptoPBKDF2(p *vm.Process, args []term.Term) (term.Term, error) {
	fresh, ok := hashes[args[0]]
	password, ok1 := ioData(p, args[1])
	salt, ok2 := ioData(p, args[2])
	rounds, ok3 := smallInt(args[3], 1, maxDerivation)
	n, ok4 := smallInt(args[4], 1, maxRandomBytes)
	if !ok || !ok1 || !ok2 || !ok3 || !ok4 || rounds*(n/16+1) > maxDerivation {
		return nil, vm.Badarg
	}
	key, err := pbkdf2.Key(fresh, string(password), salt, int(rounds), int(n))
	if err != nil {
		return nil, vm.Badarg
	}
	return term.Binary(key), nil
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

// maxPower bounds the numbers of mod_pow, in bytes.
const maxPower = 2048

// cryptoModPow is base^exponent mod modulus, all as bytes.
func cryptoModPow(p *vm.Process, args []term.Term) (term.Term, error) {
	var n [3]*big.Int
	for i, arg := range args {
		b, ok := ioData(p, arg)
		if !ok || len(b) > maxPower {
			return nil, vm.Badarg
		}
		n[i] = new(big.Int).SetBytes(b)
	}
	if n[2].Sign() == 0 {
		return nil, vm.Badarg
	}
	return term.Binary(new(big.Int).Exp(n[0], n[1], n[2]).Bytes()), nil
}

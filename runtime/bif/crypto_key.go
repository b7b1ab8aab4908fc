package bif

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1"
	"math/big"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Keys on curves. A key is bytes: a private one a number, or what x25519 and
// ed25519 have; a public one a point as it is written uncompressed, or those
// curves' own form.

var curves = map[term.Term]struct {
	dh    ecdh.Curve
	curve elliptic.Curve // nil where nothing is signed by ECDSA
}{
	term.A("secp256r1"):  {ecdh.P256(), elliptic.P256()},
	term.A("prime256v1"): {ecdh.P256(), elliptic.P256()},
	term.A("secp384r1"):  {ecdh.P384(), elliptic.P384()},
	term.A("secp521r1"):  {ecdh.P521(), elliptic.P521()},
	term.A("x25519"):     {ecdh.X25519(), nil},
}

var aEd25519 = term.A("ed25519")

// cryptoECKey is ec_key(Curve, Private | undefined), which gives {Public,
// Private}; undefined for a curve that is not there.
func cryptoECKey(p *vm.Process, args []term.Term) (term.Term, error) {
	given := args[1] != term.Undefined
	var private []byte
	if given {
		var ok bool
		if private, ok = ioData(p, args[1]); !ok {
			return nil, vm.Badarg
		}
	}
	if args[0] == aEd25519 {
		if !given {
			private = make([]byte, ed25519.SeedSize)
			rand.Read(private) // never fails
		}
		if len(private) != ed25519.SeedSize {
			return nil, vm.Badarg
		}
		public := ed25519.NewKeyFromSeed(private).Public().(ed25519.PublicKey)
		return term.T(term.Binary(public), term.Binary(private)), nil
	}
	c, ok := curves[args[0]]
	if !ok {
		return term.Undefined, nil
	}
	var key *ecdh.PrivateKey
	var err error
	if given {
		if c.curve != nil {
			private = fixedSize(private, (c.curve.Params().BitSize+7)/8)
		}
		key, err = c.dh.NewPrivateKey(private)
	} else {
		key, err = c.dh.GenerateKey(rand.Reader)
	}
	if err != nil {
		return nil, vm.Badarg
	}
	return term.T(term.Binary(key.PublicKey().Bytes()), term.Binary(key.Bytes())), nil
}

// fixedSize writes a number's bytes in n of them, if they suffice.
func fixedSize(b []byte, n int) []byte {
	for len(b) > n && b[0] == 0 {
		b = b[1:]
	}
	if len(b) >= n {
		return b
	}
	out := make([]byte, n)
	copy(out[n-len(b):], b)
	return out
}

// cryptoECShared is ec_shared(Curve, Public, Private).
func cryptoECShared(p *vm.Process, args []term.Term) (term.Term, error) {
	c, ok := curves[args[0]]
	public, ok1 := ioData(p, args[1])
	private, ok2 := ioData(p, args[2])
	if !ok || !ok1 || !ok2 {
		return nil, vm.Badarg
	}
	if c.curve != nil {
		private = fixedSize(private, (c.curve.Params().BitSize+7)/8)
	}
	key, err := c.dh.NewPrivateKey(private)
	if err != nil {
		return nil, vm.Badarg
	}
	other, err := c.dh.NewPublicKey(public)
	if err != nil {
		return nil, vm.Badarg
	}
	shared, err := key.ECDH(other)
	if err != nil {
		return nil, vm.Badarg
	}
	return term.Binary(shared), nil
}

// cryptoECSign is ec_sign(Curve, Digest, Private, Message); what ed25519 signs
// is the message itself.
func cryptoECSign(p *vm.Process, args []term.Term) (term.Term, error) {
	digest, ok := ioData(p, args[1])
	private, ok1 := ioData(p, args[2])
	if !ok || !ok1 {
		return nil, vm.Badarg
	}
	if args[0] == aEd25519 {
		if len(private) != ed25519.SeedSize {
			return nil, vm.Badarg
		}
		return term.Binary(ed25519.Sign(ed25519.NewKeyFromSeed(private), digest)), nil
	}
	c, ok := curves[args[0]]
	if !ok || c.curve == nil {
		return nil, vm.Badarg
	}
	key, err := ecdsa.ParseRawPrivateKey(c.curve, fixedSize(private, (c.curve.Params().BitSize+7)/8))
	if err != nil {
		return nil, vm.Badarg
	}
	sig, err := ecdsa.SignASN1(rand.Reader, key, digest)
	if err != nil {
		return nil, vm.Badarg
	}
	return term.Binary(sig), nil
}

// cryptoECVerify is ec_verify(Curve, Digest, Public, Message, Signature).
func cryptoECVerify(p *vm.Process, args []term.Term) (term.Term, error) {
	digest, ok := ioData(p, args[1])
	public, ok1 := ioData(p, args[2])
	sig, ok2 := ioData(p, args[4])
	if !ok || !ok1 || !ok2 {
		return nil, vm.Badarg
	}
	if args[0] == aEd25519 {
		if len(public) != ed25519.PublicKeySize {
			return nil, vm.Badarg
		}
		return term.Bool(ed25519.Verify(public, digest, sig)), nil
	}
	c, ok := curves[args[0]]
	if !ok || c.curve == nil {
		return nil, vm.Badarg
	}
	key, err := ecdsa.ParseUncompressedPublicKey(c.curve, public)
	if err != nil {
		return nil, vm.Badarg
	}
	return term.Bool(ecdsa.VerifyASN1(key, digest, sig)), nil
}

// RSA keys are lists of numbers as bytes: [E, N], and [E, N, D], which P, Q and
// what follows from them may come after.

// maxRSABits bounds keys.
const maxRSABits = 16384

func rsaKey(p *vm.Process, t term.Term) (*rsa.PrivateKey, bool) {
	parts, ok := term.Slice(t)
	if !ok || len(parts) < 2 {
		return nil, false
	}
	n := make([]*big.Int, len(parts))
	for i, part := range parts {
		b, ok := ioData(p, part)
		if !ok || len(b) > maxRSABits/8 {
			return nil, false
		}
		n[i] = new(big.Int).SetBytes(b)
	}
	if !n[0].IsInt64() || n[0].Int64() > 1<<31-1 {
		return nil, false
	}
	key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{E: int(n[0].Int64()), N: n[1]}}
	if len(n) >= 3 {
		key.D = n[2]
		if len(n) >= 5 {
			key.Primes = []*big.Int{n[3], n[4]}
		}
		key.Precompute()
	}
	return key, true
}

// cryptoRSAKey is rsa_key(Bits, E), which gives the private key's numbers.
// Go's keys have the exponent 65537, and no other.
func cryptoRSAKey(_ *vm.Process, args []term.Term) (term.Term, error) {
	bits, ok := smallInt(args[0], 1024, maxRSABits)
	e, ok1 := smallInt(args[1], 65537, 65537)
	if !ok || !ok1 {
		return nil, vm.Badarg
	}
	key, err := rsa.GenerateKey(rand.Reader, int(bits))
	if err != nil {
		return nil, vm.Badarg
	}
	c := &key.Precomputed
	numbers := []*big.Int{big.NewInt(e), key.N, key.D, key.Primes[0], key.Primes[1], c.Dp, c.Dq, c.Qinv}
	rows := make([]term.Term, len(numbers))
	for i, n := range numbers {
		rows[i] = term.Binary(n.Bytes())
	}
	return term.List(rows...), nil
}

var cryptoHashes = map[term.Term]crypto.Hash{
	term.A("md5"): crypto.MD5, term.A("sha"): crypto.SHA1, term.A("sha224"): crypto.SHA224,
	term.A("sha256"): crypto.SHA256, term.A("sha384"): crypto.SHA384, term.A("sha512"): crypto.SHA512,
	term.A("none"): 0,
}

// cryptoRSASign is rsa_sign(Type, Digest, Key, Padding, SaltLength).
func cryptoRSASign(p *vm.Process, args []term.Term) (term.Term, error) {
	kind, ok := cryptoHashes[args[0]]
	digest, ok1 := ioData(p, args[1])
	key, ok2 := rsaKey(p, args[2])
	if !ok || !ok1 || !ok2 || key.D == nil {
		return nil, vm.Badarg
	}
	var sig []byte
	var err error
	if args[3] == aPSS {
		sig, err = rsa.SignPSS(rand.Reader, key, kind, digest, pssOptions(args[4], kind))
	} else {
		sig, err = rsa.SignPKCS1v15(nil, key, kind, digest)
	}
	if err != nil {
		return nil, vm.Badarg
	}
	return term.Binary(sig), nil
}

var (
	aPSS  = term.A("rsa_pkcs1_pss_padding")
	aOAEP = term.A("rsa_pkcs1_oaep_padding")
)

// pssOptions are those for a salt's length, -1 for the digest's and -2 for the
// longest that fits.
func pssOptions(salt term.Term, kind crypto.Hash) *rsa.PSSOptions {
	n, _ := smallInt(salt, -2, 1<<16)
	switch n {
	case -1:
		n = rsa.PSSSaltLengthEqualsHash
	case -2:
		n = rsa.PSSSaltLengthAuto
	}
	return &rsa.PSSOptions{SaltLength: int(n), Hash: kind}
}

// cryptoRSAVerify is rsa_verify(Type, Digest, Key, Padding, SaltLength, Signature).
func cryptoRSAVerify(p *vm.Process, args []term.Term) (term.Term, error) {
	kind, ok := cryptoHashes[args[0]]
	digest, ok1 := ioData(p, args[1])
	key, ok2 := rsaKey(p, args[2])
	sig, ok3 := ioData(p, args[5])
	if !ok || !ok1 || !ok2 || !ok3 {
		return nil, vm.Badarg
	}
	var err error
	if args[3] == aPSS {
		err = rsa.VerifyPSS(&key.PublicKey, kind, digest, sig, pssOptions(args[4], kind))
	} else {
		err = rsa.VerifyPKCS1v15(&key.PublicKey, kind, digest, sig)
	}
	return term.Bool(err == nil), nil
}

// cryptoRSAEncrypt is rsa_encrypt(Text, Key, Padding, Hash).
func cryptoRSAEncrypt(p *vm.Process, args []term.Term) (term.Term, error) {
	text, ok := ioData(p, args[0])
	key, ok1 := rsaKey(p, args[1])
	if !ok || !ok1 {
		return nil, vm.Badarg
	}
	var out []byte
	var err error
	if args[2] == aOAEP {
		fresh, ok := hashes[args[3]]
		if !ok {
			return nil, vm.Badarg
		}
		out, err = rsa.EncryptOAEP(fresh(), rand.Reader, &key.PublicKey, text, nil)
	} else {
		//lint:ignore SA1019 The padding is the caller's to choose; peers may know no other.
		out, err = rsa.EncryptPKCS1v15(rand.Reader, &key.PublicKey, text)
	}
	if err != nil {
		return nil, vm.Badarg
	}
	return term.Binary(out), nil
}

// cryptoRSADecrypt is rsa_decrypt(Coded, Key, Padding, Hash).
func cryptoRSADecrypt(p *vm.Process, args []term.Term) (term.Term, error) {
	coded, ok := ioData(p, args[0])
	key, ok1 := rsaKey(p, args[1])
	if !ok || !ok1 || key.D == nil {
		return nil, vm.Badarg
	}
	var out []byte
	var err error
	if args[2] == aOAEP {
		fresh, ok := hashes[args[3]]
		if !ok {
			return nil, vm.Badarg
		}
		out, err = rsa.DecryptOAEP(fresh(), nil, key, coded, nil)
	} else {
		//lint:ignore SA1019 As for encryption.
		out, err = rsa.DecryptPKCS1v15(nil, key, coded)
	}
	if err != nil {
		return aError, nil
	}
	return term.Binary(out), nil
}

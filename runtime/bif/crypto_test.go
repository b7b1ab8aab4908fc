package bif

import (
	"encoding/hex"
	"testing"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

func unhex(s string) term.Term {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return term.Binary(b)
}

func TestCrypto(t *testing.T) {
	abc := term.String("abc")
	inProcess(t, func(p *vm.Process) {
		for _, c := range []struct {
			fn   vm.Func
			args []term.Term
			want string // in hex; "" for badarg
		}{
			{cryptoHash, []term.Term{term.A("md5"), abc}, "900150983cd24fb0d6963f7d28e17f72"},
			{cryptoHash, []term.Term{term.A("sha"), abc}, "a9993e364706816aba3e25717850c26c9cd0d89d"},
			{cryptoHash, []term.Term{term.A("sha256"), abc}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
			{cryptoHash, []term.Term{term.A("foo"), abc}, ""},
			{cryptoHash, []term.Term{term.List(), abc}, ""},
			{cryptoHMAC, []term.Term{term.A("md5"), term.String("key"), term.String("The quick brown fox jumps over the lazy dog")},
				"80070713463e7749b90c2dc24911e275"},
			{cryptoExor, []term.Term{term.String("ab"), term.String("  ")}, "4142"},
			// RFC 4493, example 2.
			{cryptoCMAC, []term.Term{term.A("aes_128_cbc"), unhex("2b7e151628aed2a6abf7158809cf4f3c"), unhex("6bc1bee22e409f96e93d7e117393172a")},
				"070a16b46b4d4144f79bdd9dd04a287c"},
			{cryptoModPow, []term.Term{unhex("03"), unhex("64"), unhex("07")}, "04"},
			{cryptoModPow, []term.Term{unhex("03"), unhex("64"), unhex("00")}, ""},
			{cryptoSeal, []term.Term{term.A("aes_128_gcm"), unhex("00"), unhex("00"), abc, abc}, ""},
			{cryptoCipherStart, []term.Term{term.A("aes_128_cbc"), unhex("00"), unhex("00"), term.True, term.True}, ""},
			{cryptoECSign, []term.Term{term.A("secp256r1"), abc, unhex("00"), abc}, ""},
			{cryptoRSASign, []term.Term{term.A("sha256"), abc, term.List(unhex("03"), unhex("21"), unhex("07")), abc, abc}, ""},
			{cryptoExor, []term.Term{term.String("ab"), term.String(" ")}, ""},
			{strongRandBytes, []term.Term{term.MakeInt(-1)}, ""},
		} {
			v, err := c.fn(p, c.args)
			b, _ := term.ToBytes(v)
			if got := hex.EncodeToString(b); got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("%s: %s, %v, want %s", show(c.args...), got, err, c.want)
			}
		}
		if v, err := strongRandBytes(p, []term.Term{term.MakeInt(16)}); err != nil || v.(*term.Bits).Len != 128 {
			t.Error(v, err)
		}
	})
}

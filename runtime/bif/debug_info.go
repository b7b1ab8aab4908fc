package bif

import (
	"crypto/cipher"
	"crypto/des"
	"crypto/md5"
	"crypto/rand"
	"slices"

	"ersh/parser"
	"ersh/runtime/etf"
	"ersh/runtime/term"
)

// debugInfo is the chunk Dbgi: {debug_info_v1, erl_abstract_code, {Forms,
// Opts}}, with the atom none for Forms unless they were asked for. The
// documentation is in a chunk of its own, and not among the forms.
func (o *frontOptions) debugInfo(forms []parser.Form) []byte {
	var opts []term.Term
	for _, opt := range o.given {
		switch optionName(opt) {
		case "outdir", "verbose", "report_errors", "report_warnings", "return_errors", "return_warnings", "binary", "brief", "parse_transform":
		default:
			opts = append(opts, opt)
		}
	}
	var code term.Term = aNone
	if o.debug {
		code = formList(slices.DeleteFunc(slices.Clone(forms), func(f parser.Form) bool {
			a, ok := f.(*parser.Attribute)
			return ok && (a.Name == "doc" || a.Name == "moduledoc")
		}))
	}
	backend, data := term.A("erl_abstract_code"), term.Term(term.T(code, term.List(opts...)))
	if o.backend != nil {
		backend, data = *o.backend, o.backendData
	}
	b, err := etf.Encode(term.T(term.A("debug_info_v1"), backend, data))
	if err != nil {
		return nil
	}
	b = etf.Deflate(b, defaultCompression)
	if o.key != nil {
		return encrypted(b, *o.key)
	}
	return b
}

// debugInfoKey reads the value of the option debug_info_key: a string, or one
// with the name of the cipher.
func debugInfoKey(t term.Term) (key string, ok bool) {
	if pair, ok := t.(*term.Tuple); ok && pair.Len() == 2 && pair.Elems[0] == term.Term(aDes3) {
		t = pair.Elems[1]
	}
	return term.GoString(t)
}

// withKey is options as they are kept of a compilation with a key: nobody
// sees the key.
func withKey(opts []term.Term) []term.Term {
	var kept []term.Term
	for _, opt := range opts {
		switch optionName(opt) {
		case "debug_info":
		case "debug_info_key":
			kept = append(kept, term.T(term.A("debug_info_key"), term.A("********")), term.A("debug_info"), term.A("encrypt_debug_info"))
		default:
			kept = append(kept, opt)
		}
	}
	return kept
}

// Debug information is encrypted in CBC mode; the first bytes say so.
const cipherName = "des3_cbc"

var aDes3 = term.A(cipherName)

// tripleDES gives the cipher and the first block that a key stands for.
func tripleDES(key string) (cipher.Block, []byte) {
	first := md5.Sum([]byte(key))
	reversed := []byte(key)
	slices.Reverse(reversed)
	second := md5.Sum(append(first[:], reversed...))
	block, err := des.NewTripleDESCipher(append(first[:], second[:8]...))
	if err != nil {
		panic(err) // the key is 24 bytes long
	}
	return block, second[8:]
}

func encrypted(b []byte, key string) []byte {
	block, iv := tripleDES(key)
	if rest := len(b) % des.BlockSize; rest != 0 {
		padding := make([]byte, des.BlockSize-rest)
		rand.Read(padding)
		b = append(b, padding...)
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(b, b)
	return append(append([]byte{0, byte(len(cipherName))}, cipherName...), b...)
}

// decrypted is the debug information in what follows the cipher's name in a
// chunk; a wrong key gives anything.
func decrypted(b []byte, key string) ([]byte, bool) {
	if len(b)%des.BlockSize != 0 {
		return nil, false
	}
	block, iv := tripleDES(key)
	out := make([]byte, len(b))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, b)
	return out, true
}

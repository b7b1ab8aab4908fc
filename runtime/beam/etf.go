package beam

import (
	"errors"

	"ersh/runtime/etf"
	"ersh/runtime/term"
)

func decodeTerm(b []byte) (term.Term, error) {
	t, used, err := etf.Decode(b)
	if err == nil && used != len(b) {
		err = errors.New("bytes after a term")
	}
	return t, err
}

// decodeOwnTerm decodes a term of the program's own library.
func decodeOwnTerm(b []byte) (term.Term, error) {
	t, _, err := (&etf.Decoder{Own: true}).Decode(b)
	return t, err
}

func encodeTerm(t term.Term) ([]byte, error) { return etf.Encode(t) }

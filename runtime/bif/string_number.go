package bif

import (
	"strconv"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// The functions of module string that read a number at the beginning of a list.
var stringNumbers = []vm.BIF{
	{Module: "string", Name: "list_to_integer", Arity: 1, Fn: numberAtFront(integerPrefix, "no_integer", func(s string) (term.Term, bool) {
		return term.ParseInt([]byte(s), 10)
	})},
	{Module: "string", Name: "list_to_float", Arity: 1, Fn: numberAtFront(floatPrefix, "no_float", func(s string) (term.Term, bool) {
		f, err := strconv.ParseFloat(s, 64)
		return term.Float(f), err == nil
	})},
}

// numberAtFront gives {Number, Rest}, or {error, None} where there is no number.
func numberAtFront(prefix func(s []byte) int, none string, value func(s string) (term.Term, bool)) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		var text []byte
		rest := args[0]
		for {
			c, ok := rest.(*term.Cons)
			if !ok {
				break
			}
			n, ok := smallInt(c.Head, '+', 'e')
			if !ok {
				break
			}
			text = append(text, byte(n))
			rest = c.Tail
		}
		if _, ok := args[0].(*term.Cons); !ok && args[0] != term.EmptyList {
			return term.T(term.ErrorAtom, term.A("not_a_list")), nil
		}
		charge(p, len(text))
		n := prefix(text)
		v, ok := value(string(text[:n]))
		if n == 0 || !ok {
			return term.T(term.ErrorAtom, term.A(none)), nil
		}
		rest = args[0]
		for range n {
			rest = rest.(*term.Cons).Tail
		}
		return term.T(v, rest), nil
	}
}

// digitsFrom is where the digits that begin at i end.
func digitsFrom(s []byte, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

func signLength(s []byte) int {
	if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
		return 1
	}
	return 0
}

// integerPrefix is the length of the integer that s begins with, 0 without one.
func integerPrefix(s []byte) int {
	from := signLength(s)
	if end := digitsFrom(s, from); end > from {
		return end
	}
	return 0
}

// floatPrefix is the same for a float.
func floatPrefix(s []byte) int {
	point := integerPrefix(s)
	if point == 0 || point >= len(s) || s[point] != '.' {
		return 0
	}
	end := digitsFrom(s, point+1)
	if end == point+1 {
		return 0
	}
	if end < len(s) && s[end] == 'e' {
		from := end + 1 + signLength(s[end+1:])
		if last := digitsFrom(s, from); last > from {
			return last
		}
	}
	return end
}

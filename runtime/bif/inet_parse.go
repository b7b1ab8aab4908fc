package bif

import (
	"net/netip"
	"strconv"
	"strings"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// parseAddress makes inet:parse_address and its like. Those of one family take
// no other text than a list, but for the strict one of IPv6.
func parseAddress(v4, v6, strict bool) vm.Func {
	return func(_ *vm.Process, args []term.Term) (term.Term, error) {
		s, ok := term.GoString(args[0])
		if !ok {
			_, list := args[0].(*term.Cons)
			if !list && v4 != v6 && (v4 || !strict) {
				return nil, errFunctionClause
			}
			return isEinval, nil
		}
		if v4 {
			if a, ok := parseIPv4(s, strict); ok {
				return term.T(term.Ok, addressTerm(a, false)), nil
			}
		}
		if v6 {
			if host, _, ok := strings.Cut(s, "%"); ok {
				s = host
			}
			if a, err := netip.ParseAddr(s); err == nil && a.Is6() {
				return term.T(term.Ok, addressTerm(a, true)), nil
			}
			if a, ok := parseIPv4(s, false); ok && !v4 && !strict {
				b := a.As4()
				return term.T(term.Ok, addressTerm(netip.AddrFrom16([16]byte{10: 0xFF, 0xFF, b[0], b[1], b[2], b[3]}), true)), nil
			}
		}
		return isEinval, nil
	}
}

// parseIPv4 reads one to four numbers, in hexadecimal or octal too; the last one
// stands for all bytes that remain. A strict address has four.
func parseIPv4(s string, strict bool) (a netip.Addr, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 || strict && len(parts) != 4 {
		return a, false
	}
	var v uint64
	for i, part := range parts {
		n, err := parseC(part)
		if err != nil {
			return a, false
		}
		bytes := 1
		if i == len(parts)-1 {
			bytes = 5 - len(parts)
		}
		if n >= 1<<(8*bytes) {
			return a, false
		}
		v = v<<(8*bytes) | n
	}
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}), true
}

// parseC reads a number as C writes it.
func parseC(s string) (uint64, error) {
	lower := strings.ToLower(s)
	switch {
	case strings.HasPrefix(lower, "0x"):
		return strconv.ParseUint(lower[2:], 16, 32)
	case len(s) > 1 && s[0] == '0':
		return strconv.ParseUint(s[1:], 8, 32)
	case s == "" || s[0] < '0' || s[0] > '9':
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseUint(s, 10, 32)
}

func inetNtoa(_ *vm.Process, args []term.Term) (term.Term, error) {
	a, ok := ipAddress(args[0])
	if !ok {
		return isEinval, nil
	}
	if a.Is4() {
		return term.String(a.String()), nil
	}
	return term.String(textIPv6(a)), nil
}

// textIPv6 writes two colons for the longest run of zero words, the last one of
// several.
func textIPv6(a netip.Addr) string {
	b := a.As16()
	var w [8]int
	for i := range w {
		w[i] = int(b[2*i])<<8 | int(b[2*i+1])
	}
	if a.Is4In6() {
		return "::ffff:" + a.Unmap().String()
	}
	from, length := -1, 1
	for i := 0; i < 8; i++ {
		n := 0
		for i+n < 8 && w[i+n] == 0 {
			n++
		}
		if n > 1 && n >= length {
			from, length = i, n
		}
		if n > 0 {
			i += n - 1
		}
	}
	var s strings.Builder
	for i := 0; i < 8; i++ {
		if i == from {
			s.WriteString("::")
			i += length - 1
			continue
		}
		if i > 0 && (from < 0 || i != from+length) {
			s.WriteByte(':')
		}
		s.WriteString(strconv.FormatInt(int64(w[i]), 16))
	}
	return s.String()
}

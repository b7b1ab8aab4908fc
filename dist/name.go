package dist

import (
	"errors"
	"net"
	"os"
	"strings"
	"unicode/utf8"

	"ersh/runtime/term"
)

// NameKind is how the hosts in node names are written.
type NameKind uint8

// Short names have no dot in the host, long names have one.
const (
	ShortNames NameKind = iota
	LongNames
)

// The reasons why a name is none. Their texts are what erl says.
var (
	ErrName     = errors.New("Invalid node name!\nPlease check your configuration")
	ErrLongName = errors.New("Can't set long node name!\nPlease check your configuration")
	ErrHostname = errors.New("Can't set short node name!\nPlease check your configuration")
)

// FullName completes a name with this machine's host and checks it by the
// rules of its kind.
func FullName(name string, kind NameKind) (string, error) {
	alive, host, hasHost := strings.Cut(name, "@")
	if !validAlive(alive) {
		return "", ErrName
	}
	if !hasHost || host == "" {
		var err error
		if host, err = Hostname(kind); err != nil {
			return "", err
		}
	}
	switch {
	case !validHost(host):
		return "", ErrName
	case kind == ShortNames && strings.Contains(host, "."):
		return "", ErrHostname
	}
	full := alive + "@" + host
	if utf8.RuneCountInString(full) > term.MaxAtomChars {
		return "", ErrName
	}
	return full, nil
}

// Hostname is this machine's name as node names of the kind have it.
func Hostname(kind NameKind) (string, error) {
	host, err := os.Hostname()
	if err != nil {
		return "", err
	}
	if kind == ShortNames {
		host, _, _ = strings.Cut(host, ".")
		return host, nil
	}
	if !strings.Contains(host, ".") {
		host = fullHost(host)
	}
	if !strings.Contains(host, ".") {
		return "", ErrLongName
	}
	return host, nil
}

func validAlive(s string) bool {
	if s == "" {
		return false
	}
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r == '_', r == '-':
		default:
			return false
		}
	}
	return true
}

func validHost(s string) bool {
	if s == "" {
		return false
	}
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z',
			r == '_', r == '-', r == '.', r == ':', r == '%':
		default:
			return false
		}
	}
	return true
}

// fullHost finds the full name of this machine, host itself if it has none.
func fullHost(host string) string {
	addrs, err := net.LookupHost(host)
	if err != nil {
		return host
	}
	for _, a := range addrs {
		names, _ := net.LookupAddr(a)
		for _, n := range names {
			if n = strings.TrimSuffix(n, "."); strings.HasPrefix(n, host+".") {
				return n
			}
		}
	}
	return host
}

// splitName gives the parts of a node's name; ok is false if it has none.
func splitName(name string) (alive, host string, ok bool) {
	alive, host, ok = strings.Cut(name, "@")
	return alive, host, ok && alive != "" && host != "" && !strings.Contains(host, "@")
}

// peerName checks a name that a peer gives of itself.
func peerName(b []byte) (string, bool) {
	if len(b) == 0 || len(b) > 4*term.MaxAtomChars || !utf8.Valid(b) {
		return "", false
	}
	s := string(b)
	if utf8.RuneCountInString(s) > term.MaxAtomChars {
		return "", false
	}
	for _, r := range s {
		if r < ' ' || r == 0x7F {
			return "", false
		}
	}
	return s, true
}

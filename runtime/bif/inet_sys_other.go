//go:build unix && !linux

package bif

import "ersh/runtime/term"

func setMoreSysOptions(int, sysOption) error { return nil }

func getMoreSysOptions(_ int, name string) (term.Term, error) {
	switch name {
	case "priority":
		return num(0), nil
	case "recvtos", "recvttl", "nopush":
		return term.False, nil
	}
	return nil, nil
}

package bif

import (
	"golang.org/x/sys/unix"

	"ersh/runtime/term"
)

func setMoreSysOptions(fd int, o sysOption) error {
	switch o.name {
	case "priority":
		return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PRIORITY, o.value)
	case "bind_to_device":
		return unix.SetsockoptString(fd, unix.SOL_SOCKET, unix.SO_BINDTODEVICE, string(o.raw))
	}
	return nil
}

func getMoreSysOptions(fd int, name string) (term.Term, error) {
	switch name {
	case "priority":
		n, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PRIORITY)
		return num(n), err
	case "recvtos", "recvttl", "nopush":
		return term.False, nil
	}
	return nil, nil
}

package bif

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"ersh/runtime/term"
)

// errnos names the errors of the operating system as Erlang does.
var errnos = map[syscall.Errno]string{
	syscall.E2BIG: "e2big", syscall.EACCES: "eacces", syscall.EADDRINUSE: "eaddrinuse", syscall.EADDRNOTAVAIL: "eaddrnotavail",
	syscall.EAGAIN: "eagain", syscall.EBADF: "ebadf", syscall.EBUSY: "ebusy", syscall.ECHILD: "echild",
	syscall.ECONNABORTED: "econnaborted", syscall.ECONNREFUSED: "econnrefused", syscall.ECONNRESET: "econnreset",
	syscall.EDEADLK: "edeadlk", syscall.EDOM: "edom", syscall.EDQUOT: "edquot", syscall.EEXIST: "eexist", syscall.EFAULT: "efault",
	syscall.EFBIG: "efbig", syscall.EHOSTDOWN: "ehostdown", syscall.EHOSTUNREACH: "ehostunreach", syscall.EINTR: "eintr",
	syscall.EINVAL: "einval", syscall.EIO: "eio", syscall.EISCONN: "eisconn", syscall.EISDIR: "eisdir", syscall.ELOOP: "eloop",
	syscall.EMFILE: "emfile", syscall.EMLINK: "emlink", syscall.EMSGSIZE: "emsgsize", syscall.ENAMETOOLONG: "enametoolong",
	syscall.ENETDOWN: "enetdown", syscall.ENETUNREACH: "enetunreach", syscall.ENFILE: "enfile", syscall.ENODEV: "enodev",
	syscall.ENOENT: "enoent", syscall.ENOEXEC: "enoexec", syscall.ENOLCK: "enolck", syscall.ENOMEM: "enomem", syscall.ENOSPC: "enospc",
	syscall.ENOSYS: "enosys", syscall.ENOTCONN: "enotconn", syscall.ENOTDIR: "enotdir", syscall.ENOTEMPTY: "eexist",
	syscall.ENOTSUP: "enotsup", syscall.ENOTTY: "enotty", syscall.ENXIO: "enxio", syscall.EPERM: "eperm", syscall.EPIPE: "epipe",
	syscall.ERANGE: "erange", syscall.EROFS: "erofs", syscall.ESPIPE: "espipe", syscall.ESRCH: "esrch", syscall.ESTALE: "estale",
	syscall.ETIMEDOUT: "etimedout", syscall.ETXTBSY: "etxtbsy", syscall.EXDEV: "exdev",
}

var aEinval = term.A("einval")

// posix is the atom for an error of the operating system.
func posix(err error) term.Atom {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		if name, ok := errnos[errno]; ok {
			return term.A(name)
		}
	}
	// Windows has numbers of its own, which Go sorts into these.
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return term.A("enoent")
	case errors.Is(err, fs.ErrExist):
		return term.A("eexist")
	case errors.Is(err, fs.ErrPermission):
		return term.A("eacces")
	case errors.Is(err, os.ErrClosed):
		return aEinval
	case errors.Is(err, errors.ErrUnsupported):
		return term.A("enotsup")
	}
	return aEinval
}

// failure is {error, Reason}.
func failure(reason term.Term) term.Term { return term.T(term.ErrorAtom, reason) }

// done is ok, or {error, Posix}.
func done(err error) term.Term {
	if err != nil {
		return failure(posix(err))
	}
	return term.Ok
}

// got is {ok, Value}, or {error, Posix}.
func got(v term.Term, err error) term.Term {
	if err != nil {
		return failure(posix(err))
	}
	return term.T(term.Ok, v)
}

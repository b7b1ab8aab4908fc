package bif

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// prim_file: files by their names. Each function gives ok, {ok, Value} or
// {error, Reason} and runs outside the schedulers, which a slow disk must not
// stop.
var primFile = []vm.BIF{
	onName("read_file", 1, func(name string, _ []term.Term) term.Term {
		b, err := os.ReadFile(name)
		return got(term.Binary(b), err)
	}),
	onName("write_file", 2, primWriteFile),
	onName("list_dir", 1, primListDir(false)),
	onName("list_dir_all", 1, primListDir(true)),
	onName("make_dir", 1, func(name string, _ []term.Term) term.Term { return done(os.Mkdir(name, 0o777)) }),
	onName("del_dir", 1, func(name string, _ []term.Term) term.Term { return done(syscall.Rmdir(name)) }),
	onName("delete", 1, primDelete),
	onName("rename", 2, onTwo(primRename)),
	onName("make_link", 2, onTwo(os.Link)),
	onName("make_symlink", 2, onTwo(os.Symlink)),
	onName("read_link", 1, primReadLink),
	onName("read_link_all", 1, primReadLink),
	onName("read_file_info", 2, primFileInfo(os.Stat)),
	onName("read_link_info", 2, primFileInfo(os.Lstat)),
	onName("write_file_info", 3, primWriteFileInfo),
	onName("set_cwd", 1, func(name string, _ []term.Term) term.Term { return done(os.Chdir(name)) }),
	{Module: "prim_file", Name: "get_cwd", Arity: 0, Fn: primGetCwd},
}

// onName makes a row of a function whose first argument is a file name.
func onName(name string, arity int, fn func(name string, args []term.Term) term.Term) vm.BIF {
	return vm.BIF{Module: "prim_file", Name: name, Arity: arity, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		file, ok := fileName(args[0])
		if !ok {
			return failure(vm.Badarg.Reason), nil
		}
		return nil, p.Async(func() (term.Term, error) { return fn(file, args[1:]), nil })
	}}
}

// onTwo adapts a function of two names.
func onTwo(fn func(a, b string) error) func(name string, args []term.Term) term.Term {
	return func(name string, args []term.Term) term.Term {
		other, ok := fileName(args[0])
		if !ok {
			return failure(vm.Badarg.Reason)
		}
		return done(fn(name, other))
	}
}

// fileData gives the bytes of an iolist, or the failure that there is no room
// or that it is none.
func fileData(t term.Term) ([]byte, term.Term) {
	n, ok := term.IOSize(t)
	if !ok {
		return nil, failure(vm.Badarg.Reason)
	}
	if !vm.Room(int64(n)) {
		return nil, failure(term.A("enomem"))
	}
	return term.AppendIOData(make([]byte, 0, n), t), nil
}

func primWriteFile(name string, args []term.Term) term.Term {
	b, fail := fileData(args[0])
	if fail != nil {
		return fail
	}
	return done(os.WriteFile(name, b, 0o666))
}

// primListDir lists names in the folder's own order; all tells whether those
// that are no UTF-8 belong to them.
func primListDir(all bool) func(name string, _ []term.Term) term.Term {
	return func(name string, _ []term.Term) term.Term {
		d, err := os.Open(name)
		if err != nil {
			return failure(posix(err))
		}
		defer d.Close()
		names, err := d.Readdirnames(-1)
		if err != nil {
			return failure(posix(err))
		}
		l := term.EmptyList
		for _, n := range names {
			t := nameTerm(n)
			if _, raw := t.(*term.Bits); raw && !all {
				continue
			}
			l = &term.Cons{Head: t, Tail: l}
		}
		return term.T(term.Ok, l)
	}
}

// primDelete removes a file, and never a folder: that is eperm.
func primDelete(name string, _ []term.Term) term.Term {
	err := syscall.Unlink(name)
	if err != nil {
		if info, statErr := os.Lstat(name); statErr == nil && info.IsDir() {
			return failure(term.A("eperm"))
		}
	}
	return done(err)
}

func primRename(from, to string) error {
	err := os.Rename(from, to)
	if errors.Is(err, fs.ErrExist) {
		// Go says so before it asks the system when the target is a folder;
		// then a file can't take its place.
		src, err1 := os.Lstat(from)
		dst, err2 := os.Lstat(to)
		switch {
		case err1 != nil:
			return err1
		case err2 == nil && dst.IsDir() && !src.IsDir():
			return syscall.EISDIR
		}
	}
	return err
}

func primReadLink(name string, _ []term.Term) term.Term {
	to, err := os.Readlink(name)
	return got(nameTerm(to), err)
}

func primGetCwd(_ *vm.Process, _ []term.Term) (term.Term, error) {
	dir, err := os.Getwd()
	return got(nameTerm(filepath.ToSlash(dir)), err), nil
}

var (
	aFileInfo  = term.A("file_info")
	aRegular   = term.A("regular")
	aDirectory = term.A("directory")
	aSymlink   = term.A("symlink")
	aDevice    = term.A("device")
	aOther     = term.A("other")
	aPosix     = term.A("posix")
	aUniversal = term.A("universal")
	aRead      = term.A("read")
	aWrite     = term.A("write")
	aReadWrite = term.A("read_write")
)

// fileStat is what platforms say of a file beyond fs.FileInfo.
type fileStat struct {
	atime, ctime       time.Time
	mode               uint32
	links, major       uint64
	minor, inode       uint64
	uid, gid           uint64
	readable, writable bool
}

func fileType(m fs.FileMode) term.Atom {
	switch {
	case m.IsRegular():
		return aRegular
	case m.IsDir():
		return aDirectory
	case m&fs.ModeSymlink != 0:
		return aSymlink
	case m&fs.ModeDevice != 0:
		return aDevice
	}
	return aOther
}

// fileTime shows a time as the type says: posix, universal or (else) local.
func fileTime(t time.Time, as term.Term) term.Term {
	switch as {
	case aPosix:
		return term.MakeInt(t.Unix())
	case aUniversal:
		return dateTime(t.UTC())
	}
	return dateTime(t.Local())
}

// primFileInfo gives the record #file_info{}; its argument is the time type.
func primFileInfo(stat func(string) (fs.FileInfo, error)) func(name string, args []term.Term) term.Term {
	return func(name string, args []term.Term) term.Term {
		info, err := stat(name)
		if err != nil {
			return failure(posix(err))
		}
		return term.T(term.Ok, fileInfo(info, platformStat(name, info), args[0]))
	}
}

func fileInfo(info fs.FileInfo, s fileStat, as term.Term) term.Term {
	access := aNone
	switch {
	case s.readable && s.writable:
		access = aReadWrite
	case s.readable:
		access = aRead
	case s.writable:
		access = aWrite
	}
	return term.T(aFileInfo, num(info.Size()), fileType(info.Mode()), access,
		fileTime(s.atime, as), fileTime(info.ModTime(), as), fileTime(s.ctime, as),
		num(int64(s.mode)), term.MakeUint(s.links), term.MakeUint(s.major), term.MakeUint(s.minor), term.MakeUint(s.inode),
		term.MakeUint(s.uid), term.MakeUint(s.gid))
}

// The places in #file_info{}.
const (
	infoAtime  = 4
	infoMtime  = 5
	infoMode   = 7
	infoUID    = 12
	infoGID    = 13
	infoFields = 14
)

// infoTime reads a time of the given type; ok is false if it is left out.
func infoTime(t, as term.Term) (v time.Time, ok bool) {
	if n, isInt := t.(term.Int); isInt && as == aPosix {
		return time.Unix(n.Value(), 0), true
	}
	if as == aUniversal {
		return toTime(t, time.UTC)
	}
	return toTime(t, time.Local)
}

func primWriteFileInfo(name string, args []term.Term) term.Term {
	info, ok := args[0].(*term.Tuple)
	if !ok || info.Len() != infoFields {
		return failure(vm.Badarg.Reason)
	}
	uid, hasUID := natural(info.Elems[infoUID])
	gid, hasGID := natural(info.Elems[infoGID])
	if hasUID || hasGID {
		if !hasUID {
			uid = -1
		}
		if !hasGID {
			gid = -1
		}
		if err := os.Chown(name, uid, gid); err != nil {
			return failure(posix(err))
		}
	}
	if mode, ok := natural(info.Elems[infoMode]); ok {
		if err := os.Chmod(name, goMode(mode)); err != nil {
			return failure(posix(err))
		}
	}
	// A zero time is left as it is.
	mtime, hasMtime := infoTime(info.Elems[infoMtime], args[1])
	atime, hasAtime := infoTime(info.Elems[infoAtime], args[1])
	if hasMtime && !hasAtime {
		atime = mtime
	}
	if hasMtime || hasAtime {
		return done(os.Chtimes(name, atime, mtime))
	}
	if _, err := os.Stat(name); err != nil {
		return failure(posix(err))
	}
	return term.Ok
}

// goMode turns permission bits into Go's.
func goMode(mode int) fs.FileMode {
	m := fs.FileMode(mode & 0o777)
	for bit, flag := range map[int]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if mode&bit != 0 {
			m |= flag
		}
	}
	return m
}

// readUpTo reads n bytes unless the file ends before.
func readUpTo(r io.Reader, n int) ([]byte, error) {
	const chunk = 1 << 20
	b := make([]byte, min(n, chunk))
	at := 0
	for {
		k, err := io.ReadFull(r, b[at:])
		at += k
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return b[:at], nil
		case err != nil:
			return nil, err
		case at == n:
			return b, nil
		}
		// What is asked for is not given before the file has it.
		b = append(b, make([]byte, min(n-at, len(b)))...)
	}
}

package bif

import (
	"bytes"
	"io"
	"os"
	"sync"
	"syscall"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// prim_file: open files. A handle is a magic reference; who drops the last one
// without closing leaves the closing to Go's collector.
var primFileHandle = []vm.BIF{
	{Module: "prim_file", Name: "open_handle", Arity: 2, Fn: primOpen},
	onHandle("close_handle", 1, (*openFile).close),
	onHandle("read", 2, (*openFile).read),
	onHandle("read_line", 1, (*openFile).readLine),
	onHandle("write", 2, (*openFile).write),
	onHandle("pread", 3, (*openFile).pread),
	onHandle("pwrite", 3, (*openFile).pwrite),
	onHandle("position", 2, (*openFile).position),
	onHandle("truncate", 1, (*openFile).truncate),
	onHandle("sync", 1, func(f *openFile, _ []term.Term) term.Term { return done(f.f.Sync()) }),
	onHandle("read_handle_info", 2, (*openFile).info),
}

// openFile reads ahead for read_line only; ahead holds what was read so and is
// not delivered yet.
type openFile struct {
	sync.Mutex
	f     *os.File
	ahead []byte
}

var (
	aAppend    = term.A("append")
	aExclusive = term.A("exclusive")
	aSync      = term.A("sync")
	aBof       = term.A("bof")
	aCur       = term.A("cur")
)

// primOpen opens a file with a list of modes, of which it knows those that
// concern the operating system.
func primOpen(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := fileName(args[0])
	modes, ok1 := term.Slice(args[1])
	if !ok || !ok1 {
		return failure(vm.Badarg.Reason), nil
	}
	set := map[term.Term]bool{}
	for _, m := range modes {
		if a, ok := m.(term.Atom); ok {
			set[a] = true
		}
	}
	flags := os.O_RDONLY
	switch {
	case set[aAppend]:
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
		if set[aRead] {
			flags = os.O_RDWR | os.O_CREATE | os.O_APPEND
		}
	case (set[aWrite] || set[aExclusive]) && set[aRead]:
		flags = os.O_RDWR | os.O_CREATE
	case set[aWrite] || set[aExclusive]:
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	if set[aExclusive] {
		flags = flags&^os.O_TRUNC | os.O_EXCL
	}
	if set[aSync] {
		flags |= os.O_SYNC
	}
	ref := p.VM().MakeRef()
	return nil, p.Async(func() (term.Term, error) {
		f, err := os.OpenFile(name, flags, 0o666)
		if err != nil {
			return failure(posix(err)), nil
		}
		if info, err := f.Stat(); err == nil && info.IsDir() != set[aDirectory] {
			f.Close()
			if info.IsDir() {
				return failure(posix(syscall.EISDIR)), nil
			}
			return failure(posix(syscall.ENOTDIR)), nil
		}
		ref.Resource = &openFile{f: f}
		return term.T(term.Ok, ref), nil
	})
}

// onHandle makes a row of a function whose first argument is a handle.
func onHandle(name string, arity int, fn func(f *openFile, args []term.Term) term.Term) vm.BIF {
	return vm.BIF{Module: "prim_file", Name: name, Arity: arity, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		ref, ok := args[0].(*term.Ref)
		if !ok {
			return failure(vm.Badarg.Reason), nil
		}
		f, ok := ref.Resource.(*openFile)
		if !ok {
			return failure(vm.Badarg.Reason), nil
		}
		return nil, p.Async(func() (term.Term, error) {
			f.Lock()
			defer f.Unlock()
			return fn(f, args[1:]), nil
		})
	}}
}

func (f *openFile) close(_ []term.Term) term.Term { return done(f.f.Close()) }

// forget drops what was read ahead and moves the file's position back to where
// the reader is.
func (f *openFile) forget() error {
	if len(f.ahead) == 0 {
		return nil
	}
	_, err := f.f.Seek(int64(-len(f.ahead)), io.SeekCurrent)
	f.ahead = nil
	return err
}

// some is {ok, Bytes}, eof or an error.
func some(b []byte, err error) term.Term {
	switch {
	case err != nil:
		return failure(posix(err))
	case len(b) == 0:
		return aEOF
	}
	return term.T(term.Ok, term.Binary(b))
}

func (f *openFile) read(args []term.Term) term.Term {
	n, ok := natural(args[0])
	if !ok {
		return failure(vm.Badarg.Reason)
	}
	if n == 0 {
		return term.T(term.Ok, term.Binary(nil))
	}
	b := f.ahead[:min(n, len(f.ahead))]
	f.ahead = f.ahead[len(b):]
	if len(b) == n {
		return some(b, nil)
	}
	more, err := readUpTo(f.f, n-len(b))
	return some(append(b[:len(b):len(b)], more...), err)
}

// readLine makes the end of a line a single newline.
func (f *openFile) readLine(_ []term.Term) term.Term {
	const chunk = 64 << 10
	searched := 0
	for {
		if i := bytes.IndexByte(f.ahead[searched:], '\n'); i >= 0 {
			end := searched + i + 1
			line := f.ahead[:end:end]
			f.ahead = f.ahead[end:]
			if n := len(line); n >= 2 && line[n-2] == '\r' {
				line = append(line[:n-2:n-2], '\n')
			}
			return some(line, nil)
		}
		searched = len(f.ahead)
		room := make([]byte, searched+chunk)
		copy(room, f.ahead)
		n, err := f.f.Read(room[searched:])
		f.ahead = room[:searched+n]
		if err != nil && n == 0 {
			if err != io.EOF {
				return failure(posix(err))
			}
			line := f.ahead
			f.ahead = nil
			return some(line, nil)
		}
	}
}

func (f *openFile) write(args []term.Term) term.Term {
	b, fail := fileData(args[0])
	if fail != nil {
		return fail
	}
	if err := f.forget(); err != nil {
		return failure(posix(err))
	}
	_, err := f.f.Write(b)
	return done(err)
}

func (f *openFile) pread(args []term.Term) term.Term {
	at, ok := smallInt(args[0], 0, term.MaxSmall)
	n, ok1 := natural(args[1])
	if !ok || !ok1 {
		return failure(aEinval)
	}
	return some(readUpTo(io.NewSectionReader(f.f, at, int64(n)), n))
}

func (f *openFile) pwrite(args []term.Term) term.Term {
	at, ok := smallInt(args[0], 0, term.MaxSmall)
	if !ok {
		return failure(aEinval)
	}
	b, fail := fileData(args[1])
	if fail != nil {
		return fail
	}
	if err := f.forget(); err != nil {
		return failure(posix(err))
	}
	_, err := f.f.WriteAt(b, at)
	return done(err)
}

// position takes a number from the start, bof, cur, eof, or {bof, N} and so on.
func (f *openFile) position(args []term.Term) term.Term {
	from, off := term.Term(aBof), args[0]
	switch t := args[0].(type) {
	case *term.Tuple:
		if t.Len() != 2 {
			return failure(vm.Badarg.Reason)
		}
		from, off = t.Elems[0], t.Elems[1]
	case term.Atom:
		from, off = t, term.MakeInt(0)
	}
	n, ok := smallInt(off, term.MinSmall, term.MaxSmall)
	whence, known := map[term.Term]int{aBof: io.SeekStart, aCur: io.SeekCurrent, aEOF: io.SeekEnd}[from]
	if !ok || !known {
		return failure(vm.Badarg.Reason)
	}
	if err := f.forget(); err != nil {
		return failure(posix(err))
	}
	at, err := f.f.Seek(n, whence)
	return got(term.MakeInt(at), err)
}

// truncate cuts the file off at the position.
func (f *openFile) truncate(_ []term.Term) term.Term {
	if err := f.forget(); err != nil {
		return failure(posix(err))
	}
	at, err := f.f.Seek(0, io.SeekCurrent)
	if err == nil {
		err = f.f.Truncate(at)
	}
	return done(err)
}

func (f *openFile) info(args []term.Term) term.Term {
	info, err := f.f.Stat()
	if err != nil {
		return failure(posix(err))
	}
	return term.T(term.Ok, fileInfo(info, platformStat(f.f.Name(), info), args[0]))
}

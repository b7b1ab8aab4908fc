package bif

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// zlibBIFs are the natives of module zlib: compression of whole binaries, in
// the format that the window bits name as zlib has it, negative for bare
// deflate data, above 15 for gzip; and the state of a stream, which the module
// itself keeps behind a magic reference.
var zlibBIFs = []vm.BIF{
	{Module: "zlib", Name: "compress", Arity: 3, Fn: zlibCompress},
	{Module: "zlib", Name: "decompress", Arity: 2, Fn: zlibDecompress},
	{Module: "zlib", Name: "open", Arity: 0, Fn: func(p *vm.Process, _ []term.Term) (term.Term, error) {
		ref := p.VM().MakeRef()
		ref.Resource = &zlibStream{state: term.Undefined}
		return ref, nil
	}},
	{Module: "zlib", Name: "state", Arity: 1, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		if z := zlibStreamOf(args[0]); z != nil {
			return z.state, nil
		}
		return nil, vm.Badarg
	}},
	{Module: "zlib", Name: "set_state", Arity: 2, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		if z := zlibStreamOf(args[0]); z != nil {
			z.state = args[1]
			return term.Ok, nil
		}
		return nil, vm.Badarg
	}},
}

// zlibStream is what a stream's reference stands for. It is used by one
// process, which the module zlib sees to.
type zlibStream struct{ state term.Term }

func zlibStreamOf(t term.Term) *zlibStream {
	if ref, ok := t.(*term.Ref); ok {
		if z, ok := ref.Resource.(*zlibStream); ok {
			return z
		}
	}
	return nil
}

// zlibCompress is compress(Binary, Level, WindowBits).
func zlibCompress(p *vm.Process, args []term.Term) (term.Term, error) {
	data, ok := binaryBytes(args[0])
	level, ok2 := smallInt(args[1], -1, 9)
	bits, ok3 := smallInt(args[2], -15, 31)
	if !ok || !ok2 || !ok3 {
		return nil, vm.Badarg
	}
	return nil, p.Async(func() (term.Term, error) {
		var out bytes.Buffer
		var w io.WriteCloser
		var err error
		switch {
		case bits < 0:
			w, err = flate.NewWriter(&out, int(level))
		case bits > 15:
			w, err = gzip.NewWriterLevel(&out, int(level))
		default:
			w, err = zlib.NewWriterLevel(&out, int(level))
		}
		if err != nil {
			return nil, vm.Badarg
		}
		w.Write(data)
		w.Close()
		b := out.Bytes()
		if bits > 15 && len(b) > 9 {
			b[9] = 3 // the system: Unix, as zlib says
		}
		return term.Binary(b), nil
	})
}

// zlibDecompress is decompress(Binary, WindowBits). It gives {done, Out, Rest}
// at the end of the compressed data, {more, Out} where that is not yet
// there, and the atom data_error for what is no such data.
func zlibDecompress(p *vm.Process, args []term.Term) (term.Term, error) {
	data, ok := binaryBytes(args[0])
	bits, ok2 := smallInt(args[1], -15, 47)
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	return nil, p.Async(func() (term.Term, error) {
		in := bytes.NewReader(data)
		var out bytes.Buffer
		var r io.Reader
		var err error
		switch {
		case bits < 0:
			r = flate.NewReader(in)
		case bits > 31 && len(data) > 1 && data[0] == 0x1F || bits > 15 && bits < 32:
			var z *gzip.Reader
			if z, err = gzip.NewReader(in); err == nil {
				z.Multistream(false)
				r = z
			}
		default:
			r, err = zlib.NewReader(in)
		}
		if err == nil {
			_, err = out.ReadFrom(r)
		}
		switch err {
		case nil:
			return term.T(term.A("done"), term.Binary(out.Bytes()), term.Binary(data[len(data)-in.Len():])), nil
		case io.EOF, io.ErrUnexpectedEOF:
			return term.T(term.A("more"), term.Binary(out.Bytes())), nil
		}
		return term.A("data_error"), nil
	})
}

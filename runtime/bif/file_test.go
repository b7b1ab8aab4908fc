package bif_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"ersh/internal/otp"
	"ersh/runtime/bif"
	"ersh/runtime/etf"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// TestFilesLikeErl has testdata/files.erl use files in a real node and here,
// where file, filename, filelib and os are ersh's own and the rest of the
// library is OTP's.
func TestFilesLikeErl(t *testing.T) {
	r := otp.Need(t, 29)
	outside, inside := r.TempDir(t)
	for from, to := range map[string]string{
		"testdata/files.erl": "files.erl", "../lib/file.erl": "own/file.erl", "../lib/file_io_server.erl": "own/file_io_server.erl",
		"../lib/filename.erl": "own/filename.erl", "../lib/filelib.erl": "own/filelib.erl", "../lib/os.erl": "own/os.erl",
		"../lib/erl_posix_msg.erl": "own/erl_posix_msg.erl",
	} {
		src, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		to = filepath.Join(outside, to)
		os.MkdirAll(filepath.Dir(to), 0o777)
		if err := os.WriteFile(to, src, 0o666); err != nil {
			t.Fatal(err)
		}
		if out, err := r.Command(t.Context(), "erlc", "-o", filepath.Dir(filepath.Join(inside, to[len(outside):])), filepath.Join(inside, to[len(outside):])).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	for _, dir := range []string{"theirs", "ours"} {
		if err := os.Mkdir(filepath.Join(outside, dir), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	r.Eval(t, fmt.Sprintf(`code:add_patha(%q), R = files:results(%q), ok = file:write_file(%q, term_to_binary(R))`,
		inside, inside+"/theirs", inside+"/theirs.etf"))
	b, err := os.ReadFile(filepath.Join(outside, "theirs.etf"))
	if err != nil {
		t.Fatal(err)
	}
	theirs, _, err := etf.Decode(b)
	if err != nil {
		t.Fatal(err)
	}

	library := fstest.MapFS{}
	files := otpFiles(t, r, "stdlib")
	files = append(files, otpFiles(t, r, "kernel")...)
	own, _ := filepath.Glob(filepath.Join(outside, "own", "*.beam"))
	files = append(files, own...) // these come last and win
	files = append(files, filepath.Join(outside, "files.beam"))
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		library[filepath.Base(path)] = &fstest.MapFile{Data: data}
	}
	delete(library, "error_handler.beam")
	t.Chdir(outside)
	// OTP's io asks whether the device's node knows Unicode.
	unicodeIO := vm.BIF{Module: "net_kernel", Name: "dflag_unicode_io", Arity: 1,
		Fn: func(*vm.Process, []term.Term) (term.Term, error) { return term.True, nil }}
	v := vm.New(vm.Config{BIFs: slices.Concat(bif.Table(), bif.Init(bif.Arguments{}), []vm.BIF{unicodeIO}), Library: library,
		OnPanic: func(text string, stack []byte) { t.Errorf("%s\n%s", text, stack) }})
	defer v.Stop()
	result := make(chan term.Term, 1)
	me := v.SpawnNative("test", func(n *vm.Native) term.Term {
		msg, _ := n.Receive()
		result <- msg
		return nil
	})
	v.Spawn(term.A("files"), term.A("send_results"), []term.Term{me, term.String(filepath.Join(outside, "ours"))})
	select {
	case ours := <-result:
		compareResults(t, ours, theirs)
	case <-time.After(time.Minute):
		t.Fatal("no answer")
	}
}

// compareResults compares lists of {Name, Value}.
func compareResults(t *testing.T, ours, theirs term.Term) {
	got, _ := term.Slice(ours)
	want, _ := term.Slice(theirs)
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%d results, want %d: %.2000s", len(got), len(want), term.Format(ours))
	}
	for i := range want {
		if !term.Identical(got[i], want[i]) {
			name, _ := term.GoString(want[i].(*term.Tuple).Elems[0])
			t.Errorf("%s\n got %.300s\nwant %.300s", name, display(got[i]), display(want[i]))
		}
	}
}

func display(t term.Term) string {
	f := term.Formatter{Display: true}
	return string(f.Append(nil, t.(*term.Tuple).Elems[1]))
}

package beam

import (
	"bytes"
	"crypto/md5"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/term"
)

// samples are testdata/sample.erl compiled by erlc of OTP 25 and 29, and by
// the former with the option compressed.
var samples = []string{"otp25.beam", "otp29.beam", "otp25gz.beam"}

func sample(t testing.TB, name string) []byte {
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// erl runs Erlang code on an installed OTP, or skips the test.
func erl(t *testing.T, code string) string {
	t.Helper()
	if _, err := exec.LookPath("erl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no erl on PATH")
		}
		t.Skip("no erl on PATH")
	}
	out, err := exec.Command("erl", "-noshell", "-eval", code+" halt().").CombinedOutput()
	if err != nil {
		t.Fatalf("erl: %v\n%s", err, out)
	}
	return string(out)
}

func TestRead(t *testing.T) {
	for _, name := range samples {
		m, err := Read(sample(t, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if m.Name != term.A("sample") || len(m.Lambdas) != 1 || m.Lambdas[0].NumFree != 1 || m.Lambdas[0].Arity != 2 {
			t.Errorf("%s: %v %+v", name, m.Name.Name(), m.Lambdas)
		}
		if !slices.ContainsFunc(m.Exports, func(f Function) bool { return f.Name == term.A("fib") && f.Arity == 1 && f.Label > 0 }) {
			t.Errorf("%s: no fib/1 in %+v", name, m.Exports)
		}
		if !bytes.Contains(m.Strings, []byte("abc")) {
			t.Errorf("%s: strings %q", name, m.Strings)
		}
		if !slices.Equal(m.Files, []string{"sample.erl"}) {
			t.Errorf("%s: files %q", name, m.Files)
		}
		if len(m.Lines) < 5 || m.Lines[2] != (Line{0, 6}) {
			t.Errorf("%s: lines %v", name, m.Lines)
		}
		funs := 0
		for _, in := range m.Code {
			if in.Op == OpFuncInfo {
				funs++
			}
		}
		if funs != 13 {
			t.Errorf("%s: %d functions", name, funs)
		}
	}
}

// TestRoundTrip: reading and writing keeps every chunk, to the byte where
// chunks hold no terms, and so the checksum.
func TestRoundTrip(t *testing.T) {
	for _, name := range samples {
		roundTrip(t, name, sample(t, name))
	}
}

// TestInstalled does the same with the libraries of real releases.
func TestInstalled(t *testing.T) {
	for _, version := range []int{25, 29} {
		release := otp.Need(t, version)
		for _, app := range []string{"stdlib", "kernel", "compiler"} {
			files, _ := filepath.Glob(filepath.Join(release.Root, "/usr/lib/erlang/lib", app+"-*", "ebin", "*.beam"))
			if len(files) == 0 {
				t.Errorf("OTP %d has no %s", version, app)
			}
			for _, f := range files {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				roundTrip(t, f, b)
			}
		}
	}
}

func roundTrip(t *testing.T, name string, file []byte) {
	m, err := Read(file)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	sum := m.MD5
	out, err := Write(m)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if m.MD5 != sum {
		t.Errorf("%s: checksum differs", name)
	}
	again, err := Read(out)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if !term.Identical(again.Attributes, m.Attributes) || !term.Identical(again.CompileInfo, m.CompileInfo) {
		t.Errorf("%s: attributes differ", name)
	}
	plain, _ := Decompress(file)
	was, _ := Chunks(plain)
	now, _ := Chunks(out)
	data := make(map[string][]byte)
	for _, c := range now {
		data[c.Name] = c.Data
	}
	for _, c := range was {
		if d, ok := data[c.Name]; !ok || !bytes.Equal(c.Data, d) && c.Name != "Attr" && c.Name != "CInf" {
			t.Errorf("%s: chunk %s differs", name, c.Name)
		}
	}
	if len(now) != len(was) {
		t.Errorf("%s: %d chunks, %d were", name, len(now), len(was))
	}
}

// TestErlLoads: erl runs what Write writes, and agrees about the checksum.
func TestErlLoads(t *testing.T) {
	m, err := Read(sample(t, "otp25.beam"))
	if err != nil {
		t.Fatal(err)
	}
	// As a compiler makes it: nothing known of the file's form.
	m.form, m.Atoms = form{}, nil
	m.Lambdas[0].OldUniq = 0
	out, err := Write(m)
	if err != nil {
		t.Fatal(err)
	}
	f := filepath.Join(t.TempDir(), "sample.beam")
	if err := os.WriteFile(f, out, 0o666); err != nil {
		t.Fatal(err)
	}
	got := erl(t, `{module, sample} = code:load_abs("`+strings.TrimSuffix(f, ".beam")+`"),
		{ok, {sample, Md5}} = beam_lib:md5("`+f+`"),
		Md5 = sample:module_info(md5),
		F = sample:adder(2),
		<<Uniq:27, _/bits>> = Md5,
		{uniq, Uniq} = {uniq, element(2, erlang:fun_info(F, uniq))},
		io:format("~w ~w ~w ~w", [sample:fib(20), F(3), sample:big(), Md5]),
		io:format(" ~w", [sample:match(<<1:4, -2:12/little, 1.5/float, 955/utf8, "lit", 7:3>>)]),`)
	want := "6765 5 [{-123456789012345678901234567890,70000,-70000,-1,2047,2048},#{a => 1.5},fun lists:map/2] "
	if !strings.HasPrefix(got, want) || !strings.HasSuffix(got, " {1,-2,1.5,955,<<7:3>>}") {
		t.Errorf("erl says %s", got)
	}
	var sum strings.Builder
	for i, b := range m.MD5 {
		if i > 0 {
			sum.WriteByte(',')
		}
		fmt.Fprint(&sum, b)
	}
	if !strings.Contains(got, "<<"+sum.String()+">>") {
		t.Errorf("checksum is %s in %s", sum.String(), got)
	}
}

func TestReadErrors(t *testing.T) {
	good, _ := Decompress(sample(t, "otp29.beam"))
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"empty", nil},
		{"text", []byte("-module(x).")},
		{"header only", []byte("FOR1\x00\x00\x00\x04BEAM")},
		{"size over end", []byte("FOR1\xff\xff\xff\xffBEAM")},
		{"half", good[:len(good)/2]},
		{"bad gzip", []byte("\x1f\x8b\x08rest")},
		{"chunk over end", []byte("FOR1\x00\x00\x00\x0cBEAMAtU8\xff\xff\xff\xff")},
		{"two billion atoms", []byte("FOR1\x00\x00\x00\x10BEAMAtU8\x00\x00\x00\x04\x7f\xff\xff\xff")},
		{"negative atoms", []byte("FOR1\x00\x00\x00\x10BEAMAtU8\x00\x00\x00\x04\x80\x00\x00\x00")},
	} {
		if m, err := Read(c.file); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, %v", c.name, m, err)
		}
	}
}

// FuzzRead: whatever the bytes, Read gives a module or an error, and a module
// that was read can be written, read, and written to the same bytes. With
// -fuzzminimizetime 10x: to shorten each new input takes a minute otherwise.
func FuzzRead(f *testing.F) {
	for _, name := range samples {
		f.Add(sample(f, name))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := Read(file)
		if err != nil {
			return
		}
		out, err := Write(m)
		if err != nil {
			return // terms without external form
		}
		again, err := Read(out)
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		out2, err := Write(again)
		if err != nil || md5.Sum(out2) != md5.Sum(out) {
			t.Fatalf("not stable: %v", err)
		}
	})
}

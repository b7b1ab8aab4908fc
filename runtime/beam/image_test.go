package beam

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/term"
)

// TestImage reads a file's functions one by one and finds the instructions
// that reading all of it finds.
func TestImage(t *testing.T) {
	m, err := Read(sample(t, "otp29.beam"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := WriteIndexed(m)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	img, err := OpenImage(file)
	if err != nil {
		t.Fatal(err)
	}
	if img.Name != whole.Name || img.MD5 != whole.MD5 {
		t.Errorf("module %s, checksum %x; want %s, %x", img.Name.Name(), img.MD5, whole.Name.Name(), whole.MD5)
	}
	var got []string
	var s Scratch
	for i := range img.NumFunctions() {
		code, _, _, err := img.Code(i, &s)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range code {
			got = append(got, text(in))
		}
	}
	var want []string
	for _, in := range whole.Code {
		if in.Op != OpIntCodeEnd {
			want = append(want, text(in))
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if i := img.Exported(term.A("fib"), 1); i < 0 || img.Function(i).Name != term.A("fib") {
		t.Error("fib/1 is not exported")
	}
	if img.Exported(term.A("fib"), 2) >= 0 {
		t.Error("fib/2 is exported")
	}
	if _, err := OpenImage(sample(t, "otp29.beam")); err != ErrNoIndex {
		t.Errorf("a file without an index: %v", err)
	}
}

func text(in Instr) string {
	var b strings.Builder
	b.WriteString(in.Op.String())
	var args func([]Arg)
	args = func(as []Arg) {
		for _, a := range as {
			b.WriteString(" " + string('0'+rune(a.Kind)) + ":" + term.Format(term.MakeInt(a.N)))
			if a.Term != nil {
				b.WriteString("=" + term.Format(a.Term))
			}
			args(a.List)
		}
	}
	args(in.Args)
	return b.String()
}

// TestIndexRefuses: code that can't be read function by function has no index.
func TestIndexRefuses(t *testing.T) {
	f := term.A("f")
	label := func(n int64) Instr { return Instr{OpLabel, []Arg{{Kind: KindU, N: n}}} }
	function := func(n int64, name term.Atom, body ...Instr) []Instr {
		info := Instr{OpFuncInfo, []Arg{{Kind: KindAtom, Term: f}, {Kind: KindAtom, Term: name}, {Kind: KindU}}}
		return append([]Instr{label(n), info, label(n + 1)}, body...)
	}
	end := Instr{OpIntCodeEnd, nil}
	ret := Instr{OpReturn, nil}
	jump := func(n int64) Instr { return Instr{OpJump, []Arg{{Kind: KindLabel, N: n}}} }
	call := func(n int64) Instr { return Instr{OpCallOnly, []Arg{{Kind: KindU}, {Kind: KindLabel, N: n}}} }
	for _, c := range []struct {
		name string
		code []Instr
		want string // a part of the error; "" for none
	}{
		{"two functions", append(append(function(1, f, ret), function(3, term.A("g"), call(2))...), end), ""},
		{"a jump out", append(append(function(1, f, jump(4)), function(3, term.A("g"), ret)...), end), "label 4 of another"},
		{"a call into the middle", append(append(function(1, f, label(5), ret), function(3, term.A("g"), call(5))...), end), "no function"},
		{"on_load", append(function(1, f, Instr{OpOnLoad, nil}, ret), end), "on_load"},
	} {
		m := &Module{Name: f, Code: c.code, NumLabels: 6, Attributes: term.EmptyList, CompileInfo: term.EmptyList}
		_, err := WriteIndexed(m)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestErlLoadsIndexed: real releases take a file with an index.
func TestErlLoadsIndexed(t *testing.T) {
	file, err := os.ReadFile(filepath.Join("..", "lib", "ebin", "kvs.beam"))
	if err != nil || !bytes.Contains(file, []byte(indexChunk)) {
		t.Fatalf("kvs.beam has no index (%v)", err)
	}
	for _, version := range []int{25, 27, 29} {
		r := otp.Need(t, version)
		outside, inside := r.TempDir(t)
		if err := os.WriteFile(filepath.Join(outside, "kvs.beam"), file, 0o644); err != nil {
			t.Fatal(err)
		}
		out := r.Eval(t, `{module, kvs} = code:load_abs("`+inside+`/kvs"), kvs:start(), kvs:store(a, 1), io:write(kvs:lookup(a))`)
		if out != "{ok,1}" {
			t.Errorf("OTP %d: %s", version, out)
		}
	}
}

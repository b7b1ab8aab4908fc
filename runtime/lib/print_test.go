package lib

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ersh/internal/otp"
)

// The printing modules, compared with OTP 29's own: they run there under names
// with the prefix e_.
var printing = []string{"io_lib", "io_lib_pretty", "io_lib_format", "io_lib_fread", "erl_error"}

var (
	moduleLine = regexp.MustCompile(`(?m)^-module\(`)
	remoteCall = regexp.MustCompile(`\b(io_lib(?:_pretty|_format|_fread)?|erl_error):`)
)

func TestPrintsAsErl(t *testing.T) {
	r := otp.Need(t, 29)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp(filepath.Join(r.Root, os.TempDir()), "print")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	inside := strings.TrimPrefix(dir, r.Root)
	args := []string{"-o", inside}
	write := func(name string, src []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), src, 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, filepath.Join(inside, name))
	}
	for _, m := range printing {
		src, err := os.ReadFile(m + ".erl")
		if err != nil {
			t.Fatal(err)
		}
		src = moduleLine.ReplaceAll(src, []byte("-module(e_"))
		// What the functions in Go leave is all that there is on erl.
		src = bytes.ReplaceAll(src, []byte("plain_quoted(_, _) -> erlang:nif_error(undef)."), []byte("plain_quoted(_, _) -> false."))
		src = bytes.ReplaceAll(src, []byte("after_plain(_) -> erlang:nif_error(undef)."), []byte("after_plain(Cs) -> Cs."))
		write("e_"+m+".erl", remoteCall.ReplaceAll(src, []byte("e_$1:")))
	}
	src, err := os.ReadFile("testdata/print_oracle.erl")
	if err != nil {
		t.Fatal(err)
	}
	write("print_oracle.erl", src)
	if out, err := r.Command(ctx, "erlc", args...).CombinedOutput(); err != nil {
		t.Fatalf("erlc: %v\n%s", err, out)
	}
	out, err := r.Command(ctx, "erl", "-noshell", "-pa", inside, "-eval",
		`print_oracle:main(1500), io:put_chars("done\n"), halt().`).CombinedOutput()
	if err != nil || string(out) != "done\n" {
		t.Errorf("%v\n%.4000s", err, out)
	}
}

package compile

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"ersh/internal/otp"
	"ersh/parser"
	"ersh/runtime/beam"
)

// preprocessed reads a source file with its includes and macros.
func preprocessed(t testing.TB, file string) []parser.Form {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return parser.Preprocess(src, parser.EppOptions{Name: file, Source: filepath.Base(file), Open: os.ReadFile})
}

// TestValid has the assembler listing of every Erlang module of the project
// checked by the releases' own validator: erlc compiles it on.
func TestValid(t *testing.T) {
	var files []string
	for _, dir := range []string{"testdata", "../lib", "../../kvs", "../../internal/bench/testdata"} {
		found, _ := filepath.Glob(filepath.Join(dir, "*.erl"))
		files = append(files, found...)
	}
	listings := map[string][]byte{}
	for _, file := range files {
		m, errs := Forms(preprocessed(t, file), Options{Source: filepath.Base(file)})
		if m == nil {
			t.Errorf("%s: %v", file, errs)
			continue
		}
		if _, err := beam.Write(m); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		listings[m.Name.Name()] = beam.List(m)
	}
	for _, release := range []int{25, 27, 29} {
		t.Run(fmt.Sprint("OTP ", release), func(t *testing.T) {
			r := otp.Need(t, release)
			outside, inside := r.TempDir(t)
			for name, s := range listings {
				if err := os.WriteFile(filepath.Join(outside, name+".S"), s, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if out := r.Validate(t, inside); out != "" {
				t.Error(out)
			}
		})
	}
}

package compile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
	validate(t, listings)
}

// TestManyValues has functions checked that need nearly all registers; what needs more is refused.
func TestManyValues(t *testing.T) {
	listings := map[string][]byte{}
	for name, c := range map[string]struct {
		n    int
		text string
	}{
		"tuple":  {1010, "f({%s}) -> [%[1]s]."},
		"list":   {1010, "f([%s]) -> {%[1]s}."},
		"call":   {1010, "f(L) -> [%s] = L, g(), {%[1]s}. g() -> ok."},
		"binary": {1010, "f(<<%s>>) -> {%[1]s}."},
		"more":   {1030, "f([%s]) -> {%[1]s}."},
	} {
		vars := make([]string, c.n)
		for i := range vars {
			vars[i] = fmt.Sprint("V", i)
		}
		src := fmt.Sprintf("-module("+name+").\n-export([f/1]).\n"+c.text+"\n", strings.Join(vars, ","))
		m, errs := Forms(parser.Preprocess([]byte(src), parser.EppOptions{Name: name, Source: name}), Options{Source: name})
		switch {
		case name == "more":
			if m != nil {
				t.Error("1,030 values at once are compiled")
			}
		case m == nil:
			t.Errorf("%s: %v", name, errs)
		default:
			listings[name] = beam.List(m)
		}
	}
	validate(t, listings)
}

// validate has listings checked by the releases' validator.
func validate(t *testing.T, listings map[string][]byte) {
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

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The embedded modules are what the sources beside them compile to.
func TestLibraryIsUpToDate(t *testing.T) {
	lib := filepath.Join("..", "..", "runtime", "lib")
	files, err := filepath.Glob(filepath.Join(lib, "*.erl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no library sources: %v", err)
	}
	files = append(files, filepath.Join("..", "..", "kvs", "kvs.erl"))
	want := map[string]bool{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".erl") + ".beam"
		want[name] = true
		code, err := Compile(file)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		kept, err := os.ReadFile(filepath.Join(lib, "ebin", name))
		if err != nil || !bytes.Equal(kept, code) {
			t.Errorf("%s is not what %s compiles to: run go generate ./runtime/lib", name, filepath.Base(file))
		}
	}
	kept, err := filepath.Glob(filepath.Join(lib, "ebin", "*.beam"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range kept {
		if !want[filepath.Base(file)] {
			t.Errorf("%s has no source: run go generate ./runtime/lib", filepath.Base(file))
		}
	}
}

func TestCompileReportsErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad.erl")
	if err := os.WriteFile(file, []byte("-module(bad).\nf( -> ok.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Compile(file); err == nil || !strings.Contains(err.Error(), "syntax error") {
		t.Errorf("got %v", err)
	}
}

// Command mklib compiles the library modules, runtime/lib/*.erl and
// kvs/kvs.erl, with the project's own compiler to runtime/lib/ebin. It is run
// by go generate ./runtime/lib. See lines.go for -lines.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/bif"
	"ersh/runtime/compile"
)

func main() {
	// go generate runs in runtime/lib.
	files, err := filepath.Glob("*.erl")
	if err != nil || len(files) == 0 {
		fmt.Fprintln(os.Stderr, "mklib: no modules here; run go generate ./runtime/lib")
		os.Exit(1)
	}
	files = append(files, filepath.Join("..", "..", "kvs", "kvs.erl"))
	if len(os.Args) == 3 && os.Args[1] == "-lines" {
		if err := makeLines(os.Args[2], files); err != nil {
			fmt.Fprintf(os.Stderr, "mklib: %v\n", err)
			os.Exit(1)
		}
		return
	}
	current := map[string]bool{}
	failed := false
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".erl") + ".beam"
		current[name] = true
		code, err := Compile(file)
		if err == nil {
			err = writeChanged(filepath.Join("ebin", name), code)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "mklib: %v\n", err)
			failed = true
		}
	}
	// Modules that are gone leave no code behind.
	old, _ := filepath.Glob("ebin/*.beam")
	for _, f := range old {
		if !current[filepath.Base(f)] {
			os.Remove(f)
		}
	}
	if failed {
		os.Exit(1)
	}
}

// Compile gives the .beam file of a source file.
func Compile(file string) ([]byte, error) {
	m, err := compiled(file)
	if err != nil {
		return nil, err
	}
	lines, err := readLines(linesText)
	if err != nil {
		return nil, err
	}
	lines.show(m)
	code, err := beam.WriteIndexed(m)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return code, nil
}

func compiled(file string) (*beam.Module, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(file)
	forms := parser.Preprocess(src, parser.EppOptions{Name: name, Source: name, Open: os.ReadFile})
	m, diags := compile.Forms(forms, compile.Options{Source: name, Evaluate: bif.Evaluate})
	if m == nil {
		return nil, fmt.Errorf("%s: %v", file, diags[0])
	}
	return m, nil
}

// writeChanged leaves a file that is up to date as it is.
func writeChanged(file string, code []byte) error {
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, code) {
		return nil
	}
	return os.WriteFile(file, code, 0o644)
}

// Command mklib compiles the library modules, runtime/lib/*.erl and
// kvs/kvs.erl, to runtime/lib/ebin. It is run by go generate ./runtime/lib.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	// go generate runs in runtime/lib.
	files, _ := filepath.Glob("*.erl")
	files = append(files, "../../kvs/kvs.erl")
	if len(os.Args) > 1 {
		files = os.Args[1:]
	}
	// Until the project's own compiler stands, a real erlc does the work.
	args := append([]string{"+deterministic", "-o", "ebin"}, files...)
	cmd := exec.Command("erlc", args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "mklib:", err)
		os.Exit(1)
	}
}

// Command bench does the same work with ersh and with the installed erl, in
// turn, and prints the medians and their ratio.
//
//	go run ./internal/bench [-only WORK,...] [-runs N] [-erl CMD] [-ersh FILE]
//
// Absolute figures mean nothing on a machine that others use: compare only the
// two columns of one row. Each shell compiles the work, testdata/bench.erl,
// with its own compiler.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed testdata/bench.erl
var benchModule []byte

func main() {
	only := flag.String("only", "", "the works to do, comma-separated (default: all)")
	runs := flag.Int("runs", 5, "how often each shell does each work")
	erl := flag.String("erl", "erl", "the shell to compare with")
	ersh := flag.String("ersh", "", "the ersh to measure (default: built from this tree)")
	flag.Parse()
	if err := run(*only, *runs, *erl, *ersh); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(only string, runs int, erl, ersh string) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if ersh == "" {
		ersh = filepath.Join(dir, "ersh")
		build := exec.Command("go", "build", "-o", ersh, "ersh/cmd/ersh")
		build.Env = append(os.Environ(), "CGO_ENABLED=0") // as a release is built: static
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("building ersh: %v\n%s", err, out)
		}
	}
	ours, err := newContender(ersh, filepath.Join(dir, "ours"))
	if err != nil {
		return err
	}
	defer ours.close()
	theirs, err := newContender(erl, filepath.Join(dir, "theirs"))
	if err != nil {
		return err
	}
	defer theirs.close()
	fmt.Printf("%-42s %12s %12s %8s  %s\n", "work", "ersh", "erl", "ratio", "bar")
	for _, w := range works {
		if only != "" && !slices.Contains(strings.Split(only, ","), w.name) {
			continue
		}
		var a, b []float64
		for range runs {
			x, err := w.measure(ours)
			if err != nil {
				return fmt.Errorf("%s, ersh: %w", w.name, err)
			}
			y, err := w.measure(theirs)
			if err != nil {
				return fmt.Errorf("%s, erl: %w", w.name, err)
			}
			a, b = append(a, x), append(b, y)
		}
		x, y := median(a), median(b)
		mark := ""
		if x/y > w.bar {
			mark = "  over the bar"
		}
		fmt.Printf("%-42s %12s %12s %8.2f  %.3g%s\n", w.name+": "+w.what, w.unit(x), w.unit(y), x/y, w.bar, mark)
	}
	return nil
}

func median(xs []float64) float64 {
	slices.Sort(xs)
	return xs[len(xs)/2]
}

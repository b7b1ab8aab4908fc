// Command corpus types recorded sessions into a shell and compares what it
// prints with what real Erlang shells printed.
//
//	go run ./internal/corpus [-shell CMD] [-only PATTERN] [-show N] [-strict]
//
// A session, testdata/cases/CATEGORY/NAME.erlsh, is typed through standard
// input, line by line; testdata/expected/RELEASE/CATEGORY/NAME.out is what the
// erl of that release printed, with everything that differs from run to run
// removed. An expression agrees if its output equals that of any release. An
// older release's output does not count where it only says that it lacks
// something. A new case is a new file of each kind; the second kind comes from
//
//	go run ./internal/corpus -record otp29 -shell erl -root /opt/otp29 -only CATEGORY/NAME
//
// in the project's folder.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"
)

func main() {
	shellCmd := flag.String("shell", "", "the shell and its flags, split at blanks (default: this project's ersh)")
	root := flag.String("root", "", "folder to run the shell in as its file system's root (chroot)")
	only := flag.String("only", "", "sessions or categories to run, as a path pattern")
	show := flag.Int("show", 10, "how many differences to print")
	strict := flag.Bool("strict", false, "compare with the newest release alone")
	jobs := flag.Int("jobs", 2, "how many shells run side by side")
	timeout := flag.Duration("timeout", 30*time.Second, "time that one session may take")
	record := flag.String("record", "", "record what -shell prints as the expected output of a release, such as otp29")
	flag.Parse()
	if *record != "" {
		if err := recordAll(shell{argv: strings.Fields(*shellCmd), root: *root, timeout: *timeout}, *record, *only); err != nil {
			fatal(err)
		}
		return
	}
	sessions, err := load(*only, *strict)
	if err != nil {
		fatal(err)
	}
	sh := shell{argv: strings.Fields(*shellCmd), root: *root, timeout: *timeout}
	if len(sh.argv) == 0 {
		dir, err := os.MkdirTemp("", "corpus")
		if err != nil {
			fatal(err)
		}
		defer os.RemoveAll(dir)
		ersh, err := build(dir)
		if err != nil {
			fatal(err)
		}
		sh.argv = []string{ersh}
	}
	results := runAll(sh, sessions, *jobs)
	for _, r := range results {
		if r.err != nil {
			fatal(r.err)
		}
		for _, d := range r.differences {
			if *show--; *show < 0 {
				break
			}
			printDifference(r.name, d)
		}
	}
	printTable(results)
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "corpus:", err)
	os.Exit(1)
}

// build compiles this project's ersh into dir.
func build(dir string) (string, error) {
	file := filepath.Join(dir, "ersh")
	out, err := exec.Command("go", "build", "-o", file, "ersh/cmd/ersh").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building ersh: %v\n%s", err, out)
	}
	return file, nil
}

type result struct {
	name string
	score
	timedOut bool
	err      error
}

func runAll(sh shell, sessions []session, jobs int) []result {
	results := make([]result, len(sessions))
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(1, jobs))
	for i, s := range sessions {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			text, timedOut, err := sh.run(s)
			results[i] = result{s.name, s.compare(text), timedOut, err}
		})
	}
	wg.Wait()
	return results
}

func printDifference(name string, d difference) {
	fmt.Printf("--- %s  prompt %d", name, d.number)
	if d.k > 0 {
		fmt.Printf(".%d", d.k)
	}
	fmt.Println()
	if d.missing {
		fmt.Println("  (no output for this prompt) expected:")
		fmt.Println("  -" + strings.ReplaceAll(d.want, "\n", "\n  -"))
		return
	}
	want, got := strings.Split(d.want, "\n"), strings.Split(d.got, "\n")
	for len(want) > 0 && len(got) > 0 && want[0] == got[0] {
		fmt.Println("   " + want[0])
		want, got = want[1:], got[1:]
	}
	for _, line := range want {
		fmt.Println("  -" + line)
	}
	for _, line := range got {
		fmt.Println("  +" + line)
	}
}

// A tally adds up the scores of a category.
type tally struct{ files, wholeFiles, expressions, agree, hung int }

func tallies(results []result) map[string]*tally {
	m := map[string]*tally{}
	for _, r := range results {
		c := path.Dir(r.name)
		if m[c] == nil {
			m[c] = new(tally)
		}
		t := m[c]
		t.files++
		t.expressions += r.total
		t.agree += r.agree
		if r.wholeRelease != "" {
			t.wholeFiles++
		}
		if r.timedOut {
			t.hung++
		}
	}
	return m
}

func printTable(results []result) {
	byCategory := tallies(results)
	names := make([]string, 0, len(byCategory))
	var all tally
	for name, t := range byCategory {
		names = append(names, name)
		all.files += t.files
		all.wholeFiles += t.wholeFiles
		all.expressions += t.expressions
		all.agree += t.agree
		all.hung += t.hung
	}
	sort.Strings(names)
	byCategory["TOTAL"] = &all
	fmt.Printf("%-18s %9s %21s %5s\n", "category", "files", "expressions", "hung")
	for _, name := range append(names, "TOTAL") {
		t := byCategory[name]
		fmt.Printf("%-18s %5d/%-3d %6d/%-6d %6.2f%% %5d\n", name, t.wholeFiles, t.files,
			t.agree, t.expressions, 100*float64(t.agree)/float64(max(1, t.expressions)), t.hung)
	}
}

// recordAll writes the expected output of the cases that match a pattern.
func recordAll(sh shell, release, only string) error {
	const dir = "internal/corpus/testdata"
	files, err := filepath.Glob(filepath.Join(dir, "cases", filepath.FromSlash(only)+".erlsh"))
	if err != nil || len(files) == 0 || len(sh.argv) == 0 {
		return fmt.Errorf("-record needs -shell, and -only with the pattern of a case in %s/cases (%v)", dir, err)
	}
	for _, file := range files {
		input, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(file, filepath.Join(dir, "cases")), ".erlsh")
		text, timedOut, err := sh.run(session{input: input})
		if err != nil || timedOut {
			return fmt.Errorf("%s: %v, timed out: %v", file, err, timedOut)
		}
		out := filepath.Join(dir, "expected", release, name+".out")
		if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(out, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

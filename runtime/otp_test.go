package runtime_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime"
	"ersh/runtime/bif"
)

// evalOn runs expressions on a fresh node and gives what they wrote.
func evalOn(t *testing.T, code string, flags ...bif.Flag) string {
	t.Helper()
	var out lockedBuffer
	halted := make(chan struct{})
	var once sync.Once
	node := runtime.New(runtime.Config{
		Arguments: bif.Arguments{Mode: "noinput", Flags: flags, Run: []bif.Flag{{Name: "eval", Values: []string{code + ", halt()."}}}},
		Terminal:  bif.NoTerminal{Out: &out},
		Halt:      func(int, func()) { once.Do(func() { close(halted) }) },
	})
	defer node.Stop()
	node.Boot()
	select {
	case <-halted:
	case <-time.After(2 * time.Minute):
		t.Fatalf("does not halt; wrote %s", out.String())
	}
	return out.String()
}

// install copies a file of testdata, or a module of the library, to where a
// release sees it, and compiles it there.
func install(t *testing.T, r otp.Release, outside, inside, file string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(file)
	if err := os.WriteFile(filepath.Join(outside, name), src, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := r.Command(t.Context(), "erlc", "-o", inside, inside+"/"+name).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// release gives the flags that put an installed release on the code path, and
// of its applications those named in front of ersh's own library.
func release(t *testing.T, r otp.Release, front ...string) []bif.Flag {
	t.Helper()
	root := filepath.Join(r.Root, r.Eval(t, `io:put_chars(code:root_dir())`))
	flags := []bif.Flag{{Name: "otp", Values: []string{root}}}
	for _, app := range front {
		dirs, _ := filepath.Glob(filepath.Join(root, "lib", app+"-*", "ebin"))
		flags = append(flags, bif.Flag{Name: "pa", Values: dirs})
	}
	return flags
}

// TestCompileApplication runs the compiler of each release, its .beam files
// unchanged, on modules: what it gives is what it gives on erl.
func TestCompileApplication(t *testing.T) {
	for _, version := range []int{25, 27, 29} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			r := otp.Need(t, version)
			outside, inside := r.TempDir(t)
			install(t, r, outside, inside, "testdata/compiled.erl")
			for _, name := range []string{"ordsets.erl", "eval_bits.erl"} {
				src, err := os.ReadFile(filepath.Join("lib", name))
				if err != nil {
					t.Fatal(err)
				}
				os.WriteFile(filepath.Join(outside, name), src, 0o644)
			}
			want := r.Eval(t, fmt.Sprintf(`code:add_patha(%q), compiled:main(%q)`, inside, inside))
			flags := append(release(t, r, "stdlib", "compiler"), bif.Flag{Name: "pa", Values: []string{outside}})
			compareLines(t, evalOn(t, fmt.Sprintf(`compiled:main(%q)`, outside), flags...), want)
		})
	}
}

// TestRandomCalls calls library functions with random arguments: what ersh's
// own library gives is what OTP 29's gives. That OTP's modules give the same on
// ersh is tested in package bif.
func TestRandomCalls(t *testing.T) {
	r := otp.Need(t, 29)
	outside, inside := r.TempDir(t)
	install(t, r, outside, inside, "testdata/random_parse.erl")
	install(t, r, outside, inside, "testdata/random_calls.erl")
	const unicode = `io:setopts([{encoding, unicode}]), `
	for _, seed := range []int{1, 7, 42} {
		want := r.Eval(t, fmt.Sprintf(unicode+`code:add_patha(%q), random_calls:main(%d)`, inside, seed))
		got := evalOn(t, fmt.Sprintf(unicode+`random_calls:main(%d)`, seed), bif.Flag{Name: "pa", Values: []string{outside}})
		compareLines(t, got, want)
	}
}

// TestZippedGenerators compares what comprehensions compiled here give with
// OTP 29, whose language has them.
func TestZippedGenerators(t *testing.T) {
	r := otp.Need(t, 29)
	outside, inside := r.TempDir(t)
	install(t, r, outside, inside, "testdata/zip_calls.erl")
	want := r.Eval(t, fmt.Sprintf(`code:add_patha(%q), zip_calls:main()`, inside))
	got := evalOn(t, fmt.Sprintf(`{ok, M, Code} = compile:file(%q, [binary]), {module, M} = code:load_binary(M, "zip_calls.beam", Code), M:main()`,
		filepath.Join(outside, "zip_calls.erl")))
	compareLines(t, got, want)
}

// TestRelease asks the code server about the applications of a release.
func TestRelease(t *testing.T) {
	r := otp.Need(t, 29)
	root := filepath.Join(r.Root, r.Eval(t, `io:put_chars(code:root_dir())`))
	const ask = `io:format("~p~n", [[filename:basename(code:lib_dir(tools)), filename:basename(code:priv_dir(tools)), filename:basename(code:which(digraph_utils)),
		digraph_utils:is_acyclic(digraph:new()), application:load(mnesia)]])`
	want := r.Eval(t, ask)
	compareLines(t, evalOn(t, ask, release(t, r)...), want)
	got := evalOn(t, `io:format("~s ~p ~s", [code:root_dir(), code:which(lists), code:which(xref)])`, release(t, r)...)
	dirs, _ := filepath.Glob(filepath.Join(root, "lib", "tools-*", "ebin"))
	if want := root + ` "/ersh/lib/lists.beam" ` + dirs[0] + "/xref.beam"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestCodeServer compares what code and the BIFs below it answer with OTP 29.
func TestCodeServer(t *testing.T) {
	r := otp.Need(t, 29)
	outside, inside := r.TempDir(t)
	files, _ := filepath.Glob("testdata/code/*.erl")
	for _, file := range files {
		install(t, r, outside, inside, file)
	}
	want := r.Eval(t, fmt.Sprintf(`code:add_patha(%q), code_calls:main(%q)`, inside, inside))
	// Modules are made anew by the first run.
	for _, name := range []string{"bad.beam", "wrong.beam", "changing.beam"} {
		os.Remove(filepath.Join(outside, name))
	}
	t.Chdir(outside) // the calls change it
	got := evalOn(t, fmt.Sprintf(`code_calls:main(%q)`, outside), bif.Flag{Name: "pa", Values: []string{outside}})
	// Reports may stand between the lines of results.
	results := func(s string) string {
		return strings.Join(regexp.MustCompile(`(?m)^\d+: .*$`).FindAllString(s, -1), "\n")
	}
	compareLines(t, results(got), results(want))
}

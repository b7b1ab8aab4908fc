package randerl

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/compile"

	// What the program under test is made of: a result is not kept when it changes.
	_ "ersh/repl"
)

// ERSH_RANDOM_SEED and ERSH_RANDOM_COUNT choose other programs, and more;
// ERSH_RANDOM_KEEP is a folder for the programs that differ.
func setting(name string, fallback int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return fallback
}

func keep(name, source string) {
	if dir := os.Getenv("ERSH_RANDOM_KEEP"); dir != "" {
		os.WriteFile(filepath.Join(dir, name+".erl"), []byte(source), 0o644)
	}
}

// compiled compiles a module with the project's compiler, or gives nil.
func compiled(t *testing.T, name, source string) *beam.Module {
	t.Helper()
	forms := parser.Preprocess([]byte(source), parser.EppOptions{Name: name + ".erl", Source: name + ".erl"})
	m, errs := compile.Forms(forms, compile.Options{Source: name + ".erl"})
	if m == nil {
		keep(name, source)
		t.Errorf("%s: %v", name, errs)
	}
	return m
}

// runAll calls main/0 of modules, one after the other, and writes what each
// gives on a line of its own.
const runAll = `io:setopts([{encoding, unicode}]), [begin {P, R} = spawn_monitor(fun() -> io:format("~s ~0tp~n", [M, M:main()]) end),
	receive {'DOWN', R, process, P, normal} -> ok; {'DOWN', R, process, P, W} -> io:format("~s ~0tp~n", [M, W])
	after 20000 -> exit(P, kill), io:format("~s hangs~n", [M]) end end
	|| M <- [list_to_atom(filename:basename(F, ".beam")) || F <- lists:sort(filelib:wildcard(%q))]]`

func results(out string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(out) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		m[name] = rest
	}
	return m
}

func TestRandomPrograms(t *testing.T) {
	for _, c := range []struct {
		modern  bool
		release int
	}{{false, 25}, {false, 27}, {true, 29}} {
		t.Run(fmt.Sprint("language of OTP ", c.release), func(t *testing.T) {
			r := otp.Need(t, c.release)
			outside, inside := r.TempDir(t)
			for _, dir := range []string{"theirs", "ours", "listings"} {
				os.Mkdir(filepath.Join(outside, dir), 0o755)
			}
			write := func(name string, data []byte) {
				if err := os.WriteFile(filepath.Join(outside, name), data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			seed := setting("ERSH_RANDOM_SEED", 1)
			sources := map[string]string{}
			for i := range setting("ERSH_RANDOM_COUNT", 12) {
				name := fmt.Sprintf("m%d", seed+i)
				sources[name] = Module(name, uint64(seed+i), c.modern)
				write(name+".erl", []byte(sources[name]))
			}
			kept := []string{"loops", "found25"}
			if c.modern {
				kept = append(kept, "found29")
			}
			for _, name := range kept {
				source, err := os.ReadFile("testdata/" + name + ".erl")
				if err != nil {
					t.Fatal(err)
				}
				sources[name] = string(source)
				write(name+".erl", source)
			}
			t.Log(r.Eval(t, fmt.Sprintf(`[case compile:file(F, [{outdir, %q}, return]) of {ok, _, _} -> ok; {error, E, _} -> io:format("~0p~n", [E]) end || F <- filelib:wildcard(%q)]`,
				inside+"/theirs", inside+"/*.erl")))
			accepted, _ := filepath.Glob(filepath.Join(outside, "theirs", "*.beam"))
			for _, name := range kept {
				if !slices.Contains(accepted, filepath.Join(outside, "theirs", name+".beam")) {
					t.Errorf("erlc refuses testdata/%s.erl", name)
				}
			}
			if len(accepted)*10 < len(sources)*8 {
				t.Errorf("only %d of %d programs are any good", len(accepted), len(sources))
			}
			for _, file := range accepted {
				name := strings.TrimSuffix(filepath.Base(file), ".beam")
				m := compiled(t, name, sources[name])
				if m == nil {
					continue
				}
				code, err := beam.Write(m)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				write("ours/"+name+".beam", code)
				write("listings/"+name+".S", beam.List(m))
			}
			if out := r.Validate(t, inside+"/listings"); out != "" {
				t.Error(out)
			}
			run := func(dir string) map[string]string {
				return results(r.Eval(t, fmt.Sprintf(`code:add_patha(%q), `+runAll, inside+"/"+dir, inside+"/"+dir+"/*.beam")))
			}
			want := run("theirs")
			compare(t, sources, "erl", run("ours"), want)
			compare(t, sources, "ersh", ersh(t, outside+"/ours"), want)
			compare(t, sources, "ersh with erlc's code", ersh(t, outside+"/theirs"), want)
		})
	}
}

// ersh runs the modules of a folder on the project's own node.
func ersh(t *testing.T, dir string) map[string]string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "ersh")
	if out, err := exec.Command("go", "build", "-o", bin, "ersh/cmd/ersh").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, bin, "-noshell", "-pa", dir, "-eval", fmt.Sprintf(runAll, dir+"/*.beam")+", halt().")
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("ersh: %v", err)
	}
	return results(out.String())
}

func compare(t *testing.T, sources map[string]string, who string, got, want map[string]string) {
	t.Helper()
	shown := 0
	for name, w := range want {
		g := got[name]
		if g == w {
			continue
		}
		shown++
		keep(name, sources[name])
		if shown > 5 {
			continue
		}
		// Show what stands around the first difference.
		i := 0
		for i < len(g) && i < len(w) && g[i] == w[i] {
			i++
		}
		from := max(strings.LastIndex(w[:i], "{f"), i-200, 0)
		t.Errorf("%s on %s, at %d:\n got %.500s\nwant %.500s", name, who, i, g[min(from, len(g)):], w[from:])
	}
	if shown > 0 {
		t.Errorf("%s: %d of %d programs differ", who, shown, len(want))
	}
}

package runtime_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ersh/internal/otp"
)

// compileTools compiles the modules that tools read, as they are compiled most
// often: plainly, without debug information, the same everywhere, with a key.
const compileTools = `{ok, Old} = file:get_cwd(), ok = file:set_cwd(%q),
	[{ok, _} = compile:file(F, [debug_info]) || F <- ["tooled", "mistyped", "ordsets"]],
	{ok, _} = compile:file("tooled", [{outdir, "plain"}]),
	{ok, _} = compile:file("tooled", [debug_info, deterministic, {outdir, "same"}]),
	{ok, _} = compile:file("tooled", [debug_info, {debug_info_key, "a key of some length"}, {outdir, "secret"}]), ok = file:set_cwd(Old)`

// TestTools has each release's tools read modules compiled here: beam_lib,
// xref, cover, the debugger, dialyzer, the shell's help. They find what they
// find in modules that the release has compiled.
func TestTools(t *testing.T) {
	for _, version := range []int{25, 27, 29} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			r := otp.Need(t, version)
			outside, inside := r.TempDir(t)
			files, _ := filepath.Glob("testdata/tools/*")
			for _, who := range []string{"ours", "theirs"} {
				for _, dir := range []string{"plain", "same", "secret"} {
					os.MkdirAll(filepath.Join(outside, who, dir), 0o755)
				}
				for _, file := range append(files, "lib/ordsets.erl") {
					src, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					text := string(src)
					if version < 27 {
						// Its compiler takes no documentation.
						lines := strings.SplitAfter(text, "\n")
						for i, line := range lines {
							if strings.HasPrefix(line, "-doc") || strings.HasPrefix(line, "-moduledoc") {
								lines[i] = "\n"
							}
						}
						text = strings.Join(lines, "")
					}
					if err := os.WriteFile(filepath.Join(outside, who, filepath.Base(file)), []byte(text), 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			if out := evalOn(t, fmt.Sprintf(compileTools, outside+"/ours")); out != "" {
				t.Fatal(out)
			}
			if out := r.Eval(t, fmt.Sprintf(compileTools, inside+"/theirs")); out != "" {
				t.Fatal(out)
			}
			run := func(who string) string {
				dir := inside + "/" + who
				return strings.ReplaceAll(r.Eval(t, fmt.Sprintf(`{ok, _} = compile:file(%q, [{outdir, %q}]), code:add_patha(%q), tool_calls:main(%q)`,
					dir+"/tool_calls", dir, dir, dir)), dir, "DIR")
			}
			want := run("theirs")
			for _, part := range []string{"{tooled,25,[{'N',5}", "The call tooled:area"} {
				if !strings.Contains(want, part) && (os.Getenv("CI") == "true" || !strings.Contains(want, "is not installed")) {
					t.Errorf("the debugger or dialyzer did not find %s", part)
				}
			}
			for _, part := range []string{"raw_abstract_v1", "{{tooled,count,2},{tooled,count,2}}", "{ok,{tooled,{8,7}}}"} {
				if !strings.Contains(want, part) {
					t.Errorf("the tools did not find %s", part)
				}
			}
			compareLines(t, run("ours"), want)
		})
	}
}

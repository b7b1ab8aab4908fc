// Package layout holds the project to its architecture: imports run one way.
package layout

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed says which of the project's packages a package may import, tests
// aside. Packages under internal are harnesses and may import all; only tests
// and other harnesses import them.
var allowed = map[string][]string{
	"runtime/term":    {},
	"parser":          {},
	"kvs":             {},
	"runtime/lib":     {},
	"runtime/etf":     {"runtime/term"},
	"runtime/beam":    {"runtime/term", "runtime/etf"},
	"runtime/compile": {"parser", "runtime/term", "runtime/etf", "runtime/beam"},
	"runtime/vm":      {"runtime/term", "runtime/etf", "runtime/beam"},
	"runtime/re":      {},
	"runtime/bif":     {"parser", "runtime/re", "runtime/term", "runtime/etf", "runtime/beam", "runtime/compile", "runtime/vm"},
	"runtime": {"parser", "kvs", "runtime/term", "runtime/etf", "runtime/beam", "runtime/compile", "runtime/vm",
		"runtime/bif", "runtime/lib"},
	"dist": {"dist/epmd", "runtime/term", "runtime/etf", "runtime/beam", "runtime/vm", "runtime/bif", "runtime"},
	"repl": {"parser", "runtime/term", "runtime/etf", "runtime/beam", "runtime/compile", "runtime/vm",
		"runtime/bif", "runtime", "dist"},
	"cmd/ersh": {"kvs", "repl", "dist", "dist/epmd", "runtime", "runtime/bif", "runtime/compile", "runtime/vm", "runtime/term", "parser"},
	// Parts of dist that stand alone.
	"dist/epmd": {},
}

func TestImportsRunOneWay(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && file != root) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		pkg := path.Dir(filepath.ToSlash(rel))
		seen[pkg] = true
		if strings.HasPrefix(pkg, "internal/") {
			return nil
		}
		may, known := allowed[pkg]
		if !known {
			if pkg != "dist" && strings.HasPrefix(pkg, "dist/") {
				may = append(allowed["dist"], "dist/epmd")
			} else {
				t.Errorf("%s: package %s has no row in the table of allowed imports", rel, pkg)
				return nil
			}
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if own, ok := strings.CutPrefix(name, "ersh/"); ok && !slices.Contains(may, own) {
				t.Errorf("%s: package %s may not import %s", rel, pkg, own)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range []string{"parser", "runtime/term", "runtime/vm"} {
		if !seen[pkg] {
			t.Errorf("package %s was not looked at", pkg)
		}
	}
}

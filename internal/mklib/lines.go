package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// A stack trace through the library shows lines of its source. People compare it
// with erl's, or have a transcript of erl's checked, so the lines are those that erl
// shows: lines.txt says where a release's functions begin and where they call or
// compute what may fail, and the compiled modules have these lines in place of their
// own. Where a function does what erl's does not, the line before stands.
//
//	go run ./internal/mklib -lines /usr/lib/erlang
//
// in runtime/lib makes lines.txt anew from the Line chunks of an installed release.
// A row is a function with its sites:
//
//	lists map/2 func_info:2381 fun/1:2384 map/2:2384
//
// and a module that erl has in its emulator, whose frames have no lines, is one word.
//
//go:embed lines.txt
var linesText []byte

// site is an instruction that shows its line when it fails, or when what it calls
// does.
type site struct {
	key  string // what it calls or does
	line int
	at   int // index of the line instruction
}

// nested are functions that the compiler made of another's funs and
// comprehensions: their sites count as its.
var nested = regexp.MustCompile(`^-(.+/\d+)-`)

// sites gives each function's, in the code's order.
func sites(m *beam.Module) map[string][]site {
	labels := map[int64]string{}
	name := ""
	for i, in := range m.Code {
		if in.Op == beam.OpFuncInfo && i+1 < len(m.Code) {
			f := in.Args[1].Term.(term.Atom).Name()
			labels[m.Code[i+1].Args[0].N] = fmt.Sprintf("%s/%d", f, in.Args[2].N)
		}
	}
	out := map[string][]site{}
	for i := 0; i+1 < len(m.Code); i++ {
		in, next := m.Code[i], m.Code[i+1]
		if next.Op == beam.OpFuncInfo {
			f := next.Args[1].Term.(term.Atom).Name()
			name = fmt.Sprintf("%s/%d", f, next.Args[2].N)
			if base := nested.FindStringSubmatch(f); base != nil {
				name = base[1]
			}
		}
		if in.Op != beam.OpLine || in.Args[0].N <= 0 || int(in.Args[0].N) >= len(m.Lines) {
			continue
		}
		if l := m.Lines[in.Args[0].N]; l.File == 0 {
			// Arguments may be moved before what the line is for.
			for j := i + 2; (next.Op == beam.OpMove || next.Op == beam.OpSwap) && j < len(m.Code); j++ {
				next = m.Code[j]
			}
			out[name] = append(out[name], site{key: key(m, next, labels), line: l.Line, at: i})
		}
	}
	return out
}

// failure is the key of erlang:error/1,2,3.
const failure = "error"

// key names what an instruction does, whatever the form of the call.
func key(m *beam.Module, in beam.Instr, labels map[int64]string) string {
	switch in.Op {
	case beam.OpCall, beam.OpCallLast, beam.OpCallOnly:
		return labels[in.Args[1].N]
	case beam.OpCallExt, beam.OpCallExtLast, beam.OpCallExtOnly:
		imp := m.Imports[in.Args[1].N]
		if imp.Module.Name() == "erlang" && imp.Name.Name() == "error" {
			return failure
		}
		return fmt.Sprintf("%s:%s/%d", imp.Module.Name(), imp.Name.Name(), imp.Arity)
	case beam.OpApply, beam.OpApplyLast:
		return "apply"
	case beam.OpCallFun, beam.OpCallFun2:
		n := in.Args[0]
		if in.Op == beam.OpCallFun2 {
			n = in.Args[1]
		}
		return fmt.Sprintf("fun/%d", n.N)
	}
	for _, a := range in.Args {
		// The function of a BIF's instruction is its first unsigned operand that
		// is an import: bif and gc_bif name it after the label and live registers.
		if strings.HasPrefix(in.Op.String(), "bif") && a.Kind == beam.KindU && int(a.N) < len(m.Imports) {
			return "bif:" + m.Imports[a.N].Name.Name()
		}
	}
	if strings.HasPrefix(in.Op.String(), "gc_bif") && int(in.Args[2].N) < len(m.Imports) {
		return "bif:" + m.Imports[in.Args[2].N].Name.Name()
	}
	return in.Op.String()
}

// table is lines.txt: a module's functions with their sites.
type table map[string]map[string][]site

func readLines(text []byte) (table, error) {
	t := table{}
	for row := range strings.Lines(string(text)) {
		words := strings.Split(strings.TrimSuffix(row, "\n"), " ")
		if t[words[0]] == nil {
			t[words[0]] = map[string][]site{}
		}
		if len(words) == 1 {
			continue
		}
		var ss []site
		for _, w := range words[2:] {
			i := strings.LastIndexByte(w, ':')
			line, err := strconv.Atoi(w[i+1:])
			if i < 0 || err != nil {
				return nil, fmt.Errorf("lines.txt: %q", row)
			}
			ss = append(ss, site{key: w[:i], line: line})
		}
		t[words[0]][words[1]] = ss
	}
	return t, nil
}

// show gives a module's instructions the lines of a release.
func (t table) show(m *beam.Module) {
	theirs := t[m.Name.Name()]
	if theirs == nil {
		return
	}
	shown := map[int]int{} // instruction: line
	for name, own := range sites(m) {
		switch other := theirs[name]; {
		case len(theirs) == 0:
			for _, s := range own {
				shown[s.at] = 0
			}
		case len(other) > 0:
			pair(own, other, shown)
		}
	}
	old := m.Lines
	m.Lines = old[:1:1]
	index := map[beam.Line]int64{{}: 0}
	for i, in := range m.Code {
		if in.Op != beam.OpLine {
			continue
		}
		l := old[in.Args[0].N]
		if line, ok := shown[i]; ok {
			l = beam.Line{Line: line}
		}
		n, ok := index[l]
		if !ok {
			n = int64(len(m.Lines))
			m.Lines = append(m.Lines, l)
			index[l] = n
		}
		m.Code[i].Args = []beam.Arg{{Kind: beam.KindU, N: n}}
	}
}

// pair finds for each of a function's sites the one of the release's function. What
// has the same key is paired in order, failures from the end, for clauses that refuse
// arguments come last; what has no such key there is paired, from the end too, with
// what has none here.
func pair(own, theirs []site, shown map[int]int) {
	ownKeys, theirKeys := map[string]int{}, map[string]int{}
	for _, s := range own {
		ownKeys[s.key]++
	}
	for _, s := range theirs {
		theirKeys[s.key]++
	}
	// group is the key by which a site is paired.
	group := func(s site) string {
		if ownKeys[s.key] == 0 || theirKeys[s.key] == 0 {
			return "other"
		}
		return s.key
	}
	lines, left := map[string][]int{}, map[string]int{}
	for _, s := range theirs {
		lines[group(s)] = append(lines[group(s)], s.line)
	}
	for _, s := range own {
		left[group(s)]++
	}
	line := theirs[0].line
	for _, s := range own {
		g := group(s)
		if ls := lines[g]; len(ls) > 0 {
			if g == failure || g == "other" {
				line = ls[max(0, len(ls)-left[g])]
			} else {
				line = ls[0]
				lines[g] = ls[min(1, len(ls)-1):]
			}
		}
		left[g]--
		shown[s.at] = line
	}
}

// makeLines reads the modules of a release that the library has too. Those whose
// source says itself which lines to show are left out.
func makeLines(root string, files []string) error {
	var out bytes.Buffer
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".erl")
		found, _ := filepath.Glob(filepath.Join(root, "lib", "*", "ebin", name+".beam")) // the only error is a bad pattern
		if len(found) == 0 {
			continue
		}
		if src, err := os.ReadFile(file); err != nil || bytes.Contains(src, []byte("\n-file(")) {
			continue
		}
		m, err := compiled(file)
		if err != nil {
			return err
		}
		code, err := os.ReadFile(found[0])
		if err != nil {
			return err
		}
		other, err := beam.Read(code)
		if err != nil {
			return fmt.Errorf("%s: %w", found[0], err)
		}
		if strings.HasPrefix(filepath.Base(filepath.Dir(filepath.Dir(found[0]))), "erts-") {
			fmt.Fprintln(&out, name)
			continue
		}
		own, theirs := sites(m), sites(other)
		for _, f := range slices.Sorted(maps.Keys(own)) {
			like := namesake(f, theirs)
			if like == nil {
				continue
			}
			fmt.Fprintf(&out, "%s %s", name, f)
			for _, s := range like {
				fmt.Fprintf(&out, " %s:%d", s.key, s.line)
			}
			out.WriteByte('\n')
		}
	}
	return os.WriteFile(filepath.Join("..", "..", "internal", "mklib", "lines.txt"), out.Bytes(), 0o644)
}

// namesake is the release's function of this name and arity, or else the only one of
// this name.
func namesake(f string, theirs map[string][]site) []site {
	if ss := theirs[f]; ss != nil {
		return ss
	}
	var found []site
	name := f[:strings.LastIndexByte(f, '/')+1]
	for g, ss := range theirs {
		if strings.HasPrefix(g, name) {
			if found != nil {
				return nil
			}
			found = ss
		}
	}
	return found
}

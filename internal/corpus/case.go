package main

import (
	"embed"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strings"
)

//go:embed testdata/cases testdata/expected
var testdata embed.FS

// releases are the OTP releases that the expected output is stored of, the
// preferred one first.
var releases = []string{"otp29", "otp27", "otp25"}

// A session is one case: what is typed, and what each release printed.
type session struct {
	name     string // CATEGORY/NAME
	input    []byte
	expected []output // preferred release first
}

type output struct {
	release string
	text    string
	chunks  []chunk
	byKey   map[key]string
	whole   bool // whether agreeing with the whole text counts
}

func newOutput(release, text string) output {
	o := output{release: release, text: text, chunks: chunks(text), byKey: map[key]string{}, whole: true}
	for _, c := range o.chunks {
		o.byKey[c.key] = c.text
	}
	return o
}

// load gives the sessions whose name or category matches the pattern ("" is
// all), in order. strict keeps the preferred release's output only.
func load(pattern string, strict bool) ([]session, error) {
	var out []session
	files, err := fs.Glob(testdata, "testdata/cases/*/*.erlsh")
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(f, "testdata/cases/"), ".erlsh")
		if pattern != "" {
			whole, err := path.Match(pattern, name)
			if err != nil {
				return nil, err
			}
			category, _ := path.Match(pattern, path.Dir(name))
			if !whole && !category {
				continue
			}
		}
		s := session{name: name}
		if s.input, err = testdata.ReadFile(f); err != nil {
			return nil, err
		}
		for _, r := range releases {
			text, err := testdata.ReadFile("testdata/expected/" + r + "/" + name + ".out")
			if err == nil {
				s.expected = append(s.expected, newOutput(r, string(text)))
			}
			if strict {
				break
			}
		}
		if len(s.expected) == 0 {
			continue
		}
		s.dropLacking()
		out = append(out, s)
	}
	return out, nil
}

// lacks matches what an older release prints for something it does not have.
var lacks = regexp.MustCompile(`undefined function|undefined shell command|\{undef,|: undefined|is undefined` +
	`|syntax error before|illegal|is unbound|unterminated|not allowed|invalid|undefined record` +
	`|record \S+ undefined|bit type|bad filter|bad generator`)

// dropLacking takes the older releases' outputs out of account where they say
// no more than that the release lacks something.
func (s *session) dropLacking() {
	pref := s.expected[0]
	kept := s.expected[:1]
	for _, o := range s.expected[1:] {
		sameKeys := len(o.byKey) == len(pref.byKey)
		var bad []key
		for k, text := range o.byKey {
			if _, ok := pref.byKey[k]; !ok {
				sameKeys = false
			}
			if lacks.MatchString(text) && !lacks.MatchString(pref.byKey[k]) {
				bad = append(bad, k)
			}
		}
		if len(bad) > 0 {
			if !sameKeys {
				continue
			}
			o.whole = false
			for _, k := range bad {
				delete(o.byKey, k)
			}
		}
		kept = append(kept, o)
	}
	s.expected = kept
}

// A difference is a prompt whose output agrees with no release's.
type difference struct {
	key
	want, got string
	missing   bool // there was no such prompt in the output
}

type score struct {
	total, agree int
	differences  []difference
	wholeRelease string // the release that the whole output equals, or ""
}

// compare scores an output, already normalised.
func (s *session) compare(got string) score {
	have := newOutput("", got)
	pref := s.expected[0]
	r := score{total: max(1, len(pref.byKey))}
	for _, o := range s.expected {
		if o.whole && o.text == got {
			r.wholeRelease = o.release
			r.agree = r.total
			return r
		}
	}
	for _, c := range pref.chunks {
		text, ok := have.byKey[c.key]
		agrees := false
		for _, o := range s.expected {
			want, there := o.byKey[c.key]
			agrees = agrees || ok && there && want == text
		}
		if agrees {
			r.agree++
		} else {
			r.differences = append(r.differences, difference{c.key, c.text, text, !ok})
		}
	}
	// A session of another release can have another number of prompts.
	for _, o := range s.expected[1:] {
		if !o.whole || len(o.byKey) == 0 {
			continue
		}
		n := 0
		for k, want := range o.byKey {
			if text, ok := have.byKey[k]; ok && text == want {
				n++
			}
		}
		r.agree = max(r.agree, r.total*n/len(o.byKey))
	}
	return r
}

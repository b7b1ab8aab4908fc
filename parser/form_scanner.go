package parser

// A FormScanner takes text as it comes and gives the tokens of one form at a
// time, up to its dot, as erl_scan:tokens/4 does.
type FormScanner struct {
	s    *scanner
	toks []Token
}

// NewFormScanner makes a scanner that begins at a position.
func NewFormScanner(start Pos, opts ScanOptions) *FormScanner {
	return &FormScanner{s: newScanner("", start, opts)}
}

// Feed adds text. It must not be called after Close.
func (f *FormScanner) Feed(text string) {
	f.s.src = f.s.src[f.s.off:] + text
	f.s.off = 0
}

// Close says that no more text will come.
func (f *FormScanner) Close() { f.s.eof = true }

// Pos is the position after the tokens taken so far.
func (f *FormScanner) Pos() Pos { return f.s.pos() }

// Rest is the text after them.
func (f *FormScanner) Rest() string { return f.s.src[f.s.off:] }

// ScanStatus is the outcome of FormScanner.Next.
type ScanStatus uint8

// The outcomes.
const (
	// ScanMore: the form is not complete; feed more text.
	ScanMore ScanStatus = iota
	// ScanForm: the tokens of a form, or, where the text ended without a dot,
	// those before its end.
	ScanForm
	// ScanEOF: no tokens are left.
	ScanEOF
	// ScanFailed: an error; what came before it in the form is dropped.
	ScanFailed
)

// Next gives the tokens of the next form.
func (f *FormScanner) Next() ([]Token, ScanStatus, *Error) {
	for {
		switch f.s.next(&f.toks) {
		case scanMore:
			return nil, ScanMore, nil
		case scanError:
			f.toks = nil
			return nil, ScanFailed, f.s.err
		case scanEnd:
			toks := f.toks
			f.toks = nil
			if len(toks) == 0 {
				return nil, ScanEOF, nil
			}
			return toks, ScanForm, nil
		}
		if f.toks[len(f.toks)-1].Kind == KindDot {
			toks := f.toks
			f.toks = nil
			return toks, ScanForm, nil
		}
	}
}

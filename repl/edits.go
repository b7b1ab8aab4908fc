package repl

import (
	"slices"
	"unicode"

	"github.com/chzyer/readline"
	"github.com/rivo/uniseg"
)

// An edit is what a key does to a line, as Erlang's line editor does it:
// readline's own has other words, and stops between a letter and its accent.
// What an edit cuts, a later one can put back.
type edit func(line []rune, pos int, cut *[]rune) ([]rune, int)

// edits are the keys that edit.
var edits = map[rune]edit{
	readline.CharBackward:  move(previousCluster),
	readline.CharForward:   move(nextCluster),
	readline.MetaBackward:  move(previousWord),
	readline.MetaForward:   move(nextWord),
	runeFirst:              move(func([]rune, int) int { return 0 }),
	runeLast:               move(func(line []rune, _ int) int { return len(line) }),
	readline.CharBackspace: remove(previousCluster),
	readline.CharCtrlH:     remove(previousCluster),
	readline.CharDelete:    remove(nextCluster),
	readline.CharCtrlW:     kill(previousWord),
	readline.MetaBackspace: kill(previousWord),
	readline.MetaDelete:    kill(nextWord),
	readline.CharCtrlU:     kill(func([]rune, int) int { return 0 }),
	readline.CharKill:      kill(func(line []rune, _ int) int { return len(line) }),
	readline.CharCtrlY: func(line []rune, pos int, cut *[]rune) ([]rune, int) {
		return slices.Insert(line, pos, *cut...), pos + len(*cut)
	},
	readline.CharTranspose: transpose,
	runeClear: func([]rune, int, *[]rune) ([]rune, int) {
		return nil, 0
	},
	runeBreak: func(line []rune, pos int, _ *[]rune) ([]rune, int) {
		return slices.Insert(line, pos, runeNewline), pos + 1
	},
}

// move goes where to says.
func move(to func(line []rune, pos int) int) edit {
	return func(line []rune, pos int, _ *[]rune) ([]rune, int) { return line, to(line, pos) }
}

// remove removes up to there.
func remove(to func(line []rune, pos int) int) edit {
	return func(line []rune, pos int, _ *[]rune) ([]rune, int) {
		from, end := min(pos, to(line, pos)), max(pos, to(line, pos))
		return slices.Delete(line, from, end), from
	}
}

// kill cuts up to there.
func kill(to func(line []rune, pos int) int) edit {
	removed := remove(to)
	return func(line []rune, pos int, cut *[]rune) ([]rune, int) {
		from, end := min(pos, to(line, pos)), max(pos, to(line, pos))
		*cut = slices.Clone(line[from:end])
		return removed(line, pos, cut)
	}
}

// transpose swaps the characters before and at the cursor; at the line's end
// the two before it.
func transpose(line []rune, pos int, _ *[]rune) ([]rune, int) {
	if pos == 0 || len(line) < 2 {
		return line, pos
	}
	i := min(pos, len(line)-1)
	line[i-1], line[i] = line[i], line[i-1]
	return line, i + 1
}

// clusterRunes is how many runes a character may have that is stepped over as
// one.
const clusterRunes = 32

func previousCluster(line []rune, pos int) int {
	before := uniseg.NewGraphemes(string(line[max(0, pos-clusterRunes):pos]))
	last := 0
	for before.Next() {
		last = len(before.Runes())
	}
	return pos - last
}

func nextCluster(line []rune, pos int) int {
	after := uniseg.NewGraphemes(string(line[pos:min(len(line), pos+clusterRunes)]))
	if !after.Next() {
		return pos
	}
	return pos + len(after.Runes())
}

// inWord says whether a character is one of a word.
func inWord(r rune) bool {
	return r == '_' || r <= unicode.MaxLatin1 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// nextWord is the end of the word at or after pos. A quoted atom is a word.
func nextWord(line []rune, pos int) int {
	return pos + wordLen(line[pos:])
}

// previousWord is the beginning of the word before pos.
func previousWord(line []rune, pos int) int {
	before := slices.Clone(line[:pos])
	slices.Reverse(before)
	return pos - wordLen(before)
}

// wordLen is the length of a word and of what is in front of it. If the quotes
// don't pair, the text begins within them.
func wordLen(text []rune) int {
	n := 0
	for n < len(text) && !inWord(text[n]) && text[n] != '\'' {
		n++
	}
	quotes := 0
	for _, r := range text[n:] {
		if r == '\'' {
			quotes++
		}
	}
	quoted := quotes%2 == 1
	if !quoted && n < len(text) && text[n] == '\'' {
		quoted = true
		n++
	}
	for n < len(text) && (quoted || inWord(text[n])) {
		n++
		if quoted && text[n-1] == '\'' {
			break
		}
	}
	return n
}

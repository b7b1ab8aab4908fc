package repl

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/chzyer/readline"
	"github.com/fatih/color"
	"golang.org/x/term"

	"ersh/runtime/bif"
)

// An Editor is the terminal of a person: lines are edited, remembered and
// completed, and what processes print appears above the line being typed.
//
// The line editor is readline's, and one call of its Readline lasts as long as
// the program: its goroutine is where everything happens that touches the
// screen. Other goroutines queue events and wake it by a rune of their own in
// its input. What a key means, if it is more than editing, is decided in
// filter, which readline calls for every rune before it looks at it itself.
type Editor struct {
	keys  *keys
	rl    *readline.Instance
	out   io.Writer
	found *term.State // the terminal's, before it was edited on

	mu        sync.Mutex
	drained   *sync.Cond // the queue was handled
	queue     []event
	handling  bool // what was in the queue is being shown
	queued    int  // bytes of text in queue
	ended     bool // the editor's goroutine is no more
	interrupt func()
	switchJob func()
	expand    func(before string) bif.Expansion

	// The rest belongs to the editor's goroutine.
	line    []rune // the line being edited, as last painted
	pos     int    // the cursor in it
	insert  string // to be inserted by the listener
	edit    edit   // to be done by it
	cut     []rune // what was cut last
	cursor  *cursor
	prompt  string // what is asked for, "" while nothing is read
	more    bool   // it goes on what was read before
	tail    string // the unfinished line that was printed last
	reply   func(line []byte, err error)
	menu    bool            // Ctrl-G's menu has the terminal
	held    strings.Builder // what others print meanwhile
	aside   string          // what was typed before it, for nobody yet
	edited  string          // a command from another editor, for the next question
	below   below           // what completion shows below the line
	secret  *[]rune         // the password being typed
	ahead   []string        // lines that came before they were asked for
	pastes  [][]byte        // the long texts that marks stand for
	history *history
}

// event is what another goroutine wants of the editor.
type event struct {
	kind  eventKind
	text  string
	what  bif.Reading
	reply func(line []byte, err error)
}

type eventKind int

const (
	eventText eventKind = iota
	eventRead
	eventCancel
	eventLeaveMenu
)

const (
	// maxQueued is how many bytes may wait to be printed before those who
	// print more have to wait.
	maxQueued = 1 << 16
	// longPaste is how many characters a line may have that is shown whole.
	longPaste = 5000
	// aheadLines is how many lines may be typed ahead.
	aheadLines = 1 << 20
)

// NewEditor opens the editor on the program's terminal. It fails if the
// terminal can't be put into raw mode.
func NewEditor(in io.Reader, out io.Writer, historyFile string) (*Editor, error) {
	e := &Editor{keys: readKeys(in), out: out, history: openHistory(historyFile)}
	e.drained = sync.NewCond(&e.mu)
	e.cursor = &cursor{out: out}
	e.found, _ = term.GetState(int(os.Stdin.Fd()))
	rl, err := readline.NewEx(&readline.Config{
		Stdin:                  e.keys,
		Stdout:                 e.cursor,
		Stderr:                 out,
		HistoryLimit:           maxHistory,
		DisableAutoSaveHistory: true,
		Painter:                e,
		FuncFilterInputRune:    e.filter,
		Listener:               readline.FuncListener(e.changed),
		ForceUseInteractive:    true,
	})
	if err != nil {
		return nil, err
	}
	e.rl = rl
	if err := rl.Terminal.EnterRawMode(); err != nil {
		return nil, fmt.Errorf("the terminal can't be edited on: %w", err)
	}
	for _, entry := range e.history.entries {
		rl.SaveHistory(entry)
	}
	io.WriteString(out, pastesMarked)
	go e.run()
	return e, nil
}

// run is the one call of Readline. It returns at the end of input: the
// terminal is gone.
func (e *Editor) run() {
	for {
		_, err := e.rl.Readline()
		if err != nil {
			break
		}
	}
	e.mu.Lock()
	e.ended = true
	queue := e.queue
	e.queue, e.queued = nil, 0
	e.mu.Unlock()
	for _, ev := range queue {
		e.handleEnded(ev)
	}
	if e.reply != nil {
		e.reply(nil, io.EOF)
	}
	e.drained.Broadcast()
}

// post queues an event.
func (e *Editor) post(ev event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for ev.kind == eventText && e.queued > maxQueued && !e.ended {
		e.drained.Wait()
	}
	if e.ended {
		go e.handleEnded(ev)
		return
	}
	e.queue = append(e.queue, ev)
	e.queued += len(ev.text)
	e.keys.wake()
}

// handleEnded handles an event without an editor.
func (e *Editor) handleEnded(ev event) {
	switch ev.kind {
	case eventText:
		io.WriteString(e.out, ev.text)
	case eventRead:
		ev.reply(nil, io.EOF)
	}
}

// Write has text printed above the line being typed.
func (e *Editor) Write(text []byte) error {
	e.post(event{kind: eventText, text: strings.ToValidUTF8(string(text), "\uFFFD")})
	return nil
}

// ReadLine asks for a line.
func (e *Editor) ReadLine(what bif.Reading, reply func(line []byte, err error)) {
	e.post(event{kind: eventRead, what: what, reply: reply})
}

// LeaveMenu ends Ctrl-G's menu.
func (e *Editor) LeaveMenu() { e.post(event{kind: eventLeaveMenu}) }

// Cancel gives up the line that is asked for.
func (e *Editor) Cancel() { e.post(event{kind: eventCancel}) }

// Interactive is true.
func (e *Editor) Interactive() bool { return true }

// IsTerminal says whether stdout or stderr is a terminal.
func (e *Editor) IsTerminal(device string) bool {
	return device != "stderr" || term.IsTerminal(int(os.Stderr.Fd()))
}

// Size is the terminal's.
func (e *Editor) Size() (int, int, bool) {
	columns, rows, err := term.GetSize(int(os.Stdout.Fd()))
	return columns, rows, err == nil
}

// OnInterrupt sets what Ctrl-C means while no line is asked for.
func (e *Editor) OnInterrupt(fn func()) {
	e.mu.Lock()
	e.interrupt = fn
	e.mu.Unlock()
}

// OnSwitch sets what Ctrl-G does.
func (e *Editor) OnSwitch(fn func()) {
	e.mu.Lock()
	e.switchJob = fn
	e.mu.Unlock()
}

// OnExpand sets what completes.
func (e *Editor) OnExpand(fn func(before string) bif.Expansion) {
	e.mu.Lock()
	e.expand = fn
	e.mu.Unlock()
}

// Close waits until all is printed and leaves the terminal as it was.
func (e *Editor) Close() {
	done := make(chan struct{})
	go func() {
		e.mu.Lock()
		for (len(e.queue) > 0 || e.handling) && !e.ended {
			e.drained.Wait()
		}
		e.mu.Unlock()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
	}
	e.leaveScreen()
	if len(e.tail) > 0 || e.prompt != "" {
		io.WriteString(e.out, "\n")
	}
}

// What has the terminal mark pasted text, and not.
const (
	pastesMarked   = "\x1b[?2004h"
	pastesUnmarked = "\x1b[?2004l"
)

// enterScreen and leaveScreen take the terminal from what runs besides, and
// leave it as that expects it.
func (e *Editor) enterScreen() {
	e.rl.Terminal.EnterRawMode()
	io.WriteString(e.out, pastesMarked)
}

func (e *Editor) leaveScreen() {
	e.rl.Terminal.ExitRawMode()
	if e.found != nil { // readline enters raw mode twice and goes back to the first
		term.Restore(int(os.Stdin.Fd()), e.found)
	}
	io.WriteString(e.out, pastesUnmarked)
}

// Paint shows marks as what they stand for, and what completion shows below;
// it is also how the editor learns what the line is.
func (e *Editor) Paint(line []rune, pos int) []rune {
	e.line, e.pos = append(e.line[:0], line...), pos
	shown := painted(e.line)
	below := ""
	if e.below.rows != nil {
		below = e.below.text(textWidth(e.tail+e.prompt)+readline.Runes{}.WidthAll(shown), e.size)
	}
	e.cursor.paint(shown, below, pos)
	return append(shown, []rune(below)...)
}

// painted is a line as it is shown.
func painted(line []rune) []rune {
	shown := make([]rune, len(line))
	for i, r := range line {
		switch {
		case r == runeNewline:
			r = '⏎'
		case r >= runePaste && r <= lastPaste:
			r = '▤'
		}
		shown[i] = r
	}
	return shown
}

// changed is called after readline handled a key; it edits, or inserts text in
// one go.
func (e *Editor) changed(line []rune, pos int, key rune) ([]rune, int, bool) {
	if e.edit != nil {
		line, pos := e.edit(slices.Clone(line), min(pos, len(line)), &e.cut)
		e.edit = nil
		return line, pos, true
	}
	if e.insert == "" {
		return nil, 0, false
	}
	text := []rune(e.insert)
	e.insert = ""
	pos = min(pos, len(line))
	all := make([]rune, 0, len(line)+len(text))
	all = append(append(append(all, line[:pos]...), text...), line[pos:]...)
	return all, pos + len(text), true
}

// filter decides what a rune means; false keeps it from readline.
func (e *Editor) filter(r rune) (rune, bool) {
	op := e.rl.Operation
	if e.secret != nil && r != runeWake && r != 0 {
		e.password(r)
		return r, false
	}
	if e.below.rows != nil && r != runeWake && e.below.key(r) {
		return r, false
	}
	if edit := edits[r]; edit != nil && !op.IsSearchMode() && !(r == readline.CharDelete && len(e.line) == 0) {
		e.edit = edit
		return readline.CharBell, true // which does nothing, before the listener edits
	}
	switch r {
	case 0:
		op.SetBuffer("")
		return r, true
	case runeWake:
		e.handle()
	case runeInsert:
		return e.pasted(e.keys.nextInsert())
	case readline.CharEnter, readline.CharCtrlJ:
		if op.IsSearchMode() {
			op.ExitSearchMode(false)
		}
		e.submit()
	case readline.CharInterrupt:
		if op.IsSearchMode() {
			return readline.CharBell, true
		}
		e.interrupted()
	case readline.CharBell:
		if op.IsSearchMode() {
			return r, true
		}
		e.switchJobs()
	case readline.CharPrev, readline.CharNext:
		return r, !e.menu
	case readline.CharDelete:
		if len(e.line) > 0 || op.IsSearchMode() {
			return r, true
		}
		if e.reply != nil {
			e.tail += e.coloured()
			e.answer(nil, io.EOF)
		}
	case readline.CharTab:
		if op.IsSearchMode() {
			op.ExitSearchMode(false)
		}
		return e.complete()
	case readline.CharCtrlL:
		op.Clean()
		io.WriteString(e.out, "\x1b[H\x1b[2J")
	case readline.CharCtrlZ:
		op.Clean()
		e.leaveScreen()
		suspend()
		e.enterScreen()
	case runeEditor:
		if op.IsSearchMode() {
			op.ExitSearchMode(false)
		}
		return e.external()
	case readline.CharBckSearch, readline.CharFwdSearch:
		return r, len(e.history.entries) > 0 && !e.menu
	default:
		return r, true
	}
	return r, false
}

// handle handles the events that other goroutines queued.
func (e *Editor) handle() {
	e.mu.Lock()
	queue := e.queue
	e.queue, e.handling = nil, true
	e.mu.Unlock()
	var text strings.Builder
	typed := ""
	for _, ev := range queue {
		switch ev.kind {
		case eventText:
			if e.menu {
				e.held.WriteString(ev.text)
			} else {
				text.WriteString(ev.text)
			}
		case eventLeaveMenu:
			e.menu = false
			text.WriteString("\n" + e.held.String())
			e.held.Reset()
			typed, e.aside = e.aside, ""
		case eventCancel:
			e.reply, e.prompt, e.secret = nil, "", nil
		case eventRead:
			if e.menu && !ev.what.Menu {
				ev.reply(ev.what.Typed, bif.ErrSwitched)
				break
			}
			e.reply = ev.reply
			prompt := string(ev.what.Prompt)
			i := strings.LastIndexByte(prompt, '\n') + 1
			text.WriteString(prompt[:i])
			e.prompt, e.more = prompt[i:], ev.what.More
			if !e.menu {
				e.asked()
			}
			if ev.what.Password {
				e.secret = new([]rune)
			}
			typed += string(ev.what.Typed) + e.edited
			e.edited = ""
			if len(e.ahead) > 0 {
				line := typed + e.ahead[0]
				typed = ""
				e.ahead = e.ahead[1:]
				if ev.what.Password {
					e.secret = nil
				} else if e.more {
					text.WriteString(strings.Repeat(" ", textWidth(e.prompt)) + line)
				} else {
					text.WriteString(e.coloured() + line)
				}
				text.WriteByte('\n')
				e.give(line)
			}
		}
	}
	e.show(text.String())
	if typed != "" {
		e.restore(typed)
	}
	e.mu.Lock()
	e.handling = false
	e.queued = e.held.Len()
	for _, ev := range e.queue {
		e.queued += len(ev.text)
	}
	e.mu.Unlock()
	e.drained.Broadcast()
}

// show prints text above the line being typed. What follows its last newline
// stays in front of the prompt, to be continued by what is printed next.
func (e *Editor) show(text string) {
	e.rl.Operation.Clean()
	text = e.tail + text
	i := strings.LastIndexByte(text, '\n') + 1
	done, tail := text[:i], text[i:]
	if width := readline.GetScreenWidth(); width > 0 && tail != "" {
		if n := textWidth(tail); n >= width {
			// readline can't count the rows of a prompt: full rows go.
			cut := fullRows(tail, width)
			done, tail = done+tail[:cut]+"\n", tail[cut:]
		}
		if tail != "" && textWidth(tail)+textWidth(e.prompt) >= width {
			done, tail = done+tail+"\n", ""
		}
	}
	if done != "" {
		io.WriteString(e.out, done)
	}
	e.tail = tail
	e.rl.SetPrompt(tail + e.coloured())
}

var (
	ansi        = regexp.MustCompile("\x1b\\[[0-9;?]*[a-zA-Z]")
	ansiAtStart = regexp.MustCompile("^" + ansi.String())
)

func textWidth(text string) int {
	return utf8.RuneCountInString(ansi.ReplaceAllString(text, ""))
}

// fullRows is how many bytes of text fill whole rows.
func fullRows(text string, width int) int {
	cut, n := 0, 0
	for i := 0; i < len(text); {
		if text[i] == 0x1b {
			if n := len(ansiAtStart.FindString(text[i:])); n > 0 {
				i += n
				continue
			}
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if n++; n%width == 0 {
			cut = i
		}
	}
	return cut
}

var (
	shellPrompt = regexp.MustCompile(`^(\([^()\s]+@[^()\s]+\))?[0-9]+> $`)
	promptStyle = color.New(color.FgGreen, color.Bold)
)

// coloured is the prompt as shown: a shell's stands out.
func (e *Editor) coloured() string {
	if shellPrompt.MatchString(e.prompt) {
		text := strings.TrimSuffix(e.prompt, " ")
		return promptStyle.Sprint(text) + " "
	}
	return e.prompt
}

// submit is Enter: the line, or the first of several, is the answer to what
// was asked for; the others answer what is asked next. Without a question all
// wait, and are shown when it comes.
func (e *Editor) submit() {
	lines := strings.Split(e.text(e.line), "\n")
	e.rl.Operation.Clean()
	if e.reply == nil {
		if len(e.ahead) < aheadLines {
			e.ahead = append(e.ahead, lines...)
		}
		e.clear()
		return
	}
	e.ahead = append(lines[1:], e.ahead...)
	prompt := e.coloured()
	if e.more {
		prompt = strings.Repeat(" ", textWidth(e.prompt)) // what was typed can be copied
	}
	io.WriteString(e.out, e.tail+prompt+lines[0]+"\n")
	e.tail = ""
	e.clear()
	e.give(lines[0])
	e.show("")
}

// give answers with a line.
func (e *Editor) give(line string) {
	if e.secret == nil && !e.menu {
		e.history.line(line)
	}
	e.answer([]byte(line+"\n"), nil)
}

func (e *Editor) answer(line []byte, err error) {
	reply := e.reply
	e.reply, e.prompt, e.secret = nil, "", nil
	if reply != nil {
		reply(line, err)
	}
	e.rl.SetPrompt(e.tail)
}

// asked notes that something else is asked for: if it is not how a command
// goes on, the command before is complete and can be recalled.
func (e *Editor) asked() {
	if e.more {
		return
	}
	if entry, ok := e.history.commit(); ok {
		e.rl.SaveHistory(entry)
	}
}

// text is a line of the editor with its marks replaced.
func (e *Editor) text(line []rune) string {
	var b strings.Builder
	for _, r := range line {
		switch i := int(r - runePaste); {
		case r == runeNewline:
			b.WriteByte('\n')
		case i >= 0 && r <= lastPaste:
			if i < len(e.pastes) {
				b.WriteString(strings.ReplaceAll(string(e.pastes[i]), string(runeNewline), "\n"))
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// clear empties the line; the cursor's place in the history is the end again.
func (e *Editor) clear() {
	e.pastes = nil
	e.rl.Operation.SetBuffer("")
	e.rl.SaveHistory("")
}

// interrupted is Ctrl-C: it drops the line, or stops what runs.
func (e *Editor) interrupted() {
	e.ahead = nil
	e.rl.Operation.Clean()
	if e.reply == nil {
		e.clear()
		e.mu.Lock()
		fn := e.interrupt
		e.mu.Unlock()
		if fn != nil {
			fn()
		}
		return
	}
	io.WriteString(e.out, e.tail+e.coloured()+string(painted(e.line))+"\n")
	e.tail = ""
	if !e.menu {
		e.history.drop()
	}
	e.clear()
	e.answer(nil, bif.ErrInterrupted)
}

// switchJobs is Ctrl-G: the line being typed is put aside, and what comes next
// is the menu.
func (e *Editor) switchJobs() {
	e.mu.Lock()
	fn := e.switchJob
	e.mu.Unlock()
	if fn == nil || e.menu {
		return
	}
	e.rl.Operation.Clean()
	e.tail += e.coloured() + string(painted(e.line))
	typed := e.text(e.line)
	e.menu, e.ahead = true, nil
	e.clear()
	reply := e.reply
	e.reply, e.prompt, e.secret = nil, "", nil
	e.show("")
	if reply != nil {
		reply([]byte(typed), bif.ErrSwitched)
	} else {
		e.aside = typed
	}
	fn()
}

// restore has the line begin with text that was typed before.
func (e *Editor) restore(text string) {
	e.rl.Operation.SetBuffer(string(e.kept(text)) + string(e.line))
}

// size is the terminal's, with erl's where it is unknown.
func (e *Editor) size() (columns, rows int) {
	columns, rows, ok := e.Size()
	if !ok || columns <= 0 || rows <= 0 {
		return 80, 24
	}
	return columns, rows
}

// pasted inserts text in one go. A text that would be too long to show is
// kept aside, and a mark stands for it.
func (e *Editor) pasted(text string) (rune, bool) {
	op := e.rl.Operation
	if op.IsSearchMode() {
		op.ExitSearchMode(false)
	}
	if n := utf8.RuneCountInString(text); len(e.line)+n > longPaste {
		last := len(e.pastes) - 1
		if last >= 0 && e.pos > 0 && e.pos <= len(e.line) && e.line[e.pos-1] == runePaste+rune(last) &&
			len(e.pastes[last])+len(text) <= maxLine {
			e.pastes[last] = append(e.pastes[last], text...)
			return 0, false
		}
		if last+1 <= lastPaste-runePaste {
			e.pastes = append(e.pastes, []byte(text))
			text = string(runePaste + rune(last+1))
		}
	}
	e.insert = text
	return readline.CharBell, true // which does nothing, before the listener inserts
}

// password takes a key while a password is typed: nothing is shown.
func (e *Editor) password(r rune) {
	switch r {
	case readline.CharEnter, readline.CharCtrlJ:
		line := string(*e.secret)
		e.show("\n")
		e.give(line)
	case readline.CharBell:
		e.switchJobs()
	case readline.CharInterrupt:
		e.show("\n")
		e.answer(nil, bif.ErrInterrupted)
	case readline.CharBackspace, readline.CharCtrlH:
		if n := len(*e.secret); n > 0 {
			*e.secret = (*e.secret)[:n-1]
		}
	case readline.CharCtrlU:
		*e.secret = nil
	case runeInsert:
		*e.secret = append(*e.secret, []rune(e.keys.nextInsert())...)
	default:
		if r >= ' ' {
			*e.secret = append(*e.secret, r)
		}
	}
}

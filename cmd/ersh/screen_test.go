//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// screen is a terminal with ersh in it.
type screen struct {
	t   *testing.T
	vt  vt10x.Terminal
	tty *os.File
}

func openScreen(t *testing.T, env ...string) *screen {
	t.Helper()
	s := openScreenOf(t, exec.Command(ersh), env...)
	s.expect("1>")
	return s
}

// openScreenOf runs any command in a terminal.
func openScreenOf(t *testing.T, cmd *exec.Cmd, env ...string) *screen {
	t.Helper()
	cmd.Env = append(os.Environ(), "TERM=xterm", "ERSH_HISTORY=", "NO_COLOR=1")
	cmd.Env = append(cmd.Env, env...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, tty: tty, vt: vt10x.New(vt10x.WithSize(80, 24))}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			s.vt.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		tty.Close()
		<-done
	})
	return s
}

// text is what the screen shows, without blank lines at its end.
func (s *screen) text() string {
	lines := strings.Split(s.vt.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// expect waits until the screen ends with text.
func (s *screen) expect(text string) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if strings.HasSuffix(s.text(), text) {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the screen does not end with\n%s\nbut shows\n%s", text, s.text())
		}
	}
}

func (s *screen) typed(keys string) {
	if _, err := s.tty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// TestScreen types keys and looks at the end of the screen, in turn.
func TestScreen(t *testing.T) {
	const paste, end = "\x1b[200~", "\x1b[201~"
	for _, c := range []struct {
		name string
		keys []string // to be typed, and what the screen then ends with
	}{
		{"value", []string{"1+1.\r", "1> 1+1.\n2\n2>"}},
		{"lines", []string{"[1,\r", "1> [1,\n..", "2].\r", "1> [1,\n   2].\n[1,2]\n2>"}},
		{"a prompt of one's own for further lines", []string{"shell:multiline_prompt_func(\"-> \").\r", "default\n2>",
			"[1,\r", "2> [1,\n->", "2].\r", "2> [1,\n   2].\n[1,2]\n3>", "\x1b[A", "3> [1,⏎2].", "\r", "[1,2]\n4>"}},
		{"a function that makes the prompt", []string{"shell:multiline_prompt_func({shell,inverted_space_prompt}).\r", "default\n2>",
			"[1,\r", "2> [1,", "2].\r", "2> [1,\n   2].\n[1,2]\n3>"}},
		{"unfinished output", []string{"io:format(\"abc\").\r", "abcok\n2>"}},
		{"editing", []string{"2+3.\x1b[D\x1b[D\x7f4\r", "1> 243.\n243\n2>"}},
		{"output above the line", []string{
			"spawn(fun() -> timer:sleep(300), io:format(\"hello~n\") end), ok.\r", "ok\n2>",
			"ab", "hello\n2> ab", "c.\r", "2> abc.\nabc\n3>"}},
		{"a flood", []string{
			"spawn(fun() -> [io:format(\"line ~p~n\", [I]) || I <- lists:seq(1, 300)] end), ok.\r", "line 300\n2>",
			"ok.\r", "line 300\n2> ok.\nok\n3>"}},
		{"Ctrl-C drops the line", []string{"foo(\x03", "1> foo(\n1>", "1.\r", "1> 1.\n1\n2>"}},
		{"Ctrl-C in a string", []string{"\"abc\r", "1> \"abc\n..", "\x03", "\n1>", "1.\r", "1> 1.\n1\n2>"}},
		{"Ctrl-C stops what is being formatted", []string{"X = 1.\r", "2>", "L = lists:seq(1, 2000000), Ls = [L, L, L, L, L], ok.\r", "\nok\n3>",
			"io:format(\"~w\", [Ls]).\r", "[Ls]).", "\x03", "\n** exception exit: killed\n4>", "X.\r", "4> X.\n1\n5>"}},
		{"Ctrl-C stops a loop", []string{"X = 1.\r", "2>", "(fun F() -> F() end)().\r", "F() end)().", "\x03",
			"** exception exit: killed\n3>", "X.\r", "3> X.\n1\n4>"}},
		{"a long line edited", []string{strings.Repeat("x", 100) + ".\x01", strings.Repeat("x", 23) + ".", "a\x05\x7f\x7f.\r",
			"1> a" + strings.Repeat("x", 76) + "\n" + strings.Repeat("x", 23) + ".\na" + strings.Repeat("x", 79) + "\n" + strings.Repeat("x", 20) + "\n2>"}},
		{"lines by Alt-Enter", []string{"[a,\x1b\rb].", "1> [a,⏎b].", "\r", "1> [a,\n   b].\n[a,b]\n2>"}},
		{"Ctrl-D", []string{"\x04", "1> *** Terminating erlang (nonode@nohost)"}},
		{"type-ahead", []string{"timer:sleep(500).\r7.\r8.\r", "ok\n2> 7.\n7\n3> 8.\n8\n4>"}},
		{"paste", []string{paste + "F = fun(X) ->\n\tX + 1\nend." + end, "1> F = fun(X) ->⏎ X + 1⏎end.",
			"\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x7f2\r", "1> F = fun(X) ->\n    X + 2\n   end.\n#Fun<erl_eval.42.", "F(1).\r", "3\n3>"}},
		{"history", []string{"[1,\r2].\r", "[1,2]\n2>", "\x1b[A", "2> [1,⏎2].", "\r", "2> [1,\n   2].\n[1,2]\n3>"}},
		{"search", []string{"alpha.\r", "2>", "beta.\r", "3>", "\x12alp", "bck-i-search: alp", "\r", "3> alpha.\nalpha\n4>"}},
		{"completion", []string{"lists:dupl\t", "1> lists:duplicate(", "1,a).\r", "[a]\n2>"}},
		{"possibilities", []string{"Ab=1,Ac=2.\r", "2>", "A\t", "2> A\nbindings\nAb    Ac", "c.\r", "2> Ac.\n2\n3>"}},
		{"possible functions", []string{"lists:ma\t", "1> lists:ma\nFunctions\nmap(         mapfoldl(    mapfoldr(    max(",
			"x\t", "1> lists:max(", "\t", "1> lists:max(\ntypespecs\nlists:max/1", "[1]).\r", "1> lists:max([1]).\n1\n2>"}},
		{"fields and keys", []string{"rd(r,{yyab,yyac}), M=#{kind=>1}.\r", "2>", "#r{yy\t", "#r{yya", "b=M#{\t", "2> #r{yyab=M#{kind=>"}},
		{"pages of possibilities", []string{"lists:\t", "rows 1 to 7 of 16", "\x1b[B", "rows 2 to 8 of 16", "\t", "zipwith3(",
			"last([1]).\r", "1> lists:last([1]).\n1\n2>"}},
		{"file names", []string{"\"/etc/host\t\x15ok.\r", "ok\n2>"}},
		{"a menu", []string{"foo\x07", "1> foo\nUser switch command (enter 'h' for help)\n -->",
			"j\r", " --> j\n\n   1* {shell,start,[init]}\n -->", "c\r", " --> c\n\n1> foo", ".\r", "1> foo.\nfoo\n2>"}},
		{"a menu's mistakes", []string{"\x07", " -->", "x\r", " --> x\n\nUnknown command\n -->", "c 7\r", " --> c 7\n\nUnknown job\n -->",
			"\r", " -->\n\n -->", "r n@h\r", " --> r n@h\n\nNode is not alive\n -->", "\x03", " -->\n\n -->", "\x04", "\n1>"}},
		{"two jobs", []string{"X=1, receive after 300 -> io:format(\"hidden~n\") end.\r", "end.", "\x07s\r", " --> s\n\n -->",
			"c\r", "help)\n1>", "timer:sleep(500), 2.\r", "2\n2>", "\x07c 1\r", " --> c 1\n\n2>", "X.\r", "2> X.\n1\n3>",
			"\x07k\r", " --> k\n\n -->", "j\r", " --> j\n\n   2  {shell,start,[]}\n -->", "c\r", "Unknown job\n -->",
			"c 2\r", " --> c 2\n\n2>", "exit().\r", "*** Shell process terminated! ***\nEshell V17.1 (press Ctrl+G to abort, type help(). for help)\n1>"}},
		{"a job interrupted", []string{"timer:sleep(infinity).\r", "infinity).", "\x07", "infinity).\n\nUser switch command (enter 'h' for help)\n -->",
			"i\r", "Interrupted job 1, enter 'c' to resume.\n -->", "c\r", "** exception exit: killed\n2>"}},
		{"what the menu holds back", []string{"spawn(fun() -> timer:sleep(300), io:format(\"late~n\") end), ok.\r", "ok\n2>", "\x07", " -->",
			"h\r", "this message\n -->", "c\r", "late\n2>", "ok.\r", "late\n2> ok.\nok\n3>"}},
		{"lines of a command in the menu", []string{"{a,\r", "..", "b\x07", ".. b\nUser switch command (enter 'h' for help)\n -->",
			"c\r", "c\n\n1> {a,\n.. b", "}.\r", "1> {a,\n   b}.\n{a,b}\n2>"}},
		{"a shell that ends", []string{"exit().\r", "1> exit().\n*** Shell process terminated! ***\nEshell V17.1 (press Ctrl+G to abort, type help(). for help)\n1>"}},
		{"what is left of a line", []string{"a. b. c\r", "1> a. b. c\na\n2> b. c\nb\n3> c\n..", ".\r", "3> c\n   .\nc\n4>"}},
		{"characters that are left", []string{"io:get_chars(\"c> \", 3).\r", "c>", "abcde\r", "c> abcde\n\"abc\"\n2> de\n..", "\x03", "\n2>"}},
		{"a setting of no kind", []string{"shell:strings(x).\r", "true\n2>", "\"ab\".\r", "2> \"ab\".\n\"ab\"\n3>"}},
		{"a long line printed", []string{"io:format(\"~s~n\", [lists:duplicate(200000, $x)]).\r", "xxx\nok\n2>"}},
		{"pasted prompts", []string{paste + "1> A = 3.\n(a@b)12> A + 1." + end, "1> A = 3.⏎A + 1.", "\r", "4\n3>"}},
		{"lines that are read", []string{"io:get_line(\"Name: \").\r", "Name:", "joe\r", "Name: joe\n\"joe\\n\"\n2>"}},
		{"password", []string{"io:get_password().\r", "get_password().", "secret\r", "\"secret\"\n2>"}},
		{"no echo", []string{"io:setopts([{echo,false}]), X = io:get_line(''), io:setopts([{echo,true}]), X.\r", ".",
			"secret\r", "\"secret\\n\"\n2>"}},
		{"a long line", []string{paste + "length(\"" + strings.Repeat("x", 1_000_000) + "\")." + end, "1> ▤", "\r", "1000000\n2>"}},
		{"keys that mean nothing", []string{"\x00\x1c\x1b[24~\x1bq\xff\x7f1.\r", "1.\n1\n2>"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := openScreen(t)
			for i := 0; i < len(c.keys); i += 2 {
				s.typed(c.keys[i])
				if strings.Contains(c.keys[i+1], "#Fun<") {
					s.contain(c.keys[i+1])
					continue
				}
				s.expect(c.keys[i+1])
			}
		})
	}
}

// contain waits until the screen shows text anywhere.
func (s *screen) contain(text string) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(s.text(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("the screen does not show\n%s\nbut\n%s", text, s.text())
		}
	}
}

// TestHistoryIsKept has a second run recall a command of the first, and none
// that names a cookie.
func TestHistoryIsKept(t *testing.T) {
	file := "ERSH_HISTORY=" + filepath.Join(t.TempDir(), "dir", "history")
	s := openScreen(t, file)
	s.typed("[a,\rb].\r")
	s.expect("[a,b]\n2>")
	s.typed("set_cookie.\r")
	s.expect("set_cookie\n3>")
	s.typed("\x04")
	s.expect("(nonode@nohost)")
	s = openScreen(t, file)
	s.typed("\x1b[A")
	s.expect("1> [a,⏎b].")
}

// TestDumb has a terminal without an editor.
func TestDumb(t *testing.T) {
	s := openScreen(t, "TERM=dumb")
	s.typed("1+1.\r")
	s.expect("1> 1+1.\n2\n2>")
}

// TestOtherEditor edits commands in a program that reads the terminal itself.
func TestOtherEditor(t *testing.T) {
	editor := filepath.Join(t.TempDir(), "editor")
	script := "#!/bin/sh\necho editing; read key; test \"$key\" != fail || exit 1\nprintf '%s,\\n b].\\n' \"$(cat \"$2\")\" > \"$2\"\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	s := openScreen(t, "VISUAL="+editor+" -x")
	for _, step := range [][2]string{
		{"[a\x0f", "editing"},
		{"key\r", "\n1> [a,⏎ b]."},
		{"\r", "\n1> [a,\n    b].\n[a,b]\n2>"},
		{"[c,\r", "2> [c,\n.."},
		{"d\x0f", "editing"},
		{"key\r", "\n2> [c,⏎d,⏎ b]."},
		{"\r", "\n2> [c,\n   d,\n    b].\n[c,d,b]\n3>"},
		{"e\x1bo", "editing"},
		{"fail\r", "the editor (VISUAL or EDITOR): exit status 1\n3> e"},
		{".\r", "3> e.\ne\n4>"},
	} {
		s.typed(step[0])
		s.expect(step[1])
	}
	s = openScreen(t, "VISUAL="+editor+".missing")
	s.typed("a\x0f")
	s.expect("no such file or directory\n1> a")
}

// TestTerminalAsFound leaves the shell in different ways and looks what it
// leaves behind.
func TestTerminalAsFound(t *testing.T) {
	for _, c := range []struct{ name, keys string }{
		{"q", "q().\r"},
		{"halt", "halt().\r"},
		{"halt with a slogan", "halt(abort).\r"},
		{"Ctrl-D", "\x04"},
		{"Ctrl-G", "\x07q\r"},
		{"a signal", "os:cmd(\"kill -TERM \" ++ os:getpid()).\r"},
		{"after Ctrl-Z", "\x1aq().\r"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := openScreenOf(t, exec.Command("sh", "-c",
				`found=$(stty -g); "$0"; test "$found" = "$(stty -g)" && echo left as found`, ersh), "ERL_CRASH_DUMP=/dev/null")
			s.expect("1>")
			s.typed(c.keys)
			s.contain("left as found")
		})
	}
}

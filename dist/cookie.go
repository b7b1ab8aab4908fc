package dist

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ersh/runtime/term"
)

// cookieFile is the name of the file in the home folder.
const cookieFile = ".erlang.cookie"

// ReadCookie gives the cookie of the user's home folder, where all nodes of one
// user find the same. A missing one is made, readable by its owner only; one
// that others may read is refused.
func ReadCookie() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(home, cookieFile)
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		// Newer releases look in the configuration folder too.
		if config, err := os.UserConfigDir(); err == nil {
			other := filepath.Join(config, "erlang", cookieFile)
			if info, err := os.Stat(other); err == nil {
				return readCookie(other, info)
			}
		}
		return makeCookie(path)
	}
	if err != nil {
		return "", err
	}
	return readCookie(path, info)
}

func readCookie(path string, info os.FileInfo) (string, error) {
	if !info.Mode().IsRegular() {
		return "", &cookieTypeError{path, info.Mode()}
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("Cookie file %s must be accessible by owner only", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("Error when reading %s: %w", path, err)
	}
	cookie := strings.TrimSpace(string(b))
	if cookie == "" {
		return "", fmt.Errorf("Too short cookie string")
	}
	for _, r := range cookie {
		if r < ' ' || r > '~' {
			return "", fmt.Errorf("Bad characters in cookie")
		}
	}
	return cookie, nil
}

// makeCookie writes a new cookie. Of two nodes that do so at the same moment
// the second reads what the first has written.
func makeCookie(path string) (string, error) {
	var b [20]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = 'A' + b[i]%26
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if errors.Is(err, os.ErrExist) {
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		return readCookie(path, info)
	}
	if err != nil {
		return "", fmt.Errorf("Failed to create cookie file '%s': %w", path, err)
	}
	_, err = f.Write(b[:])
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return "", fmt.Errorf("Failed to write to cookie file '%s': %w", path, err)
	}
	return string(b[:]), nil
}

// CookieError is that there is no cookie to start with.
type CookieError struct{ Err error }

func (e *CookieError) Error() string { return e.Err.Error() }
func (e *CookieError) Unwrap() error { return e.Err }

// cookieTypeError is that the cookie's file is none.
type cookieTypeError struct {
	path string
	mode fs.FileMode
}

func (e *cookieTypeError) Error() string { return e.text() + e.kind() }
func (e *cookieTypeError) text() string  { return "Cookie file " + e.path + " is of type " }

func (e *cookieTypeError) kind() string {
	switch {
	case e.mode.IsDir():
		return "directory"
	case e.mode&fs.ModeDevice != 0:
		return "device"
	}
	return "other"
}

// reason is what erl says: text with the names that Erlang has for errors of
// files; of a file's type it is a list that ends in an atom.
func (e *CookieError) reason() term.Term {
	var path *fs.PathError
	if errors.As(e.Err, &path) {
		return term.String(strings.TrimSuffix(e.Error(), path.Error()) + posix(path))
	}
	var kind *cookieTypeError
	if errors.As(e.Err, &kind) {
		var list term.Term = term.A(kind.kind())
		text := []rune(kind.text())
		for i := len(text) - 1; i >= 0; i-- {
			list = &term.Cons{Head: term.Small(int64(text[i])), Tail: list}
		}
		return list
	}
	return term.String(e.Error())
}

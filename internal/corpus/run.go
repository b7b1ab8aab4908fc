package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// maxOutput bounds what is kept of a shell that prints without end.
const maxOutput = 4 << 20

// A shell is a command that sessions are typed into.
type shell struct {
	argv []string
	// root, when not empty, is the folder that the command runs in as its
	// file system's root (chroot), for a reference release kept in a folder.
	root    string
	timeout time.Duration
}

// run types the session into a fresh shell with a working folder and a home of
// its own, and gives its normalised output. The folders' names always have one
// length, since line breaks depend on it.
func (sh shell) run(s session) (text string, timedOut bool, err error) {
	inner := fmt.Sprintf("/tmp/ec%08d", rand.IntN(1e8))
	outer := sh.root + inner
	for _, d := range []string{"/w", "/h"} {
		if err := os.MkdirAll(outer+d, 0o755); err != nil {
			return "", false, err
		}
	}
	defer os.RemoveAll(outer)
	ctx, cancel := context.WithTimeout(context.Background(), sh.timeout)
	defer cancel()
	// On a busy machine the shell would say that a command takes long.
	argv := append(slices.Clone(sh.argv), "-stdlib", "shell_hints", "false")
	if sh.root != "" {
		argv = append([]string{"chroot", sh.root, "sh", "-c", `cd "$0" && exec "$@"`, inner + "/w"}, argv...)
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	if sh.root == "" {
		cmd.Dir = outer + "/w"
	}
	cmd.Env = []string{"HOME=" + inner + "/h", "TERM=dumb", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC", "PATH=" + os.Getenv("PATH")}
	cmd.Stdin = bytes.NewReader(s.input)
	var out limitedBuffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 2 * time.Second
	err = cmd.Run()
	timedOut = ctx.Err() != nil
	var exit *exec.ExitError
	if errors.As(err, &exit) || timedOut || errors.Is(err, exec.ErrWaitDelay) {
		err = nil // how the shell ended is not what is compared
	}
	return normalise(out.String(), filepath.ToSlash(inner+"/w"), filepath.ToSlash(inner+"/h")), timedOut, err
}

// limitedBuffer keeps the first maxOutput bytes.
type limitedBuffer struct{ bytes.Buffer }

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if room := maxOutput - b.Len(); room < len(p) {
		b.Buffer.Write(p[:max(0, room)])
		return len(p), nil
	}
	return b.Buffer.Write(p)
}

// Package otp finds and runs the real Erlang/OTP releases that tests compare
// with and connect to.
//
// Release 25 is the erl on PATH. Releases 27 and 29 live in folders with a
// file system of their own, /opt/otp27 and /opt/otp29 or wherever
// ERSH_OTP27 and ERSH_OTP29 say, entered by chroot, which takes root; they
// share the machine's network, so their nodes meet all others on loopback.
// install.sh beside this file sets all of them up on Debian.
package otp

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Release is an installed Erlang/OTP.
type Release struct {
	Version int
	// Root is the folder that is the release's file system; "" for the
	// machine's own.
	Root string
	// Program, when set, is run in the place of erl: ersh, so that it can be
	// driven as the releases are.
	Program string
}

var probe = map[int]func() (Release, error){
	25: sync.OnceValues(func() (Release, error) { return check(Release{Version: 25}) }),
	27: sync.OnceValues(func() (Release, error) { return check(Release{Version: 27, Root: root("ERSH_OTP27", "/opt/otp27")}) }),
	29: sync.OnceValues(func() (Release, error) { return check(Release{Version: 29, Root: root("ERSH_OTP29", "/opt/otp29")}) }),
}

func root(env, fallback string) string {
	if dir := os.Getenv(env); dir != "" {
		return dir
	}
	return fallback
}

func check(r Release) (Release, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := r.Command(ctx, "erl", "-noshell", "-eval", `io:put_chars(erlang:system_info(otp_release)), halt().`).Output()
	if err == nil && strings.TrimSpace(string(out)) != fmt.Sprint(r.Version) {
		err = fmt.Errorf("erl is release %s", out)
	}
	return r, err
}

// Find gives an installed release.
func Find(version int) (Release, error) { return probe[version]() }

// Need gives an installed release, or skips the test where there is none. In
// CI, where CI=true is set, a missing release fails the test.
func Need(t testing.TB, version int) Release {
	t.Helper()
	r, err := Find(version)
	if err == nil {
		return r
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("needs Erlang/OTP %d: %v", version, err)
	}
	t.Skipf("needs Erlang/OTP %d, which is not installed here (%v); internal/otp/install.sh sets it up", version, err)
	return r
}

// Command prepares a program of the release, such as erl or erlc.
func (r Release) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	if r.Program != "" {
		name = r.Program
	}
	if r.Root == "" {
		return exec.CommandContext(ctx, name, args...)
	}
	return exec.CommandContext(ctx, "chroot", append([]string{r.Root, name}, args...)...)
}

// Eval runs expressions in a fresh node without a shell and gives what they
// wrote. The code need not call halt.
func (r Release) Eval(t testing.TB, code string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := r.Command(ctx, "erl", "-noshell", "-eval", code+", halt().")
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("erl of OTP %d: %v\n%s", r.Version, err, out)
	}
	return string(out)
}

// TempDir makes a folder for the test and gives its path as the test sees it
// and as programs of the release see it.
func (r Release) TempDir(t testing.TB) (outside, inside string) {
	t.Helper()
	dir, err := os.MkdirTemp(filepath.Join(r.Root, "/tmp"), "ersh")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir, strings.TrimPrefix(dir, r.Root)
}

package dist_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ersh/internal/otp"
)

// TestNetworkLoad has each of four kinds of nodes compile kvs and load it on
// all the others, where it then runs.
func TestNetworkLoad(t *testing.T) {
	source, err := os.ReadFile("../kvs/kvs.erl")
	if err != nil {
		t.Fatal(err)
	}
	ersh, err := ershOnce()
	if err != nil {
		t.Fatal(err)
	}
	releases := []otp.Release{otp.Need(t, 25), otp.Need(t, 27), otp.Need(t, 29), {Program: ersh}}
	var peers []*otp.Peer
	for i, r := range releases {
		p := r.StartPeer(t, fmt.Sprintf("nl%d", i), nil, "-setcookie", "secret")
		outside, inside := r.TempDir(t)
		// Each version tells who compiled it.
		own := strings.Replace(string(source), "-export([", "-export([by/0]).\n-export([", 1) + fmt.Sprintf("\nby() -> %d.\n", i)
		if err := os.WriteFile(filepath.Join(outside, "kvs.erl"), []byte(own), 0o644); err != nil {
			t.Fatal(err)
		}
		p.Eval(t, fmt.Sprintf("file:set_cwd(%q).", inside))
		if got := p.Eval(t, "c:c(kvs)."); got != "{ok,kvs}" {
			t.Fatalf("%s: c(kvs): %s\n%s", p.Name, got, p.Log())
		}
		if i > 0 {
			for _, q := range peers {
				p.Eval(t, fmt.Sprintf("net_adm:ping('%s').", q.Name))
			}
		}
		peers = append(peers, p)
	}
	for i, p := range peers {
		if got := p.Eval(t, "lists:usort([length(nodes()), c:nl(kvs)])."); got != "[3,abcast]" {
			t.Fatalf("%s: %s\n%s", p.Name, got, p.Log())
		}
		for j, q := range peers {
			if to := releases[j].Version; to != 0 && releases[i].Version > to {
				continue // a release does not load what a later one compiled
			}
			// nl does not wait.
			code := fmt.Sprintf("(fun F(0) -> never; F(N) -> case rpc:call('%s', kvs, by, []) of %d -> ok; _ -> timer:sleep(20), F(N - 1) end end)(100).", q.Name, i)
			if got := p.Eval(t, code); got != "ok" {
				t.Errorf("kvs of %d on %d: %s\n%s", i, j, got, q.Log())
				continue
			}
			if got := q.Eval(t, "catch exit(whereis(kvs), kill), timer:sleep(20), kvs:start(), {kvs:store(a, 1), kvs:lookup(a), kvs:lookup(b)}."); got != "{true,{ok,1},undefined}" {
				t.Errorf("kvs of %d runs on %d: %s\n%s", i, j, got, q.Log())
			}
		}
	}
}

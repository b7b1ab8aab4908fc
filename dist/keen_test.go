package dist

import "testing"

// TestKeenness: a connection that is answered in time is looked at each time,
// one that never is hardly ever, and one of a busy node never.
func TestKeenness(t *testing.T) {
	for _, c := range []struct {
		name         string
		quiet, comes bool
		least, most  int // looks in 2,000 waits
	}{
		{"comes in time", true, true, 1900, 2000}, // unless the machine was busy meanwhile
		{"never comes in time", true, false, 8, 16},
		{"busy", false, true, 0, 0},
	} {
		var k keenness
		looks := 0
		for range 2000 {
			looked := false
			got := k.wait(func() bool { return c.quiet }, func() bool { looked = true; return c.comes })
			if got != (looked && c.comes) {
				t.Errorf("%s: wait gives %v", c.name, got)
			}
			if looked {
				looks++
			}
		}
		if looks < c.least || looks > c.most {
			t.Errorf("%s: %d looks", c.name, looks)
		}
	}
	k := keenness{reluctance: maxReluctance, skip: maxReluctance}
	for range 2 * maxReluctance {
		k.wait(func() bool { return true }, func() bool { return true })
	}
	if k.skip != 0 || k.reluctance != 0 {
		t.Errorf("reluctant for good: %+v", k)
	}
}

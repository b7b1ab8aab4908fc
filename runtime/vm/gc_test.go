package vm

import "testing"

func TestGCPercent(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{
		{0, 1200}, {4 << 20, 1200}, {16 << 20, 400}, {32 << 20, 400}, {128 << 20, 200}, {200 << 20, 128}, {1 << 30, 100},
	} {
		if got := gcPercent(c.live, 256<<20); got != c.want {
			t.Errorf("gcPercent(%d MB) = %d, want %d", c.live>>20, got, c.want)
		}
	}
}

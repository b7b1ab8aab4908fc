package beam

import (
	"math/rand"
	"testing"
)

// TestMutated reads files with a few bytes changed: they may be read or
// refused, nothing else.
func TestMutated(t *testing.T) {
	good, _ := Decompress(sample(t, "otp29.beam"))
	read := 0
	for seed := range int64(3000) {
		r := rand.New(rand.NewSource(seed))
		file := append([]byte(nil), good...)
		for range 1 + r.Intn(4) {
			file[12+r.Intn(len(file)-12)] = byte(r.Intn(256))
		}
		m, err := Read(file)
		if err != nil {
			continue
		}
		read++
		if _, err := Write(m); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	if read == 0 {
		t.Error("no file was read")
	}
}

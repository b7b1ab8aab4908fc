package otp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestValidate has the validators find a function that may end without its
// frame's being given back.
func TestValidate(t *testing.T) {
	for _, version := range []int{25, 27, 29} {
		r := Need(t, version)
		outside, inside := r.TempDir(t)
		for name, deallocate := range map[string]string{"good": "{deallocate,0}.", "bad": ""} {
			listing := "{module, " + name + "}.\n{exports, [{f,0}]}.\n{attributes, []}.\n{labels, 3}.\n\n{function, f, 0, 2}.\n" +
				"{label,1}.\n{func_info,{atom," + name + "},{atom,f},0}.\n{label,2}.\n{allocate,0,0}.\n{move,{atom,ok},{x,0}}.\n" + deallocate + "\nreturn.\n"
			if err := os.WriteFile(filepath.Join(outside, name+".S"), []byte(listing), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		out := r.Validate(t, inside)
		if !strings.Contains(out, "/bad.S") || strings.Contains(out, "/good.S") {
			t.Errorf("OTP %d: %q", version, out)
		}
	}
}

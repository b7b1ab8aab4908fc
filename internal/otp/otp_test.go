package otp

import "testing"

func TestReleasesAnswer(t *testing.T) {
	for _, version := range []int{25, 27, 29} {
		r := Need(t, version)
		if got := r.Eval(t, `io:format("~p", [lists:seq(1, 3)])`); got != "[1,2,3]" {
			t.Errorf("OTP %d: %q", version, got)
		}
	}
}

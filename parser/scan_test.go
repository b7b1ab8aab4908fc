package parser

import (
	"strings"
	"testing"
)

// scanDiffers are the cases where erl_scan itself crashes.
var scanCrashes = map[string]string{
	"2#1.0#e2000": "error {1,1} erl_scan {illegal,float} | illegal float",
	"16#f.8#e":    "error {1,1} erl_scan {illegal,float} | illegal float",
}

func TestScanLikeErl(t *testing.T) {
	for mode, cases := range map[string][]string{"scan": scanCases, "scan_text": scanTextCases} {
		want := oracle(t, mode, cases)
		keep := mode == "scan_text"
		for i, c := range cases {
			if w, ok := scanCrashes[c]; ok {
				want[i] = w
			}
			got := dumpScan(Scan(c, Pos{1, 1}, ScanOptions{Text: keep, WhiteSpace: keep, Comments: keep}))
			if got != want[i] {
				t.Errorf("%s %q:\n got %s\nwant %s", mode, c, got, want[i])
			}
		}
	}
}

// TestHugeIntegers: erl has integers of 4,194,240 bits; more digits are
// refused before they are converted.
func TestHugeIntegers(t *testing.T) {
	for _, c := range []struct {
		prefix, digit string
		n             int
		want          string // the error
	}{
		{"", "9", 1_262_600, "illegal integer"},
		{"", "9", 10_000_000, "illegal integer"},
		{"16#", "f", 1_048_560, ""},
		{"16#", "f", 1_048_600, "illegal integer"},
		{"2#", "1", 5_000_000, "illegal integer"},
	} {
		_, _, err := Scan(c.prefix+strings.Repeat(c.digit, c.n)+".", Pos{1, 1}, ScanOptions{})
		got := ""
		if err != nil {
			got = err.Text
		}
		if got != c.want {
			t.Errorf("%d times %s%s: %q", c.n, c.prefix, c.digit, got)
		}
	}
}

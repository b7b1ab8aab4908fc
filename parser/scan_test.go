package parser

import "testing"

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

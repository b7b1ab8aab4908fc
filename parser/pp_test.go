package parser

import (
	"strconv"
	"strings"
	"testing"
)

func TestPrintLikeErl(t *testing.T) {
	want := oracle(t, "pp", ppCases)
	for i, c := range ppCases {
		es, err := Exprs(c, Pos{1, 1})
		if err != nil {
			t.Errorf("%q: %v", c, err)
			continue
		}
		if got := FormatExprs(es); charList([]rune(got)) != want[i] {
			t.Errorf("%q:\n got %s\nwant %s", c, got, uncharList(want[i]))
		}
	}
}

func uncharList(s string) string {
	var b strings.Builder
	for _, n := range strings.Split(strings.Trim(s, "[]"), ",") {
		c, err := strconv.Atoi(n)
		if err != nil {
			return s
		}
		b.WriteRune(rune(c))
	}
	return b.String()
}

package compile

import "slices"

// mostSimilar gives the candidate that looks most like name, the last in order of
// those that look alike, or "" if none looks like it at all.
func mostSimilar(name string, candidates []string) string {
	const similar = 0.66
	best, score := "", similar
	slices.Sort(candidates)
	for _, c := range candidates {
		if s := jaro(name, c); s >= score {
			best, score = c, s
		}
	}
	return best
}

// jaro is the Jaro similarity of two strings, from 0 (nothing in common) to 1.
func jaro(s, t string) float64 {
	a, b := []rune(s), []rune(t)
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	window := max(0, max(len(a), len(b))/2-1)
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	matches := 0.0
	for i, r := range a {
		for j := max(0, i-window); j <= min(len(b)-1, i+window); j++ {
			if !usedB[j] && b[j] == r {
				usedA[i], usedB[j] = true, true
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	moved, j := 0.0, 0
	for i := range a {
		if !usedA[i] {
			continue
		}
		for !usedB[j] {
			j++
		}
		if a[i] != b[j] {
			moved++
		}
		j++
	}
	return (matches/float64(len(a)) + matches/float64(len(b)) + (matches-moved/2)/matches) / 3
}

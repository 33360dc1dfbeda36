package spl

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// entropyLookup is what ut_shannon_lookup of Splunk's URL Toolbox computes:
// the Shannon entropy of a word's characters, in bits.
func entropyLookup(keys map[string]string) map[string]string {
	word, ok := keys["word"]
	if !ok {
		return nil
	}
	return map[string]string{"ut_shannon": strconv.FormatFloat(entropy(word), 'g', -1, 64)}
}

func entropy(word string) float64 {
	counts := map[rune]int{}
	for _, r := range word {
		counts[r]++
	}
	n := float64(utf8.RuneCountInString(word))
	// Equal counts are added up as one product, so that the sum does not
	// depend on the map's order.
	often := map[int]int{}
	for _, c := range counts {
		often[c]++
	}
	bits := 0.0
	for c := 1; c <= int(n); c++ {
		if k := often[c]; k > 0 {
			p := float64(c) / n
			bits -= float64(k) * p * math.Log2(p)
		}
	}
	return bits + 0 // of a single letter: 0, not -0
}

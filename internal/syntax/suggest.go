// Package syntax is what the two parsers share: their errors, and the way
// from a query's text back to the file that holds it.
package syntax

import "strings"

// maxDistance is how many letters a misspelt name may be off to be recognised:
// beyond two, suggestions are more often wrong than right.
const maxDistance = 2

// Suggest returns `, did you mean "x"?` for the known name that is closest to
// name, or an empty string if none is close: by two edits, and by no more than half
// of its letters. Case does not count.
func Suggest(name string, known []string) string {
	best, at := "", maxDistance+1
	lower := strings.ToLower(name)
	for _, k := range known {
		if d := distance(lower, strings.ToLower(k), at); d < at {
			best, at = k, d
		}
	}
	if best == "" || 2*at > len(name) {
		return ""
	}
	return `, did you mean "` + best + `"?`
}

// distance is the number of single-byte edits between a and b, or limit if it
// is at least that.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		least := row[0]
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
			least = min(least, row[j+1])
		}
		if least >= limit {
			return limit
		}
	}
	return row[len(b)]
}

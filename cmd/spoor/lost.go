package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/engine"
)

// maxLosers is how many rules are named one by one.
const maxLosers = 10

// losses says, a rule a line, what the rules did not get to see or to tell: the one
// with the most first.
func losses(e *engine.Engine) []string {
	type loser struct {
		text string
		n    int
	}
	var all []loser
	for i, r := range e.Stats().Rules {
		if n := r.Truncated + r.Late + r.Unrun; n > 0 {
			rule := e.Rules()[i]
			all = append(all, loser{fmt.Sprintf("%s: %s", oneLine(cmp.Or(rule.Name, rule.ID)), lossOf(r)), n})
		}
	}
	slices.SortStableFunc(all, func(a, b loser) int { return b.n - a.n })
	var lines []string
	for _, l := range all[:min(len(all), maxLosers)] {
		lines = append(lines, l.text)
	}
	if more := len(all) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("… and %s more", count(more, "rule")))
	}
	return lines
}

func lossOf(r engine.RuleStats) string {
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(text, n))
		}
	}
	add(r.Evicted, "%d held too long or too many")
	add(r.Truncated-r.Evicted-r.GaveUp, "%d dropped by other bounds")
	add(r.GaveUp, "%d texts that took a regular expression too long")
	add(r.Late, "%d late")
	add(r.Unrun, "%d runs left out")
	return strings.Join(parts, ", ")
}

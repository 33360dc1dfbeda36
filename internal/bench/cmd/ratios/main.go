// Ratios reads what go test -bench prints and writes a table in Markdown: of
// each point, what it compares, the ratio of the medians, and what it should be.
//
//	ratios bench.txt...
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	results := map[string]map[string][]float64{}
	for _, name := range os.Args[1:] {
		f, err := os.Open(name)
		if err == nil {
			err = read(f, results)
			f.Close()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "ratios:", err)
			os.Exit(1)
		}
	}
	fmt.Println("| point | compared | median | with | median | ratio | goal | |")
	fmt.Println("|---|---|--:|---|--:|--:|--:|---|")
	for _, c := range claims {
		fmt.Println(c.row(results))
	}
}

// procs is the suffix that go test puts behind a name.
var procs = regexp.MustCompile(`-\d+$`)

// read adds the figures of each benchmark, by unit.
func read(r io.Reader, into map[string]map[string][]float64) error {
	s := bufio.NewScanner(r)
	for s.Scan() {
		f := strings.Fields(s.Text())
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := procs.ReplaceAllString(strings.TrimPrefix(f[0], "Benchmark"), "")
		if into[name] == nil {
			into[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(f); i += 2 {
			x, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				return fmt.Errorf("%s: expected a figure, found %q", name, f[i])
			}
			into[name][f[i+1]] = append(into[name][f[i+1]], x)
		}
	}
	return s.Err()
}

func (c claim) row(results map[string]map[string][]float64) string {
	unit := c.unit
	if unit == "" {
		unit = "cpu-ns/op"
	}
	a, ok := median(results[c.ours][unit])
	if !ok {
		return fmt.Sprintf("| %s | %s | – | %s | | | %s | not measured |", c.point, c.ours, c.theirs, c.goal())
	}
	if c.theirs == "" { // a figure that is a goal by itself
		return fmt.Sprintf("| %s | %s | %s %s | | | | %s | %s |", c.point, c.ours, short(a), unit, c.goal(), c.verdict(a))
	}
	z, ok := median(results[c.theirs][unit])
	if !ok {
		return fmt.Sprintf("| %s | %s | %s | %s | – | | %s | not measured |", c.point, c.ours, short(a), c.theirs, c.goal())
	}
	ratio := (a - c.less(results, unit)) / z
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s | %s |",
		c.point, c.ours, short(a), c.theirs, short(z), short(ratio), c.goal(), c.verdict(ratio))
}

// less is what does not count of ours.
func (c claim) less(results map[string]map[string][]float64, unit string) float64 {
	x, _ := median(results[c.without][unit])
	return x
}

func (c claim) goal() string { return "≤ " + short(c.most) }

func (c claim) verdict(x float64) string {
	if x <= c.most {
		return "met"
	}
	return "**missed**"
}

func median(xs []float64) (float64, bool) {
	if len(xs) == 0 {
		return 0, false
	}
	xs = slices.Sorted(slices.Values(xs))
	if n := len(xs); n%2 == 0 {
		return (xs[n/2-1] + xs[n/2]) / 2, true
	}
	return xs[len(xs)/2], true
}

// short prints a figure in three digits.
func short(x float64) string {
	if x >= 1000 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

package pipeline

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

var _ = register((*compiler).outlier)

// outlierReach is how many times the distance between the quartiles a value
// may be away from the median: the documented default.
const outlierReach = 2.5

// outlier finds values that are far from the rest, by their distance from the
// median in terms of that between the quartiles.
func (c *compiler) outlier(n *ast.Outlier) stage {
	switch n.Kind {
	case "outlier":
	case "anomalydetection":
		return c.anomalydetection(n)
	default:
		c.errorf(n, "unknown kind of outliers %q", n.Kind)
		return nil
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		for c, name := range t.cols {
			if internal(name) == 0 && (len(n.Fields) == 0 || named(n.Fields, name)) {
				if err := r.ctx.Err(); err != nil {
					return nil, err
				}
				t.outliers(n, c)
			}
		}
		return t, nil
	})
}

// outliers removes the column's outliers, with their rows, or puts the limit
// in their place.
func (t *Table) outliers(n *ast.Outlier, col int) {
	var nums []float64
	for i := range t.rows {
		if f, ok := number(t.at(i, col)); ok {
			nums = append(nums, f)
		}
	}
	if len(nums) == 0 {
		return
	}
	slices.Sort(nums)
	at := func(p int) float64 { return nums[min(len(nums)-1, len(nums)*p/100)] }
	reach := outlierReach
	if f, err := strconv.ParseFloat(n.Options["param"], 64); err == nil {
		reach = f
	}
	reach *= at(75) - at(25)
	low, high := at(50)-reach, at(50)+reach
	remove := strings.EqualFold(n.Options["action"], "rm") || strings.EqualFold(n.Options["action"], "remove")
	mark := ""
	if isTrue(n.Options["mark"]) {
		mark = "000"
	}
	lower := isTrue(n.Options["uselower"])
	t.Keep(func(i int) bool {
		f, ok := number(t.at(i, col))
		switch {
		case !ok || f <= high && (!lower || f >= low):
			return true
		case remove:
			return false
		}
		t.set(i, col, event.OfString(mark+aggregate.Number(max(low, min(f, high))).Text()))
		return true
	})
}

package pipeline

import (
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

var _ = register((*compiler).outlier)

// outlierReach is how many times the distance between the quartiles a value
// may be away from them: the documented default.
const outlierReach = 2.5

// outlier finds values that are far from the rest, by their distance from the
// quartiles in terms of that between those.
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

// percentile returns a percentile of the numbers of a column; false for none.
func (t *Table) percentile(col int, p float64) (float64, bool) {
	fn, _ := aggregate.Lookup("exactperc")
	acc := fn.New(p)
	for i := range t.rows {
		if v := t.at(i, col); !v.IsNull() {
			acc.Add(v, 0)
		}
	}
	return number(acc.Result())
}

// outliers removes the column's outliers, with their rows, or puts the limit
// in their place.
func (t *Table) outliers(n *ast.Outlier, col int) {
	quarter, ok1 := t.percentile(col, 25)
	most, ok2 := t.percentile(col, 75)
	if !ok1 || !ok2 {
		return
	}
	reach := outlierReach
	if f, err := strconv.ParseFloat(n.Options["param"], 64); err == nil {
		reach = f
	}
	reach *= most - quarter
	low, high := quarter-reach, most+reach
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

package pipeline

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// anomalyReach is how many times the distance between the quartiles a row's
// probability must lie under the lower one to be an anomaly: the usual fence
// of a box plot. Splunk derives its threshold from the data, too, and does not
// say how.
const anomalyReach = 1.5

// anomalies finds the rows whose values are improbable: the probability of a
// row is the product of how frequent each of its values is.
type anomalies struct {
	t    *Table
	cols []int
	freq []map[string]float64 // of each column's values
	logs []float64            // of each row's probability
}

func newAnomalies(n *ast.Outlier, t *Table) *anomalies {
	a := &anomalies{t: t, logs: make([]float64, len(t.rows))}
	for c, name := range t.cols {
		if internal(name) == 0 && (len(n.Fields) == 0 || named(n.Fields, name)) {
			a.cols = append(a.cols, c)
			a.freq = append(a.freq, map[string]float64{})
		}
	}
	for i := range t.rows {
		for j, c := range a.cols {
			a.freq[j][t.at(i, c).Text()] += 1 / float64(len(t.rows))
		}
	}
	for i := range t.rows {
		for j, c := range a.cols {
			a.logs[i] += math.Log(a.freq[j][t.at(i, c).Text()])
		}
	}
	return a
}

// fence is the least log probability that is none of an anomaly.
func (a *anomalies) fence() float64 {
	sorted := slices.Sorted(slices.Values(a.logs))
	if len(sorted) == 0 {
		return 0
	}
	at := func(p int) float64 { return sorted[min(len(sorted)-1, len(sorted)*p/100)] }
	return at(25) - anomalyReach*(at(75)-at(25))
}

// anomalydetection compiles the stage. Its method iqr is the command outlier;
// zscore, whose score is not documented, is not there.
func (c *compiler) anomalydetection(n *ast.Outlier) stage {
	switch method := strings.ToLower(n.Options["method"]); method {
	case "", "histogram":
		return stageFunc(func(r *run, t *Table) (*Table, error) { return r.anomalies(n, t) })
	case "iqr":
		same := *n
		same.Kind = "outlier"
		return c.outlier(&same)
	default:
		c.errorf(n, "the method %s is not supported: use outlier, or eventstats and where", method)
	}
	return nil
}

// anomalies keeps the anomalies, or with action=annotate all rows, and tells
// of each anomaly which field it is due to.
func (r *run) anomalies(n *ast.Outlier, t *Table) (*Table, error) {
	a := newAnomalies(n, t)
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	fence := a.fence()
	for i := range t.rows {
		if a.logs[i] < fence {
			a.annotate(i)
		}
	}
	if strings.EqualFold(cmp.Or(n.Options["action"], "filter"), "filter") {
		t.Keep(func(i int) bool { return a.logs[i] < fence })
	}
	return t, nil
}

func (a *anomalies) annotate(row int) {
	cause, least, most := "", math.Inf(1), 0.0
	for j, c := range a.cols {
		f := a.freq[j][a.t.at(row, c).Text()]
		most = max(most, f)
		if f < least {
			cause, least = a.t.cols[c], f
		}
	}
	a.t.Set(row, "log_event_prob", event.OfFloat(a.logs[row]))
	a.t.Set(row, "max_freq", event.OfFloat(most))
	a.t.Set(row, "probable_cause", event.OfString(cause))
	a.t.Set(row, "probable_cause_freq", event.OfFloat(least))
}

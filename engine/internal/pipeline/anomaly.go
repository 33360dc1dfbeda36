package pipeline

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

// anomalyReach is how many times the distance between the quartiles a row's
// log probability must lie under the lower one to be an anomaly, which is
// documented for cutoff=false. What Splunk makes of it otherwise, so that less
// is found, it does not say.
const anomalyReach = 1.5

// anomalies finds the rows whose values are improbable: the probability of a
// row is the product of how frequent each of its values is, of numbers the bin
// of a histogram that they are in.
type anomalies struct {
	t     *Table
	cols  []int
	label []func(event.Value) string // of each column's values
	freq  []map[string]float64       // of the labels
	logs  []float64                  // of each row's probability
}

func newAnomalies(n *ast.Outlier, t *Table) *anomalies {
	a := &anomalies{t: t, logs: make([]float64, len(t.rows))}
	for c, name := range t.cols {
		if internal(name) == 0 && (len(n.Fields) == 0 || named(n.Fields, name)) {
			a.cols = append(a.cols, c)
			a.label = append(a.label, t.histogram(c))
			a.freq = append(a.freq, map[string]float64{})
		}
	}
	for i := range t.rows {
		for j := range a.cols {
			a.freq[j][a.of(i, j)] += 1 / float64(len(t.rows))
		}
	}
	for i := range t.rows {
		for j := range a.cols {
			a.logs[i] += math.Log(a.freq[j][a.of(i, j)])
		}
	}
	return a
}

// of is the label of a row's value in the j-th of the columns.
func (a *anomalies) of(row, j int) string { return a.label[j](a.t.at(row, a.cols[j])) }

// histogram returns what tells alike values of a column: their text, or where
// all are numbers, their bin, of as many as the root of how many values there
// are.
func (t *Table) histogram(col int) func(event.Value) string {
	low, high, n := math.Inf(1), math.Inf(-1), 0
	for i := range t.rows {
		v := t.at(i, col)
		f, ok := number(v)
		if !ok && !v.IsNull() {
			return event.Value.Text
		}
		if ok {
			low, high, n = min(low, f), max(high, f), n+1
		}
	}
	width := (high - low) / math.Ceil(math.Sqrt(float64(n)))
	if !(width > 0) || math.IsInf(width, 0) {
		return event.Value.Text
	}
	return func(v event.Value) string {
		f, ok := number(v)
		if !ok {
			return ""
		}
		return aggregate.Number(min(math.Floor((f-low)/width), math.Ceil(math.Sqrt(float64(n)))-1)).Text()
	}
}

// fence is the least log probability that is none of an anomaly: pthresh, or
// one from the data.
func (a *anomalies) fence(n *ast.Outlier) float64 {
	if p, err := strconv.ParseFloat(n.Options["pthresh"], 64); err == nil {
		return math.Log(p)
	}
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
		if act := strings.ToLower(n.Options["action"]); act != "" && act != "filter" && act != "annotate" {
			c.errorf(n, "the action %s is not supported: use filter or annotate", act)
		}
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
	fence := a.fence(n)
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
		f := a.freq[j][a.of(row, j)]
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

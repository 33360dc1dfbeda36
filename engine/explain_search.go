package engine

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
)

// journal gathers what runs of a search do: it is a [pipeline.Trace].
//
// Which rows an event has a part in is asked of the search itself: they are
// those that are others when it runs without the event. So every command is
// followed through, whatever it makes of its rows.
type journal struct {
	*record
	base *journal // of the runs without the event that is asked about
	runs []*runRecord
	now  *runRecord
	more int // runs that are not kept
}

// runRecord is a run under way, or done.
type runRecord struct {
	Run
	reads bool // the event that is asked about, or any if none is, lies in the window
	past  int  // stages that rows, or the event's rows, came through
	lost  bool
	apart bool // it has nothing to do with the event that is asked about

	// Of the stage under way:
	offered, outside int
	from, to         time.Time
	near             *Condition
	far              float64
	row              map[string]any

	mine map[uint64]int   // rows that the event has a part in, after the last stage
	sums []map[uint64]int // of base: all rows, by stage
}

// maxBaseRuns bounds the runs whose rows are held to be compared: an event is
// read by one run, or by a few whose windows overlap.
const maxBaseRuns = 32

// trace is what a run tells; a nil journal wants nothing.
func (j *journal) trace() pipeline.Trace {
	if j == nil {
		return nil
	}
	return j
}

// begin is told of a run.
func (j *journal) begin(now, earliest, latest time.Time) {
	if j == nil {
		return
	}
	j.settle()
	if latest.IsZero() {
		latest = now
	}
	j.now = &runRecord{Run: Run{At: now, Earliest: earliest, Latest: latest}}
	j.now.apart = j.about != nil && !covers(earliest, latest, j.about.Time) && !j.x.rule.search.ownTimes()
}

// tellOutside tells of what a live search has counted that lies outside a window.
func (w *windowRunner) tellOutside(env *pipeline.Env) {
	for _, p := range w.gathered {
		if w.journal != nil && (p.from.Before(env.Earliest) || p.to.After(env.Latest)) {
			w.panes.TellOutside(env, p.Pane)
		}
	}
}

// covers reports whether a window may have an event of a time in it. The end
// of one that ends with its run may be an event of it.
func covers(earliest, latest, t time.Time) bool {
	return (earliest.IsZero() || !t.Before(earliest)) && !t.After(latest)
}

// settle is told that the run under way is done.
func (j *journal) settle() {
	run := j.now
	if run == nil {
		return
	}
	j.now, run.mine = nil, nil
	if j.without {
		if !run.apart && len(j.runs) < maxBaseRuns {
			j.runs = append(j.runs, run)
		}
		return
	}
	if j.about == nil && !run.reads && run.Rows == 0 {
		j.more++
		return
	}
	j.runs = append(j.runs, run)
	if len(j.runs) > j.ask.Most {
		slices.SortStableFunc(j.runs, compareRuns)
		j.runs = j.runs[:j.ask.Most]
		j.more++
	}
}

// compareRuns puts those first that read the event that is asked about, found
// something, or came further; of equals the later ones.
func compareRuns(a, b *runRecord) int {
	truth := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(truth(b.reads)-truth(a.reads), min(b.Rows, 1)-min(a.Rows, 1), b.past-a.past, b.At.Compare(a.At))
}

// Window implements pipeline.Trace.
func (j *journal) Window(_ *ast.Events, earliest, latest time.Time) {
	if j.now != nil {
		j.now.from, j.now.to = earliest, latest
	}
}

// Event implements pipeline.Trace.
func (j *journal) Event(_ *ast.Events, ev Event, outside bool, a pipeline.Asked) {
	run := j.now
	if run == nil {
		return
	}
	run.offered++
	if outside {
		run.outside++
	}
	mine := j.asksFor(EventRef{ID: ev.ID})
	if !outside && (mine || j.about == nil) {
		run.reads = true
	}
	if a.Yes || outside || a.Cond == nil || j.about != nil && !mine {
		return
	}
	if far := distance(a.Cond, true, a.Frame); run.near == nil || far < run.far {
		run.far, run.near = far, j.teller(false).condition(a.Cond, a.Frame)
	}
}

// Row implements pipeline.Trace.
func (j *journal) Row(filter ast.Node, t *pipeline.Table, n int, a pipeline.Asked) {
	run := j.now
	if run == nil || a.Yes || a.Cond == nil {
		return
	}
	if j.about != nil && run.mine[sumOf(t, n)] == 0 {
		return
	}
	if far := distance(a.Cond, true, a.Frame); run.near == nil || far < run.far {
		f, _ := filter.(*ast.Filter)
		run.far, run.near = far, j.teller(f != nil && !f.Search).condition(a.Cond, a.Frame)
		run.row = plainRow(t, n)
	}
}

// teller writes conditions of the search.
func (j *journal) teller(where bool) *teller {
	q := j.x.source.Query
	return &teller{query: q, src: sourceOf(q), where: where}
}

// Stage implements pipeline.Trace.
func (j *journal) Stage(q *ast.Query, stages []ast.Stage, in int, out *pipeline.Table) {
	run := j.now
	if run == nil {
		return
	}
	main := j.x.source.Query
	st := Stage{Text: stageText(main, stages...), Inner: q != main, In: in, Out: out.Len()}
	if p := stages[0].Pos(); p > 0 || !st.Inner {
		st.Line, st.Column = sourceOf(main).Position(p)
	}
	if _, source := stages[0].(*ast.Events); source {
		st.In, st.Outside, st.Earliest, st.Latest = run.offered, run.outside, run.from, run.to
	}
	if !st.Inner {
		j.follow(run, &st, out)
	}
	run.Stages = append(run.Stages, st)
	run.offered, run.outside, run.near, run.row = 0, 0, nil, nil
}

// follow notes what a stage of the search itself has left, and what was lost.
func (j *journal) follow(run *runRecord, st *Stage, out *pipeline.Table) {
	run.Rows = st.Out
	switch {
	case run.apart:
		return
	case j.without:
		run.sums = append(run.sums, sums(out))
		return
	}
	left := st.Out
	if j.about != nil {
		run.mine = j.others(run, out)
		for i := range out.Len() {
			if run.mine[sumOf(out, i)] > 0 {
				st.Concerned++
				if st.Row == nil {
					st.Row = plainRow(out, i)
				}
			}
		}
		left = st.Concerned
	} else if st.Out > 0 {
		st.Row = plainRow(out, 0)
	}
	switch {
	case run.lost || j.about != nil && !run.reads:
	case left > 0:
		run.past++
	default:
		run.lost, st.Lost = true, true
		st.Condition, st.Row = run.near, run.row
	}
}

// others are the rows that the same stage of the same run has not without the
// event.
func (j *journal) others(run *runRecord, out *pipeline.Table) map[uint64]int {
	all := sums(out)
	if j.base == nil {
		return all
	}
	j.base.settle()
	at := 0 // of the stage among those of the search itself
	for _, st := range run.Stages {
		if !st.Inner {
			at++
		}
	}
	for _, b := range j.base.runs {
		if !b.At.Equal(run.At) || at >= len(b.sums) {
			continue
		}
		for sum, n := range b.sums[at] {
			if all[sum] -= n; all[sum] <= 0 {
				delete(all, sum)
			}
		}
	}
	return all
}

// sums counts the rows of a table by their content.
func sums(t *pipeline.Table) map[uint64]int {
	m := make(map[uint64]int, t.Len())
	for i := range t.Len() {
		m[sumOf(t, i)]++
	}
	return m
}

var seed = maphash.MakeSeed()

// sumOf hashes the cells of a row that have a value, whatever the order of
// the columns.
func sumOf(t *pipeline.Table, row int) (sum uint64) {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, c := range t.Columns() {
		if v := t.Value(row, c); !v.IsNull() {
			h.Reset()
			h.WriteString(c)
			h.WriteByte(byte(v.Kind()))
			h.WriteString(v.Text())
			sum += h.Sum64()
		}
	}
	return sum
}

// plainRow is a row as data.
func plainRow(t *pipeline.Table, row int) map[string]any {
	m := map[string]any{}
	for _, c := range t.Columns() {
		if v := t.Value(row, c); !v.IsNull() {
			m[c] = plainValue(v)
		}
	}
	return m
}

// tell adds the runs that came furthest.
func (j *journal) tell(out *Explanation) {
	j.settle()
	slices.SortStableFunc(j.runs, compareRuns)
	if j.about != nil { // other runs are of interest where none reads it
		n := slices.IndexFunc(j.runs, func(run *runRecord) bool { return !run.reads })
		taken := j.steps != nil && slices.ContainsFunc(j.steps, func(s stepRecord) bool { return s.Met > 0 })
		switch {
		case n == 0 && taken:
			n = 1
		case n < 0:
			n = len(j.runs)
		}
		j.runs, j.more = j.runs[:n], 0
	}
	for _, run := range j.runs {
		run.Reason = j.reasonOf(run)
		out.Runs = append(out.Runs, run.Run)
		if j.about != nil && run.reads && run.Stages != nil && !run.lost {
			j.hit, j.held = j.alerts > 0, j.withheld > 0
		}
	}
	out.MoreRuns = j.more
}

// reasonOf tells a run in a line.
func (j *journal) reasonOf(run *runRecord) string {
	head := fmt.Sprintf("run at %s over [%s, %s): ", clockText(run.At), clockText(run.Earliest), clockText(run.Latest))
	if j.about != nil && !run.reads {
		return head + "the event is not read"
	}
	for i, st := range run.Stages {
		if !st.Lost {
			continue
		}
		what := fmt.Sprintf("none of %s", plural(st.In, "row"))
		if j.about != nil {
			what = "no row that the event has a part in"
		}
		s := fmt.Sprintf("%s%s left stage %d, %s", head, what, i+1, cut(st.Text, maxText))
		if st.Condition != nil {
			s += ": " + deciding(st.Condition)
		}
		return s
	}
	return head + plural(run.Rows, "row")
}

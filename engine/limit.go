package engine

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// limiter holds alerts back that a rule's file asks to: those beyond its
// max_signals, and those that are like an earlier one. Kibana keeps the newest
// alerts of a run and Splunk decides at the end of one; a stream has raised the
// oldest by then, and so it is the later ones that are held back.
type limiter struct {
	rule       *ast.Rule
	interval   time.Duration // of the rule's runs, which both limits count in
	raised     map[int64]int // alerts by run
	groups     map[string]time.Time
	swept      time.Time
	capped     int
	suppressed int
	forgotten  int // alerts that later ones are not compared with, for want of room
}

const (
	// defaultInterval is how often Kibana runs a rule that does not say.
	defaultInterval = 5 * time.Minute

	// maxGroups bounds the alerts that a rule remembers for its suppression.
	// A rule with more of them within one duration groups by something that
	// does not repeat; it then raises alerts rather than taking the memory.
	maxGroups = 100_000

	// maxRuns bounds the runs whose alerts are counted. Events within the
	// allowed lateness belong to one or two; wrong clocks scatter them.
	maxRuns = 1000
)

func newLimiter(r *ast.Rule) *limiter {
	l := &limiter{rule: r, interval: r.Schedule.Interval}
	if l.interval <= 0 {
		l.interval = defaultInterval
	}
	return l
}

// admits reports whether an alert may be raised, and counts those that may
// not. One that is like an earlier one does not count against max_signals, and
// one that max_signals holds back suppresses nothing.
func (l *limiter) admits(a *Alert) bool {
	key, grouped := l.group(a)
	if grouped && l.like(key, a.Time) {
		l.suppressed++
		return false
	}
	if !l.below(a.Time) {
		l.capped++
		return false
	}
	if grouped {
		l.remember(key, a.Time)
	}
	return true
}

// group returns what alerts have in common that are alike; ok is false where
// an alert is like no other.
func (l *limiter) group(a *Alert) (key string, ok bool) {
	s := l.rule.Suppression
	if s == nil {
		return "", false
	}
	key, whole := groupOf(a, s.Fields)
	return key, whole || !s.MissingAlone
}

// like reports whether an alert of the group was raised within the
// suppression's duration, or in the same run.
func (l *limiter) like(key string, t time.Time) bool {
	first, ok := l.groups[key]
	return ok && l.together(first, t)
}

func (l *limiter) together(first, t time.Time) bool {
	if d := l.rule.Suppression.Duration; d > 0 {
		return t.Before(first.Add(d))
	}
	return l.run(first) == l.run(t)
}

func (l *limiter) remember(key string, t time.Time) {
	if _, ok := l.groups[key]; !ok && len(l.groups) >= maxGroups {
		l.forgotten++
		return
	}
	if l.groups == nil {
		l.groups = map[string]time.Time{}
	}
	l.groups[key] = t
}

// below reports whether the run at t has room for another alert, and takes it.
func (l *limiter) below(t time.Time) bool {
	if l.rule.MaxSignals == 0 {
		return true
	}
	run := l.run(t)
	if l.raised[run] >= l.rule.MaxSignals {
		return false
	}
	if l.raised[run] == 0 && len(l.raised) >= maxRuns {
		clear(l.raised)
	}
	if l.raised == nil {
		l.raised = map[int64]int{}
	}
	l.raised[run]++
	return true
}

// full reports whether an alert at t would be beyond max_signals, whatever it says,
// and counts it if so. Where a rule suppresses alerts, what they say comes first.
func (l *limiter) full(t time.Time) bool {
	if l.rule.MaxSignals == 0 || l.rule.Suppression != nil || l.raised[l.run(t)] < l.rule.MaxSignals {
		return false
	}
	l.capped++
	return true
}

// run numbers the rule's runs.
func (l *limiter) run(t time.Time) int64 { return t.UnixNano() / int64(l.interval) }

// sweepLimit forgets the alerts that none is compared with any more once no event before
// t will come.
func (c *compiled) sweepLimit(t time.Time) {
	if len(c.limit.groups)+len(c.limit.raised) > 0 {
		c.limit.sweep(c.alertsFrom(t))
	}
}

// alertsFrom returns a time before which no alert lies that is yet to be raised when no
// event before t will come: an alert may be older than the event that decides it.
func (c *compiled) alertsFrom(t time.Time) time.Time {
	if w := c.search; w != nil && !w.conf.continuous && !w.next.IsZero() {
		_, latest := w.schedule.window(w.next)
		return minTime(t, latest)
	}
	if c.search == nil && promptly(c.rule.Query) {
		return t.Add(-c.rule.Query.Stages[0].(*ast.Sequence).Maxspan)
	}
	return t
}

// sweep forgets what no alert after t can be like. It is cheap to call often.
func (l *limiter) sweep(t time.Time) {
	if t.Sub(l.swept) < l.interval {
		return
	}
	l.swept = t
	for k, first := range l.groups {
		if first.Before(t) && !l.together(first, t) {
			delete(l.groups, k)
		}
	}
	for run := range l.raised {
		if run < l.run(t)-1 {
			delete(l.raised, run)
		}
	}
}

// groupOf joins the values of the fields; whole tells that none is missing. A
// sequence has the values on which its events agree. Lists are alike if they
// have the same elements; those of sequences, in the same order.
func groupOf(a *Alert, fields []string) (key string, whole bool) {
	var b strings.Builder
	whole = true
	for _, f := range fields {
		v := a.Field(f)
		whole = whole && !v.IsNull()
		if len(a.Events) == 1 {
			v = inOrder(v)
		}
		writeGroup(&b, v)
	}
	return b.String(), whole
}

// inOrder is a list with its elements in the order of their texts.
func inOrder(v event.Value) event.Value {
	if !v.IsList() {
		return v
	}
	list := make([]event.Value, v.Len())
	for i := range list {
		list[i] = v.At(i)
	}
	slices.SortStableFunc(list, func(a, b event.Value) int { return strings.Compare(a.Text(), b.Text()) })
	return event.OfList(list)
}

// writeGroup writes a value so that no two of different content look alike.
func writeGroup(b *strings.Builder, v event.Value) {
	b.WriteString(strconv.Itoa(v.Len()))
	for i := range v.Len() {
		text := v.At(i).Text()
		b.WriteByte(' ')
		b.WriteString(strconv.Itoa(len(text)))
		b.WriteByte(':')
		b.WriteString(text)
	}
	b.WriteByte('\n')
}

// room reports whether admits would let the alert through, and changes
// nothing.
func (l *limiter) room(a *Alert) bool {
	if key, grouped := l.group(a); grouped && l.like(key, a.Time) {
		return false
	}
	return l.rule.MaxSignals == 0 || l.raised[l.run(a.Time)] < l.rule.MaxSignals
}

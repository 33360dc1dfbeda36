package engine

import (
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// limiter holds alerts back that a rule's file asks to: those beyond its
// max_signals, and those that are like an earlier one.
type limiter struct {
	rule       *ast.Rule
	interval   time.Duration // of the rule's runs, which both limits count in
	raised     map[int64]int // alerts by run
	groups     map[string]time.Time
	swept      time.Time
	capped     int
	suppressed int
}

// defaultInterval is how often Kibana runs a rule that does not say.
const defaultInterval = 5 * time.Minute

func newLimiter(r *ast.Rule) *limiter {
	l := &limiter{rule: r, interval: r.Schedule.Interval, raised: map[int64]int{}, groups: map[string]time.Time{}}
	if l.interval <= 0 {
		l.interval = defaultInterval
	}
	return l
}

// admits reports whether an alert may be raised, and counts those that may
// not.
func (l *limiter) admits(a *Alert) bool {
	if l.rule.Suppression != nil && l.like(a) {
		l.suppressed++
		return false
	}
	if l.rule.MaxSignals == 0 {
		return true
	}
	run := a.Time.UnixNano() / int64(l.interval)
	if l.raised[run] >= l.rule.MaxSignals {
		l.capped++
		return false
	}
	l.raised[run]++
	return true
}

// like reports whether an alert with the same values was raised within the
// suppression's duration, or in the same run.
func (l *limiter) like(a *Alert) bool {
	s := l.rule.Suppression
	key, whole := groupOf(a, s.Fields)
	if !whole && s.MissingAlone {
		return false
	}
	first, ok := l.groups[key]
	if ok && l.together(first, a.Time) {
		return true
	}
	l.groups[key] = a.Time
	return false
}

func (l *limiter) together(first, t time.Time) bool {
	if d := l.rule.Suppression.Duration; d > 0 {
		return t.Before(first.Add(d))
	}
	return first.UnixNano()/int64(l.interval) == t.UnixNano()/int64(l.interval)
}

// sweep forgets what no alert after t can be like. It is cheap to call often.
func (l *limiter) sweep(t time.Time) {
	if t.Sub(l.swept) < l.interval {
		return
	}
	l.swept = t
	for k, first := range l.groups {
		if !l.together(first, t) {
			delete(l.groups, k)
		}
	}
	for run := range l.raised {
		if run < t.UnixNano()/int64(l.interval)-1 {
			delete(l.raised, run)
		}
	}
}

// groupOf joins the values of the fields; whole tells that none is missing. A
// sequence has the values on which its events agree.
func groupOf(a *Alert, fields []string) (key string, whole bool) {
	var b strings.Builder
	whole = true
	for _, f := range fields {
		v := a.Field(f)
		if v.IsNull() {
			whole = false
			b.WriteByte(1)
		}
		b.WriteString(v.Text())
		b.WriteByte(0)
	}
	return b.String(), whole
}

// Field returns what the alert says of a field: the row's column, or the value
// that all its events have; null if they differ.
func (a *Alert) Field(name string) Value {
	if len(a.Events) == 0 {
		return a.Row.Field(name)
	}
	var v Value
	first := true
	for _, ev := range a.Events {
		if ev.Fields == nil {
			continue
		}
		w := ev.Fields.Field(name)
		if !first && !event.Identical(v, w) {
			return Value{}
		}
		v, first = w, false
	}
	return v
}

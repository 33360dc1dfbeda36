package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
)

// Alerts that lie before the event that decides them are compared with those of their own
// time: the window of a search may end long before its run, and what is missing from a
// sequence is known once its span is over.
func TestAlertsOfThePast(t *testing.T) {
	window := ast.TimeRange{Earliest: "-11m", Latest: "-10m"}
	search := func(when ast.Schedule) *ast.Rule {
		r := searchRule(t, "r", `search n>=0 | stats count by k`)
		r.Schedule = when
		return r
	}
	sequence := func() *ast.Rule { return rule(t, "r", `sequence by k with maxspan=10m [a where true] ![b where true]`) }
	for _, c := range []struct {
		rule     *ast.Rule
		suppress time.Duration // -1: not
		most     int
		want     string // minutes of the alerts
	}{
		{search(ast.Schedule{Interval: time.Minute, Window: window}), 3 * time.Minute, 0, "01 04 07 10 13 16 19"},
		{search(ast.Schedule{Cron: "* * * * *", Window: window}), 0, 0, "01 05 10 15 20"},
		{search(ast.Schedule{Cron: "* * * * *", Window: window}), -1, 2, "01 02 05 06 10 11 15 16 20"},
		{sequence(), 3 * time.Minute, 0, "00 03 06 09 12 15 18"},
		{sequence(), 0, 0, "00 05 10 15"},
		{sequence(), -1, 2, "00 01 05 06 10 11 15 16"},
		{rule(t, "r", `sequence by k with maxspan=10m [a where true] ![b where true] [a where true]`), 0, 0, "01 05 10 15"},
	} {
		if c.rule.MaxSignals = c.most; c.suppress >= 0 {
			c.rule.Suppression = &ast.Suppression{Fields: []string{"k"}, Duration: c.suppress}
		}
		for _, opts := range [][]engine.Option{nil, {engine.FullScan()}, {engine.Holding()}} {
			var got []string
			raise := func(alerts []engine.Alert) {
				for _, a := range alerts {
					got = append(got, a.Time.Format("04"))
				}
			}
			e := newEngine(t, []*ast.Rule{c.rule}, opts...)
			for i := range 20 {
				raise(e.Process(ev(float64(60*i+1), engine.Map{"event.category": "a", "n": i, "k": 1})))
				if i%7 == 6 {
					e = restored(t, snapshot(t, e), []*ast.Rule{c.rule}, opts...)
				}
			}
			raise(e.Flush(engine.End))
			assert.Equal(t, c.want, strings.Join(got, " "), c.rule.Query.Source.Text)
		}
	}
}

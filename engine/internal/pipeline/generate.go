package pipeline

import (
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

var (
	_ = register((*compiler).makeRows)
	_ = register((*compiler).series)
)

// makeRows makes rows out of nothing.
func (c *compiler) makeRows(n *ast.Make) stage {
	c.first(n, "makeresults")
	return stageFunc(func(r *run, _ *Table) (*Table, error) {
		t := newTable("_time")
		now := epoch(r.env.Now)
		if n.Data != nil {
			t = newTable(n.Columns...)
			for _, d := range n.Data {
				i := t.Add()
				for name, v := range d {
					t.Set(i, name, event.OfString(v))
				}
			}
			return t, nil
		}
		count := n.Count
		if over := count - maxRows; over > 0 {
			r.dropped(n, "rows", over)
			count = maxRows
		}
		for range count {
			if err := r.tick(); err != nil {
				return nil, err
			}
			t.rows = append(t.rows, []event.Value{now})
		}
		if n.Annotate {
			for _, name := range []string{"_raw", "host", "source", "sourcetype", "splunk_server", "splunk_server_group"} {
				t.column(name)
			}
		}
		return t, nil
	})
}

// series makes a row of each step of time.
func (c *compiler) series(n *ast.Series) stage {
	c.first(n, "gentimes")
	return stageFunc(func(r *run, _ *Table) (*Table, error) {
		now := r.env.Now.In(r.zone)
		start, ok := readDate(n.Start, now)
		if !ok {
			return nil, r.prog.errorf(n, "expected a start such as 10/25/2023 or -7, found %q", n.Start)
		}
		end, _ := readDate("0", now)
		if n.End != "" {
			if end, ok = readDate(n.End, now); !ok {
				return nil, r.prog.errorf(n, "expected an end such as 10/25/2023 or 0, found %q", n.End)
			}
		}
		step := n.Step
		if step.N <= 0 {
			step = ast.Span{N: 1, Unit: ast.Day}
		}
		t := newTable("endhuman", "endtime", "starthuman", "starttime")
		const human = "%a %b %-d %H:%M:%S %Y"
		for at := start; at.Before(end); {
			if err := r.tick(); err != nil {
				return nil, err
			}
			if len(t.rows) == maxRows {
				r.dropped(n, "rows", between(timefmt.Epoch(at), timefmt.Epoch(end), step, true))
				break
			}
			next := timefmt.Next(at, step)
			last := next.Add(-time.Second)
			t.rows = append(t.rows, []event.Value{
				event.OfString(timefmt.Format(last, human)), epoch(last),
				event.OfString(timefmt.Format(at, human)), epoch(at),
			})
			at = next
		}
		return t, nil
	})
}

// readDate reads month/day/year with an optional :hour:minute:second, or days
// from today.
func readDate(s string, now time.Time) (time.Time, bool) {
	if n, err := strconv.Atoi(s); err == nil && n > -1e6 && n < 1e6 {
		today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
		return today.AddDate(0, 0, n), true
	}
	for _, layout := range []string{"1/2/2006:15:04:05", "1/2/06:15:04:05", "1/2/2006", "1/2/06"} {
		if t, err := time.ParseInLocation(layout, strings.TrimSpace(s), now.Location()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

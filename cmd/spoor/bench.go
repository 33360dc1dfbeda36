package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/events"
	"github.com/spoor-lang/spoor/engine"
)

type benchCommand struct {
	Rules  []string `arg:"" help:"Rule files, folders or globs."`
	Events []string `short:"e" required:"" sep:"none" help:"Event files, folders or globs." placeholder:"PATH"`
	ruleFlags
	eventFlags
	Max int `default:"20000" help:"Events to hold in memory; what follows is not read."`
	Top int `default:"10" help:"Rules to list: the most expensive ones."`
}

// Help is the text that stands below the flags' in `spoor bench --help`.
func (*benchCommand) Help() string {
	return `Events are decoded before the clock starts. The cost of a rule is measured in an engine of its own, less that of
an engine without rules; together rules cost less, for they share an index and equal conditions.`
}

type cost struct {
	rule *ast.Rule
	time time.Duration
	held int
}

// Run is called by kong.
func (c *benchCommand) Run(s *session) error {
	rs, _, _ := c.load(s, c.Rules)
	evs, err := c.read(s)
	if err != nil {
		return err
	}
	if len(evs) == 0 || len(rs) == 0 {
		return errors.New("nothing to measure: there must be a rule and an event that can be read")
	}
	all := measure(rs, evs)
	fmt.Fprintf(s.stdout, "%s, %s: %.0f events/s, %s an event, %d partials and events held\n",
		count(len(rs), "rule"), count(len(evs), "event"), float64(len(evs))/all.time.Seconds(), per(all.time, len(evs)), all.held)
	base := measure(nil, evs)
	var costs []cost
	for _, r := range rs {
		if s.ctx.Err() != nil {
			return errors.New("interrupted")
		}
		x := measure([]*ast.Rule{r}, evs)
		x.rule, x.time = r, max(x.time-base.time, 0)
		costs = append(costs, x)
	}
	slices.SortStableFunc(costs, func(a, b cost) int { return cmp.Compare(b.time, a.time) })
	fmt.Fprintf(s.stdout, "\n%10s  %6s  %s\n", "PER EVENT", "HELD", "RULE")
	for _, x := range costs[:min(len(costs), max(c.Top, 0))] {
		fmt.Fprintf(s.stdout, "%10s  %6d  %s\n", per(x.time, len(evs)), x.held, oneLine(x.rule.Name))
	}
	return nil
}

func (c *benchCommand) read(s *session) (evs []engine.Event, err error) {
	r, err := c.reader(s)
	if err != nil {
		return nil, err
	}
	names, err := events.Find(c.Events)
	if err != nil {
		return nil, err
	}
	for ev, err := range r.Files(names) {
		if _, bad := err.(*events.FileError); bad {
			s.problem(err)
		}
		if err == nil {
			evs = append(evs, ev)
		}
		if len(evs) >= c.Max || s.ctx.Err() != nil {
			break
		}
	}
	slices.SortStableFunc(evs, func(a, b engine.Event) int { return a.Time.Compare(b.Time) })
	return evs, nil
}

// measure runs rules over the events once.
func measure(rs []*ast.Rule, evs []engine.Event) cost {
	e, _ := engine.New(rs, engine.Lateness(0)) // load has told of bad rules
	begun := time.Now()
	for _, ev := range evs {
		e.Process(ev)
	}
	x := cost{time: time.Since(begun)}
	for _, r := range e.Stats().Rules {
		x.held += r.Held
	}
	return x
}

func per(d time.Duration, n int) time.Duration { return d / time.Duration(n) }

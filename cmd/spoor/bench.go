package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/events"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
	"github.com/spoor-lang/spoor/engine"
)

type benchCommand struct {
	Rules  []string `arg:"" help:"Rule files, folders or globs."`
	Events []string `short:"e" required:"" sep:"none" help:"Event files, folders or globs." placeholder:"PATH"`
	ruleFlags
	eventFlags
	Max int `default:"20000" help:"Events to hold in memory; what follows is not read."`
	Top int `default:"10" help:"Rules and predicates to list: the most expensive ones."`
}

// Help is the text that stands below the flags' in `spoor bench --help`.
func (*benchCommand) Help() string {
	return `Events are decoded, and put in order, before the clock starts. They run twice through an engine with all rules: once for
the events a second, and once with a clock on one event in 63, rule by rule.

Of each rule the table tells what it costs per event of the stream, the share of the events for which the index names it,
what it finds, and the partials, events and bytes that it holds in the end. Of each predicate it tells what it costs each
time it is looked at, how often it is true, and how many rules have it: the engine runs it once for all of them.`
}

// Run is called by kong.
func (c *benchCommand) Run(s *session) error {
	rs, _, _ := c.load(s, c.Rules)
	evs, err := c.read(s)
	if err != nil {
		return err
	}
	e, err := engine.New(rs)
	if len(evs) == 0 || len(e.Rules()) == 0 {
		return errors.New("nothing to measure: there must be a rule and an event that can be read")
	}
	s.problems(rules.Flatten(err))
	took := c.through(s, e, evs)
	begun := time.Now()
	measured, _ := engine.New(rs, engine.MeasureTime(func() time.Duration { return time.Since(begun) }))
	c.through(s, measured, evs)
	if s.ctx.Err() != nil {
		return errInterrupted
	}
	n, stats := float64(len(evs)), measured.Stats()
	fmt.Fprintf(s.stdout, "%s, %s: %.0f events/s, %s an event\n", count(len(e.Rules()), "rule"), count(len(evs), "event"), n/took.Seconds(), per(took, len(evs)))
	fmt.Fprintf(s.stdout, "index: %.2f rules looked at per event, %.2f %% of all; %s; %d bytes of state\n",
		float64(stats.Candidates)/n, percent(stats.Candidates, len(evs)*len(e.Rules())), count(stats.Matches, "match"), stats.Bytes)
	c.rules(s, measured, stats, len(evs))
	c.predicates(s, e.Rules(), evs)
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
	for it := range until(s.ctx, feed(s.ctx, r.Files(names))) {
		if _, bad := it.err.(*events.FileError); bad {
			s.problem(it.err)
		}
		if it.err == nil {
			evs = append(evs, it.ev)
		}
		if len(evs) >= c.Max {
			break
		}
	}
	slices.SortStableFunc(evs, func(a, b engine.Event) int { return a.Time.Compare(b.Time) })
	if s.ctx.Err() != nil {
		return nil, errInterrupted
	}
	return evs, nil
}

// through runs the events through an engine.
func (c *benchCommand) through(s *session, e *engine.Engine, evs []engine.Event) time.Duration {
	begun := time.Now()
	for _, ev := range evs {
		if s.ctx.Err() != nil {
			break
		}
		e.Process(ev)
	}
	return time.Since(begun)
}

// rules lists the rules that cost most.
func (c *benchCommand) rules(s *session, e *engine.Engine, stats engine.Stats, n int) {
	names := map[string]string{}
	for _, r := range e.Rules() {
		names[r.ID] = cmp.Or(r.Name, r.ID)
	}
	slices.SortStableFunc(stats.Rules, func(a, b engine.RuleStats) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(b.Candidates, a.Candidates))
	})
	fmt.Fprintf(s.stdout, "\n%10s  %8s  %7s  %6s  %9s  %s\n", "PER EVENT", "LOOKS AT", "MATCHES", "HELD", "BYTES", "RULE")
	for _, r := range stats.Rules[:min(len(stats.Rules), max(c.Top, 0))] {
		fmt.Fprintf(s.stdout, "%10s  %6.2f %%  %7d  %6d  %9d  %s\n", per(r.Time, n), percent(r.Candidates, n), r.Matches, r.Held, r.Bytes, oneLine(names[r.ID]))
	}
}

// predicate is a condition without and, or and not.
type predicate struct {
	query *ast.Query // of it alone
	text  string
	rules int
	took  time.Duration // for an event
	true  float64       // percent
}

// measuredEvents are the events that each predicate is measured with: enough
// for a figure of two digits, and few enough for ten thousand predicates.
const measuredEvents = 1000

// predicates lists those that cost most.
func (c *benchCommand) predicates(s *session, rs []*ast.Rule, evs []engine.Event) {
	all := predicatesOf(rs)
	step := (len(evs) + measuredEvents - 1) / measuredEvents
	var some []engine.Event
	for i := 0; i < len(evs); i += step {
		some = append(some, evs[i])
	}
	for _, p := range all {
		p.measure(some)
		if s.ctx.Err() != nil {
			return
		}
	}
	slices.SortStableFunc(all, func(a, b *predicate) int { return cmp.Compare(b.took, a.took) })
	fmt.Fprintf(s.stdout, "\n%10s  %8s  %5s  %s\n", "PER LOOK", "TRUE", "RULES", "PREDICATE")
	for _, p := range all[:min(len(all), max(c.Top, 0))] {
		fmt.Fprintf(s.stdout, "%10s  %6.2f %%  %5d  %s\n", p.took, p.true, p.rules, oneLine(p.text))
	}
}

// predicatesOf are the distinct ones in the conditions on events.
func predicatesOf(rs []*ast.Rule) []*predicate {
	x := predicates{index: map[string]*predicate{}}
	for _, r := range rs {
		counted := map[*predicate]bool{}
		for _, st := range r.Query.Stages {
			for n := range ast.Preorder(st) {
				if ev, ok := n.(*ast.Events); ok && ev.Where != nil {
					x.add(r.Query, ev, counted)
				}
			}
		}
	}
	return x.all
}

type predicates struct {
	all   []*predicate
	index map[string]*predicate // by the text of the query
}

// add takes the predicates of a condition; counted are those of the same rule.
func (x *predicates) add(q *ast.Query, ev *ast.Events, counted map[*predicate]bool) {
	for _, leaf := range leaves(ev.Where) {
		one := &ast.Query{Language: q.Language, View: q.View, Category: q.Category}
		one.Stages = []ast.Stage{&ast.Events{Where: leaf, Dataset: ev.Dataset}}
		text := ast.Format(one)
		p := x.index[text]
		if p == nil {
			p = &predicate{query: one, text: ast.FormatExpr(q, leaf, false)}
			x.index[text] = p
			x.all = append(x.all, p)
		}
		if !counted[p] {
			counted[p] = true
			p.rules++
		}
	}
}

// leaves are the predicates of a condition.
func leaves(e ast.Expr) []ast.Expr {
	switch e := e.(type) {
	case *ast.Logic:
		var all []ast.Expr
		for _, x := range e.List {
			all = append(all, leaves(x)...)
		}
		return all
	case *ast.Not:
		return leaves(e.X)
	case *ast.Subsearch, *ast.Relation, *ast.Bool:
		return nil
	}
	return []ast.Expr{e}
}

// measure runs a predicate over events; one that cannot stand alone, since it
// asks for an earlier event, costs nothing.
func (p *predicate) measure(evs []engine.Event) {
	f, err := engine.Compile(p.query)
	if err != nil {
		return
	}
	best := time.Duration(math.MaxInt64)
	for range passes {
		hits, begun := 0, time.Now()
		for _, ev := range evs {
			if f.Match(ev.Fields) {
				hits++
			}
		}
		best = min(best, time.Since(begun))
		p.true = percent(hits, len(evs))
	}
	p.took = per(best, len(evs))
}

// passes is how often a predicate is measured; the fastest counts, for what
// comes between makes it slower.
const passes = 3

func per(d time.Duration, n int) time.Duration { return d / time.Duration(n) }

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

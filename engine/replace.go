package engine

import (
	"errors"
	"reflect"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/index"
)

// Report tells what Replace did, by the IDs of the rules, in the order in
// which they were given.
type Report struct {
	Added    []string
	Removed  []string // in the order in which they ran
	Kept     []string // the same as before
	Metadata []string // another text around the same query: their state goes on
	// Dropped are rules whose query, filters, systems or, for a search,
	// schedule is another. They begin anew.
	Dropped []Dropped
	// Refused are rules that are wrong, see the error. One that ran under
	// the ID before goes on as it was.
	Refused []string
}

// Replace makes rules the ones that run. A rule that is the same goes on with
// all its state; so does one of which only the description, the severity, the
// actions and the like have changed. An event that waits for its turn is seen
// by the rules that ran when it came.
//
// What is wrong with the rules is joined in the error, as New does; the others
// are replaced all the same, and a wrong one changes nothing about the one
// that ran under its ID. Replace raises no alerts. The cost is that of what has
// changed: rules that are given again as the same pointers cost next to
// nothing.
func (e *Engine) Replace(rules []*ast.Rule) (Report, error) {
	e.settle()
	x := exchange{Engine: e, seats: make(map[string]int, len(e.rules)), keep: make([]bool, len(e.rules)), memo: newMemo()}
	before := make(map[string]*Coverage, len(e.coverage))
	for i := range e.coverage {
		if c := &e.coverage[i]; c.Rule != nil {
			before[c.Rule.ID] = c
		}
	}
	for i, c := range e.rules {
		if !c.retired() {
			x.seats[c.rule.ID] = i
		}
	}
	e.coverage = make([]Coverage, 0, len(rules))
	var errs []error
	seen := make(map[string]bool, len(rules))
	for _, r := range rules {
		err := checkRule(r, seen)
		if err == nil {
			err = x.take(r, before)
		} else {
			e.cover(r, nil, err)
		}
		if err != nil {
			errs = append(errs, err)
			x.refuse(r)
		}
	}
	x.retire()
	x.arrange()
	x.shared.Forget()
	return x.report, errors.Join(errs...)
}

// exchange is a Replace under way.
type exchange struct {
	*Engine
	seats  map[string]int // where rules are, by ID
	keep   []bool         // the seats of rules that go on
	free   []int          // seats of rules that do not
	added  []*compiled    // that have no seat yet
	fresh  []int32        // seats of rules that the index does not know
	memo   *memo
	report Report
}

// take puts a rule into the engine.
func (x *exchange) take(r *ast.Rule, before map[string]*Coverage) error {
	at, ran := x.seats[r.ID]
	if ran {
		old := x.rules[at]
		if same, rest := x.compare(old, r); same {
			x.keep[at] = true
			if rest {
				x.report.Kept = append(x.report.Kept, r.ID)
			} else {
				x.report.Metadata = append(x.report.Metadata, r.ID)
			}
			if old.rule != r {
				x.relabel(old, r)
			}
			c := *before[r.ID]
			c.described = c.described && c.Rule == r // what is said of the file may be another
			c.Rule = r
			if c.Err != nil { // of a later version that was refused
				x.cover(r, old, nil)
			} else {
				x.coverage = append(x.coverage, c)
			}
			return nil
		}
	}
	c, err := x.compile(r)
	x.cover(r, c, err)
	if err != nil {
		return err
	}
	c.since = x.order
	x.added = append(x.added, x.begin(c, x.memo)...)
	if !ran {
		x.report.Added = append(x.report.Added, r.ID)
		x.added = append(x.added, c)
		return nil
	}
	d := c.dropped(x.rules[at].oldest(), x.clock.watermark)
	x.leave(x.rules[at])
	x.report.Dropped = append(x.report.Dropped, *d)
	x.keep[at] = true
	x.seat(at, c)
	return nil
}

// compare reports whether a rule comes to the same state as one that runs, and
// whether it is the same in all else.
func (x *exchange) compare(old *compiled, r *ast.Rule) (state, rest bool) {
	if old.rule == r {
		return true, true
	}
	was, is := old.prints(x.conf, x.memo), x.conf.printsOf(r, x.memo)
	if was.state == is.state {
		old.print = is
	}
	return was.state == is.state, was.rule == is.rule
}

// relabel makes r the rule of c, whose query is the same.
func (x *exchange) relabel(c *compiled, r *ast.Rule) {
	old := c.rule
	c.rule = r
	if c.keep != nil {
		c.keep.join(newKeeper(r.Query.View, outputFields(r)))
	}
	if c.begun != nil {
		c.begun.keep.join(c.keep)
	}
	l := newLimiter(r)
	if l.interval != c.limit.interval {
		clear(c.limit.raised) // the runs are other ones
	}
	if !reflect.DeepEqual(old.Suppression, r.Suppression) {
		clear(c.limit.groups)
	}
	c.limit.rule, c.limit.interval = r, l.interval
	if c.free = c.stateless(); !c.free && c.search == nil {
		x.lateKeeper(c)
	}
}

// refuse notes that a rule is wrong. What ran under its ID goes on, unless the
// ID has been taken by then.
func (x *exchange) refuse(r *ast.Rule) {
	if r == nil || r.ID == "" {
		return
	}
	x.report.Refused = append(x.report.Refused, r.ID)
	if at, ran := x.seats[r.ID]; ran {
		x.keep[at] = true
	}
}

// retire ends the rules that were not given again.
func (x *exchange) retire() {
	for i, c := range x.rules {
		if x.keep[i] || c.begins != nil || c.intake != nil {
			continue
		}
		if !c.retired() {
			x.report.Removed = append(x.report.Removed, c.rule.ID)
			x.leave(c)
			x.rules[i] = retiredRule()
		}
		x.free = append(x.free, i)
	}
	for i, c := range x.rules { // what only those shared
		switch {
		case c.begins != nil && c.begins.empty():
			delete(x.beginnings, c.begins.print)
		case c.intake != nil && len(c.intake.members) == 0:
			if x.intakes[c.intake.kind] == c {
				delete(x.intakes, c.intake.kind)
			}
		default:
			continue
		}
		x.leave(c)
		x.rules[i] = retiredRule()
		x.free = append(x.free, i)
	}
}

// retiredRule stands where a rule was, so that the others keep their places in
// the index. It sees no event.
func retiredRule() *compiled {
	c := noRule(&eventRunner{cond: func(*field.Frame) expr.Tri { return expr.False }})
	c.free = true
	return c
}

// noRule stands in a rule's place, and is none.
func noRule(run runner) *compiled {
	return &compiled{rule: none, runner: run, meets: meetsOf(run), keep: &keeper{}, limit: newLimiter(none)}
}

// none is no rule: it has no ID.
var none = &ast.Rule{Query: &ast.Query{Stages: []ast.Stage{&ast.Events{}}}}

// retired reports whether no rule stands here any more.
func (c *compiled) retired() bool { return c.rule.ID == "" }

// seat puts a compiled rule where it is to stand.
func (x *exchange) seat(at int, c *compiled) {
	x.rules[at] = c
	x.fresh = append(x.fresh, int32(at))
}

// arrange seats the added rules, and makes the dispatch and the index anew as
// far as it must be.
func (x *exchange) arrange() {
	for _, c := range x.added {
		at := len(x.rules)
		if len(x.free) > 0 {
			at, x.free = x.free[0], x.free[1:]
		} else {
			x.rules = append(x.rules, nil)
		}
		x.seat(at, c)
	}
	e := x.Engine
	for _, at := range x.fresh {
		c := e.rules[at]
		e.shareWith(c)
		if c.begun != nil {
			e.shareWith(c.begun)
		}
		if c.search != nil {
			for i := range c.search.sources {
				e.shareWith(c.search.sources[i].in.place)
			}
		}
	}
	e.keep = nil
	e.gather.grow()
	old := e.dispatch
	e.recent = unique(append(e.recent, x.fresh...))
	switch {
	case e.conf.fullScan:
		e.dispatch = e.sortRules()
	case len(e.recent) > maxRecent+len(e.rules)/recentShare:
		e.recent = nil
		e.newDispatch()
	default:
		e.dispatch = e.sortRules()
		e.dispatch.cursor, e.dispatch.recent = old.cursor, old.recent
		if len(x.fresh) > 0 {
			e.dispatch.recent = index.Build(e.entriesFor(e.recent)).Cursor()
		}
	}
	e.dispatch.swept = old.swept
	e.schedule()
}

// Rules that come while the engine runs are in a small index of their own,
// which is quick to make again for the next of them, and which costs each event
// a probe for each field that they ask for. Once they are more than an eighth of
// all, the large index is made again: until then their number has grown by so
// much that its cost, spread over them, is that of loading them.
const (
	maxRecent   = 32
	recentShare = 8
)

// unique returns the numbers in a list once each, and keeps their order.
func unique(list []int32) []int32 {
	seen := make(map[int32]bool, len(list))
	var out []int32
	for _, i := range list {
		if !seen[i] {
			seen[i] = true
			out = append(out, i)
		}
	}
	return out
}

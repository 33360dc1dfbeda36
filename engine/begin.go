package engine

import (
	"iter"
	"reflect"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/sequence"
)

// beginning is the first step of the sequences that begin alike: it looks for
// their first events once for all. It has a place among the rules, so that the
// index finds it, but is none: what it holds is the rules'.
type beginning struct {
	opener  *sequence.Opener
	print   uint64
	keep    *keeper
	members []*compiled // by seat; nil for those that have left
	newest  uint64      // the latest since of a member
	without []int       // members to which the event at hand is none
}

// begin lets a rule share what it has in common with others: a sequence its first
// step, a search what it holds. It returns the places of what is new. The rule must
// not have seen an event.
func (e *Engine) begin(c *compiled, memo *memo) (places []*compiled) {
	if c.search != nil {
		return e.takeIn(c)
	}
	if at := e.open(c, memo); at != nil {
		return []*compiled{at}
	}
	return nil
}

// open lets a rule share its first step with those that begin alike, and returns
// the place of a beginning that is new; nil for none.
func (e *Engine) open(c *compiled, memo *memo) *compiled {
	m, _ := c.machine()
	seq, ok := m.(*sequence.Machine)
	if !ok || len(c.kin) > 0 || !seq.Opens() || e.conf.fullScan {
		return nil
	}
	print := e.conf.printOfBeginning(c.rule, memo)
	at, known := e.beginnings[print]
	if !known {
		b := &beginning{print: print, keep: &keeper{}}
		b.opener = seq.Opener(func(ev Event) Fields { return b.keep.keep(ev.Fields) }, b.keep.both)
		at = noRule(b)
		at.begins, at.keep, at.seen, at.entries = b, b.keep, c.seen, c.entries[:1:1]
		at.uses = e.shared.Share(c.uses)
		e.beginnings[print] = at
	}
	b := at.begins
	c.begun, c.seat = at, b.opener.Join(seq, e.frame.Number)
	b.members = append(b.members, c)
	b.newest = max(b.newest, c.since)
	b.keep.join(c.keep)
	if !seq.Reopens() {
		c.entries = c.entries[1:]
	}
	if run, ok := c.machineRunner(); ok {
		run.narrow = c.keep
	}
	if known {
		return nil
	}
	return at
}

// served yields the rules that what stands in a rule's place is for: those that share
// a beginning or an intake, or the rule itself.
func (c *compiled) served() iter.Seq[*compiled] {
	return func(yield func(*compiled) bool) {
		switch {
		case c.intake != nil:
			for _, m := range c.intake.members {
				if !yield(m.rule) {
					return
				}
			}
		case c.begins != nil:
			for _, m := range c.begins.members {
				if m != nil && !yield(m) {
					return
				}
			}
		default:
			yield(c)
		}
	}
}

// seesFrom makes the held events before an order none of the rule's, nor of what
// it begins with.
func (c *compiled) seesFrom(order uint64) {
	c.since = order
	if c.begun != nil {
		b := c.begun.begins
		b.newest = max(b.newest, order)
	}
}

// leave ends what a rule shares with others.
func (e *Engine) leave(c *compiled) {
	if e.conf.observer.Lost != nil {
		e.tellLost(c)
	}
	e.shared.Release(c.uses, e.slots)
	c.uses = nil
	if c.begun != nil {
		b := c.begun.begins
		b.members[c.seat] = nil
		b.opener.Leave(c.seat)
		c.begun = nil
	}
	if w := c.search; w != nil {
		for i := range w.sources {
			w.sources[i].in.leave(&w.sources[i])
		}
		w.dropPanes()
	}
}

// empty reports whether a beginning has no rule any more.
func (b *beginning) empty() bool { return b.opener.Members() == 0 }

// printOfBeginning tells whether two sequences begin alike: by what decides
// which events their first step meets, under which keys, and for how long.
func (c *config) printOfBeginning(r *ast.Rule, memo *memo) uint64 {
	st := r.Query.Stages[0].(*ast.Sequence)
	p := printer{sum: offset, memo: memo}
	p.text(string(r.Query.Language))
	p.text(c.categoryOf(r.Query))
	for _, x := range []any{r.Query.View, st.Steps[0].Event, st.Steps[0].By, st.Maxspan, r.Filters, r.OS, r.Indices} {
		p.value(reflect.ValueOf(x))
	}
	return p.sum
}

// at sets the turn of the event at hand: one that was held when a rule came is
// none of the rule's.
func (b *beginning) at(turn uint64) {
	b.without = b.without[:0]
	if turn >= b.newest {
		return
	}
	for seat, c := range b.members {
		if c != nil && turn < c.since {
			b.without = append(b.without, seat)
		}
	}
}

// A beginning is a runner that finds nothing itself.

func (b *beginning) bind(func(found), func(time.Time) bool) {}
func (b *beginning) meets() expr.Cond                       { return b.opener.First() }
func (b *beginning) concerns(f *field.Frame) bool           { return b.opener.Concerns(f) }
func (b *beginning) step(f *field.Frame, ev Event)          { b.opener.Step(f, ev, b.without) }
func (b *beginning) advance(t time.Time)                    { b.opener.Advance(t) }
func (b *beginning) finish()                                {}
func (b *beginning) load() load                             { return load{} }

package pipeline

import (
	"context"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/state"
)

// maxLiveKeys is by how many keys a search may group so that its events are counted
// when they come. Those that group by more have about a group for each event, which
// takes more than holding it does, as searches that ask for the same hold it once.
const maxLiveKeys = 2

// Live returns how the search's events go into panes one by one, as time brings them,
// and need not be held: nil where its figures must see them again, or where the
// condition of its source leaves something to be asked. Rows come the newest first,
// and live panes come to what they do.
func (p *Program) Live() *Panes {
	if len(p.sources) != 1 || len(p.stages) < 2 {
		return nil
	}
	src, ok1 := p.stages[0].(*events)
	g, ok2 := p.stages[1].(*grouping)
	if !ok1 || !ok2 || !src.sure || len(p.spans[1].within) > 0 || len(g.keys) > maxLiveKeys {
		return nil
	}
	if !g.prepends() {
		return nil
	}
	ps := p.Panes()
	if ps != nil {
		ps.live = true
	}
	return ps
}

// filler fills a live pane.
type filler struct {
	*counter
	reader *reader
	traced bool
}

// told is an event that was taken, and its row.
type told struct {
	event event.Event
	row   []event.Value
}

// Open opens a live pane of at most so many groups. Env's window and input are not
// looked at.
func (ps *Panes) Open(env *Env, groups int) *Pane {
	own := *env
	own.Input, own.Trace, own.Asked, own.Earliest, own.Latest = nil, nil, true, time.Time{}, time.Time{}
	r := newRun(context.Background(), &own)
	r.prog, r.depth = ps.prog, 1
	src := ps.prog.stages[0].(*events)
	rd, _ := src.reader(r) // which asks nothing
	gs := ps.grouping.groups(ps.figures)
	gs.backward, gs.most = true, min(groups, maxGroups)
	f := &filler{counter: r.counter(src, gs), reader: rd, traced: env.Trace != nil}
	if f.traced { // which is told of the time, too
		f.fields = nil
	}
	return &Pane{groups: gs, filler: f, size: gs.size() + fillerSize}
}

// Take lets an event count that the source's Match lets through. Events come in the
// order of their times. Nothing of it is kept that is not copied. It returns by how many
// bytes the pane has grown.
func (p *Pane) Take(ev *event.Event) (grown int) {
	f := p.filler
	p.rows++
	if !f.readMap(ev.Fields) {
		f.reader.rows.Reset(ev.Fields)
		f.reader.rows.Time = ev.Time
		f.reader.read(f.row)
	}
	if f.traced {
		p.told = append(p.told, told{*ev, slices.Clone(f.row)})
	}
	f.grown = -p.groups.bytes
	f.count()
	f.grown += p.groups.bytes
	p.size += f.grown
	return f.grown
}

// Close lets go of all that it takes to count, and of the last event. None may come
// any more. It returns by how many bytes the pane has shrunk.
func (p *Pane) Close() (shrunk int) {
	p.filler = nil
	p.groups.vals, p.groups.one, p.groups.buf = nil, nil, nil
	p.size -= fillerSize
	return fillerSize
}

// maxTold bounds the rows that a trace is told of, which are made for it alone, however
// many events were counted.
const maxTold = 1 << 20

// tell tells a trace of the stages that live panes stand for. Of the events of each, those
// that it was told of are at hand; the others, which came before, are rows of which
// nothing else is known.
func (ps *Panes) tell(env *Env, panes []*Pane, out *Table) {
	tr, q, spans := env.Trace, ps.prog.query, ps.prog.spans
	src := ps.prog.stages[0].(*events)
	tr.Window(src.scan, env.Earliest, env.Latest)
	t := newTable(src.cols...)
	for _, p := range panes {
		for i := range min(p.Rows(), maxTold-t.Len()) {
			var it told
			row := t.Add()
			if n := len(p.told); i < n {
				it = p.told[n-1-i]
				t.rows[row] = it.row
			}
			tr.Event(src.scan, it.event, false, Asked{Yes: true})
		}
	}
	tr.Stage(q, q.Stages[spans[0].from:spans[0].to], 0, t)
	tr.Stage(q, q.Stages[spans[1].from:spans[1].to], t.Len(), out)
}

// TellOutside tells a trace of the events of a live pane that lies outside the window.
func (ps *Panes) TellOutside(env *Env, p *Pane) {
	src := ps.prog.stages[0].(*events)
	for range min(p.Rows(), maxTold) {
		env.Trace.Event(src.scan, event.Event{}, true, Asked{Yes: true})
	}
}

// Groups returns how many groups a pane has.
func (p *Pane) Groups() int { return len(p.groups.all) }

// Rows returns how many events a live pane has taken.
func (p *Pane) Rows() int { return p.rows }

// Save writes what a live pane has taken. The same content gives the same bytes.
func (p *Pane) Save(w *state.Writer) {
	gs := p.groups
	w.Count(p.rows)
	w.Count(gs.dropped)
	w.Count(gs.combos)
	w.Count(gs.combined)
	texts := make([]string, 0, len(gs.index))
	for text := range gs.index {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	w.Count(len(texts))
	for _, text := range texts {
		gr := gs.index[text]
		w.Values(gr.key)
		for _, a := range gr.accs {
			a.(aggregate.Prepender).Save(w)
		}
	}
}

// Load reads what Save wrote into a pane that was just opened. Groups beyond the bound,
// which may be lower now, are dropped.
func (p *Pane) Load(r *state.Reader) {
	gs := p.groups
	p.rows, gs.dropped, gs.combos, gs.combined = r.Number(), r.Number(), r.Number(), r.Number()
	for range r.Count() {
		key, known := r.Values(), len(gs.all)
		if len(key) != len(gs.keys) {
			r.Fail("expected a value for each key of a group")
			return
		}
		gr := gs.of(key)
		if gr == nil {
			gr = &group{accs: newAccumulators(gs.figures)}
		} else if len(gs.all) == known {
			r.Fail("expected each group once")
			return
		}
		for _, a := range gr.accs {
			a.(aggregate.Prepender).Load(r)
		}
		if r.Err() != nil {
			return
		}
	}
	p.size = gs.size() + fillerSize
}

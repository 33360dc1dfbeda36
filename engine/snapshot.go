package engine

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/state"
)

// Snapshot writes all that the engine holds, so that Restore can go on from
// there, on this machine or another. The same state gives the same bytes.
// Collections are part of it if they are in a [Memory]; those in the
// embedder's own store are not.
func (e *Engine) Snapshot(w io.Writer) error { return WriteRecords(w, e.Records()) }

// Records yields the parts of a snapshot: the engine's, then each rule's, with
// its keys behind it. The engine must not be used before the last one.
func (e *Engine) Records() iter.Seq[Record] { return e.records(e.rules) }

// records are Records, of some of the rules.
func (e *Engine) records(rules []*compiled) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		e.settle()
		if !e.clock.watermark.IsZero() {
			for _, c := range rules {
				e.pass(c, e.clock.watermark) // what is out of every span is no state
				if c.begun != nil {
					e.pass(c.begun, e.clock.watermark)
				}
			}
			e.forget()
			e.schedule()
		}
		queue := e.queue.sorted()
		w, seen, shelf := &state.Writer{}, newMemo(), newInventory(rules, queue)
		e.save(w, queue, shelf)
		if !yield(Record{Kind: EngineRecord, State: w.Bytes()}) {
			return
		}
		for _, c := range rules {
			if c.retired() {
				continue
			}
			w.Reset()
			c.save(w, e, seen, shelf)
			if !yield(Record{Kind: RuleRecord, Rule: c.rule.ID, State: w.Bytes()}) {
				return
			}
			going := true
			c.saveKeys(func(key string, write func(*state.Writer)) {
				if going {
					w.Reset()
					write(w)
					going = yield(Record{Kind: KeyRecord, Rule: c.rule.ID, Key: key, State: w.Bytes()})
				}
			})
			if !going {
				return
			}
		}
	}
}

// Restore compiles rules into an engine, as New does, that goes on where the
// one whose snapshot it reads stopped. Rules are matched by their IDs, and
// need not be the same: one that is not in the snapshot begins without a
// state, as does one whose query, filters or systems have changed, which is
// reported as a [*Dropped]. The options should be the same.
//
// The error joins what is wrong with rules, with the snapshot, and what was
// dropped; the engine is never nil. Of a snapshot that is damaged, nothing is
// used: the engine then is New's.
func Restore(r io.Reader, rules []*ast.Rule, opts ...Option) (*Engine, error) {
	e, bad := New(rules, opts...)
	dropped, err := e.restore(ReadRecords(r))
	if err != nil {
		e, _ = New(rules, opts...)
		return e, errors.Join(bad, err)
	}
	return e, errors.Join(append([]error{bad}, dropped...)...)
}

// restore reads records into a new engine.
func (e *Engine) restore(records iter.Seq2[Record, error]) (dropped []error, err error) {
	byID := make(map[string]*compiled, len(e.rules))
	for _, c := range e.rules {
		byID[c.rule.ID] = c
	}
	var at *compiled // the rule whose keys follow; nil if they are not wanted
	id, first := "", true
	seen, prints := map[string]bool{}, newMemo()
	for rec, err := range records {
		if err != nil {
			return nil, err
		}
		if first != (rec.Kind == EngineRecord) {
			return nil, errors.New("expected the engine's record, and it alone, at the beginning of the snapshot")
		}
		first = false
		r := state.NewReader(rec.State)
		switch rec.Kind {
		case EngineRecord:
			e.read(r)
		case RuleRecord:
			if seen[rec.Rule] {
				return nil, fmt.Errorf("expected rule %s once in the snapshot", rec.Rule)
			}
			id, seen[rec.Rule] = rec.Rule, true
			if at = byID[id]; at == nil {
				continue
			}
			if d := at.read(r, e, prints); d != nil {
				dropped, at = append(dropped, d), nil
			}
		case KeyRecord:
			if rec.Rule != id {
				return nil, fmt.Errorf("expected the keys of rule %s in the snapshot, found one of %s", id, rec.Rule)
			}
			if at == nil {
				continue
			}
			at.readKey(rec.Key, r)
		default:
			return nil, fmt.Errorf("unknown kind %d of record in the snapshot", rec.Kind)
		}
		if r.End(); r.Err() != nil {
			return nil, fmt.Errorf("the state of rule %q: %w", rec.Rule, r.Err())
		}
	}
	e.restored()
	return dropped, nil
}

// restored lets the rules and the dispatch know that all was read.
func (e *Engine) restored() {
	more := e.refill()
	e.findAgain()
	for _, c := range e.rules {
		c.told = c.lost() // by the engine that was saved
		if m, ok := c.machine(); ok {
			m.Loaded()
		}
		if c.begins != nil {
			c.begins.opener.Loaded()
		}
		if c.search != nil {
			c.search.restored(e.clock.watermark)
		}
	}
	if more {
		e.newDispatch()
	} else {
		d := e.sortRules()
		d.cursor = e.dispatch.cursor
		e.dispatch = d
	}
	e.schedule()
}

// save writes the engine's own state.
func (e *Engine) save(w *state.Writer, queue []held, shelf *inventory) {
	w.Time(e.clock.greatest)
	w.Time(e.clock.watermark)
	w.Count(e.clock.ahead)
	w.Time(e.clock.nearest)
	w.Bool(e.clock.sources != nil)
	if e.clock.sources != nil {
		e.clock.sources.save(w)
	}
	for _, n := range e.stats.counts() {
		w.Count(*n)
	}
	w.Uint(e.order)
	w.Uint(e.frame.Number)
	w.Count(e.weighed)
	saveQueue(w, queue)
	e.saveCollections(w)
	e.shelf.save(w, shelf)
	shelf.saveWindows(w)
	for i := range queue {
		e.saveFinding(w, &queue[i], shelf)
	}
}

// counts are the figures that a snapshot keeps.
func (s *Stats) counts() []*int {
	return []*int{&s.Events, &s.Skipped, &s.Late, &s.Skewed, &s.Hurried, &s.Alerts}
}

func (e *Engine) read(r *state.Reader) {
	e.clock.greatest, e.clock.watermark = r.Time(), r.Time()
	e.clock.ahead, e.clock.nearest = r.Number(), r.Time()
	if r.Bool() {
		clocks := newSources(DefaultSilence)
		if e.clock.sources != nil {
			clocks = e.clock.sources
		}
		clocks.read(r)
	}
	for _, n := range e.stats.counts() {
		*n = r.Number()
	}
	e.order, e.frame.Number, e.weighed = r.Uint(), r.Uint(), r.Number()
	e.readQueue(r)
	e.readCollections(r)
	list := e.shelf.read(r)
	e.windows = readWindows(r, list)
	e.gather.grow()
	e.known = readFindings(r, len(e.queue), list)
}

// saveCollections writes what searches wrote with outputlookup.
func (e *Engine) saveCollections(w *state.Writer) {
	m, ok := e.conf.store.(*Memory)
	if !ok {
		w.Count(0)
		return
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	w.Count(len(m.tables))
	for _, name := range slices.Sorted(maps.Keys(m.tables)) {
		w.Text(name)
		t := m.tables[name]
		texts(w, t.Columns())
		n := 0
		for range t.Rows() {
			n++
		}
		w.Count(n)
		for row := range t.Rows() {
			texts(w, row)
		}
	}
}

func texts(w *state.Writer, list []string) {
	w.Count(len(list))
	for _, s := range list {
		w.Name(s)
	}
}

func readTexts(r *state.Reader) []string {
	var list []string
	for range r.Count() {
		list = append(list, r.Name())
	}
	return list
}

func (e *Engine) readCollections(r *state.Reader) {
	tables := map[string]ast.Table{}
	for range r.Count() {
		name := r.Text()
		t := &table{columns: readTexts(r)}
		for range r.Count() {
			row := readTexts(r)
			if len(row) != len(t.columns) {
				r.Fail("expected a cell for each column")
				return
			}
			t.rows = append(t.rows, row)
		}
		tables[name] = t
	}
	if r.Err() != nil || len(tables) == 0 {
		return
	}
	if _, ok := e.conf.store.(*Memory); !ok {
		return
	}
	for name, t := range tables {
		_ = e.conf.store.Write(name, t) // a Memory never fails
	}
}

// table is a collection that was read from a snapshot.
type table struct {
	columns []string
	rows    [][]string
}

func (t *table) Columns() []string { return t.columns }

func (t *table) Rows() iter.Seq[[]string] { return slices.Values(t.rows) }

// A Dropped tells that a rule lost its state, since its query is another.
// Restore returns it as an error, Replace in its [Report].
type Dropped struct {
	ID string
	// From and To are the interval whose events count no more: from the
	// first that was held to the watermark. Both are zero if none was.
	From, To time.Time
	Why      string
}

// Error says which rule lost what.
func (d *Dropped) Error() string {
	if d.From.IsZero() {
		return fmt.Sprintf("rule %s begins anew: %s", d.ID, d.Why)
	}
	return fmt.Sprintf("rule %s begins anew, without what was from %s to %s: %s",
		d.ID, d.From.Format(time.RFC3339Nano), d.To.Format(time.RFC3339Nano), d.Why)
}

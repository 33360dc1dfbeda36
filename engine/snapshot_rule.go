package engine

import (
	"maps"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/sequence"
	"github.com/spoor-lang/spoor/engine/internal/state"
)

// save writes what the rule holds, save what belongs to a join key.
func (c *compiled) save(w *state.Writer, e *Engine, seen *memo, shelf *inventory) {
	w.Uint(c.prints(e.conf, seen).state)
	w.Time(c.oldest())
	for _, n := range c.counts() {
		w.Count(*n)
	}
	w.Count(c.givenUp())
	w.Uint(c.since)
	c.limit.swept = time.Time{} // what the next sweep would forget is no state
	c.sweepLimit(e.clock.watermark)
	c.limit.save(w)
	w.Count(len(c.kin))
	for _, l := range c.kin {
		l.Save(w)
	}
	for _, h := range heads(c.runner) {
		w.Count(h.left)
	}
	switch m, ok := c.machine(); {
	case ok:
		m.SaveShared(w, nil)
	case c.search != nil:
		c.search.save(w, shelf)
	}
}

// counts are the figures that a snapshot keeps.
func (c *compiled) counts() []*int {
	c.count()
	return []*int{&c.candidates, &c.matches, &c.alerts, &c.late}
}

// saveKeys calls record for each join key that has a state.
func (c *compiled) saveKeys(record func(key string, write func(*state.Writer))) {
	if m, ok := c.machine(); ok {
		codec := &fieldsCodec{}
		m.Save(codec, func(key string, write func(*state.Writer)) {
			codec.layouts = nil // each record has its own
			record(key, write)
		})
	}
}

// machine returns what finds the rule's events, if several belong together.
func (c *compiled) machine() (machine, bool) {
	if r, ok := c.machineRunner(); ok {
		return r.machine, true
	}
	return nil, false
}

func (c *compiled) machineRunner() (*machineRunner, bool) {
	run := c.runner
	for {
		switch r := run.(type) {
		case *headRunner:
			run = r.runner
		case *filterRunner:
			run = r.runner
		case *machineRunner:
			return r, true
		default:
			return nil, false
		}
	}
}

// oldest returns the time of the first event that the rule holds; the zero
// time if it holds none.
func (c *compiled) oldest() time.Time {
	if m, ok := c.machine(); ok {
		return m.Oldest()
	}
	var t time.Time
	if c.search != nil {
		if c.search.live && !c.search.empty() {
			return c.search.gathered[0].from
		}
		for i := range c.search.sources {
			if all := c.search.sources[i].held(); len(all) > 0 && (t.IsZero() || all[0].time.Before(t)) {
				t = all[0].time
			}
		}
	}
	return t
}

// read reads what save wrote. A rule that is another now reads nothing, and
// the result says so.
func (c *compiled) read(r *state.Reader, e *Engine, seen *memo) *Dropped {
	print, oldest := r.Uint(), r.Time()
	if print != c.prints(e.conf, seen).state {
		r.Rest()
		c.seesFrom(e.order)
		return c.dropped(oldest, e.clock.watermark)
	}
	for _, n := range c.counts() {
		*n = r.Number()
	}
	c.before = r.Number()
	c.seesFrom(r.Uint())
	c.limit.read(r)
	if r.Count() != len(c.kin) {
		r.Fail("expected as many process trees as the query has")
		return nil
	}
	for _, l := range c.kin {
		l.Load(r)
	}
	for _, h := range heads(c.runner) {
		h.left = r.Number()
	}
	switch m, ok := c.machine(); {
	case ok:
		m.LoadShared(r, nil)
	case c.search != nil:
		if !c.search.read(r, e.windows) {
			r.Rest()
			d := c.dropped(oldest, e.clock.watermark)
			d.Why = "its events were counted when they came, and the options ask to hold them"
			return d
		}
	}
	return nil
}

// dropped says what is lost of a rule whose query is another.
func (c *compiled) dropped(oldest, watermark time.Time) *Dropped {
	d := &Dropped{ID: c.rule.ID, Why: "its query, filters or schedule have changed"}
	if !oldest.IsZero() {
		d.From, d.To = oldest, watermark
	}
	return d
}

func (c *compiled) readKey(key string, r *state.Reader) {
	m, ok := c.machine()
	if !ok {
		r.Fail("expected no join key, found one")
		return
	}
	m.LoadKey(key, r, &fieldsCodec{keep: c.keep})
}

func (l *limiter) save(w *state.Writer) {
	w.Int(int64(l.interval))
	w.Count(l.capped)
	w.Count(l.suppressed)
	w.Count(l.forgotten)
	w.Count(len(l.raised))
	for _, run := range slices.Sorted(maps.Keys(l.raised)) {
		w.Int(run)
		w.Count(l.raised[run])
	}
	saveTimes(w, l.groups)
}

func (l *limiter) read(r *state.Reader) {
	interval := time.Duration(r.Int())
	l.capped, l.suppressed, l.forgotten = r.Number(), r.Number(), r.Number()
	l.raised = map[int64]int{}
	for range r.Count() {
		run, n := r.Int(), r.Number()
		if interval == l.interval { // else the runs are other ones
			l.raised[run] = n
		}
	}
	groups := readTimes(r)
	if l.rule.Suppression != nil {
		l.groups = groups
	}
}

func saveTimes(w *state.Writer, m map[string]time.Time) {
	w.Count(len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		w.Text(k)
		w.Time(m[k])
	}
}

func readTimes(r *state.Reader) map[string]time.Time {
	m := map[string]time.Time{}
	for range r.Count() {
		k := r.Text()
		m[k] = r.Time()
	}
	return m
}

func (w *windowRunner) save(to *state.Writer, shelf *inventory) {
	to.Time(w.next)
	to.Time(w.last())
	for _, n := range w.counts() {
		to.Count(*n)
	}
	saveTimes(to, w.seen)
	to.Count(len(w.sources))
	for i := range w.sources {
		src := &w.sources[i]
		to.Count(shelf.window[src.in])
		to.Count(src.left)
	}
	to.Bool(w.live)
	if w.live {
		w.savePanes(to)
	}
}

// counts are the figures that a snapshot keeps.
func (w *windowRunner) counts() []*int { return []*int{&w.evicted, &w.truncated, &w.skipped} }

// read reads what save wrote, where these are the windows. It reports false where that
// was counted which this runner holds.
func (w *windowRunner) read(r *state.Reader, windows [][]*shelved) bool {
	w.next, w.newest = r.Time(), r.Time()
	for _, n := range w.counts() {
		*n = r.Number()
	}
	w.seen = readTimes(r)
	if r.Count() != len(w.sources) {
		r.Fail("expected as many sources of events as the search has")
		return true
	}
	for i := range w.sources {
		src := &w.sources[i]
		if src.window = 1 + r.Number(); src.window > len(windows) {
			r.Fail("expected a window of events, found none")
			return true
		}
		if src.left = r.Number(); src.left > len(windows[src.window-1]) {
			r.Fail("expected at most as many events that are left behind as the window has")
			return true
		}
	}
	live := r.Bool()
	if live && !w.live {
		w.turnLive()
	}
	if live && w.live {
		w.readPanes(r)
	}
	return w.live || !live
}

// restored sets the next run behind all that was seen, where it is by itself
// unless the snapshot is a forgery: runs that were due long ago would be made up
// for one by one.
func (w *windowRunner) restored(watermark time.Time) {
	w.next = w.next.In(w.conf.zone)
	if w.next.IsZero() || w.conf.continuous {
		return
	}
	seen := w.newest
	if watermark.Before(End) {
		seen = maxTime(seen, watermark)
	}
	for i := range w.sources {
		for _, ev := range w.sources[i].held() {
			seen = maxTime(seen, ev.time)
		}
	}
	if !w.next.After(seen) {
		w.next = w.schedule.next(seen.In(w.conf.zone))
	}
}

// fieldsCodec writes kept fields: their names once for all events of a
// record that have the same.
type fieldsCodec struct {
	keep    *keeper
	layouts [][]field.Key
}

// WriteFields writes fields that a keeper kept.
func (c *fieldsCodec) WriteFields(w *state.Writer, f event.Fields) {
	k, ok := f.(*kept)
	if !ok {
		k = &kept{}
	}
	c.layout(w, k.keys)
	for i := range k.keys {
		w.Value(k.value(i))
	}
	texts(w, k.inferred)
}

func (c *fieldsCodec) layout(w *state.Writer, keys []field.Key) {
	for i, l := range c.layouts {
		if slices.Equal(l, keys) {
			w.Uint(uint64(i) + 1)
			return
		}
	}
	w.Uint(0)
	w.Count(len(keys))
	for _, key := range keys {
		w.Name(key.View)
		w.Name(key.Name)
	}
	if len(c.layouts) < maxLayouts {
		c.layouts = append(c.layouts, keys)
	}
}

// maxLayouts bounds the lists of names that a record refers back to: one for
// each edition of a rule, or, where every field is kept, one for each event,
// which no other has.
const maxLayouts = 8

// ReadFields reads what WriteFields wrote.
func (c *fieldsCodec) ReadFields(r *state.Reader) event.Fields {
	var keys []field.Key
	switch n := r.Uint(); {
	case n == 0:
		keys = c.readKeys(r)
	case n <= uint64(len(c.layouts)):
		keys = c.layouts[n-1]
	default:
		r.Fail("expected the names of fields, found a reference to none")
	}
	var vals []Value
	for range keys {
		vals = append(vals, r.Value())
		if r.Err() != nil {
			return &kept{}
		}
	}
	return newKept(keys, vals, readTexts(r))
}

func (c *fieldsCodec) readKeys(r *state.Reader) []field.Key {
	var keys []field.Key
	for range r.Count() {
		keys = append(keys, field.Key{View: r.Name(), Name: r.Name()})
	}
	if c.keep != nil && slices.Equal(keys, c.keep.keys) {
		keys = c.keep.keys // shared by all that are kept
	}
	if len(c.layouts) < maxLayouts {
		c.layouts = append(c.layouts, keys)
	}
	return keys
}

func (c *fieldsCodec) event(w *state.Writer, ev Event) {
	w.Time(ev.Time)
	w.Text(ev.ID)
	c.WriteFields(w, ev.Fields)
}

func (c *fieldsCodec) readEvent(r *state.Reader) Event {
	return Event{Time: r.Time(), ID: r.Text(), Fields: c.ReadFields(r)}
}

var _ sequence.Codec = (*fieldsCodec)(nil)

package engine

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/state"
)

// What searches hold is written once, with the engine's own state, however many of
// them hold it: the events, and the windows that they lie in. The searches' own
// records refer to these by numbers.

// inventory numbers the events on the shelf and the windows of intakes, as rules come
// to hold them.
type inventory struct {
	list    []*shelved
	number  map[*shelved]int
	windows []*intake
	window  map[*intake]int
}

func newInventory(rules []*compiled, queue []held) *inventory {
	v := &inventory{number: map[*shelved]int{}, window: map[*intake]int{}}
	for _, c := range rules {
		if c.search == nil {
			continue
		}
		for i := range c.search.sources {
			v.add(c.search.sources[i].in)
		}
	}
	for i := range queue {
		if queue[i].finding == nil {
			continue
		}
		for _, t := range queue[i].taken {
			v.shelve(t.event)
		}
	}
	return v
}

func (v *inventory) add(in *intake) {
	if _, known := v.window[in]; known {
		return
	}
	v.window[in] = len(v.windows)
	v.windows = append(v.windows, in)
	for _, s := range in.events.all() {
		v.shelve(s)
	}
}

func (v *inventory) shelve(s *shelved) {
	if _, known := v.number[s]; !known {
		v.number[s] = len(v.list)
		v.list = append(v.list, s)
	}
}

// saveWindows writes which events lie in each window.
func (v *inventory) saveWindows(w *state.Writer) {
	w.Count(len(v.windows))
	for _, in := range v.windows {
		w.Count(in.events.len())
		last := 0
		for _, ev := range in.events.all() {
			n := v.number[ev]
			w.Int(int64(n - last))
			last = n
		}
	}
}

// readWindows reads what saveWindows wrote, of which the events are in a list.
func readWindows(r *state.Reader, list []*shelved) (windows [][]*shelved) {
	for range r.Count() {
		var all []*shelved
		n := int64(0)
		for range r.Count() {
			if n += r.Int(); n < 0 || n >= int64(len(list)) {
				r.Fail("expected an event that is held, found none")
				return nil
			}
			all = append(all, list[n])
		}
		windows = append(windows, all)
	}
	return windows
}

// refill gives intakes the windows of the snapshot that was read. Members that hold
// another one than others, as they came later or begin anew, get an intake of their
// own; whether there is one is returned.
func (e *Engine) refill() (more bool) {
	for _, at := range e.rules {
		if at.intake == nil {
			continue
		}
		members := at.intake.members
		at.intake.members, at.since = nil, 0
		parts := map[int]*intake{}
		for _, m := range members {
			in := parts[m.window]
			switch {
			case in != nil:
			case len(parts) == 0:
				in = at.intake
			default:
				place := e.newIntake(m.rule, m.source, at.intake.kind)
				e.rules = append(e.rules, place)
				in, more = place.intake, true
			}
			parts[m.window] = in
			left := m.left
			in.join(m.rule, m.source)
			m.left = left
		}
		for n, in := range parts {
			e.shareWith(in.place)
			if n == 0 {
				continue
			}
			if in.kind.live {
				in.countHeld(e.windows[n-1])
				continue
			}
			for _, s := range e.windows[n-1] {
				in.add(s, e.conf.windowSize)
			}
			in.events.rests = false
			in.forget()
		}
	}
	e.gather.grow()
	e.windows = nil
	return more
}

// countHeld lets the events of a window count that an engine with other options held.
func (in *intake) countHeld(list []*shelved) {
	for _, m := range in.members {
		for _, s := range list[m.left:] {
			ev := m.event(s)
			m.rule.search.count(&ev)
		}
		m.left = 0
	}
}

// save writes the events of an inventory. Their columns are named in the order of
// their names: how an engine numbers them is no state.
func (s *shelf) save(w *state.Writer, v *inventory) {
	used := map[uint32]bool{}
	for _, ev := range v.list {
		for _, c := range ev.columns {
			used[c] = true
		}
	}
	columns := slices.SortedFunc(maps.Keys(used), func(a, b uint32) int {
		x, y := s.columns[a].Key, s.columns[b].Key
		return cmp.Or(strings.Compare(x.View, y.View), strings.Compare(x.Name, y.Name))
	})
	rank := make([]int, len(s.columns))
	w.Count(len(columns))
	for i, c := range columns {
		rank[c] = i
		w.Name(s.columns[c].View)
		w.Name(s.columns[c].Name)
	}
	w.Count(len(v.list))
	codec := &fieldsCodec{}
	for _, ev := range v.list {
		w.Time(ev.time)
		w.Text(ev.id)
		w.Count(int(ev.takers))
		w.Bool(ev.whole != nil)
		if ev.whole != nil {
			codec.WriteFields(w, ev.whole)
			continue
		}
		ev.save(w, rank)
	}
}

func (s *shelved) save(w *state.Writer, rank []int) {
	order := make([]int, len(s.columns))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return rank[s.columns[i]] - rank[s.columns[j]] })
	w.Count(len(order))
	for _, i := range order {
		w.Count(rank[s.columns[i]])
		w.Value(s.vals[i])
	}
	texts(w, s.inferred)
}

// read reads what save wrote. Rules then come to hold the events.
func (s *shelf) read(r *state.Reader) (list []*shelved) {
	var columns []uint32
	for range r.Count() {
		columns = append(columns, s.column(field.Key{View: r.Name(), Name: r.Name()}))
	}
	codec := &fieldsCodec{}
	for range r.Count() {
		ev := &shelved{time: r.Time(), id: r.Text()}
		takers := r.Number()
		if takers < 1 || takers > math.MaxInt32 {
			r.Fail("expected a source that took an event")
			return nil
		}
		ev.takers = int32(takers)
		if r.Bool() {
			ev.whole, _ = codec.ReadFields(r).(*kept)
		} else {
			ev.read(r, columns)
		}
		if r.Err() != nil {
			return nil
		}
		ev.weigh()
		list = append(list, ev)
	}
	return list
}

func (s *shelved) read(r *state.Reader, columns []uint32) {
	vals := map[uint32]Value{}
	for range r.Count() {
		c := r.Uint()
		if c >= uint64(len(columns)) {
			r.Fail("expected a field that was named, found another")
			return
		}
		vals[columns[c]] = r.Value()
	}
	s.inferred = readTexts(r)
	s.columns = slices.Sorted(maps.Keys(vals))
	for _, c := range s.columns {
		s.vals = append(s.vals, vals[c])
	}
}

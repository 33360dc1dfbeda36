package sequence

import (
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Opener finds the first events of the sequences that begin alike, once for all
// of them: thousands of rules ask for a process that starts, and differ in what
// follows. It holds the latest first event of each join key, and earlier ones
// where that is none to some members. A machine that is a member begins nothing
// itself; where an event may be its second, it takes the first from here, as if it
// had held it all the time.
//
// The members see each event before the opener does: an event is none of its
// own predecessors.
type Opener struct {
	item    item
	keep    func(ev event.Event) event.Fields
	join    func(a, b event.Fields) event.Fields
	maxspan time.Duration
	bound   int

	openings map[string]*opening   // the latest of each key
	others   map[string][]*opening // earlier ones of a key; a member has one in all
	live     openings              // in the order in which they came
	bytes    int
	members  []*member // by seat; nil for those that have left
	joined   int
	young    []*member // those that came later than some openings
	ends     []ending
	load     []*opening
}

// ending tells that an event ends what a member holds for a key, which it does
// even to what it begins itself.
type ending struct {
	number uint64
	key    string
	seat   int
}

// end drops a key's opening for a member, as the event at hand is one of until.
func (o *Opener) end(key []byte, seat int, number uint64) {
	o.take(key, seat, true)
	if len(o.ends) > 0 && o.ends[0].number != number {
		o.ends = o.ends[:0]
	}
	o.ends = append(o.ends, ending{number, string(key), seat})
}

// member is a machine that an opener serves.
type member struct {
	machine *Machine
	// since is the number of the event from which on openings are the
	// member's.
	since uint64
	// Of the openings, so many are older, and so many were taken from it.
	before, without int
}

// Opens reports whether the machine may be the member of an opener: only the
// latest first event of a key must matter, nothing may lie before it or behind it
// that must not, whatever ends it must not look at it, nor come before the steps, and
// nobody traces the machine.
func (m *Machine) Opens() bool {
	if m.until >= 0 && m.items[m.until].refers != nil {
		return false
	}
	return len(m.stages) > 1 && m.stages[0].single && len(m.leads) == 0 && (len(m.gaps) == 0 || len(m.gaps[0]) == 0) &&
		m.trace == nil && !m.original && !m.absent.queue.batch
}

// Reopens reports whether the first step is a later one, too.
func (m *Machine) Reopens() bool { return m.stages[1].item == m.stages[0].item }

// Opener returns an opener for sequences that begin as this one does, which
// Opens. keep copies what any of the members needs of an event; join puts
// together what two members have kept of the same.
func (m *Machine) Opener(keep func(ev event.Event) event.Fields, join func(a, b event.Fields) event.Fields) *Opener {
	first := m.items[m.stages[0].item]
	first.vals = make([][]event.Value, len(first.by))
	first.hitAt, first.keyAt, first.enc, first.ends = 0, 0, nil, nil
	return &Opener{item: first, keep: keep, join: join, maxspan: m.maxspan, bound: m.bound,
		openings: map[string]*opening{}, others: map[string][]*opening{}}
}

// Join makes a machine a member, to which no opening so far belongs; number is
// that of the latest event. The machine must have no state. Its seat is
// returned.
func (o *Opener) Join(m *Machine, number uint64) int {
	mb := &member{machine: m, since: number, before: o.live.n}
	o.members = append(o.members, mb)
	o.joined++
	if mb.before > 0 {
		o.young = append(o.young, mb)
	}
	m.opener, m.seat = o, len(o.members)-1
	return m.seat
}

// Leave ends a membership.
func (o *Opener) Leave(seat int) {
	mb := o.members[seat]
	o.members[seat] = nil
	o.joined--
	o.young = slices.DeleteFunc(o.young, func(y *member) bool { return y == mb })
	for op, next := o.live.oldest, (*opening)(nil); op != nil; op = next {
		next = op.next
		if op.without.has(seat) {
			(*op.without)[seat>>6] &^= 1 << (seat & 63)
			op.gone--
		}
		o.unused(op)
	}
}

// First is the condition of a first event; nil for every event.
func (o *Opener) First() expr.Cond { return o.item.cond }

// Concerns reports whether the event that f holds is a first one.
func (o *Opener) Concerns(f *field.Frame) bool { return o.item.meets(f) }

// Step takes the next event, which f holds, after all members. It is none to
// those at the seats that are named.
func (o *Opener) Step(f *field.Frame, ev event.Event, without []int) {
	o.Advance(ev.Time)
	if !o.item.hit(f, f.Number) {
		return
	}
	cut := o.item.cut
	var k *Kept
	for i := range o.item.keys(f, f.Number) {
		if k == nil {
			k = keptOf(ev, o.keep, f.Number)
		}
		o.open(o.item.key(i), i, k, without)
	}
	for _, e := range o.ends {
		if op := o.openings[e.key]; e.number == f.Number && op != nil {
			o.withhold(op, e.seat)
		}
	}
	o.ends = o.ends[:0]
	if cut = o.item.cut - cut; cut > 0 {
		o.evicted(cut, nil)
	}
	o.item.release()
}

// open makes k the opening of a key, the i-th of the event at hand, but for the
// members, in ascending order, to which it is none: they keep the one that they had.
func (o *Opener) open(key []byte, i int, k *Kept, without []int) {
	op := o.place(key, without)
	if op.vals = nil; !o.item.texts(i) {
		op.vals = o.item.tuple(i)
	}
	op.kept = k
	o.put(op)
	for _, seat := range without {
		o.withhold(op, seat)
	}
	if o.live.n > o.bound {
		o.evicted(1, o.live.oldest)
		o.drop(o.live.oldest)
	}
}

// place returns what is to be the latest opening of a key.
func (o *Opener) place(key []byte, without []int) *opening {
	if len(without)+len(o.others[string(key)]) > 0 {
		o.leaveTo(without, string(key))
	}
	op := o.openings[string(key)]
	if op == nil {
		op = &opening{key: string(key)}
		o.openings[op.key] = op
		return op
	}
	o.forgotten(op)
	o.live.remove(op)
	op.without, op.gone = nil, 0
	return op
}

// leaveTo leaves a key's openings to some members, and takes them from all others.
// None is the latest any more.
func (o *Opener) leaveTo(some []int, key string) {
	for _, op := range o.all(key) {
		for seat, mb := range o.members {
			if _, keeps := slices.BinarySearch(some, seat); mb != nil && !keeps {
				o.withhold(op, seat)
			}
		}
	}
	if op := o.openings[key]; op != nil {
		delete(o.openings, key)
		o.others[key] = append(o.others[key], op)
	}
}

// all returns the openings of a key.
func (o *Opener) all(key string) []*opening {
	list := slices.Clone(o.others[key])
	if op := o.openings[key]; op != nil {
		list = append(list, op)
	}
	return list
}

func (o *Opener) put(op *opening) {
	o.live.add(op)
	op.size = op.weigh()
	o.bytes += int(op.size)
}

// drop forgets an opening.
func (o *Opener) drop(op *opening) {
	o.forgotten(op)
	o.live.remove(op)
	if o.openings[op.key] == op {
		delete(o.openings, op.key)
		return
	}
	left := slices.DeleteFunc(o.others[op.key], func(x *opening) bool { return x == op })
	if o.others[op.key] = left; len(left) == 0 {
		delete(o.others, op.key)
	}
}

// forgotten counts for the members what an opening that goes was to them.
func (o *Opener) forgotten(op *opening) {
	o.bytes -= int(op.size)
	op.without.each(func(seat int) {
		if mb := o.members[seat]; mb != nil {
			mb.without--
		}
	})
	if len(o.young) == 0 {
		return
	}
	o.young = slices.DeleteFunc(o.young, func(mb *member) bool {
		if op.kept.Order <= mb.since {
			mb.before--
		}
		return mb.before == 0
	})
}

// evicted counts n openings that a bound dropped for the members to which op is
// one, or for all.
func (o *Opener) evicted(n int, op *opening) {
	for seat, mb := range o.members {
		if mb != nil && (op == nil || op.of(mb, seat)) {
			mb.machine.evicted += n
		}
	}
}

// withhold makes the opening none to a member.
func (o *Opener) withhold(op *opening, seat int) {
	mb := o.members[seat]
	if !op.of(mb, seat) {
		return
	}
	if o.joined == 1 { // nobody else asks for it
		o.drop(op)
		return
	}
	if op.without == nil {
		op.without = &seats{}
	}
	for len(*op.without) <= seat>>6 {
		*op.without = append(*op.without, 0)
	}
	(*op.without)[seat>>6] |= 1 << (seat & 63)
	op.gone++
	mb.without++
	o.unused(op)
}

// unused drops an opening that is no member's any more.
func (o *Opener) unused(op *opening) {
	n := int(op.gone)
	for _, mb := range o.young {
		if op.kept.Order <= mb.since {
			n++
		}
	}
	if n == o.joined {
		o.drop(op)
	}
}

// take returns the opening of a key for a member; nil if there is none. With
// gone, the member has it no more.
func (o *Opener) take(key []byte, seat int, gone bool) *opening {
	mb := o.members[seat]
	op := o.openings[string(key)]
	if op == nil || !op.of(mb, seat) {
		others := o.others[string(key)]
		i := slices.IndexFunc(others, func(op *opening) bool { return op.of(mb, seat) })
		if i < 0 {
			return nil
		}
		op = others[i]
	}
	if gone {
		o.withhold(op, seat)
	}
	return op
}

// Advance tells that no event before t will come.
func (o *Opener) Advance(t time.Time) {
	if o.maxspan <= 0 {
		return
	}
	for op := o.live.oldest; op != nil && t.Sub(op.kept.Time) > o.maxspan; op = o.live.oldest {
		o.drop(op)
	}
}

// Members returns how many machines are members.
func (o *Opener) Members() int { return o.joined }

// held returns how many openings are a member's.
func (o *Opener) held(seat int) int {
	return o.live.n - o.members[seat].before - o.members[seat].without
}

package sequence

import (
	"cmp"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
)

// What an opener holds is saved with each of its members, so that the record of
// a rule and a key needs no other, and may be read by a machine that shares
// nothing, or shares with others.

// reads takes over the opening of a key that a member's record holds.
func (o *Opener) reads(key string, vals []event.Value, k *Kept, seat int) {
	var same *opening
	for _, op := range o.all(key) {
		if !op.without.has(seat) { // no member has two of them: the record is a forgery
			o.members[seat].machine.evicted++
			return
		}
		if op.kept.Order == k.Order {
			same = op
		}
	}
	switch {
	case same == nil:
		same = o.loads(key, vals, k)
	case o.join != nil:
		k.Fields = o.join(same.kept.Fields, k.Fields)
	}
	same.kept = k
	(*same.without)[seat>>6] &^= 1 << (seat & 63)
}

// loads makes k an opening of a key, and of no member yet.
func (o *Opener) loads(key string, vals []event.Value, k *Kept) *opening {
	op := &opening{key: key, vals: vals, kept: k, without: o.everyone()}
	if o.item.readable(key, vals) {
		op.vals = nil
	}
	if o.openings[key] == nil {
		o.openings[key] = op
	} else {
		o.others[key] = append(o.others[key], op)
	}
	o.load = append(o.load, op)
	return op
}

// everyone returns the seats of all members.
func (o *Opener) everyone() *seats {
	s := make(seats, (len(o.members)+63)/64)
	for i := range o.members {
		s[i>>6] |= 1 << (i & 63)
	}
	return &s
}

// Loaded is told that all keys of all members were read.
func (o *Opener) Loaded() {
	slices.SortFunc(o.load, func(a, b *opening) int {
		return cmp.Or(cmp.Compare(a.kept.Order, b.kept.Order), cmp.Compare(a.key, b.key))
	})
	for _, op := range o.load {
		o.put(op)
		op.without.each(func(seat int) {
			if mb := o.members[seat]; mb != nil {
				mb.without++
				op.gone++
			}
		})
	}
	o.load = nil
	for o.live.n > o.bound {
		o.evicted(1, o.live.oldest)
		o.drop(o.live.oldest)
	}
}

// opened calls yield for each opening that is a member's.
func (o *Opener) opened(seat int, yield func(*opening)) {
	for op := o.live.oldest; op != nil; op = op.next {
		if op.of(o.members[seat], seat) {
			yield(op)
		}
	}
}

// oldestTime returns the time of the first opening of a member.
func (o *Opener) oldestTime(seat int) time.Time {
	for op := o.live.oldest; op != nil; op = op.next {
		if op.of(o.members[seat], seat) {
			return op.kept.Time
		}
	}
	return time.Time{}
}

package sequence

import (
	"math/bits"
	"slices"

	"github.com/spoor-lang/spoor/engine/event"
)

// opening is a first event that waits for the second ones.
type opening struct {
	key        string
	vals       []event.Value // nil where the key tells them
	kept       *Kept
	without    *seats // members to which it is none, or none any more
	gone       int32  // these
	size       int32  // of it all, about
	prev, next *opening
}

// values returns the values of the key.
func (op *opening) values() []event.Value {
	if op.vals == nil {
		return textsOf(op.key)
	}
	return slices.Clone(op.vals)
}

// of reports whether the opening is one to a member.
func (op *opening) of(mb *member, seat int) bool {
	return op.kept.Order > mb.since && !op.without.has(seat)
}

// seats are a set of members.
type seats []uint64

func (s *seats) has(i int) bool {
	return s != nil && i>>6 < len(*s) && (*s)[i>>6]&(1<<(i&63)) != 0
}

// each calls yield for each seat.
func (s *seats) each(yield func(int)) {
	if s == nil {
		return
	}
	for i, w := range *s {
		for ; w != 0; w &= w - 1 {
			yield(i<<6 + bits.TrailingZeros64(w))
		}
	}
}

// openings are a list.
type openings struct {
	oldest, newest *opening
	n              int
}

func (l *openings) add(o *opening) {
	if o.prev = l.newest; o.prev == nil {
		l.oldest = o
	} else {
		o.prev.next = o
	}
	l.newest = o
	l.n++
}

func (l *openings) remove(o *opening) {
	if o.prev == nil {
		l.oldest = o.next
	} else {
		o.prev.next = o.next
	}
	if o.next == nil {
		l.newest = o.prev
	} else {
		o.next.prev = o.prev
	}
	o.prev, o.next = nil, nil
	l.n--
}

package index

import (
	"math"
	"slices"
)

// fine is the share of events below which another clause is not worth a field
// more to probe: reading a field costs as much as the conditions of some rules.
const fine = 0.1

// place puts the entries of a node behind clauses, so that few fields have to
// be read, and few rules evaluated: each behind the rarest of the clauses whose
// fields are read anyhow.
func (b *builder) place(at int32, list, used []int32) {
	options := make([][]option, len(list))
	b.options = b.options[:0]
	for i, e := range list {
		options[i] = b.optionsOf(e, used)
	}
	b.chooseSlots(options)
	for i, e := range list {
		b.settle(at, b.entries[e].rule, pick(options[i], b.read), len(used))
	}
}

// option is a clause that an entry may stand behind.
type option struct {
	clause
	share float64
}

// options lists the clauses of an entry that its gates have not decided: the
// fine ones, or else the rarest. They are in memory that the next node uses again.
func (b *builder) optionsOf(e int32, used []int32) []option {
	from := len(b.options)
	least := math.Inf(1)
	for _, c := range b.entries[e].clauses {
		if slot, ok := c.slot(); ok && slices.Contains(used, slot) {
			continue
		}
		o := option{c, b.share(c)}
		least = min(least, o.share)
		b.options = append(b.options, o)
	}
	all := b.options[from:len(b.options):len(b.options)]
	return slices.DeleteFunc(all, func(o option) bool { return o.share > max(fine, least) })
}

// chooseSlots covers every entry by fields, which are to be read, taking again and
// again the field that serves most of the entries that are left.
func (b *builder) chooseSlots(options [][]option) {
	clear(b.read)
	var left [][]option
	for _, os := range options {
		if len(os) == 1 {
			for i := range os[0].clause {
				b.read[os[0].clause[i].slot] = true
			}
		} else if len(os) > 1 {
			left = append(left, os)
		}
	}
	for {
		left = slices.DeleteFunc(left, func(os []option) bool {
			return slices.ContainsFunc(os, func(o option) bool { return o.within(b.read) })
		})
		if len(left) == 0 {
			return
		}
		b.read[b.mostUsed(left)] = true
	}
}

// mostUsed returns the field, of those not read yet, that most entries ask for.
func (b *builder) mostUsed(left [][]option) int {
	clear(b.counts)
	for _, os := range left {
		seen := b.seen[:0]
		for _, o := range os {
			for i := range o.clause {
				if s := o.clause[i].slot; !b.read[s] && !slices.Contains(seen, s) {
					seen = append(seen, s)
					b.counts[s]++
				}
			}
		}
		b.seen = seen
	}
	best := 0
	for s, n := range b.counts {
		if n > b.counts[best] {
			best = s
		}
	}
	return best
}

// within reports whether the fields are all that the clause asks for.
func (c clause) within(slots []bool) bool {
	for i := range c {
		if !slots[c[i].slot] {
			return false
		}
	}
	return true
}

// pick returns the rarest clause over the fields that are read; nil if there is
// no clause at all.
func pick(options []option, read []bool) clause {
	var best option
	for _, o := range options {
		if o.within(read) && (best.clause == nil || o.share < best.share) {
			best = o
		}
	}
	return best.clause
}

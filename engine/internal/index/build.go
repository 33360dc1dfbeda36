package index

import (
	"math"
	"slices"
)

const (
	// minGate is how many entries make a gate worth its probe.
	minGate = 8
	// minCrowd is how many entries stand, on average, behind each value of a
	// gate. Fields of more values lead to entries directly.
	minCrowd = 2
	// maxOpenings bounds the values at which one entry may pass a gate; it
	// stands behind each of them.
	maxOpenings = 8
	// maxGates bounds the gates one behind the other: category, system, type
	// and one to spare. More would part groups that are small already.
	maxGates = 4
)

// builder makes an index.
type builder struct {
	x       *Index
	entries []entry
	counts  map[fieldKey]int // entries that ask for an atom
	slots   map[int32]*draft
}

type entry struct {
	rule     int32
	clauses  []clause
	openings []opening
}

// opening is a field with the keys at which an entry passes a gate on it.
type opening struct {
	slot int32
	keys []uint64
}

type fieldKey struct {
	slot int32
	key  string
}

// draft is a matcher while it is built: the postings of each atom.
type draft struct {
	atoms map[string]*draftAtom
	order []string
}

type draftAtom struct {
	atom
	to []posting
}

// Build makes an index of entries.
func Build(entries []Entry) *Index {
	b := &builder{x: &Index{}, counts: map[fieldKey]int{}, slots: map[int32]*draft{}}
	b.x.stats.Entries = len(entries)
	var all []int32
	for _, e := range entries {
		b.x.rules = max(b.x.rules, e.Rule+1)
		branches := [][]clause{nil}
		if e.Cond != nil {
			r := reader{scope: e.Scope}
			branches = r.branches(e.Cond)
		}
		branches = possible(branches)
		if len(branches) == 0 {
			b.x.stats.Never++
		}
		for _, cs := range branches {
			all = append(all, int32(len(b.entries)))
			b.entries = append(b.entries, entry{int32(e.Rule), cs, openings(cs)})
		}
	}
	b.count()
	b.node(all, nil)
	b.finish()
	return b.x
}

// count counts how many entries ask for each value.
func (b *builder) count() {
	for i := range b.entries {
		seen := map[fieldKey]bool{}
		for _, c := range b.entries[i].clauses {
			for j := range c {
				if c[j].kind != exact && c[j].kind != number {
					continue
				}
				k := fieldKey{c[j].slot, c[j].key()}
				if !seen[k] {
					seen[k] = true
					b.counts[k]++
				}
			}
		}
	}
}

// share estimates the share of events that meet a clause. What many entries
// ask for is not rare: rules are written for what happens.
func (b *builder) share(c clause) float64 {
	sum := 0.0
	for i := range c {
		p := c[i].share()
		if n := b.counts[fieldKey{c[i].slot, c[i].key()}]; n > 1 {
			p = math.Min(max(p, 0.5), p*float64(n))
		}
		sum += p
	}
	return sum
}

// node makes a node of entries, behind gates on the used fields.
func (b *builder) node(list []int32, used []int32) int32 {
	at := int32(len(b.x.nodes))
	b.x.nodes = append(b.x.nodes, node{})
	for len(used) < maxGates {
		slot, ok := b.bestGate(list, used)
		if !ok {
			break
		}
		var g gate
		g, list = b.gate(list, slot, append(used[:len(used):len(used)], slot))
		b.x.nodes[at].gates = append(b.x.nodes[at].gates, g)
	}
	b.place(at, list, used)
	return at
}

// bestGate returns the field that most entries have a gate's clause for.
func (b *builder) bestGate(list, used []int32) (slot int32, ok bool) {
	type tally struct {
		entries int
		keys    map[uint64]bool
	}
	slots := map[int32]*tally{}
	for _, e := range list {
		for _, o := range b.entries[e].openings {
			if slices.Contains(used, o.slot) {
				continue
			}
			t := slots[o.slot]
			if t == nil {
				t = &tally{keys: map[uint64]bool{}}
				slots[o.slot] = t
			}
			t.entries++
			for _, k := range o.keys {
				t.keys[k] = true
			}
		}
	}
	most := 0
	for s, t := range slots {
		if t.entries < minGate || t.entries < minCrowd*len(t.keys) {
			continue
		}
		if t.entries > most || t.entries == most && s < slot {
			slot, most = s, t.entries
		}
	}
	return slot, most > 0
}

// openings returns the fields on which an entry may stand behind a gate, each
// with the fewest keys that one of the clauses has.
func openings(clauses []clause) []opening {
	var all []opening
	for _, c := range clauses {
		slot, ok := c.slot()
		if !ok {
			continue
		}
		keys, ok := gateKeys(c)
		if !ok {
			continue
		}
		at := slices.IndexFunc(all, func(o opening) bool { return o.slot == slot })
		switch {
		case at < 0:
			all = append(all, opening{slot, keys})
		case len(keys) < len(all[at].keys):
			all[at].keys = keys
		}
	}
	return all
}

// keysOn returns the keys at which the entry passes a gate on a field; nil if it
// cannot stand behind one.
func (e *entry) keysOn(slot int32) []uint64 {
	for _, o := range e.openings {
		if o.slot == slot {
			return o.keys
		}
	}
	return nil
}

// gate makes a gate of the entries that have keys for it, and returns the
// others.
func (b *builder) gate(list []int32, slot int32, used []int32) (gate, []int32) {
	var rest []int32
	var order []uint64
	behind := map[uint64][]int32{}
	for _, e := range list {
		keys := b.entries[e].keysOn(slot)
		if keys == nil {
			rest = append(rest, e)
		}
		for _, k := range keys {
			if behind[k] == nil {
				order = append(order, k)
			}
			behind[k] = append(behind[k], e)
		}
	}
	g := gate{slot: int(slot), nodes: newTable(len(order))}
	for _, k := range order {
		n := b.node(behind[k], used)
		g.nodes.put(k, span{from: n})
		g.list = append(g.list, n)
	}
	b.x.stats.Gates++
	return g, rest
}

// fine is the share of events below which another clause is not worth a field
// more to probe: reading a field costs as much as the conditions of some rules.
const fine = 0.1

// place puts the entries of a node behind clauses, so that few fields have to
// be read, and few rules evaluated: each behind the rarest of the clauses whose
// fields are read anyhow.
func (b *builder) place(at int32, list, used []int32) {
	options := make([][]option, len(list))
	for i, e := range list {
		options[i] = b.options(e, used)
	}
	read := chooseSlots(options)
	for i, e := range list {
		b.settle(at, b.entries[e].rule, pick(options[i], read), len(used))
	}
}

// option is a clause that an entry may stand behind.
type option struct {
	clause
	share float64
}

// options lists the clauses of an entry that its gates have not decided: the
// fine ones, or else the rarest.
func (b *builder) options(e int32, used []int32) []option {
	var all []option
	least := math.Inf(1)
	for _, c := range b.entries[e].clauses {
		if slot, ok := c.slot(); ok && slices.Contains(used, slot) {
			continue
		}
		o := option{c, b.share(c)}
		least = min(least, o.share)
		all = append(all, o)
	}
	return slices.DeleteFunc(all, func(o option) bool { return o.share > max(fine, least) })
}

// chooseSlots covers every entry by fields, taking again and again the field
// that serves most of the entries that are left.
func chooseSlots(options [][]option) map[int32]bool {
	read := map[int32]bool{}
	var left [][]option
	for _, os := range options {
		if len(os) == 1 {
			for i := range os[0].clause {
				read[os[0].clause[i].slot] = true
			}
		} else if len(os) > 1 {
			left = append(left, os)
		}
	}
	for {
		left = slices.DeleteFunc(left, func(os []option) bool {
			return slices.ContainsFunc(os, func(o option) bool { return o.within(read) })
		})
		if len(left) == 0 {
			return read
		}
		read[mostUsed(left, read)] = true
	}
}

// mostUsed returns the field, of those not read yet, that most entries ask for.
func mostUsed(left [][]option, read map[int32]bool) int32 {
	uses := map[int32]int{}
	for _, os := range left {
		seen := map[int32]bool{}
		for _, o := range os {
			for i := range o.clause {
				if s := o.clause[i].slot; !seen[s] && !read[s] {
					seen[s] = true
					uses[s]++
				}
			}
		}
	}
	best, most := int32(0), 0
	for s, n := range uses {
		if n > most || n == most && s < best {
			best, most = s, n
		}
	}
	return best
}

// within reports whether the fields are all that the clause asks for.
func (c clause) within(slots map[int32]bool) bool {
	for i := range c {
		if !slots[c[i].slot] {
			return false
		}
	}
	return true
}

// pick returns the rarest clause over the fields that are read; nil if there is
// no clause at all.
func pick(options []option, read map[int32]bool) clause {
	var best option
	for _, o := range options {
		if o.within(read) && (best.clause == nil || o.share < best.share) {
			best = o
		}
	}
	return best.clause
}

// settle puts a rule behind a clause; without one, it passes with the node.
func (b *builder) settle(at, rule int32, c clause, gates int) {
	b.tally(c, rule, gates)
	n := &b.x.nodes[at]
	if c == nil {
		if k := len(n.always); k == 0 || n.always[k-1] != rule {
			n.always = append(n.always, rule)
		}
		return
	}
	for i := range c {
		b.post(&c[i], posting{at, rule})
	}
}

func (b *builder) tally(c clause, rule int32, gates int) {
	st := &b.x.stats
	if c == nil {
		if gates > 0 {
			st.Gated++
			return
		}
		st.Keyless++
		if k := len(st.KeylessRules); k == 0 || st.KeylessRules[k-1] != int(rule) {
			st.KeylessRules = append(st.KeylessRules, int(rule))
		}
		return
	}
	worst := exact
	for i := range c {
		switch c[i].kind {
		case missing, unset, present:
			worst = missing
		case part:
			worst = max(worst, part)
		}
	}
	switch worst {
	case exact:
		st.Exact++
	case part:
		st.Part++
	default:
		st.Weak++
	}
}

func (b *builder) post(a *atom, p posting) {
	d := b.slots[a.slot]
	if d == nil {
		d = &draft{atoms: map[string]*draftAtom{}}
		b.slots[a.slot] = d
	}
	k := a.key()
	at := d.atoms[k]
	if at == nil {
		at = &draftAtom{atom: *a}
		d.atoms[k] = at
		d.order = append(d.order, k)
	}
	at.wide = at.wide || a.wide
	if n := len(at.to); n == 0 || at.to[n-1] != p {
		at.to = append(at.to, p)
	}
}

// finish makes matchers of the drafts, and tells the nodes of theirs.
func (b *builder) finish() {
	slots := make([]int32, 0, len(b.slots))
	for s := range b.slots {
		slots = append(slots, s)
	}
	slices.Sort(slots)
	for i, s := range slots {
		m := b.matcher(s, b.slots[s])
		leaves := map[int32]bool{}
		for _, p := range m.list {
			if !leaves[p.leaf] {
				leaves[p.leaf] = true
				n := &b.x.nodes[p.leaf]
				n.matchers = append(n.matchers, int32(i))
			}
		}
		b.x.matchers = append(b.x.matchers, m)
	}
	b.measure()
}

// matcher makes a matcher of the atoms of a field.
func (b *builder) matcher(slot int32, d *draft) matcher {
	m := matcher{slot: int(slot), values: newTable(len(d.order))}
	var parts []literal
	var every, within, wide []posting
	for _, k := range d.order {
		a := d.atoms[k]
		to := m.add(a.to)
		if a.wide {
			wide = append(wide, a.to...)
		}
		switch a.kind {
		case missing:
			m.absent = to
			continue
		case unset:
			m.unset = to
			continue
		case present:
			m.there = to
			continue
		case exact:
			h, _ := hashText(a.text)
			m.merge(h, to)
			m.lengths |= 1 << (uint(len(a.text)) & 63)
			b.x.stats.Values++
		case number:
			m.merge(hashNumber(a.num), to)
			m.numbers = true
		case part:
			within = append(within, a.to...)
			parts = append(parts, literal{text: a.text, head: a.head, tail: a.tail, to: to})
		}
		every = append(every, a.to...)
	}
	m.every, m.within, m.wide = m.add(every), m.add(within), m.add(wide)
	if len(parts) > 0 {
		sortLiterals(parts)
		for i := range parts {
			parts[i].id = int32(b.x.literals)
			b.x.literals++
		}
		m.parts = newFinder(parts)
	}
	return m
}

// add appends postings and returns where they are.
func (m *matcher) add(ps []posting) span {
	from := int32(len(m.list))
	m.list = append(m.list, ps...)
	return span{from, int32(len(m.list))}
}

// merge puts postings under a key; those of two texts with one hash go
// together.
func (m *matcher) merge(key uint64, to span) {
	if old, ok := m.values.get(key); ok {
		joined := append(slices.Clone(m.list[old.from:old.to]), m.list[to.from:to.to]...)
		to = m.add(joined)
	}
	m.values.put(key, to)
}

func (b *builder) measure() {
	st := &b.x.stats
	st.Literals, st.Slots = b.x.literals, len(b.x.matchers)
	for i := range b.x.matchers {
		m := &b.x.matchers[i]
		st.Bytes += m.values.bytes() + len(m.list)*8
		if m.parts != nil {
			st.Bytes += m.parts.bytes()
		}
	}
}

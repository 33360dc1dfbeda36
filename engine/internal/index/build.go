package index

import (
	"hash/maphash"
	"math"
	"math/bits"
)

// builder makes an index.
type builder struct {
	x       *Index
	entries []entry
	atoms   []counted // by their numbers
	numbers []int32   // of the atoms, from one on, by their hashes; 0 for none
	seed    maphash.Seed
	drafts  []draft // by slot
	links   []link
	options []option // of the node at hand
	read    []bool   // by slot: whether the node reads it
	seen    []int32  // slots of the entry at hand
	counts  []int    // by slot, of what is counted at the moment

	openings []opening // of the entry at hand
	keys     []uint64  // memory for those of many entries
}

type entry struct {
	rule     int32
	clauses  []clause
	openings []opening
}

// counted is an atom of the index: how many entries ask for it, and the
// postings that lie behind it.
type counted struct {
	atom        *atom
	entries     int
	last        int32 // the last entry that was counted, from one on
	wide        bool
	first, tail int32 // of the links to its postings, from one on; 0 for none
}

// link is a posting of an atom, and the next one.
type link struct {
	posting
	next int32
}

// draft is a matcher while it is built: its atoms, in the order of their first
// postings.
type draft struct {
	there  []int32 // that say whether there is a value
	parts  []int32
	values []int32

	postings int
}

// add adds an atom that has got its first posting.
func (d *draft) add(a *atom) {
	switch a.kind {
	case exact, number:
		d.values = append(d.values, a.id)
	case part:
		d.parts = append(d.parts, a.id)
	default:
		d.there = append(d.there, a.id)
	}
}

// Build makes an index of entries.
func Build(entries []Entry) *Index {
	b := &builder{x: &Index{}, seed: maphash.MakeSeed()}
	b.x.stats.Entries = len(entries)
	all := make([]int32, 0, 2*len(entries)) // most have one branch
	b.entries = make([]entry, 0, 2*len(entries))
	var r reader
	for _, e := range entries {
		b.x.rules = max(b.x.rules, e.Rule+1)
		branches := [][]clause{nil}
		if e.Cond != nil {
			r.scope = e.Scope
			branches = r.branches(e.Cond)
		}
		branches = possible(branches)
		if len(branches) == 0 {
			b.x.stats.Never++
		}
		for _, cs := range branches {
			all = append(all, int32(len(b.entries)))
			b.entries = append(b.entries, entry{int32(e.Rule), cs, b.openingsOf(cs)})
		}
	}
	b.number()
	b.node(all, nil)
	b.finish()
	return b.x
}

// number numbers the atoms, and counts how many entries ask for each value.
func (b *builder) number() {
	total, slots := 0, 0
	for i := range b.entries {
		for _, c := range b.entries[i].clauses {
			total += len(c)
			for j := range c {
				slots = max(slots, int(c[j].slot)+1)
			}
		}
	}
	b.drafts, b.read, b.counts = make([]draft, slots), make([]bool, slots), make([]int, slots)
	b.numbers = make([]int32, 1<<bits.Len(uint(2*total)))
	b.atoms, b.links = make([]counted, 0, total/4), make([]link, 0, total/4) // about as many as differ
	for i := range b.entries {
		for _, c := range b.entries[i].clauses {
			for j := range c {
				a := &c[j]
				a.id = b.numberOf(a)
				if n := &b.atoms[a.id]; n.last != int32(i+1) {
					n.last = int32(i + 1)
					n.entries++
				}
			}
		}
	}
}

// numberOf returns the number of what an atom says, a new one if none has said it
// before.
func (b *builder) numberOf(a *atom) int32 {
	for i := a.hash(b.seed); ; i++ {
		at := &b.numbers[i&uint64(len(b.numbers)-1)]
		if *at == 0 {
			b.atoms = append(b.atoms, counted{atom: a})
			*at = int32(len(b.atoms))
		}
		if id := *at - 1; b.atoms[id].atom.says(a) {
			return id
		}
	}
}

// says reports whether an atom says the same as another.
func (a *atom) says(o *atom) bool {
	return a.slot == o.slot && a.kind == o.kind && a.head == o.head && a.tail == o.tail && a.text == o.text &&
		math.Float64bits(a.num) == math.Float64bits(o.num)
}

// hash is of all that an atom says, and another one each time: hashText takes some
// texts for one, and a rule of nothing but such ones would take minutes to number.
func (a *atom) hash(seed maphash.Seed) uint64 {
	return mix(maphash.String(seed, a.text)^math.Float64bits(a.num), uint64(a.slot)<<8|uint64(a.kind))
}

// share estimates the share of events that meet a clause. What many entries
// ask for is not rare: rules are written for what happens.
func (b *builder) share(c clause) float64 {
	none := 1.0
	for i := range c {
		p := c[i].share()
		if n := b.atoms[c[i].id].entries; n > 1 && (c[i].kind == exact || c[i].kind == number) {
			p = math.Min(max(p, 0.5), p*float64(n))
		}
		none *= 1 - p
	}
	return 1 - none
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

// post puts a posting behind an atom.
func (b *builder) post(a *atom, p posting) {
	n := &b.atoms[a.id]
	n.wide = n.wide || a.wide
	if n.first > 0 && b.links[n.tail-1].posting == p {
		return
	}
	d := &b.drafts[a.slot]
	d.postings++
	b.links = append(b.links, link{posting: p})
	at := int32(len(b.links))
	if n.first == 0 {
		n.first = at
		d.add(a)
	} else {
		b.links[n.tail-1].next = at
	}
	n.tail = at
}

// finish makes matchers of the drafts, and tells the nodes of theirs.
func (b *builder) finish() {
	told := make([]int32, len(b.x.nodes)) // the last matcher, from one on
	for slot := range b.drafts {
		d := &b.drafts[slot]
		if d.postings == 0 {
			continue
		}
		m := b.matcher(slot, d)
		b.x.matchers = append(b.x.matchers, m)
		i := int32(len(b.x.matchers))
		for _, p := range m.list {
			if told[p.leaf] != i {
				told[p.leaf] = i
				n := &b.x.nodes[p.leaf]
				n.matchers = append(n.matchers, i-1)
			}
		}
	}
	b.measure()
}

// matcher makes a matcher of the atoms of a field. The postings of values lie behind
// those of parts, so that all of both are a span, too.
func (b *builder) matcher(slot int, d *draft) matcher {
	// Few texts are values of the table: in one that is nearly empty, most meet nobody.
	m := matcher{slot: slot, at: int32(len(b.x.matchers)), values: newTable(len(d.values) + len(d.parts)), list: make([]posting, 0, d.postings)}
	for _, id := range d.there {
		n := &b.atoms[id]
		switch to := b.postings(&m, n); n.atom.kind {
		case missing:
			m.absent = to
		case unset:
			m.unset = to
		case present:
			m.there = to
		}
	}
	from := int32(len(m.list))
	b.addParts(&m, d.parts)
	m.within = span{from, int32(len(m.list))}
	b.addValues(&m, d.values)
	m.every = span{from, int32(len(m.list))}
	m.wide = b.wideOf(&m, d)
	return m
}

func (b *builder) addParts(m *matcher, parts []int32) {
	if len(parts) == 0 {
		return
	}
	list := make([]literal, 0, len(parts))
	for _, id := range parts {
		n := &b.atoms[id]
		a := n.atom
		list = append(list, literal{text: a.text, head: a.head, tail: a.tail, to: b.postings(m, n)})
	}
	sortLiterals(list)
	for i := range list {
		list[i].id = int32(b.x.literals)
		b.x.literals++
	}
	m.parts = newFinder(list)
	m.search = m.parts.parts != nil || len(m.parts.short) > 0
}

func (b *builder) addValues(m *matcher, values []int32) {
	for _, id := range values {
		n := &b.atoms[id]
		a, to := n.atom, b.postings(m, n)
		if a.kind == number {
			m.merge(hashNumber(a.num), to)
			m.numbers = true
			continue
		}
		h, _ := hashText(a.text)
		m.merge(h, to)
		m.lengths |= 1 << (uint(len(a.text)) & 63)
		m.longest = max(m.longest, int32(len(a.text)))
		b.x.stats.Values++
	}
}

// wideOf appends the postings that a text beyond ASCII may meet once more.
func (b *builder) wideOf(m *matcher, d *draft) span {
	from := int32(len(m.list))
	for _, list := range [][]int32{d.there, d.parts, d.values} {
		for _, id := range list {
			if n := &b.atoms[id]; n.wide {
				b.postings(m, n)
			}
		}
	}
	return span{from, int32(len(m.list))}
}

// postings appends the postings of an atom, and returns where they are.
func (b *builder) postings(m *matcher, n *counted) span {
	from := int32(len(m.list))
	for i := n.first; i > 0; i = b.links[i-1].next {
		m.list = append(m.list, b.links[i-1].posting)
	}
	return span{from, int32(len(m.list))}
}

// merge puts postings under a key; those of two texts with one hash go
// together.
func (m *matcher) merge(key uint64, to span) {
	if old, ok := m.values.get(key); ok {
		from := int32(len(m.list))
		m.list = append(append(m.list, m.list[old.from:old.to]...), m.list[to.from:to.to]...)
		to = span{from, int32(len(m.list))}
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

package index

import (
	"math"
	"slices"
)

// builder makes an index.
type builder struct {
	x       *Index
	entries []entry
	atoms   []counted // by their numbers
	drafts  map[int32]*draft
	links   []link
	options []option // of the node at hand

	openings []opening // of the entry at hand
}

type entry struct {
	rule     int32
	clauses  []clause
	openings []opening
}

// says is what tells atoms apart.
type says struct {
	slot       int32
	kind       kind
	head, tail bool
	num        uint64 // the bits of a number
	text       string
}

func (a *atom) says() says {
	return says{a.slot, a.kind, a.head, a.tail, math.Float64bits(a.num), a.text}
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
type draft struct{ atoms []int32 }

// Build makes an index of entries.
func Build(entries []Entry) *Index {
	b := &builder{x: &Index{}, drafts: map[int32]*draft{}}
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
	total := 0
	for i := range b.entries {
		for _, c := range b.entries[i].clauses {
			total += len(c)
		}
	}
	ids := make(map[says]int32, total/4) // about as many as differ
	b.atoms, b.links = make([]counted, 0, total/4), make([]link, 0, total/4)
	for i := range b.entries {
		for _, c := range b.entries[i].clauses {
			for j := range c {
				a := &c[j]
				id, ok := ids[a.says()]
				if !ok {
					id = int32(len(b.atoms))
					ids[a.says()] = id
					b.atoms = append(b.atoms, counted{atom: a})
				}
				a.id = id
				if n := &b.atoms[id]; n.last != int32(i+1) {
					n.last = int32(i + 1)
					n.entries++
				}
			}
		}
	}
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
	switch {
	case n.first == 0:
		d := b.drafts[a.slot]
		if d == nil {
			d = &draft{}
			b.drafts[a.slot] = d
		}
		d.atoms = append(d.atoms, a.id)
	case b.links[n.tail-1].posting == p:
		return
	}
	b.links = append(b.links, link{posting: p})
	at := int32(len(b.links))
	if n.first == 0 {
		n.first = at
	} else {
		b.links[n.tail-1].next = at
	}
	n.tail = at
}

// finish makes matchers of the drafts, and tells the nodes of theirs.
func (b *builder) finish() {
	slots := make([]int32, 0, len(b.drafts))
	for s := range b.drafts {
		slots = append(slots, s)
	}
	slices.Sort(slots)
	told := make([]int32, len(b.x.nodes)) // the last matcher, from one on
	for i, s := range slots {
		m := b.matcher(s, b.drafts[s])
		for _, p := range m.list {
			if told[p.leaf] != int32(i+1) {
				told[p.leaf] = int32(i + 1)
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
	m := matcher{slot: int(slot), values: newTable(len(d.atoms))}
	n := b.postingsOf(d)
	m.list = make([]posting, 0, 2*n) // each by itself, and all that there is to find
	var parts []literal
	every := make([]posting, 0, n)
	var within, wide []posting
	for _, id := range d.atoms {
		n := &b.atoms[id]
		a, to := n.atom, b.postings(&m, n)
		own := m.list[to.from:to.to]
		if n.wide {
			wide = append(wide, own...)
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
			m.longest = max(m.longest, len(a.text))
			b.x.stats.Values++
		case number:
			m.merge(hashNumber(a.num), to)
			m.numbers = true
		case part:
			within = append(within, own...)
			parts = append(parts, literal{text: a.text, head: a.head, tail: a.tail, to: to})
		}
		every = append(every, own...)
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

// postingsOf is how many postings the atoms of a draft have.
func (b *builder) postingsOf(d *draft) (n int) {
	for _, id := range d.atoms {
		for i := b.atoms[id].first; i > 0; i = b.links[i-1].next {
			n++
		}
	}
	return n
}

// postings appends the postings of an atom, and returns where they are.
func (b *builder) postings(m *matcher, n *counted) span {
	from := int32(len(m.list))
	for i := n.first; i > 0; i = b.links[i-1].next {
		m.list = append(m.list, b.links[i-1].posting)
	}
	return span{from, int32(len(m.list))}
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

package index

import (
	"sort"
	"strings"

	"github.com/spoor-lang/spoor/engine/internal/match"
)

// literal is a text to find within values.
type literal struct {
	text       string // folded
	id         int32  // of all literals of the index
	head, tail bool
	to         span // postings
}

// finder looks for the literals of a field in a text.
type finder struct {
	list  []literal
	ends  affixes       // those at a beginning or an end, if few others are left
	short []short       // those that it looks for one by one
	parts *match.Finder // of the others
	part  []int32       // and which these are
}

type short struct {
	match.Needle
	at int32 // in the list
}

// maxShort is how many literals are found one by one as soon as all together.
const maxShort = 2

func newFinder(list []literal) *finder {
	f := &finder{list: list}
	var others []int32
	for i := range list {
		if !list[i].isAffix() {
			others = append(others, int32(i))
		}
	}
	if len(others) <= maxShort {
		f.ends = newAffixes(list)
		for _, i := range others {
			f.alone(i)
		}
		return f
	}
	var texts []string
	for i := range list {
		if len(list[i].text) < match.MinFound {
			f.alone(int32(i))
			continue
		}
		f.part = append(f.part, int32(i))
		texts = append(texts, list[i].text)
	}
	if len(texts) > 0 {
		f.parts = match.NewFinder(texts, common)
	}
	return f
}

func (f *finder) alone(i int32) {
	f.short = append(f.short, short{match.NewNeedle(f.list[i].text, true), i})
}

// find calls c.hit for each literal that s holds and that was not found before.
func (f *finder) find(c *Cursor, s string) {
	f.ends.find(c, f.list, s)
	for i := range f.short {
		n := &f.short[i]
		if l := &f.list[n.at]; !c.found(l.id) && l.has(s, &n.Needle) {
			c.hit(l)
		}
	}
	if f.parts == nil {
		return
	}
	for p := f.parts.Scan(s); p.Next(); {
		l := &f.list[f.part[p.Text]]
		if c.found(l.id) || l.head && p.At > 0 || l.tail && p.At+len(l.text) < len(s) {
			continue
		}
		c.hit(l)
	}
}

// has looks for a literal by itself.
func (l *literal) has(s string, n *match.Needle) (ok bool) {
	switch {
	case l.head && l.tail:
		ok = n.Equal(s)
	case l.head:
		_, ok = n.At(s)
	case l.tail:
		_, ok = n.Suffix(s)
	default:
		at, _ := n.Index(s)
		ok = at >= 0
	}
	return ok
}

func (f *finder) bytes() int {
	n := f.ends.bytes() + len(f.short)*32 + len(f.part)*4
	if f.parts != nil {
		n += f.parts.Bytes()
	}
	for i := range f.list {
		n += 48 + len(f.list[i].text)
	}
	return n
}

// sortLiterals puts literals in an order that does not depend on maps.
func sortLiterals(list []literal) {
	sort.Slice(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		if c := strings.Compare(a.text, b.text); c != 0 {
			return c < 0
		}
		return !a.head && b.head || a.head == b.head && !a.tail && b.tail
	})
}

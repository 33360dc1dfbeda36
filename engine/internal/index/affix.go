package index

import (
	"cmp"
	"slices"

	"github.com/spoor-lang/spoor/engine/internal/match"
)

// affixes finds the literals at the beginnings and the ends of texts, each by the
// hash of some bytes of it: so a text is asked for a few hashes, and not looked
// through.
type affixes struct {
	windows []window
	table   table // from what a window shows to a span of list
	list    []affix
}

// affix is a literal, by its number, and what its window shows of it.
type affix struct {
	key uint64
	at  int32
}

// window is where bytes of a text are looked at: width of them, four or eight, at
// from its beginning or, backwards, from its end.
type window struct {
	from, width int
	tail        bool
}

const (
	// minAffix is the length of the shortest literal that is found by a window.
	minAffix = 4
	// maxCrowd is how many literals may look alike in a window. Where more do, as
	// the paths below C:\Windows, those that are long enough are looked at in the
	// next one.
	maxCrowd = 3
	// maxFrom bounds the windows that a text is looked at in.
	maxFrom = 32
)

// show returns the hash of what the window shows of a text; false if that is too
// short.
func (w *window) show(s string) (key uint64, ok bool) {
	if len(s) < w.from+w.width {
		return 0, false
	}
	at, h := w.from, uint64(w.from)
	if w.tail {
		at, h = len(s)-w.from-w.width, ^h
	}
	if w.width == 8 {
		return finish(mix(h, load8(s, at)|fold8)), true
	}
	return finish(mix(h, uint64(load4(s, at)|fold4))), true
}

// isAffix reports whether the literal is found by a window.
func (l *literal) isAffix() bool { return (l.head || l.tail) && len(l.text) >= minAffix }

// newAffixes prepares to find those of the literals that are affixes.
func newAffixes(list []literal) affixes {
	var a affixes
	in := make([]window, len(list))
	for i := range list {
		l := &list[i]
		if !l.isAffix() {
			continue
		}
		in[i] = window{width: 4, tail: !l.head}
		if len(l.text) >= 8 {
			in[i].width = 8
		}
		key, _ := in[i].show(l.text)
		a.list = append(a.list, affix{key, int32(i)})
	}
	for a.spread(list, in) {
	}
	slices.SortStableFunc(a.list, func(x, y affix) int { return cmp.Compare(x.key, y.key) })
	a.table = newTable(len(a.list))
	for from, to := 0, 0; from < len(a.list); from = to {
		for to < len(a.list) && a.list[to].key == a.list[from].key {
			to++
		}
		a.table.put(a.list[from].key, span{int32(from), int32(to)})
	}
	for i := range a.list {
		if w := in[a.list[i].at]; !slices.Contains(a.windows, w) {
			a.windows = append(a.windows, w)
		}
	}
	return a
}

// spread looks at the literals that crowd a window in the next one; it returns
// false if there are none.
func (a *affixes) spread(list []literal, in []window) (again bool) {
	crowd := map[uint64]int{}
	for i := range a.list {
		crowd[a.list[i].key]++
	}
	for i := range a.list {
		x := &a.list[i]
		w := in[x.at]
		if w.from += w.width; crowd[x.key] <= maxCrowd || w.from > maxFrom {
			continue
		}
		if key, ok := w.show(list[x.at].text); ok {
			x.key, in[x.at], again = key, w, true
		}
	}
	return again
}

// find calls c.hit for each of the literals at the beginning or the end of s.
func (a *affixes) find(c *Cursor, list []literal, s string) {
	for i := range a.windows {
		key, ok := a.windows[i].show(s)
		if !ok {
			continue
		}
		to, ok := a.table.get(key)
		if !ok {
			continue
		}
		for _, x := range a.list[to.from:to.to] {
			if l := &list[x.at]; !c.found(l.id) && l.ends(s) {
				c.hit(l)
			}
		}
	}
}

// ends reports whether s begins and ends with the literal, as it has to.
func (l *literal) ends(s string) bool {
	at := 0
	if !l.head {
		at = len(s) - len(l.text)
	}
	return match.StandsAt(l.text, s, at) && (!l.head || !l.tail || len(s) == len(l.text))
}

func (a *affixes) bytes() int { return a.table.bytes() + len(a.list)*16 + len(a.windows)*24 }

package match

import "strings"

// many is a list of patterns, one of which must match. Those that hold a text
// between stars are looked for in one pass over what they are to match, however
// many they are.
type many struct {
	fold   bool
	ends   []pattern // that are told by the beginning or the end of a text
	finder *Finder   // nil if there are too few
	found  []pattern // by the texts of the finder
	others []pattern
}

const (
	// minFound is how many patterns are found faster together than each by
	// itself.
	minFound = 4
	// maxFound bounds the patterns that are found together, as each is tried
	// once at most. Rules have lists of a hundred.
	maxFound = 256
)

func newMany(list []string, fold, one bool) *many {
	m := &many{fold: fold}
	var texts []string
	for _, p := range list {
		compiled := newPattern(p, fold, one)
		t := inner(p, one)
		switch {
		case len(t) > MinFound && len(texts) < maxFound && ASCII(t):
			texts = append(texts, Fold(t))
			m.found = append(m.found, compiled)
		case compiled.shape <= suffix:
			m.ends = append(m.ends, compiled)
		default:
			m.others = append(m.others, compiled)
		}
	}
	if len(texts) < minFound {
		m.found, m.others = nil, append(m.others, m.found...)
		return m
	}
	m.finder = NewFinder(texts, nil)
	return m
}

// inner returns the longest text that whatever matches a pattern holds, if that
// may stand anywhere.
func inner(p string, one bool) string {
	if len(p) < 2 || p[0] != '*' || p[len(p)-1] != '*' {
		return ""
	}
	best := ""
	for _, t := range strings.FieldsFunc(p, func(r rune) bool { return r == '*' || one && r == '?' }) {
		if len(t) > len(best) {
			best = t
		}
	}
	return best
}

func (m *many) match(s string) bool {
	return some(m.ends, s) || m.finder != nil && m.finds(s) || some(m.others, s)
}

// finds reports whether one of the patterns matches that hold a text of the finder.
func (m *many) finds(s string) bool {
	if m.fold && !ASCII(s) {
		return some(m.found, s)
	}
	var tried [maxFound / 64]uint64
	for p := m.finder.Scan(s); p.Next(); {
		i := p.Text
		if m.fold && m.found[i].shape == within {
			return true
		}
		if tried[i/64]>>(i%64)&1 != 0 {
			continue
		}
		tried[i/64] |= 1 << (i % 64)
		if m.found[i].matches(s) {
			return true
		}
	}
	return false
}

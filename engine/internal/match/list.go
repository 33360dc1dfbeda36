package match

import (
	"sync"
	"unicode/utf8"
)

// Set compiles a list of texts, one of which must equal the text.
func Set(texts []string, fold bool) Text {
	if len(texts) <= maxLinear {
		return few(texts, fold)
	}
	members := make(map[string]struct{}, len(texts))
	longest := 0
	for _, t := range texts {
		if fold {
			t = Fold(t)
		}
		members[t] = struct{}{}
		longest = max(longest, len(t))
	}
	if !fold {
		return func(s string) bool { _, ok := members[s]; return ok }
	}
	return func(s string) bool {
		var buf [maxStack]byte
		b, ok := appendFold(buf[:0], s, longest)
		if !ok {
			return false
		}
		_, ok = members[string(b)]
		return ok
	}
}

const (
	// maxLinear is the length up to which comparing one by one is faster
	// than hashing: most members differ in their length or first letter.
	maxLinear = 8
	// maxStack is how many folded bytes are kept on the stack. File names
	// and most paths fit.
	maxStack = 256
)

func few(texts []string, fold bool) Text {
	members := make([]Needle, len(texts))
	for i, t := range texts {
		members[i] = NewNeedle(t, fold)
	}
	return func(s string) bool {
		for i := range members {
			if !members[i].elsewhere(s) && members[i].Equal(s) {
				return true
			}
		}
		return false
	}
}

// appendFold appends the fold of s to b; it gives up, and returns false, once
// that is longer than limit.
func appendFold(b []byte, s string, limit int) ([]byte, bool) {
	for i := 0; i < len(s); {
		if len(b) >= limit {
			return nil, false
		}
		if c := s[i]; c < utf8.RuneSelf {
			b = append(b, lower[c])
			i++
			continue
		}
		r, width := utf8.DecodeRuneInString(s[i:])
		b = utf8.AppendRune(b, foldRune(r))
		i += width
	}
	return b, true
}

// Any compiles a list of patterns, one of which must match: those without
// wildcards are looked up in a set. With one, ? is a wildcard as well. A list is
// prepared when it is first asked, as most of those of many rules never are.
func Any(patterns []string, fold, one bool) Text {
	if len(patterns) == 1 {
		return compile(patterns[0], fold, one)
	}
	list := sync.OnceValue(func() Text { return prepare(patterns, fold, one) })
	return func(s string) bool { return list()(s) }
}

func prepare(patterns []string, fold, one bool) Text {
	var texts, wild []string
	for _, p := range patterns {
		if Special(p, one) {
			wild = append(wild, p)
		} else {
			texts = append(texts, p)
		}
	}
	set, m := Set(texts, fold), newMany(wild, fold, one)
	switch {
	case len(wild) == 0:
		return set
	case len(texts) == 0:
		return m.match
	}
	return func(s string) bool { return set(s) || m.match(s) }
}

func some(list []pattern, s string) bool {
	for i := range list {
		if p := &list[i]; (p.shape > prefix || p.skip > 0 || !p.part.elsewhere(s)) && p.matches(s) {
			return true
		}
	}
	return false
}

package index

// recall knows what the texts of late spoke for: in most fields the same ones come
// again and again, such as programs, command lines and keys of the registry. What it
// holds is bounded, and lies in memory that it has from the beginning.
type recall struct {
	places []recalled // by key
	texts  []byte     // of the places, the latest over the oldest
	spans  []span     // that these speak for, likewise
	wrote  uint64     // bytes of texts, also those that are written over
	listed uint64     // spans, likewise
	luck   []int16    // by matcher
}

// recalled is a text that a matcher has looked through.
type recalled struct {
	matcher int32
	size, n int32  // of the text, and of its spans
	at      uint64 // of the text, counted from the first one on
	spans   uint64 // of its spans, likewise
}

const (
	recallBits  = 10 // of a key: those that choose its place
	recallTexts = 1 << 17
	recallSpans = 1 << 12

	// What is shorter than minRecall is looked through as soon, and what is longer than
	// maxRecall would take the place of too many others.
	minRecall = 8
	maxRecall = recallTexts / 8

	// A field whose texts seldom come again should not pay for the others. Its luck
	// grows by luckWon with each that comes again, up to maxLuck, and falls by one with
	// each other. Where it is used up, restLuck texts are looked through as they come.
	luckWon  = 3
	maxLuck  = 256
	restLuck = 1024
)

func newRecall(matchers int) *recall {
	r := &recall{
		places: make([]recalled, 1<<recallBits), texts: make([]byte, recallTexts), spans: make([]span, recallSpans),
		luck: make([]int16, matchers),
	}
	for i := range r.luck {
		r.luck[i] = maxLuck
	}
	return r
}

// asks reports whether to ask for a text of the matcher.
func (r *recall) asks(m *matcher, s string) bool {
	if len(s) < minRecall || len(s) > maxRecall {
		return false
	}
	l := &r.luck[m.at]
	if *l >= 0 {
		return true
	}
	if *l++; *l == 0 {
		*l = maxLuck / 2
	}
	return false
}

// recallKey mixes some pieces of a text of eight bytes or more. Texts that differ
// elsewhere alone drive out each other.
func recallKey(m *matcher, s string) uint64 {
	h := mix(uint64(m.at)<<32, uint64(len(s)))
	h = mix(h, load8(s, 0))
	h = mix(h, load8(s, len(s)-8))
	if len(s) > 16 {
		h = mix(h, load8(s, len(s)/2-4))
	}
	if len(s) > 32 {
		h = mix(h, load8(s, len(s)/4-4))
		h = mix(h, load8(s, len(s)/4*3-4))
	}
	return h
}

func (r *recall) place(key uint64) *recalled { return &r.places[key>>(64-recallBits)] }

// find returns what a text spoke for; false if that is not known any more.
func (r *recall) find(m *matcher, key uint64, s string) ([]span, bool) {
	l := &r.luck[m.at]
	if p := r.place(key); p.matcher == m.at && r.holds(p, s) {
		if *l < maxLuck {
			*l += luckWon
		}
		at := int(p.spans % recallSpans)
		return r.spans[at : at+int(p.n)], true
	}
	if *l--; *l < 0 {
		*l = -restLuck
	}
	return nil, false
}

// holds reports whether s is the text of a place. Neither that nor what it spoke for may
// have been written over: what has is another text's.
func (r *recall) holds(p *recalled, s string) bool {
	if int(p.size) != len(s) || r.wrote-p.at > recallTexts || r.listed-p.spans > recallSpans {
		return false
	}
	at := int(p.at % recallTexts)
	return string(r.texts[at:at+len(s)]) == s
}

// put notes what a text speaks for.
func (r *recall) put(m *matcher, key uint64, s string, spans []span) {
	if len(spans) > recallSpans/8 {
		return
	}
	if left := recallTexts - int(r.wrote%recallTexts); left < len(s) { // a text lies together
		r.wrote += uint64(left)
	}
	if left := recallSpans - int(r.listed%recallSpans); left < len(spans) { // and so do spans
		r.listed += uint64(left)
	}
	*r.place(key) = recalled{m.at, int32(len(s)), int32(len(spans)), r.wrote, r.listed}
	copy(r.texts[r.wrote%recallTexts:], s)
	copy(r.spans[r.listed%recallSpans:], spans)
	r.wrote += uint64(len(s))
	r.listed += uint64(len(spans))
}

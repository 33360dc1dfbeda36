package sequence

import (
	"container/list"

	"github.com/spoor-lang/spoor/engine/internal/state"
)

// Save writes the processes that are known, those that were not mentioned for
// the longest time first. They belong to no join key.
func (l *Lineage) Save(w *state.Writer) {
	w.Count(l.evicted)
	for _, in := range []*list.List{&l.recent, &l.gone} {
		w.Count(in.Len())
		for e := in.Front(); e != nil; e = e.Next() {
			p := e.Value.(*process)
			w.Text(p.key)
			w.Bool(p.source)
			w.Bool(p.related)
			w.Bool(p == l.ended)
		}
	}
}

// Load reads what Save wrote, into a lineage that knows no process.
func (l *Lineage) Load(r *state.Reader) {
	l.evicted = r.Number()
	for _, in := range []*list.List{&l.recent, &l.gone} {
		for range r.Count() {
			p := &process{key: r.Text(), source: r.Bool(), related: r.Bool(), in: in}
			ended := r.Bool()
			if r.Err() != nil || l.known[p.key] != nil {
				r.Fail("expected each process once")
				return
			}
			if ended {
				l.ended = p
			}
			l.known[p.key] = p
			p.at = in.PushBack(p)
		}
	}
	for len(l.known) > l.bound {
		l.evict()
	}
}

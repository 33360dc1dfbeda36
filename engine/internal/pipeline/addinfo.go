package pipeline

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = annotator("addinfo", func(*compiler, *ast.Annotate) rowFunc { return (*run).addInfo })

// addInfo tells every row of the search's window and its start. An open side
// is 0 or +Infinity, as where all of time is searched. There is no id of the
// search to tell.
func (r *run) addInfo(_ *ast.Annotate, t *Table) error {
	low, high := r.window.from, r.window.to
	earliest, latest := event.OfString("0.000"), event.OfString("+Infinity")
	if !low.IsZero() {
		earliest = epoch(low)
	}
	if !high.IsZero() {
		latest = epoch(high)
	}
	for i := range t.rows {
		t.Set(i, "info_max_time", latest)
		t.Set(i, "info_min_time", earliest)
		t.Set(i, "info_search_time", epoch(r.env.Now))
	}
	return r.ctx.Err()
}

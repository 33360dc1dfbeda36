package pipeline

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = annotator("xmlunescape", func(*compiler, *ast.Annotate) rowFunc { return (*run).xmlUnescape })

// entities are the names that XML itself has for characters.
var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")

// xmlUnescape puts the characters in the place of their names, in all fields.
func (r *run) xmlUnescape(_ *ast.Annotate, t *Table) error {
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		for c := range t.cols {
			if v := t.at(i, c); !v.IsNull() && strings.Contains(v.Text(), "&") {
				t.set(i, c, each(v, func(e event.Value) event.Value { return event.OfString(entities.Replace(e.Text())) }))
			}
		}
	}
	return nil
}

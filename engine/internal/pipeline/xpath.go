package pipeline

import (
	"regexp"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

// prologue begins the texts in which xpath finds nothing, as it is documented.
var prologue = regexp.MustCompile(`^\s*<(\?xml|!DOCTYPE)\b`)

// xpath takes what a path of XML leads to, of every text of the field.
func (c *compiler) xpath(n *ast.Extract) stage {
	path, err := jsonpath.ParseXPath(n.Pattern)
	if err != nil {
		c.errorf(n, "%v", err)
		return nil
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		from, to := t.find(orRaw(n.Field)), t.column(n.Output)
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			var found []string
			for _, text := range texts(t.at(i, from)) {
				if !prologue.MatchString(text) {
					found = append(found, path.Find(text, maxValues)...)
				}
			}
			if d := n.Options["default"]; len(found) == 0 && d != "" {
				found = []string{d}
			}
			if len(found) > 0 {
				t.set(i, to, plain(event.OfStrings(found)))
			}
		}
		return t, nil
	})
}

package pipeline

import (
	"maps"
	"slices"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register((*compiler).geo)

// located are the fields that iplocation adds where it is not told to add all.
var located = []string{"City", "Country", "Region", "lat", "lon"}

// geo adds what is known of an address. Without a resolver nothing is.
func (c *compiler) geo(n *ast.Geo) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		from := t.find(n.Field)
		if from < 0 || r.env.Geo == nil {
			return t, nil
		}
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			v := t.at(i, from)
			if v.Len() == 0 {
				continue
			}
			known := r.env.Geo(v.At(0).Text())
			for _, name := range slices.Sorted(maps.Keys(known)) {
				if n.All || slices.Contains(located, name) {
					t.Set(i, n.Prefix+name, textValue(known[name]))
				}
			}
		}
		return t, nil
	})
}

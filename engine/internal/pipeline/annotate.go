package pipeline

import (
	"maps"
	"slices"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

var (
	_ = register((*compiler).rangeMap)
	_ = register((*compiler).geo)
	_ = register((*compiler).tags)
	_ = register((*compiler).custom)
)

// rangeMap names the ranges that a number lies in.
func (c *compiler) rangeMap(n *ast.RangeMap) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		from, to := t.find(n.Field), t.column("range")
		for i := range t.rows {
			var names []string
			if f, ok := number(t.at(i, from)); ok {
				for _, g := range n.Ranges {
					if g.Low <= f && f <= g.High {
						names = append(names, g.Name)
					}
				}
			}
			if names == nil {
				t.set(i, to, event.OfString(n.Default))
				continue
			}
			t.set(i, to, aggregate.Multi(names))
		}
		return t, r.ctx.Err()
	})
}

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

// tags would copy the tags of fields' values, of which a search here has none:
// an event brings its tags in a field of its own.
func (c *compiler) tags(*ast.Tags) stage { return nil }

// custom runs a command of the embedder's.
func (c *compiler) custom(n *ast.Custom) stage {
	if c.opts.Commands == nil || !c.opts.Commands(n.Name) {
		why := n.Why
		if why == "" {
			why = "is not one of the engine's"
		}
		c.errorf(n, "command %q %s; register it as an engine.Command to run your own", n.Name, why)
		return nil
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		f := r.env.Custom[n.Name]
		if f == nil {
			return nil, r.prog.errorf(n, "the command %q was not registered", n.Name)
		}
		return t, f(t, n.Args)
	})
}

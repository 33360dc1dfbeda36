package expr

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// The weights of conditions are about the nanoseconds that they take.
const (
	perField  = 20 // that is loaded: what no other condition has asked for
	light     = 4  // a field and a constant: no dearer than to remember the outcome
	perPair   = 10
	perSet    = 15
	perText   = 5
	perCall   = 30
	perRegex  = 300
	perSearch = 100 // of an array or a text
)

// chance is the share of events for which the condition is true.
func (c *condition) chance() float64 {
	if c.share == 0 {
		return 0.5
	}
	return c.share
}

// inOrder returns the operands of a junction in the order in which they are
// asked, which changes no outcome: those first that decide it at the least
// cost, most of which is to load fields. Among other rules, the index has asked
// already what is rare, and the fields are loaded: then the lightest are first. The
// condition has the weight and the share of all.
func (s *Scope) inOrder(conds []condition, decisive Tri) (runs []Cond, all condition) {
	decides := func(c *condition) float64 {
		if decisive == True {
			return c.chance()
		}
		return 1 - c.chance()
	}
	cost := func(c *condition) float64 {
		if s.Shared != nil {
			return float64(c.weight)
		}
		return float64(perField+c.weight) / max(decides(c), 0.01)
	}
	slices.SortStableFunc(conds, func(a, b condition) int { return cmp.Compare(cost(&a), cost(&b)) })
	undecided := 1.0
	all.slot = conds[0].slot
	runs = make([]Cond, len(conds))
	for i := range conds {
		runs[i] = conds[i].run
		all.weight += conds[i].weight
		undecided *= 1 - decides(&conds[i])
		if conds[i].slot != all.slot {
			all.slot = 0
		}
	}
	if s.Shared == nil && all.slot == 0 {
		all.weight += perField * (len(conds) - 1)
	}
	all.weight = light + all.weight/2 // as half of them are asked
	if all.share = undecided; decisive == True {
		all.share = 1 - undecided
	}
	return runs, all
}

// rarity is the share of events that a constant occurs in. Long texts are
// rare, and few are none.
func rarity(v event.Value) float64 {
	switch v.Kind() {
	case event.String:
		s, _ := v.Str()
		return 1 / float64(2+len(s))
	case event.Bool:
		return 0.5
	}
	return 0.1
}

func rarityOf(texts []string) float64 {
	sum := 0.0
	for _, t := range texts {
		sum += rarity(event.OfString(t))
	}
	return min(sum, 0.9)
}

// shareOf is the share of events for which a comparison with a constant holds.
func shareOf(op ast.Op, x ast.Expr, v event.Value) float64 {
	share := rarity(v)
	if Categorizes(x) {
		share = 0.3
	}
	switch op {
	case ast.Eq:
		return share
	case ast.Ne:
		return 1 - share
	}
	return 0.5
}

// Categorizes reports whether a value is a field to which ECS or CIM gives a short
// list of values: however long one is, many events have it.
func Categorizes(x ast.Expr) bool {
	f, ok := x.(*ast.Field)
	return ok && slices.ContainsFunc(categorizing, func(name string) bool {
		in, found := strings.CutSuffix(f.Name, name)
		return found && (in == "" || strings.HasSuffix(in, ".")) // of a data set
	})
}

var categorizing = []string{
	"event.category", "event.type", "event.kind", "event.outcome", "host.os.type",
	"process.Ext.token.integrity_level_name", "process_integrity_level",
}

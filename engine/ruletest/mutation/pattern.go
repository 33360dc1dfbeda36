package mutation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// in drops each member of a list.
func (m *maker) in(e *ast.In, negated bool) {
	for i, x := range e.List {
		if len(e.List) > 1 {
			m.try(kindOf(e, negated), ast.Start(x), "drop "+m.textOf(x)+" from "+m.textOf(e.X)+" in (…)", set(&e.List, without(e.List, i)))
		}
	}
	if e.Fold {
		m.try(Change, ast.Start(e), "with case: "+m.textOf(e), set(&e.Fold, false))
	}
	m.expr(&e.X, negated)
}

// match drops each pattern, and makes each wider and narrower.
func (m *maker) match(e *ast.Match, negated bool) {
	whole := m.textOf(e)
	subject := m.textOf(e.X)
	for i, p := range e.Patterns {
		if len(e.Patterns) > 1 {
			m.try(kindOf(e, negated), ast.Start(e), "drop "+strconv.Quote(p)+" from "+subject+" : (…)", set(&e.Patterns, without(e.Patterns, i)))
		}
		for _, other := range patterns(e, p) {
			list := slices.Clone(e.Patterns)
			list[i] = other
			m.try(Change, ast.Start(e), strconv.Quote(other)+" for "+strconv.Quote(p)+": "+subject, set(&e.Patterns, list))
		}
	}
	if op, ok := exact[e.Op]; ok && hasLetter(e.Patterns) {
		m.try(Change, ast.Start(e), "with case: "+whole, func() func() {
			was := *e
			e.Op, e.Fold = op, false
			return func() { *e = was }
		})
	}
	if e.Negate {
		m.try(Exclusion, ast.Start(e), "negate "+whole, set(&e.Negate, false))
	}
	m.expr(&e.X, negated)
}

// exact are the operators that do the same with case. Search has none.
var exact = map[string]string{":": "like", "like~": "like", "regex~": "regex"}

// patterns are a pattern's neighbours: open at one more end, closed at one
// less, and with any run of characters for any one.
func patterns(e *ast.Match, p string) (list []string) {
	if e.Kind != ast.Wildcard && e.Kind != ast.Star || p == "*" {
		return nil
	}
	if inner, ok := strings.CutPrefix(p, "*"); ok && inner != "" {
		list = append(list, inner)
	} else {
		list = append(list, "*"+p)
	}
	if inner, ok := strings.CutSuffix(p, "*"); ok && inner != "" {
		list = append(list, inner)
	} else {
		list = append(list, p+"*")
	}
	if e.Kind == ast.Wildcard && strings.Contains(p, "?") {
		list = append(list, strings.Replace(p, "?", "*", 1))
	}
	return list
}

func hasLetter(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return strings.ToUpper(p) != strings.ToLower(p) })
}

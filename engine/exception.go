package engine

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// openly compiles a condition that may name fields which the schema lacks, as
// that of which events a rule sees does: an index filters by fields that it need
// not have, and so a schema without them is no reason to refuse the rule.
func openly(s *expr.Scope, cond ast.Expr) expr.Cond {
	known := s.Types
	if known != nil {
		s.Types = func(name string) (expr.Type, bool) {
			t, _ := known(name)
			return t, true
		}
		defer func() { s.Types = known }()
	}
	return s.Cond(cond)
}

// seenCond is what an event has to meet to be seen by the rule: that it comes
// from one of the rule's systems, meets its filters, and is no exception. An
// event that does not is none of the rule's: it starts no sequence, continues
// none, ends none, and does not count as present where an absence is asked
// for. The result is nil if the rule sees every event.
func (c *config) seenCond(r *ast.Rule) ast.Expr {
	var list []ast.Expr
	for _, x := range c.requirements(r) {
		list = append(list, x.cond)
	}
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return &ast.Logic{Op: ast.And, List: list}
}

// requirement is one of the conditions of seenCond.
type requirement struct {
	what string // as in [Check]
	cond ast.Expr
}

func (c *config) requirements(r *ast.Rule) (list []requirement) {
	if len(r.OS) > 0 {
		list = append(list, requirement{"system", osCond(r.OS)})
	}
	if c.index != "" && len(r.Indices) > 0 {
		for _, cond := range indexConds(c.index, r.Indices) {
			list = append(list, requirement{"index", cond})
		}
	}
	for _, cond := range r.Filters {
		what := "filter"
		if _, negated := cond.(*ast.Not); negated {
			what = "exception"
		}
		list = append(list, requirement{what, cond})
	}
	return list
}

// indexConds hold for events of the indices that the patterns name, and for
// events that do not say what index they belong to. A pattern behind a
// cluster's name means the index of any cluster.
func indexConds(name string, patterns []string) []ast.Expr {
	var in, out []string
	for _, p := range patterns {
		into := &in
		if rest, excluded := strings.CutPrefix(p, "-"); excluded {
			p, into = rest, &out
		}
		if _, local, remote := strings.Cut(p, ":"); remote {
			p = local
		}
		*into = append(*into, p)
	}
	field := &ast.Field{Name: name}
	match := func(patterns []string) ast.Expr {
		return &ast.Match{X: field, Op: "like", Kind: ast.Star, Patterns: patterns, Null: ast.NullIsFalse}
	}
	var conds []ast.Expr
	if len(in) > 0 {
		conds = append(conds, &ast.Logic{Op: ast.Or, List: []ast.Expr{&ast.IsNull{X: field}, match(in)}})
	}
	if len(out) > 0 {
		conds = append(conds, &ast.Not{X: match(out)})
	}
	return conds
}

// osCond holds for events of the systems, and for events that do not say what
// system they come from: a sensor that omits the field runs on one host.
func osCond(systems []string) ast.Expr {
	os := &ast.Field{Name: osField}
	return &ast.Logic{Op: ast.Or, List: []ast.Expr{
		&ast.IsNull{X: os},
		&ast.Match{X: os, Op: ":", Kind: ast.Wildcard, Patterns: systems, Fold: true, Null: ast.NullIsFalse},
	}}
}

// addConds makes k keep what the conditions read: an event that waits for its
// turn is shown to its rules a second time.
func (k *keeper) addConds(view string, conds []ast.Expr) {
	for _, cond := range conds {
		for n := range ast.Preorder(cond) {
			if f, ok := n.(*ast.Field); ok && f.Of == "" && f.Name != "" {
				k.add(field.Key{View: view, Name: f.Name})
			}
		}
	}
}

package engine

import (
	"fmt"
	"slices"

	"github.com/spoor-lang/spoor/ast"
)

// Coverage says of one rule whether it runs, and how faithfully.
type Coverage struct {
	// Rule is nil if nil was given.
	Rule *ast.Rule
	// Err is why the rule does not run, with positions; nil if it does.
	Err error
	// Approximations are what a rule that runs does in another way than its
	// vendor's engine, each as "name:line:column: text".
	Approximations []string
	// Warnings are what is likely a mistake of a rule that runs all the same,
	// in the same form: a condition that is never true, a field that no stage
	// makes.
	Warnings []string

	compiled  *compiled // nil for one that does not run
	described bool      // whether what is said of compiled is here
}

// Status returns "runs", "approximated" or "refused".
func (c Coverage) Status() string {
	switch {
	case c.Err != nil:
		return "refused"
	case len(c.Approximations) > 0:
		return "approximated"
	}
	return "runs"
}

// Coverage returns a report on every rule that New was given, in that order.
func (e *Engine) Coverage() []Coverage {
	for i := range e.coverage {
		e.coverage[i].describe()
	}
	return e.coverage
}

func (e *Engine) cover(r *ast.Rule, c *compiled, err error) {
	x := Coverage{Rule: r, Err: err}
	if err == nil {
		x.compiled = c
	}
	e.coverage = append(e.coverage, x)
}

// describe finds what there is to say of a rule that runs, once it is asked
// for.
func (x *Coverage) describe() {
	c := x.compiled
	if c == nil || x.described {
		return
	}
	x.described = true
	x.Approximations = approximations(c)
	x.Warnings = mistakes(c.rule)
	if c.search != nil {
		x.Warnings = append(x.Warnings, placed(sourceOf(c.rule.Query), c.search.prog.Warnings(outputFields(c.rule)...))...)
	}
}

// approximations are those that the rule's file asks for, and those of its
// query.
func approximations(c *compiled) []string {
	list := ofFile(c.rule, false)
	return append(list, placed(sourceOf(c.rule.Query), append(slices.Clip(c.notes), bounded(c.rule.Query)...))...)
}

func mistakes(r *ast.Rule) []string { return ofFile(r, true) }

func ofFile(r *ast.Rule, mistakes bool) []string {
	if len(r.Notes) == 0 {
		return nil
	}
	notes := slices.DeleteFunc(slices.Clone(r.Notes), func(n ast.Note) bool { return n.Mistake != mistakes })
	src := r.Source
	if src == nil {
		src = sourceOf(r.Query)
	}
	return placed(src, notes)
}

// placed prints notes with their places.
func placed(src *ast.Source, notes []ast.Note) []string {
	var list []string
	for _, n := range notes {
		line, column := src.Position(n.Off)
		list = append(list, fmt.Sprintf("%s:%d:%d: %s", src.Name, line, column, n.Text))
	}
	return list
}

// sourceOf returns the text of a query, or, for one that was built by hand, a
// name to stand in errors.
func sourceOf(q *ast.Query) *ast.Source {
	if q.Source == nil {
		return &ast.Source{Name: "query"}
	}
	return q.Source
}

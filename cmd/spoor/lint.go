package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
	"github.com/spoor-lang/spoor/engine/sample"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// dead finds conditions that nothing can meet. The fields that a data model
// calculates have alternatives of their own, of which some are always dead.
func dead(f rules.File) (found []finding) {
	all, err := sample.Dead(f.Rule.Query)
	if ev, ok := f.Rule.Query.Stages[0].(*ast.Events); ok && ev.Dataset != nil {
		all = nil
	}
	if whole := (*sample.Unsatisfiable)(nil); errors.As(err, &whole) {
		all = append(all, whole)
	}
	for _, u := range all {
		found = append(found, placed("warning", f.Name, u.Error()))
	}
	return found
}

// linter knows the fields that there are.
type linter struct {
	mapped map[string][]string // by view: those that the mappings make
	events *fieldSet           // nil without events
}

func (c *checkCommand) linter(s *session) (*linter, error) {
	r, err := c.reader(s)
	if err != nil {
		return nil, err
	}
	l := &linter{mapped: map[string][]string{}}
	for _, view := range []string{ast.ViewECS, ast.ViewCIM} {
		l.mapped[view] = slices.Sorted(r.Schema.Names(view))
	}
	l.events, err = present(s, r, c.Events)
	return l, err
}

// fields warns of the fields in the conditions on events that nothing has.
func (l *linter) fields(f rules.File) (found []finding) {
	q := f.Rule.Query
	said := map[string]bool{}
	for _, st := range q.Stages {
		if _, ok := st.(*ast.Events); !ok && q.Language == ast.SPL {
			continue // what rows have is the engine's to follow
		}
		for n := range ast.Preorder(st) {
			field, ok := n.(*ast.Field)
			if !ok || field.Of != "" || field.Name == "" || said[field.Name] {
				continue
			}
			said[field.Name] = true
			if text := l.missing(st, q.View, field); text != "" {
				w := finding{File: f.Name, Severity: "warning", Message: text}
				w.Line, w.Column = q.Source.Position(field.Pos())
				found = append(found, w)
			}
		}
	}
	return found
}

// minLikely is the length from which a name that resembles another is likely
// meant to be that: short ones resemble too many.
const minLikely = 9

// missing says what is wrong with a field, and nothing if it is known. Without
// events only names are suspect that resemble one of a mapping, for no mapping
// knows the fields of all sources; the raw names of a search without a data
// model resemble CIM's by nature.
func (l *linter) missing(st ast.Stage, view string, field *ast.Field) string {
	name, modelled := field.Name, view == ast.ViewECS
	if ev, ok := st.(*ast.Events); ok && ev.Dataset != nil {
		modelled = true
		if ev.Dataset.Fields[name] != nil {
			return ""
		}
		for _, p := range ev.Dataset.Prefixes {
			name = strings.TrimPrefix(name, p)
		}
	}
	known := func(k string) bool { return strings.EqualFold(k, name) }
	if strings.Contains(name, "*") || slices.ContainsFunc(l.mapped[view], known) {
		return ""
	}
	like := ""
	if modelled && len(name) >= minLikely {
		like = syntax.Suggest(name, l.mapped[view])
	}
	switch {
	case l.events == nil && like != "":
		return fmt.Sprintf("no mapping has the field %q%s", field.Name, like)
	case l.events != nil && !field.Optional && !l.events.has(view, name):
		return fmt.Sprintf("no mapping and no event has the field %q%s", field.Name, like)
	}
	return ""
}

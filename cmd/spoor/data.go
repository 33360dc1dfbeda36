package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/events"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

// fieldSet holds the names of the fields that events have, by view, and the
// categories that they are of.
type fieldSet struct {
	views      map[string]map[string]bool
	categories map[string]bool
}

func newFieldSet() *fieldSet {
	return &fieldSet{map[string]map[string]bool{ast.ViewECS: {}, ast.ViewCIM: {}}, map[string]bool{}}
}

// present reads events, and returns nil if no path is given, or not all are
// read.
func present(s *session, r *events.Reader, paths []string) (*fieldSet, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	names, err := events.Find(paths)
	if err != nil {
		return nil, err
	}
	set := newFieldSet()
	for it := range until(s.ctx, feed(s.ctx, r.Files(names))) {
		if _, bad := it.err.(*events.FileError); bad {
			s.problem(it.err)
		}
		if it.err == nil {
			set.add(it.ev)
		}
	}
	if s.ctx.Err() != nil {
		s.problem(errors.New("interrupted; which fields the events have is not known"))
		return nil, nil
	}
	return set, nil
}

func (s *fieldSet) add(ev engine.Event) {
	for view, names := range s.views {
		fields := ev.Fields
		if v, ok := fields.(event.Viewer); ok {
			fields = v.View(view)
		}
		if l, ok := fields.(event.Lister); ok {
			for name := range l.Names() {
				names[strings.ToLower(name)] = true
			}
		}
		if view == ast.ViewECS {
			categories := fields.Field(ast.DefaultCategory)
			for i := range categories.Len() {
				s.categories[categories.At(i).Text()] = true
			}
		}
	}
}

// has tells whether an event has the field. Each has its time, and in SPL the
// parts of that.
func (s *fieldSet) has(view, name string) bool {
	if view == ast.ViewCIM && (name == "_time" || strings.HasPrefix(name, "date_")) {
		return true
	}
	name = strings.ToLower(name)
	return s.views[view][name] || s.views[view][name[strings.LastIndexByte(name, '.')+1:]]
}

// missing returns the fields that a rule cannot do without and that no event
// has, and the categories of which there is no event. It is empty for rules
// that could fire.
func missing(r *ast.Rule, present *fieldSet) (names []string) {
	for _, st := range r.Query.Stages {
		for _, ev := range required(st) {
			if ev.Category != "" && r.Query.Category == "" && !present.categories[ev.Category] {
				names = append(names, ast.DefaultCategory+" "+ev.Category)
			}
			for name := range needs(ev.Where) {
				if !present.has(r.Query.View, name) {
					names = append(names, name)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// required returns the events without which a stage yields nothing.
func required(st ast.Stage) (all []*ast.Events) {
	var steps []ast.Step
	switch st := st.(type) {
	case *ast.Events:
		all = append(all, st)
	case *ast.Sequence:
		steps = st.Steps
	case *ast.Sample:
		steps = st.Steps
	}
	for i := range steps {
		if !steps[i].Missing {
			all = append(all, &steps[i].Event)
		}
	}
	return all
}

// needs returns the fields without which a condition cannot be true: those of
// all operands of an "and", and those that all operands of an "or" share.
func needs(e ast.Expr) map[string]bool {
	switch e := e.(type) {
	case *ast.Compare:
		if e.Op != ast.Ne {
			return join(operand(e.X), operand(e.Y))
		}
	case *ast.Match:
		if !e.Negate {
			return operand(e.X)
		}
	case *ast.In:
		return operand(e.X)
	case *ast.Logic:
		return needsOf(e)
	}
	return nil
}

func needsOf(e *ast.Logic) map[string]bool {
	all := map[string]bool{}
	for i, x := range e.List {
		n := needs(x)
		switch {
		case e.Op == ast.And || i == 0:
			all = join(all, n)
		default:
			for name := range all {
				if !n[name] || e.Op != ast.Or {
					delete(all, name)
				}
			}
		}
	}
	return all
}

// operand returns the field that an operand is; one with a null literal beside
// it is tested for absence and is not here, but an IsNull.
func operand(e ast.Expr) map[string]bool {
	if f, ok := e.(*ast.Field); ok && f.Of == "" {
		return map[string]bool{f.Name: true}
	}
	return nil
}

func join(a, b map[string]bool) map[string]bool {
	all := map[string]bool{}
	for _, m := range []map[string]bool{a, b} {
		for name := range m {
			all[name] = true
		}
	}
	return all
}

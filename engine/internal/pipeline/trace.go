package pipeline

import (
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// Trace is told what a run does, by whoever wants to know; nil in normal
// running. What it is told is valid until it returns. The searches inside a
// search tell it, too, before the stage that they belong to.
type Trace interface {
	// Window is what a source is about to read; a zero time leaves that side
	// open.
	Window(src *ast.Events, earliest, latest time.Time)
	// Event is an event that was offered to a source. Outside tells that it
	// lies outside the window.
	Event(src *ast.Events, ev event.Event, outside bool, asked Asked)
	// Row is a row that was held against a filter; n is its number in t.
	Row(filter ast.Node, t *Table, n int, asked Asked)
	// Stage is a step of a program that was taken: one stage of the query,
	// or several that amount to one. In is the number of rows before it.
	Stage(q *ast.Query, stages []ast.Stage, in int, out *Table)
}

// Asked is what a condition came to.
type Asked struct {
	Yes bool
	// Cond is the condition, and Frame what it was asked of; nil for none.
	Cond  *expr.Trace
	Frame *field.Frame
}

// span is which of a query's stages a compiled stage stands for, and what they
// read that may lie in lists: names and patterns with braces.
type span struct {
	from, to int
	within   []string
}

func (c *compiler) span(from, to int) span {
	need := needs{names: c.names[:0]}
	need.stages(c.query.Stages[from:to])
	c.names = need.names
	return span{from, to, need.within}
}

// watch makes conditions of this run tell what they come to, if that is
// wanted.
func (r *run) watch() *expr.Watch {
	if r.env.Trace == nil {
		return nil
	}
	return &expr.Watch{}
}

// asked is the outcome of a condition that may be watched.
func asked(yes bool, w *expr.Watch, f *field.Frame) Asked {
	a := Asked{Yes: yes}
	if w != nil && len(w.Roots) > 0 {
		a.Cond, a.Frame = w.Roots[0], f
	}
	return a
}

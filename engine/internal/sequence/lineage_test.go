package sequence

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lineage makes the lineage of processes that are s. An event is its letters,
// its process, its parent and its ancestors: `s.p1<p0<p`.
func lineage(t testing.TB, kind ast.RelationKind, o LineageOptions) (*Lineage, *field.Frame) {
	t.Helper()
	s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: &ast.Source{Name: "test"}}
	o.ID, o.Parent, o.Ancestry = "id", "parent", "ancestry"
	l := NewLineage(&ast.Relation{Kind: kind, Event: &ast.Events{Where: letter("s")}}, s, o)
	require.Empty(t, s.Errors)
	return l, &field.Frame{Slots: s.Slots}
}

// related shows the lineage events, and returns the names of those that it
// relates.
func related(l *Lineage, f *field.Frame, events string) string {
	cond := l.Cond()
	var names []string
	for i, w := range strings.Fields(events) {
		letters, rest, _ := strings.Cut(w, ".")
		line := strings.Split(rest, "<")
		m := event.Map{"is": strings.Split(letters, "")}
		if line[0] != "" {
			m["id"] = line[0]
		}
		if len(line) > 1 {
			m["parent"] = line[1]
		}
		if len(line) > 2 {
			m["ancestry"] = line[1:]
		}
		f.Reset(m)
		l.Observe(f, event.Event{Time: time.Unix(int64(i), 0), Fields: m})
		if cond(f) == expr.True {
			names = append(names, w)
		}
	}
	return strings.Join(names, " ")
}

func TestLineage(t *testing.T) {
	for _, c := range []struct {
		name         string
		kind         ast.RelationKind
		events, want string
	}{
		{"a child", ast.DescendantOf, "s.p x.c<p", "x.c<p"},
		{"a grandchild", ast.DescendantOf, "s.p x.c<p x.g<c", "x.c<p x.g<c"},
		{"later events of a descendant", ast.DescendantOf, "s.p x.c<p f.c", "x.c<p f.c"},
		{"not the source itself", ast.DescendantOf, "s.p x.p", ""},
		{"a source that descends from another", ast.DescendantOf, "s.p s.q<p x.q", "s.q<p x.q"},
		{"strangers", ast.DescendantOf, "s.p x.q<o x.r", ""},
		{"by ancestry, with parents unseen", ast.DescendantOf, "s.p x.g<c<b<p y.h<g", "x.g<c<b<p y.h<g"},
		{"a child before its source", ast.DescendantOf, "x.c<p s.p", ""},
		{"events without a process", ast.DescendantOf, "s. x.<p s.p x.c<p", "x.c<p"},

		{"a child, of which only", ast.ChildOf, "s.p x.c<p x.g<c", "x.c<p"},
		{"no child by ancestry", ast.ChildOf, "s.p x.g<c<p", ""},
		{"not the source, as its child", ast.ChildOf, "s.p x.p", ""},

		{"the process itself", ast.EventOf, "x.p s.p x.p x.c<p", "s.p x.p"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, f := lineage(t, c.kind, LineageOptions{})
			assert.Equal(t, c.want, related(l, f, c.events))
		})
	}
}

// Where IDs are used again, the start of a process relates it, and its end
// frees the ID.
func TestLineageOfReusedIDs(t *testing.T) {
	o := LineageOptions{Start: letter("n"), End: letter("e")}
	for _, c := range []struct{ name, events, want string }{
		{"a start", "s.1 n.2<1 f.2", "n.2<1 f.2"},
		{"another event with that parent", "s.1 f.2<1", ""},
		{"the end itself", "s.1 n.2<1 e.2 f.2", "n.2<1 e.2"},
		{"the ID again", "s.1 n.2<1 e.2 n.2<7 f.2", "n.2<1 e.2"},
		{"the parent's end leaves the child", "s.1 n.2<1 e.1 f.2", "n.2<1 f.2"},
		{"the parent's ID again", "s.1 e.1 n.1<9 n.2<1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, f := lineage(t, ast.DescendantOf, o)
			assert.Equal(t, c.want, related(l, f, c.events))
		})
	}
}

func TestLineageBounds(t *testing.T) {
	l, f := lineage(t, ast.DescendantOf, LineageOptions{MaxProcesses: 3, End: letter("e")})
	for i := range 100 {
		require.NotEmpty(t, related(l, f, fmt.Sprintf("s.p n.c%d<p", i)), "who is mentioned stays")
	}
	assert.Equal(t, Stats{Keys: 3, Evicted: 98}, l.Stats())

	l, f = lineage(t, ast.DescendantOf, LineageOptions{MaxProcesses: 3, End: letter("e")})
	assert.Equal(t, "n.c<q", related(l, f, "s.p s.q s.r e.r s.t n.b<r n.c<q"), "who has ended goes first")
}

// A lineage within a lineage observes first.
func TestLineageNested(t *testing.T) {
	s := &expr.Scope{Slots: &field.Slots{}, View: ast.ViewECS, Source: &ast.Source{Name: "test"}}
	var all []*Lineage
	s.Relation = func(r *ast.Relation) expr.Cond {
		l := NewLineage(r, s, LineageOptions{})
		all = append(all, l)
		return l.Cond()
	}
	cond := s.Cond(&ast.Relation{Kind: ast.ChildOf, Event: &ast.Events{
		Where: both(letter("m"), &ast.Relation{Kind: ast.ChildOf, Event: &ast.Events{Where: letter("s")}})}})
	require.Empty(t, s.Errors)
	require.Len(t, all, 2)
	f := &field.Frame{Slots: s.Slots}
	var got []bool
	for _, m := range []event.Map{
		{"is": "s", "process.entity_id": "1"},
		{"is": "m", "process.entity_id": "2", "process.parent.entity_id": "1"},
		{"is": "m", "process.entity_id": "3", "process.parent.entity_id": "2"},
		{"is": "x", "process.entity_id": "4", "process.parent.entity_id": "3"},
	} {
		f.Reset(m)
		for _, l := range all {
			l.Observe(f, event.Event{Fields: m})
		}
		got = append(got, cond(f) == expr.True)
	}
	assert.Equal(t, []bool{false, false, true, false}, got)
}

package sequence

import (
	"cmp"
	"container/list"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// LineageOptions say how events name their processes.
type LineageOptions struct {
	// Category is that of [Options].
	Category string
	// ID and Parent are the fields that hold the process of an event and
	// that process's parent; Ancestry holds all of its ancestors, as far as
	// the sensor knows them. Empty means Elastic Endpoint's fields.
	ID, Parent, Ancestry string
	// Start tells events that begin a process, and with Start only these
	// make a process a descendant: where IDs are used again, other events
	// may name a parent that is long gone. Nil: every event does.
	Start ast.Expr
	// End tells events that end a process. With Start, the process is
	// forgotten at the next event; else it is the first to go when there
	// are too many. Nil: none do.
	End ast.Expr
	// MaxProcesses bounds the processes that are known; 0 means
	// DefaultMaxProcesses. Those that were not mentioned for the longest
	// time go first.
	MaxProcesses int
}

// DefaultMaxProcesses is how many processes a lineage knows: the living ones
// of a few thousand hosts under a source as common as a shell, at about 200
// bytes for each.
const DefaultMaxProcesses = 100_000

// The fields by which Elastic Endpoint relates processes. Their values are
// unique and never used again.
const (
	entityID       = "process.entity_id"
	parentEntityID = "process.parent.entity_id"
	ancestryIDs    = "process.Ext.ancestry"
)

// Fields are the names of the fields that a lineage reads, beside those of its
// condition.
func (o LineageOptions) Fields() []string {
	return []string{cmp.Or(o.ID, entityID), cmp.Or(o.Parent, parentEntityID), cmp.Or(o.Ancestry, ancestryIDs)}
}

// Lineage knows the processes that are related to those of earlier events, as
// one `descendant of […]`, `child of […]` or `event of […]` asks for them.
//
// It is to observe every event, in order, before a condition that holds its
// Cond is evaluated for the event. A relation within a relation has a lineage
// of its own, which NewLineage makes by way of the Scope before it returns;
// the inner one has to observe an event first. It is not safe for concurrent
// use.
type Lineage struct {
	kind                 ast.RelationKind
	source               expr.Cond
	id, parent, ancestry expr.Eval
	start, end           expr.Cond // nil for none
	bound                int

	known   map[string]*process
	recent  list.List // processes, by the time of their last mention
	gone    list.List // those that have ended, by that time
	ended   *process  // to be forgotten at the next event
	evicted int
	enc     []byte
}

// process is one that a lineage knows.
type process struct {
	key     string
	source  bool // an event of it was one that the relation names
	related bool // a child or a descendant, as the relation asks
	in      *list.List
	at      *list.Element
}

// NewLineage returns the lineage of a relation. What is wrong with it goes to
// s.Errors.
func NewLineage(r *ast.Relation, s *expr.Scope, o LineageOptions) *Lineage {
	l := &Lineage{kind: r.Kind, bound: o.MaxProcesses, known: map[string]*process{}}
	if l.bound <= 0 {
		l.bound = DefaultMaxProcesses
	}
	c := compiler{Scope: s, category: o.Category}
	l.source = c.all(r.Event, terms(r.Event, o.Category))
	var named [3]expr.Eval
	for i, name := range o.Fields() {
		named[i] = s.Eval(&ast.Field{Off: r.Off, Name: name, Optional: true})
	}
	l.id, l.parent, l.ancestry = named[0], named[1], named[2]
	if o.Start != nil {
		l.start = s.Cond(o.Start)
	}
	if o.End != nil {
		l.end = s.Cond(o.End)
	}
	return l
}

// Concerns reports whether Observe may change anything.
func (l *Lineage) Concerns(f *field.Frame) bool { return len(l.known) > 0 || holds(l.source, f) }

// Observe takes the next event, which f holds.
func (l *Lineage) Observe(f *field.Frame, _ event.Event) {
	if l.ended != nil {
		l.forget(l.ended)
		l.ended = nil
	}
	source := holds(l.source, f)
	if !source && len(l.known) == 0 {
		return
	}
	id := l.id(f)
	if id.Len() != 1 {
		return
	}
	related := l.kind != ast.EventOf && (l.start == nil || holds(l.start, f)) && l.relates(f)
	p := l.find(id)
	if p == nil && (source || related) {
		p = l.add(id)
	}
	if p == nil {
		return
	}
	p.source = p.source || source
	p.related = p.related || related
	if l.end != nil && holds(l.end, f) {
		l.finish(p)
	}
}

// Cond returns the condition that the process of an event is related as the
// relation asks. A source is no descendant or child of itself.
func (l *Lineage) Cond() expr.Cond {
	return func(f *field.Frame) expr.Tri {
		if l.holds(f) {
			return expr.True
		}
		return expr.False
	}
}

func (l *Lineage) holds(f *field.Frame) bool {
	if len(l.known) == 0 {
		return false
	}
	if id := l.id(f); id.Len() == 1 {
		if p := l.find(id); p != nil && (p.related || l.kind == ast.EventOf && p.source) {
			return true
		}
	}
	return l.kind != ast.EventOf && l.start == nil && l.relates(f)
}

// Stats returns what the lineage holds: Keys are the processes.
func (l *Lineage) Stats() Stats { return Stats{Keys: len(l.known), Evicted: l.evicted} }

// relates reports whether the event's parent, or one of its ancestors, makes
// its process a relative.
func (l *Lineage) relates(f *field.Frame) bool {
	if p := l.find(l.parent(f)); p != nil && (p.source || p.related && l.kind == ast.DescendantOf) {
		return true
	}
	if l.kind != ast.DescendantOf {
		return false
	}
	all := l.ancestry(f)
	for i := range all.Len() {
		if p := l.find(all.At(i)); p != nil {
			return true
		}
	}
	return false
}

// find returns the process of an ID, nil if it is not known, and notes that it
// was mentioned.
func (l *Lineage) find(id event.Value) *process {
	if id.IsNull() {
		return nil
	}
	l.enc = appendKey(l.enc[:0], id)
	p := l.known[string(l.enc)]
	if p != nil && p.in == &l.recent {
		l.recent.MoveToBack(p.at)
	}
	return p
}

func (l *Lineage) add(id event.Value) *process {
	l.enc = appendKey(l.enc[:0], id)
	p := &process{key: string(l.enc)}
	l.known[p.key] = p
	if len(l.known) > l.bound {
		l.evict()
	}
	p.in, p.at = &l.recent, l.recent.PushBack(p)
	return p
}

// finish is told that a process has ended.
func (l *Lineage) finish(p *process) {
	if l.start != nil {
		l.ended = p
		return
	}
	p.in.Remove(p.at)
	p.in, p.at = &l.gone, l.gone.PushBack(p)
}

// evict forgets the process that will be missed least.
func (l *Lineage) evict() {
	l.evicted++
	e := l.gone.Front()
	if e == nil {
		e = l.recent.Front()
	}
	l.forget(e.Value.(*process))
}

func (l *Lineage) forget(p *process) {
	if l.known[p.key] == p {
		p.in.Remove(p.at)
		delete(l.known, p.key)
	}
}

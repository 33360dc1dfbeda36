package sample

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
)

// scene is what a query asks of events, as one problem: the fields of all its
// events are variables, told apart by a prefix for each event.
type scene struct {
	q    *ast.Query
	acts []act
	// parts are the conditions on the events, as far as an "and" parts them.
	parts []part
	rules []goal // what holds beside them: keys, and events that are related
	keys  []key
	span  time.Duration
	bools int
	// spare keeps the events of a sequence from meeting its until: more than is
	// needed, for that may be about other keys. The rules have it if spared.
	spare  []goal
	spared bool
	// related are the conditions on the events that others are related to,
	// by the variable that tells whether the event is there.
	related map[string][]ast.Expr
}

// act is one event, or several alike.
type act struct {
	prefix  string
	step    int // of the query; -1 for an event that another is related to
	runs    int
	missing bool
	flag    string // the variable that tells whether the event is there
}

// part is a condition that an event has to meet, and where it was written.
type part struct {
	goal
	src     ast.Expr
	step    int
	implied bool // by the event's category, and not written as a condition
}

// key is the equation of a join key of two events.
type key struct {
	goal
	step int
	src  ast.Node
}

// separator ends the prefix of a variable: no field's name holds it.
const separator = '\x00'

// flagMark begins the names of variables that are no fields.
const flagMark = "\x02"

// newScene reads a query's first stage.
func newScene(q *ast.Query) (*scene, error) {
	sc := &scene{q: q}
	switch st := q.Stages[0].(type) {
	case *ast.Events:
		sc.event(st, act{runs: 1}, nil)
	case *ast.Sequence:
		sc.span = st.Maxspan
		sc.steps(st.Steps)
		if st.Until != nil {
			sc.until(st)
		}
	case *ast.Sample:
		sc.steps(st.Steps)
	case *ast.Combine:
		sc.steps(st.Steps)
	default:
		return nil, &NoEvents{q, st}
	}
	return sc, nil
}

func (sc *scene) steps(list []ast.Step) {
	aliases := map[string]string{}
	var first *ast.Step
	firstPrefix := ""
	for i := range list {
		st := &list[i]
		prefix := strconv.Itoa(i) + string(separator)
		sc.event(&st.Event, act{prefix: prefix, step: i, runs: max(1, st.Runs), missing: st.Missing}, aliases)
		if st.As != "" {
			aliases[st.As] = prefix
		}
		if first == nil && !st.Missing {
			first, firstPrefix = st, prefix
			for _, e := range st.By {
				sc.present(e, prefix, aliases)
			}
			continue
		}
		if first != nil {
			sc.join(first, firstPrefix, st, i, prefix, aliases)
		}
	}
}

// present asks for a key of the first event.
func (sc *scene) present(e ast.Expr, prefix string, aliases map[string]string) {
	x := sc.rename(e, prefix, aliases)
	sc.rules = append(sc.rules, goal{&ast.IsNull{Off: ast.Off(e.Pos()), X: x}, false})
}

// join equates the keys of a step with those of the first.
func (sc *scene) join(first *ast.Step, firstPrefix string, st *ast.Step, i int, prefix string, aliases map[string]string) {
	for k := range min(len(first.By), len(st.By)) {
		x, y := sc.rename(first.By[k], firstPrefix, aliases), sc.rename(st.By[k], prefix, aliases)
		same := &ast.Compare{Off: ast.Off(st.By[k].Pos()), Op: ast.Eq, X: plain(x), Y: plain(y)}
		sc.keys = append(sc.keys, key{goal{same, true}, i, st.By[k]})
	}
}

// plain is a field that has to be there.
func plain(e ast.Expr) ast.Expr {
	f, ok := e.(*ast.Field)
	if !ok || !f.Optional {
		return e
	}
	c := *f
	c.Optional = false
	return &c
}

// event adds an event and what it has to meet.
func (sc *scene) event(ev *ast.Events, a act, aliases map[string]string) {
	for i, list := range [][]ast.Expr{sc.implied(ev), conjuncts(ev.Where)} {
		for _, e := range list {
			x := sc.condition(e, ev, a, aliases)
			sc.parts = append(sc.parts, part{goal{x, true}, e, a.step, i == 0})
		}
	}
	sc.acts = append(sc.acts, a)
}

// implied are the conditions that an event's category stands for.
func (sc *scene) implied(ev *ast.Events) []ast.Expr {
	var list []ast.Expr
	if ev.Category != "" {
		name := sc.q.Category
		if name == "" {
			name = ast.DefaultCategory
		}
		list = append(list, &ast.Compare{Off: ev.Off, Op: ast.Eq, Null: ast.NullIsFalse,
			X: &ast.Field{Off: ev.Off, Name: name}, Y: &ast.Literal{Off: ev.Off, Value: ev.Category}})
	}
	if ev.Metrics {
		list = append(list, ev.MetricCond())
	}
	return list
}

func conjuncts(e ast.Expr) []ast.Expr {
	var out []ast.Expr
	for todo := []ast.Expr{e}; len(todo) > 0; {
		e, todo = todo[0], todo[1:]
		l, ok := e.(*ast.Logic)
		switch {
		case ok && l.Op == ast.And:
			todo = append(slices.Clone(l.List), todo...)
		case e != nil:
			out = append(out, e)
		}
	}
	return out
}

// condition writes a condition with the scene's variables.
func (sc *scene) condition(e ast.Expr, ev *ast.Events, a act, aliases map[string]string) ast.Expr {
	return rewrite(e, func(x ast.Expr) ast.Expr {
		switch x := x.(type) {
		case *ast.Relation:
			return sc.relation(x, a)
		case *ast.Subsearch:
			return sc.flag(x.Off, a.prefix)
		case *ast.Field:
			if ev.Dataset != nil && x.Of == "" {
				return sc.calculated(x, ev.Dataset, a.prefix)
			}
		}
		return sc.renamed(x, a.prefix, aliases)
	})
}

// calculated is a field of a data model.
func (sc *scene) calculated(x *ast.Field, d *ast.Dataset, prefix string) ast.Expr {
	if e := d.Fields[x.Name]; e != nil {
		if f, ok := e.(*ast.Field); !ok || f.Name != x.Name {
			return sc.rename(e, prefix, nil)
		}
	}
	for _, p := range d.Prefixes {
		if bare, ok := strings.CutPrefix(x.Name, p); ok && bare != "" {
			c := *x
			c.Name = bare
			x = &c
			break
		}
	}
	return sc.renamed(x, prefix, nil)
}

func (sc *scene) flag(off ast.Off, prefix string) *ast.Field {
	sc.bools++
	return &ast.Field{Off: off, Name: fmt.Sprintf("%s%s%d", prefix, flagMark, sc.bools)}
}

// relation stands for the relation to an earlier event: if it is to hold, the
// event has to be there and name a process that the event at hand descends
// from.
func (sc *scene) relation(r *ast.Relation, a act) ast.Expr {
	flag := sc.flag(r.Off, a.prefix)
	n := len(sc.parts)
	source := act{prefix: "r" + flag.Name + string(separator), step: -1, runs: 1, flag: flag.Name}
	sc.event(r.Event, source, nil)
	needs := []ast.Expr{}
	if sc.related == nil {
		sc.related = map[string][]ast.Expr{}
	}
	for _, p := range sc.parts[n:] {
		needs = append(needs, p.e)
		if !p.implied {
			sc.related[flag.Name] = append(sc.related[flag.Name], p.e)
		}
	}
	sc.parts = sc.parts[:n]
	id := func(prefix, name string) ast.Expr { return &ast.Field{Off: r.Off, Name: prefix + name} }
	link := "process.parent.entity_id"
	if r.Kind == ast.EventOf {
		link = "process.entity_id"
	} else {
		needs = append(needs, &ast.Compare{Off: r.Off, Op: ast.Ne, X: id(a.prefix, "process.entity_id"), Y: id(source.prefix, "process.entity_id")})
	}
	needs = append(needs, &ast.Compare{Off: r.Off, Op: ast.Eq, X: id(source.prefix, "process.entity_id"), Y: id(a.prefix, link)})
	sc.rules = append(sc.rules, goal{&ast.Logic{Off: r.Off, Op: ast.Or, List: []ast.Expr{
		&ast.Logic{Off: r.Off, Op: ast.And, List: needs},
		&ast.IsNull{X: flag},
		&ast.Not{X: flag},
	}}, true})
	return flag
}

// rename writes an expression with an event's variables.
func (sc *scene) rename(e ast.Expr, prefix string, aliases map[string]string) ast.Expr {
	return rewrite(e, func(x ast.Expr) ast.Expr { return sc.renamed(x, prefix, aliases) })
}

func (sc *scene) renamed(x ast.Expr, prefix string, aliases map[string]string) ast.Expr {
	switch x := x.(type) {
	case *ast.Field:
		if p, ok := aliases[x.Of]; ok {
			prefix = p
		} else if x.Of != "" {
			return x
		}
		if prefix == "" {
			return x
		}
		c := *x
		c.Of, c.Name = "", prefix+x.Name
		return &c
	}
	return x
}

// goals are what makes the query fire; those in the place of part i, unless
// that is -1.
func (sc *scene) goals(i int, instead ...goal) []goal {
	var out []goal
	absent := sc.absent()
	for j, p := range sc.parts {
		switch {
		case j == i:
			out = append(out, instead...)
		case !absent[p.step]:
			out = append(out, p.goal)
		}
	}
	return append(append(out, sc.rules...), sc.bonds(absent)...)
}

// goalsWith is goals, and those of the step that has to be missing.
func (sc *scene) goalsWith(step int) []goal {
	out := sc.goals(-1)
	for _, p := range sc.parts {
		if p.step == step {
			out = append(out, p.goal)
		}
	}
	absent := sc.absent()
	for s := range absent {
		absent[s] = s != step
	}
	for _, g := range sc.bonds(absent) {
		if !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	return out
}

// bonds are the keys of the steps that are not absent.
func (sc *scene) bonds(absent map[int]bool) []goal {
	var out []goal
	for _, k := range sc.keys {
		if !absent[k.step] {
			out = append(out, k.goal)
		}
	}
	return out
}

// last is the last step that is there.
func (sc *scene) last() int {
	n := 0
	for _, a := range sc.acts {
		if !a.missing {
			n = max(n, a.step)
		}
	}
	return n
}

// stepAt is a step of the query.
func (sc *scene) stepAt(i int) ast.Node {
	switch st := sc.q.Stages[0].(type) {
	case *ast.Sequence:
		return &st.Steps[i]
	case *ast.Sample:
		return &st.Steps[i]
	case *ast.Combine:
		return &st.Steps[i]
	}
	return sc.q.Stages[0]
}

// absent are the steps that must not be there.
func (sc *scene) absent() map[int]bool {
	out := map[int]bool{}
	for _, a := range sc.acts {
		if a.missing {
			out[a.step] = true
		}
	}
	return out
}

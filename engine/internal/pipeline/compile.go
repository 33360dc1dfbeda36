package pipeline

import (
	"reflect"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// maxDepth bounds how deep searches lie in one another. The deepest in use is
// one subsearch in a map; each level multiplies the work of a run.
const maxDepth = 8

// stage is a compiled stage. It owns the table that it is given.
type stage interface {
	run(r *run, t *Table) (*Table, error)
}

// stageFunc is a stage that is a function.
type stageFunc func(r *run, t *Table) (*Table, error)

func (f stageFunc) run(r *run, t *Table) (*Table, error) { return f(r, t) }

// makers compile stages, by the type of the node. The file of each stage
// registers its own.
var makers = map[reflect.Type]func(*compiler, ast.Stage) stage{}

func register[S ast.Stage](make func(*compiler, S) stage) struct{} {
	makers[reflect.TypeFor[S]()] = func(c *compiler, st ast.Stage) stage { return make(c, st.(S)) }
	return struct{}{}
}

// compiler compiles one query.
type compiler struct {
	opts   Options
	query  *ast.Query
	source *ast.Source
	rows   *expr.Scope
	depth  int
	// late is, in a search whose text is known only to a run, the source
	// that stands for those that it reads.
	late *ast.Events
	// fed tells that the query takes rows: it is one inside an appendpipe or
	// a foreach.
	fed bool

	at      int // the stage that is being compiled
	prog    *Program
	errs    []*ast.Error
	sources []Source
	names   []string // scratch: see span
}

func newCompiler(q *ast.Query, o Options, depth int) *compiler {
	src := q.Source
	if src == nil {
		src = &ast.Source{Name: "query"}
	}
	c := &compiler{opts: o, query: q, source: src, depth: depth, prog: &Program{query: q, source: src}}
	c.rows = c.scope()
	return c
}

// scope returns a scope for conditions over rows.
func (c *compiler) scope() *expr.Scope {
	s := &expr.Scope{Slots: &field.Slots{}, Source: c.source, Lookup: c.lookupFunction, GaveUp: c.opts.GaveUp}
	return s
}

func (c *compiler) errorf(n ast.Node, format string, args ...any) {
	c.errs = append(c.errs, c.source.Errorf(n.Pos(), format, args...))
}

// compile compiles the whole query. The program is of no use if there are
// errors.
func (c *compiler) compile() {
	c.prog.stages = make([]stage, 0, len(c.query.Stages))
	c.prog.spans = make([]span, 0, len(c.query.Stages))
	for i := 0; i < len(c.query.Stages); i++ {
		c.at = i
		from := i
		st := c.query.Stages[i]
		if s, ok := c.inserting(st); ok {
			c.prog.stages = append(c.prog.stages, s)
			c.prog.spans = append(c.prog.spans, c.span(from, from+1))
			continue
		}
		make, ok := makers[reflect.TypeOf(st)]
		if !ok {
			c.errorf(st, "expected a stage of a search over rows, found %s", reflect.TypeOf(st).Elem().Name())
			continue
		}
		if s := make(c, st); s != nil {
			c.prog.stages = append(c.prog.stages, s)
			c.prog.spans = append(c.prog.spans, c.span(from, c.at+1))
		}
		i = c.at // a stage may take those behind it along
	}
	c.prog.rows = c.rows.Slots
	c.errs = append(c.errs, c.rows.Errors...)
}

// sub compiles a search inside this one, and takes over its sources and
// errors.
func (c *compiler) sub(n ast.Node, q *ast.Query) *Program { return c.inside(n, q, false) }

// inner compiles a search that runs over the rows at hand.
func (c *compiler) inner(n ast.Node, q *ast.Query) *Program { return c.inside(n, q, true) }

func (c *compiler) inside(n ast.Node, q *ast.Query, fed bool) *Program {
	if c.depth+1 > maxDepth {
		c.errorf(n, "expected at most %d searches inside one another", maxDepth)
		return &Program{query: q}
	}
	s := newCompiler(q, c.opts, c.depth+1)
	s.late, s.fed = c.late, fed
	s.compile()
	c.errs = append(c.errs, s.errs...)
	c.sources = append(c.sources, s.sources...)
	return s.prog
}

// first reports whether the stage being compiled is the first of its query,
// and records an error if it is not: what makes rows does not take any.
func (c *compiler) first(n ast.Node, what string) bool {
	if c.at > 0 || c.fed {
		c.errorf(n, "expected %s at the beginning of a search", what)
		return false
	}
	return true
}

package pipeline

import "github.com/spoor-lang/spoor/ast"

// inserting is a stage of eval or where in whose expressions searches stand.
// Their rows are known only in a run, which compiles the stage anew.
type inserting struct {
	node  ast.Stage
	subs  map[*ast.Subtext]*Program
	blank *Program // the stage with null in the place of all searches
	opts  Options
	src   *ast.Source
}

// inserting compiles a stage with searches in its expressions; false for any
// other.
func (c *compiler) inserting(st ast.Stage) (stage, bool) {
	if !holdsSubtext(st) {
		return nil, false
	}
	s := &inserting{node: st, subs: map[*ast.Subtext]*Program{}, opts: c.opts, src: c.source}
	blank, _ := inserted(st, func(sub *ast.Subtext) (ast.Expr, error) {
		s.subs[sub] = c.sub(sub, sub.Query)
		return &ast.Literal{Off: sub.Off}, nil
	})
	inner := s.compile(blank, c.depth)
	s.blank = inner.prog
	c.errs = append(c.errs, inner.errs...)
	return s, true
}

func holdsSubtext(st ast.Stage) bool {
	switch st.(type) {
	case *ast.Assign, *ast.Filter:
		return ast.HasSubtext(st)
	}
	return false
}

// inserted returns the stage with others in the place of its searches.
func inserted(st ast.Stage, f func(*ast.Subtext) (ast.Expr, error)) (ast.Stage, error) {
	replace := func(e ast.Expr) (ast.Expr, error) {
		if sub, ok := e.(*ast.Subtext); ok {
			return f(sub)
		}
		return nil, nil
	}
	var err error
	switch st := st.(type) {
	case *ast.Filter:
		n := *st
		n.Cond, err = rewrite(st.Cond, replace)
		return &n, err
	case *ast.Assign:
		n := ast.Assign{Off: st.Off, Set: append([]ast.Assignment(nil), st.Set...)}
		for i := range n.Set {
			if n.Set[i].Value, err = rewrite(n.Set[i].Value, replace); err != nil {
				return nil, err
			}
		}
		return &n, nil
	}
	return st, nil
}

func (s *inserting) compile(st ast.Stage, depth int) *compiler {
	c := newCompiler(&ast.Query{Language: ast.SPL, Source: s.src, Stages: []ast.Stage{st}}, s.opts, depth)
	c.fed = true
	c.compile()
	return c
}

// run puts the text of each search in its place. A text that is no expression
// stands for null, and so do all where one is wrong in its place: whoever sends
// events must not be able to stop a search.
func (s *inserting) run(r *run, t *Table) (*Table, error) {
	st, err := inserted(s.node, func(sub *ast.Subtext) (ast.Expr, error) {
		rows, err := r.subRows(sub, s.subs[sub], maxSubsearchRows)
		if err != nil {
			return nil, err
		}
		var x ast.Expr
		if text := subtext(rows); text != "" {
			if x, err = sub.Parse(text); err != nil {
				r.dropped(sub, "searches whose text is no expression", 1)
			}
		}
		if x == nil || err != nil {
			return &ast.Literal{Off: sub.Off}, nil
		}
		return x, nil
	})
	if err != nil {
		return nil, err
	}
	c := s.compile(st, r.depth)
	if len(c.errs) > 0 { // without the texts there are none
		r.dropped(s.node, "searches whose text is no expression", len(s.subs))
		return r.instead(s.blank, t)
	}
	return r.instead(c.prog, t)
}

// instead runs the one stage of a program as the stage that is running.
func (r *run) instead(p *Program, t *Table) (*Table, error) {
	outer := r.prog
	r.prog = p
	defer func() { r.prog = outer }()
	return p.stages[0].run(r, t)
}

// subtext is the search text that rows become: that of return or format, or
// what format would make of them. It is empty for no rows.
func subtext(t *Table) string {
	if t.Len() == 0 {
		return ""
	}
	if c := t.find("search"); c >= 0 && t.Len() == 1 && len(t.cols) == 1 {
		return t.at(0, c).Text()
	}
	return formatted(&ast.FormatRows{
		RowPrefix: "(", ColumnPrefix: "(", ColumnSep: "AND", ColumnEnd: ")", RowSep: "OR", RowEnd: ")", MVSep: "OR",
	}, t)
}

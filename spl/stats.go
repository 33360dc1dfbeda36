package spl

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"stats"}, generates: sometimes, parse: parseStats},
	command{names: []string{"eventstats"}, parse: parseEventStats},
	command{names: []string{"streamstats"}, parse: parseStreamStats},
)

// parseStats parses stats. As the first command it counts no rows, which is how
// searches had a row to begin with before there was makeresults.
func parseStats(s *stage) (ast.Stage, error) {
	if !s.rows() {
		s.before = append(s.before, noRows(s))
	}
	a := &ast.Aggregate{Off: s.Off, Kind: ast.AggStats}
	if err := s.statistics(a, nil); err != nil {
		return nil, err
	}
	return a, s.distinct(a)
}

// distinct checks that no figure has the name of a field that the rows are
// grouped by: both are columns of the one table.
func (s *stage) distinct(a *ast.Aggregate) error {
	for _, g := range a.By {
		for _, f := range a.Aggs {
			if f.As == g.Field {
				return s.src.Errorf(f.Pos(), "%s can't name a figure %q, as a field after BY", s.name, short(f.As))
			}
		}
	}
	return nil
}

func parseEventStats(s *stage) (ast.Stage, error) {
	a := &ast.Aggregate{Off: s.Off, Kind: ast.AggEvent}
	return a, s.statistics(a, nil)
}

// statistics parses figures [BY fields], with options before, between and
// behind them.
func (s *stage) statistics(a *ast.Aggregate, more func(option) (bool, error)) error {
	set := func(o option) (bool, error) {
		if more != nil {
			if ok, err := more(o); ok || err != nil {
				return ok, err
			}
		}
		return s.setting(o, map[string]any{
			"allnum": &a.AllNum, "delim": &a.Delim, "partitions": nil,
			"dedup_splitvals": &a.DedupSplit, "dedup_splitval": &a.DedupSplit,
		})
	}
	if err := s.options(set); err != nil {
		return err
	}
	for s.tok.kind != end && !s.tok.is("by") {
		more, err := s.figures("by")
		if err == nil {
			err = s.options(set)
		}
		if err != nil {
			return err
		}
		a.Aggs = append(a.Aggs, more...)
	}
	if len(a.Aggs) == 0 {
		return s.expected("a function such as count or values(field)")
	}
	var err error
	if s.accept("by") {
		if a.By, err = s.groups(); err != nil {
			return err
		}
	}
	if err = s.options(set); err != nil {
		return err
	}
	err = s.checkNames(a)
	if err != nil || s.tok.kind != end {
		err = cmp.Or(s.unpiped(a.By), err)
	}
	return err
}

// unpiped returns an error at the first of the groups that has the name of a
// command, which makes sense of what else is wrong behind BY.
func (s *stage) unpiped(by []ast.Group) error {
	for i, g := range by {
		if _, known := commands[g.Field]; known && i > 0 {
			return s.src.Errorf(g.Pos(), "expected | before the command %s", g.Field)
		}
	}
	return nil
}

// checkNames refuses patterns of groups, and one figure under two names.
func (s *stage) checkNames(a *ast.Aggregate) error {
	for _, g := range a.By {
		if strings.Contains(g.Field, "*") {
			return s.src.Errorf(g.Pos(), "BY takes no wildcards, found %q", short(g.Field))
		}
	}
	names := map[string]string{}
	for _, f := range a.Aggs {
		if _, ok := f.Arg.(*ast.Field); ok && !f.Cond {
			if as, ok := names[f.Text]; ok && as != f.As {
				return s.src.Errorf(f.Pos(), "%q can't have two names: copy it with eval", short(f.Text))
			}
			names[f.Text] = f.As
		}
	}
	return nil
}

func parseStreamStats(s *stage) (ast.Stage, error) {
	a := &ast.Aggregate{Off: s.Off, Kind: ast.AggStream}
	w := &ast.Window{Current: true, Global: true}
	a.Window = w
	vars := map[string]any{
		"current": &w.Current, "window": &w.Size, "global": &w.Global, "reset_on_change": &w.ResetOnChange,
	}
	err := s.statistics(a, func(o option) (bool, error) {
		var err error
		switch o.name {
		case "time_window":
			w.Time, err = s.duration(o)
		case "reset_before":
			w.ResetBefore, err = s.resetCondition(o)
		case "reset_after":
			w.ResetAfter, err = s.resetCondition(o)
		default:
			return s.setting(o, vars)
		}
		return true, err
	})
	return a, err
}

// resetCondition parses reset_after="count>3": an eval expression in quotes, in
// brackets, or in brackets that are quoted themselves, "("count>3")".
func (s *stage) resetCondition(o option) (ast.Expr, error) {
	if unquoteArgument(o.value) != "(" {
		return s.quotedEval(o.value)
	}
	if o.value.kind == quoted {
		return s.quotedBrackets(o.value)
	}
	s.seek(o.value.to())
	s.in(evalMode)
	x, err := s.logic(0)
	if err != nil {
		return nil, err
	}
	if err = s.expect(closing, `")"`); err != nil {
		return nil, err
	}
	s.in(argumentMode)
	return x, nil
}

// bracketEnd is a quoted bracket whose first quote is not an escaped one.
var bracketEnd = regexp.MustCompile(`(?:^|[^\\])("\)")`)

// quotedBrackets parses an expression between "(" and ")". A text in it has its
// quotes escaped, as in "("user==\"bob\"")".
func (s *stage) quotedBrackets(open token) (ast.Expr, error) {
	text := s.lexer.text[open.to():s.limit]
	end := bracketEnd.FindStringSubmatchIndex(text)
	if end == nil {
		return nil, s.errorf(open.from, `the bracket has no end, expected ")" in quotes`)
	}
	x, err := s.evalText(strings.ReplaceAll(text[:end[2]], `\"`, `"`), open.to())
	if err != nil {
		return nil, err
	}
	s.seek(open.to() + end[3])
	return x, nil
}

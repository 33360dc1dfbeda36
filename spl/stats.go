package spl

import (
	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"stats"}, parse: parseStats},
	command{names: []string{"eventstats"}, parse: parseEventStats},
	command{names: []string{"streamstats"}, parse: parseStreamStats},
)

func parseStats(s *stage) (ast.Stage, error) {
	a := &ast.Aggregate{Off: s.Off, Kind: ast.AggStats}
	return a, s.statistics(a, nil)
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
			"allnum": &a.AllNum, "delim": &a.Delim, "partitions": nil, "dedup_splitvals": &a.DedupSplit,
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
	return s.options(set)
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
	inner := unquoteArgument(o.value) == "("
	if !inner || o.value.kind == quoted && s.tok.kind == end {
		return s.quotedEval(o.value)
	}
	s.seek(o.value.to())
	s.in(evalMode)
	x, err := s.logic(0)
	if err != nil {
		return nil, err
	}
	if unquoteArgument(s.tok) != ")" {
		return nil, s.expected(`")"`)
	}
	s.advance()
	s.in(argumentMode)
	return x, nil
}

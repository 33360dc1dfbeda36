package spl

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// aggregates are the functions of stats and its kin by their names, and what
// each is called in the tree.
var aggregates = map[string]string{
	"avg": "avg", "mean": "avg", "count": "count", "c": "count", "dc": "dc", "distinct_count": "dc",
	"estdc": "estdc", "estdc_error": "estdc_error", "max": "max", "median": "median", "min": "min", "mode": "mode",
	"range": "range", "stdev": "stdev", "stdevp": "stdevp", "sum": "sum", "sumsq": "sumsq", "var": "var",
	"varp": "varp", "first": "first", "last": "last", "list": "list", "values": "values",
	"earliest": "earliest", "earliest_time": "earliest_time", "latest": "latest", "latest_time": "latest_time",
	"rate": "rate", "sparkline": "sparkline",
	"per_second": "per_second", "per_minute": "per_minute", "per_hour": "per_hour", "per_day": "per_day",
}

// percentiles are the prefixes of the functions whose names end in a number.
var percentiles = []struct{ prefix, name string }{
	{"exactperc", "exactperc"}, {"upperperc", "upperperc"}, {"percentile", "perc"}, {"perc", "perc"}, {"p", "perc"},
}

// aggregate resolves a function's name.
func aggregate(name string) (fn string, param float64, ok bool) {
	if fn, ok = aggregates[name]; ok {
		return fn, 0, true
	}
	for _, p := range percentiles {
		if rest, found := strings.CutPrefix(name, p.prefix); found {
			param, err := strconv.ParseFloat(rest, 64)
			return p.name, param, err == nil && param >= 0 && param <= 100 && isDigit(rest[0])
		}
	}
	return "", 0, false
}

func aggregateNames() []string {
	names := make([]string, 0, len(aggregates))
	for n := range aggregates {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// figures parses a list of aggregations up to the end or a word that ends it.
func (s *stage) figures(until ...string) ([]ast.Agg, error) {
	var list []ast.Agg
	for s.commas(); s.tok.kind != end && !s.atAny(until); s.commas() {
		if s.tok.kind == word && s.beforeEquals() {
			break // options behind
		}
		a, err := s.figure()
		if err != nil {
			return nil, err
		}
		if list == nil {
			list = make([]ast.Agg, 0, 4)
		}
		list = append(list, a)
	}
	return list, nil
}

// figure parses count, func(field), func(eval(expression)), each with an
// optional `as name`.
func (s *stage) figure() (ast.Agg, error) {
	a := ast.Agg{Off: s.here()}
	if s.tok.kind != word {
		return a, s.expected("a function such as count or values(field)")
	}
	t := s.advance()
	if s.tok.kind == opening && t.is("eval") && (s.name == "chart" || s.name == "timechart") {
		return s.figureOfFigures(a, t)
	}
	var ok bool
	if name := strings.ToLower(t.text); name == "rate_avg" || name == "rate_sum" {
		return a, s.errorf(t.from, "%s is over the time series of a metric, which are not told apart here: use rate(field) BY their dimensions", name)
	} else if a.Func, a.Param, ok = aggregate(name); !ok {
		if _, known := commands[t.text]; known && s.tok.kind != opening {
			return a, s.errorf(t.from, "expected | before the command %s", t.text)
		}
		return a, s.errorf(t.from, "unknown function %q of %s%s", short(t.text), s.name, syntax.Suggest(t.text, aggregateNames()))
	}
	var err error
	switch {
	case s.tok.kind == opening:
		err = s.figureArgument(&a)
	case a.Func == "count", a.Func == "sparkline":
	case s.name == "stats", s.name == "eventstats", s.name == "streamstats":
		// An old form of avg(*).
		a.Arg, a.Text = &ast.Field{Off: a.Off, Name: "*"}, t.text+"(*)"
	default:
		err = s.expected(`"(" after ` + t.text)
	}
	if err != nil {
		return a, err
	}
	if a.Text == "" {
		a.Text = s.lexer.text[t.from:s.prev.to()]
	}
	a.As, err = s.alias()
	if err != nil {
		return a, err
	}
	if a.As == "" {
		if a.Cond {
			return a, s.errorf(t.from, "%s of an expression needs a name: AS name", t.text)
		}
		a.As = a.Text
	}
	if f, ok := a.Arg.(*ast.Field); ok && !a.Cond && strings.Count(f.Name, "*") != strings.Count(a.As, "*") {
		return a, s.errorf(s.prev.from, "expected as many * in %q as in %q", short(a.As), short(f.Name))
	}
	return a, nil
}

func (s *stage) figureArgument(a *ast.Agg) error {
	fn := s.prev
	s.advance()
	switch {
	case a.Func == "sparkline":
		return s.sparkline(a)
	case s.tok.kind == closing:
		s.advance()
		if a.Func != "count" {
			return s.errorf(s.prev.from, "expected a field name in %s(…)", fn.text)
		}
		return nil
	case s.tok.kind == word && strings.EqualFold(s.tok.text, "eval") && s.beforeBracket():
		return s.figureEval(a)
	}
	at := s.here()
	field, single := s.singleQuoted()
	if !single {
		named := s.fieldName
		if s.atPrefix() {
			named = s.prefix
		}
		var err error
		if field, err = named(); err != nil {
			return err
		}
	}
	a.Arg = &ast.Field{Off: at, Name: field}
	a.Text = fn.text + "(" + field + ")"
	return s.expect(closing, `")"`)
}

// figureEval parses eval(expression).
func (s *stage) figureEval(a *ast.Agg) error {
	s.advance()
	s.in(evalMode)
	s.advance()
	var err error
	if a.Arg, err = s.eval(); err != nil {
		return err
	}
	a.Cond = true
	if err = s.expect(closing, `")" after eval`); err != nil {
		return err
	}
	s.in(argumentMode)
	return s.expect(closing, `")"`)
}

// figureOfFigures parses chart's eval(avg(a)/max(b)), an expression over other
// figures.
func (s *stage) figureOfFigures(a ast.Agg, t token) (ast.Agg, error) {
	a.Func = "eval"
	s.in(evalMode)
	var err error
	if a.Arg, err = s.parens(); err != nil {
		return a, err
	}
	a.Text = s.lexer.text[t.from:s.prev.to()]
	s.in(argumentMode)
	if a.As, err = s.alias(); a.As == "" {
		a.As = a.Text
	}
	return a, err
}

// sparklines are the functions that a sparkline may draw.
var sparklines = []string{"avg", "count", "dc", "max", "min", "range", "stdev", "stdevp", "sum", "sumsq", "var", "varp"}

// sparkline parses count or func(field), and a span behind a comma.
func (s *stage) sparkline(a *ast.Agg) error {
	t := s.tok
	if t.kind != word {
		return s.expected("a function such as count or sum(field)")
	}
	of := ast.Agg{}
	var ok bool
	if of.Func, _, ok = aggregate(strings.ToLower(t.text)); !ok || !contains(sparklines, of.Func) {
		return s.errorf(t.from, "sparkline can't draw %q%s", short(t.text), syntax.Suggest(t.text, sparklines))
	}
	s.advance()
	switch {
	case s.tok.kind == opening:
		if err := s.figureArgument(&of); err != nil {
			return err
		}
	case of.Func != "count":
		return s.expected(`"(" after ` + t.text)
	}
	a.Of, a.Arg, a.Cond = of.Func, of.Arg, of.Cond
	s.commas()
	if t = s.tok; t.kind == word {
		s.advance()
		var err error
		if a.Span, err = s.span(option{name: "span", text: t.text, value: t}); err != nil {
			return err
		}
	}
	return s.expect(closing, `")"`)
}

// groups parses the fields behind BY, up to the end or a word that ends them.
// A span belongs to _time, wherever it stands, or else to the field before it.
func (s *stage) groups(until ...string) ([]ast.Group, error) {
	var list []ast.Group
	type span struct {
		option
		behind int // the group that it stands behind
	}
	var spans []span
	for s.commas(); s.atName() && !s.atAny(until); s.commas() {
		if s.tok.is("span") && s.beforeEquals() {
			o, _, err := s.option()
			if err != nil {
				return nil, err
			}
			spans = append(spans, span{o, len(list) - 1})
			continue
		}
		if s.tok.kind == word && s.beforeEquals() {
			break // options behind
		}
		if s.tok.is("by") {
			return nil, s.errorf(s.tok.from, "%s takes one BY", s.name)
		}
		g := ast.Group{Off: s.here()}
		if name, ok := s.singleQuoted(); ok {
			g.Field = name
		} else if s.atPrefix() {
			var err error
			if g.Field, err = s.prefix(); err != nil {
				return nil, err
			}
		} else {
			g.Field = s.nextName()
		}
		if list == nil {
			list = make([]ast.Group, 0, 8)
		}
		list = append(list, g)
	}
	if len(list) == 0 {
		return nil, s.expected("a field name after BY")
	}
	timed := slices.IndexFunc(list, func(g ast.Group) bool { return g.Field == "_time" })
	for _, sp := range spans {
		at := max(sp.behind, 0)
		if timed >= 0 {
			at = timed
		}
		if err := s.groupSpan(&list[at], sp.option); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *stage) groupSpan(g *ast.Group, o option) error {
	if strings.EqualFold(o.text, "auto") {
		g.Auto = true
		return nil
	}
	var err error
	if g.Span, err = s.span(o); err == nil && s.name == "tstats" && lengths[g.Span.Unit] > 0 && lengths[g.Span.Unit] < time.Second {
		err = s.errorf(o.value.from, "tstats takes no spans shorter than a second, found %q", short(o.text))
	}
	return err
}

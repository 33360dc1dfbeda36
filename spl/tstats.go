package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"tstats"}, generates: sometimes, parse: parseTstats},
	command{names: []string{"mstats"}, generates: sometimes, parse: parseMstats},
	command{names: []string{"mcatalog"}, generates: sometimes, parse: parseMcatalog},
	command{names: []string{"msearch", "mpreview"}, generates: always, parse: parseMsearch},
	command{names: []string{"from"}, generates: always, parse: parseFrom},
)

// accelerated computes figures over the events of a data model: two stages,
// the events and their aggregate.
type accelerated struct {
	*stage
	events *ast.Events // not part of this: they last, and the parser does not
	agg    *ast.Aggregate
	append bool
	stats  bool // prestats
}

func newAccelerated(s *stage, source string) *accelerated {
	return &accelerated{stage: s, events: &ast.Events{Off: s.Off}, agg: &ast.Aggregate{Off: s.Off, Kind: ast.AggStats, Source: source}}
}

func parseTstats(s *stage) (ast.Stage, error) {
	return newAccelerated(s, "tstats").parse()
}

func parseMstats(s *stage) (ast.Stage, error) {
	c := newAccelerated(s, "mstats")
	c.events.Metrics = true
	return c.parse()
}

// parseMcatalog parses mcatalog values(metric_name) [WHERE terms] [BY fields].
func parseMcatalog(s *stage) (ast.Stage, error) {
	c := newAccelerated(s, "mcatalog")
	c.events.Metrics = true
	st, err := c.parse()
	for _, a := range c.agg.Aggs {
		if a.Func != "values" && err == nil {
			err = s.src.Errorf(a.Pos(), "mcatalog lists values: expected values(field), found %q", short(a.Text))
		}
	}
	return st, err
}

// parseMsearch parses msearch [index=…] [filter="terms"] [options]: the events
// of metrics.
func parseMsearch(s *stage) (ast.Stage, error) {
	e := &ast.Events{Off: s.Off, Metrics: true}
	var terms []ast.Expr
	err := s.options(func(o option) (bool, error) {
		switch o.name {
		case "filter":
			x, err := s.quotedTerms(o.value.from, o.text)
			terms = append(terms, x)
			return true, err
		case "index":
			at := s.off(o.value.from)
			terms = append(terms, &ast.Match{
				Off: at, X: &ast.Field{Off: at, Name: "index"}, Kind: ast.Star, Patterns: []string{o.text}, Fold: true,
				Op: "=", Null: ast.NullIsFalse,
			})
			return true, nil
		}
		return s.setting(o, map[string]any{
			"splunk_server": nil, "splunk_server_group": nil, "earliest": &e.Time.Earliest, "latest": &e.Time.Latest,
			"chunk_size": nil, "target_per_timeseries": nil,
		})
	})
	if len(terms) == 1 {
		e.Where = terms[0]
	} else if len(terms) > 1 {
		e.Where = &ast.Logic{Off: s.Off, Op: ast.And, List: terms}
	}
	return e, err
}

// parse parses [options] figures [FROM datamodel=…] [WHERE terms] [BY fields].
func (c *accelerated) parse() (ast.Stage, error) {
	if err := c.options(c.set); err != nil {
		return nil, err
	}
	if c.append && !c.stats {
		return nil, c.fail("%s with append=t needs prestats=t", c.name)
	}
	if c.rows() && !c.append {
		return nil, c.fail("%s makes rows of its own: it must be the first command", c.name)
	}
	if err := c.figuresOf(); err != nil {
		return nil, err
	}
	if len(c.agg.Aggs) == 0 {
		return nil, c.expected("a function such as count")
	}
	for _, a := range c.agg.Aggs {
		if a.Cond {
			return nil, c.src.Errorf(a.Pos(), "%s can't compute expressions: use stats", c.name)
		}
		if notOfSummaries[a.Func] {
			return nil, c.src.Errorf(a.Pos(), "%s has no function %s: use stats", c.name, a.Func)
		}
	}
	if err := c.clauses(); err != nil {
		return nil, err
	}
	if err := c.checkNames(); err != nil {
		return nil, err
	}
	if err := c.distinct(c.agg); err != nil {
		return nil, err
	}
	if c.events.Metrics {
		c.nameMetrics()
	}
	if len(c.prefixes) > 0 {
		return c.overWords()
	}
	if c.stats {
		return c.unaggregated(), nil
	}
	c.before = append(c.before, c.events)
	return c.agg, nil
}

// nameMetrics tells the events which measurements the figures name.
func (c *accelerated) nameMetrics() {
	for _, a := range c.agg.Aggs {
		f, ok := a.Arg.(*ast.Field)
		if ok && f.Name != "_value" && f.Name != "metric_name" && !strings.Contains(f.Name, "*") {
			c.events.MetricNames = append(c.events.MetricNames, f.Name)
		}
	}
}

// unaggregated returns what prestats=t hands to the stats, chart or timechart
// behind it: figures that are computed halfway, which come to the same as the
// events themselves.
func (c *accelerated) unaggregated() ast.Stage {
	stages := []ast.Stage{c.events}
	var keys []string
	for _, g := range c.agg.By {
		keys = append(keys, g.Field)
	}
	if c.agg.FillNull != nil && len(keys) > 0 {
		stages = append(stages, &ast.Fill{Off: c.Off, Value: *c.agg.FillNull, Fields: keys})
	}
	if c.rows() {
		stages = append(stages, c.named(keys))
		q := &ast.Query{Language: ast.SPL, View: ast.ViewCIM, Source: c.src, Stages: stages}
		return &ast.Append{Off: c.Off, Kind: ast.AppendRows, Subs: []*ast.Query{q}}
	}
	c.before = append(c.before, stages[:len(stages)-1]...)
	return stages[len(stages)-1]
}

// named keeps the fields that the search names: of events that are added to
// others, nothing behind tells which are read.
func (c *accelerated) named(keys []string) *ast.Project {
	p := &ast.Project{Off: c.Off, Patterns: append(keys, "_time")}
	for _, a := range c.agg.Aggs {
		if f, ok := a.Arg.(*ast.Field); ok {
			p.Patterns = append(p.Patterns, f.Name)
		}
	}
	return p
}

// checkNames refuses the wildcards that only the figures of metrics may have.
func (c *accelerated) checkNames() error {
	for _, a := range c.agg.Aggs {
		if f, ok := a.Arg.(*ast.Field); ok && strings.Contains(f.Name, "*") && !c.events.Metrics {
			return c.src.Errorf(f.Pos(), "tstats takes no wildcards: name the fields of %q", short(f.Name))
		}
	}
	for _, g := range c.agg.By {
		if strings.Contains(g.Field, "*") {
			return c.src.Errorf(g.Pos(), "%s takes no wildcards behind BY: name the fields of %q", c.name, short(g.Field))
		}
	}
	return nil
}

// figuresOf parses the figures, with options between them.
func (c *accelerated) figuresOf() error {
	until := []string{"from", "where", "by", "groupby"}
	for c.tok.kind != end && !c.atAny(until) {
		more, err := c.figures(until...)
		if err == nil {
			err = c.options(c.set)
		}
		if err != nil {
			return err
		}
		if c.agg.Aggs == nil {
			c.agg.Aggs = more
		} else {
			c.agg.Aggs = append(c.agg.Aggs, more...)
		}
	}
	return nil
}

func (c *accelerated) clauses() error {
	if c.accept("from") {
		if err := c.from(); err != nil {
			return err
		}
	}
	var err error
	if c.accept("where") {
		if c.events.Where, err = c.searchTerms(&c.events.Time, "by", "groupby"); err != nil {
			return err
		}
		c.in(argumentMode)
	}
	if c.accept("by") || c.accept("groupby") {
		if c.agg.By, err = c.groups(); err != nil {
			return err
		}
	}
	for i, g := range c.agg.By {
		if g.Field == "_time" && g.Span == nil {
			c.agg.By[i].Auto = true
		}
	}
	return c.options(c.set)
}

func (c *accelerated) set(o option) (known bool, err error) {
	switch o.name {
	case "fillnull_value":
		text := o.text
		c.agg.FillNull = &text
	case "span":
		c.agg.Span, err = c.span(o)
	case "prestats", "chart":
		c.stats, err = c.bool(o)
	case "append":
		c.append, err = c.bool(o)
	case "allow_old_summaries", "include_reduced_buckets", "local", "summariesonly":
		_, err = c.bool(o)
	case "backfill", "chunk_size", "update_period", "use_summary_index_values":
	default:
		return false, nil
	}
	return true, err
}

// from parses datamodel=Model.Dataset.
func (c *accelerated) from() error {
	if !c.accept("datamodel") {
		return c.expected("datamodel=")
	}
	if !c.accept("=") {
		return c.expected(`"=" after datamodel`)
	}
	at := c.tok.from
	path, err := c.fieldName()
	if err != nil {
		return c.errorf(at, "expected a data model, found %s", c.found(c.tok))
	}
	path += c.quotedRest()
	c.events.Dataset, err = c.dataset(path, at)
	return err
}

// quotedRest takes what is glued to the name of a data model, as in
// "Endpoint"."Processes", and returns it without the quotes.
func (s *stage) quotedRest() string {
	rest := ""
	for s.atName() && s.tok.from == s.prev.to() {
		rest += unquoteArgument(s.advance())
	}
	return rest
}

// dataset finds a node of a data model.
func (s *stage) dataset(path string, at int) (*ast.Dataset, error) {
	d, err := s.content.dataset(path)
	if err != nil {
		return nil, s.errorf(at, "%s", err)
	}
	return d, nil
}

// parseFrom parses from datamodel:X, datamodel X, datamodel=X and
// inputlookup:X, lookup:X.
func parseFrom(s *stage) (ast.Stage, error) {
	if s.tok.kind != word && s.tok.kind != quoted {
		return nil, s.expected("datamodel:Model.Dataset or lookup:name")
	}
	at := s.tok.from
	source, path, found := strings.Cut(unquoteArgument(s.advance())+s.quotedRest(), ":")
	if !found || path == "" {
		s.accept("=")
		at = s.tok.from
		var err error
		if path, err = s.fieldName(); err != nil {
			return nil, err
		}
		path = strings.TrimPrefix(path+s.quotedRest(), ":")
	}
	path = strings.Trim(path, `"`)
	switch strings.ToLower(source) {
	case "datamodel":
		d, err := s.dataset(path, at)
		return &ast.Events{Off: s.Off, Dataset: d, Bare: true}, err
	case "lookup", "inputlookup":
		l, err := s.lookup(path, at)
		return &ast.ReadTable{Off: s.Off, Lookup: l}, err
	}
	return nil, s.errorf(at, "from reads a datamodel or a lookup, found %q", short(source))
}

// notOfSummaries are the functions of stats that tstats and mstats do not have,
// as they ask for the order of the events or for a chart.
var notOfSummaries = map[string]bool{"list": true, "sparkline": true}

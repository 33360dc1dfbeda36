package spl

import (
	"strings"
	"sync"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"chart"}, parse: parseChart},
	command{names: []string{"timechart"}, parse: parseTimechart},
	command{names: []string{"top"}, parse: parseTop},
	command{names: []string{"rare"}, parse: parseRare},
)

// charting is what the options of chart and timechart set.
type charting struct {
	*stage
	agg   *ast.Aggregate
	split ast.SplitBy
	bin   ast.Bin
}

// maxSeries is how many columns a chart has unless it is told, the rest being
// in OTHER: Splunk's default.
const maxSeries = 10

func (s *stage) charting(kind ast.AggregateKind) *charting {
	return &charting{
		stage: s,
		agg:   &ast.Aggregate{Off: s.Off, Kind: kind, Cont: true, Partial: true, FixedRange: true},
		split: ast.SplitBy{Limit: maxSeries, UseOther: true, OtherStr: "OTHER", UseNull: true, NullStr: "NULL", Sep: ": "},
	}
}

func (c *charting) set(o option) (bool, error) {
	switch o.name {
	case "limit":
		return true, c.limit(o)
	case "agg": // agg=sum(bytes): a figure written as an option
		c.seek(o.value.from)
		a, err := c.figure()
		c.agg.Aggs = append(c.agg.Aggs, a)
		return true, err
	}
	if known, err := c.setting(o, map[string]any{
		"useother": &c.split.UseOther, "otherstr": &c.split.OtherStr, "usenull": &c.split.UseNull,
		"nullstr": &c.split.NullStr, "sep": &c.split.Sep, "format": &c.split.Format, "cont": &c.agg.Cont,
		"partial": &c.agg.Partial, "fixedrange": &c.agg.FixedRange, "dedup_splitvals": &c.agg.DedupSplit, "dedup_splitval": &c.agg.DedupSplit,
	}); known || err != nil {
		return known, err
	}
	return c.binOption(o, &c.bin)
}

// limit takes limit=10, limit=top10, limit=bottom 10.
func (c *charting) limit(o option) error {
	text := strings.ToLower(o.text)
	if rest, ok := strings.CutPrefix(text, "bottom"); ok {
		text, c.split.Bottom = rest, true
	}
	text = strings.TrimSpace(strings.TrimPrefix(text, "top"))
	if text == "" {
		text = c.advance().text
	}
	var err error
	c.split.Limit, err = c.int(option{name: o.name, text: text, value: o.value})
	return err
}

// parseChart parses chart [options] figures [OVER field] [BY field [field]]
// [WHERE condition on columns]. Without a field it is one row.
func parseChart(s *stage) (ast.Stage, error) {
	c := s.charting(ast.AggChart)
	if err := c.figuresOf("over", "by", "where"); err != nil {
		return nil, err
	}
	var keys []ast.Group
	if c.accept("over") {
		if err := c.key(&keys); err != nil {
			return nil, err
		}
	}
	if c.accept("by") {
		if err := c.key(&keys); err != nil {
			return nil, err
		}
		for c.commas(); len(keys) < 2 && c.atName() && !c.tok.is("where"); c.commas() {
			if err := c.key(&keys); err != nil {
				return nil, err
			}
		}
	}
	c.agg.By = keys[:min(1, len(keys))]
	if len(keys) > 1 {
		if keys[0].Field == "_time" {
			timeOnly(&keys[1], &c.agg.By[0].Span)
		}
		c.split.Group = keys[1]
		c.agg.Split = &c.split
	}
	return c.agg, c.finish()
}

// checkFigures refuses figures of the field that the rows are of, and, where
// nothing is split by, an expression without a name.
func (c *charting) checkFigures() error {
	row, split := "_time", c.agg.Split != nil
	if c.agg.Kind == ast.AggChart {
		row, split = "", len(c.agg.By) > 0
		if split {
			row = c.agg.By[0].Field
		}
	}
	for _, a := range c.agg.Aggs {
		if f, ok := a.Arg.(*ast.Field); ok && f.Name == row {
			return c.src.Errorf(a.Pos(), "%s can't take figures of the field %q that its rows are of: copy it with eval", c.name, row)
		}
		if !split && a.Func == "eval" && a.As == a.Text {
			return c.src.Errorf(a.Pos(), "an expression over figures needs a name: AS name")
		}
	}
	return nil
}

// key parses one key of a chart with the options behind it.
func (c *charting) key(keys *[]ast.Group) error {
	g := ast.Group{Off: c.here()}
	var err error
	if g.Field, err = c.fieldName(); err != nil {
		return err
	}
	if c.bin.Span != nil { // written before the figures: it is the first key's
		g.Span, c.bin.Span = c.bin.Span, nil
	}
	all := c.bin
	second := len(*keys) > 0 || c.agg.Kind == ast.AggTime
	if second { // what stands behind it is not about the first
		c.bin = ast.Bin{}
	}
	if err = c.options(c.set); err != nil {
		return err
	}
	if c.bin.Span != nil {
		g.Span, c.bin.Span = c.bin.Span, nil
	}
	if second {
		g.Bins, c.bin = c.bin.Bins, all
	}
	*keys = append(*keys, g)
	return nil
}

func (c *charting) figuresOf(until ...string) error {
	err := c.options(c.set)
	for err == nil && c.tok.kind != end && !c.atAny(until) {
		var more []ast.Agg
		if more, err = c.figures(until...); err != nil {
			return err
		}
		c.agg.Aggs = append(c.agg.Aggs, more...)
		err = c.options(c.set)
	}
	if err == nil && len(c.agg.Aggs) == 0 {
		err = c.expected("a function such as count or sum(field)")
	}
	return err
}

// finish parses WHERE and the options at the end.
func (c *charting) finish() error {
	if c.accept("where") {
		c.split.Where = c.columnCondition()
		if c.agg.Split == nil || c.split.Where == "" {
			return c.fail("WHERE chooses columns: expected a second field to split by, and a condition")
		}
		c.split.WhereFunc, _, _ = strings.Cut(c.split.Where, " ")
		c.split.WhereFunc, _, _ = strings.Cut(c.split.WhereFunc, "(")
	}
	err := c.options(c.set)
	c.agg.Bins, c.agg.MinSpan, c.agg.Align = c.bin.Bins, c.bin.MinSpan, c.bin.Align
	c.agg.Start, c.agg.End = c.bin.Start, c.bin.End
	if err != nil {
		return err
	}
	return c.checkFigures()
}

// columnCondition takes the text behind WHERE, up to the options that may follow.
func (c *charting) columnCondition() string {
	from := c.tok.from
	for c.tok.kind != end && !(c.tok.kind == word && c.beforeEquals()) {
		c.advance()
	}
	return strings.TrimSpace(c.lexer.text[from:min(c.tok.from, c.lexer.limit)])
}

// parseTimechart parses timechart [options] figures [BY field] [WHERE …].
func parseTimechart(s *stage) (ast.Stage, error) {
	c := s.charting(ast.AggTime)
	if err := c.figuresOf("by", "where"); err != nil {
		return nil, err
	}
	c.agg.Span, c.bin.Span = c.bin.Span, nil
	if c.accept("by") {
		var keys []ast.Group
		if err := c.key(&keys); err != nil {
			return nil, err
		}
		timeOnly(&keys[0], &c.agg.Span)
		c.split.Group = keys[0]
		c.agg.Split = &c.split
	}
	return c.agg, c.finish()
}

// timeOnly takes a length of time from the second key of a chart: it is that of the
// chart's time, wherever it stands.
func timeOnly(second *ast.Group, span **ast.Span) {
	if sp := second.Span; sp != nil && sp.Unit != ast.NoUnit && sp.Unit != ast.LogUnit && *span == nil {
		*span, second.Span = sp, nil
	}
}

// topArgs are [N] [options] fields [BY fields], with options anywhere.
type topArgs struct {
	Items []item `parser:"@@*"`
	By    []item `parser:"('by':Keyword @@+)?"`
}

var topGrammar = sync.OnceValue(grammar[topArgs])

func parseTop(s *stage) (ast.Stage, error)  { return s.frequency(ast.AggTop) }
func parseRare(s *stage) (ast.Stage, error) { return s.frequency(ast.AggRare) }

func (s *stage) frequency(kind ast.AggregateKind) (ast.Stage, error) {
	f := &ast.Frequency{
		Limit: defaultRows, ShowCount: true, ShowPercent: true, CountField: "count", PercentField: "percent",
		OtherStr: "OTHER",
	}
	if n, ok := s.count(); ok {
		f.Limit = n
	}
	args, err := parseArguments(s, topGrammar, "by")
	if err != nil {
		return nil, err
	}
	a := &ast.Aggregate{Off: s.Off, Kind: kind, Frequencies: f}
	vars := map[string]any{
		"limit": &f.Limit, "showcount": &f.ShowCount, "showperc": &f.ShowPercent, "countfield": &f.CountField,
		"percentfield": &f.PercentField, "useother": &f.UseOther, "otherstr": &f.OtherStr,
	}
	for i, it := range append(args.Items, args.By...) {
		switch {
		case it.Option != "":
			if err = s.textOption(it.Option, it.Pos.Offset, vars); err != nil {
				return nil, err
			}
		case it.Field != "" && i < len(args.Items):
			f.Fields = append(f.Fields, plain(it.Field))
		case it.Field != "":
			a.By = append(a.By, ast.Group{Off: ast.Off(it.Pos.Offset), Field: plain(it.Field)})
		}
	}
	if len(f.Fields) == 0 {
		return nil, s.fail("expected a field name after %s", s.name)
	}
	return a, nil
}

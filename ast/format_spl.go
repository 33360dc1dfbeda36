package ast

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// formatSPL writes a search: its stages, parted by pipes.
func formatSPL(q *Query) string {
	var p splPrinter
	p.query(q)
	return p.String()
}

func (p *splPrinter) query(q *Query) {
	for i := 0; i < len(q.Stages); i++ {
		switch st := q.Stages[i].(type) {
		case *Events:
			if a, ok := accelerated(q.Stages, i); ok {
				p.pipe(i, true)
				p.accelerated(st, a)
				i++
				continue
			}
			p.pipe(i, st.Bare || st.Dataset != nil || st.Metrics)
		case *Make, *Series, *ReadTable, *Append, *Custom:
			p.pipe(i, true)
		default:
			p.pipe(i, false)
		}
		p.stage(q.Stages[i])
	}
}

// pipe writes the pipe before a stage; the first one has one only if its
// command is not search.
func (p *splPrinter) pipe(i int, command bool) {
	if i > 0 {
		p.text(" ")
	}
	if i > 0 || command {
		p.text("| ")
	}
}

// accelerated returns the aggregate that was written as one command with the
// events before it: tstats.
func accelerated(stages []Stage, i int) (*Aggregate, bool) {
	if i+1 >= len(stages) {
		return nil, false
	}
	a, ok := stages[i+1].(*Aggregate)
	return a, ok && a.Source != ""
}

func (p *splPrinter) accelerated(e *Events, a *Aggregate) {
	p.text(a.Source)
	if a.FillNull != nil {
		p.option("fillnull_value", *a.FillNull)
	}
	if a.Span != nil {
		p.text(" span=", splSpan(a.Span))
	}
	p.figures(a.Aggs)
	p.from(e)
	p.groups(a.By)
}

// unaggregated writes the events of a dataset that no figure is computed of
// yet.
func (p *splPrinter) unaggregated(e *Events) {
	if e.Metrics {
		p.text("mstats prestats=true count")
	} else {
		p.text("tstats prestats=true count")
	}
	p.from(e)
}

// from writes where an accelerated search reads its events.
func (p *splPrinter) from(e *Events) {
	if e.Dataset != nil {
		p.text(" FROM datamodel=", splQuote(e.Dataset.name()))
	}
	if e.Where != nil || e.Time != (TimeRange{}) {
		p.text(" WHERE")
		p.where(e, true)
	}
}

// name is the path of a dataset, as a search writes it.
func (d *Dataset) name() string { return strings.Join(append([]string{d.Model}, d.Path...), ".") }

// where writes the terms of a search, with its bounds of time. Inside a
// command they stand in brackets, so that no word of theirs ends them.
func (p *splPrinter) where(e *Events, inner bool) {
	if e.Where != nil {
		p.text(" ")
		p.terms(e.Where, inner)
	}
	t := e.Time
	for _, o := range [...][2]string{
		{"timeformat", t.Layout}, {"earliest", t.Earliest}, {"latest", t.Latest},
		{"_index_earliest", t.IndexEarliest}, {"_index_latest", t.IndexLatest},
	} {
		if o[1] != "" {
			p.option(o[0], o[1])
		}
	}
}

func (p *splPrinter) option(name, value string) { p.text(" ", name, "=", splQuote(value)) }

func (p *splPrinter) number(name string, n, usual int) {
	if n != usual {
		p.text(" ", name, "=", strconv.Itoa(n))
	}
}

func (p *splPrinter) flag(name string, v, usual bool) {
	if v != usual {
		p.text(" ", name, "=", strconv.FormatBool(v))
	}
}

func (p *splPrinter) given(name, value, usual string) {
	if value != usual {
		p.option(name, value)
	}
}

func (p *splPrinter) options(m map[string]string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		p.option(k, m[k])
	}
}

func (p *splPrinter) names(list []string) {
	if len(list) > 0 {
		p.text(" ", splNames(list))
	}
}

func (p *splPrinter) as(name string) {
	if name != "" {
		p.text(" AS ", splQuote(name))
	}
}

func splSpan(s *Span) string {
	if s.Unit == LogUnit {
		text := "log" + strconv.FormatFloat(s.N, 'f', -1, 64)
		if s.Factor != 0 {
			text = strconv.FormatFloat(s.Factor, 'f', -1, 64) + text
		}
		return text
	}
	text := strconv.FormatFloat(s.N, 'f', -1, 64) + string(s.Unit)
	if s.Start != 0 {
		text += "@w" + strconv.Itoa(int(s.Start))
	}
	return text
}

// splDuration is a length of time in its smallest unit that search has.
func splDuration(d time.Duration) string { return fmt.Sprintf("%dus", d.Microseconds()) }

func (p *splPrinter) figures(list []Agg) {
	for i, a := range list {
		if i > 0 {
			p.text(",")
		}
		p.text(" ")
		fn, _, called := strings.Cut(a.Text, "(")
		switch arg, _ := a.Arg.(*Field); {
		case a.Func == "sparkline":
			p.text(a.Text)
		case a.Func == "eval":
			p.text("eval(")
			p.eval(a.Arg, splXor)
			p.text(")")
		case a.Cond:
			p.text(fn, "(eval(")
			p.eval(a.Arg, splXor)
			p.text("))")
		case arg != nil:
			p.text(fn, "(", splName(arg.Name), ")")
		case called:
			p.text(fn, "()")
		default:
			p.text(fn)
		}
		if a.As != a.Text || a.Cond {
			p.as(a.As)
		}
	}
}

func (p *splPrinter) groups(list []Group) {
	for i, g := range list {
		if i == 0 {
			p.text(" BY")
		}
		p.text(" ", splName(g.Field))
		if g.Span != nil {
			p.text(" span=", splSpan(g.Span))
		}
		p.number("bins", g.Bins, 0)
	}
}

func (p *splPrinter) aggregate(a *Aggregate) {
	switch a.Kind {
	case AggChart, AggTime:
		p.chart(a)
		return
	case AggTop, AggRare:
		p.frequency(a)
		return
	}
	p.text(string(a.Kind))
	p.flag("allnum", a.AllNum, false)
	p.given("delim", a.Delim, "")
	p.flag("dedup_splitvals", a.DedupSplit, false)
	if w := a.Window; w != nil {
		p.flag("current", w.Current, true)
		p.number("window", w.Size, 0)
		p.flag("global", w.Global, true)
		p.flag("reset_on_change", w.ResetOnChange, false)
		if w.Time > 0 {
			p.text(" time_window=", splDuration(w.Time))
		}
		p.quotedEval("reset_before", w.ResetBefore)
		p.quotedEval("reset_after", w.ResetAfter)
	}
	p.figures(a.Aggs)
	p.groups(a.By)
}

// quotedEval writes an option whose value is an expression in quotes.
func (p *splPrinter) quotedEval(name string, e Expr) {
	if e != nil {
		var in splPrinter
		in.eval(e, splXor)
		p.option(name, in.String())
	}
}

func (p *splPrinter) chart(a *Aggregate) {
	p.text(string(a.Kind))
	p.flag("cont", a.Cont, true)
	p.flag("partial", a.Partial, true)
	p.flag("fixedrange", a.FixedRange, true)
	p.flag("dedup_splitvals", a.DedupSplit, false)
	p.buckets(&Bin{Span: a.Span, MinSpan: a.MinSpan, Bins: a.Bins, Start: a.Start, End: a.End, Align: a.Align})
	s := a.Split
	if s != nil {
		limit := "top"
		if s.Bottom {
			limit = "bottom"
		}
		p.text(" limit=", limit, strconv.Itoa(s.Limit))
		p.flag("useother", s.UseOther, true)
		p.given("otherstr", s.OtherStr, "OTHER")
		p.flag("usenull", s.UseNull, true)
		p.given("nullstr", s.NullStr, "NULL")
		p.given("sep", s.Sep, ": ")
		p.given("format", s.Format, "")
	}
	p.figures(a.Aggs)
	p.groups(a.By)
	if s != nil {
		if len(a.By) == 0 {
			p.groups([]Group{s.Group})
		} else {
			p.text(",", strings.TrimPrefix(splGroups(s.Group), " BY"))
		}
		if s.Where != "" {
			p.text(" WHERE ", s.Where)
		}
	}
}

func splGroups(g Group) string {
	var p splPrinter
	p.groups([]Group{g})
	return p.String()
}

func (p *splPrinter) frequency(a *Aggregate) {
	f := a.Frequencies
	p.text(string(a.Kind), " ", strconv.Itoa(f.Limit))
	p.flag("showcount", f.ShowCount, true)
	p.flag("showperc", f.ShowPercent, true)
	p.given("countfield", f.CountField, "count")
	p.given("percentfield", f.PercentField, "percent")
	p.flag("useother", f.UseOther, false)
	p.given("otherstr", f.OtherStr, "OTHER")
	p.names(f.Fields)
	p.groups(a.By)
}

package ast

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"strconv"
)

// stage writes one command.
func (p *splPrinter) stage(s Stage) {
	switch s := s.(type) {
	case *Events:
		if s.Bare && s.Dataset != nil {
			p.text("from datamodel:", splQuote(s.Dataset.name()))
			return
		}
		if s.Dataset != nil || s.Metrics {
			p.unaggregated(s)
			return
		}
		p.text("search")
		p.where(s, false)
	case *Filter:
		p.filter(s)
	case *Assign:
		for i, a := range s.Set {
			if i == 0 {
				p.text("eval ")
			} else {
				p.text(", ")
			}
			p.assignment(a)
		}
	case *FieldFormat:
		p.text("fieldformat ")
		p.assignment(s.Set)
	case *Aggregate:
		p.aggregate(s)
	case *Project, *Rename, *Convert, *Fill, *Replace, *Extract, *Bin, *Split, *Expand, *Collapse:
		p.fieldStage(s)
	case *Head, *Tail, *Reverse, *Dedup, *Sort:
		p.orderStage(s)
	case *Lookup, *ReadTable, *WriteTable, *Make, *Series:
		p.tableStage(s)
	case *JoinRows, *Append, *ForEach, *Map, *FormatRows, *Return:
		p.searchStage(s)
	default:
		p.lesserStage(s)
	}
}

func (p *splPrinter) filter(f *Filter) {
	if f.Search {
		p.text("search ")
		p.terms(f.Cond, false)
		return
	}
	cond, op := f.Cond, "="
	if n, ok := cond.(*Not); ok {
		cond, op = n.X, "!="
	}
	if m, ok := cond.(*Match); ok && m.Kind == RegexFind {
		p.text("regex ", p.field(m.X), op, splQuote(m.Patterns[0]))
		return
	}
	p.text("where ")
	p.eval(f.Cond, splXor)
}

func (p *splPrinter) assignment(a Assignment) {
	name := a.Name
	if a.From != nil {
		name = nameTemplate(a.From)
	}
	p.text(splQuote(name), " = ")
	p.eval(a.Value, splXor)
}

// nameTemplate is a computed name as it was written: texts, and fields in
// braces.
func nameTemplate(e Expr) string {
	switch e := e.(type) {
	case *Field:
		return "{" + e.Name + "}"
	case *Literal:
		s, _ := e.Value.(string)
		return s
	case *Arith:
		return nameTemplate(e.X) + nameTemplate(e.Y)
	}
	return ""
}

func (p *splPrinter) tableStage(s Stage) {
	switch s := s.(type) {
	case *Lookup:
		p.text("lookup ", splName(s.Def.Name))
		p.pairs(s.Keys, " AS ")
		if s.KeepOld {
			p.text(" OUTPUTNEW")
		} else if len(s.Outputs) > 0 {
			p.text(" OUTPUT")
		}
		p.pairs(s.Outputs, " AS ")
	case *ReadTable:
		p.text("inputlookup")
		p.flag("append", s.Append, false)
		p.number("start", s.Start, 0)
		p.number("max", s.Max, 0)
		p.text(" ", splName(s.Lookup.Name))
		if s.Where != nil {
			p.text(" WHERE ")
			p.terms(s.Where, true)
		}
	case *WriteTable:
		p.write(s)
	case *Make:
		p.make(s)
	case *Series:
		p.text("gentimes")
		p.option("start", s.Start)
		p.given("end", s.End, "")
		p.text(" increment=", splSpan(&s.Step))
	}
}

func (p *splPrinter) write(w *WriteTable) {
	if len(w.Options) > 0 {
		p.text("collect")
		p.option("index", w.Lookup.Name)
		p.options(w.Options)
		return
	}
	p.text("outputlookup")
	p.flag("append", w.Append, false)
	p.given("key_field", w.KeyName, "")
	p.flag("override_if_empty", !w.Keep, true)
	p.text(" ", splName(w.Lookup.Name))
}

func (p *splPrinter) make(m *Make) {
	p.text("makeresults")
	p.number("count", m.Count, 1)
	p.flag("annotate", m.Annotate, false)
	if m.Data == nil {
		return
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	whole := w.Write(m.Columns) == nil
	for _, row := range m.Data {
		cells := make([]string, len(m.Columns))
		for i, c := range m.Columns {
			cells[i] = row[c]
		}
		whole = whole && len(row) == len(cells) && w.Write(cells) == nil
	}
	if w.Flush(); whole {
		p.text(" format=csv")
		p.option("data", b.String())
		return
	}
	data, _ := json.Marshal(m.Data)
	p.text(" format=json")
	p.option("data", string(data))
}

// sub writes a search in brackets.
func (p *splPrinter) sub(q *Query) {
	p.text(" [")
	p.query(q)
	p.text("]")
}

func (p *splPrinter) searchStage(s Stage) {
	switch s := s.(type) {
	case *JoinRows:
		p.join(s)
	case *Append:
		if s.Kind == AppendSet {
			p.text("set ", s.Options["op"])
			p.sub(s.Subs[0])
			p.sub(s.Subs[1])
			return
		}
		p.text(string(s.Kind))
		p.flag("override", s.Override, false)
		p.number("maxout", s.Max, 50_000)
		p.options(s.Options)
		for _, q := range s.Subs {
			p.sub(q)
		}
	case *ForEach:
		p.text("foreach")
		p.given("mode", s.Mode, "multifield")
		p.options(s.Options)
		for _, n := range s.Patterns {
			p.text(" ", splName(n))
		}
		p.text(" [", s.Template.Text, "]")
	case *Map:
		p.text("map")
		p.number("maxsearches", s.Max, 10)
		p.option("search", s.Search.Text)
	case *FormatRows:
		p.text("format")
		p.given("mvsep", s.MVSep, "OR")
		p.number("maxresults", s.MaxResults, 0)
		p.given("emptystr", s.EmptyStr, "NOT ()")
		for _, t := range []string{s.RowPrefix, s.ColumnPrefix, s.ColumnSep, s.ColumnEnd, s.RowSep, s.RowEnd} {
			p.text(" ", splQuote(t))
		}
	case *Return:
		p.text("return ", strconv.Itoa(s.Count))
		for _, it := range s.Items {
			p.text(" ")
			if it.Alias != "" {
				p.text(it.Alias, "=")
			}
			name := it.Field
			if it.Value {
				name = "$" + name
			}
			p.text(splName(name))
		}
	}
}

func (p *splPrinter) join(j *JoinRows) {
	p.text("join")
	if j.Outer {
		p.text(" type=outer")
	}
	p.number("max", j.Max, 1)
	p.flag("overwrite", j.Overwrite, true)
	p.flag("usetime", j.UseTime, false)
	p.flag("earlier", j.Earlier, true)
	p.given("left", j.Left, "")
	p.given("right", j.Right, "")
	where := false
	for _, f := range j.Fields {
		if f.From == f.To && j.Left == "" {
			p.text(" ", splName(f.From))
		} else {
			if !where {
				p.text(" where")
			}
			where = true
			p.text(" ", cmp.Or(j.Left, "left"), ".", f.From, "=", cmp.Or(j.Right, "right"), ".", f.To)
		}
	}
	p.sub(j.Sub)
}

// lesserStage writes the commands that hold names and options alone.
func (p *splPrinter) lesserStage(s Stage) {
	switch s := s.(type) {
	case *Transaction:
		p.transaction(s)
	case *Totals:
		p.totals(s)
	case *Reshape:
		p.reshape(s.Kind, s.Fields, s.Options)
	case *Outlier:
		p.reshape(s.Kind, s.Fields, s.Options)
	case *Annotate:
		p.reshape(s.Kind, s.Fields, s.Options)
	case *Tags:
		p.reshape("tags", s.Fields, s.Options)
	case *Typer:
		p.text("typer")
	case *Geo:
		p.text("iplocation")
		p.given("prefix", s.Prefix, "")
		p.flag("allfields", s.All, false)
		p.text(" ", splName(s.Field))
	case *Running:
		p.running(s)
	case *RangeMap:
		p.text("rangemap")
		p.option("field", s.Field)
		for _, r := range s.Ranges {
			p.text(" ", r.Name, "=", splFloat(r.Low), "-", splFloat(r.High))
		}
		p.given("default", s.Default, "None")
	case *Custom:
		p.text(s.Name)
		if s.Args != "" {
			p.text(" ", s.Args)
		}
	}
}

func (p *splPrinter) running(s *Running) {
	switch s.Kind {
	case "sma", "ema", "wma":
		p.text("trendline ", s.Kind, strconv.Itoa(s.From), "(", splName(s.Field), ")")
		p.as(s.As)
		return
	case "delta":
		p.text("delta")
		p.number("p", s.From, 1)
	case "autoregress":
		p.text("autoregress p=", strconv.Itoa(s.From), "-", strconv.Itoa(s.To))
	default:
		p.text(s.Kind)
	}
	p.text(" ", splName(s.Field))
	p.as(s.As)
}

func splFloat(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func (p *splPrinter) reshape(kind string, fields []string, options map[string]string) {
	p.text(kind)
	if n, ok := options["int"]; ok && kind == "transpose" {
		p.text(" ", n)
	}
	for _, f := range fields {
		p.text(" ", splName(f))
	}
	rest := map[string]string{}
	for k, v := range options {
		if k != "int" || kind != "transpose" {
			rest[k] = v
		}
	}
	p.options(rest)
}

func (p *splPrinter) totals(t *Totals) {
	if t.Name == "" && !t.Row {
		p.text("addcoltotals")
	} else {
		p.text("addtotals")
		p.flag("row", t.Row, true)
		p.flag("col", t.Col, false)
		p.given("fieldname", t.Name, "Total")
	}
	p.given("labelfield", t.LabelField, "")
	p.given("label", t.Label, "Total")
	for _, f := range t.Fields {
		p.text(" ", splName(f))
	}
}

package ast

import (
	"strconv"
	"strings"
)

func (p *splPrinter) pairs(list []NamePair, joint string) {
	for i, n := range list {
		if i > 0 {
			p.text(",")
		}
		p.text(" ", splName(n.From), joint, splName(n.To))
	}
}

func (p *splPrinter) fieldStage(s Stage) {
	switch s := s.(type) {
	case *Project:
		switch {
		case s.Table:
			p.text("table")
		case s.Drop:
			p.text("fields -")
		default:
			p.text("fields +")
		}
		p.names(s.Patterns)
	case *Rename:
		p.text("rename")
		p.pairs(s.Pairs, " AS ")
	case *Convert:
		p.text("convert")
		p.given("timeformat", s.Format, "")
		for _, it := range s.Items {
			p.text(" ", it.Func, "(", splName(it.Field), ")")
			p.as(it.As)
		}
	case *Fill:
		if s.Down {
			p.text("filldown")
		} else {
			p.text("fillnull")
			p.option("value", s.Value)
		}
		p.names(s.Fields)
	case *Replace:
		p.text("replace")
		p.pairs(s.Pairs, " WITH ")
		if len(s.Fields) > 0 {
			p.text(" IN")
			p.names(s.Fields)
		}
	case *Extract:
		p.extract(s)
	case *Bin:
		p.bin(s)
	default:
		p.multivalue(s)
	}
}

func (p *splPrinter) extract(e *Extract) {
	if e.Kind == ExtractSed {
		p.text("rex mode=sed")
	} else {
		p.text(string(e.Kind))
	}
	switch e.Kind {
	case ExtractPath:
		p.given("input", e.Field, "")
		p.given("output", e.Output, "")
		p.given("path", e.Pattern, "")
	case ExtractRegex, ExtractSed:
		if e.Kind == ExtractRegex {
			p.number("max_match", e.Max, 1)
		}
		p.given("field", e.Field, "")
		p.given("offset_field", e.Offset, "")
		p.text(" ", splQuote(e.Pattern))
	case ExtractXPath:
		p.given("outfield", e.Output, "xpath")
		p.given("field", e.Field, "")
		p.given("default", e.Options["default"], "")
		p.text(" ", splQuote(e.Pattern))
	case ExtractTable:
		for _, name := range []string{"copyattrs", "forceheader", "multitable", "noheader", "rmorig"} {
			p.given(name, e.Options[name], "")
		}
		for _, name := range []string{"fields", "filter"} {
			if v := e.Options[name]; v != "" {
				p.text(" ", name)
				p.names(strings.Split(v, ","))
			}
		}
	default:
		p.given("prefix", e.Prefix, "")
		p.given("pairdelim", e.PairDelim, "")
		p.given("kvdelim", e.KVDelim, "")
		p.options(e.Options)
		if e.Field != "" {
			p.text(" ", splName(e.Field))
		}
	}
}

func (p *splPrinter) bin(b *Bin) {
	if b.Continuous {
		p.text("makecontinuous")
	} else {
		p.text("bin")
	}
	p.buckets(b)
	p.text(" ", splName(b.Field))
	p.as(b.As)
}

// buckets prints the options that say how values are put in buckets.
func (p *splPrinter) buckets(b *Bin) {
	if b.Span != nil {
		p.text(" span=", splSpan(b.Span))
	}
	if b.MinSpan != nil {
		p.text(" minspan=", splSpan(b.MinSpan))
	}
	p.number("bins", b.Bins, 0)
	if b.Start != nil {
		p.text(" start=", splFloat(*b.Start))
	}
	if b.End != nil {
		p.text(" end=", splFloat(*b.End))
	}
	p.given("aligntime", b.Align, "")
}

func (p *splPrinter) multivalue(s Stage) {
	switch s := s.(type) {
	case *Split:
		p.text("makemv")
		p.given("delim", s.Delim, " ")
		p.given("tokenizer", s.Tokenizer, "")
		p.flag("allowempty", s.AllowEmpty, false)
		p.flag("setsv", s.SetSV, false)
		p.text(" ", splName(s.Field))
	case *Expand:
		p.text("mvexpand ", splName(s.Field))
		p.number("limit", s.Limit, 0)
	case *Collapse:
		if s.Rows {
			p.text("mvcombine")
			p.given("delim", s.Delim, " ")
		} else {
			p.text("nomv")
		}
		p.text(" ", splName(s.Field))
	}
}

func (p *splPrinter) orderStage(s Stage) {
	switch s := s.(type) {
	case *Head:
		p.text("head")
		if s.N > 0 || s.While == nil {
			p.text(" limit=", strconv.Itoa(s.N))
		}
		p.flag("null", s.Null, false)
		p.flag("keeplast", s.KeepLast, false)
		if s.While != nil {
			p.text(" (")
			p.eval(s.While, splXor)
			p.text(")")
		}
	case *Tail:
		p.text("tail ", strconv.Itoa(s.N))
	case *Reverse:
		p.text("reverse")
	case *Dedup:
		p.text("dedup ", strconv.Itoa(s.N))
		for _, f := range s.Fields {
			p.text(" ", p.field(f))
		}
		p.flag("keepevents", s.KeepEvents, false)
		p.flag("keepempty", s.KeepEmpty, false)
		p.flag("consecutive", s.Consecutive, false)
		if len(s.Sort) > 0 {
			p.text(" sortby")
			p.sortKeys(s.Sort)
		}
	case *Sort:
		p.text("sort ", strconv.Itoa(s.N))
		p.sortKeys(s.Keys)
		if s.Desc {
			p.text(" desc")
		}
	}
}

func (p *splPrinter) sortKeys(keys []SortKey) {
	for _, k := range keys {
		if p.text(" "); k.Desc {
			p.text("-")
		} else {
			p.text("+")
		}
		if k.As != "" {
			p.text(k.As, "(", splName(k.Field), ")")
		} else {
			p.text(splName(k.Field))
		}
	}
}

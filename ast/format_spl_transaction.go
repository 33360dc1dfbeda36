package ast

import (
	"strings"
	"time"
)

func (p *splPrinter) transaction(t *Transaction) {
	p.text("transaction")
	for _, f := range t.Fields {
		p.text(" ", splName(f))
	}
	for _, o := range []struct {
		name string
		d    time.Duration
	}{{"maxspan", t.Maxspan}, {"maxpause", t.Maxpause}} {
		if o.d > 0 {
			p.text(" ", o.name, "=", splDuration(o.d))
		}
	}
	if t.MaxEvents == 0 {
		p.text(" maxevents=-1")
	} else {
		p.number("maxevents", t.MaxEvents, 1000)
	}
	p.boundary("startswith", t.StartsWith)
	p.boundary("endswith", t.EndsWith)
	p.flag("connected", t.Connected, true)
	p.flag("keepevicted", t.KeepOpen, false)
	p.flag("keeporphans", t.KeepOrphan, false)
	p.flag("mvlist", t.MVList, false)
	if len(t.MVFields) > 0 {
		p.option("mvlist", strings.Join(t.MVFields, ","))
	}
	p.given("delim", t.Delim, " ")
	p.given("nullstr", t.NullStr, "NULL")
}

// boundary writes the condition of a transaction's first or last event, in
// the notation that it was written in.
func (p *splPrinter) boundary(name string, e Expr) {
	if e == nil {
		return
	}
	p.text(" ", name, "=")
	if splTerms(e) {
		p.text("(")
		p.terms(e, false)
		p.text(")")
		return
	}
	p.text("eval(")
	p.eval(e, splXor)
	p.text(")")
}

// splTerms tells whether a condition is one of search: eval has neither
// matches nor terms, and its comparisons may be null.
func splTerms(e Expr) bool {
	if splLeaf(e) {
		return true
	}
	switch e := e.(type) {
	case *Not:
		return splTerms(e.X)
	case *Logic:
		return splTerms(e.List[0])
	}
	return false
}

package ast

import "strings"

// Format returns text in the query's language that parses to the same tree,
// offsets aside. Comments, layout and the spelling of literals are not kept;
// macros appear expanded. A nil query is the empty text.
func Format(q *Query) string {
	switch {
	case q == nil:
		return ""
	case q.Language == SPL:
		return formatSPL(q)
	}
	return formatEQL(q)
}

// FormatExpr returns an expression of q for people to read: in q's language, on
// one line, with each run of blanks as one, and a field by its bare name.
// Conditions of SPL are written as the search command takes them or, with eval,
// as eval, where and regex do. A nil expression is the empty text.
func FormatExpr(q *Query, e Expr, eval bool) string {
	var text string
	switch f, isField := e.(*Field); {
	case e == nil:
	case isField && f.Of == "":
		text = f.Name
	case q.Language != SPL:
		p := eqlPrinter{lang: q.Language}
		p.condition(e)
		text = p.String()
	case eval:
		var p splPrinter
		p.filter(&Filter{Cond: e})
		_, text, _ = strings.Cut(p.String(), " ") // behind the command
	default:
		var p splPrinter
		p.terms(e, false)
		text = p.String()
	}
	return strings.Join(strings.Fields(text), " ")
}

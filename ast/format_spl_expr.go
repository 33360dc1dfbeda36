package ast

import (
	"cmp"
	"strconv"
	"strings"
)

// splPrinter writes SPL.
type splPrinter struct{ strings.Builder }

func (p *splPrinter) text(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
}

var (
	splQuoter = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	splNamer  = strings.NewReplacer(`\`, `\\`, `'`, `\'`)
)

// splQuote is a text in quotes, as every place of SPL reads it.
func splQuote(s string) string { return `"` + splQuoter.Replace(s) + `"` }

// splWords part the clauses of commands; as a name each needs quotes.
var splWords = map[string]bool{
	"as": true, "by": true, "from": true, "where": true, "output": true, "outputnew": true, "over": true,
	"with": true, "in": true, "and": true, "or": true, "not": true, "sortby": true, "fields": true, "filter": true,
	"startswith": true, "endswith": true, "eval": true,
}

// splName is the name of a field as an argument of a command.
func splName(s string) string {
	for i, c := range s {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '*'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || strings.ContainsRune(".{}:@", c))) {
			return splQuote(s)
		}
	}
	if s == "" || splWords[strings.ToLower(s)] {
		return splQuote(s)
	}
	return s
}

func splNames(list []string) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = splName(n)
	}
	return strings.Join(names, ", ")
}

// terms writes a condition in the notation of search. Inside another one,
// and and or get brackets: the two bind the other way around than elsewhere.
func (p *splPrinter) terms(e Expr, inner bool) {
	switch e := e.(type) {
	case *Logic:
		p.termList(e, inner)
	case *Not:
		if n, ok := e.X.(*IsNull); ok {
			p.text(p.field(n.X), "=*")
			return
		}
		p.text("NOT ")
		p.terms(e.X, true)
	case *Bool:
		if !e.Value {
			p.text("NOT ")
		}
		p.text("()")
	case *Compare:
		if c, ok := e.Y.(*Call); ok {
			p.text(splBound(e.Op, c))
			return
		}
		p.text(p.field(e.X), splOps[e.Op])
		if l, ok := e.Y.(*Literal); ok {
			p.text(splQuote(splValue(l.Value)))
		}
	case *Match:
		p.match(e)
	case *Term:
		p.term(e)
	case *Subsearch:
		end := "]"
		if m := e.List; m != nil {
			p.text(p.field(m.X), " IN (")
			for _, v := range m.Patterns {
				p.text(splQuote(v), ", ")
			}
			end = "])"
		}
		p.text(e.Before, "[")
		p.query(e.Query)
		p.text(end)
	}
}

// splBound is a bound of time that is one of several: a test of the event's time
// against a text that relative_time, tonumber or strptime reads.
func splBound(o Op, c *Call) string {
	name := "earliest="
	if o == Lt {
		name = "latest="
	}
	for _, a := range c.Args {
		if l, ok := a.(*Literal); ok {
			return name + splQuote(splValue(l.Value))
		}
	}
	return name
}

func (p *splPrinter) termList(e *Logic, inner bool) {
	sep := " "
	if e.Op == Or {
		sep = " OR "
	}
	if inner {
		p.text("(")
	}
	for i, x := range e.List {
		if i > 0 {
			p.text(sep)
		}
		p.terms(x, true)
	}
	if inner {
		p.text(")")
	}
}

// field is the field of a search term.
func (p *splPrinter) field(e Expr) string {
	if f, ok := e.(*Field); ok {
		return splName(f.Name)
	}
	return ""
}

func (p *splPrinter) match(e *Match) {
	p.text(p.field(e.X))
	switch {
	case e.List:
		p.text(" IN (")
		for i, s := range e.Patterns {
			if i > 0 {
				p.text(", ")
			}
			p.text(splQuote(s))
		}
		p.text(")")
		return
	case e.Negate:
		p.text("!=")
	default:
		p.text("=")
	}
	if value := splQuote(e.Patterns[0]); e.Fold {
		p.text(value)
	} else {
		p.text("CASE(", value, ")")
	}
}

func (p *splPrinter) term(e *Term) {
	text := splWord(e.Text)
	if e.Phrase {
		text = splQuote(e.Text)
	} else if e.Case || e.Whole {
		text = e.Text
	}
	switch {
	case e.Case:
		p.text("CASE(", text, ")")
	case e.Whole:
		p.text("TERM(", text, ")")
	case !e.Phrase && splWords[strings.ToLower(text)]:
		p.text("(", text, ")")
	default:
		p.text(text)
	}
}

// splWord is a bare term. A backslash before a character that it does not
// escape stays as it is.
func splWord(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '|', ' ':
			b.WriteByte('\\')
		case '\\':
			if i+1 < len(s) && strings.IndexByte(`\"| `, s[i+1]) < 0 {
				b.WriteByte(c)
				i++
			} else {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var splOps = map[Op]string{
	Eq: "=", Ne: "!=", Lt: "<", Le: "<=", Gt: ">", Ge: ">=",
	Add: "+", Sub: "-", Mul: "*", Div: "/", Mod: "%", Concat: ".", And: "AND", Or: "OR", Xor: "XOR",
}

// How tightly an expression of eval binds.
const (
	splXor = iota
	splOr
	splAnd
	splNot
	splCompare
	splSum
	splProduct
	splSign
	splPrimary
)

func splLevel(e Expr) int {
	if splLeaf(e) {
		return splPrimary
	}
	switch e := e.(type) {
	case *Logic:
		switch e.Op {
		case Xor:
			return splXor
		case Or:
			return splOr
		}
		return splAnd
	case *Not:
		return splNot
	case *Compare, *In:
		return splCompare
	case *Arith:
		if e.Op == Add || e.Op == Sub || e.Op == Concat {
			return splSum
		}
		return splProduct
	case *Neg:
		return splSign
	case *Literal:
		if strings.HasPrefix(splValue(e.Value), "-") {
			return splSign
		}
	}
	return splPrimary
}

// eval writes an expression in the notation of eval, in brackets if it binds
// less tightly than its place asks for.
func (p *splPrinter) eval(e Expr, least int) {
	if splLevel(e) < least {
		p.text("(")
		defer p.text(")")
	}
	if splLeaf(e) {
		var in splPrinter
		in.terms(e, true)
		p.text("searchmatch(", splQuote(in.String()), ")")
		return
	}
	switch e := e.(type) {
	case *Logic:
		for i, x := range e.List {
			if i > 0 {
				p.text(" ", splOps[e.Op], " ")
			}
			p.eval(x, splLevel(e)+1)
		}
	case *Not:
		p.text("NOT ")
		p.eval(e.X, splCompare)
	case *Compare:
		p.binary(e.X, e.Op, e.Y, splSum, splSum)
	case *In:
		p.eval(e.X, splSum)
		p.text(" IN ")
		p.list(e.List)
	case *Arith:
		p.binary(e.X, e.Op, e.Y, splLevel(e), splLevel(e)+1)
	case *Neg:
		p.text("-")
		p.eval(e.X, splSign)
	case *Call:
		p.text(e.Name)
		p.list(e.Args)
	case *Field:
		p.text("'", splNamer.Replace(e.Name), "'")
	case *Subtext:
		p.text("[")
		p.query(e.Query)
		p.text("]")
	case *Literal:
		if s, ok := e.Value.(string); ok {
			p.text(splQuote(s))
		} else {
			p.text(cmp.Or(e.Digits, splValue(e.Value)))
		}
	}
}

// splLeaf tells whether an expression of eval is a term of a search, which
// searchmatch has.
func splLeaf(e Expr) bool {
	switch e := e.(type) {
	case *Match, *Term, *Bool, *Subsearch:
		return true
	case *Not:
		_, ok := e.X.(*IsNull)
		return ok
	case *Compare:
		return e.Null == NullIsFalse
	}
	return false
}

func (p *splPrinter) binary(x Expr, o Op, y Expr, left, right int) {
	p.eval(x, left)
	p.text(" ", splOps[o], " ")
	p.eval(y, right)
}

func (p *splPrinter) list(args []Expr) {
	p.text("(")
	for i, a := range args {
		if i > 0 {
			p.text(", ")
		}
		p.eval(a, splXor)
	}
	p.text(")")
}

// splValue is a constant without quotes. A floating number shows that it is
// one.
func splValue(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		s := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(s, ".e") {
			s += "e0" // with .0 it would tell how exact it is
		}
		return s
	}
	return ""
}

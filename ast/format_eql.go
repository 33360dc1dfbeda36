package ast

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

func formatEQL(q *Query) string {
	p := eqlPrinter{lang: q.Language}
	for i, s := range q.Stages {
		if i > 0 {
			p.text("\n| ")
		}
		p.stage(s)
	}
	return p.String()
}

// eqlPrinter writes EQL.
type eqlPrinter struct {
	strings.Builder
	lang Language
	// cond tells that an expression decides over events, and is no value in
	// a comparison or a call.
	cond bool
}

func (p *eqlPrinter) text(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
}

func (p *eqlPrinter) stage(s Stage) {
	switch s := s.(type) {
	case *Events:
		p.event(s)
	case *Sequence:
		p.text("sequence")
		p.keys(shared(s.Steps, s.Shared))
		if s.Maxspan > 0 {
			p.text(" with maxspan=", eqlSpan(s.Maxspan))
		}
		p.steps(s.Steps, s.Shared, s.Until)
	case *Sample:
		p.text("sample")
		p.keys(shared(s.Steps, s.Shared))
		p.steps(s.Steps, s.Shared, nil)
	case *Combine:
		p.text("join")
		p.keys(shared(s.Steps, s.Shared))
		p.steps(s.Steps, s.Shared, s.Until)
	default:
		p.pipe(s)
	}
}

// shared returns the keys that all steps have in common.
func shared(steps []Step, n int) []Expr {
	if len(steps) == 0 {
		return nil
	}
	return steps[0].By[:n]
}

func (p *eqlPrinter) event(e *Events) {
	switch c := e.Category; {
	case c == "":
		p.text("any")
	case isEQLName(c), p.lang == Endgame: // which has no categories in quotes
		p.text(c)
	default:
		p.text(p.quote(c))
	}
	p.text(" where ")
	if e.Where == nil {
		p.text("true")
		return
	}
	p.condition(e.Where)
}

func (p *eqlPrinter) keys(list []Expr) {
	if len(list) > 0 {
		p.text(" by ")
		p.list(list)
	}
}

func (p *eqlPrinter) steps(steps []Step, shared int, until *Step) {
	for i := range steps {
		p.text("\n  ")
		p.step(&steps[i], shared)
	}
	if until != nil {
		p.text("\nuntil ")
		p.step(until, shared)
	}
}

func (p *eqlPrinter) step(s *Step, shared int) {
	if s.Missing {
		p.text("!")
	}
	p.text("[")
	p.event(&s.Event)
	p.text("]")
	if s.Fork {
		p.text(" fork")
	}
	p.keys(s.By[shared:])
	if s.Runs > 1 {
		p.text(" with runs=", strconv.Itoa(s.Runs))
	}
	if s.As != "" {
		p.text(" as ", s.As)
	}
}

// eqlSpan writes a length of time in the greatest unit that divides it.
func eqlSpan(d time.Duration) string {
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}} {
		if d%u.size == 0 {
			return strconv.FormatInt(int64(d/u.size), 10) + u.name
		}
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
}

func (p *eqlPrinter) pipe(s Stage) {
	switch s := s.(type) {
	case *Head:
		p.text("head ", strconv.Itoa(s.N))
	case *Tail:
		p.text("tail ", strconv.Itoa(s.N))
	case *Filter:
		p.text("filter ")
		p.condition(s.Cond)
	case *Dedup:
		p.text("unique ")
		p.list(s.Fields)
	case *Sort:
		p.text("sort ")
		for i, k := range s.Keys {
			p.fieldOr(i, k.Field, k.By)
		}
	case *Aggregate:
		p.text(s.Source, " ")
		for i, g := range s.By {
			p.fieldOr(i, g.Field, g.By)
		}
	}
}

func (p *eqlPrinter) fieldOr(i int, name string, e Expr) {
	if i > 0 {
		p.text(", ")
	}
	if e == nil {
		e = &Field{Name: name}
	}
	p.expr(e, levelOr)
}

func (p *eqlPrinter) list(list []Expr) {
	for i, e := range list {
		if i > 0 {
			p.text(", ")
		}
		p.expr(e, levelOr)
	}
}

// ---- names and constants ----

func (p *eqlPrinter) literal(v any) {
	switch v := v.(type) {
	case nil:
		p.text("null")
	case bool:
		p.text(strconv.FormatBool(v))
	case int64:
		p.text(strconv.FormatInt(v, 10))
	case float64:
		s := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(s, ".e") {
			s += ".0" // else it would be an integer
		}
		p.text(s)
	case string:
		p.text(p.quote(v))
	}
}

var eqlEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// quote writes a string: raw if that saves escapes and can be.
func (p *eqlPrinter) quote(s string) string {
	const raw = `"""`
	if p.lang != Endgame && strings.ContainsAny(s, `\"`) && !strings.ContainsAny(s, "\r\n") && !strings.Contains(s, raw) {
		return raw + s + raw
	}
	return `"` + eqlEscapes.Replace(s) + `"`
}

func (p *eqlPrinter) field(f *Field) {
	if f.Optional {
		p.text("?")
	}
	switch {
	case f.Of == "":
		p.path(f.Name)
	case p.lang == Endgame:
		p.text(strings.TrimPrefix(f.Of, "$"))
	default:
		p.text(f.Of)
	}
	if f.Of != "" && f.Name != "" {
		p.text(".")
		p.path(f.Name)
	}
}

// path writes a name, as a whole in backticks if a segment is none.
func (p *eqlPrinter) path(name string) {
	for i, s := range strings.Split(name, ".") {
		switch {
		case isEQLName(s) && (p.lang != Endgame || s[0] != '@'):
		case p.lang == Endgame && i > 0 && strings.Trim(s, "0123456789") == "" && s != "":
		default:
			p.text("`", strings.ReplaceAll(name, "`", "``"), "`")
			return
		}
	}
	for i, s := range strings.Split(name, ".") {
		switch {
		case i == 0:
			p.text(s)
		case isEQLName(s):
			p.text(".", s)
		default:
			p.text("[", s, "]")
		}
	}
}

// eqlReserved are the keywords of all dialects, sorted.
var eqlReserved = []string{
	"and", "any", "by", "const", "false", "in", "join", "like", "macro", "maxspan", "not", "null",
	"of", "or", "regex", "sample", "sequence", "true", "until", "where", "with",
}

// isEQLName reports whether s needs no quotes to be a name.
func isEQLName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '@' && i == 0
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	if s == "" {
		return false
	}
	_, reserved := slices.BinarySearch(eqlReserved, s)
	return !reserved
}

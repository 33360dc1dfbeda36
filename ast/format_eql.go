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
	p.expr(e.Where, levelOr)
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
		p.expr(s.Cond, levelOr)
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

// ---- expressions ----

// How tightly an expression binds, as far as brackets depend on it.
const (
	levelOr = iota
	levelAnd
	levelNot
	levelCompare
	levelSum
	levelProduct
	levelSign
	levelPrimary
)

// expr writes an expression, in brackets if it binds less tightly than its
// place asks for.
func (p *eqlPrinter) expr(e Expr, least int) {
	if eqlLevel(e) < least {
		p.text("(")
		p.bare(e)
		p.text(")")
		return
	}
	p.bare(e)
}

func eqlLevel(e Expr) int {
	switch e := e.(type) {
	case *Logic:
		if e.Op == Or {
			return levelOr
		}
		return levelAnd
	case *Not:
		if _, ok := unequal(e); ok {
			return levelCompare
		}
		return levelNot
	case *Compare, *IsNull, *In:
		return levelCompare
	case *Match:
		if isEQLCall(e) {
			return levelPrimary
		}
		return levelCompare
	case *Arith:
		if e.Op == Add || e.Op == Sub {
			return levelSum
		}
		return levelProduct
	case *Neg:
		return levelSign
	}
	return levelPrimary
}

var eqlOps = map[Op]string{
	Eq: "==", Ne: "!=", Lt: "<", Le: "<=", Gt: ">", Ge: ">=",
	Add: "+", Sub: "-", Mul: "*", Div: "/", Mod: "%", And: "and", Or: "or",
}

func (p *eqlPrinter) bare(e Expr) {
	switch e := e.(type) {
	case *Literal:
		p.literal(e.Value)
	case *Bool:
		p.literal(e.Value)
	case *Field:
		p.field(e)
	case *Call:
		p.call(e)
	case *Compare:
		p.binary(e.X, eqlOps[e.Op], e.Y, levelSum, levelSum)
	case *IsNull:
		p.expr(e.X, levelSum)
		p.text(" == null")
	case *In:
		p.in(e, " in")
	case *Match:
		p.match(e, e.Op)
	case *Logic:
		p.logic(e)
	case *Not:
		p.not(e)
	case *Arith:
		level := eqlLevel(e)
		p.binary(e.X, eqlOps[e.Op], e.Y, level, level+1)
	case *Neg:
		p.text("-")
		p.expr(e.X, levelPrimary)
	case *Any:
		p.any(e)
	case *Relation:
		p.text(string(e.Kind), " of [")
		p.event(e.Event)
		p.text("]")
	}
}

func (p *eqlPrinter) binary(x Expr, op string, y Expr, left, right int) {
	p.expr(x, left)
	p.text(" ", op, " ")
	p.expr(y, right)
}

func (p *eqlPrinter) logic(e *Logic) {
	for i, x := range e.List {
		if i > 0 {
			p.text(" ", eqlOps[e.Op], " ")
		}
		p.expr(x, eqlLevel(e)+1)
	}
}

// not writes a negation, with an operator of its own where there is one.
func (p *eqlPrinter) not(e *Not) {
	write, ok := unequal(e)
	if !ok {
		p.text("not ")
		p.expr(e.X, levelNot)
		return
	}
	write(p)
}

// unequal returns how to write a negation for which there is an operator.
func unequal(e *Not) (write func(*eqlPrinter), ok bool) {
	switch x := e.X.(type) {
	case *Compare:
		if x.Op == Eq {
			return func(p *eqlPrinter) { p.binary(x.X, "!=", x.Y, levelSum, levelSum) }, true
		}
	case *IsNull:
		return func(p *eqlPrinter) {
			p.expr(x.X, levelSum)
			p.text(" != null")
		}, true
	case *In:
		return func(p *eqlPrinter) { p.in(x, " not in") }, true
	case *Match:
		if x.Op == "==" {
			return func(p *eqlPrinter) { p.match(x, "!=") }, true
		}
	}
	return nil, false
}

func (p *eqlPrinter) in(e *In, op string) {
	p.expr(e.X, levelPrimary)
	p.text(op)
	if e.Fold && p.lang != Endgame {
		p.text("~")
	}
	p.text(" (")
	p.list(e.List)
	p.text(")")
}

func (p *eqlPrinter) any(e *Any) {
	name, variable := "_arraysearch(", e.Var
	if p.lang == Endgame {
		name, variable = "arraySearch(", strings.TrimPrefix(e.Var, "$")
	}
	p.text(name)
	p.expr(e.X, levelOr)
	p.text(", ", variable, ", ")
	p.expr(e.Cond, levelOr)
	p.text(")")
}

// isEQLCall tells a match that was written as a call of a function.
func isEQLCall(m *Match) bool {
	switch m.Op {
	case ":", "==", "like", "like~", "regex", "regex~":
		return false
	}
	return true
}

func (p *eqlPrinter) match(m *Match, op string) {
	if isEQLCall(m) {
		p.leak(m)
		return
	}
	left := levelPrimary
	if op == "==" || op == "!=" {
		left = levelSum
	}
	p.expr(m.X, left)
	p.text(" ", op, " ")
	if m.List {
		p.text("(")
	}
	for i, s := range m.Patterns {
		if i > 0 {
			p.text(", ")
		}
		p.text(p.quote(s))
	}
	if len(m.Patterns) > 0 && len(m.Others) > 0 {
		p.text(", ")
	}
	p.list(m.Others)
	if m.List {
		p.text(")")
	}
}

func (p *eqlPrinter) call(e *Call) {
	p.text(e.Name)
	if e.Fold {
		p.text("~")
	}
	p.text("(")
	if s, ok := p.leakable(e); ok {
		p.expr(e.Args[0], levelOr)
		p.text(", ", p.quote(luceneLiteral(s)), ")")
		return
	}
	p.list(e.Args)
	p.text(")")
}

// leakable returns the literal of a call in which wildcards would be live.
func (p *eqlPrinter) leakable(e *Call) (s string, ok bool) {
	name := strings.ToLower(e.Name)
	if p.lang != EQL || len(e.Args) != 2 || name != "stringcontains" && name != "endswith" {
		return "", false
	}
	_, field := e.Args[0].(*Field)
	lit, _ := e.Args[1].(*Literal)
	if !field || lit == nil {
		return "", false
	}
	s, ok = lit.Value.(string)
	return s, ok
}

// leak writes a match as the call that it was.
func (p *eqlPrinter) leak(m *Match) {
	star, pattern := "*", m.Patterns[0]
	if m.Kind == Regex {
		star = ".*"
	}
	pattern = strings.TrimPrefix(pattern, star)
	if strings.EqualFold(m.Op, "stringContains") {
		pattern = strings.TrimSuffix(pattern, star)
	}
	if m.Kind == Regex {
		pattern = luceneWildcard(pattern)
	} else {
		pattern = strings.ReplaceAll(pattern, `\`, `\\`)
	}
	p.text(m.Op)
	if m.Fold {
		p.text("~")
	}
	p.text("(")
	p.expr(m.X, levelOr)
	p.text(", ", p.quote(pattern), ")")
}

var luceneEscapes = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`)

// luceneLiteral escapes what is not literal in a Lucene wildcard.
func luceneLiteral(s string) string {
	return luceneEscapes.Replace(s)
}

// luceneWildcard turns a regular expression of plain characters, `.*` and `.`
// into a Lucene wildcard.
func luceneWildcard(regex string) string {
	var b strings.Builder
	for i := 0; i < len(regex); i++ {
		switch {
		case regex[i] == '\\' && i+1 < len(regex):
			i++
			b.WriteString(luceneLiteral(regex[i : i+1]))
		case strings.HasPrefix(regex[i:], ".*"):
			i++
			b.WriteByte('*')
		case regex[i] == '.':
			b.WriteByte('?')
		default:
			b.WriteByte(regex[i])
		}
	}
	return b.String()
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
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '@'
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

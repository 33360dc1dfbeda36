package ast

import "strings"

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

// condition writes an expression that decides.
func (p *eqlPrinter) condition(e Expr) {
	was := p.cond
	p.cond = true
	p.expr(e, levelOr)
	p.cond = was
}

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
	was := p.cond
	defer func() { p.cond = was }()
	switch e := e.(type) {
	case *Logic:
		p.logic(e)
		return
	case *Not:
		p.not(e)
		return
	}
	p.cond = false
	switch e := e.(type) {
	case *Literal:
		p.literal(e.Value)
	case *Bool:
		p.literal(e.Value)
	case *Field:
		p.field(e)
	case *Call:
		p.call(e, was)
	case *Compare:
		p.binary(e.X, eqlOps[e.Op], e.Y, levelSum, levelSum)
	case *IsNull:
		p.expr(e.X, levelSum)
		p.text(" == null")
	case *In:
		p.in(e, " in")
	case *Match:
		p.match(e, e.Op)
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
	p.cond = false
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
	p.condition(e.Cond)
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

// call writes a call, which is a condition or a value.
func (p *eqlPrinter) call(e *Call, cond bool) {
	p.text(e.Name)
	if e.Fold && p.lang != Endgame {
		p.text("~")
	}
	p.text("(")
	if s, ok := p.leakable(e); ok && cond {
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

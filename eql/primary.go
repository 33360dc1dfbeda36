package eql

import (
	"math"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// primary reads an operand that needs no operator.
func (c *climber) primary() ast.Expr {
	t := c.lex.Peek()
	switch t.Type {
	case text:
		return c.literals.New(ast.Literal{Off: off(t), Value: unquote(c.lex.Next().Value)})
	case number:
		return c.number()
	case ident, function, quoted:
		return c.name()
	case variable:
		return c.variable()
	case keyword:
		return c.constant()
	case punct:
		switch t.Value {
		case "(":
			return c.brackets()
		case "?":
			return c.optional()
		}
	}
	return c.fail(t.Pos.Offset, "expected a value, found %s", syntax.Found(*t))
}

func (c *climber) brackets() ast.Expr {
	c.lex.Next()
	x := c.or()
	if x != nil && c.is(",") {
		return c.fail(c.lex.Peek().Pos.Offset, `expected ), found ",": a list stands behind in, :, like or regex`)
	}
	if x == nil || !c.expect(")") {
		return nil
	}
	return c.methods(x)
}

func (c *climber) constant() ast.Expr {
	t := c.lex.Peek()
	l := c.literals.New(ast.Literal{Off: off(t)})
	switch t.Value {
	case "null":
	case "true":
		l.Value = true
	case "false":
		l.Value = false
	default:
		return c.fail(t.Pos.Offset, "expected a value, found the keyword %s", t.Value)
	}
	c.lex.Next()
	return l
}

// number reads an integer, or a float if there is a point or an exponent or
// if it does not fit.
func (c *climber) number() ast.Expr {
	t := c.lex.Next()
	l := c.literals.New(ast.Literal{Off: off(t)})
	if n, err := strconv.ParseInt(t.Value, 10, 64); err == nil {
		l.Value = n
		return l
	}
	f, err := strconv.ParseFloat(t.Value, 64)
	if err != nil || math.IsInf(f, 0) {
		return c.fail(t.Pos.Offset, "expected a number that a float can hold, found %s", syntax.Found(*t))
	}
	l.Value = f
	return l
}

// optional reads ?field.
func (c *climber) optional() ast.Expr {
	at := off(c.lex.Next())
	t := c.lex.Peek()
	if t.Type != ident && t.Type != quoted {
		return c.fail(t.Pos.Offset, "expected a field behind ?, found %s", syntax.Found(*t))
	}
	f := c.field()
	if f == nil {
		return nil
	}
	f.Off, f.Optional = at, true
	return f
}

// name reads what begins with a name: a call, a relation, a field.
func (c *climber) name() ast.Expr {
	t := c.lex.Peek()
	if t.Type != quoted {
		mark := c.lex.mark()
		c.lex.Next()
		switch {
		case c.is("("):
			return c.call(t)
		case t.Type == function:
			next := c.lex.Peek()
			return c.fail(next.Pos.Offset, "expected ( behind %s, found %s", t.Value, syntax.Found(*next))
		case c.is("of"):
			return c.relation(t)
		}
		c.lex.back(mark)
	}
	f := c.field()
	if f == nil {
		return nil
	}
	return c.methods(f)
}

// field reads a path. Its segments are joined by dots: one in backticks may
// hold dots itself, and then is several.
func (c *climber) field() *ast.Field {
	f := c.fields.New(ast.Field{Off: off(c.lex.Peek())})
	first := c.segment()
	if c.err == nil && !c.is(".") && !c.indexed() {
		f.Name = first
		c.scope(f)
		return f
	}
	path := append(c.path[:0], first...)
	for c.err == nil {
		if c.indexed() {
			path = c.index(path)
		} else if c.is(".") {
			c.lex.Next()
			path = append(append(path, '.'), c.segment()...)
		} else {
			f.Name, c.path = c.written(path, int(f.Off)), path
			c.scope(f)
			return f
		}
	}
	return nil
}

// written is a path as it stands in the text, if it does: that is there anyway.
func (c *climber) written(path []byte, at int) string {
	if to := at + len(path); to <= len(c.text) && c.text[at:to] == string(path) {
		return c.text[at:to]
	}
	return string(path)
}

// segment reads one name of a path.
func (c *climber) segment() string {
	switch t := c.lex.Peek(); t.Type {
	case ident:
		return c.lex.Next().Value
	case quoted:
		return unquoteName(c.lex.Next().Value)
	case keyword:
		c.fail(t.Pos.Offset, "expected a name, found the keyword %[1]s (write `%[1]s` for a field of that name)", t.Value)
	default:
		c.fail(t.Pos.Offset, "expected a name, found %s", syntax.Found(*t))
	}
	return ""
}

// indexed reports whether an index follows. Behind a join key, a bracket may
// also open the next item.
func (c *climber) indexed() bool {
	if !c.is("[") {
		return false
	}
	mark := c.lex.mark()
	defer c.lex.back(mark)
	c.lex.Next()
	return c.lex.Peek().Type == number
}

// index reads [0], which becomes a segment of the path.
func (c *climber) index(path []byte) []byte {
	t := c.lex.Next()
	if c.lang != ast.Endgame {
		c.fail(t.Pos.Offset, "an array index belongs to Endgame's language (option eql.Endgame): here, a condition holds if any value of the list meets it")
		return path
	}
	n := c.lex.Peek()
	if n.Type != number || digits(n.Value) < len(n.Value) {
		c.fail(n.Pos.Offset, "expected an index, found %s", syntax.Found(*n))
		return path
	}
	path = append(append(path, '.'), c.lex.Next().Value...)
	c.expect("]")
	return path
}

// scope tells a field that begins with the variable of an array search around
// from one of the event.
func (c *climber) scope(f *ast.Field) {
	if len(c.vars) == 0 || c.lang != ast.Endgame {
		return
	}
	first, rest, _ := strings.Cut(f.Name, ".")
	for _, v := range c.vars {
		if v[1:] == first {
			f.Of, f.Name = v, rest
		}
	}
}

// variable reads $entry.path.
func (c *climber) variable() ast.Expr {
	t := c.lex.Next()
	if len(c.vars) == 0 {
		return c.fail(t.Pos.Offset, "unknown variable %s: only _arraysearch names one", t.Value)
	}
	if !c.known(t.Value) {
		return c.fail(t.Pos.Offset, "unknown variable %s%s", t.Value, syntax.Suggest(t.Value, c.vars))
	}
	f := c.fields.New(ast.Field{Off: off(t), Of: t.Value})
	if c.is(".") {
		c.lex.Next()
		path := c.field()
		if path == nil {
			return nil
		}
		f.Name = path.Name
	}
	return f
}

func (c *climber) known(name string) bool {
	for _, v := range c.vars {
		if v == name {
			return true
		}
	}
	return false
}

// call reads a call of the function whose name was passed.
func (c *climber) call(name *lexer.Token) ast.Expr {
	if array := strings.EqualFold(name.Value, "_arraysearch"); array || c.lang == ast.Endgame && name.Value == "arraySearch" {
		if array && c.lang != ast.Endpoint {
			return c.refused(name.Pos.Offset, name.Value, endpoint)
		}
		return c.search(name)
	}
	c.lex.Next()
	args := c.list(")")
	if c.err != nil {
		return nil
	}
	return c.methods(c.lower(name, args))
}

// methods reads Endgame's x:f(args), which is f(x, args). No blank may be
// around the colon.
func (c *climber) methods(x ast.Expr) ast.Expr {
	for x != nil && c.lang == ast.Endgame && c.is(":") {
		colon := c.lex.Next()
		name := c.lex.Next()
		if name.Type != ident || name.Pos.Offset != colon.Pos.Offset+1 || !c.is("(") {
			return c.fail(name.Pos.Offset, "expected a function's name and ( behind the colon, found %s", syntax.Found(*name))
		}
		c.lex.Next()
		args := c.list(")")
		if c.err != nil || !c.nest(colon) {
			return nil
		}
		x = c.lower(name, append([]ast.Expr{x}, args...))
	}
	return x
}

// search reads the array, the variable and the condition of an array search.
func (c *climber) search(name *lexer.Token) ast.Expr {
	c.lex.Next()
	x := c.or()
	if x == nil || !c.expect(",") {
		return nil
	}
	v := c.lex.Next()
	any := &ast.Any{Off: off(name), X: x, Var: v.Value}
	switch {
	case c.lang == ast.Endgame && v.Type == ident:
		any.Var = "$" + v.Value
	case v.Type != variable:
		return c.fail(v.Pos.Offset, "expected a variable such as $entry, found %s", syntax.Found(*v))
	case c.known(v.Value):
		return c.fail(v.Pos.Offset, "expected another variable than %s, which the search around has", v.Value)
	}
	if !c.expect(",") {
		return nil
	}
	c.vars = append(c.vars, any.Var)
	cond := c.or()
	c.vars = c.vars[:len(c.vars)-1]
	if cond == nil || !c.expect(")") {
		return nil
	}
	any.Cond = c.condition(cond)
	return any
}

var relations = map[string]ast.RelationKind{
	"descendant": ast.DescendantOf, "child": ast.ChildOf, "event": ast.EventOf,
}

// relation reads `descendant of [process where …]`; its first word was passed.
func (c *climber) relation(word *lexer.Token) ast.Expr {
	of := c.lex.Next()
	kind, ok := relations[word.Value]
	switch {
	case !ok:
		return c.fail(word.Pos.Offset, "expected descendant, child or event before of, found %s%s", word.Value, syntax.Suggest(word.Value, []string{"descendant"}))
	case c.lang == ast.EQL && kind == ast.DescendantOf:
		return c.refused(word.Pos.Offset, "descendant of", endpoint)
	case c.lang != ast.Endgame && kind != ast.DescendantOf:
		return c.refused(word.Pos.Offset, word.Value+" of", endgame)
	}
	if !c.expect("[") {
		return nil
	}
	r := &ast.Relation{Off: off(word), Kind: kind}
	t := c.lex.Next()
	if t.Type != ident && t.Type != text && t.Value != "any" {
		return c.fail(t.Pos.Offset, "expected an event category behind %s of [, found %s", word.Value, syntax.Found(*t))
	}
	if !c.expect("where") {
		return nil
	}
	cond := c.or()
	if cond == nil || !c.expect("]") {
		return nil
	}
	category, err := c.category(t.Value, of.Pos.Offset)
	if err != nil {
		c.err = err
		return nil
	}
	r.Event = &ast.Events{Off: off(t), Category: category, Where: c.condition(cond)}
	return r
}

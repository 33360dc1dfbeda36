package eql

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
)

// condition settles what e means where it decides over events: a leaf with a
// missing field is false there, and so `not` of it is true. (Endgame's leaves
// stay null.) Comparisons within an operand are values, and stay as they are.
func (d *dialect) condition(e ast.Expr) ast.Expr {
	rule := ast.NullIsFalse
	if d.lang == ast.Endgame {
		rule = ast.NullIsNull
	}
	switch e := e.(type) {
	case *ast.Logic:
		for i, x := range e.List {
			e.List[i] = d.condition(x)
		}
	case *ast.Not:
		e.X = d.condition(e.X)
	case *ast.Literal:
		if b, ok := e.Value.(bool); ok {
			return &ast.Bool{Off: e.Off, Value: b}
		}
	case *ast.Field:
		e.Enum = d.lang == ast.Endgame && e.Of == "" && strings.Contains(e.Name, ".")
	case *ast.Compare:
		e.Null = rule
		d.stated(e)
	case *ast.In:
		e.Null = rule
	case *ast.Match:
		e.Null = rule
	case *ast.Call:
		e.Null = rule
		if d.lang == ast.EQL && len(e.Args) == 2 {
			return leak(e)
		}
	}
	return e
}

// stated settles what a condition means that is compared with true or false. It
// decides as if it stood there alone, or behind not; to Endgame it is a value as
// any other.
func (d *dialect) stated(e *ast.Compare) {
	switch {
	case e.Op != ast.Eq || d.lang == ast.Endgame:
	case isBool(e.Y) && conditional(e.X):
		e.X = d.decides(e.X)
	case isBool(e.X) && conditional(e.Y):
		e.Y = d.decides(e.Y)
	}
}

// decides is condition, but that a call stays one.
func (d *dialect) decides(e ast.Expr) ast.Expr {
	if call, ok := e.(*ast.Call); ok {
		call.Null = ast.NullIsFalse
		return call
	}
	return d.condition(e)
}

func isBool(e ast.Expr) bool {
	l, ok := e.(*ast.Literal)
	if !ok {
		return false
	}
	_, ok = l.Value.(bool)
	return ok
}

// deciding are the functions whose value is true or false.
var deciding = set("cidrmatch", "endswith", "startswith", "stringcontains")

func conditional(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Logic, *ast.Not, *ast.Compare, *ast.In, *ast.Match, *ast.IsNull:
		return true
	case *ast.Call:
		return deciding[strings.ToLower(e.Name)]
	}
	return false
}

// compareFolded makes Endgame's equality: of texts without case, and with *
// as a wildcard where one side is a literal.
func compareFolded(at ast.Off, x, y ast.Expr) ast.Expr {
	s, ok := literalText(y)
	other := x
	if !ok {
		s, ok = literalText(x)
		other = y
	}
	if ok {
		return &ast.Match{Off: at, X: other, Kind: ast.Star, Fold: true, Patterns: []string{s}, Op: "=="}
	}
	return &ast.Compare{Off: at, Op: ast.Eq, X: x, Y: y}
}

func literalText(e ast.Expr) (string, bool) {
	if l, ok := e.(*ast.Literal); ok {
		s, ok := l.Value.(string)
		return s, ok
	}
	return "", false
}

// folding are the functions that ignore case where their name ends in ~, and in
// the original language always.
var folding = set("between", "endswith", "indexof", "startswith", "stringcontains")

// lower makes the node of a function's call. The original language has
// functions that the others lack.
func (c *climber) lower(name *lexer.Token, args []ast.Expr) ast.Expr {
	call := &ast.Call{Off: off(name), Lib: string(ast.EQL), Name: name.Value, Args: args}
	if c.dialect == endgame {
		call.Lib = string(ast.Endgame)
		call.Fold = folding[strings.ToLower(name.Value)]
	}
	if base, ok := strings.CutSuffix(name.Value, "~"); ok {
		call.Name, call.Fold = base, true
	}
	return call
}

// leaks are the functions of which Elasticsearch makes a wildcard query where
// they are a condition that asks a field for a literal. In the literal, * and
// ? then are wildcards, and a backslash takes the meaning from the character
// behind it. As a value (`f(x, "*") == true`), a call is none of this.
var leaks = map[string]string{"stringcontains": "*", "endswith": ""}

// leak returns the match that a call amounts to, or the call. A literal
// without wildcards stays one, without its backslashes.
func leak(call *ast.Call) ast.Expr {
	behind, ok := leaks[strings.ToLower(call.Name)]
	_, field := call.Args[0].(*ast.Field)
	s, literal := literalText(call.Args[1])
	if !ok || !field || !literal || !strings.ContainsAny(s, `*?\`) {
		return call
	}
	m := &ast.Match{Off: call.Off, X: call.Args[0], Fold: call.Fold, Op: call.Name, Null: call.Null}
	w := readWildcards(s)
	switch {
	case !w.live:
		call.Args[1] = &ast.Literal{Off: ast.Off(call.Args[1].Pos()), Value: w.plain}
		return call
	case w.escaped:
		m.Kind, m.Patterns = ast.Regex, []string{".*" + w.regex + strings.ReplaceAll(behind, "*", ".*")}
	default:
		m.Kind, m.Patterns = ast.Wildcard, []string{"*" + w.plain + behind}
	}
	return m
}

// wildcards is a Lucene wildcard pattern taken apart.
type wildcards struct {
	plain string // without the backslashes that escape
	regex string // the same in Lucene's notation for regular expressions
	// live tells that there is a wildcard, escaped that there is one which a
	// backslash makes a plain character.
	live, escaped bool
}

func readWildcards(s string) wildcards {
	var w wildcards
	var plain, regex strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			i++
			c = s[i]
			w.escaped = w.escaped || c == '*' || c == '?'
			writeLiteral(&regex, c)
		case c == '*':
			w.live = true
			regex.WriteString(".*")
		case c == '?':
			w.live = true
			regex.WriteString(".")
		default:
			writeLiteral(&regex, c)
		}
		plain.WriteByte(c)
	}
	w.plain, w.regex = plain.String(), regex.String()
	return w
}

// writeLiteral writes a character of a regular expression that means itself.
func writeLiteral(b *strings.Builder, c byte) {
	if c < 0x80 && !isDigit(c) && c != ' ' && c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') {
		b.WriteByte('\\')
	}
	b.WriteByte(c)
}

package spl

import (
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// eval parses an expression as eval and where have it: NOT before AND before
// OR before XOR, comparisons before them, then + - . and * / %.
func (s *stage) eval() (ast.Expr, error) {
	s.in(evalMode)
	return s.logic(0)
}

// joints are the words that join conditions, the weakest first.
var joints = [...]struct {
	word string
	op   ast.Op
}{{"XOR", ast.Xor}, {"OR", ast.Or}, {"AND", ast.And}}

func (s *stage) logic(level int) (ast.Expr, error) {
	if level == len(joints) {
		return s.not()
	}
	at := s.here()
	x, err := s.logic(level + 1)
	if err != nil || !s.atWord(joints[level].word) {
		return x, err
	}
	list := flatten(joints[level].op, make([]ast.Expr, 0, 4), x)
	for s.atWord(joints[level].word) {
		s.advance()
		if x, err = s.logic(level + 1); err != nil {
			return nil, err
		}
		list = flatten(joints[level].op, list, x)
	}
	return &ast.Logic{Off: at, Op: joints[level].op, List: list}, nil
}

// atWord tells whether the next token is the word w, in any case.
func (s *stage) atWord(w string) bool { return s.tok.kind == word && strings.EqualFold(s.tok.text, w) }

func (s *stage) not() (ast.Expr, error) {
	at, negated := s.here(), false
	for s.atWord("NOT") || s.tok.kind == word && s.tok.text == "!" {
		negated = !negated
		s.advance()
	}
	x, err := s.comparison()
	if err != nil || !negated {
		return x, err
	}
	return &ast.Not{Off: at, X: x}, nil
}

func (s *stage) comparison() (ast.Expr, error) {
	x, err := s.sum(0)
	if err != nil {
		return nil, err
	}
	switch t := s.tok; {
	case t.kind == op && isComparison(t.text):
		s.advance()
		y, err := s.sum(0)
		if err != nil {
			return nil, err
		}
		return &ast.Compare{Off: s.off(t.from), Op: operators[t.text], X: x, Y: y, Rule: ast.Loose}, nil
	case s.atWord("LIKE"):
		s.advance()
		y, err := s.sum(0)
		if err != nil {
			return nil, err
		}
		return &ast.Call{Off: s.off(t.from), Lib: libSPL, Name: "like", Args: []ast.Expr{x, y}}, nil
	case s.atWord("IN"):
		return s.inList(x)
	case s.atWord("NOT"):
		return s.notIn(x)
	}
	return x, nil
}

// libSPL is the library of functions that SPL calls.
const libSPL = "spl"

func isComparison(o string) bool {
	switch o {
	case "=", "==", "!=", "<", "<=", ">", ">=":
		return true
	}
	return false
}

func (s *stage) inList(x ast.Expr) (ast.Expr, error) {
	at := s.here()
	s.advance()
	if s.tok.kind != opening {
		return nil, s.expected(`"(" after IN`)
	}
	list, err := s.arguments()
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, s.errorf(s.prev.from, "expected a value, found %q", s.prev.text)
	}
	return &ast.In{Off: at, X: x, List: list, Rule: ast.Loose}, nil
}

// notIn parses x NOT IN (…) and x NOT LIKE y.
func (s *stage) notIn(x ast.Expr) (ast.Expr, error) {
	at := s.here()
	s.advance()
	if s.atWord("LIKE") {
		call := &ast.Call{Off: s.here(), Lib: libSPL, Name: "like"}
		s.advance()
		y, err := s.sum(0)
		call.Args = []ast.Expr{x, y}
		return &ast.Not{Off: at, X: call}, err
	}
	if !s.atWord("IN") {
		return nil, s.expected("IN or LIKE after NOT")
	}
	in, err := s.inList(x)
	return &ast.Not{Off: at, X: in}, err
}

// maxChain is how many operators a sum may have: each makes the tree one
// deeper, and whoever walks it recurses.
const maxChain = 5000

// sums are the arithmetic operators, the weaker ones first.
var sums = [...]string{"+-.", "*/%"}

func (s *stage) sum(level int) (ast.Expr, error) {
	if level == len(sums) {
		return s.unary()
	}
	x, err := s.sum(level + 1)
	for n := 0; err == nil && s.tok.kind == op && len(s.tok.text) == 1 && strings.Contains(sums[level], s.tok.text); n++ {
		t := s.advance()
		if n >= maxChain {
			return nil, s.errorf(t.from, "the expression has more than %d operators in a row", maxChain)
		}
		var y ast.Expr
		if y, err = s.sum(level + 1); err == nil {
			x = &ast.Arith{Off: s.off(t.from), Op: operators[t.text], X: x, Y: y, Rule: ast.Loose}
		}
	}
	return x, err
}

// unary parses signs. Only a pair of them can be left out without turning a
// text, which has no sign, into a value.
func (s *stage) unary() (ast.Expr, error) {
	at, minus := s.here(), 0
	for s.tok.is("-") || s.tok.is("+") {
		if s.advance().text == "-" {
			minus++
		}
	}
	if minus > 2 {
		minus = 2 - minus%2
	}
	x, err := s.primary()
	if err != nil || minus == 0 {
		return x, err
	}
	if l, ok := x.(*ast.Literal); ok && minus == 1 {
		switch v := l.Value.(type) {
		case int64:
			return &ast.Literal{Off: at, Value: -v}, nil
		case float64:
			return &ast.Literal{Off: at, Value: -v}, nil
		}
	}
	for ; minus > 0; minus-- {
		x = &ast.Neg{Off: at, X: x, Rule: ast.Loose}
	}
	return x, nil
}

func (s *stage) primary() (ast.Expr, error) {
	at, t := s.here(), s.tok
	switch t.kind {
	case quoted:
		s.advance()
		return &ast.Literal{Off: at, Value: evalText(t.text)}, nil
	case name:
		s.advance()
		if !strings.HasSuffix(t.text, "'") || len(t.text) < 2 {
			return nil, s.errorf(t.from, "the field name has no end, expected '")
		}
		return &ast.Field{Off: at, Name: unescape(t.text[1:len(t.text)-1], `\'`)}, nil
	case number:
		s.advance()
		return s.number(t)
	case opening:
		return s.parens()
	case bracket:
		return s.subtext()
	case word:
		if !isLetter(t.text[0]) || s.atJoint() {
			break
		}
		s.advance()
		if s.tok.kind == opening {
			return s.call(t)
		}
		return &ast.Field{Off: at, Name: t.text}, nil
	}
	return nil, s.expected("a value")
}

// subtext parses a search in brackets, whose text takes its place.
func (s *stage) subtext() (ast.Expr, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	at := s.here()
	q, err := s.sub(subsearch)
	if err != nil {
		return nil, err
	}
	s.depth--
	return &ast.Subtext{Off: at, Query: q, Parse: parseEvalExpr}, nil
}

// call parses the arguments of a function.
func (s *stage) call(fn token) (ast.Expr, error) {
	args, err := s.arguments()
	if err != nil {
		return nil, err
	}
	switch strings.ToLower(fn.text) {
	case "searchmatch":
		if text, ok := literalText(args, 0); ok && len(args) == 1 {
			return s.quotedTerms(fn.from, text)
		}
	case "lookup":
		if text, ok := literalText(args, 0); ok {
			def, err := s.lookup(text, fn.from)
			return &ast.Call{Off: s.off(fn.from), Lib: libSPL, Name: fn.text, Args: args, Table: def}, err
		}
	case "match", "replace", "mvfind":
		if text, ok := literalText(args, 1); ok {
			err = s.checkPattern(fn.from, text)
		}
	}
	return &ast.Call{Off: s.off(fn.from), Lib: libSPL, Name: fn.text, Args: args}, err
}

// literalText returns the argument number i, if it is a constant text.
func literalText(args []ast.Expr, i int) (string, bool) {
	if i >= len(args) {
		return "", false
	}
	l, ok := args[i].(*ast.Literal)
	if !ok {
		return "", false
	}
	text, ok := l.Value.(string)
	return text, ok
}

// atJoint tells whether the next word joins conditions, and so is no field.
func (s *stage) atJoint() bool {
	return s.atWord("AND") || s.atWord("OR") || s.atWord("XOR") || s.atWord("NOT") ||
		(s.atWord("IN") || s.atWord("LIKE")) && !s.beforeBracket()
}

// beforeBracket tells whether an opening bracket follows the next token: IN
// and LIKE are functions, too.
func (s *stage) beforeBracket() bool {
	at := s.skipBlanks(s.tok.to(), s.limit)
	return at < s.limit && s.lexer.text[at] == '('
}

func (s *stage) number(t token) (ast.Expr, error) {
	at := s.off(t.from)
	if i, err := strconv.ParseInt(t.text, 10, 64); err == nil {
		return &ast.Literal{Off: at, Value: i}, nil
	}
	f, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		return nil, s.errorf(t.from, "the number %q is out of range", short(t.text))
	}
	x := &ast.Literal{Off: at, Value: f}
	if strings.IndexByte(t.text, '.') >= 0 && strings.HasSuffix(t.text, "0") {
		x.Digits = t.text
	}
	return x, nil
}

func (s *stage) parens() (ast.Expr, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	s.advance()
	x, err := s.logic(0)
	if err != nil {
		return nil, err
	}
	s.depth--
	return x, s.expect(closing, `")"`)
}

// arguments parses a list of expressions in brackets.
func (s *stage) arguments() ([]ast.Expr, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	s.advance()
	var args []ast.Expr
	for s.tok.kind != closing || len(args) > 0 {
		x, err := s.logic(0)
		if err != nil {
			return nil, err
		}
		args = append(args, x)
		if !s.take(comma) {
			break
		}
	}
	s.depth--
	return args, s.expect(closing, `"," or ")"`)
}

// controls are the escapes of eval's strings that stand for a control
// character.
var controls = strings.NewReplacer(`\\`, `\\`, `\n`, "\n", `\t`, "\t", `\r`, "\r")

// evalText is the text of a string of eval. A backslash before a character
// that is not special stays, for regular expressions.
func evalText(q string) string {
	s := q[1:max(1, len(q)-1)]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return unescape(controls.Replace(s), `\"`)
}

// booleans are the functions whose result is true or false, which eval can't
// put in a field.
var booleans = map[string]bool{
	"isnull": true, "isnotnull": true, "isnum": true, "isstr": true, "isint": true, "isbool": true,
	"isarray": true, "isdouble": true, "ismv": true, "isobject": true,
	"match": true, "like": true, "in": true, "cidrmatch": true, "searchmatch": true, "json_valid": true,
	"true": true, "false": true, "json_has_key_exact": true, "tobool": true,
}

// isBoolean tells whether an expression's result is true or false.
func isBoolean(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Compare, *ast.In, *ast.Logic, *ast.Not, *ast.Match, *ast.IsNull, *ast.Bool, *ast.Term:
		return true
	case *ast.Call:
		return booleans[strings.ToLower(x.Name)] || allBoolean(yielded(x))
	}
	return false
}

// allBoolean tells whether all of the expressions that are not null are true or
// false.
func allBoolean(list []ast.Expr) (found bool) {
	for _, x := range list {
		switch {
		case isBoolean(x):
			found = true
		case !isNull(x):
			return false
		}
	}
	return found
}

// yielded returns the arguments of which a choice yields one.
func yielded(c *ast.Call) (list []ast.Expr) {
	switch strings.ToLower(c.Name) {
	case "if":
		return c.Args[min(1, len(c.Args)):]
	case "coalesce":
		return c.Args
	case "case":
		for i := 1; i < len(c.Args); i += 2 {
			list = append(list, c.Args[i])
		}
	}
	return list
}

// isNull tells whether an expression is null wherever it stands.
func isNull(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Literal:
		return x.Value == nil
	case *ast.Call:
		return strings.EqualFold(x.Name, "null")
	}
	return false
}

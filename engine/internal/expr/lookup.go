package expr

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

// lookup is lookup("table", json_object("column", value, …), json_array("column",
// …)): the outputs of the rows of a table whose columns have the values, as a
// JSON object. An output of several rows is an array; without a row, the
// result is null.
func (s *Scope) lookup(e *ast.Call) value {
	if e.Table == nil || s.Lookup == nil {
		s.Errorf(e, "expected a quoted lookup, in a search over rows, as the argument of lookup")
		return void()
	}
	n := &ast.Lookup{Off: e.Off, Def: e.Table}
	values, ok1 := s.lookupKeys(e.Args[1], n)
	ok2 := s.lookupOutputs(e.Args[2], n)
	if !ok1 || !ok2 {
		return void()
	}
	find := s.Lookup(n)
	return value{run: func(f *field.Frame) event.Value {
		keys := make([]event.Value, len(values))
		for i, v := range values {
			keys[i] = v(f)
		}
		return outputsOf(n.Outputs, find(f, keys))
	}}
}

// lookupKeys reads json_object("column", value, …).
func (s *Scope) lookupKeys(e ast.Expr, n *ast.Lookup) ([]Eval, bool) {
	args, ok := s.made(e, "json_object")
	if !ok || len(args) == 0 || len(args)%2 != 0 {
		s.Errorf(e, `expected json_object("column", value) as argument 2 of lookup`)
		return nil, false
	}
	var values []Eval
	for i := 0; i < len(args); i += 2 {
		name, ok := quotedText(args[i])
		if !ok {
			s.Errorf(args[i], "expected the name of a column in quotes")
			return nil, false
		}
		n.Keys = append(n.Keys, ast.NamePair{Off: ast.Off(args[i].Pos()), From: name, To: name})
		values = append(values, s.eval(args[i+1]).run)
	}
	return values, true
}

// lookupOutputs reads json_array("column", …).
func (s *Scope) lookupOutputs(e ast.Expr, n *ast.Lookup) bool {
	args, ok := s.made(e, "json_array")
	if !ok || len(args) == 0 {
		s.Errorf(e, `expected json_array("column") as argument 3 of lookup`)
		return false
	}
	for _, a := range args {
		name, ok := quotedText(a)
		if !ok {
			s.Errorf(a, "expected the name of a column in quotes")
			return false
		}
		n.Outputs = append(n.Outputs, ast.NamePair{Off: ast.Off(a.Pos()), From: name, To: name})
	}
	return true
}

// made returns the arguments of a call of the named function.
func (s *Scope) made(e ast.Expr, name string) ([]ast.Expr, bool) {
	c, ok := e.(*ast.Call)
	if !ok || !strings.EqualFold(c.Name, name) {
		return nil, false
	}
	return c.Args, true
}

func quotedText(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.Literal)
	if !ok {
		return "", false
	}
	text, ok := l.Value.(string)
	return text, ok
}

// outputsOf is the object that lookup makes of rows. An empty cell is none.
func outputsOf(outputs []ast.NamePair, rows [][]string) event.Value {
	if len(rows) == 0 {
		return event.Value{}
	}
	object := &jsonpath.Node{Kind: jsonpath.Object}
	for i, o := range outputs {
		var cells []*jsonpath.Node
		for _, row := range rows {
			if row[i] != "" {
				cells = append(cells, &jsonpath.Node{Kind: jsonpath.String, Text: row[i]})
			}
		}
		switch len(cells) {
		case 0:
		case 1:
			object.SetMember(o.To, cells[0])
		default:
			object.SetMember(o.To, &jsonpath.Node{Kind: jsonpath.Array, Items: cells})
		}
	}
	return event.OfString(object.JSON())
}

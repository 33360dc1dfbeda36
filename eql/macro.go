package eql

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/internal/syntax"
)

// Endgame's definitions stand before the query and are expanded token by
// token: `macro NAME(a, b) expression` and `const NAME == literal`. Bodies and
// arguments are put in brackets, so that each stays one operand. A body only
// knows the definitions before it, so that nothing can expand without end.

// maxExpansion is how many tokens a query may have once its macros are
// expanded: twenty times the longest published rule. Without a bound, twenty
// short definitions can ask for a million.
const maxExpansion = 100_000

type macro struct {
	params []string // nil for a constant
	body   []lexer.Token
}

// tokens hands out tokens that are there already.
type tokens struct {
	list []lexer.Token
	at   int
	// depth of brackets, which expansion may increase.
	nest scanner
}

func (t *tokens) Next() (lexer.Token, error) {
	next := t.list[t.at]
	if t.at < len(t.list)-1 {
		t.at++
	}
	return next, t.nest.nest(&next)
}

// expand reads all tokens, takes the definitions out and puts them in.
func expand(lex lexer.Lexer) (lexer.Lexer, error) {
	list, err := lexer.ConsumeAll(lex)
	if err != nil {
		return nil, err
	}
	e := expander{macros: map[string]*macro{}}
	for len(list) > 1 && list[0].Type == keyword && (list[0].Value == "macro" || list[0].Value == "const") {
		if list, err = e.define(list); err != nil {
			return nil, err
		}
	}
	if list, err = e.expand(nil, list); err != nil {
		return nil, err
	}
	return &tokens{list: list}, nil
}

type expander struct {
	macros map[string]*macro
}

// define takes one definition from the head of the list.
func (e *expander) define(list []lexer.Token) (rest []lexer.Token, err error) {
	constant, name := list[0].Value == "const", list[1]
	if name.Type != ident {
		return nil, syntax.Failf(name.Pos.Offset, "expected a name behind %s, found %s", list[0].Value, syntax.Found(name))
	}
	m := &macro{}
	list = list[2:]
	if constant {
		if list[0].Value != "==" && list[0].Value != "=" {
			return nil, syntax.Failf(list[0].Pos.Offset, "expected == behind the constant's name, found %s", syntax.Found(list[0]))
		}
		list = list[1:]
	} else if m.params, list, err = params(list); err != nil {
		return nil, err
	}
	n := bodyLen(list)
	if n == 0 {
		return nil, syntax.Failf(list[0].Pos.Offset, "expected an expression, found %s", syntax.Found(list[0]))
	}
	m.body, err = e.expand(nil, list[:n])
	e.macros[name.Value] = m
	return list[n:], err
}

// params reads (a, b).
func params(list []lexer.Token) (names []string, rest []lexer.Token, err error) {
	names = []string{}
	if list[0].Value != "(" {
		return nil, nil, syntax.Failf(list[0].Pos.Offset, "expected ( behind the macro's name, found %s", syntax.Found(list[0]))
	}
	for list[0].Value != ")" {
		list = list[1:]
		if list[0].Type == ident {
			names = append(names, list[0].Value)
			list = list[1:]
		}
		if list[0].Value != "," && list[0].Value != ")" {
			return nil, nil, syntax.Failf(list[0].Pos.Offset, "expected a parameter, found %s", syntax.Found(list[0]))
		}
	}
	return names, list[1:], nil
}

// bodyLen measures a definition's body: up to the next definition, or the
// query.
func bodyLen(list []lexer.Token) int {
	depth := 0
	for i, t := range list {
		switch {
		case t.EOF():
			return i
		case t.Value == "(" || t.Value == "[":
			depth++
		case t.Value == ")" || t.Value == "]":
			depth--
		case depth > 0:
		case t.Type == keyword && (t.Value == "macro" || t.Value == "const" || t.Value == "sequence" || t.Value == "join"):
			return i
		case t.Type == ident && list[i+1].Type == keyword && list[i+1].Value == "where":
			return i
		}
	}
	return len(list)
}

// expand appends the list to out, with every name of a macro replaced.
func (e *expander) expand(out, list []lexer.Token) ([]lexer.Token, error) {
	for i := 0; i < len(list); {
		t := list[i]
		m := e.macros[t.Value]
		if m == nil || t.Type != ident || i > 0 && list[i-1].Value == "." {
			out = append(out, t)
			i++
			continue
		}
		args, n, err := arguments(t, list[i+1:], len(m.params))
		if m.params == nil {
			args, n, err = nil, 0, nil
		}
		if err != nil {
			return nil, err
		}
		for j := range args {
			if args[j], err = e.expand(nil, args[j]); err != nil {
				return nil, err
			}
		}
		if out, err = m.insert(out, t, args); err != nil {
			return nil, err
		}
		i += 1 + n
	}
	return out, nil
}

// insert appends the body with the arguments in place of the parameters.
func (m *macro) insert(out []lexer.Token, call lexer.Token, args [][]lexer.Token) ([]lexer.Token, error) {
	one := len(m.body) == 1
	if !one {
		out = append(out, bracket("(", call))
	}
	for i, t := range m.body {
		arg := m.argument(t, args)
		switch {
		case arg == nil || i > 0 && m.body[i-1].Value == ".":
			out = append(out, t)
		case len(arg) == 1:
			out = append(out, arg[0])
		default:
			out = append(append(append(out, bracket("(", t)), arg...), bracket(")", t))
		}
		if len(out) > maxExpansion {
			return nil, syntax.Failf(call.Pos.Offset, "expected macros that expand to at most %d tokens, found more", maxExpansion)
		}
	}
	if !one {
		out = append(out, bracket(")", call))
	}
	return out, nil
}

func (m *macro) argument(t lexer.Token, args [][]lexer.Token) []lexer.Token {
	if t.Type == ident {
		for i, p := range m.params {
			if p == t.Value {
				return args[i]
			}
		}
	}
	return nil
}

func bracket(value string, at lexer.Token) lexer.Token {
	return lexer.Token{Type: punct, Value: value, Pos: at.Pos}
}

// arguments reads the bracketed arguments of a call of the macro name, and
// tells how many tokens they are.
func arguments(name lexer.Token, list []lexer.Token, want int) (args [][]lexer.Token, n int, err error) {
	if len(list) == 0 || list[0].Value != "(" {
		return nil, 0, syntax.Failf(name.Pos.Offset, "expected ( behind the macro %s", name.Value)
	}
	depth, from := 0, 1
	for i, t := range list {
		if t.Type != punct {
			continue
		}
		switch t.Value {
		case "(", "[":
			depth++
		case ")", "]":
			depth--
		}
		if depth == 0 || depth == 1 && t.Value == "," {
			if i > from {
				args = append(args, list[from:i])
			}
			from = i + 1
		}
		if depth == 0 {
			if len(args) != want {
				return nil, 0, syntax.Failf(name.Pos.Offset, "expected %d arguments of the macro %s, found %d", want, name.Value, len(args))
			}
			return args, i + 1, nil
		}
	}
	return nil, 0, syntax.Failf(name.Pos.Offset, "expected ) behind the arguments of the macro %s", name.Value)
}

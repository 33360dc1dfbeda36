package eql

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// scalarValue tells a value from tables and lists of values.
func scalarValue(x any) bool {
	switch x.(type) {
	case nil, map[string]any, []any:
		return false
	}
	return true
}

// described is a value as errors show it.
func described(x any) string {
	switch x := x.(type) {
	case nil:
		return "none"
	case map[string]any:
		return "a table"
	case []any:
		return "a list"
	case string:
		return fmt.Sprintf("%q", x)
	}
	return fmt.Sprint(x)
}

// literal is a value of a TOML file; its dates become text.
func literal(x any) *ast.Literal {
	switch x.(type) {
	case bool, int64, float64, string:
		return &ast.Literal{Value: x}
	}
	return &ast.Literal{Value: fmt.Sprint(x)}
}

// equals holds where the field is one of the values, as an index would tell
// it: an address may be given by its network, and a truth value as text.
func equals(f *ast.Field, values []any, fold bool) ast.Expr {
	var texts, numbers, bools []ast.Expr // what In compares has one type
	var networks []string
	for _, v := range values {
		l := literal(v)
		switch x := l.Value.(type) {
		case bool:
			bools = append(bools, l)
		case string:
			texts = append(texts, l)
			if x == "true" || x == "false" {
				bools = append(bools, &ast.Literal{Value: x == "true"})
			}
			if _, err := netip.ParsePrefix(x); err == nil {
				networks = append(networks, x)
			}
		default:
			numbers = append(numbers, l)
		}
	}
	var either []ast.Expr
	for _, list := range [][]ast.Expr{texts, numbers, bools} {
		if len(list) > 0 {
			either = append(either, &ast.In{X: f, List: list, Fold: fold, Null: ast.NullIsFalse})
		}
	}
	if len(networks) > 0 {
		either = append(either, &ast.Match{X: f, Kind: ast.Wildcard, Patterns: networks, CIDR: true, Op: "==", Null: ast.NullIsFalse})
	}
	return some(either)
}

// pattern holds where the field matches a wildcard pattern, in which a
// backslash takes the meaning of the character behind it.
func pattern(f *ast.Field, text string, fold bool) ast.Expr {
	m := &ast.Match{X: f, Fold: fold, Op: "==", Null: ast.NullIsFalse}
	plain, regex, escaped := unescapeWildcards(text)
	m.Kind, m.Patterns = ast.Wildcard, []string{plain}
	if escaped {
		m.Kind, m.Patterns = ast.Regex, []string{regex}
	}
	return m
}

// unescapeWildcards reads a pattern with escapes: as one without, and, since that has
// no way to say a star or a question mark, as a regular expression. escaped
// tells that one of these occurs.
func unescapeWildcards(text string) (plain, regex string, escaped bool) {
	var p, r strings.Builder
	literally := func(c rune) {
		p.WriteRune(c)
		if strings.ContainsRune(`.?+*|{}[]()"\#@&<>~^$-`, c) {
			r.WriteByte('\\')
		}
		r.WriteRune(c)
	}
	back := false
	for _, c := range text {
		switch {
		case back:
			escaped = escaped || c == '*' || c == '?'
			literally(c)
			back = false
		case c == '\\':
			back = true
		case c == '*':
			p.WriteRune(c)
			r.WriteString("(.|\n)*")
		case c == '?':
			p.WriteRune(c)
			r.WriteString("(.|\n)")
		default:
			literally(c)
		}
	}
	if back {
		literally('\\')
	}
	return p.String(), r.String(), escaped
}

// escapeWildcards makes a text match itself alone.
func escapeWildcards(text string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`).Replace(text)
}

func all(list []ast.Expr) ast.Expr  { return joined(ast.And, list) }
func some(list []ast.Expr) ast.Expr { return joined(ast.Or, list) }

// joined joins conditions. None of them: every condition of an empty list
// holds, and not one does.
func joined(op ast.Op, list []ast.Expr) ast.Expr {
	switch len(list) {
	case 0:
		return &ast.Bool{Value: op == ast.And}
	case 1:
		return list[0]
	}
	return &ast.Logic{Op: op, List: list}
}

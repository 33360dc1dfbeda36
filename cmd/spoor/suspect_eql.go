package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// categories are those of ECS, and the further ones of Endpoint's events and of the
// rules that ask for the event's type.
var categories = []string{
	"api", "authentication", "configuration", "credential_access", "database", "dns", "driver", "email", "file", "host",
	"iam", "image_load", "info", "intrusion_detection", "library", "malware", "network", "package", "persistence",
	"process", "registry", "security", "session", "threat", "vulnerability", "web",
}

// miscategorised is about a category that looks like another one.
func miscategorised(q *ast.Query, ev *ast.Events) string {
	if ev.Category == "" || q.Category != "" || slices.Contains(categories, ev.Category) {
		return ""
	}
	if like := syntax.Suggest(ev.Category, categories); like != "" {
		return fmt.Sprintf("the category %s is none of ECS%s", ev.Category, like)
	}
	return ""
}

// computed is about what a value that is made of others is compared with.
func computed(c *ast.Compare) string {
	x, y := c.X, c.Y
	name, isText := literal(x)
	if isText || negative(x) {
		x, y = y, x
	}
	text, withText := literal(y)
	switch x := x.(type) {
	case *ast.Literal:
		if withText && isText && strings.Contains(name, ".") {
			return fmt.Sprintf("%q is compared as a text: a field stands without quotes, or in backticks", name)
		}
	case *ast.Arith:
		if withText && x.Op == ast.Sub && field(x.X) != "" && field(x.Y) != "" {
			return fmt.Sprintf("%s less %s is a number, and %q none: a name with a - stands in backticks", field(x.X), field(x.Y), text)
		}
	case *ast.Call:
		switch name := strings.ToLower(x.Name); {
		case name == "length" && withText:
			return fmt.Sprintf("length is a number, and %q is none", text)
		case name == "indexof" && negative(y):
			return "indexOf is null where it finds nothing, and never negative"
		}
	}
	return ""
}

// negative tells numbers such as -1.
func negative(e ast.Expr) bool {
	n, ok := e.(*ast.Neg)
	if !ok {
		return false
	}
	_, ok = n.X.(*ast.Literal)
	return ok
}

// never is about a test for null of what is hardly ever null.
func never(n *ast.IsNull) string {
	if c, ok := n.X.(*ast.Call); ok && strings.EqualFold(c.Name, "between") {
		return `between is "" where it finds nothing, and null for a missing field only`
	}
	return ""
}

// alternatives finds `x != "a" or x != "b"`, which holds whatever x is, as long as it
// has one value.
func alternatives(l *ast.Logic) string {
	if l.Op != ast.Or {
		return ""
	}
	denied := map[string]string{}
	for _, e := range l.List {
		name, what := denial(e)
		if before, ok := denied[name]; ok && name != "" && before != what {
			return fmt.Sprintf("%s differs from one of %s and %s whatever it is: did you mean and?", name, before, what)
		}
		denied[name] = what
	}
	return ""
}

// denial is the field that a condition says not to be some text, and that text.
func denial(e ast.Expr) (name, what string) {
	negated := false
	if n, ok := e.(*ast.Not); ok {
		negated, e = true, n.X
	}
	switch e := e.(type) {
	case *ast.Compare:
		text, isText := literal(e.Y)
		if isText && (e.Op == ast.Ne) != negated && (e.Op == ast.Ne || e.Op == ast.Eq) {
			return field(e.X), fmt.Sprintf("%q", text)
		}
	case *ast.Match:
		if negated && len(e.Patterns) == 1 && e.Kind == ast.Wildcard && !strings.ContainsAny(e.Patterns[0], "*?") {
			return field(e.X), fmt.Sprintf("%q", e.Patterns[0])
		}
	}
	return "", ""
}

// foreignEscape is what other languages' regular expressions have, and Lucene takes
// for the character itself. Pairs of backslashes are passed over before.
var foreignEscape = regexp.MustCompile(`^(?:[^\\]|\\\\|\\[^bBAZz1-9\\])*(\\[bBAZz1-9])`)

// escaped is about an escape of other languages' in a regular expression.
func escaped(pattern string) string {
	if m := foreignEscape.FindStringSubmatch(pattern); m != nil {
		return fmt.Sprintf("%s is the character %s in a regular expression: there are neither boundaries nor references to groups", m[1], m[1][1:])
	}
	return ""
}

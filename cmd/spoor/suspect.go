package main

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
)

// suspect finds in a query what runs, and its author has hardly meant: what
// another language or another operator would take otherwise.
func suspect(f rules.File) (found []finding) {
	q := f.Rule.Query
	for _, st := range q.Stages {
		for n := range ast.Preorder(st) {
			at, text := n, ""
			switch in, ok := n.(*ast.In); {
			case q.Language == ast.Endgame: // of which few are written
			case q.Language == ast.SPL:
				text = doubtful(n)
			case ok:
				at, text = member(in)
			default:
				text = suspicion(q, n)
			}
			if text != "" {
				w := finding{File: f.Name, Severity: "warning", Message: text}
				w.Line, w.Column = q.Source.Position(at.Pos())
				found = append(found, w)
			}
		}
	}
	return found
}

// suspicion says what is strange about a node of an EQL query; nothing of most.
func suspicion(q *ast.Query, n ast.Node) string {
	switch n := n.(type) {
	case *ast.Field:
		return misnamed(n)
	case *ast.Events:
		return miscategorised(q, n)
	case *ast.Logic:
		return alternatives(n)
	case *ast.IsNull:
		return never(n)
	case *ast.Compare:
		if text := computed(n); text != "" {
			return text
		}
		x, y := field(n.X), field(n.Y)
		if x != "" && y != "" && q.Language == ast.EQL && meant(x) == "" && meant(y) == "" {
			return fmt.Sprintf("the field %s is compared with the field %s, which Elasticsearch refuses: a text stands in quotes", x, y)
		}
		return compared(x, n.Y)
	case *ast.Match:
		return matched(n)
	}
	return ""
}

// member is the first member of a list that is strange, and why.
func member(in *ast.In) (at ast.Node, text string) {
	for _, e := range in.List {
		if text := compared(field(in.X), e); text != "" {
			return e, text
		}
		if s, ok := literal(e); ok && len(s) > 1 && strings.Contains(s, "*") {
			return e, fmt.Sprintf("in takes the * of %q as itself: it is a wildcard behind : and like", s)
		}
	}
	return in, ""
}

// constants are what other languages write for null, true and false.
var constants = map[string]string{
	"null": "null", "none": "null", "nil": "null", "undefined": "null", "true": "true", "false": "false",
}

// meant is the constant that a field's name looks like; empty for most.
func meant(name string) string { return constants[strings.ToLower(name)] }

// misnamed is about a field that looks like a constant, or like that of an earlier
// event.
func misnamed(f *ast.Field) string {
	if known := meant(f.Name); known != "" && f.Of == "" && !f.Optional {
		return fmt.Sprintf("%s is the name of a field, did you mean %s?", f.Name, known)
	}
	if alias, _, ok := strings.Cut(f.Name, "."); ok && f.Of == "" && usualAlias.MatchString(alias) {
		return fmt.Sprintf("no earlier step has the alias %s, and so %s is a field of the event itself", alias, f.Name)
	}
	return ""
}

// usualAlias is how the events of Endpoint's sequences are called.
var usualAlias = regexp.MustCompile(`^event[0-9]+$`)

// compared is about what a field is compared with.
func compared(field string, with ast.Expr) string {
	s, ok := literal(with)
	switch {
	case !ok:
	case isAddress(field) && isNetwork(s):
		return fmt.Sprintf("the network %s is compared as a text, unless a schema makes %s an address: cidrMatch(%[2]s, %[1]q) asks for the addresses in it", s, field)
	case drive.MatchString(s):
		return doubled(s)
	case field == "@timestamp" && strings.HasPrefix(s, "now"):
		return fmt.Sprintf("@timestamp is compared with times such as 2026-01-02T03:04:05Z, and %q is none", s)
	}
	return ""
}

func matched(m *ast.Match) string {
	for _, p := range m.Patterns {
		switch {
		case m.Kind == ast.Regex && escaped(p) != "":
			return escaped(p)
		case m.Kind == ast.Regex && (strings.HasPrefix(p, "^") || strings.HasSuffix(p, "$") && !strings.HasSuffix(p, `\$`)):
			return fmt.Sprintf("%q has an anchor, and the ^ and $ of a regular expression are plain characters here: it matches the whole value anyway", p)
		case m.Kind == ast.Wildcard && drive.MatchString(p):
			return doubled(p)
		case m.Kind == ast.Wildcard && isAddress(field(m.X)) && isNetwork(p):
			return fmt.Sprintf("%s takes the network %s as a text: cidrMatch(%s, %q) asks for the addresses in it", m.Op, p, field(m.X), p)
		}
	}
	return ""
}

// drive begins a path whose backslashes are escaped where nothing escapes.
var drive = regexp.MustCompile(`^[A-Za-z?*]:\\\\`)

func doubled(path string) string {
	return fmt.Sprintf(`%s has two backslashes in a row: between """ and """ each of them is itself`, path)
}

// field is the name of a field of the event; empty for any other expression.
func field(e ast.Expr) string {
	if f, ok := e.(*ast.Field); ok && f.Of == "" {
		return f.Name
	}
	return ""
}

func literal(e ast.Expr) (text string, ok bool) {
	if l, isLiteral := e.(*ast.Literal); isLiteral {
		text, ok = l.Value.(string)
	}
	return text, ok
}

// isAddress tells the fields that hold addresses in ECS, by their names.
func isAddress(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	return slices.Contains([]string{"ip", "resolved_ip"}, last)
}

func isNetwork(s string) bool {
	_, err := netip.ParsePrefix(s)
	return err == nil
}

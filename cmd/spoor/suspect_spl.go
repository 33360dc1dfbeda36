package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// doubtful says what is strange about a node of an SPL query: what looks for
// something else than its author meant, because a letter is another one than it
// looks like, or since search and where take the same text otherwise.
func doubtful(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Events:
		return unpiped(n)
	case *ast.Term:
		if !n.Phrase {
			return word(n.Text)
		}
	case *ast.Field:
		return typographic(n.Name)
	case *ast.Match:
		return value(n)
	case *ast.Compare:
		if s, ok := literal(n.Y); ok && (n.Op == ast.Eq || n.Op == ast.Ne) && starred(s) {
			return fmt.Sprintf("the * of %q is compared as itself: it is a wildcard in search, and %% in like()", s)
		}
	case *ast.In:
		for _, e := range n.List {
			if s, ok := literal(e); ok && starred(s) {
				return fmt.Sprintf("IN takes the * of %q as itself: it is a wildcard in search alone", s)
			}
		}
	case *ast.Call:
		return call(n)
	case *ast.Project:
		if i := slices.IndexFunc(n.Patterns, isAs); i > 0 && i+1 < len(n.Patterns) {
			return fmt.Sprintf("%q is a field here: rename gives %s another name", n.Patterns[i], n.Patterns[i-1])
		}
	case *ast.Sort:
		for _, k := range n.Keys {
			if text := typographic(k.Field); text != "" {
				return text
			}
		}
	}
	return ""
}

func isAs(name string) bool { return strings.EqualFold(name, "as") }

// starred tells patterns from texts that have a star: rows of lookups hold lone
// ones.
func starred(s string) bool {
	return len(s) > 1 && (strings.HasPrefix(s, "*") || strings.HasSuffix(s, "*"))
}

func call(c *ast.Call) string {
	if !strings.EqualFold(c.Name, "like") || len(c.Args) != 2 {
		return ""
	}
	if s, ok := literal(c.Args[1]); ok && starred(s) && !strings.Contains(s, "%") {
		return fmt.Sprintf("like takes the * of %q as itself: its wildcard is %%", s)
	}
	return ""
}

// word is about a word that events are searched for.
func word(text string) string {
	switch operator := strings.ToUpper(text); operator {
	case "AND", "OR", "NOT":
		return fmt.Sprintf("%q is a word to look for: the operator is %s", text, operator)
	}
	return typographic(text)
}

// value is about a value that a field is searched for.
func value(m *ast.Match) string {
	if m.Kind != ast.Star {
		return ""
	}
	for _, p := range m.Patterns {
		if len(p) > 2 && p[0] == '\'' && strings.HasSuffix(p, "'") {
			return fmt.Sprintf("the quotes of %s are part of the value: search has double ones", p)
		}
		if text := typographic(p); text != "" {
			return text
		}
	}
	return ""
}

// typographic is about a quote, a minus or a blank as a word processor writes it.
func typographic(s string) string {
	if strings.ContainsAny(s, "\u00a0\u200b") {
		return fmt.Sprintf("the blank in %q is a letter like others: write a plain one", s)
	}
	for _, c := range "“”„‘’" {
		if strings.HasPrefix(s, string(c)) || strings.HasSuffix(s, string(c)) {
			return fmt.Sprintf("the quote %c of %s is a letter like others: write \"", c, s)
		}
	}
	for _, c := range "–—−" {
		if strings.HasPrefix(s, string(c)) {
			return fmt.Sprintf("the dash %c of %s is a letter like others: write -", c, s)
		}
	}
	return ""
}

// generating are the commands that a search may begin with, behind a pipe; as
// words they stand in no event.
var generating = []string{"tstats", "mstats", "inputlookup", "inputcsv", "makeresults", "gentimes", "mcatalog", "datamodel"}

// unpiped is about a search that looks for the name of its command.
func unpiped(e *ast.Events) string {
	first := e.Where
	if l, ok := first.(*ast.Logic); ok && l.Op == ast.And {
		first = l.List[0]
	}
	t, ok := first.(*ast.Term)
	if !ok || t.Phrase || t.Pos() != e.Pos() || !slices.Contains(generating, t.Text) {
		return ""
	}
	return fmt.Sprintf("%q is a word to look for: the command is | %[1]s", t.Text)
}

package eql

import (
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// dialect is what the three languages differ in before a query is a tree.
type dialect struct {
	lang ast.Language
	// keywords are no names, unless in backticks.
	keywords map[string]bool
}

var (
	elastic = &dialect{ast.EQL, set("and", "any", "by", "false", "in", "join", "like", "maxspan", "not", "null",
		"of", "or", "regex", "sample", "sequence", "true", "until", "where", "with")}
	endpoint = &dialect{ast.Endpoint, set("and", "by", "false", "in", "join", "not", "null",
		"of", "or", "sample", "sequence", "true", "until", "where", "with")}
	endgame = &dialect{ast.Endgame, set("and", "by", "const", "false", "in", "join", "macro", "not", "null",
		"of", "or", "sample", "sequence", "true", "until", "where", "with")}
)

// Option chooses how a query is read.
type Option func(*config)

type config struct{ dialect *dialect }

// Endpoint reads the language of Elastic Endpoint's behaviour rules: with
// aliases of a sequence's events, array searches and process lineage.
func Endpoint(c *config) { c.dialect = endpoint }

// Endgame reads the language of the original engine: with its pipes, joins,
// forks, process lineage, macros and constants, in which texts are equal
// without regard to case and * is a wildcard.
func Endgame(c *config) { c.dialect = endgame }

// refuse says that a construct belongs to other dialects.
func (d *dialect) refuse(off int, what string, owner *dialect) error {
	name, option := "Elasticsearch's", ""
	switch owner {
	case endpoint:
		name, option = "Elastic Endpoint's", " (option eql.Endpoint)"
	case endgame:
		name, option = "Endgame's", " (option eql.Endgame)"
	}
	return syntax.Failf(off, "%s belongs to %s language%s", what, name, option)
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

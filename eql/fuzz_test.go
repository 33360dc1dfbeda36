package eql_test

import (
	"testing"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/eql"
)

// maxParse is far beyond what a text of a fuzzer's size takes, on a busy machine, too.
const maxParse = 10 * time.Second

// Whatever parses is printed as a text that parses to the same tree, in every
// dialect, and nothing panics or takes long.
func FuzzParse(f *testing.F) {
	for _, q := range accepted {
		f.Add(q.text)
	}
	for _, q := range refused {
		f.Add(q.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range []ast.Language{ast.EQL, ast.Endpoint, ast.Endgame} {
			start := time.Now()
			q, err := eql.Parse("q", text, options(l)...)
			if d := time.Since(start); d > maxParse {
				t.Fatalf("%s takes %v for %q", l, d, text)
			}
			if err == nil {
				roundTrip(t, q)
			}
		}
	})
}

func FuzzParseRule(f *testing.F) {
	for _, text := range []string{elasticRule, endpointRule, "process where true", "[rule]\nquery = \"\"\"\nany where \\\n  x\"\"\""} {
		f.Add([]byte(text))
	}
	for _, c := range clauses {
		f.Add([]byte("[rule]\nquery = 'any where true'\nfilters = [{ query = { " + c.clause + " } }]"))
	}
	f.Add([]byte("[rule]\nquery = 'any where true'\n[[rule.exceptions_list]]\nentries = [{ field = 'a', type = 'match', value = 1 }]"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := eql.ParseRule("r", file)
		if (err == nil) != (r != nil && r.Query != nil) {
			t.Fatalf("rule %v beside the error %v", r, err)
		}
	})
}

package eql_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/eql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sameTree compares trees without regard to where their nodes stand.
var sameTree = cmp.Options{cmpopts.IgnoreTypes(ast.Off(0)), cmpopts.EquateEmpty()}

func options(l ast.Language) []eql.Option {
	switch l {
	case ast.Endpoint:
		return []eql.Option{eql.Endpoint}
	case ast.Endgame:
		return []eql.Option{eql.Endgame}
	}
	return nil
}

// roundTrip prints a query and parses what was printed.
func roundTrip(t testing.TB, q *ast.Query) {
	text := ast.Format(q)
	again, err := eql.Parse("formatted", text, options(q.Language)...)
	require.NoError(t, err, text)
	if diff := cmp.Diff(q.Stages, again.Stages, sameTree); diff != "" {
		t.Fatalf("%s\nis printed as\n%s\nand differs (-first +again):\n%s", q.Source.Text, text, diff)
	}
	assert.Equal(t, text, ast.Format(again))
}

func TestFormatCorpora(t *testing.T) {
	for name := range corpora {
		rules, err := eql.LoadRules(shared(t), "corpus/"+name)
		require.NoError(t, err)
		for _, r := range rules {
			roundTrip(t, r.Query)
		}
	}
}

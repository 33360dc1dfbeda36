package eql_test

import (
	"reflect"
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
	if !same(reflect.ValueOf(q.Stages), reflect.ValueOf(again.Stages)) {
		diff := cmp.Diff(q.Stages, again.Stages, sameTree)
		t.Fatalf("%s\nis printed as\n%s\nand differs (-first +again):\n%s", q.Source.Text, text, diff)
	}
	assert.Equal(t, text, ast.Format(again))
}

var offset = reflect.TypeFor[ast.Off]()

// same compares as sameTree does, but fast enough for thousands of rules.
func same(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return a.IsNil() == b.IsNil() && (a.IsNil() || same(a.Elem(), b.Elem()))
	case reflect.Slice:
		for i := range min(a.Len(), b.Len()) {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return a.Len() == b.Len()
	case reflect.Struct:
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	}
	return a.Type() == offset || reflect.DeepEqual(a.Interface(), b.Interface())
}

func TestSame(t *testing.T) {
	parse := func(text string) reflect.Value {
		q, err := eql.Parse("q", text)
		require.NoError(t, err)
		return reflect.ValueOf(q.Stages)
	}
	assert.True(t, same(parse("any where a == 1"), parse("any  where  a == 1")))
	for _, other := range []string{"any where a == 2", "any where a == b", "any where b == 1", "x where a == 1", "any where a == 1 | head 1"} {
		assert.False(t, same(parse("any where a == 1"), parse(other)), other)
	}
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

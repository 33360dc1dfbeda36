package eql_test

import (
	"testing"

	"github.com/spoor-lang/spoor/eql"
	"github.com/stretchr/testify/require"
)

// BenchmarkParse parses the queries of the corpora; its figures are those of
// an average rule.
func BenchmarkParse(b *testing.B) {
	type query struct {
		text string
		opts []eql.Option
	}
	var queries []query
	size := 0
	for name := range corpora {
		rules, err := eql.LoadRules(shared(b), "corpus/"+name)
		require.NoError(b, err)
		for _, r := range rules {
			text := r.Query.Source.Text
			queries = append(queries, query{text, options(r.Query.Language)})
			size += len(text)
		}
	}
	b.SetBytes(int64(size / len(queries)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		q := queries[i%len(queries)]
		if _, err := eql.Parse("q", q.text, q.opts...); err != nil {
			b.Fatal(err)
		}
	}
}

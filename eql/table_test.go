package eql_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

// constructs has a text for each row of the table of dialects, in doc.go.
var constructs = map[string][]string{
	"category where …, any where …":               {`process where true`, `any where a`},
	`"category" where …`:                          {`"process" where true`},
	"and or not, == != < <= > >=, + - * / %":      {`p where not a == 1 and b != 2 or c < 3 and d <= 4 and e > 5 and f >= 6`, `p where a + 1 - 2 * 3 / 4 % 5 == 6`},
	"= for ==":                                    {`p where a = 1`},
	"in, not in":                                  {`p where a in (1, 2) and b not in ("x")`},
	": like like~ regex regex~ in~, name~(…)":     {`p where a : "x*"`, `p where a like "x"`, `p where a like~ "x"`, `p where a regex "x"`, `p where a regex~ "x"`, `p where a in~ ("x")`, `p where startsWith~(a, "x")`},
	"x == y, both fields":                         {`p where a == b`},
	"?field, `quoted field`":                      {"p where ?a == 1", "p where `a b` == 1"},
	`"text" and its escapes`:                      {`p where a == "x\n\"\u{263A}"`},
	`"""raw text"""`:                              {`p where a == """x\y"""`},
	`'text', ?"raw text"`:                         {`p where a == 'x'`, `p where a == ?"x\y"`},
	"sequence, by, maxspan, until, with runs":     {`sequence by a with maxspan=1m [p where true] with runs=2 [q where true] until [r where true]`},
	"![…], sample":                                {`sequence with maxspan=1m [p where true] ![q where true]`, `sample by a [p where true] [q where true]`},
	"… as name, name.field in later items":        {`sequence [p where true] as e [q where a == e.b]`},
	"_arraysearch(array, $x, …), $x.field":        {`p where _arraysearch(a, $x, $x.b == 1)`},
	"descendant of […]":                           {`p where descendant of [p where true]`},
	"child of […], event of […]":                  {`p where child of [p where true]`, `p where event of [p where true]`},
	"join":                                        {`join by a [p where true] [q where true]`},
	"fork":                                        {`sequence [p where true] [q where true] fork`},
	"function(value, …)":                          {`p where length(concat(a, "x")) == 2`},
	"null, true, false, 1, 1.5, .5, 1e3":          {`p where a == null or b == true or c == false or d in (1, 1.5, .5, 1e3)`},
	"// and /* */ comments":                       {"p where // x\n a /* y */ == 1"},
	"array[0]":                                    {`p where a[0] == 1`},
	"value:function(…)":                           {`p where a:length() == 1`},
	"arraySearch, wildcard, match, safe, …":       {`p where arraySearch(a, x, x.b == 1)`, `p where arrayCount(a, x, x.b == 1) == 2`, `p where arrayContains(a, "b")`, `p where wildcard(a, "b*")`, `p where match(a, "b")`, `p where matchLite(a, "b")`, `p where safe(a) == 1`},
	"macro, const":                                {`macro M(a) a == 1 p where M(b)`, `const C == 1 p where a == C`},
	"| head n, | tail n":                          {`p where true | head 3`, `p where true | tail 3`},
	"| filter, sort, unique, unique_count, count": {`p where true | filter a == 1`, `p where true | sort a`, `p where true | unique a`, `p where true | unique_count a`, `p where true | count`},
}

var cells = regexp.MustCompile(`\s{2,}`)

// The tables say what is so: each row is tried in each dialect.
func TestTableOfDialects(t *testing.T) {
	for _, file := range []string{"doc.go", "../README.md"} {
		rows := dialectTable(t, file)
		assert.Len(t, rows, len(constructs), "%s: every construct, and no other", file)
		for name, cells := range rows {
			texts, ok := constructs[name]
			if !assert.True(t, ok, "%s: no text for %q", file, name) {
				continue
			}
			for i, opts := range [][]eql.Option{nil, {eql.Endpoint}, {eql.Endgame}} {
				for _, text := range texts {
					q, err := eql.Parse("q", text, opts...)
					assert.Equal(t, strings.HasPrefix(cells[i], "yes"), err == nil, "%s: %s, column %d: %v", file, text, i+1, err)
					if err == nil {
						err = compiles(q)
						assert.Equal(t, cells[i] == "yes", err == nil, "%s: %s, column %d: %v", file, text, i+1, err)
					}
				}
			}
		}
	}
}

// compiles searches nothing, and returns what is wrong with the query.
func compiles(q *ast.Query) error {
	for _, err := range engine.Search(context.Background(), q, slices.Values([]engine.Event(nil))) {
		if err != nil {
			return err
		}
	}
	return nil
}

// dialectTable reads the table of a file: of doc.go, whose columns are parted
// by blanks, or of Markdown.
func dialectTable(t *testing.T, file string) map[string][]string {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	rows := map[string][]string{}
	inside := false
	for line := range strings.Lines(string(data)) {
		var parts []string
		if text, ok := strings.CutPrefix(line, "//\t"); ok {
			parts = cells.Split(strings.TrimSpace(text), -1)
		} else if strings.HasPrefix(line, "|") {
			for p := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), " | ") {
				parts = append(parts, strings.TrimSpace(strings.ReplaceAll(p, `\|`, "|")))
			}
		}
		switch {
		case len(parts) != 4:
			inside = false
		case parts[0] == "construct":
			inside = true
		case inside && !strings.HasPrefix(parts[0], "--"):
			rows[parts[0]] = parts[1:]
		}
	}
	require.NotEmpty(t, rows, file)
	return rows
}

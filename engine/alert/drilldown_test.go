package alert_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/alert"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/spl"
)

// rowAlert is an alert of a search: columns and values take turns.
func rowAlert(r *ast.Rule, pairs ...any) engine.Alert {
	a := engine.Alert{ID: "id", Rule: r, Time: noon, Earliest: noon.Add(-time.Hour), Latest: noon}
	for i := 0; i < len(pairs); i += 2 {
		a.Row.Columns = append(a.Row.Columns, pairs[i].(string))
		a.Row.Values = append(a.Row.Values, event.Of(pairs[i+1]))
	}
	return a
}

func drill(search string, pairs ...any) string {
	r := &ast.Rule{Drilldowns: []ast.Drilldown{{Search: search}}}
	return alert.Drilldowns(rowAlert(r, pairs...))[0].Search
}

func TestDrilldownTokens(t *testing.T) {
	two := []any{"h", "g"}
	for _, c := range []struct {
		search string
		value  any
		want   string
	}{
		{`search d = $d$`, "h", `search d = "h"`},
		{`search d="$d$"`, "h", `search d="h"`},
		{`search d = $d$ e=1`, 5, `search d = "5" e=1`},
		{`search r IN ($d$, "x")`, two, `search r IN ("h", "g", "x")`},
		{`search d = $d$ e`, two, `search d IN ("h", "g") e`},
		{`where d=="$d$"`, two, `where d IN ("h", "g")`},
		{`search d != $d$`, two, `search d !="h"`},
		{`search d >= $d$`, []any{1, 2}, `search d >="1"`},
		{`search "at $d$ or so"`, two, `search "at h, g or so"`},
		{`search d = $d$`, `a\b"c`, `search d = "a\\b\"c"`},
		{`search "x $d$"`, `a\b"c`, `search "x a\\b\"c"`},
		{`search d = $d$`, nil, `search d = $d$`},
		{`search d = $d$`, "", `search d = ""`},
		{`search d = $d$`, []any{"h", "h"}, `search d = "h"`},
		{`search d = $e$ f=$d$`, "h", `search d = $e$ f="h"`},
		{`rex "^a$|b$" | search d=$d$`, "h", `rex "^a$|b$" | search d="h"`},
		{"search ```don't say \" here, $d$``` d=$d$", "h", "search ```don't say \" here, $d$``` d=\"h\""},
		{`search a="\"" d=$d$`, "h", `search a="\"" d="h"`},
		{`search earliest=$info_min_time$ latest=$info_max_time$`, "h", `search earliest=1714561200 latest=1714564800`},
		{`$d`, "h", `$d`}, {`$$d$`, "h", `$"h"`}, {`\`, "h", `\`}, {`"$d$`, "h", `"h`},
	} {
		assert.Equal(t, c.want, drill(c.search, "d", c.value), c.search)
	}
}

// What the rule's own search is replaced by is done before a value could
// smuggle it in.
func TestDrilldownOriginalSearch(t *testing.T) {
	r := &ast.Rule{
		Query:      &ast.Query{Source: &ast.Source{Text: " search index=a \"x\"\n"}},
		Drilldowns: []ast.Drilldown{{Search: "%original_detection_search% | search d=$d$"}},
	}
	got := alert.Drilldowns(rowAlert(r, "d", "%original_detection_search%"))[0].Search
	assert.Equal(t, `search index=a "x" | search d="%original_detection_search%"`, got)
}

func TestDrilldownWindow(t *testing.T) {
	r := &ast.Rule{Drilldowns: []ast.Drilldown{
		{Name: "Runs on $d$", Search: "search d=$d$", Earliest: "$info_min_time$", Latest: "$info_max_time$"},
		{Name: "A week", Search: "search d=$d$", Earliest: "-7d@d", Latest: "now"},
		{Search: "search x"},
		{Search: "search y", Earliest: "7d", Latest: "0"},
		{Search: "search z", Earliest: "90", Latest: "5m"},
	}}
	want := []alert.Drilldown{
		{Name: "Runs on h, g", Search: `search d IN ("h", "g")`, Earliest: noon.Add(-time.Hour), Latest: noon},
		{Name: "A week", Search: `search d IN ("h", "g")`, Earliest: noon.AddDate(0, 0, -7).Truncate(24 * time.Hour), Latest: noon},
		{Search: "search x"},
		{Search: "search y", Earliest: noon.AddDate(0, 0, -7), Latest: noon},
		{Search: "search z", Earliest: noon.Add(-90 * time.Second), Latest: noon.Add(5 * time.Minute)},
	}
	if diff := cmp.Diff(want, alert.Drilldowns(rowAlert(r, "d", []any{"h", "g"}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	assert.Nil(t, alert.Drilldowns(rowAlert(&ast.Rule{})))
}

// hostile are values that an attacker might choose.
var hostile = []string{
	`h`, `h" | delete`, `h\" | delete`, `h\`, `h\\`, `"`, `\`, `""`, `|`, "a`macro`b", "```", `[search x]`, `$other$`, `$d$`,
	"line\nbreak", "tab\t", `%original_detection_search%`, `h" OR d="*`, `( ) , =`, `'`, `é→`, `C:\Tools\new`,
}

// Whatever a value holds, the search parses as before, compares with that
// value alone, and finds the event that has it.
func TestDrilldownsRun(t *testing.T) {
	searches := []string{
		`search index=main | search d = $d$ | table d`,
		`search d="$d$" | table d`,
		`search d IN ($d$) | table d`,
		`search index=main | where d="$d$" | table d`,
		`search index=main | search d=$d$ "other"="*" | eval x="said $d$" | table d`,
	}
	for _, search := range searches {
		want, err := spl.Parse("drilldown", drill(search, "d", "x"), nil)
		require.NoError(t, err)
		for _, value := range hostile {
			text := drill(search, "d", value)
			q, err := spl.Parse("drilldown", text, nil)
			require.NoError(t, err, text)
			require.Equal(t, len(want.Stages), len(q.Stages), text)
			events := []engine.Event{
				{Time: noon, Fields: event.Map{"d": "unrelated", "index": "main", "other": "1"}},
				{Time: noon, Fields: event.Map{"d": value, "index": "main", "other": "1"}},
			}
			var got []string
			for row, err := range engine.Search(context.Background(), q, slices.Values(events)) {
				require.NoError(t, err, text)
				got = append(got, row.Field("d").Text())
			}
			assert.Equal(t, []string{value}, got, text)
		}
	}
}

func FuzzDrilldown(f *testing.F) {
	for _, v := range hostile {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, value string) {
		q, err := spl.Parse("drilldown", drill(`search index=main | search d = $d$ | head 5`, "d", value), nil)
		if err != nil {
			t.Fatalf("%q: %v", value, err)
		}
		if len(q.Stages) != 3 {
			t.Fatalf("%q: %d stages", value, len(q.Stages))
		}
	})
}

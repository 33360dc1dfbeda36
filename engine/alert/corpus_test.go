package alert_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/alert"
	"github.com/spoor-lang/spoor/spl"
)

// The drilldowns of published detections parse with any value, and a hostile
// one adds no stage to them.
func TestCorpusDrilldowns(t *testing.T) {
	root := os.Getenv("SPOOR_SHARED")
	if root == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	corpus := filepath.Join(root, "corpus")
	content, err := spl.LoadContent(os.DirFS(filepath.Join(corpus, "splunk-content")))
	require.NoError(t, err)
	rules, _ := spl.LoadRules(os.DirFS(corpus), "splunk-detections", content) // what does not load is another test's
	require.NotEmpty(t, rules)

	shape := func(r *ast.Rule, i int, value any) int {
		d := alert.Drilldowns(filled(r, value))[i]
		assert.False(t, d.Earliest.IsZero() || d.Latest.IsZero(), "%s: %s", r.Name, d.Name)
		q, err := spl.Parse(r.Source.Name, d.Search, content)
		if !assert.NoError(t, err, "%s: %s", r.Name, d.Search) {
			return -1
		}
		return len(q.Stages)
	}
	n := 0
	for _, r := range rules {
		for i := range r.Drilldowns {
			n++
			plain := shape(r, i, "h")
			assert.Equal(t, plain, shape(r, i, nil), "%s: tokens without a value stay", r.Name)
			assert.Equal(t, plain, shape(r, i, `h" | delete \`), r.Name)
			assert.Equal(t, plain, shape(r, i, []any{`a"`, `[search b]`}), r.Name)
		}
	}
	t.Logf("%d drilldowns of %d rules", n, len(rules))
	assert.NotZero(t, n)
}

var tokens = regexp.MustCompile(`\$([\w.]+)\$`)

// filled is an alert with the value in every field that a drilldown names.
func filled(r *ast.Rule, value any) engine.Alert {
	var pairs []any
	for _, d := range r.Drilldowns {
		for _, m := range tokens.FindAllStringSubmatch(d.Search+d.Name, -1) {
			pairs = append(pairs, m[1], value)
		}
	}
	return rowAlert(r, pairs...)
}

package alert_test

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/alert"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/spl"
)

// From a detection's file to the search that an analyst starts from its alert:
// run over the same events, it finds the alert's row again.
func TestDetection(t *testing.T) {
	const name = "many_denials.yml"
	file, err := os.ReadFile("../../testdata/rules-own/" + name)
	require.NoError(t, err)
	r, err := spl.ParseRule(name, file, nil)
	require.NoError(t, err)
	e, err := engine.New([]*ast.Rule{r}, engine.Schedule("0 * * * *", "-60m@m", "now"))
	require.NoError(t, err)

	var events []engine.Event
	for i, src := range []string{`a" | x`, `a" | x`, `a" | x`, "b", "b", "b", "c"} {
		events = append(events, at(60+i, "", event.Map{"index": "net", "action": "denied", "src": src, "user": []string{"ann", "bob"}[i%2]}))
	}
	var alerts []engine.Alert
	for _, ev := range events {
		alerts = append(alerts, e.Process(ev)...)
	}
	alerts = append(alerts, e.Flush(engine.End)...)
	require.Len(t, alerts, 2)
	a := alerts[0]

	assert.Equal(t, `a" | x was denied, as ann, bob`, alert.Message(a))
	var objects []string
	for _, risk := range alert.Risk(a) {
		objects = append(objects, risk.ObjectType+" "+risk.Object)
		assert.Equal(t, map[string][]string{
			"mitre_attack": {"T1110"}, "type": {"TTP"}, "analytic_story": {"Own"}, "data_source": {"Firewall"},
		}, risk.Annotations)
	}
	assert.Equal(t, []string{`system a" | x`, "user ann", "user bob"}, objects)

	down := alert.Drilldowns(a)
	require.Len(t, down, 1)
	assert.Equal(t, noon, down[0].Earliest.UTC())
	assert.Equal(t, noon.Add(time.Hour), down[0].Latest.UTC())
	q, err := spl.Parse(name, down[0].Search, nil)
	require.NoError(t, err, down[0].Search)
	var rows []engine.Row
	for row, err := range engine.Search(context.Background(), q, slices.Values(events), engine.Window(down[0].Earliest, down[0].Latest)) {
		require.NoError(t, err)
		rows = append(rows, row)
	}
	require.Len(t, rows, 1)
	assert.Equal(t, a.Row.Map(), rows[0].Map())
}

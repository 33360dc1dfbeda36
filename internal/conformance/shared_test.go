package conformance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// floor holds how much of each suite must pass: what is reached must not be
// lost. The figures are shares, so that the same table serves another set of
// the same kind.
var floor = map[string]float64{
	"eql-cases":                       0.97,
	"eql-grammar":                     0.96,
	"spl-cases":                       0.97,
	"corpus elastic-detection-rules":  0.99,
	"corpus elastic-endpoint-rules":   0.99,
	"corpus splunk-detections":        0.97,
	"samples elastic-detection-rules": 0.98,
	"samples elastic-endpoint-rules":  0.98,
	"samples splunk-detections":       0.97,
}

// shared returns a path below SPOOR_SHARED, and skips the test without it.
func shared(t testing.TB, parts ...string) string {
	root := os.Getenv("SPOOR_SHARED")
	if root == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	return filepath.Join(append([]string{root}, parts...)...)
}

func readJSON(t testing.TB, path string, into any) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	require.NoError(t, d.Decode(into), path)
}

// tally collects the outcomes of a suite.
type tally struct {
	suite         string
	passed, total int
	failed        []string
}

// add records one outcome; why is empty for a pass.
func (c *tally) add(name, why string) {
	c.total++
	if why == "" {
		c.passed++
		return
	}
	c.failed = append(c.failed, name+": "+why)
}

// report prints the summary and fails the test below the suite's floor.
func (c *tally) report(t *testing.T) {
	t.Helper()
	t.Logf("%s: %d/%d", c.suite, c.passed, c.total)
	for _, f := range c.failed {
		t.Log("  " + f)
	}
	require.NotZero(t, c.total, "no cases found")
	share := float64(c.passed) / float64(c.total)
	require.GreaterOrEqual(t, share, floor[c.suite], "%s: %d of %d passed", c.suite, c.passed, c.total)
}

// guarded runs a case and turns a panic into a failure.
func guarded(run func() string) (why string) {
	defer func() {
		if r := recover(); r != nil {
			why = "panic: " + short(r)
		}
	}()
	return run()
}

func short(x any) string {
	var s string
	switch x := x.(type) {
	case error:
		s = x.Error()
	case string:
		s = x
	default:
		data, _ := json.Marshal(x)
		s = string(data)
	}
	const most = 300
	if len(s) > most {
		s = s[:most] + "…"
	}
	return s
}

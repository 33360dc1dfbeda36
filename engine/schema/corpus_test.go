package schema

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMixedTelemetry counts the events of many captures that a mapping knows.
func TestMixedTelemetry(t *testing.T) {
	dir := os.Getenv("SPOOR_SHARED")
	if dir == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	f, err := os.Open(filepath.Join(dir, "telemetry", "windows-mixed.ndjson.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	s := Windows()
	all, tagged, mapped, timed := 0, 0, 0, 0
	for e, err := range s.ParseNDJSON(z) {
		require.NoError(t, err)
		all++
		r, ok := e.Fields.(*record)
		if !ok {
			continue
		}
		if !e.Time.IsZero() {
			timed++
		}
		if r.ecs.Field("event.category").Len() > 0 {
			mapped++
		}
		if r.cim.Field("tag").Len() > 0 {
			tagged++
		}
	}
	t.Logf("%d events, %d timed, %d with a category, %d tagged", all, timed, mapped, tagged)
	assert.Equal(t, all, timed)
	// The rest are mostly 4658, which does not name the type of its object, and
	// 4690, 4703 and 4673, which have no mapping.
	assert.Greater(t, mapped, all*85/100)
	assert.Greater(t, tagged, all*7/10)
}

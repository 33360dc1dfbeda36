package alert_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/alert"
	"github.com/spoor-lang/spoor/engine/event"
)

var noon = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// at is an event some seconds after noon.
func at(seconds int, id string, fields map[string]any) engine.Event {
	return engine.Event{Time: noon.Add(time.Duration(seconds) * time.Second), ID: id, Fields: event.Map(fields)}
}

// A value must not move the cursor, or colour what follows.
func TestWriteShowsControlCharacters(t *testing.T) {
	var b strings.Builder
	a := engine.Alert{Rule: &ast.Rule{ID: "r", Name: "r"}, Events: []engine.Event{{
		Fields: engine.Map{"process.name": "a\x1b[2Jb\r\u202ec\u00a0d é"},
	}}}
	require.NoError(t, alert.Write(&b, a))
	assert.Contains(t, b.String(), `a\u{1b}[2Jb\u{d}\u{202e}c\u{a0}d é`)
	assert.NotContains(t, b.String(), "\x1b")
}

func TestWriteWithoutSeverity(t *testing.T) {
	var b strings.Builder
	require.NoError(t, alert.Write(&b, rowAlert(&ast.Rule{Name: "Logons"}, "count", 7)))
	assert.Contains(t, b.String(), "  severity             risk score 0\n")
}

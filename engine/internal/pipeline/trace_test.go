package pipeline_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
	"github.com/spoor-lang/spoor/spl"
)

// log writes down what a run tells.
type log struct{ lines []string }

func (l *log) add(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *log) Window(_ *ast.Events, earliest, latest time.Time) {
	l.add("window from %d to %d", max(earliest.Unix(), 0), latest.Unix())
}

func (l *log) Event(_ *ast.Events, ev event.Event, outside bool, a pipeline.Asked) {
	l.add("event %d outside=%t yes=%t", ev.Time.Unix(), outside, a.Yes)
}

func (l *log) Row(_ ast.Node, t *pipeline.Table, n int, a pipeline.Asked) {
	tri, asked := a.Cond.Tri()
	l.add("row %s yes=%t tri=%t asked=%t", t.Value(n, "host").Text(), a.Yes, tri == expr.True, asked)
}

func (l *log) Stage(_ *ast.Query, stages []ast.Stage, in int, out *pipeline.Table) {
	l.add("stage %T of %d: %d to %d", stages[0], len(stages), in, out.Len())
}

func TestTrace(t *testing.T) {
	q, err := spl.Parse("test", `search code=1 | where n>0 | stats count by host | where count>1`, nil)
	require.NoError(t, err)
	p, errs := pipeline.Compile(q, pipeline.Options{})
	require.Empty(t, errs)
	l := &log{}
	_, err = p.Run(context.Background(), &pipeline.Env{
		Input: read("1 code=1 n=1 host=a\n2 code=1 n=1 host=a\n3 code=1 n=1 host=b\n4 code=2\n9 code=1"), Trace: l, Latest: time.Unix(9, 0),
	})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"window from 0 to 9",
		"event 1 outside=false yes=true",
		"event 2 outside=false yes=true",
		"event 3 outside=false yes=true",
		"event 4 outside=false yes=false",
		"event 9 outside=true yes=false",
		"stage *ast.Events of 2: 0 to 3",
		"stage *ast.Aggregate of 1: 3 to 2",
		"row a yes=true tri=true asked=true",
		"row b yes=false tri=false asked=true",
		"stage *ast.Filter of 1: 2 to 1",
	}, l.lines)
}

// A stage with a search in its expressions, which is compiled in the run, is told
// as any other.
func TestTraceOfSearchesInExpressions(t *testing.T) {
	q, err := spl.Parse("test", `* | eval x=[search n=2 | return $n] | stats count by x`, nil)
	require.NoError(t, err)
	p, errs := pipeline.Compile(q, pipeline.Options{})
	require.Empty(t, errs)
	l := &log{}
	_, err = p.Run(context.Background(), &pipeline.Env{Input: read("1 n=1\n2 n=2"), Trace: l, Latest: time.Unix(9, 0)})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"stage *ast.Assign of 1: 2 to 2",
		"stage *ast.Aggregate of 1: 2 to 1",
	}, l.lines[len(l.lines)-2:])
	assert.Equal(t, 1, strings.Count(strings.Join(l.lines, "\n"), "Assign"))
}

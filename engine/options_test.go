package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

// Of events that wait for their turn, only so many do.
func TestQueueIsBounded(t *testing.T) {
	e, err := engine.New([]*ast.Rule{rule(t, "pair", `sequence by k [a where true] [b where true]`)},
		engine.Lateness(time.Hour), engine.QueueEvents(2))
	require.NoError(t, err)
	assert.Empty(t, e.Process(ev(2, engine.Map{"event.category": "b", "k": 1})))
	assert.Empty(t, e.Process(ev(1, engine.Map{"event.category": "a", "k": 1})))
	assert.Empty(t, e.Process(ev(3, engine.Map{"event.category": "a", "k": 1})), "the first of three takes its turn")
	assert.Len(t, e.Process(ev(4, engine.Map{"event.category": "b", "k": 1})), 1, "and then the second")
	assert.Empty(t, e.Process(ev(0, engine.Map{"event.category": "a", "k": 1})), "what comes behind them is late")
	s := e.Stats()
	assert.Equal(t, []int{2, 2, 1}, []int{s.Hurried, s.Held, s.Late})
}

// Processes are told by the fields of the dialect, or by those that are named.
func TestFieldsOfProcesses(t *testing.T) {
	const text = `process where name == "child" and descendant of [process where name == "parent"]`
	for _, tt := range []struct {
		name, id, parent string
		language         eql.Option
		opts             []engine.Option
	}{
		{"ECS", "process.entity_id", "process.parent.entity_id", eql.Endpoint, nil},
		{"Endgame", "unique_pid", "unique_ppid", eql.Endgame, nil},
		{"named", "pid", "ppid", eql.Endpoint, []engine.Option{engine.Lineage("pid", "ppid")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q, err := eql.Parse("tree", text, tt.language)
			require.NoError(t, err)
			e, err := engine.New([]*ast.Rule{{ID: "tree", Query: q}}, tt.opts...)
			require.NoError(t, err)
			process := func(at float64, name, id, parent string) []engine.Alert {
				return e.Process(ev(at, engine.Map{"event.category": "process", "event_type_full": "process_event", "event.type": "start", "name": name, tt.id: id, tt.parent: parent}))
			}
			assert.Empty(t, process(1, "parent", "1", "0"))
			assert.Empty(t, process(2, "other", "2", "1"))
			assert.Len(t, process(3, "child", "3", "2"), 1)
			assert.Empty(t, process(4, "child", "5", "4"))
		})
	}
}

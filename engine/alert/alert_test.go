package alert_test

import (
	"time"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

var noon = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// at is an event some seconds after noon.
func at(seconds int, id string, fields map[string]any) engine.Event {
	return engine.Event{Time: noon.Add(time.Duration(seconds) * time.Second), ID: id, Fields: event.Map(fields)}
}

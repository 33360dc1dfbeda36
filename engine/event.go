package engine

import "github.com/spoor-lang/spoor/engine/event"

// The types of what goes in are those of package event; these names are for
// whoever embeds the engine and needs no more.
type (
	// Event is something that happened at a time.
	Event = event.Event
	// Fields is anything that knows values by name.
	Fields = event.Fields
	// Map is a map with flat or nested keys as Fields.
	Map = event.Map
	// Value is what a field holds.
	Value = event.Value
)

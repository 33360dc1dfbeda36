// Package jsonpath takes values out of JSON and XML texts by the paths that
// Splunk's spath knows: a.b{}.c, a{0}, node{@attribute}.
package jsonpath

import "github.com/spoor-lang/spoor/engine/event"

// Extract returns what lies at path in text: null for nothing, a list for
// several values.
func Extract(text, path string) event.Value { return event.Value{} }

// Flatten calls emit for each leaf of text, in order of appearance, with the
// path that leads there.
func Flatten(text string, emit func(path, value string)) {}

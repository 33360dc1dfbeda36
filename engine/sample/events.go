package sample

import (
	"strings"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
)

// start is when samples happen. Any time would do.
var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// events plays the scene with the values. With a missing step given, its
// event is there all the same.
func (sc *scene) events(vals values, with int) []event.Event {
	n := 1
	for _, a := range sc.acts {
		n += a.runs
	}
	gap := time.Second
	if sc.span > 0 && sc.span/time.Duration(n) < gap {
		gap = sc.span / time.Duration(n)
	}
	at := start
	var out []event.Event
	for _, a := range sc.acts {
		if a.missing && a.step != with {
			continue
		}
		if a.flag != "" {
			if there, _ := vals[a.flag].Bool(); !there {
				continue
			}
		}
		for range a.runs {
			out = append(out, event.Event{Time: at, Fields: fieldsOf(vals, a.prefix)})
			at = at.Add(gap)
		}
	}
	return out
}

func fieldsOf(vals values, prefix string) event.Map {
	m := event.Map{}
	for name, v := range vals {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok || strings.ContainsRune(rest, separator) || strings.HasPrefix(rest, flagMark) {
			continue
		}
		m[rest] = v.Any()
	}
	return m
}

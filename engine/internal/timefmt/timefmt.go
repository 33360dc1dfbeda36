// Package timefmt reads and writes times as Splunk does: strftime layouts,
// time modifiers (-70m@m), spans and epochs.
package timefmt

import (
	"time"

	"github.com/spoor-lang/spoor/ast"
)

// Format prints t, in its own location, as a strftime layout says.
func Format(t time.Time, layout string) string { return "" }

// Parse reads s as a strptime layout says; texts without an offset are in
// zone (nil is UTC). It is false if s does not fit.
func Parse(s, layout string, zone *time.Location) (time.Time, bool) { return time.Time{}, false }

// Relative applies a time modifier to now, in now's location: offsets and
// snaps in their order (-70m@m, @w0, +1d@d-2h), now, or an epoch.
func Relative(now time.Time, modifier string) (time.Time, bool) { return time.Time{}, false }

// ParseSpan reads a span: 5m, 1h, 100ms, 10, 1mon.
func ParseSpan(s string) (ast.Span, bool) { return ast.Span{}, false }

// Floor returns the start of the span that t lies in, by the calendar of zone
// (nil is UTC).
func Floor(t time.Time, sp ast.Span, zone *time.Location) time.Time { return t }

// FromEpoch returns the time at the given seconds since 1970, to the
// microsecond, in UTC.
func FromEpoch(sec float64) time.Time { return time.Time{} }

// Epoch returns the seconds since 1970, to the microsecond.
func Epoch(t time.Time) float64 { return 0 }

package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// Alert is what a rule has found.
type Alert struct {
	// ID is a hash of the rule and the events, or the row: the same find has
	// the same ID, however often the events are replayed. Runs of a search
	// whose windows overlap find a row again, with its ID; and so does a later
	// run that has other events make an equal row, such as a count of the same.
	// Whoever takes the finds of each run as finds of their own has ID and
	// Latest together for that.
	ID   string
	Rule *ast.Rule
	// Time is the time of the last event, or the end of the window that a
	// row was found in.
	Time time.Time
	// Events are the events that met the rule, in the order of its steps. A
	// missing event is an Event without Fields. Empty for rows.
	Events []Event
	// Keys are the values of the join keys, if the rule has any.
	Keys []Value
	// Row is the row of a search; it has no columns for other rules.
	Row Row
	// Earliest and Latest are the window that was searched, for rows.
	Earliest, Latest time.Time
	// Inferred names the fields of the rule that were inferred from others
	// because the events do not carry them.
	Inferred []string
	// Reasons explain the alert: what each of its events met, or how its row
	// came out of the search. Nil unless the engine was made with [Reasons].
	Reasons *Explanation
}

// Row is one row of a search's result.
type Row struct {
	// Columns are the names in order; Values are as many.
	Columns []string
	Values  []Value
	// Events and Keys are what an event query, a sequence or a sample found,
	// as in [Alert]. Both are nil for a search that yields rows.
	Events []Event
	Keys   []Value
}

// Field returns a column's value; null if there is no such column.
func (r Row) Field(name string) Value {
	if i := slices.Index(r.Columns, name); i >= 0 {
		return r.Values[i]
	}
	return Value{}
}

// Map returns the row's columns that have a value.
func (r Row) Map() map[string]any {
	m := make(map[string]any, len(r.Columns))
	for i, c := range r.Columns {
		if !r.Values[i].IsNull() {
			m[c] = r.Values[i].Any()
		}
	}
	return m
}

// alertID hashes what makes an alert the same: the rule and its events in
// order, or its row.
func alertID(rule string, events []Event, row Row) string {
	h := sha256.New()
	h.Write([]byte(rule))
	for _, ev := range events {
		h.Write([]byte{0})
		if ev.Fields != nil {
			h.Write([]byte(ev.ID))
		}
	}
	for i, c := range row.Columns {
		h.Write([]byte{1})
		h.Write([]byte(c))
		h.Write([]byte{2})
		h.Write([]byte(row.Values[i].Text()))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// eventID returns a copy of the source's id of an event, or a hash of its
// content.
func eventID(ev Event) string {
	if ev.ID != "" {
		return strings.Clone(ev.ID)
	}
	h := sha256.New()
	t, _ := ev.Time.MarshalBinary()
	h.Write(t)
	fields := maps.Collect(event.All(ev.Fields))
	for _, n := range slices.Sorted(maps.Keys(fields)) {
		h.Write([]byte{0})
		h.Write([]byte(n))
		h.Write([]byte{1})
		h.Write([]byte(fields[n].Text()))
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

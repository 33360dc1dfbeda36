package fn

import (
	"math"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

// The files spl_*.go hold the functions of Splunk's eval and where, as its
// Search Reference lists them under "Evaluation functions". Where that leaves
// a question open, the answers are these:
//
//   - Functions over text work on each value of a multivalue, also those that
//     Splunk documents for single values alone; functions over numbers make
//     null of one. match, like and cidrmatch ask for one value that fits.
//   - A text of digits is a number unless the search itself quotes it:
//     typeof("12") is String, and typeof(x) is Number for a field with that
//     text. Two quoted texts are compared, and added, as texts.
//   - A quoted text that is no number is an error where a function or an
//     operator takes numbers; a field with such a text makes null.
//   - tostring(null()) is "Null". min, max, avg and sum pass over null.
//   - mvindex with an end behind the list takes what there is.
//   - JSON is text. A text that holds an object or an array becomes part of
//     what the json functions build, not a string in it.
//   - strptime wants a day where there is a year or a month, takes what is
//     missing from the start of the search, and does not look at what follows
//     the last conversion.
//   - A regular expression that looks around or refers back is tried in at most
//     100,000 steps for a text, as Splunk lets PCRE; beyond that it does not
//     match.
//   - time() is the start of the search, as now() is, and random() follows
//     from it: a search over the same events yields the same rows.

// What a function may make of its arguments is bounded: a search is data, and
// nested calls multiply. Beyond a bound the result is null, never a part.
const (
	// maxValues is the length of a list: more than any log's field holds, and
	// what mvexpand still makes rows of in bearable time.
	maxValues = 100_000
	// maxText is the length of a text in bytes: Splunk cuts events at 10,000
	// and fields made of events stay far below.
	maxText = 10 << 20
)

// number is a computed number. What is none prints as in Splunk, and counts
// as no number in what follows.
func number(f float64) event.Value {
	switch {
	case math.IsNaN(f):
		return event.OfString("nan")
	case math.IsInf(f, 1):
		return event.OfString("inf")
	case math.IsInf(f, -1):
		return event.OfString("-inf")
	}
	return event.OfFloat(f)
}

// numeric reads a finite number, a text that reads as one, or a time.
func numeric(v event.Value) (float64, bool) {
	if v.IsList() {
		if v.Len() != 1 {
			return 0, false
		}
		v = v.At(0)
	}
	if t, ok := v.Time(); ok {
		return timefmt.Epoch(t), true
	}
	f, ok := v.Number()
	return f, ok && f-f == 0
}

// maxWhole bounds what is read as an int: what a float counts without gaps, or
// on a machine of 32 bits an int.
const maxWhole = min(1<<53, math.MaxInt)

// whole reads a number without a fraction that an int holds.
func whole(v event.Value) (int, bool) {
	f, ok := numeric(v)
	if !ok || f != math.Trunc(f) || math.Abs(f) > maxWhole {
		return 0, false
	}
	return int(f), true
}

// truncated reads a number and drops its fraction.
func truncated(v event.Value) (int, bool) {
	f, ok := numeric(v)
	return int(f), ok && math.Abs(f) <= maxWhole
}

// yes reads the argument of an option: true(), 1, "true".
func yes(args []event.Value, i int) bool {
	if i >= len(args) {
		return false
	}
	switch args[i].Text() {
	case "true", "True", "TRUE", "t", "1":
		return true
	}
	return false
}

// listOf is a list, or what a list of none or one amounts to.
func listOf(vs []event.Value) event.Value {
	switch len(vs) {
	case 0:
		return event.Value{}
	case 1:
		return vs[0]
	}
	return event.OfList(vs)
}

// bounded is a text, or null if it is too long.
func bounded(s string) event.Value {
	if len(s) > maxText {
		return event.Value{}
	}
	return event.OfString(s)
}

// literalTexts tells which arguments are texts that the search itself holds.
// Elsewhere a text of digits is a number to Splunk, which types fields by
// their content.
func literalTexts(lits []*event.Value) []bool {
	quoted := make([]bool, len(lits))
	for i, l := range lits {
		quoted[i] = l != nil && l.Kind() == event.String
	}
	return quoted
}

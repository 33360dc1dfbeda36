package sequence

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// item is a step as written. Its condition and its keys are worked out once
// for each event, however many stages it stands for.
type item struct {
	cond   expr.Cond // nil: every event meets it
	refers expr.Cond // the part that refers to earlier events; nil: none
	by     []part
	step   int // the index of the step that it was written as

	hitAt uint64 // the event that met holds for
	met   bool

	keyAt uint64 // the event that the rest holds for
	vals  [][]event.Value
	n     int    // tuples
	enc   []byte // their encodings, one behind the other
	ends  []int
	cut   int // tuples beyond maxTuples, so far
}

// part is one of the join keys of an item.
type part struct {
	eval     expr.Eval
	optional bool // a missing value is a key as any other
	original bool // without regard to case, and a list as a whole
	kind     expr.Type
	plain    bool // the key is reported as it is compared
	slot     int  // of a field; -1 for another expression
}

// maxTuples bounds the join keys that one event has for one item, the product
// of the values of its fields: events with two fields of sixteen values are
// well within, and one that is made to hurt costs no more than these.
const maxTuples = 256

func holds(c expr.Cond, f *field.Frame) bool { return c == nil || c(f) == expr.True }

// meets reports whether the event of f meets the item's condition, as far as
// it refers to no other event.
func (it *item) meets(f *field.Frame) bool { return holds(it.cond, f) }

// hit is meets, asked once for each event; at is the event's number.
func (it *item) hit(f *field.Frame, at uint64) bool {
	if it.hitAt != at {
		it.hitAt, it.met = at, it.meets(f)
	}
	return it.met
}

// keys returns how many join keys the event of f has, and makes them ready for
// key and tuple. An event without a value for a mandatory key has none; of
// several values each makes a key of its own.
func (it *item) keys(f *field.Frame, at uint64) int {
	if it.keyAt == at {
		return it.n
	}
	it.keyAt, it.n = at, 0
	n := 1
	for i, p := range it.by {
		it.vals[i] = p.values(it.vals[i][:0], p.value(f))
		if len(it.vals[i]) == 0 {
			if !p.optional {
				return 0
			}
			it.vals[i] = append(it.vals[i], event.Value{})
		}
		if n *= len(it.vals[i]); n > maxTuples {
			it.cut += n - maxTuples
			n = maxTuples
			it.vals[i] = it.vals[i][:min(len(it.vals[i]), maxTuples)]
		}
	}
	it.n = n
	it.encode()
	return n
}

// value returns the key's value. An object goes by its text, which is written once for
// all items that ask for the field.
func (p part) value(f *field.Frame) event.Value {
	v := p.eval(f)
	if p.slot < 0 || v.Kind() != event.Object {
		return v
	}
	f.Once(p.slot)
	return p.eval(f)
}

// values appends the different values of v, nulls left out, in ascending
// order.
func (p part) values(to []event.Value, v event.Value) []event.Value {
	if !v.IsList() || p.original {
		if v.IsNull() {
			return to
		}
		return append(to, p.reported(v))
	}
	for i := range v.Len() {
		if e := v.At(i); !e.IsNull() {
			to = append(to, p.reported(e))
		}
	}
	slices.SortFunc(to, compareValues)
	return slices.CompactFunc(to, func(a, b event.Value) bool { return compareValues(a, b) == 0 })
}

// reported is a value as a match tells its keys. What a sample groups by,
// Elasticsearch tells as it is grouped, dates in milliseconds; a sequence's dates
// are texts, whatever their notation was.
func (p part) reported(v event.Value) event.Value {
	if p.plain {
		return p.compared(v)
	}
	if p.kind == expr.Date {
		if t, ok := expr.Time(v); ok {
			return event.OfString(t.UTC().Format(reportedDate))
		}
	}
	return v
}

// reportedDate is how Elasticsearch writes dates.
const reportedDate = "2006-01-02T15:04:05.000Z"

// compared returns what stands for a value where keys are compared: dates and
// addresses have several notations.
func (p part) compared(v event.Value) event.Value {
	switch {
	case p.kind == expr.Date:
		if t, ok := expr.Time(v); ok {
			return event.OfInt(t.UnixMilli())
		}
	case p.kind == expr.IP:
		s, _ := v.Str()
		if a, err := netip.ParseAddr(s); err == nil {
			return event.OfString(a.Unmap().String())
		}
	case p.original:
		return lowered(v)
	}
	return v
}

// lowered is a text in small letters, or a list with its texts in these.
func lowered(v event.Value) event.Value {
	if s, ok := v.Str(); ok {
		return event.OfString(strings.ToLower(s))
	}
	if !v.IsList() {
		return v
	}
	list := make([]event.Value, v.Len())
	for i := range list {
		list[i] = lowered(v.At(i))
	}
	return event.OfList(list)
}

func (it *item) encode() {
	it.enc, it.ends = it.enc[:0], it.ends[:0]
	for i := range it.n {
		for j := range it.by {
			it.enc = appendKey(it.enc, it.by[j].compared(it.value(i, j)))
		}
		it.ends = append(it.ends, len(it.enc))
	}
}

// value returns the j-th value of the i-th tuple; the last one changes
// fastest.
func (it *item) value(i, j int) event.Value {
	for k := len(it.by) - 1; k > j; k-- {
		i /= len(it.vals[k])
	}
	return it.vals[j][i%len(it.vals[j])]
}

// key returns the encoding of the i-th tuple, valid until the next event.
func (it *item) key(i int) []byte {
	from := 0
	if i > 0 {
		from = it.ends[i-1]
	}
	return it.enc[from:it.ends[i]]
}

// tuple returns a copy of the i-th tuple.
func (it *item) tuple(i int) []event.Value {
	t := make([]event.Value, len(it.by))
	for j := range t {
		t[j] = it.value(i, j).Clone()
	}
	return t
}

// release lets go of the event's values.
func (it *item) release() {
	for i := range it.vals {
		clear(it.vals[i])
	}
}

// texts reports whether the i-th tuple is of texts that its encoding shows as
// they are.
func (it *item) texts(i int) bool {
	for j := range it.by {
		if !it.by[j].legible(it.value(i, j)) {
			return false
		}
	}
	return true
}

// readable is texts, of a key and its values that were written elsewhere.
func (it *item) readable(key string, vals []event.Value) bool {
	var own []byte
	for j := range it.by {
		if !it.by[j].legible(vals[j]) {
			return false
		}
		own = appendKey(own, vals[j])
	}
	return string(own) == key
}

// legible reports whether a value is a text that is compared as it is.
func (p part) legible(v event.Value) bool {
	return v.Kind() == event.String && !p.original && p.kind != expr.Date && p.kind != expr.IP
}

package state

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
)

// Reader reads what a [Writer] wrote. After the first thing that cannot be
// read it returns zero values, and Err tells what was wrong.
type Reader struct {
	b     []byte
	names []string
	err   error
}

// NewReader returns a reader of a record. It refers to b, what it reads does
// not.
func NewReader(b []byte) *Reader { return &Reader{b: b} }

// Err returns what was wrong, nil if nothing was.
func (r *Reader) Err() error { return r.err }

// Fail notes that what was read makes no sense. The first such note counts.
func (r *Reader) Fail(why string) {
	if r.err == nil {
		r.err = errors.New(why)
	}
	r.b = nil
}

// End fails unless everything was read.
func (r *Reader) End() {
	if len(r.b) > 0 {
		r.Fail("expected the end of a record, found more")
	}
}

// Uint reads a number.
func (r *Reader) Uint() uint64 {
	u, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.Fail("expected a number, found the end of a record")
		return 0
	}
	r.b = r.b[n:]
	return u
}

// Int reads a number that may be negative.
func (r *Reader) Int() int64 {
	i, n := binary.Varint(r.b)
	if n <= 0 {
		r.Fail("expected a number, found the end of a record")
		return 0
	}
	r.b = r.b[n:]
	return i
}

// Number reads a count of things that happened: not negative, and an int to which more
// may be added.
func (r *Reader) Number() int {
	u := r.Uint()
	if u > math.MaxInt/2 {
		r.Fail("expected a smaller number")
		return 0
	}
	return int(u)
}

// Count reads how many elements follow. Each of them takes a byte at least, so
// that a false count is found before anything is made for it.
func (r *Reader) Count() int {
	u := r.Uint()
	if u > uint64(len(r.b)) {
		r.Fail("expected fewer elements than bytes")
		return 0
	}
	return int(u)
}

// Bool reads a bool.
func (r *Reader) Bool() bool {
	switch r.byte() {
	case 0:
		return false
	case 1:
		return true
	}
	r.Fail("expected a truth value")
	return false
}

func (r *Reader) byte() byte {
	if len(r.b) == 0 {
		r.Fail("expected a byte, found the end of a record")
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

// Text reads a text.
func (r *Reader) Text() string {
	n := r.Count()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

// Name reads a text that Name wrote.
func (r *Reader) Name() string {
	n := r.Uint()
	if n == 0 {
		s := r.Text()
		r.names = append(r.names, s)
		return s
	}
	if n > uint64(len(r.names)) {
		r.Fail("expected a name, found a reference to none")
		return ""
	}
	return r.names[n-1]
}

// maxOffset is a bound on the offsets of zones, in seconds: a day.
const maxOffset = 24 * 60 * 60

// Time reads a time.
func (r *Reader) Time() time.Time {
	sec, nsec, offset := r.Int(), r.Uint(), r.Int()
	if r.err != nil {
		return time.Time{}
	}
	if sec < -maxSeconds || sec > maxSeconds || nsec >= 1e9 || offset < -maxOffset || offset > maxOffset {
		r.Fail("expected a time")
		return time.Time{}
	}
	t := time.Unix(sec, int64(nsec))
	switch {
	case offset == 0:
		return t.UTC()
	case offset > 0:
		offset--
	}
	return t.In(time.FixedZone("", int(offset)))
}

// Value reads a value.
func (r *Reader) Value() event.Value { return r.value(0) }

func (r *Reader) value(depth int) event.Value {
	kind := event.Kind(r.byte())
	if depth > maxDepth && kind != event.Null {
		r.Fail("expected values that are nested less deeply")
		return event.Value{}
	}
	switch kind {
	case event.Null:
		return event.Value{}
	case rounded:
		places := int(r.byte())
		f, _ := r.float().Float()
		return event.OfRounded(f, places)
	case event.Bool:
		return event.OfBool(r.Bool())
	case event.Int:
		return event.OfInt(r.Int())
	case event.Float:
		return r.float()
	case event.String:
		return event.OfString(r.Text())
	case event.Time:
		return event.OfTime(time.Unix(0, r.Int()))
	case event.List:
		return event.OfList(r.values(depth + 1))
	case event.Object:
		return r.object(depth + 1)
	}
	r.Fail("expected a value")
	return event.Value{}
}

func (r *Reader) float() event.Value {
	if len(r.b) < 8 {
		r.Fail("expected a number, found the end of a record")
		return event.Value{}
	}
	f := math.Float64frombits(binary.LittleEndian.Uint64(r.b))
	r.b = r.b[8:]
	return event.OfFloat(f)
}

func (r *Reader) object(depth int) event.Value {
	m := map[string]any{}
	for range r.Count() {
		name := r.Name()
		m[name] = r.value(depth)
		if r.err != nil {
			break
		}
	}
	return event.OfObject(m)
}

// Values reads a list of values.
func (r *Reader) Values() []event.Value { return r.values(0) }

func (r *Reader) values(depth int) []event.Value {
	vs := []event.Value{}
	for range r.Count() {
		vs = append(vs, r.value(depth))
		if r.err != nil {
			return nil
		}
	}
	return vs
}

// Rest returns what was not read yet, and reads it.
func (r *Reader) Rest() []byte {
	b := r.b
	r.b = nil
	return b
}

package event

import (
	"math"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Text returns v as Splunk prints it: integers without a point, floats with
// the digits that they need, null as nothing, lists line by line, objects as
// JSON-like text.
func (v Value) Text() string {
	switch v.Kind() {
	case Null:
		return ""
	case Bool:
		return strconv.FormatBool(v.num == 1)
	case Int:
		return strconv.FormatInt(int64(v.num), 10)
	case Float:
		if p, ok := v.Places(); ok {
			return strconv.FormatFloat(math.Float64frombits(v.num), 'f', p, 64)
		}
		return FormatFloat(math.Float64frombits(v.num))
	case String:
		s, _ := v.Str()
		return s
	case Time:
		t, _ := v.Time()
		return t.Format(time.RFC3339Nano)
	case Object:
		if c, ok := v.ref.(Copier); ok {
			return c.Text()
		}
	}
	var b strings.Builder
	v.write(&b)
	return b.String()
}

// write writes the text of v, which may nest deeply, piece by piece.
func (v Value) write(b *strings.Builder) {
	switch v.Kind() {
	case List:
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte('\n')
			}
			v.At(i).write(b)
		}
	case Object:
		v.writeObject(b)
	default:
		b.WriteString(v.Text())
	}
}

func (v Value) writeObject(b *strings.Builder) {
	m, _ := v.Object()
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(k))
		b.WriteByte(':')
		e := Of(m[k])
		if s, ok := e.Str(); ok {
			b.WriteString(strconv.Quote(s))
		} else {
			e.write(b)
		}
	}
	b.WriteByte('}')
}

// maxExact is up to where a float holds every integer: beyond it, the last
// digits of a printed integer would not be known.
const maxExact = 1 << 53

// FormatFloat prints a number without an exponent from a millionth up to 2^53,
// the last integer that a float counts to without gaps. It takes the shortest
// text that reads as the same number, which keeps the microseconds of an epoch;
// where that needs 17 digits, the last ones are noise of binary arithmetic
// (0.1+0.2), and 15 are printed.
func FormatFloat(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) <= maxExact {
		return strconv.FormatInt(int64(f), 10)
	}
	format := byte('f')
	if a := math.Abs(f); a > maxExact || a < 1e-6 {
		format = 'g'
	}
	s := strconv.FormatFloat(f, format, -1, 64)
	if digits(s) <= 16 {
		return s
	}
	s = strconv.FormatFloat(f, 'g', 15, 64)
	if format == 'f' && strings.ContainsRune(s, 'e') {
		s = strconv.FormatFloat(f, 'f', 15, 64)
	}
	if strings.ContainsRune(s, '.') && !strings.ContainsRune(s, 'e') {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// digits counts the significant digits of a printed number.
func digits(s string) int {
	s, _, _ = strings.Cut(s, "e")
	s = strings.Replace(strings.TrimLeft(s, "-0."), ".", "", 1)
	return len(s)
}

// ParseNumber reads a decimal number: an optional sign, digits, a point,
// digits, an exponent. Hexadecimal, infinities, NaN and surrounding blanks are
// no numbers.
func ParseNumber(s string) (Value, bool) {
	if s == "" || len(s) > 64 {
		return Value{}, false
	}
	integer := true
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
		case (c == '-' || c == '+') && i == 0:
		case c == '.', c == 'e', c == 'E', c == '-', c == '+':
			integer = false
		default:
			return Value{}, false
		}
	}
	if integer {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return OfInt(n), true
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return Value{}, false
	}
	return OfFloat(f), true
}

// Number returns v as a number: numbers themselves, and texts that read as
// one.
func (v Value) Number() (float64, bool) {
	if f, ok := v.Float(); ok {
		return f, true
	}
	if s, ok := v.Str(); ok {
		n, ok := ParseNumber(s)
		if !ok {
			return 0, false
		}
		return n.Float()
	}
	return 0, false
}

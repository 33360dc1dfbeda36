package aggregate_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

// rows reads values and their times: "3@10 x|y@20" is 3 at 10 seconds, and the
// values x and y at 20.
func rows(text string, add func(v event.Value, at float64)) {
	for word := range strings.FieldsSeq(text) {
		value, time, timed := strings.Cut(word, "@")
		at := math.NaN()
		if timed {
			n, _ := event.ParseNumber(time)
			at, _ = n.Float()
		}
		parts := strings.Split(value, "|")
		v := event.OfString(parts[0])
		if len(parts) > 1 {
			v = event.OfStrings(parts)
		}
		add(v, at)
	}
}

func TestFunctions(t *testing.T) {
	tests := []struct {
		fn    string
		param float64
		rows  string
		want  string
	}{
		{fn: "count", rows: "", want: "0"},
		{fn: "count", rows: "a b a", want: "3"},
		{fn: "count", rows: "a|b c", want: "3"},
		{fn: "c", rows: "a", want: "1"},
		{fn: "dc", rows: "a A a 1 1.0", want: "4"},
		{fn: "dc", rows: "a|b b|c", want: "3"},
		{fn: "estdc", rows: "a b", want: "2"},
		{fn: "sum", rows: "1 2 x 3.5", want: "6.5"},
		{fn: "sum", rows: "x y", want: ""},
		{fn: "sum", rows: "1|2 3", want: "6"},
		{fn: "sumsq", rows: "1 2 3", want: "14"},
		{fn: "avg", rows: "1 2 x", want: "1.5"},
		{fn: "avg", rows: "x", want: ""},
		{fn: "mean", rows: "2 4", want: "3"},
		{fn: "min", rows: "10 9 100", want: "9"},
		{fn: "min", rows: "b 10 a", want: "10"},
		{fn: "max", rows: "10 9 100", want: "100"},
		{fn: "max", rows: "b 10 a", want: "b"},
		{fn: "max", rows: "1|7 3", want: "7"},
		{fn: "range", rows: "4 10 7", want: "6"},
		{fn: "range", rows: "4", want: "0"},
		{fn: "range", rows: "x", want: ""},
		{fn: "mode", rows: "b a a b c", want: "b"},
		{fn: "median", rows: "3 1 2", want: "2"},
		{fn: "median", rows: "4 1 2 3", want: "3"},
		{fn: "perc", param: 50, rows: "10 9 8 7 6 5 4 3 2 1", want: "5.5"},
		{fn: "perc", param: 95, rows: "10 9 8 7 6 5 4 3 2 1", want: "9.55"},
		{fn: "perc", param: 70, rows: "1 2 3 4 5 6 7 8 9 10 11", want: "8"},
		{fn: "perc", param: 0, rows: "2 1", want: "1"},
		{fn: "perc", param: 100, rows: "2 1", want: "2"},
		{fn: "exactperc", param: 50, rows: "5", want: "5"},
		{fn: "var", rows: "2 4 6", want: "4"},
		{fn: "varp", rows: "2 4 4 4 5 5 7 9", want: "4"},
		{fn: "stdevp", rows: "2 4 4 4 5 5 7 9", want: "2"},
		{fn: "stdev", rows: "1000000001 1000000002 1000000003", want: "1"},
		{fn: "stdev", rows: "5", want: "0"},
		{fn: "first", rows: "a@3 b@1", want: "a"},
		{fn: "last", rows: "a@3 b@1", want: "b"},
		{fn: "first", rows: "a|b c", want: "a\nb"},
		{fn: "earliest", rows: "a@3 b@1 c@2", want: "b"},
		{fn: "latest", rows: "a@3 b@1 c@2", want: "a"},
		{fn: "earliest", rows: "a@1 b@1", want: "b"},
		{fn: "latest", rows: "a@1 b@1", want: "a"},
		{fn: "earliest", rows: "a b c", want: "a"},
		{fn: "latest", rows: "a b c", want: "c"},
		{fn: "earliest_time", rows: "a@3 b@1.5", want: "1.5"},
		{fn: "latest_time", rows: "a@3 b@1", want: "3"},
		{fn: "latest_time", rows: "a b", want: ""},
		{fn: "rate", rows: "70@20 10@10", want: "6"},
		{fn: "rate", rows: "70@20", want: ""},
		{fn: "values", rows: "b a B 10 9 a", want: "10\n9\nB\na\nb"},
		{fn: "values", rows: "a a", want: "a"},
		{fn: "list", rows: "b a b", want: "b\na\nb"},
		{fn: "sparkline", rows: "a@0 a@1 a@1 a@3", want: "##__SPARKLINE__##\n1\n2\n0\n1"},
	}
	for _, tt := range tests {
		t.Run(tt.fn+" "+tt.rows, func(t *testing.T) {
			f, ok := aggregate.Lookup(tt.fn)
			require.True(t, ok)
			acc := f.New(tt.param)
			rows(tt.rows, acc.Add)
			assert.Equal(t, tt.want, acc.Result().Text())
		})
	}
}

// Nothing that a function was given must make it fail without values.
func TestEmpty(t *testing.T) {
	for _, name := range aggregate.Names() {
		f, _ := aggregate.Lookup(name)
		v := f.New(50).Result()
		switch f.Name {
		case "count", "dc", "estdc_error":
			assert.Equal(t, "0", v.Text(), name)
		default:
			assert.True(t, v.IsNull(), name)
		}
	}
}

func TestRemoveUndoesAdd(t *testing.T) {
	const before, more = "a b|c 3", "b|d 1 2 x"
	for _, name := range aggregate.Names() {
		f, _ := aggregate.Lookup(name)
		rm, ok := f.New(0).(aggregate.Remover)
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			rows(before, rm.Add)
			want := rm.Result().Text()
			rows(more, rm.Add)
			require.NotEqual(t, want, rm.Result().Text())
			rows(more, func(v event.Value, _ float64) { rm.Remove(v) })
			assert.Equal(t, want, rm.Result().Text())
		})
	}
}

func TestListIsBounded(t *testing.T) {
	f, _ := aggregate.Lookup("list")
	acc := f.New(0)
	for i := range 1000 {
		acc.Add(event.OfInt(int64(i)), 0)
	}
	assert.Equal(t, 100, acc.Result().Len())
}

func TestCompare(t *testing.T) {
	ordered := []string{"-2", "1", "1.5", "10", "10.0.0.1", "A", "a", "b"}
	for i, a := range ordered {
		for j, b := range ordered {
			got := aggregate.Compare(event.OfString(a), event.OfString(b))
			switch {
			case i < j:
				assert.Negative(t, got, "%s and %s", a, b)
			case i > j:
				assert.Positive(t, got, "%s and %s", a, b)
			default:
				assert.Zero(t, got, "%s and %s", a, b)
			}
		}
	}
	assert.Zero(t, aggregate.Compare(event.OfString("5"), event.OfInt(5)))
	for _, v := range []event.Value{event.OfInt(-2), event.OfFloat(math.Inf(1)), event.OfString("10")} {
		assert.Positive(t, aggregate.Compare(event.OfFloat(math.NaN()), v))
		assert.Negative(t, aggregate.Compare(v, event.OfFloat(math.NaN())))
	}
	assert.Zero(t, aggregate.Compare(event.OfFloat(math.NaN()), event.OfFloat(math.NaN())))
	assert.Negative(t, aggregate.Compare(event.OfFloat(math.NaN()), event.OfString("a")))
}

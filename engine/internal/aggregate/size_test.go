package aggregate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
)

// What holds the values that it was given is as large as they are; what comes down
// to a number is not.
func TestSize(t *testing.T) {
	const n, long = 90, 1000
	for _, name := range aggregate.Names() {
		f, _ := aggregate.Lookup(name)
		texts, numbers := f.New(50), f.New(50)
		for i := range n {
			texts.Add(event.OfString(fmt.Sprint(i)+strings.Repeat("x", long)), float64(i))
			numbers.Add(event.OfInt(int64(i)), float64(i))
		}
		size := aggregate.Size(texts)
		switch f.Name {
		case "dc", "values", "list", "mode":
			assert.InDelta(t, n*long, size, n*100, name)
		case "first", "last", "min", "max", "earliest", "latest", "earliest_time", "latest_time", "rate":
			assert.InDelta(t, 1.5*long, size, 0.6*long, name)
		default:
			assert.Less(t, size, long, name)
		}
		switch f.Name {
		case "perc", "median", "sparkline":
			assert.GreaterOrEqual(t, aggregate.Size(numbers), n*8, name)
		}
	}
}

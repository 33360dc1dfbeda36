package engine

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
)

var noon = time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)

func TestWatermark(t *testing.T) {
	c := clock{lateness: 10 * time.Second, skew: time.Hour}
	assert.False(t, c.see(noon, ""))
	assert.Equal(t, noon.Add(-10*time.Second), c.watermark)
	assert.False(t, c.see(noon.Add(-5*time.Second), ""))
	assert.Equal(t, noon.Add(-10*time.Second), c.watermark, "an older event does not move it")
	assert.False(t, c.late(noon.Add(-10*time.Second)), "exactly as late as is allowed")
	assert.True(t, c.late(noon.Add(-10*time.Second-1)))

	assert.True(t, c.see(noon.Add(2*time.Hour), ""), "too far ahead")
	assert.Equal(t, noon.Add(-10*time.Second), c.watermark)
	c.advance(noon.Add(-time.Minute))
	assert.Equal(t, noon.Add(-10*time.Second), c.watermark, "it never goes back")
}

// One host with a wrong clock must not move time; a gap in the stream must.
func TestSkewedClockRecovers(t *testing.T) {
	c := clock{skew: time.Hour}
	c.see(noon, "")
	for i := range 3 * maxAhead {
		assert.True(t, c.see(noon.Add(48*time.Hour), ""))
		assert.False(t, c.see(noon.Add(time.Duration(i)*time.Second), ""))
	}
	later := noon.Add(48 * time.Hour)
	for i := range maxAhead - 1 {
		assert.True(t, c.see(later.Add(time.Duration(i)*time.Second), ""))
	}
	assert.False(t, c.see(later.Add(time.Minute), ""))
	assert.Equal(t, later, c.watermark, "the nearest of those ahead")
}

func TestQueueOrder(t *testing.T) {
	var q queue
	add := func(at time.Duration, tie any, id string) {
		q.add(held{ev: Event{Time: noon.Add(at), ID: id}, tie: event.Of(tie), order: uint64(len(q))})
	}
	add(1, nil, "no tie, later arrival of b")
	add(1, math.NaN(), "no number")
	add(1, 10, "ten")
	add(1, 9, "nine")
	add(1, "x", "text")
	add(0, nil, "b")
	add(0, nil, "a")
	add(1, nil, "no tie")
	c := clock{}
	c.advance(noon.Add(1))
	var ids []string
	for h, ok := q.next(&c); ok; h, ok = q.next(&c) {
		ids = append(ids, h.ev.ID)
	}
	assert.Equal(t, []string{"a", "b", "nine", "ten", "text", "no number", "no tie", "no tie, later arrival of b"}, ids)
}

// Whole seconds decide no other way than the difference does.
func TestSkewed(t *testing.T) {
	c := clock{skew: 1500 * time.Millisecond, greatest: noon}
	for _, ms := range []int{-5000, 0, 1, 999, 1000, 1499, 1500, 1501, 1999, 2000, 90_000} {
		t1 := noon.Add(time.Duration(ms) * time.Millisecond)
		assert.Equal(t, ms > 1500, c.skewed(t1), "%d ms ahead", ms)
	}
	c.greatest = time.Unix(-1<<62, 0)
	assert.True(t, c.skewed(time.Unix(1<<62+1, 0)))
	c.greatest = time.Time{} // of no event
	assert.False(t, c.skewed(noon))
}

// An event that follows the others moves the clock as any does.
func TestFollows(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 26))
	followed := 0
	for _, skew := range []time.Duration{0, time.Millisecond, 1500 * time.Millisecond, time.Hour} {
		want := clock{skew: skew}
		got := want
		for range 2000 {
			at := noon.Add(time.Duration(r.IntN(1000)) * 10 * time.Millisecond)
			switch r.IntN(100) {
			case 0:
				at = time.Unix(1<<62, 0)
			case 1:
				at = time.Unix(-1<<62, 0)
			case 2:
				want, got = clock{skew: skew}, clock{skew: skew}
			case 3:
				want.advance(at)
				got.advance(at)
			}
			late, skewed := want.late(at), want.see(at, "")
			if got.follows(at) {
				assert.False(t, late || skewed)
				got.follow(at)
				followed++
			} else {
				got.see(at, "")
			}
			require.Equal(t, want, got)
		}
	}
	assert.Greater(t, followed, 50)
}

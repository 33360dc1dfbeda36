package engine

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestSourcesHoldTheWatermarkBack(t *testing.T) {
	at := func(d time.Duration) time.Time { return noon.Add(d) }
	c := clock{lateness: time.Second, sources: newSources(time.Minute)}
	steps := []struct {
		source    string
		time      time.Duration
		watermark time.Duration
		why       string
	}{
		{"a", 0, -time.Second, "one source is the clock"},
		{"a", 20 * time.Second, 19 * time.Second, ""},
		{"b", 25 * time.Second, 19 * time.Second, "the other lags"},
		{"b", 40 * time.Second, 19 * time.Second, ""},
		{"a", 30 * time.Second, 29 * time.Second, "and catches up"},
		{"c", 10 * time.Second, 29 * time.Second, "one that is late holds nobody back"},
		{"b", 84 * time.Second, 29 * time.Second, "a is not silent for long enough"},
		{"b", 101 * time.Second, 100 * time.Second, "now it is: b has gone on for over a minute since"},
		{"a", 50 * time.Second, 100 * time.Second, "and it stays out while its events are late"},
		{"a", 102 * time.Second, 100 * time.Second, "b is the one that lags now"},
		{"b", 110 * time.Second, 101 * time.Second, "a holds the others back again"},
	}
	for i, s := range steps {
		c.see(at(s.time), s.source)
		assert.Equal(t, at(s.watermark), c.watermark, "step %d: %s", i+1, s.why)
	}
}

// The clock of a source that is ahead silences nobody.
func TestSourceAheadSilencesNobody(t *testing.T) {
	c := clock{skew: 24 * time.Hour, sources: newSources(time.Minute)}
	for i := range 1000 {
		now := noon.Add(time.Duration(i) * time.Second)
		c.see(now, "right")
		c.see(now.Add(3*time.Hour), "ahead")
		assert.Equal(t, now, c.watermark)
	}
}

// One whose clock is years behind stops nobody.
func TestSourceBehindStopsNobody(t *testing.T) {
	c := clock{skew: time.Hour, sources: newSources(time.Minute)}
	for i := range 1000 {
		now := noon.Add(time.Duration(i) * time.Second)
		c.see(now, "right")
		c.see(time.Unix(int64(i), 0), "behind")
	}
	assert.Equal(t, noon.Add(999*time.Second), c.watermark)
}

func TestSourcesAreBounded(t *testing.T) {
	s := newSources(time.Minute)
	s.bound = 10
	for i := range 15 {
		s.see(strconv.Itoa(i), noon)
	}
	assert.Len(t, s.known, 10)
	assert.Equal(t, 5, s.unclocked)
	s.see("0", noon.Add(2*time.Minute))
	s.see("20", noon)
	assert.Len(t, s.known, 2, "those that are silent make room")
	assert.Len(t, s.order, 2, "and nothing is held of them")
}

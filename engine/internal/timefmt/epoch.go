package timefmt

import (
	"math"
	"time"
)

// maxEpoch is the last second of the year 9999, behind which layouts print
// more than four digits for a year and no log has an event.
const maxEpoch = 253402300799

// FromEpoch returns the time at the given seconds since 1970, to the
// microsecond, in UTC. Times behind the years 0 and 9999 become these; NaN is
// 1970.
func FromEpoch(sec float64) time.Time {
	if math.IsNaN(sec) {
		sec = 0
	}
	sec = max(-62167219200, min(sec, maxEpoch))
	return time.UnixMicro(int64(math.Round(sec * 1e6))).UTC()
}

// Epoch returns the seconds since 1970, to the microsecond.
func Epoch(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

// InRange reports whether FromEpoch knows the time exactly: whether it lies in
// the years 0 to 9999.
func InRange(sec float64) bool { return sec >= -62167219200 && sec <= maxEpoch }

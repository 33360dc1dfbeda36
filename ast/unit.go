package ast

// UnitNamed returns the unit that Splunk knows by a name in lower case, such
// as m, min or minutes.
func UnitNamed(name string) (Unit, bool) {
	u, ok := units[name]
	return u, ok
}

// units are the names of the units of time. The plain m is a minute.
var units = map[string]Unit{
	"us": Microsecond, "ms": Millisecond, "cs": Centisecond, "ds": Decisecond,
	"s": Second, "sec": Second, "secs": Second, "second": Second, "seconds": Second,
	"m": Minute, "min": Minute, "mins": Minute, "minute": Minute, "minutes": Minute,
	"h": Hour, "hr": Hour, "hrs": Hour, "hour": Hour, "hours": Hour,
	"d": Day, "day": Day, "days": Day,
	"w": Week, "week": Week, "weeks": Week,
	"mon": Month, "month": Month, "months": Month,
	"q": Quarter, "qtr": Quarter, "qtrs": Quarter, "quarter": Quarter, "quarters": Quarter,
	"y": Year, "yr": Year, "yrs": Year, "year": Year, "years": Year,
}

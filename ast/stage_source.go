package ast

// Events yields the events that meet a condition: EQL's `process where …`,
// the first terms of an SPL search, the WHERE of tstats, `from datamodel`.
type Events struct {
	Off
	// Category is what the query's category field must equal; empty for
	// any.
	Category string
	Where    Expr // nil for all
	// Dataset narrows the events to a data model's, and names its fields.
	Dataset *Dataset
	// Time overrides the schedule's window.
	Time TimeRange
	// Bare yields a dataset's fields without their prefix, and with the
	// event's own fields beside them: SPL's `from`.
	Bare bool
	// Metrics reads metric events (mstats), see MetricCond. The MetricNames
	// are those of the measurements that the search names.
	Metrics     bool
	MetricNames []string
}

// Make yields rows out of nothing: makeresults.
type Make struct {
	Off
	Count    int
	Annotate bool
	Data     []map[string]string // makeresults format=…; nil otherwise
	Columns  []string            // of Data
}

// Series yields one row a step of time: gentimes.
type Series struct {
	Off
	Start, End string // dates or relative days, as written
	Step       Span
}

// ReadTable yields the rows of a lookup: inputlookup.
type ReadTable struct {
	Off
	Lookup *LookupDef
	Where  Expr // nil for all
	Append bool // behind the rows that are there, instead of replacing them
	Start  int
	Max    int // 0 for all
}

func (*Events) stage()    {}
func (*Make) stage()      {}
func (*Series) stage()    {}
func (*ReadTable) stage() {}

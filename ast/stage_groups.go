package ast

import "time"

// AggregateKind is which rows an [Aggregate] yields.
type AggregateKind string

// The kinds of aggregation.
const (
	AggStats  AggregateKind = "stats"       // a row for each group
	AggEvent  AggregateKind = "eventstats"  // every row, with its group's figures
	AggStream AggregateKind = "streamstats" // every row, with the figures so far
	AggChart  AggregateKind = "chart"       // a row for each first key, a column for each second
	AggTime   AggregateKind = "timechart"   // as chart, over time
	AggTop    AggregateKind = "top"         // the most frequent groups
	AggRare   AggregateKind = "rare"        // the least frequent groups
)

// Aggregate computes figures over groups of rows: stats, tstats, eventstats,
// streamstats, chart, timechart, top, rare, mstats, and Endgame's count and
// unique_count.
type Aggregate struct {
	Off
	Kind AggregateKind
	Aggs []Agg
	By   []Group

	// FillNull is what a missing group field takes; nil drops the row.
	FillNull    *string
	DedupSplit  bool // a row counts once for a repeated value of a group field
	AllNum      bool
	Delim       string
	Window      *Window    // streamstats
	Split       *SplitBy   // chart, timechart: the second key
	Span        *Span      // timechart: nil to choose
	Bins        int        // timechart, chart: how many buckets at most, where there is no Span
	MinSpan     *Span      // and how long they are at least
	Start, End  *float64   // chart: what the buckets reach over at least
	Align       string     // timechart: aligntime, as written
	Cont        bool       // timechart: with a row for each empty bucket
	FixedRange  bool       // timechart: buckets over the whole search window
	Partial     bool       // timechart: with the first and last bucket
	Frequencies *Frequency // top, rare
	// Source is the command that was written (tstats, mstats), where it is
	// another than Kind.
	Source string
	// Options holds the options that change nothing here, for Format.
	Options map[string]string
}

// Agg is one figure of an [Aggregate].
type Agg struct {
	Off
	Func  string  // lower case, aliases resolved: count, dc, perc, …
	Param float64 // of percentiles: 0…100
	// Arg is what is aggregated; nil for a plain count of rows. A Field
	// whose name holds * stands for each field that it matches.
	Arg Expr
	// Cond tells that Arg was written as eval(…), so that count counts the
	// rows for which it is true. The Func eval is another thing: its Arg is
	// computed of other figures, which are calls in it (chart's
	// eval(avg(a)/max(b))).
	Cond bool
	// Of is the function whose figure each point of a sparkline shows, and
	// Span how much time a point stands for, where it is said.
	Of   string
	Span *Span
	As   string // name of the result; never empty, may hold * as Arg's name does
	Text string // as written, without the alias
}

// Group is one key of an [Aggregate].
type Group struct {
	Off
	Field string
	Span  *Span // buckets of the field; nil for its values
	Bins  int   // the second key of a chart: so many buckets at most, where there is no Span
	Auto  bool  // span=auto: chosen from the window
	By    Expr  // Endgame: an expression instead of Field
}

// Window is what a streamstats looks back at.
type Window struct {
	Size          int // rows; 0 for all
	Time          time.Duration
	Current       bool // the row itself counts
	Global        bool // Size is over all groups together
	ResetBefore   Expr // nil for never
	ResetAfter    Expr
	ResetOnChange bool
}

// SplitBy is the second key of a chart.
type SplitBy struct {
	Group     Group
	Limit     int // columns; 0 for all
	Bottom    bool
	UseOther  bool
	OtherStr  string
	UseNull   bool
	NullStr   string
	Sep       string // between figure and key in a column's name
	Format    string
	Where     string // `where sum in top5`, as written; empty for none
	WhereFunc string
}

// Frequency is what top and rare show.
type Frequency struct {
	Limit        int // 0 for all
	Fields       []string
	ShowCount    bool
	ShowPercent  bool
	CountField   string
	PercentField string
	UseOther     bool
	OtherStr     string
}

// Totals adds numbers up, along a row or down a column: addtotals,
// addcoltotals.
type Totals struct {
	Off
	Fields     []string // empty for all
	Row        bool
	Name       string // of the row totals' field
	Col        bool
	LabelField string
	Label      string
}

// Transaction groups events that belong together.
type Transaction struct {
	Off
	Fields     []string
	Maxspan    time.Duration // 0 for none
	Maxpause   time.Duration
	MaxEvents  int
	StartsWith Expr // nil for none
	EndsWith   Expr
	Connected  bool
	KeepOpen   bool // keepevicted
	KeepOrphan bool
	MVList     bool
	MVFields   []string
	Delim      string
	NullStr    string
}

// Outlier finds values that are far from the rest: outlier,
// anomalydetection.
type Outlier struct {
	Off
	Kind    string // "outlier", "anomalydetection"
	Fields  []string
	Options map[string]string
}

func (*Aggregate) stage()   {}
func (*Totals) stage()      {}
func (*Transaction) stage() {}
func (*Outlier) stage()     {}

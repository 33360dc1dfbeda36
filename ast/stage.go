package ast

import "time"

// ---- where rows come from ----

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

// ---- sequences and samples ----

// Step is one item of a sequence or a sample.
type Step struct {
	Off
	Event Events
	By    []Expr // the keys, the sequence's own first; fields
	// Missing is `![…]`: no such event may be there.
	Missing bool
	// Runs is how often the item must occur; at least 1.
	Runs int
	// As is the alias under which later steps refer to the event; empty for
	// none.
	As string
	// Fork keeps the partial of the step before (Endgame).
	Fork bool
}

// Sequence yields the series of events, one for each step, in the order of
// their times and equal in their keys.
type Sequence struct {
	Off
	Steps []Step
	// Shared is the number of leading keys that were written once for all
	// steps (`sequence by …`); Format puts them there again.
	Shared  int
	Maxspan time.Duration // 0 for none
	Until   *Step         // nil for none
}

// Sample yields one event for each step, equal in their keys, in any order.
type Sample struct {
	Off
	Steps  []Step
	Shared int
}

// Combine yields one event for each step in any order, row by row: Endgame's
// join.
type Combine struct {
	Off
	Steps  []Step
	Shared int
	Until  *Step
	// Refused says what to write instead, in a language that has the join in
	// its grammar only; else it is empty.
	Refused string
}

// ---- rows in, fewer or other rows out ----

// Filter keeps the rows for which a condition is true.
type Filter struct {
	Off
	Cond Expr
	// Search tells that Cond was written in the notation of SPL's search
	// command, for Format.
	Search bool
}

// Head keeps the first rows: N of them, or, with While, those before the
// first one for which While does not hold.
type Head struct {
	Off
	N        int
	While    Expr // nil for a plain count
	KeepLast bool // keep the row that ended it, too
	Null     bool // a null While goes on
}

// Tail keeps the last N rows. SPL's tail also turns them around.
type Tail struct {
	Off
	N       int
	Reverse bool
}

// Reverse turns the order of the rows around.
type Reverse struct{ Off }

// Dedup keeps the first N rows of each combination of the fields' values.
type Dedup struct {
	Off
	N           int
	Fields      []Expr // fields, or (Endgame's unique) expressions
	KeepEvents  bool   // keep the others, without these fields
	KeepEmpty   bool   // keep rows that lack one of the fields
	Consecutive bool
	Sort        []SortKey
}

// Sort orders the rows.
type Sort struct {
	Off
	N    int // how many to keep; 0 for all
	Keys []SortKey
	Desc bool // turn the whole order around
}

// SortKey is one criterion of a [Sort].
type SortKey struct {
	Off
	Field string
	By    Expr // Endgame: an expression instead of Field
	Desc  bool
	As    string // "", "auto", "num", "str", "ip"
}

// ---- fields of a row ----

// Assign sets fields to values, from left to right: eval.
type Assign struct {
	Off
	Set []Assignment
}

// Assignment is one `name = value`.
type Assignment struct {
	Off
	Name string
	// From computes the target's name where fields are part of it, as in
	// `eval {key}_seen=…`; nil where Name says it.
	From  Expr
	Value Expr
}

// Project keeps or drops fields by name; names may hold *.
type Project struct {
	Off
	Patterns []string
	Drop     bool
	// Table keeps just these, in this order, and makes those that are
	// missing; without it, fields that begin with _ stay as well.
	Table bool
}

// Rename gives fields other names.
type Rename struct {
	Off
	Pairs []NamePair
}

// NamePair is one `from as to`. Both may hold the same number of *.
type NamePair struct {
	Off
	From, To string
}

// Convert turns the notation of values into another.
type Convert struct {
	Off
	Format string // strftime, for ctime and mktime; empty for the default
	Items  []ConvertItem
}

// ConvertItem is one `func(field) as name`.
type ConvertItem struct {
	Off
	Func  string // ctime, mktime, num, auto, none, dur2sec, mstime, memk, rmcomma, rmunit
	Field string // may hold *
	As    string // empty to replace
}

// Fill gives missing fields a value: fillnull, and with Down filldown.
type Fill struct {
	Off
	Value  string
	Fields []string // empty for every field of the rows
	Down   bool     // take the value of the row before instead
}

// Replace puts other values in the place of those that match: replace.
type Replace struct {
	Off
	Pairs  []NamePair // patterns over values
	Fields []string   // empty for all
}

// Extract takes new fields out of a field's text.
type Extract struct {
	Off
	Kind  ExtractKind
	Field string // empty for _raw
	// Pattern is the regular expression (ExtractRegex), the sed expression
	// (ExtractSed), or the path (ExtractPath).
	Pattern string
	Max     int    // matches to take; 0 for all
	Offset  string // field for the offsets of the matches
	Output  string // ExtractPath: where to; empty for the path itself
	Prefix  string // fromjson
	// PairDelim and KVDelim are the characters that part pairs, and names
	// from values (ExtractPairs).
	PairDelim, KVDelim string
	Options            map[string]string // what is particular to one command
}

// ExtractKind is how an [Extract] reads the text.
type ExtractKind string

// The ways to extract fields.
const (
	ExtractRegex ExtractKind = "rex"
	ExtractSed   ExtractKind = "sed"
	ExtractPath  ExtractKind = "spath"
	ExtractJSON  ExtractKind = "fromjson"
	ExtractXMLKV ExtractKind = "xmlkv"
	ExtractPairs ExtractKind = "extract"
	ExtractTable ExtractKind = "multikv"
	ExtractXPath ExtractKind = "xpath"
)

// Lookup adds the columns of matching table rows.
type Lookup struct {
	Off
	Def     *LookupDef
	Keys    []NamePair // From: the column, To: the field
	Outputs []NamePair // From: the column, To: the field; empty for all columns
	// KeepOld leaves rows alone in which an output is there already.
	KeepOld bool
}

// WriteTable writes the rows to a lookup: outputlookup, collect, outputcsv.
type WriteTable struct {
	Off
	Lookup  *LookupDef
	Append  bool
	KeyName string // update rows with the same value; empty to append or replace
	Keep    bool   // override_if_empty=f
	Options map[string]string
}

// Bin puts the values of a field in buckets.
type Bin struct {
	Off
	Field      string
	As         string
	Span       *Span // nil to choose
	Bins       int
	MinSpan    *Span
	Start, End *float64
	Align      string // aligntime, as written
	// Continuous adds a row for each bucket that has none: makecontinuous.
	Continuous bool
}

// Split makes several values of one: makemv.
type Split struct {
	Off
	Field      string
	Delim      string
	Tokenizer  string // regular expression; its first group is the value
	AllowEmpty bool
	SetSV      bool
}

// Expand makes a row of each value: mvexpand.
type Expand struct {
	Off
	Field string
	Limit int // 0 for all
}

// Collapse makes one value of several: nomv, and with Rows mvcombine, which
// also joins rows that differ in this field alone.
type Collapse struct {
	Off
	Field string
	Delim string
	Rows  bool
}

// ForEach runs a template for every field that a pattern names, or for the
// elements of a field: foreach.
type ForEach struct {
	Off
	Mode     string // "multifield", "multivalue", "json_array", "auto_collections"
	Patterns []string
	Options  map[string]string // fieldstr, matchstr, matchseg1…, itemstr, iterstr
	Template Late
}

// Annotate adds to each row what the command of its name finds in it, in the
// others, or in the search: addinfo, concurrency, reltime, tojson, and those
// that change nothing here, such as highlight.
type Annotate struct {
	Off
	Kind    string // the command
	Fields  []string
	Options map[string]string
}

// Running computes along the rows: delta, accum, autoregress, trendline.
type Running struct {
	Off
	// Kind is "delta", "accum" or "autoregress", or a trend: "sma", "ema" or
	// "wma".
	Kind  string
	Field string
	As    string
	From  int // how many rows back; of a trend, how many rows it is over
	To    int
}

// RangeMap names the range that a number lies in: rangemap.
type RangeMap struct {
	Off
	Field   string
	Ranges  []NumberRange
	Default string
}

// NumberRange is one `name=low-high`.
type NumberRange struct {
	Name      string
	Low, High float64
}

// Geo adds what is known of an address: iplocation. The resolver is the
// embedder's.
type Geo struct {
	Off
	Field  string
	Prefix string
	All    bool
}

// Tags copies tags of fields' values into fields: tags.
type Tags struct {
	Off
	Fields  []string // empty for all
	Options map[string]string
	Known   map[string][]string // tags by `field=value`
}

// Typer adds the names of the event types that a row is of: typer.
type Typer struct {
	Off
	Types []EventType
}

// EventType is a name for what meets a condition.
type EventType struct {
	Off
	Name string
	Cond Expr
}

// FieldFormat keeps a value for computing and another for showing:
// fieldformat.
type FieldFormat struct {
	Off
	Set Assignment
}

// ---- groups of rows ----

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
	Bins        int        // timechart, chart
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
	As   string // name of the result; never empty, may hold * as Arg's name does
	Text string // as written, without the alias
}

// Group is one key of an [Aggregate].
type Group struct {
	Off
	Field string
	Span  *Span // buckets of the field; nil for its values
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

// ---- several searches ----

// JoinRows adds the fields of another search's rows that have the same keys:
// join.
type JoinRows struct {
	Off
	Fields    []NamePair // From: this side's name, To: the other's
	Sub       *Query
	Outer     bool
	Max       int  // rows of the other side for a row; 0 for all
	Overwrite bool // the other side's fields win
	UseTime   bool
	Earlier   bool
	Left      string // aliases of `join left=L right=R where …`
	Right     string
}

// Append adds another search's rows.
type Append struct {
	Off
	Kind    AppendKind
	Subs    []*Query
	Max     int // rows to take of each search; 0 for all
	Options map[string]string
	// Override lets columns of AppendColumns replace those that are there.
	Override bool
}

// AppendKind is how an [Append] adds rows.
type AppendKind string

// The ways to append.
const (
	AppendRows    AppendKind = "append"     // behind the rows
	AppendColumns AppendKind = "appendcols" // beside them, row by row
	AppendPipe    AppendKind = "appendpipe" // the search runs over the rows themselves
	AppendUnion   AppendKind = "union"      // behind the rows, of several searches
	AppendMulti   AppendKind = "multisearch"
	AppendSet     AppendKind = "set" // what both of two searches have, or just one, by Options["op"]
)

// Map runs a search for each row: map.
type Map struct {
	Off
	Search Late
	Max    int
}

// FormatRows makes one row of search text of all rows: format.
type FormatRows struct {
	Off
	RowPrefix, ColumnPrefix, ColumnSep, ColumnEnd, RowSep, RowEnd string
	MaxResults                                                    int
	EmptyStr                                                      string
	MVSep                                                         string
}

// Return makes one row of search text of the first rows: return.
type Return struct {
	Off
	Count int
	Items []ReturnItem
}

// ReturnItem is one field of a [Return].
type ReturnItem struct {
	Off
	Alias string // empty for the field's own name
	Field string
	Value bool // `$field`: the value alone
}

// Reshape makes another table of the rows, as the command of its name does:
// xyseries, untable, transpose, contingency, fieldsummary, selfjoin, timewrap,
// uniq.
type Reshape struct {
	Off
	Kind    string // the command
	Fields  []string
	Options map[string]string
}

// Custom is a command that only an embedder can run.
type Custom struct {
	Off
	Name string
	Args string // as written
	// Why says what keeps everyone else from running it; empty if the content
	// names the command.
	Why string
}

func (*Events) stage()      {}
func (*Make) stage()        {}
func (*Series) stage()      {}
func (*ReadTable) stage()   {}
func (*Sequence) stage()    {}
func (*Sample) stage()      {}
func (*Combine) stage()     {}
func (*Filter) stage()      {}
func (*Head) stage()        {}
func (*Tail) stage()        {}
func (*Reverse) stage()     {}
func (*Dedup) stage()       {}
func (*Sort) stage()        {}
func (*Assign) stage()      {}
func (*Project) stage()     {}
func (*Rename) stage()      {}
func (*Convert) stage()     {}
func (*Fill) stage()        {}
func (*Replace) stage()     {}
func (*Extract) stage()     {}
func (*Lookup) stage()      {}
func (*WriteTable) stage()  {}
func (*Bin) stage()         {}
func (*Split) stage()       {}
func (*Expand) stage()      {}
func (*Collapse) stage()    {}
func (*ForEach) stage()     {}
func (*Annotate) stage()    {}
func (*Running) stage()     {}
func (*RangeMap) stage()    {}
func (*Geo) stage()         {}
func (*Tags) stage()        {}
func (*Typer) stage()       {}
func (*FieldFormat) stage() {}
func (*Aggregate) stage()   {}
func (*Totals) stage()      {}
func (*Transaction) stage() {}
func (*Outlier) stage()     {}
func (*JoinRows) stage()    {}
func (*Append) stage()      {}
func (*Map) stage()         {}
func (*FormatRows) stage()  {}
func (*Return) stage()      {}
func (*Reshape) stage()     {}
func (*Custom) stage()      {}

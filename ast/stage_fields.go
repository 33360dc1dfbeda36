package ast

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
// others, or in the search: addinfo, concurrency, reltime, tojson, makejson,
// and those that change nothing here, such as highlight.
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

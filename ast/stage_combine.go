package ast

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
// xyseries, untable, transpose, contingency, fieldsummary, gauge, selfjoin,
// timewrap, uniq.
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

func (*JoinRows) stage()   {}
func (*Append) stage()     {}
func (*Map) stage()        {}
func (*FormatRows) stage() {}
func (*Return) stage()     {}
func (*Reshape) stage()    {}
func (*Custom) stage()     {}

package spl

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// Table is a lookup's content in memory. It is immutable, and safe for
// concurrent use.
type Table struct {
	columns []string
	rows    [][]string
	ragged  int
}

// NewTable returns a table of these columns and rows, which it keeps. Rows
// are made as long as columns: missing cells are empty, and surplus ones are
// dropped.
func NewTable(columns []string, rows [][]string) *Table {
	t := &Table{columns: columns, rows: rows}
	for i, r := range rows {
		if len(r) != len(columns) {
			t.rows[i] = fit(r, len(columns))
			t.ragged++
		}
	}
	return t
}

func fit(row []string, n int) []string {
	if len(row) > n {
		return row[:n:n]
	}
	return append(row, make([]string, n-len(row))...)
}

// Columns returns the names of the columns. The slice is read only.
func (t *Table) Columns() []string { return t.columns }

// Rows yields the rows in order. They are read only.
func (t *Table) Rows() iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, r := range t.rows {
			if !yield(r) {
				return
			}
		}
	}
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Ragged returns the number of rows that had more or fewer cells than there
// are columns.
func (t *Table) Ragged() int { return t.ragged }

// multivaluePrefix begins the columns in which Splunk keeps the several
// values of a cell beside their joined text when it writes a table.
const multivaluePrefix = "__mv_"

// ReadCSV reads a table whose first row names the columns: the form of
// Splunk's lookup files. A byte order mark, quotes inside of unquoted cells
// and rows of another length are tolerated; [Table.Ragged] counts the latter.
// An empty file is a table without columns. Errors are of the reader, or of
// package encoding/csv.
func ReadCSV(r io.Reader) (*Table, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return readCSV(data)
}

// readCSV keeps nothing of data.
func readCSV(data []byte) (*Table, error) {
	lines := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	lines.FieldsPerRecord = -1
	lines.LazyQuotes = true
	header, err := lines.Read()
	if errors.Is(err, io.EOF) {
		return &Table{}, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	rows, err := lines.ReadAll()
	if err != nil {
		return nil, err
	}
	return withoutCopies(NewTable(header, rows)), nil
}

// withoutCopies drops the columns that repeat others for Splunk's own use.
func withoutCopies(t *Table) *Table {
	var keep []int
	for i, c := range t.columns {
		if !strings.HasPrefix(c, multivaluePrefix) {
			keep = append(keep, i)
		}
	}
	if len(keep) == len(t.columns) {
		return t
	}
	pick := func(row []string) []string {
		out := make([]string, len(keep))
		for i, k := range keep {
			out[i] = row[k]
		}
		return out
	}
	for i, r := range t.rows {
		t.rows[i] = pick(r)
	}
	t.columns = pick(t.columns)
	return t
}

// defaultMaxMatches is how many rows of a table a lookup takes where its
// definition is silent: Splunk's default for tables without times.
const defaultMaxMatches = 100

// maxMaxMatches is the most rows that a definition may ask for: Splunk's
// bound.
const maxMaxMatches = 1000

// NewLookup returns the lookup of a table that has no definition: cells are
// compared whole and with case. It bears name, and writes go to a store of
// that name.
func NewLookup(name string, t *Table) *ast.LookupDef {
	l := emptyLookup(name)
	if t != nil {
		l.Table = t
	}
	return l
}

// parseMatchType reads the match_type of a lookup's definition:
// `WILDCARD(a), CIDR(b)`, with commas or blanks between.
func parseMatchType(text string) (map[string]ast.LookupMatch, error) {
	match := map[string]ast.LookupMatch{}
	for rest := trimList(text); rest != ""; {
		kind, after, ok := strings.Cut(rest, "(")
		column, after, closed := strings.Cut(after, ")")
		column = strings.Trim(strings.TrimSpace(column), `"`)
		if !ok || !closed || column == "" {
			return nil, fmt.Errorf("expected WILDCARD(column) or CIDR(column) as match_type, found %q", rest)
		}
		switch kind = strings.ToUpper(strings.TrimSpace(kind)); kind {
		case "WILDCARD", "CIDR":
			match[column] = ast.LookupMatch(kind)
		case "EXACT":
		default:
			return nil, fmt.Errorf("expected WILDCARD or CIDR as match_type, found %q", kind)
		}
		rest = trimList(after)
	}
	if len(match) == 0 {
		return nil, nil
	}
	return match, nil
}

func trimList(s string) string { return strings.TrimLeft(s, ", \t\r\n") }

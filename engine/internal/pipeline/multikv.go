package pipeline

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// multikv makes a row of each line of a table that stands in a row's text,
// below a header that names the columns. A text of fewer than two lines stays
// a row.
type multikv struct {
	n        *ast.Extract
	raw      int
	fields   []string // to take; nil for all
	filter   []string // of which a line must hold one; nil for any
	header   int      // how many lines the header is below; -1 for none
	copies   bool     // of the other fields, into each row
	original bool     // the row itself stays, behind those of its lines
}

func (r *run) multikv(n *ast.Extract, t *Table) (*Table, error) {
	raw := t.find(orRaw(n.Field))
	if raw < 0 {
		return t, nil
	}
	m := newMultikv(n, raw)
	old := t.rows
	t.rows = nil
	lost := 0
	for _, row := range old {
		if err := r.tick(); err != nil {
			return nil, err
		}
		header, lines := m.table(cell(row, raw).Text())
		for _, line := range lines {
			if !m.takes(line) {
				continue
			}
			if len(t.rows) >= maxRows {
				lost++
				continue
			}
			m.add(t, row, header, line)
		}
		if len(lines) == 0 || m.original {
			t.rows = append(t.rows, row)
		}
	}
	r.dropped(n, "rows", lost)
	return t, nil
}

func newMultikv(n *ast.Extract, raw int) *multikv {
	m := &multikv{n: n, raw: raw, copies: true}
	list := func(name string) []string {
		if n.Options[name] == "" {
			return nil
		}
		return strings.Split(n.Options[name], ",")
	}
	m.fields, m.filter = list("fields"), list("filter")
	if v, err := strconv.Atoi(n.Options["forceheader"]); err == nil {
		m.header = max(v-1, 0)
	}
	if isTrue(n.Options["noheader"]) {
		m.header = -1
	}
	if o := n.Options["copyattrs"]; o != "" {
		m.copies = isTrue(o)
	}
	if o := n.Options["rmorig"]; o != "" {
		m.original = !isTrue(o)
	}
	return m
}

func (m *multikv) takes(line string) bool {
	return m.filter == nil || slices.ContainsFunc(m.filter, func(text string) bool { return strings.Contains(line, text) })
}

// table parts a text into the names of its columns and its lines.
func (m *multikv) table(text string) (header, lines []string) {
	for _, line := range strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == '\r' }) {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	switch {
	case m.header < 0:
		if len(lines) > 0 {
			for i := range strings.Fields(lines[0]) {
				header = append(header, "Column_"+strconv.Itoa(i+1))
			}
		}
		return header, lines
	case len(lines)-2 < m.header:
		return nil, nil
	}
	for _, name := range strings.Fields(lines[m.header]) {
		header = append(header, cleanName(name))
	}
	return header, lines[m.header+1:]
}

// add makes a row of a line.
func (m *multikv) add(t *Table, row []event.Value, header []string, line string) {
	if !m.copies {
		row = nil
	}
	t.rows = append(t.rows, copyRow(row, len(t.cols)))
	i := len(t.rows) - 1
	t.set(i, m.raw, event.OfString(line))
	for j, v := range strings.Fields(line) {
		if j < min(len(header), maxFields) && header[j] != "" && (m.fields == nil || slices.Contains(m.fields, header[j])) {
			t.set(i, t.column(header[j]), event.OfString(v))
		}
	}
}

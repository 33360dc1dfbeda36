package pipeline

import (
	"cmp"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

var (
	_ = register((*compiler).split)
	_ = register((*compiler).expand)
	_ = register((*compiler).collapse)
)

// maxValues bounds the values that one cell is split or joined into: what a
// megabyte of text holds at ten bytes a word.
const maxValues = 100_000

// split makes several values of one.
func (c *compiler) split(n *ast.Split) stage {
	var re *match.Regexp
	if n.Tokenizer != "" {
		var err error
		if re, err = match.Find(n.Tokenizer, c.opts.GaveUp); err != nil {
			c.errorf(n, "%v", err)
			return nil
		}
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		col := t.find(n.Field)
		if col < 0 {
			return t, nil
		}
		for i := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			var parts []string
			for _, s := range texts(t.at(i, col)) {
				parts = append(parts, splitText(n, re, s)...)
			}
			if over := len(parts) - maxValues; over > 0 {
				r.dropped(n, "values", over)
				parts = parts[:maxValues]
			}
			if len(parts) > 0 {
				t.set(i, col, plain(event.OfStrings(parts)))
			}
		}
		return t, nil
	})
}

func splitText(n *ast.Split, re *match.Regexp, s string) []string {
	if re != nil {
		var parts []string
		for _, m := range re.FindAllStringSubmatch(s, maxValues+1) {
			if part := m[min(1, len(m)-1)]; part != "" || n.AllowEmpty {
				parts = append(parts, part)
			}
		}
		if parts == nil {
			return []string{s}
		}
		return parts
	}
	delim := n.Delim
	if delim == "" {
		delim = " "
	}
	parts := strings.SplitN(s, delim, maxValues+1)
	if n.AllowEmpty {
		return parts
	}
	kept := parts[:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

// expand makes a row of each value of a field. Rows without the field pass.
func (c *compiler) expand(n *ast.Expand) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		col := t.find(n.Field)
		if col < 0 {
			return t, nil
		}
		var rows [][]event.Value
		lost := 0
		for _, row := range t.rows {
			if err := r.tick(); err != nil {
				return nil, err
			}
			v := cell(row, col)
			if !v.IsList() {
				rows = append(rows, row)
				continue
			}
			count := v.Len()
			if n.Limit > 0 {
				count = min(count, n.Limit)
			}
			for j := range count {
				if len(rows) >= maxRows {
					lost += count - j
					break
				}
				one := copyRow(row, len(t.cols))
				one[col] = v.At(j)
				rows = append(rows, one)
			}
		}
		r.dropped(n, "rows", lost)
		t.rows = rows
		return t, nil
	})
}

// collapse makes one value of several, or one row of those that differ in the
// field alone.
func (c *compiler) collapse(n *ast.Collapse) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		col := t.find(n.Field)
		if col < 0 {
			return t, nil
		}
		if n.Rows {
			return t, r.combine(n, t, col)
		}
		delim := cmp.Or(t.delims[n.Field], n.Delim, "\n")
		for i := range t.rows {
			if v := t.at(i, col); v.IsList() {
				t.set(i, col, event.OfString(strings.Join(texts(v), delim)))
			}
		}
		return t, r.ctx.Err()
	})
}

// combine joins rows that are equal but for one column, at the place of the
// first of them.
func (r *run) combine(n *ast.Collapse, t *Table, col int) error {
	first := map[string]int{}
	values := map[int][]event.Value{}
	var kept [][]event.Value
	var buf []byte
	lost := 0
	for _, row := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		v := cell(row, col)
		buf = appendOthers(buf[:0], row, len(t.cols), col)
		at, ok := first[string(buf)]
		if !ok || v.IsNull() {
			at = len(kept)
			kept = append(kept, row)
			if !v.IsNull() {
				first[string(buf)] = at
			}
		}
		for j := range v.Len() {
			if len(values[at]) >= maxValues {
				lost++
				continue
			}
			values[at] = append(values[at], v.At(j))
		}
	}
	r.dropped(n, "values", lost)
	t.rows = kept
	for i, vs := range values {
		t.set(i, col, plain(event.OfList(vs)))
	}
	if n.Delim != "" {
		t.setDelim(n.Field, n.Delim)
	}
	return nil
}

// appendOthers appends what tells a row apart from others, but for one column.
func appendOthers(buf []byte, row []event.Value, width, col int) []byte {
	for c := range width {
		if c != col {
			buf = appendKey(buf, []event.Value{cell(row, c)})
		}
	}
	return buf
}

// setDelim remembers what nomv puts between the values of a field.
func (t *Table) setDelim(name, delim string) {
	if t.delims == nil {
		t.delims = map[string]string{}
	}
	t.delims[name] = delim
}

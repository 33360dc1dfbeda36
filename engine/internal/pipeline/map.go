package pipeline

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

var _ = register((*compiler).mapRows)

// defaultMaps is how many rows map runs its search for where it is not told:
// Splunk's documented default.
const defaultMaps = 10

// mapRows runs a search for each row, with the row's values in the place of
// $field$, and yields the rows of all.
func (c *compiler) mapRows(n *ast.Map) stage {
	if n.Search.Parse == nil {
		c.errorf(n, "expected a search")
		return nil
	}
	if c.depth+1 > maxDepth {
		c.errorf(n, "expected at most %d searches inside one another", maxDepth)
	}
	limit := n.Max
	if limit <= 0 {
		limit = defaultMaps
	}
	limit = min(limit, maxLate)
	l := &late{Late: &n.Search, opts: c.opts, source: c.late}
	if l.source == nil {
		l.source = &ast.Events{Off: n.Off}
		c.sources = append(c.sources, c.lateSource(n, l.source))
	}
	m := &mapping{n: n, limit: limit, late: l}
	return m
}

// mapping is a compiled map.
type mapping struct {
	n     *ast.Map
	limit int
	late  *late
}

// run runs the search row by row, until its runs have yielded all the rows that
// a table holds, or have looked at so many that the rest would take for ever:
// each reads all events again.
func (m *mapping) run(r *run, t *Table) (*Table, error) {
	out := &Table{}
	from, done := r.ticks, 0
	for ; done < min(m.limit, len(t.rows)); done++ {
		if len(out.rows) >= maxRows || done >= defaultMaps && r.ticks-from > maxLateWork {
			break
		}
		p, err := m.late.program(fillTokens(m.n.Search.Text, &serialRow{t.Row(done), done + 1}), r.depth)
		if err != nil {
			return nil, err
		}
		rows, err := r.program(p, &Table{})
		if err != nil {
			return nil, err
		}
		out.appendRows(rows)
		r.bound(m.n, out)
	}
	r.dropped(m.n, "rows of a map", len(t.rows)-done)
	return out, nil
}

// serialRow is a row with the number of its search.
type serialRow struct {
	event.Fields
	n int
}

func (r *serialRow) Field(name string) event.Value {
	if name == "_serial_id" {
		return event.OfInt(int64(r.n))
	}
	return r.Fields.Field(name)
}

// lateSource describes the source that stands for those of a map's searches:
// all events that any value in the place of the tokens could ask for.
func (c *compiler) lateSource(n *ast.Map, source *ast.Events) Source {
	s := Source{Node: source, All: true}
	s.ask(c.eventScope(nil, c.opts.Slots), nil, nil)
	q, err := n.Search.Parse(anyTokens(n.Search.Text))
	if err != nil || len(q.Stages) == 0 {
		return s
	}
	if ev, ok := q.Stages[0].(*ast.Events); ok {
		inner := newCompiler(q, c.opts, c.depth+1)
		s.ask(inner.eventScope(ev.Dataset, c.opts.Slots), weakened(inner.where(ev)), c.opts.Shared)
	}
	return s
}

// tokens calls f for the texts between tokens, and for the tokens' names. A
// token is $name$ without blanks.
func tokens(text string, f func(text string, token bool)) {
	for {
		before, rest, ok := strings.Cut(text, "$")
		name, after, closed := strings.Cut(rest, "$")
		if !ok || !closed {
			f(text, false)
			return
		}
		f(before, false)
		if name == "" || strings.ContainsAny(name, " \t\n\"'|()[]=\\") {
			f("$", false)
			text = rest
			continue
		}
		f(name, true)
		text = after
	}
}

// anyTokens puts a wildcard in the place of the tokens.
func anyTokens(text string) string {
	var b strings.Builder
	tokens(text, func(s string, token bool) {
		if token {
			s = "*"
		}
		b.WriteString(s)
	})
	return b.String()
}

// fillTokens puts a row's values in the place of the tokens, with quotes
// around those that need them and stand in none. A token of a field that is
// not there stays.
func fillTokens(text string, row event.Fields) string {
	var b strings.Builder
	quoted := false
	tokens(text, func(s string, token bool) {
		if !token {
			for i := 0; i < len(s); i++ {
				if s[i] == '\\' {
					i++
				} else if s[i] == '"' {
					quoted = !quoted
				}
			}
			b.WriteString(s)
			return
		}
		v := row.Field(s)
		switch text := v.Text(); {
		case v.IsNull():
			b.WriteString("$" + s + "$")
		case quoted:
			b.WriteString(escaped(text))
		case isWord(text):
			b.WriteString(text)
		default:
			b.WriteString(`"` + escaped(text) + `"`)
		}
	})
	return b.String()
}

// isWord reports whether a value needs no quotes.
func isWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.')
	})
}

package pipeline

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

var (
	_ = register((*compiler).foreach)
	_ = register((*compiler).mapRows)
)

// The limits of text that becomes a query only in a run: each is parsed and
// compiled, which costs as much as a thousand rows.
const (
	maxLate     = 10_000  // texts of one stage in one run
	maxLateText = 1 << 20 // bytes of one text
	maxLateKept = 1_000   // texts of one stage that are kept for later runs
)

// late compiles the texts that one stage's template becomes, and keeps them
// for later runs. It is safe for concurrent use.
type late struct {
	*ast.Late
	opts   Options
	source *ast.Events // see compiler.late
	fed    bool        // see compiler.fed

	mu   sync.Mutex
	kept map[string]*Program
}

// program returns the program of a text. The depth is that of the searches
// around it.
func (l *late) program(text string, depth int) (*Program, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p, ok := l.kept[text]; ok {
		return p, nil
	}
	switch {
	case depth >= maxDepth:
		return nil, fmt.Errorf("searches lie more than %d deep inside one another", maxDepth)
	case len(text) > maxLateText:
		return nil, fmt.Errorf("the text of a search has more than %d bytes", maxLateText)
	}
	q, err := l.Parse(text)
	if err != nil {
		return nil, err
	}
	c := newCompiler(q, l.opts, depth)
	c.late, c.fed = l.source, l.fed
	c.compile()
	if len(c.errs) > 0 {
		return nil, c.errs[0]
	}
	if l.kept == nil || len(l.kept) >= maxLateKept {
		l.kept = map[string]*Program{}
	}
	l.kept[text] = c.prog
	return c.prog, nil
}

// foreach runs a template for every field that a pattern names.
type foreach struct {
	node *ast.ForEach
	late late
}

func (c *compiler) foreach(n *ast.ForEach) stage {
	if n.Template.Parse == nil {
		c.errorf(n, "expected a template in brackets")
		return nil
	}
	s := &foreach{node: n, late: late{Late: &n.Template, opts: c.opts, fed: true}}
	if _, err := s.late.program(s.sample(), c.depth+1); err != nil {
		c.errorf(n, "template of foreach: %v", err)
	}
	switch n.Mode {
	case "", "multifield":
		return stageFunc(s.fields)
	case "multivalue", "json_array", "auto_collections":
		return stageFunc(s.elements)
	}
	c.errorf(n, "unknown mode %q of foreach", n.Mode)
	return nil
}

// sample is the template for a field of the plainest name, which finds what is
// wrong with it before a run does.
func (s *foreach) sample() string {
	text := s.text("x", "x*", []string{"x", "x", "x"})
	return strings.NewReplacer(s.token("itemstr", "<<ITEM>>"), "1", s.token("iterstr", "<<ITER>>"), "0").Replace(text)
}

// fields runs the template field by field. What a template does to a row
// depends on that row alone, so that it makes no difference whether rows or
// fields come first. A field whose name makes no sense in the template is
// left out: whoever sends events must not be able to stop a search.
func (s *foreach) fields(r *run, t *Table) (*Table, error) {
	runs, lost := 0, 0
	for _, pattern := range s.node.Patterns {
		for _, name := range t.matchingFilled(pattern) {
			if runs++; runs > maxLate {
				lost++
				continue
			}
			segs, _ := capture(pattern, name)
			p, err := s.late.program(s.text(name, pattern, segs), r.depth)
			if err != nil {
				lost++
				continue
			}
			if t, err = r.program(p, t); err != nil {
				return nil, err
			}
		}
	}
	r.dropped(s.node, "fields of a foreach", lost)
	return t, nil
}

// matchingFilled returns the columns that a pattern means and that have a
// value, or the plain name itself.
func (t *Table) matchingFilled(pattern string) []string {
	if !wild(pattern) {
		return []string{pattern}
	}
	var names []string
	for _, name := range t.matching(pattern) {
		if t.filled(t.find(name)) {
			names = append(names, name)
		}
	}
	return names
}

// text fills the placeholders of the template in.
func (s *foreach) text(name, pattern string, segs []string) string {
	match := ""
	if wild(pattern) {
		match = strings.Join(segs, "")
	}
	pairs := []string{s.token("fieldstr", "<<FIELD>>"), name, s.token("matchstr", "<<MATCHSTR>>"), match}
	for i := range 3 {
		seg := ""
		if i < len(segs) {
			seg = segs[i]
		}
		n := strconv.Itoa(i + 1)
		pairs = append(pairs, s.token("matchseg"+n, "<<MATCHSEG"+n+">>"), seg)
	}
	return strings.NewReplacer(pairs...).Replace(s.node.Template.Text)
}

func (s *foreach) token(option, normal string) string {
	if t := s.node.Options[option]; t != "" {
		return t
	}
	return normal
}

// elements runs the template for each value of a field of each row.
func (s *foreach) elements(r *run, t *Table) (*Table, error) {
	lost := 0
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		for _, pattern := range s.node.Patterns {
			for _, name := range t.matchingFilled(pattern) {
				for j, v := range s.items(t.at(i, t.find(name))) {
					if j >= maxLate {
						lost++
						continue
					}
					ok, err := s.element(r, t, i, s.itemText(name, v, j))
					if err != nil {
						return nil, err
					}
					if !ok {
						lost++
					}
				}
			}
		}
	}
	r.dropped(s.node, "values of a foreach", lost)
	return t, nil
}

// itemText is the template for one value.
func (s *foreach) itemText(name string, v event.Value, i int) string {
	return strings.NewReplacer(s.token("itemstr", "<<ITEM>>"), literal(v), s.token("iterstr", "<<ITER>>"), strconv.Itoa(i),
		s.token("fieldstr", "<<FIELD>>"), name).Replace(s.node.Template.Text)
}

// element runs a template over one row; false if it is none with this value.
func (s *foreach) element(r *run, t *Table, i int, text string) (ok bool, err error) {
	p, err := s.late.program(text, r.depth)
	if err != nil {
		return false, nil
	}
	one := &Table{rows: [][]event.Value{t.rows[i]}}
	one.retitle(t.cols)
	if one, err = r.program(p, one); err != nil || len(one.rows) != 1 {
		return true, err
	}
	for c, name := range one.cols {
		t.set(i, t.column(name), one.at(0, c))
	}
	return true, nil
}

// items returns the values of a list, or of the JSON array in a text.
func (s *foreach) items(v event.Value) []event.Value {
	var all []event.Value
	if s.node.Mode != "multivalue" && v.Len() == 1 {
		if root, ok := jsonpath.Parse(v.Text()); ok && root.Kind == jsonpath.Array {
			for _, e := range root.Items {
				all = append(all, event.OfString(e.Display()))
			}
			return all
		}
		if s.node.Mode == "json_array" {
			return nil
		}
	}
	for j := range v.Len() {
		all = append(all, v.At(j))
	}
	return all
}

// literal is a value as an eval expression writes it.
func literal(v event.Value) string {
	if _, ok := v.Number(); ok {
		return v.Text()
	}
	return `"` + escaped(v.Text()) + `"`
}

// escaped is a text as it stands between double quotes.
func escaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}

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
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		out := &Table{}
		r.dropped(n, "rows of a map", len(t.rows)-limit)
		for i := range min(limit, len(t.rows)) {
			p, err := l.program(fillTokens(n.Search.Text, t.Row(i)), r.depth)
			if err != nil {
				return nil, err
			}
			rows, err := r.program(p, &Table{})
			if err != nil {
				return nil, err
			}
			out.appendRows(rows)
		}
		return r.bound(n, out), nil
	})
}

// lateSource describes the source that stands for those of a map's searches:
// all events that any value in the place of the tokens could ask for.
func (c *compiler) lateSource(n *ast.Map, source *ast.Events) Source {
	s := Source{Node: source, All: true, Match: func(*field.Frame) bool { return true }}
	q, err := n.Search.Parse(anyTokens(n.Search.Text))
	if err != nil || len(q.Stages) == 0 {
		return s
	}
	ev, ok := q.Stages[0].(*ast.Events)
	if !ok {
		return s
	}
	inner := newCompiler(q, c.opts, c.depth+1)
	if where := inner.where(ev); where != nil {
		scope := inner.eventScope(ev.Dataset, c.opts.Slots)
		cond := scope.Cond(weaken(where, true))
		if len(scope.Errors) == 0 {
			s.Match = func(f *field.Frame) bool { return cond(f) == expr.True }
		}
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

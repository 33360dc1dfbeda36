package pipeline

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

var _ = register((*compiler).foreach)

// foreach runs a template for every field that a pattern names.
type foreach struct {
	node *ast.ForEach
	late late
	// keeps tells that the template takes nothing from rows without the field:
	// it is of evals, and none of them sets the field.
	keeps bool
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
	s.keeps = s.elsewhere()
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

// elsewhere reports whether the template is of evals that set other fields than
// the one that it runs for. What such a template makes null of a row without
// the field stays as it was: in Splunk's example of a total, a missing field
// counts for nothing.
func (s *foreach) elsewhere() bool {
	const field = "the_field_of_foreach"
	q, err := s.node.Template.Parse(s.text(field, "x*", []string{"x", "x", "x"}))
	if err != nil {
		return false
	}
	for _, st := range q.Stages {
		a, ok := st.(*ast.Assign)
		if !ok || slices.ContainsFunc(a.Set, func(a ast.Assignment) bool { return a.From != nil || a.Name == field }) {
			return false
		}
	}
	return true
}

// maxFieldWork bounds the rows that a run of foreach goes over, those of each field
// by themselves: of a hundred thousand, 300 fields.
const maxFieldWork = 1 << 25

// fields runs the template field by field. What a template does to a row
// depends on that row alone, so that it makes no difference whether rows or
// fields come first. A field whose name makes no sense in the template is
// left out: whoever sends events must not be able to stop a search.
func (s *foreach) fields(r *run, t *Table) (*Table, error) {
	from, runs, lost := r.ticks, 0, 0
	for _, pattern := range s.node.Patterns {
		for _, name := range t.matchingFilled(pattern) {
			if runs++; runs > maxLate || r.ticks-from > maxFieldWork {
				lost++
				continue
			}
			segs, _ := capture(pattern, name)
			p, err := s.late.program(s.text(name, pattern, segs), r.depth)
			if err != nil {
				lost++
				continue
			}
			if s.keeps {
				t, err = r.programKeeping(p, t, t.find(name))
			} else {
				t, err = r.program(p, t)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	r.dropped(s.node, "fields of a foreach", lost)
	return t, nil
}

// programKeeping runs a program of evals, and gives rows without a value in a
// column back what it took from them.
func (r *run) programKeeping(p *Program, t *Table, col int) (*Table, error) {
	before := map[int][]event.Value{}
	for i, row := range t.rows {
		if cell(row, col).IsNull() {
			before[i] = slices.Clone(row)
		}
	}
	names := t.cols
	t, err := r.program(p, t)
	if err != nil {
		return nil, err
	}
	for c, name := range names {
		to := t.column(name)
		for i, row := range before {
			if t.at(i, to).IsNull() && !cell(row, c).IsNull() {
				t.set(i, to, row[c])
			}
		}
	}
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

// maxElements bounds how often a run of foreach applies its template to a value:
// each is a small search, which is parsed, compiled and run.
const maxElements = 100_000

// elements runs the template for each value of a field of each row.
func (s *foreach) elements(r *run, t *Table) (*Table, error) {
	lost, runs := 0, 0
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return nil, err
		}
		for _, name := range s.collections(t, i) {
			for j, v := range s.items(t.at(i, t.find(name))) {
				if runs++; j >= maxLate || runs > maxElements {
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
	r.dropped(s.node, "values of a foreach", lost)
	return t, nil
}

// collections returns the fields whose values the template runs for: the named
// ones, in whose names a star is one, or without any those of the row that hold
// several values or a JSON array.
func (s *foreach) collections(t *Table, row int) []string {
	if len(s.node.Patterns) > 0 {
		return s.node.Patterns
	}
	var names []string
	for c, name := range t.cols {
		v := t.at(row, c)
		if v.IsList() || v.Len() == 1 && isArray(v.Text()) {
			names = append(names, name)
		}
	}
	return names
}

func isArray(s string) bool {
	root, ok := jsonpath.Parse(s)
	return ok && root.Kind == jsonpath.Array
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
func escaped(s string) string { return escapes.Replace(s) }

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

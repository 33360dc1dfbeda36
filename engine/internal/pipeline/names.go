package pipeline

import (
	"maps"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var (
	_ = register((*compiler).rename)
	_ = register((*compiler).project)
)

// capture matches a name against a pattern in which * is any run of
// characters, and returns the runs. The leftmost * take as little as they can.
func capture(pattern, name string) (runs []string, ok bool) {
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(name, parts[0])
	if !ok {
		return nil, false
	}
	if len(parts) == 1 {
		return nil, rest == ""
	}
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return nil, false
		}
		runs = append(runs, rest[:i])
		rest = rest[i+len(p):]
	}
	rest, ok = strings.CutSuffix(rest, last)
	return append(runs, rest), ok
}

// fillIn puts the runs in the place of a pattern's *.
func fillIn(pattern string, runs []string) string {
	var b strings.Builder
	for _, run := range runs {
		before, after, ok := strings.Cut(pattern, "*")
		if !ok {
			break
		}
		b.WriteString(before)
		b.WriteString(run)
		pattern = after
	}
	return b.String() + pattern
}

// wild reports whether a name is a pattern.
func wild(name string) bool { return strings.Contains(name, "*") }

// covers reports whether a pattern names a column. A pattern does not name
// what begins with _ unless it begins so itself.
func covers(pattern, name string) bool {
	if !wild(pattern) {
		return pattern == name
	}
	if internal(name) > internal(pattern) {
		return false
	}
	_, ok := capture(pattern, name)
	return ok
}

// rename gives columns other names.
func (c *compiler) rename(n *ast.Rename) stage {
	for _, p := range n.Pairs {
		if a, b := strings.Count(p.From, "*"), strings.Count(p.To, "*"); a != b && b > 0 {
			c.errorf(p, "expected as many * in %q as in %q", p.To, p.From)
		}
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		t.rename(n.Pairs)
		return t, nil
	})
}

// rename applies the pairs to the names as they are before it, from left to
// right. A column that gets the name of another replaces it; the name of a
// column that is not there takes the value of its target away.
func (t *Table) rename(pairs []ast.NamePair) {
	next := slices.Clone(t.cols)
	dead := make([]bool, len(next))
	holder := maps.Clone(t.index) // of each name, among the living
	assign := func(from int, to string) {
		if old, ok := holder[to]; ok && old != from {
			dead[old] = true
			delete(holder, to)
		}
		if from >= 0 {
			if holder[next[from]] == from {
				delete(holder, next[from])
			}
			next[from], dead[from] = to, false
			holder[to] = from
		}
	}
	for _, p := range pairs {
		if !wild(p.From) {
			if from := t.find(p.From); p.From != p.To {
				assign(from, p.To)
			}
			continue
		}
		for i, name := range t.cols {
			if runs, ok := capture(p.From, name); ok && covers(p.From, name) {
				assign(i, fillIn(p.To, runs))
			}
		}
	}
	t.rebuild(next, dead)
}

// rebuild gives the columns new names and removes the dead ones.
func (t *Table) rebuild(names []string, dead []bool) {
	if !slices.Contains(dead, true) {
		t.retitle(names)
		return
	}
	var from []int
	var live []string
	for i, name := range names {
		if !dead[i] {
			from = append(from, i)
			live = append(live, name)
		}
	}
	t.project(from, live)
}

// project keeps or drops columns.
func (c *compiler) project(n *ast.Project) stage {
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		if n.Drop {
			t.drop(n.Patterns)
		} else {
			t.choose(n.Patterns, n.Table)
		}
		return t, nil
	})
}

func (t *Table) drop(patterns []string) {
	dead := make([]bool, len(t.cols))
	for i, name := range t.cols {
		dead[i] = slices.ContainsFunc(patterns, func(p string) bool { return covers(p, name) })
	}
	t.rebuild(t.cols, dead)
}

// choose keeps the columns that the patterns name, in the patterns' order.
// With table, columns that are missing are made; without it, those that begin
// with _ stay.
func (t *Table) choose(patterns []string, table bool) {
	var from []int
	var names []string
	taken := map[string]bool{}
	take := func(i int, name string) {
		if !taken[name] {
			taken[name] = true
			from = append(from, i)
			names = append(names, name)
		}
	}
	for _, p := range patterns {
		if !wild(p) {
			if i := t.find(p); i >= 0 || table {
				take(i, p)
			}
			continue
		}
		for i, name := range t.cols {
			if covers(p, name) {
				take(i, name)
			}
		}
	}
	if !table {
		for i, name := range t.cols {
			if internal(name) == 1 {
				take(i, name)
			}
		}
	}
	t.project(from, names)
}

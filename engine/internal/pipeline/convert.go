package pipeline

import (
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/aggregate"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
	"github.com/spoor-lang/spoor/internal/syntax"
)

var _ = register((*compiler).convert)

// defaultTimeFormat is the notation of times that convert writes and reads
// where it is told no other.
const defaultTimeFormat = "%m/%d/%Y %H:%M:%S"

// converter turns a single value into another notation. It is false for a
// value that it cannot read.
type converter func(r *run, format string, v event.Value) (event.Value, bool)

// converters are convert's functions. What they do with values that they
// cannot read is in replaces.
var converters = map[string]converter{
	"ctime":   ctime,
	"mktime":  mktime,
	"num":     convertAuto,
	"auto":    convertAuto,
	"dur2sec": func(_ *run, _ string, v event.Value) (event.Value, bool) { return duration(v.Text(), 3) },
	"mstime":  func(_ *run, _ string, v event.Value) (event.Value, bool) { return duration(v.Text(), 2) },
	"memk":    memk,
	"rmcomma": rmcomma,
	"rmunit":  rmunit,
	"none":    func(_ *run, _ string, v event.Value) (event.Value, bool) { return v, true },
}

func converterNames() []string {
	return []string{"auto", "ctime", "dur2sec", "memk", "mktime", "mstime", "none", "num", "rmcomma", "rmunit"}
}

// convert turns the notation of values into another.
func (c *compiler) convert(n *ast.Convert) stage {
	for _, it := range n.Items {
		if _, ok := converters[it.Func]; !ok {
			c.errorf(it, "unknown function %q of convert%s", it.Func, syntax.Suggest(it.Func, converterNames()))
		}
	}
	format := n.Format
	if format == "" {
		format = defaultTimeFormat
	}
	return stageFunc(func(r *run, t *Table) (*Table, error) {
		for _, it := range n.Items {
			for _, name := range t.matching(it.Field) {
				if it.Func != "none" && wild(it.Field) && excluded(n.Items, name) {
					continue
				}
				to := name
				if it.As != "" {
					runs, _ := capture(it.Field, name)
					to = fillIn(it.As, runs)
				}
				if err := r.convert(t, it, format, name, to); err != nil {
					return nil, err
				}
			}
		}
		return t, nil
	})
}

// excluded reports whether none() takes a field out of what patterns mean.
func excluded(items []ast.ConvertItem, name string) bool {
	for _, it := range items {
		if it.Func == "none" && covers(it.Field, name) {
			return true
		}
	}
	return false
}

// matching returns the columns that a name or pattern means.
func (t *Table) matching(pattern string) []string {
	if !wild(pattern) {
		if t.find(pattern) < 0 {
			return nil
		}
		return []string{pattern}
	}
	var names []string
	for _, name := range t.cols {
		if covers(pattern, name) {
			names = append(names, name)
		}
	}
	return names
}

func (r *run) convert(t *Table, it ast.ConvertItem, format, name, to string) error {
	f := converters[it.Func]
	from, target := t.find(name), t.column(to)
	if it.Func == "auto" && !r.convertible(t, from, format) {
		f = converters["none"]
	}
	for i := range t.rows {
		if err := r.tick(); err != nil {
			return err
		}
		v := t.at(i, from)
		if v.IsNull() {
			continue
		}
		next := each(v, func(e event.Value) event.Value {
			x, ok := f(r, format, e)
			switch {
			case ok:
				return x
			case it.Func == "num":
				return event.Value{}
			}
			return e
		})
		t.set(i, target, next)
	}
	return nil
}

// convertible tells whether auto can convert all values of a column: where one
// stays, all do.
func (r *run) convertible(t *Table, col int, format string) bool {
	for i := range t.rows {
		v := t.at(i, col)
		for j := range v.Len() {
			if _, ok := convertAuto(r, format, v.At(j)); !ok {
				return false
			}
		}
	}
	return true
}

// each applies f to the elements of a value; nulls are left out.
func each(v event.Value, f func(event.Value) event.Value) event.Value {
	if !v.IsList() {
		return f(v)
	}
	var all []event.Value
	for i := range v.Len() {
		if e := f(v.At(i)); !e.IsNull() {
			all = append(all, e)
		}
	}
	return plain(event.OfList(all))
}

// ctime writes an epoch as text; what is no number stays.
func ctime(r *run, format string, v event.Value) (event.Value, bool) {
	f, ok := v.Number()
	if !ok {
		return v, false
	}
	return event.OfString(timefmt.Format(fromEpoch(f).In(r.zone), format)), true
}

// mktime reads text as an epoch.
func mktime(r *run, format string, v event.Value) (event.Value, bool) {
	t, ok := timefmt.Parse(v.Text(), format, r.zone)
	if !ok {
		return v, false
	}
	return epoch(t), true
}

// convertAuto tries the notations that values have: a number, a time, a
// duration, an amount of memory, commas, a unit.
func convertAuto(r *run, format string, v event.Value) (event.Value, bool) {
	if f, ok := v.Number(); ok {
		return aggregate.Number(f), true
	}
	seconds := func(_ *run, _ string, v event.Value) (event.Value, bool) { return duration(v.Text(), 3) }
	for _, f := range []converter{mktime, seconds, memk, rmcomma, rmunit} {
		if n, ok := f(r, format, v); ok {
			if _, num := n.Number(); num {
				return n, true
			}
		}
	}
	return v, false
}

// duration reads [D+][HH:]MM:SS[.SSS] as seconds, with at most so many parts
// between colons.
func duration(s string, parts int) (event.Value, bool) {
	var total float64
	if days, rest, ok := strings.Cut(s, "+"); ok {
		d, err := strconv.ParseUint(days, 10, 32)
		if err != nil {
			return event.Value{}, false
		}
		total, s = float64(d), rest
	}
	fields := strings.Split(s, ":")
	if len(fields) > parts || len(fields) < 2 {
		return event.Value{}, false
	}
	for len(fields) < 3 {
		fields = append([]string{"0"}, fields...)
	}
	for i, f := range fields {
		n, ok := event.ParseNumber(f)
		x, _ := n.Float()
		if !ok || x < 0 {
			return event.Value{}, false
		}
		total = total*[]float64{24, 60, 60}[i] + x
	}
	return aggregate.Number(total), true
}

// memk reads 2m, 5k, 1g as kilobytes; a plain number is one of kilobytes.
func memk(_ *run, _ string, v event.Value) (event.Value, bool) {
	s := strings.TrimSpace(v.Text())
	factor := 1.0
	if s != "" {
		switch s[len(s)-1] {
		case 'k', 'K':
			s = s[:len(s)-1]
		case 'm', 'M':
			s, factor = s[:len(s)-1], 1<<10
		case 'g', 'G':
			s, factor = s[:len(s)-1], 1<<20
		}
	}
	n, ok := event.ParseNumber(strings.TrimSpace(s))
	if !ok {
		return v, false
	}
	f, _ := n.Float()
	return aggregate.Number(f * factor), true
}

// rmcomma removes the commas of a number.
func rmcomma(_ *run, _ string, v event.Value) (event.Value, bool) {
	return event.OfString(strings.ReplaceAll(v.Text(), ",", "")), true
}

// rmunit takes the number at the beginning of a text.
func rmunit(_ *run, _ string, v event.Value) (event.Value, bool) {
	s := strings.TrimSpace(v.Text())
	rest := strings.TrimLeft(s, "+-")
	rest = strings.TrimLeft(rest, "0123456789.")
	if n, ok := event.ParseNumber(s[:len(s)-len(rest)]); ok {
		return n, true
	}
	return v, false
}

package fn

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

var _ = register(SPL,
	&Func{Name: "mvappend", Min: 1, Max: -1, Null: true, Call: mvappend},
	&Func{Name: "mvcount", Min: 1, Max: 1, Call: mvcount},
	&Func{Name: "mvdedup", Min: 1, Max: 1, Call: mvdedup},
	&Func{Name: "mvindex", Min: 2, Max: 3, Params: ".n", Call: mvindex},
	&Func{Name: "mvjoin", Min: 2, Max: 2, Call: mvjoin},
	&Func{Name: "mvrange", Min: 2, Max: 3, Params: "nn.", Call: mvrange},
	&Func{Name: "mvreverse", Min: 1, Max: 1, Call: mvreverse},
	&Func{Name: "mvsort", Min: 1, Max: 1, Call: mvsort},
	&Func{Name: "mvzip", Min: 2, Max: 3, Call: mvzip},
	&Func{Name: "split", Min: 2, Max: 2, Call: split},
	&Func{Name: "commands", Min: 1, Max: 1, Call: commands},
)

func elements(v event.Value) []event.Value {
	vs := make([]event.Value, v.Len())
	for i := range vs {
		vs[i] = v.At(i)
	}
	return vs
}

// mvappend joins its arguments' values to one list; null ones do not count.
func mvappend(_ *Context, args []event.Value) event.Value {
	var all []event.Value
	for _, a := range args {
		if len(all)+a.Len() > maxValues {
			return event.Value{}
		}
		all = append(all, elements(a)...)
	}
	return listOf(all)
}

func mvcount(_ *Context, args []event.Value) event.Value {
	if n := args[0].Len(); n > 0 {
		return event.OfInt(int64(n))
	}
	return event.Value{}
}

// mvdedup keeps the first of equal values.
func mvdedup(_ *Context, args []event.Value) event.Value {
	seen := make(map[string]bool, args[0].Len())
	var kept []event.Value
	for _, v := range elements(args[0]) {
		if s := v.Text(); !seen[s] {
			seen[s] = true
			kept = append(kept, v)
		}
	}
	return listOf(kept)
}

// mvindex is mvindex(list, start[, end]), both counted from 0, or, if they are
// negative, from the end, and both included. A start outside of the list
// makes null; an end behind it means its last value.
func mvindex(_ *Context, args []event.Value) event.Value {
	n := args[0].Len()
	start, ok := whole(args[1])
	end := start
	if len(args) > 2 && ok {
		end, ok = whole(args[2])
	}
	if start < 0 {
		start += n
	}
	if end < 0 {
		end += n
	}
	if !ok || start < 0 || start >= n || end < start {
		return event.Value{}
	}
	if len(args) == 2 {
		return args[0].At(start)
	}
	return listOf(elements(args[0])[start : min(end, n-1)+1])
}

func mvjoin(_ *Context, args []event.Value) event.Value {
	delim := args[1].Text()
	var b strings.Builder
	for i := range args[0].Len() {
		if i > 0 {
			b.WriteString(delim)
		}
		b.WriteString(args[0].At(i).Text())
		if b.Len() > maxText {
			return event.Value{}
		}
	}
	return event.OfString(b.String())
}

// mvrange is mvrange(start, end[, step]); end itself is left out. A step like
// "7d" is a span of time, and start and end are epochs then.
func mvrange(c *Context, args []event.Value) event.Value {
	start, ok1 := numeric(args[0])
	end, ok2 := numeric(args[1])
	if !ok1 || !ok2 {
		return event.Value{}
	}
	step := 1.0
	if len(args) > 2 {
		var ok bool
		if step, ok = numeric(args[2]); !ok {
			return timeRange(c, start, end, args[2].Text())
		}
	}
	if step == 0 || (end-start)/step > maxValues {
		return event.Value{}
	}
	var list []event.Value
	for i := 0; ; i++ {
		v := start + float64(i)*step
		if step > 0 && v >= end || step < 0 && v <= end {
			return listOf(list)
		}
		if len(list) == maxValues {
			return event.Value{}
		}
		list = append(list, number(v))
	}
}

// timeRange lists the times from start to end by a span of the calendar.
func timeRange(c *Context, start, end float64, span string) event.Value {
	sp, ok := timefmt.ParseSpan(span)
	if !ok || sp.Unit == ast.LogUnit || !timefmt.InRange(start) || !timefmt.InRange(end) {
		return event.Value{}
	}
	var list []event.Value
	for t := timefmt.FromEpoch(start).In(c.Zone); timefmt.Epoch(t) < end; t = timefmt.Next(t, sp) {
		if len(list) == maxValues {
			return event.Value{}
		}
		list = append(list, number(timefmt.Epoch(t)))
	}
	return listOf(list)
}

func mvreverse(_ *Context, args []event.Value) event.Value {
	vs := elements(args[0])
	slices.Reverse(vs)
	return listOf(vs)
}

// mvsort orders by the bytes of the texts.
func mvsort(_ *Context, args []event.Value) event.Value {
	vs := elements(args[0])
	slices.SortStableFunc(vs, func(a, b event.Value) int { return strings.Compare(a.Text(), b.Text()) })
	return listOf(vs)
}

// mvzip is mvzip(a, b[, delim]): pairs of values, as many as the shorter list
// has.
func mvzip(_ *Context, args []event.Value) event.Value {
	delim := ","
	if len(args) > 2 {
		delim = args[2].Text()
	}
	var pairs []event.Value
	size := 0
	for i := range min(args[0].Len(), args[1].Len()) {
		p := args[0].At(i).Text() + delim + args[1].At(i).Text()
		if size += len(p); size > maxText {
			return event.Value{}
		}
		pairs = append(pairs, event.OfString(p))
	}
	return listOf(pairs)
}

// split is split(s, delim), into characters if delim is empty. The values of
// a list are split one by one, and stay in one list.
func split(_ *Context, args []event.Value) event.Value {
	delim := args[1].Text()
	var parts []string
	for i := range args[0].Len() {
		s := args[0].At(i).Text()
		if len(parts)+strings.Count(s, delim) >= maxValues {
			return event.Value{}
		}
		if s == "" {
			parts = append(parts, s) // one empty value, also for an empty delim
			continue
		}
		if all := strings.Split(s, delim); parts == nil {
			parts = all
		} else {
			parts = append(parts, all...)
		}
	}
	switch len(parts) {
	case 0:
		return event.Value{}
	case 1:
		return event.OfString(parts[0])
	}
	return event.OfStrings(parts)
}

// commands lists the commands of the search that a text is.
func commands(_ *Context, args []event.Value) event.Value {
	var names []event.Value
	for i, stage := range stages(args[0].Text()) {
		words := strings.Fields(stage)
		switch {
		case len(words) == 0:
			continue
		case i == 0 && words[0] != "search":
			words[0] = "search" // a search that is not named
		}
		if names = append(names, event.OfString(words[0])); len(names) > maxValues {
			return event.Value{}
		}
	}
	return listOf(names)
}

// stages parts a search at the bars outside of quotes and brackets.
func stages(s string) []string {
	var parts []string
	from, depth, quoted := 0, 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '|' && depth <= 0:
			parts = append(parts, s[from:i])
			from = i + 1
		}
	}
	return append(parts, s[from:])
}

package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
)

// mapping compiles map(a=x, b=y, *=z): texts to texts, case ignored, * for
// any other.
func mapping(_ *scope, args []string) (transform, error) {
	type pair struct {
		from string
		to   event.Value
	}
	var pairs []pair
	var other event.Value
	for _, a := range args {
		from, to, ok := strings.Cut(a, "=")
		if !ok {
			return nil, fmt.Errorf("map: expected from=to, found %q", a)
		}
		if from == "*" {
			other = text(to)
			continue
		}
		pairs = append(pairs, pair{from, text(to)})
	}
	return func(_ *record, v event.Value) event.Value {
		s, ok := v.Str()
		if !ok {
			s = v.Text()
		}
		for _, p := range pairs {
			if strings.EqualFold(p.from, s) {
				return p.to
			}
		}
		return other
	}, nil
}

// lookup compiles table(name).
func lookup(s *scope, args []string) (transform, error) {
	t, ok := s.tables[args[0]]
	if !ok {
		return nil, fmt.Errorf("unknown table %q", args[0])
	}
	return func(_ *record, v event.Value) event.Value {
		k, ok := v.Str()
		if !ok {
			k = v.Text()
		}
		if to, ok := t[strings.ToLower(k)]; ok {
			return event.OfString(to)
		}
		return event.Value{}
	}, nil
}

func prefix(_ *scope, args []string) (transform, error) {
	return func(_ *record, v event.Value) event.Value { return event.OfString(args[0] + v.Text()) }, nil
}

// segment compiles segment(n): a path's n-th part, counted from 1, or from
// the end with -1.
func segment(_ *scope, args []string) (transform, error) {
	n, err := strconv.Atoi(args[0])
	if err != nil || n == 0 {
		return nil, fmt.Errorf("segment: expected a number that is not 0, found %q", args[0])
	}
	return func(_ *record, v event.Value) event.Value {
		s, _ := v.Str()
		return text(part(s, n))
	}, nil
}

// part returns the n-th part of a path, counted as segment does; an empty text for
// none.
func part(s string, n int) string {
	for ; n < -1; n++ {
		s = s[:max(0, strings.LastIndexByte(s, '\\'))]
	}
	if n < 0 {
		return s[strings.LastIndexByte(s, '\\')+1:]
	}
	for ; n > 1; n-- {
		_, s, _ = strings.Cut(s, `\`)
	}
	s, _, _ = strings.Cut(s, `\`)
	return s
}

// same compiles same(other, yes, no): whether another field has the same
// value.
func same(s *scope, args []string) (transform, error) {
	other, err := s.expr(args[0])
	if err != nil {
		return nil, err
	}
	yes, no := text(args[1]), text(args[2])
	return func(r *record, v event.Value) event.Value {
		if event.Identical(v, other(r)) {
			return yes
		}
		return no
	}, nil
}

// sameHost compiles same-host(a, b): the value, unless the two fields name
// different machines. One may be a full name and the other its first label.
func sameHost(s *scope, args []string) (transform, error) {
	a, err := s.expr(args[0])
	if err != nil {
		return nil, err
	}
	b, err := s.expr(args[1])
	if err != nil {
		return nil, err
	}
	return func(r *record, v event.Value) event.Value {
		x, _ := a(r).Str()
		y, _ := b(r).Str()
		if x == "" || y == "" || strings.EqualFold(x, y) {
			return v
		}
		xl, xd, xfull := strings.Cut(x, ".")
		yl, yd, yfull := strings.Cut(y, ".")
		if strings.EqualFold(xl, yl) && (!xfull || !yfull || strings.EqualFold(xd, yd)) {
			return v
		}
		return event.Value{}
	}, nil
}

// list compiles list(a, …): the texts, then the value.
func list(_ *scope, args []string) (transform, error) {
	return func(_ *record, v event.Value) event.Value {
		return event.OfStrings(append(args[:len(args):len(args)], v.Text()))
	}, nil
}

// when compiles when(other, a, …) and unless(other, a, …): the value, if
// another field is, or is not, one of the texts.
func when(want bool) func(*scope, []string) (transform, error) {
	return func(s *scope, args []string) (transform, error) {
		other, err := s.expr(args[0])
		if err != nil {
			return nil, err
		}
		return func(r *record, v event.Value) event.Value {
			o := other(r)
			t := o.Text()
			is := slices.ContainsFunc(args[1:], func(a string) bool { return strings.EqualFold(a, t) })
			if is == want {
				return v
			}
			return event.Value{}
		}, nil
	}
}

// join compiles join(separator, other): both texts, or the first alone.
func join(s *scope, args []string) (transform, error) {
	other, err := s.expr(args[1])
	if err != nil {
		return nil, err
	}
	return func(r *record, v event.Value) event.Value {
		o := other(r)
		if o.IsNull() {
			return v
		}
		return event.OfString(v.Text() + args[0] + o.Text())
	}, nil
}

// line compiles line(Name): the rest of the line "Name: rest" or
// "Name = rest" of a message.
func line(_ *scope, args []string) (transform, error) {
	name := args[0]
	return func(_ *record, v event.Value) event.Value {
		s, _ := v.Str()
		for s != "" {
			var l string
			l, s, _ = strings.Cut(s, "\n")
			l, ok := strings.CutPrefix(strings.TrimLeft(l, " \t"), name)
			if !ok {
				continue
			}
			l = strings.TrimLeft(l, " \t")
			if l == "" || l[0] != ':' && l[0] != '=' {
				continue
			}
			if v := text(strings.TrimSpace(l[1:])); present(v) {
				return v
			}
			return event.Value{}
		}
		return event.Value{}
	}, nil
}

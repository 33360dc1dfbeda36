package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
)

// transform makes a value of another, which is not null. It may read further
// fields.
type transform func(*record, event.Value) event.Value

// simple are the transforms without arguments. What they cannot make sense of
// becomes null.
var simple = map[string]func(event.Value) event.Value{
	"text":          func(v event.Value) event.Value { return event.OfString(v.Text()) },
	"number":        number,
	"bool":          boolean,
	"lower":         onText(strings.ToLower),
	"upper":         onText(strings.ToUpper),
	"basename":      onText(basename),
	"dirname":       onText(dirname),
	"extension":     onText(extension),
	"strip-domain":  onText(stripDomain),
	"domain":        onText(domain),
	"trim":          onText(strings.TrimSpace),
	"unquote":       onText(func(s string) string { return strings.Trim(s, " \"") }),
	"ip":            onText(func(s string) string { return strings.TrimPrefix(s, "::ffff:") }),
	"args":          args,
	"args-count":    argsCount,
	"words":         words,
	"first-arg":     firstArg,
	"count":         func(v event.Value) event.Value { return event.OfInt(int64(v.Len())) },
	"audit":         audit,
	"time":          asTime,
	"nt-registry":   onText(ntRegistry),
	"registry-hive": onText(registryHive),
	"registry-key":  onText(registryKey),
	"cim-hive":      onText(cimHive),
	"registry-data": registryData,
	"registry-type": onText(registryType),
	"cim-data":      onText(cimData),
	"cim-type":      onText(cimType),
	"dns-answers":   dnsPart(answerData),
	"dns-types":     dnsPart(answerType),
	"dns-ips":       dnsPart(answerIP),
}

// maker compiles a transform with arguments.
type maker struct {
	min     int
	compile func(s *scope, args []string) (transform, error)
}

// withArgs are the transforms with arguments. It is filled in by init because
// they lead back to expressions, which lead here.
var withArgs map[string]maker

func init() {
	withArgs = map[string]maker{
		"map":        {1, mapping},
		"table":      {1, lookup},
		"prefix":     {1, prefix},
		"hash":       {1, hashOf},
		"segment":    {1, segment},
		"line":       {1, line},
		"same":       {3, same},
		"same-host":  {2, sameHost},
		"list":       {1, list},
		"when":       {2, when(true)},
		"unless":     {2, when(false)},
		"join":       {2, join},
		"invocation": {1, invocation},
	}
}

func transformNames() []string { return append(sorted(simple), sorted(withArgs)...) }

// onText lifts a function over texts. An empty result is null.
func onText(f func(string) string) func(event.Value) event.Value {
	return func(v event.Value) event.Value {
		s, ok := v.Str()
		if !ok {
			return event.Value{}
		}
		return text(f(s))
	}
}

func text(s string) event.Value {
	if s == "" {
		return event.Value{}
	}
	return event.OfString(s)
}

// number reads integers, decimal or hexadecimal with 0x.
func number(v event.Value) event.Value {
	switch v.Kind() {
	case event.Int:
		return v
	case event.Float:
		f, _ := v.Float()
		if i := int64(f); float64(i) == f {
			return event.OfInt(i)
		}
		return v
	case event.String:
		s, _ := v.Str()
		s = strings.TrimSpace(s)
		if hex, ok := strings.CutPrefix(s, "0x"); ok {
			if n, err := strconv.ParseUint(hex, 16, 64); err == nil {
				return event.OfInt(int64(n))
			}
			return event.Value{}
		}
		n, _ := event.ParseNumber(s)
		return n
	}
	return event.Value{}
}

func boolean(v event.Value) event.Value {
	if v.Kind() == event.Bool {
		return v
	}
	s, _ := v.Str()
	switch {
	case strings.EqualFold(s, "true"):
		return event.OfBool(true)
	case strings.EqualFold(s, "false"):
		return event.OfBool(false)
	}
	return event.Value{}
}

// basename returns what follows the last separator, Windows' or a pipe's.
func basename(s string) string { return s[lastSeparator(s)+1:] }

func dirname(s string) string {
	i := lastSeparator(s)
	if i < 0 {
		return ""
	}
	return s[:i]
}

// lastSeparator is strings.LastIndexAny without its preparations, as names are
// short and asked for with nearly every event.
func lastSeparator(s string) int {
	i := len(s) - 1
	for i >= 0 && s[i] != '\\' && s[i] != '/' {
		i--
	}
	return i
}

func extension(s string) string {
	s = basename(s)
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return ""
	}
	return s[i+1:]
}

func stripDomain(s string) string { return s[strings.LastIndexByte(s, '\\')+1:] }

func domain(s string) string {
	i := strings.LastIndexByte(s, '\\')
	if i < 0 {
		return ""
	}
	return s[:i]
}

func words(v event.Value) event.Value {
	s, ok := v.Str()
	if !ok {
		return v
	}
	ws := strings.Fields(s)
	if len(ws) == 0 {
		return event.Value{}
	}
	return event.OfStrings(ws)
}

func asTime(v event.Value) event.Value {
	t, ok := timeOf(v)
	if !ok {
		return event.Value{}
	}
	return event.OfTime(t)
}

// The bits of an event's keywords that tell how an audited attempt ended.
const (
	auditSuccess = 0x0020000000000000
	auditFailure = 0x0010000000000000
)

// audit reads the outcome from the keywords, which come as hexadecimal text,
// as a signed number, or as words.
func audit(v event.Value) event.Value {
	for i := range v.Len() {
		e := v.At(i)
		s, _ := e.Str()
		switch {
		case s == "Audit Success", s == "AUDIT_SUCCESS":
			return event.OfString("success")
		case s == "Audit Failure", s == "AUDIT_FAILURE":
			return event.OfString("failure")
		}
		// A float has lost low bits, not these.
		f, _ := number(e).Float()
		n, ok := number(e).Int()
		if !ok {
			n = int64(f)
		}
		switch {
		case n&auditSuccess != 0:
			return event.OfString("success")
		case n&auditFailure != 0:
			return event.OfString("failure")
		}
	}
	return event.Value{}
}

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

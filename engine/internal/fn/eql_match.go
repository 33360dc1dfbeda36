package fn

import (
	"errors"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// EQL's functions that match a value with several patterns. Those of the
// original language go without case.
var _ = register(EQL,
	&Func{Name: "cidrMatch", Min: 2, Max: -1, Params: "is", Each: true, Bind: bindAddrs},
)

var _ = register(Endgame,
	&Func{Name: "wildcard", Min: 2, Max: -1, Params: "ss", Each: true, Bind: bindWildcard,
		Instead: `field : "pattern"`},
	&Func{Name: "match", Min: 2, Max: -1, Params: "ss", Each: true, Bind: bindRegex,
		Instead: `field regex~ "pattern"`},
	&Func{Name: "matchLite", Min: 2, Max: -1, Params: "ss", Each: true, Bind: bindRegex,
		Instead: `field regex~ "pattern"`},
	&Func{Name: "arrayContains", Min: 2, Max: -1, Params: ".", Call: arrayContains,
		Instead: `array : "value", which holds for any of its values`},
)

// What the original language does otherwise than today's.
var _ = register(Endgame,
	&Func{Name: "length", Min: 1, Max: 1, Params: ".", Call: lengthOfAny},
	&Func{Name: "stringContains", Min: 2, Max: 2, Params: "ss", Each: true, Fold: true, Bind: search(within)},
	&Func{Name: "between", Min: 3, Max: 4, Params: "sssb", Each: true, Fold: true, Bind: bindBetween(betweenOrNull)},
	&Func{Name: "divide", Min: 2, Max: 2, Params: "nn", Each: true, Call: floored(ast.Div)},
	&Func{Name: "modulo", Min: 2, Max: 2, Params: "nn", Each: true, Call: floored(ast.Mod)},
)

// lengthOfAny is the number of an array's elements, or a text's length.
func lengthOfAny(c *Context, args []event.Value) event.Value {
	if args[0].IsList() {
		return event.OfInt(int64(args[0].Len()))
	}
	return lengthOf(c, args)
}

// within holds for an empty part, too.
func within(s string, part *match.Needle) bool {
	i, _ := part.Index(s)
	return i >= 0
}

// betweenOrNull is null where one of the two texts is missing; an empty one is
// found anywhere.
func betweenOrNull(s string, left, right *match.Needle, greedy bool) event.Value {
	at, from := left.Index(s)
	if at < 0 {
		return event.Value{}
	}
	find := right.Index
	if greedy {
		find = func(s string) (int, int) { at := right.LastIndex(s); return at, at }
	}
	to, _ := find(s[from:])
	if to < 0 {
		return event.Value{}
	}
	return event.OfString(s[from : from+to])
}

func floored(op ast.Op) Call {
	return func(_ *Context, args []event.Value) event.Value { return Floored(op, args[0], args[1]) }
}

// literals returns the patterns if all of them are literals; false if one is
// not.
func literals(lits []*event.Value) ([]string, bool) {
	var texts []string
	for _, l := range lits {
		if l == nil {
			return nil, false
		}
		s, ok := text(*l)
		if !ok {
			return nil, false
		}
		texts = append(texts, s)
	}
	return texts, true
}

// bindAddrs tells whether an address lies in one of the prefixes. A text that
// is no address lies in none.
func bindAddrs(lits []*event.Value, _ Options) (Call, error) {
	list, known := literals(lits[1:])
	if !known {
		return cidrByEach, nil
	}
	addrs, err := match.CIDR(list...)
	if err != nil {
		return nil, err
	}
	return func(_ *Context, args []event.Value) event.Value {
		s, _ := args[0].Str()
		ip, ok := match.Addr(s)
		return event.OfBool(ok && addrs.Contains(ip))
	}, nil
}

func cidrByEach(_ *Context, args []event.Value) event.Value {
	s, _ := args[0].Str()
	ip, ok := match.Addr(s)
	for _, a := range args[1:] {
		t, _ := a.Str()
		if p, valid := match.Prefix(t); ok && valid && match.Within(p, ip) {
			return event.OfBool(true)
		}
	}
	return event.OfBool(false)
}

func bindWildcard(lits []*event.Value, _ Options) (Call, error) {
	list, known := literals(lits[1:])
	if !known {
		return nil, errors.New("expected literal patterns, found another expression")
	}
	var all []match.Text
	for _, p := range list {
		all = append(all, match.Star(p, true))
	}
	return matching(all), nil
}

// bindRegex takes Python's match: from the text's beginning on, not to its
// end. The pattern may stand before the text, as the language once had it.
func bindRegex(lits []*event.Value, o Options) (Call, error) {
	if len(lits) == 2 && lits[0] != nil && lits[1] == nil {
		call, err := bindRegex([]*event.Value{nil, lits[0]}, o)
		return func(c *Context, args []event.Value) event.Value {
			args[0], args[1] = args[1], args[0]
			return call(c, args)
		}, err
	}
	list, known := literals(lits[1:])
	if !known {
		return nil, errors.New("expected literal patterns, found another expression")
	}
	re, err := match.Linear(`(?si)\A(?:` + strings.Join(list, "|") + ")")
	if err != nil {
		return nil, err
	}
	return matching([]match.Text{re.MatchString}), nil
}

func matching(all []match.Text) Call {
	return func(_ *Context, args []event.Value) event.Value {
		s, ok := text(args[0])
		if !ok {
			return event.Value{}
		}
		for _, m := range all {
			if m(s) {
				return event.OfBool(true)
			}
		}
		return event.OfBool(false)
	}
}

// arrayContains tells whether an array has one of the values.
func arrayContains(_ *Context, args []event.Value) event.Value {
	for i := range args[0].Len() {
		e := args[0].At(i)
		s, isText := e.Str()
		for _, a := range args[1:] {
			t, ok := a.Str()
			if isText && ok && strings.EqualFold(s, t) || event.Identical(e, a) {
				return event.OfBool(true)
			}
		}
	}
	return event.OfBool(false)
}

package fn

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// EQL's functions over texts. Lengths and positions count UTF-16 units, as
// Elasticsearch does.
var _ = register(EQL,
	&Func{Name: "length", Min: 1, Max: 1, Params: "s", Each: true, Call: lengthOf},
	&Func{Name: "concat", Min: 1, Max: -1, Params: ".", Each: true, Call: concat},
	&Func{Name: "string", Min: 1, Max: 1, Params: ".", Each: true, Call: toText},
	&Func{Name: "substring", Min: 2, Max: 3, Params: "snn", Each: true, Null: true, Call: substring},
	&Func{Name: "startsWith", Min: 2, Max: 2, Params: "ss", Each: true, Fold: true, Bind: search(starts)},
	&Func{Name: "endsWith", Min: 2, Max: 2, Params: "ss", Each: true, Fold: true, Bind: search(ends)},
	&Func{Name: "stringContains", Min: 2, Max: 2, Params: "ss", Each: true, Fold: true, Bind: search(contains)},
	&Func{Name: "indexOf", Min: 2, Max: 3, Params: "ssn", Each: true, Fold: true, Bind: bindIndexOf},
	&Func{Name: "between", Min: 3, Max: 4, Params: "sssb", Each: true, Fold: true, Bind: bindBetween(between)},
)

func lengthOf(_ *Context, args []event.Value) event.Value {
	s, ok := text(args[0])
	if !ok {
		return event.Value{}
	}
	return event.OfInt(int64(units(s)))
}

// units is the length of s in UTF-16.
func units(s string) int {
	if match.ASCII(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// offset is the byte offset of the n-th UTF-16 unit of s, at most its length.
func offset(s string, n int) int {
	for i, r := range s {
		if n <= 0 {
			return i
		}
		n -= utf16.RuneLen(r)
	}
	return len(s)
}

// maxJoined bounds the texts that concat makes, whose nesting could double
// them again and again.
const maxJoined = 10 << 20

func concat(_ *Context, args []event.Value) event.Value {
	var b strings.Builder
	for _, a := range args {
		s, ok := text(a)
		if !ok || b.Len()+len(s) > maxJoined {
			return event.Value{}
		}
		b.WriteString(s)
	}
	return event.OfString(b.String())
}

func toText(_ *Context, args []event.Value) event.Value {
	s, ok := text(args[0])
	if !ok {
		return event.Value{}
	}
	return event.OfString(s)
}

// substring is a slice; negative ends count from the text's end, and a null
// end is the text's own.
func substring(_ *Context, args []event.Value) event.Value {
	s, ok := text(args[0])
	if !ok {
		return event.Value{}
	}
	size := len(s)
	plain := isASCII(s)
	if !plain {
		size = units(s)
	}
	ends := [2]int{0, size}
	for i, a := range args[1:] {
		if a.IsNull() {
			continue
		}
		n, ok := integer(a)
		if !ok {
			return event.Value{}
		}
		if n < 0 {
			n += size
		}
		ends[i] = max(0, min(n, size))
	}
	switch from, to := ends[0], ends[1]; {
	case from >= to:
		return event.OfString("")
	case plain:
		return event.OfString(s[from:to])
	default:
		return event.OfString(string(utf16.Decode(utf16.Encode([]rune(s))[from:to])))
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func starts(s string, n *match.Needle) bool { _, ok := n.At(s); return ok }
func ends(s string, n *match.Needle) bool   { _, ok := n.Suffix(s); return ok }
func contains(s string, n *match.Needle) bool {
	i, _ := n.Index(s)
	return i >= 0 && s != "" && !n.Empty()
}

// search makes a function of (text, part); a literal part is prepared.
func search(has func(s string, part *match.Needle) bool) func([]*event.Value, Options) (Call, error) {
	return func(lits []*event.Value, o Options) (Call, error) {
		part, known := prepared(lits[1], o.Fold)
		return func(_ *Context, args []event.Value) event.Value {
			s, ok1 := text(args[0])
			if known {
				if !ok1 {
					return event.Value{}
				}
				return event.OfBool(has(s, &part))
			}
			p, ok2 := text(args[1])
			if !ok1 || !ok2 {
				return event.Value{}
			}
			n := match.NewNeedle(p, o.Fold)
			return event.OfBool(has(s, &n))
		}, nil
	}
}

func prepared(lit *event.Value, fold bool) (match.Needle, bool) {
	if lit == nil {
		return match.Needle{}, false
	}
	s, ok := text(*lit)
	return match.NewNeedle(s, fold), ok
}

// bindIndexOf is the position of a part at or behind a start; null where it
// is not, or the start lies behind the text.
func bindIndexOf(lits []*event.Value, o Options) (Call, error) {
	part, known := prepared(lits[1], o.Fold)
	return func(_ *Context, args []event.Value) event.Value {
		s, ok1 := text(args[0])
		p, ok2 := text(args[1])
		start, ok3 := 0, true
		if len(args) > 2 {
			start, ok3 = integer(args[2])
		}
		if !ok1 || !ok2 || !ok3 {
			return event.Value{}
		}
		n := part
		if !known {
			n = match.NewNeedle(p, o.Fold)
		}
		if start > 0 && start > units(s) {
			return event.Value{}
		}
		from := offset(s, max(start, 0))
		at, _ := n.Index(s[from:])
		if at < 0 {
			return event.Value{}
		}
		return event.OfInt(int64(units(s[:from+at])))
	}, nil
}

// bindBetween makes a function of a text, what is left and what is right of the
// part to find, and whether it is the longest.
func bindBetween(find func(s string, left, right *match.Needle, greedy bool) event.Value) func([]*event.Value, Options) (Call, error) {
	return func(lits []*event.Value, o Options) (Call, error) {
		left, knownLeft := prepared(lits[1], o.Fold)
		right, knownRight := prepared(lits[2], o.Fold)
		return func(_ *Context, args []event.Value) event.Value {
			s, ok1 := text(args[0])
			l, ok2 := text(args[1])
			r, ok3 := text(args[2])
			if !ok1 || !ok2 || !ok3 {
				return event.Value{}
			}
			greedy := false
			if len(args) > 3 {
				if greedy, ok1 = args[3].Bool(); !ok1 {
					return event.Value{}
				}
			}
			open, shut := left, right
			if !knownLeft {
				open = match.NewNeedle(l, o.Fold)
			}
			if !knownRight {
				shut = match.NewNeedle(r, o.Fold)
			}
			return find(s, &open, &shut, greedy)
		}, nil
	}
}

// between is the text between the first left and the first right behind it or,
// if greedy, the last right of all. It is empty where one of them is missing,
// and the text itself where one of the three is empty.
func between(s string, left, right *match.Needle, greedy bool) event.Value {
	if s == "" || left.Empty() || right.Empty() {
		return event.OfString(s)
	}
	at, from := left.Index(s)
	if at < 0 {
		return event.OfString("")
	}
	if !greedy {
		to, _ := right.Index(s[from:])
		if to < 0 {
			return event.OfString("")
		}
		return event.OfString(s[from : from+to])
	}
	to := right.LastIndex(s)
	switch {
	case to < 0:
		return event.OfString("")
	case to < from:
		return event.Value{}
	}
	return event.OfString(s[from:to])
}

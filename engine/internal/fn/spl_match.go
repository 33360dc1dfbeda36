package fn

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync/atomic"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

var _ = register(SPL,
	&Func{Name: "match", Min: 2, Max: 2, Bind: bindMatch},
	&Func{Name: "like", Min: 2, Max: 2, Bind: bindLike},
	&Func{Name: "replace", Min: 3, Max: 3, Each: true, Bind: bindReplace},
	&Func{Name: "mvfind", Min: 2, Max: 2, Bind: bindMvfind},
	&Func{Name: "cidrmatch", Min: 2, Max: 2, Bind: bindCidrmatch},
)

// maxPattern bounds a pattern that a field holds: longer ones are no patterns
// that somebody wrote, and compiling them costs a multiple of their length.
const maxPattern = 5000

// pattern is something compiled from a text.
type pattern[T any] struct {
	text string
	of   T
	ok   bool
}

// patterns compiles the argument i of a call: now, if it is a literal, else
// when it is asked, keeping the last one, as neighbours tend to have the same.
func patterns[T any](lits []*event.Value, i int, compile func(string) (T, error)) (func([]event.Value) (T, bool), error) {
	if l := lits[i]; l != nil {
		of, err := compile(l.Text())
		return func([]event.Value) (T, bool) { return of, true }, err
	}
	var last atomic.Pointer[pattern[T]]
	return func(args []event.Value) (T, bool) {
		text := args[i].Text()
		if p := last.Load(); p != nil && p.text == text {
			return p.of, p.ok
		}
		p := &pattern[T]{text: strings.Clone(text)}
		if len(text) <= maxPattern {
			of, err := compile(text)
			p.of, p.ok = of, err == nil
		}
		last.Store(p)
		return p.of, p.ok
	}, nil
}

// regexes are the patterns of a call's second argument that may give up on a text.
func regexes[T any](lits []*event.Value, o Options, compile func(string, *match.GaveUp) (T, error)) (func([]event.Value) (T, bool), error) {
	if lits[1] == nil {
		o.GaveUp.Expect()
	}
	return patterns(lits, 1, func(text string) (T, error) { return compile(text, o.GaveUp) })
}

// some reports whether f holds for one of v's values.
func some(v event.Value, f func(s string) bool) event.Value {
	for i := range v.Len() {
		if f(v.At(i).Text()) {
			return event.OfBool(true)
		}
	}
	return event.OfBool(false)
}

// bindMatch is match(s, regex), anywhere in s. A pattern from a field that is
// no regular expression makes null.
func bindMatch(lits []*event.Value, o Options) (Call, error) {
	find, err := regexes(lits, o, finder)
	if err != nil {
		return nil, err
	}
	return func(_ *Context, args []event.Value) event.Value {
		find, ok := find(args)
		if !ok {
			return event.Value{}
		}
		return some(args[0], find)
	}, nil
}

// finder compiles a regular expression. One that is a plain text, as many are,
// is looked for as such.
func finder(pattern string, g *match.GaveUp) (match.Text, error) {
	re, err := match.Find(pattern, g)
	if err != nil {
		return nil, err
	}
	linear, ok := re.Linear()
	if !ok {
		return re.MatchString, nil
	}
	tree, err := syntax.Parse(linear, syntax.Perl)
	if err != nil {
		return nil, err
	}
	for tree = tree.Simplify(); tree.Op == syntax.OpCapture; {
		tree = tree.Sub[0]
	}
	text := string(tree.Rune)
	if tree.Op != syntax.OpLiteral || strings.ContainsAny(text, "*\ufffd") {
		return re.MatchString, nil
	}
	return match.Star("*"+text+"*", tree.Flags&syntax.FoldCase != 0), nil
}

// bindLike is like(s, pattern): % is any run of characters, _ is one, and the
// whole text must match.
func bindLike(lits []*event.Value, _ Options) (Call, error) {
	like, err := patterns(lits, 1, compileLike)
	if err != nil {
		return nil, err
	}
	return func(_ *Context, args []event.Value) event.Value {
		like, ok := like(args)
		if !ok {
			return event.Value{}
		}
		return some(args[0], like)
	}, nil
}

// compileLike turns the pattern into one of match's. Where the pattern holds
// that one's special characters, a regular expression serves.
func compileLike(p string) (match.Text, error) {
	if !strings.ContainsAny(p, "*?") {
		return match.Wildcard(strings.NewReplacer("%", "*", "_", "?").Replace(p), false), nil
	}
	var b strings.Builder
	b.WriteString(`\A(?s:`)
	for _, r := range p {
		switch r {
		case '%':
			b.WriteString(`.*`)
		case '_':
			b.WriteByte('.')
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	b.WriteString(`)\z`)
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, err
	}
	return re.MatchString, nil
}

// bindReplace is replace(s, regex, by): all matches, with \1 to \9 in by.
func bindReplace(lits []*event.Value, o Options) (Call, error) {
	re, err := regexes(lits, o, match.Find)
	if err != nil {
		return nil, err
	}
	by, err := patterns(lits, 2, func(s string) (template, error) { return newTemplate(s), nil })
	if err != nil {
		return nil, err
	}
	return func(_ *Context, args []event.Value) event.Value {
		re, ok1 := re(args)
		by, ok2 := by(args)
		if !ok1 || !ok2 {
			return event.Value{}
		}
		return by.replace(re, args[0].Text())
	}, nil
}

// template is the text that takes the place of a match: literals and, between
// them, groups of the match.
type template struct {
	literals []string // one more than groups
	groups   []int
}

func newTemplate(s string) template {
	var t template
	from := 0
	for i := 0; i+1 < len(s); i++ {
		if c := s[i+1]; s[i] != '\\' || c < '0' || c > '9' {
			continue
		}
		t.literals = append(t.literals, s[from:i])
		t.groups = append(t.groups, int(s[i+1]-'0'))
		from = i + 2
		i++
	}
	t.literals = append(t.literals, s[from:])
	return t
}

func (t template) replace(re *match.Regexp, s string) event.Value {
	found := re.FindAllStringSubmatchIndex(s, -1)
	if found == nil {
		return event.OfString(s)
	}
	var b strings.Builder
	from := 0
	for _, m := range found {
		b.WriteString(s[from:m[0]])
		for i, g := range t.groups {
			b.WriteString(t.literals[i])
			if 2*g < len(m) && m[2*g] >= 0 {
				b.WriteString(s[m[2*g]:m[2*g+1]])
			}
		}
		b.WriteString(t.literals[len(t.groups)])
		if from = m[1]; b.Len() > maxText {
			return event.Value{}
		}
	}
	b.WriteString(s[from:])
	return bounded(b.String())
}

// bindMvfind is mvfind(list, regex): the index of the first value that
// matches.
func bindMvfind(lits []*event.Value, o Options) (Call, error) {
	re, err := regexes(lits, o, match.Find)
	if err != nil {
		return nil, err
	}
	return func(_ *Context, args []event.Value) event.Value {
		re, ok := re(args)
		if !ok {
			return event.Value{}
		}
		for i := range args[0].Len() {
			if re.MatchString(args[0].At(i).Text()) {
				return event.OfInt(int64(i))
			}
		}
		return event.Value{}
	}, nil
}

// bindCidrmatch is cidrmatch(prefix, address). What is no prefix or no address
// makes false.
func bindCidrmatch(lits []*event.Value, _ Options) (Call, error) {
	compile := func(s string) (*match.Addrs, error) { return match.CIDR(s) }
	if l := lits[0]; l != nil {
		if _, err := match.CIDR(l.Text()); err != nil {
			return func(*Context, []event.Value) event.Value { return event.OfBool(false) }, nil
		}
	}
	prefix, err := patterns(lits, 0, compile)
	if err != nil {
		return nil, err
	}
	return func(_ *Context, args []event.Value) event.Value {
		prefix, ok := prefix(args)
		return some(args[1], func(s string) bool {
			ip, valid := match.Addr(s)
			return ok && valid && prefix.Contains(ip)
		})
	}, nil
}

package schema

import (
	"fmt"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// scope is where a definition stands: which raw names are corrected there,
// and what errors say of the place.
type scope struct {
	*compiler
	where string
	raw   map[string]getter
}

// getters compiles the definitions of a view. A null definition takes a field
// away that a group or the channel gives.
func (s *scope) getters(view string, defs map[string]any) map[string]getter {
	gs := make(map[string]getter, len(defs)+1)
	for _, name := range sorted(defs) {
		if defs[name] != nil {
			gs[name] = s.getter(view, name, defs[name])
		}
	}
	return gs
}

func (s *scope) getter(view, name string, def any) getter {
	text, ok := def.(string)
	if !ok {
		return constant(constOf(def))
	}
	// Most definitions are the same for many events; the raw corrections of
	// an event are what can make a difference.
	key := text
	if len(s.raw) > 0 {
		key = s.where + "\x00" + text
	}
	if g, ok := s.memo[key]; ok {
		return g
	}
	g, err := s.expr(text)
	if err != nil {
		s.errs = append(s.errs, fmt.Errorf("%s: %s %s: %w", s.where, view, name, err))
		return constant(event.Value{})
	}
	s.memo[key] = g
	return g
}

// constOf unwraps a list of one: where ECS has a list, one value is as good.
func constOf(x any) event.Value {
	if l, ok := x.([]any); ok && len(l) == 1 {
		return event.Of(l[0])
	}
	return event.Of(x)
}

func constant(v event.Value) getter { return func(*record) event.Value { return v } }

// expr compiles alternatives, of which the first that has a value counts:
//
//	(TargetUserName or SubjectUserName) | lower or =unknown
//
// Transforms belong to the one alternative before them. A bare field before a
// transformed one reads as if they belonged to both, so it is an error; with
// brackets, either meaning can be had.
func (s *scope) expr(text string) (getter, error) {
	parts := split(text, " or ")
	if len(parts) == 1 {
		return s.pipe(text)
	}
	alts := make([]getter, len(parts))
	bare := ""
	for i, p := range parts {
		p = strings.TrimSpace(p)
		piped := len(split(p, "|")) > 1
		if piped && bare != "" {
			return nil, fmt.Errorf("expected brackets: (%[1]s or …) | … or %[1]s or (%[2]s), found %[1]s or %[2]s", bare, p)
		}
		if !piped && p != "" && p[0] != '(' && p[0] != '=' {
			bare = p
		}
		g, err := s.pipe(p)
		if err != nil {
			return nil, err
		}
		alts[i] = g
	}
	return firstOf(alts), nil
}

func firstOf(alts []getter) getter {
	return func(r *record) event.Value {
		for _, g := range alts {
			if v := g(r); !v.IsNull() {
				return v
			}
		}
		return event.Value{}
	}
}

// split cuts text at the separators that stand in no brackets.
func split(text, sep string) []string {
	var parts []string
	depth, from := 0, 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '(':
			depth++
		case text[i] == ')':
			depth--
		case depth == 0 && strings.HasPrefix(text[i:], sep):
			parts = append(parts, text[from:i])
			from = i + len(sep)
			i = from - 1
		}
	}
	return append(parts, text[from:])
}

// maxExpr bounds an expression's text, and with it how deep its brackets go.
// The longest of ours, the table of account events, has some 600 bytes.
const maxExpr = 8 << 10

// pipe compiles a source, or an expression in brackets, and the transforms
// behind it.
func (s *scope) pipe(text string) (getter, error) {
	if len(text) > maxExpr {
		return nil, fmt.Errorf("expected at most %d bytes, found %d", maxExpr, len(text))
	}
	parts := split(text, "|")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	src, rest := parts[0], parts[1:]
	var then func(event.Value) event.Value
	if len(rest) > 0 && simple[rest[0]] != nil {
		then, rest = simple[rest[0]], rest[1:]
	}
	g, err := s.bracketed(src, then)
	if err != nil {
		return nil, err
	}
	for _, one := range rest {
		t, err := s.transform(one)
		if err != nil {
			return nil, err
		}
		from := g
		g = func(r *record) event.Value {
			v := from(r)
			if v.IsNull() {
				return v
			}
			return t(r, v)
		}
	}
	return g, nil
}

func (s *scope) bracketed(src string, then func(event.Value) event.Value) (getter, error) {
	if len(src) < 2 || src[0] != '(' {
		return s.source(src, then)
	}
	if src[len(src)-1] != ')' {
		return nil, fmt.Errorf("expected ) at the end of %q", src)
	}
	g, err := s.expr(src[1 : len(src)-1])
	return transformed(g, then), err
}

// transformed applies then to a value that is not null; nil is no transform.
func transformed(g getter, then func(event.Value) event.Value) getter {
	if then == nil {
		return g
	}
	return func(r *record) event.Value {
		v := g(r)
		if v.IsNull() {
			return v
		}
		return then(v)
	}
}

// source compiles "=text", "@" for the event's time, "raw:dotted.path" and
// names of data and envelope fields; `back quotes` hold a data field's name
// with blanks. Values that say that there is none ("-")
// are null.
func (s *scope) source(name string, then func(event.Value) event.Value) (getter, error) {
	var g getter
	switch i, isEnv := envNames[name]; {
	case name == "":
		return nil, fmt.Errorf("expected a field, found nothing")
	case name == "@time":
		g = timeOfRecord
	case name == "@epoch":
		g = epochOfRecord
	case name[0] == '=':
		g = constant(event.OfString(name[1:]))
	case len(name) > 2 && name[0] == '`' && name[len(name)-1] == '`':
		return s.dataField(name[1:len(name)-1], then), nil
	case strings.ContainsAny(name, " ()`"):
		return nil, fmt.Errorf("expected a field, found %q", name)
	case strings.HasPrefix(name, "raw:"):
		t := newTrail(name[len("raw:"):], s.names.number)
		g = filled(func(r *record) event.Value { return t.in(&r.raw) })
	case s.raw[name] != nil:
		g = filled(s.raw[name])
	case isEnv:
		g = func(r *record) event.Value { return r.env(i) }
	default:
		return s.dataField(name, then), nil
	}
	return transformed(g, then), nil
}

// dataField is most definitions: a data field, with a transform or none, and so one
// function and not a chain of them.
func (s *scope) dataField(name string, then func(event.Value) event.Value) getter {
	i := s.names.number(name)
	return func(r *record) event.Value {
		v, _ := r.data.member(i, name)
		switch {
		case !present(v):
			return event.Value{}
		case then == nil:
			return v
		}
		return then(v)
	}
}

func filled(g getter) getter {
	return func(r *record) event.Value {
		if v := g(r); present(v) {
			return v
		}
		return event.Value{}
	}
}

func timeOfRecord(r *record) event.Value {
	if r.time.IsZero() {
		return event.Value{}
	}
	return event.OfTime(r.time)
}

func epochOfRecord(r *record) event.Value {
	if r.time.IsZero() {
		return event.Value{}
	}
	if r.time.Nanosecond() == 0 {
		return event.OfInt(r.time.Unix())
	}
	return event.OfFloat(float64(r.time.UnixMicro()) / 1e6)
}

// transform compiles "name" or "name(argument, …)".
func (s *scope) transform(text string) (transform, error) {
	name, rest, call := strings.Cut(text, "(")
	var args []string
	if call {
		inner, ok := strings.CutSuffix(rest, ")")
		if !ok {
			return nil, fmt.Errorf("expected ) at the end of %q", text)
		}
		for _, a := range strings.Split(inner, ",") {
			args = append(args, strings.TrimSpace(a))
		}
	}
	if f, ok := simple[name]; ok {
		if call {
			return nil, fmt.Errorf("%s: expected no arguments, found %q", name, rest)
		}
		return func(_ *record, v event.Value) event.Value { return f(v) }, nil
	}
	make, ok := withArgs[name]
	if !ok {
		return nil, fmt.Errorf("unknown transform %q%s", name, syntax.Suggest(name, transformNames()))
	}
	if len(args) < make.min {
		return nil, fmt.Errorf("%s: expected %d arguments, found %d", name, make.min, len(args))
	}
	return make.compile(s, args)
}

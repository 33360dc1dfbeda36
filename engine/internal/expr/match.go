package expr

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// match compiles patterns over a value's text.
func (s *Scope) match(e *ast.Match) condition {
	x := s.eval(e.X)
	if !s.matchable(e) {
		return failed()
	}
	p, err := s.newPatterns(e)
	if err != nil {
		s.Errorf(e, "%s", err)
		return failed()
	}
	if e.Kind == ast.Regex && e.Fold && slices.ContainsFunc(e.Patterns, hasRange) {
		s.Notes = append(s.Notes, ast.Note{Off: e.Pos(), Text: "ranges such as [a-z] ignore case under regex~, too; Lucene takes them with case"})
	}
	if x.known {
		return always(p.holds(x.val))
	}
	text := p.text
	if p.negate || p.every || p.addrs != nil {
		text = nil
	}
	c := s.leaf(x, text, p)
	c.weight, c.share = x.weight+len(e.Patterns)*perText, rarityOf(e.Patterns)
	if e.Kind == ast.Regex || e.Kind == ast.RegexFind {
		c.weight = x.weight + len(e.Patterns)*perRegex
	}
	if p.negate {
		c.share = 1 - c.share
	}
	return c
}

// hasRange tells patterns with a range of letters in a class that has not the same
// range of the other case.
func hasRange(pattern string) bool {
	for _, class := range letterClass.FindAllString(pattern, -1) {
		for _, r := range letterRange.FindAllString(class, -1) {
			if !strings.Contains(class, strings.ToUpper(r)) || !strings.Contains(class, strings.ToLower(r)) {
				return true
			}
		}
	}
	return false
}

var (
	letterClass = regexp.MustCompile(`\[(?:\\.|[^\]\\])*`)
	letterRange = regexp.MustCompile(`[a-z]-[a-z]|[A-Z]-[A-Z]`)
)

// matchable checks that both sides of a match can be text.
func (s *Scope) matchable(e *ast.Match) bool {
	if t, ok := s.typeOf(e.X); ok && s.View == ast.ViewECS && s.Types != nil && e.Op != "==" && !textual(t) {
		s.Errorf(e, "expected text left of %q, found the field %q of type %s", e.Op, e.X.(*ast.Field).Name, t)
		return false
	}
	if t := made(e.X); t == "number" || t == "boolean" {
		s.Errorf(e.X, "expected text left of %q, found a %s: string(…) makes one of it", e.Op, t)
		return false
	}
	if len(e.Others) > 0 {
		found := "another value"
		if l, ok := e.Others[0].(*ast.Literal); ok {
			found = literalText(l)
		}
		s.Errorf(e.Others[0], "expected text right of %q, found %s: what is no text is compared by == and in", e.Op, found)
		return false
	}
	return true
}

// textual reports whether a field of the type can be matched with patterns.
func textual(t Type) bool {
	switch t {
	case Number, Float, Boolean, Date, IP:
		return false
	}
	return true
}

// patterns are the compiled patterns of a Match.
type patterns struct {
	text  match.Text
	ints  map[int64]bool // what plain patterns spell, so that integers need no text; nil for nothing
	plain bool           // no pattern has a wildcard
	every bool           // one of them is "*": whatever is there matches
	addrs *match.Addrs   // nil if no pattern is a prefix

	negate bool
	null   ast.NullRule
}

func (s *Scope) newPatterns(e *ast.Match) (*patterns, error) {
	p := &patterns{negate: e.Negate, null: e.Null}
	switch e.Kind {
	case ast.Regex:
		text, err := match.Lucene(e.Patterns, e.Fold)
		p.text = text
		return p, err
	case ast.RegexFind:
		text, err := found(e.Patterns, e.Fold, s.GaveUp)
		p.text = text
		return p, err
	}
	one := e.Kind == ast.Wildcard
	p.text = match.Any(e.Patterns, e.Fold, one)
	p.plain = true
	var prefixes []string
	for _, pattern := range e.Patterns {
		p.every = p.every || pattern != "" && strings.Trim(pattern, "*") == ""
		p.plain = p.plain && !match.Special(pattern, one)
		if n, ok := spelled(pattern); ok {
			if p.ints == nil {
				p.ints = map[int64]bool{}
			}
			p.ints[n] = true
		}
		if e.CIDR && strings.Contains(pattern, "/") {
			if _, ok := match.Prefix(pattern); ok {
				prefixes = append(prefixes, pattern)
			}
		}
	}
	if len(prefixes) == 0 {
		return p, nil
	}
	addrs, err := match.CIDR(prefixes...)
	p.addrs = addrs
	return p, err
}

// spelled is the integer that a text spells as integers are printed.
func spelled(text string) (n int64, ok bool) {
	if text == "" || text[0] > '9' || text[0] < '0' && text[0] != '-' { // and no error has to be made
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == text
}

// found joins expressions that may match anywhere.
func found(list []string, fold bool, g *match.GaveUp) (match.Text, error) {
	var all []match.Text
	for _, text := range list {
		if fold {
			text = "(?i)" + text
		}
		re, err := match.Find(text, g)
		if err != nil {
			return nil, err
		}
		all = append(all, re.MatchString)
	}
	return func(s string) bool {
		for _, m := range all {
			if m(s) {
				return true
			}
		}
		return false
	}, nil
}

func (p *patterns) judge(v event.Value) Tri { return decided(p.holds(v), p.null) }

// holds tells whether one of the values matches.
func (p *patterns) holds(v event.Value) Tri {
	if p.negate {
		return p.lacks(v)
	}
	return p.some(v, true)
}

// lacks tells whether one of the values matches no pattern.
func (p *patterns) lacks(v event.Value) Tri { return p.some(v, false) }

func (p *patterns) some(v event.Value, want bool) Tri {
	out := Null
	for i := range v.Len() {
		e := v.At(i)
		text, ok := e.Str()
		switch {
		case ok && p.addrs == nil:
			ok = p.text(text)
		case e.IsNull():
			continue
		default:
			ok = p.one(e)
		}
		if ok == want {
			return True
		}
		out = False
	}
	return out
}

func (p *patterns) one(v event.Value) bool {
	switch v.Kind() {
	case event.String:
		s, _ := v.Str()
		return p.every || p.text(s) || p.addrs != nil && p.inside(s)
	case event.Object:
		return p.every
	case event.Int, event.Float:
		if n, ok := whole(v).Int(); ok && p.plain {
			if _, rounded := v.Places(); !rounded || p.ints[n] {
				return p.ints[n]
			}
		}
	}
	return p.every || p.text(v.Text())
}

func (p *patterns) inside(s string) bool {
	ip, ok := match.Addr(s)
	return ok && p.addrs.Contains(ip)
}

package match

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"github.com/spoor-lang/spoor/engine/internal/backtrack"
)

// Lucene compiles regular expressions in Lucene's notation, one of which must
// match the whole text. A dot matches line ends as well; ^ and $ are plain
// characters. Those with complements and intersections, which Go's engine has
// not, run on machines of their own.
func Lucene(patterns []string, fold bool) (Text, error) {
	var plain []string
	var machines []Text
	for _, p := range patterns {
		if !strings.ContainsAny(p, "~&") {
			plain = append(plain, p)
		} else if _, err := Translate(p); !errors.Is(err, errAlgebra) {
			plain = append(plain, p)
		} else if m, err := compileAlgebra(p, fold); err != nil {
			return nil, among(patterns, p, err)
		} else {
			machines = append(machines, m)
		}
	}
	rest, err := translated(plain, fold)
	if err != nil || len(machines) == 0 {
		return rest, err
	}
	return func(s string) bool {
		return rest(s) || slices.ContainsFunc(machines, func(m Text) bool { return m(s) })
	}, nil
}

// among says which one of several patterns an error is about.
func among(patterns []string, p string, err error) error {
	if len(patterns) < 2 {
		return err
	}
	return fmt.Errorf("%q: %w", p, err)
}

// translated compiles those that Go's engine runs.
func translated(patterns []string, fold bool) (Text, error) {
	var simple []pattern
	var others []string
	for _, p := range patterns {
		t, err := Translate(p)
		if err != nil {
			return nil, among(patterns, p, err)
		}
		if _, err := syntax.Parse(t, syntax.Perl); err != nil {
			return nil, explain(p, err)
		}
		if parts, ok := literalParts(p); ok {
			simple = append(simple, joined(parts, fold))
		} else {
			others = append(others, t)
		}
	}
	if len(others) == 0 {
		return func(s string) bool { return some(simple, s) }, nil
	}
	flags := syntax.Perl | syntax.DotNL
	if fold {
		flags |= syntax.FoldCase
	}
	if _, err := syntax.Parse(strings.Join(others, "|"), flags); err != nil {
		return nil, explain(strings.Join(patterns, "|"), err)
	}
	list := sync.OnceValue(func() []*regexp.Regexp { return wholes(others, flags) })
	return func(s string) bool {
		return some(simple, s) || slices.ContainsFunc(list(), func(re *regexp.Regexp) bool { return re.MatchString(s) })
	}, nil
}

// wholes compiles expressions that are right, one of which must match the whole
// text. Those that begin with ".*" are searched for without it, which is many
// times faster; all others are one.
func wholes(list []string, flags syntax.Flags) (all []*regexp.Regexp) {
	var bound []string
	for _, p := range list {
		re, _ := syntax.Parse(p, flags)
		head, tail := cutStars(re)
		text := "(?:" + re.String() + ")"
		if !tail {
			text += `\z`
		}
		if head {
			all = append(all, regexp.MustCompile(text))
		} else {
			bound = append(bound, text)
		}
	}
	if len(bound) > 0 {
		all = append(all, regexp.MustCompile(`\A(?:`+strings.Join(bound, "|")+")"))
	}
	return all
}

// cutStars takes the ".*" from the ends of an expression, and reports where there
// was one.
func cutStars(re *syntax.Regexp) (head, tail bool) {
	if re.Op != syntax.OpConcat {
		return false, false
	}
	star := func(re *syntax.Regexp) bool { return re.Op == syntax.OpStar && re.Sub[0].Op == syntax.OpAnyChar }
	for len(re.Sub) > 0 && star(re.Sub[0]) {
		head, re.Sub = true, re.Sub[1:]
	}
	for n := len(re.Sub); n > 0 && star(re.Sub[n-1]); n-- {
		tail, re.Sub = true, re.Sub[:n-1]
	}
	return head, tail
}

// literalParts takes a regular expression apart that is made of plain
// characters and ".*": many rules write such, and searching for the parts
// is several times faster than running them.
func literalParts(pattern string) ([]string, bool) {
	parts := []string{""}
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case strings.HasPrefix(pattern[i:], ".*"):
			parts = append(parts, "")
			i++
			if strings.HasPrefix(pattern[i+1:], "?") { // lazy or not, it matches the same
				i++
			}
			continue
		case strings.IndexByte(`.*+?|(){}[]"@#~&<>`, c) >= 0:
			return nil, false
		case c == '\\':
			if i++; i == len(pattern) || strings.IndexByte("dDwWsS", pattern[i]) >= 0 {
				return nil, false
			}
			c = pattern[i]
		}
		if i+1 < len(pattern) && strings.IndexByte("*+?{", pattern[i+1]) >= 0 {
			return nil, false
		}
		parts[len(parts)-1] += string([]byte{c})
	}
	return parts, true
}

// Linear compiles a regular expression in PCRE's notation, which may match
// anywhere in the text. Names of groups may be written (?<name>…). What Go's
// engine cannot do in linear time (looking around, referring back, atomic
// groups and possessive repetition) is an error that says so.
func Linear(pattern string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(pcre(pattern))
	if err != nil {
		return nil, explain(pattern, err)
	}
	return re, nil
}

// Regexp is a regular expression in PCRE's notation. Its methods are those of
// regexp.Regexp.
type Regexp struct {
	linear string // as Go's engine reads it; empty for one that backtracks
	finder
}

type finder interface {
	MatchString(text string) bool
	FindStringSubmatchIndex(text string) []int
	FindAllStringSubmatchIndex(text string, n int) [][]int
	SubexpNames() []string
}

// Find is Linear with what PCRE has and Go has not: an expression that looks
// around, refers back or has atomic groups is run by package backtrack, which g is
// told when it gives up; nil for nobody.
func Find(pattern string, g *GaveUp) (*Regexp, error) {
	text := pcre(pattern)
	tree, err := syntax.Parse(text, syntax.Perl)
	if err == nil {
		names := tree.CapNames()
		if err := differ(pattern, names); err != nil {
			return nil, err
		}
		re := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
		return &Regexp{linear: text, finder: &parsed{names: names, re: re}}, nil
	}
	if back, bad := backtrack.Compile(text); bad == nil {
		if err := differ(pattern, back.SubexpNames()); err != nil {
			return nil, err
		}
		if g != nil {
			g.Expect()
			back.GaveUp = func() { g.times.Add(1) }
		}
		return &Regexp{finder: back}, nil
	}
	return nil, explain(pattern, err)
}

// differ refuses two groups of one name, as PCRE does.
func differ(pattern string, names []string) error {
	for i, name := range names {
		if name != "" && slices.Contains(names[:i], name) {
			return fmt.Errorf("the regular expression %q is invalid: two of its groups have the name %q", pattern, name)
		}
	}
	return nil
}

// Backtracks reports whether an expression is one that Find has run in bounded
// steps. One that is wrong is none.
func Backtracks(pattern string) bool {
	text := pcre(pattern)
	if _, err := syntax.Parse(text, syntax.Perl); err == nil {
		return false
	}
	_, err := backtrack.Compile(text)
	return err == nil
}

// Linear returns the expression as Go's engine reads it, if that runs it.
func (re *Regexp) Linear() (text string, ok bool) {
	_, ok = re.finder.(*parsed)
	return re.linear, ok
}

// parsed is an expression that Go's engine has read, and found nothing wrong with.
// It is compiled when it is first run: of those that rules hold, few ever are.
type parsed struct {
	names []string
	re    func() *regexp.Regexp
}

func (p *parsed) MatchString(text string) bool { return p.re().MatchString(text) }
func (p *parsed) FindStringSubmatchIndex(text string) []int {
	return p.re().FindStringSubmatchIndex(text)
}
func (p *parsed) FindAllStringSubmatchIndex(text string, n int) [][]int {
	return p.re().FindAllStringSubmatchIndex(text, n)
}
func (p *parsed) SubexpNames() []string { return p.names }

// FindAllStringSubmatch returns the texts of the matches and their groups, empty
// for a group that took no part.
func (re *Regexp) FindAllStringSubmatch(text string, n int) [][]string {
	var all [][]string
	for _, m := range re.FindAllStringSubmatchIndex(text, n) {
		groups := make([]string, len(m)/2)
		for i := range groups {
			if m[2*i] >= 0 {
				groups[i] = text[m[2*i]:m[2*i+1]]
			}
		}
		all = append(all, groups)
	}
	return all
}

// lookarounds are what a perfectly good regular expression of other engines
// may hold and Go's refuses.
var lookarounds = []struct{ mark, name string }{
	{"(?=", "lookahead"}, {"(?!", "negative lookahead"},
	{"(?<=", "lookbehind"}, {"(?<!", "negative lookbehind"},
	{"(?>", "an atomic group"}, {"(?(", "a conditional group"}, {"(?R", "recursion"},
}

// explain turns the compiler's error into one that says what of the pattern
// is at fault.
func explain(pattern string, err error) error {
	for _, l := range lookarounds {
		if strings.Contains(pattern, l.mark) {
			return fmt.Errorf("the regular expression %q uses %s (%s), which is not supported here", pattern, l.name, l.mark)
		}
	}
	var bad *syntax.Error
	if !errors.As(err, &bad) {
		return fmt.Errorf("the regular expression %q is invalid: %v", pattern, err)
	}
	if bad.Code == syntax.ErrInvalidEscape && len(bad.Expr) == 2 && '1' <= bad.Expr[1] && bad.Expr[1] <= '9' {
		return fmt.Errorf("the regular expression %q uses a back-reference (%s), which is not supported here", pattern, bad.Expr)
	}
	return fmt.Errorf("the regular expression %q is invalid: %s: %q", pattern, bad.Code, bad.Expr)
}

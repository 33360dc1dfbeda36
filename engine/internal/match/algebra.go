package match

import (
	"errors"
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/engine/internal/automaton"
)

// algebra reads a Lucene expression that holds complements (~) or intersections
// (&), by Lucene's own grammar: | is the weakest, then &, then one behind the
// other, then what repeats, then ~.
type algebra struct {
	in    string
	at    int
	flags syntax.Flags
	depth int
}

// maxAlgebra is how deep such an expression may nest.
const maxAlgebra = 200

var errNesting = errors.New("expected brackets and ~ of a regular expression to nest 200 deep at most, found more")

// compileAlgebra makes the machine of such an expression.
func compileAlgebra(pattern string, fold bool) (Text, error) {
	p := algebra{in: pattern, flags: syntax.Perl | syntax.DotNL}
	if fold {
		p.flags |= syntax.FoldCase
	}
	x, err := p.union()
	if err == nil && p.at < len(p.in) {
		err = errors.New("a regular expression has a ) without its (")
	}
	if err != nil {
		return nil, err
	}
	a, err := automaton.New(x)
	if err != nil {
		return nil, err
	}
	return a.MatchString, nil
}

// sees reports whether one of the characters is next.
func (p *algebra) sees(chars string) bool {
	return p.at < len(p.in) && strings.IndexByte(chars, p.in[p.at]) >= 0
}

func (p *algebra) union() (*automaton.Expr, error) {
	return p.list("|", p.intersection, automaton.Union)
}

func (p *algebra) intersection() (*automaton.Expr, error) {
	return p.list("&", p.concat, automaton.Intersection)
}

func (p *algebra) list(sign string, operand func() (*automaton.Expr, error), join func(...*automaton.Expr) *automaton.Expr) (*automaton.Expr, error) {
	var all []*automaton.Expr
	for {
		x, err := operand()
		if err != nil {
			return nil, err
		}
		if all = append(all, x); !p.sees(sign) {
			return join(all...), nil
		}
		p.at++
	}
}

func (p *algebra) concat() (*automaton.Expr, error) {
	var all []*automaton.Expr
	for p.at < len(p.in) && !p.sees("|&)") {
		x, err := p.repeat()
		if err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	x := automaton.Empty
	for i := len(all) - 1; i >= 0; i-- {
		x = automaton.Concat(all[i], x)
	}
	return x, nil
}

func (p *algebra) repeat() (*automaton.Expr, error) {
	x, err := p.complement()
	for n := 0; err == nil && p.sees("*+?{"); n++ {
		if n > maxChain {
			return nil, errChain
		}
		least, most := 0, -1
		switch p.in[p.at] {
		case '+':
			least = 1
		case '?':
			most = 1
		case '{':
			if least, most, err = p.counts(); err != nil {
				return nil, err
			}
		}
		p.at++
		x = automaton.Repeat(x, least, most)
	}
	return x, err
}

// counts reads {n}, {n,} or {n,m} up to its end.
func (p *algebra) counts() (least, most int, err error) {
	text := counted.FindString(p.in[p.at:])
	from, to, open := strings.Cut(strings.Trim(text, "{}"), ",")
	least, err = strconv.Atoi(from)
	most = least
	if open {
		if most = -1; to != "" {
			most, _ = strconv.Atoi(to)
		}
	}
	const mostOfGo = 1000
	if text == "" || err != nil || max(least, most) > mostOfGo || most >= 0 && most < least {
		return 0, 0, errCounted
	}
	p.at += len(text) - 1
	return least, most, nil
}

func (p *algebra) complement() (*automaton.Expr, error) {
	if !p.sees("~") {
		return p.atom()
	}
	p.at++
	if p.at == len(p.in) || p.sees("|&)") {
		return nil, errors.New(`expected what the ~ of a regular expression negates, found nothing (write \~ for the character)`)
	}
	if p.depth++; p.depth > maxAlgebra {
		return nil, errNesting
	}
	x, err := p.complement()
	p.depth--
	if err != nil {
		return nil, err
	}
	return automaton.Complement(x), nil
}

// atom reads a group, or what the translation takes for one.
func (p *algebra) atom() (*automaton.Expr, error) {
	l := lucene{in: p.in[p.at:]}
	if !p.sees("(") || strings.HasPrefix(l.in, "()") || strings.HasPrefix(l.in, "(?") {
		if err := l.next(); err != nil {
			return nil, err
		}
		p.at += l.at
		tree, err := syntax.Parse(string(l.out), p.flags)
		if err != nil {
			return nil, explain(l.in[:l.at], err)
		}
		return automaton.FromSyntax(tree), nil
	}
	p.at++
	if p.depth++; p.depth > maxAlgebra {
		return nil, errNesting
	}
	x, err := p.union()
	p.depth--
	if err == nil && !p.sees(")") {
		err = errors.New("a regular expression has a ( without its )")
	}
	p.at++
	return x, err
}

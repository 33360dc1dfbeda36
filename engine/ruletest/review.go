package ruletest

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/ruletest/mutation"
)

// Review is what the tests of one rule hold fast, and what they leave open:
// the rule was changed in one place after the other, and the cases were run
// with each change.
type Review struct {
	Rule  string // its name in the first case that has it
	File  string // the rule's, or the test file that holds its text
	Query *ast.Query
	Cases int // that have the rule
	// Trials are the changes, in the order of the rule's text. Those that make
	// a query that no engine takes are left out.
	Trials []Trial
}

// Trial is one change, and what became of it.
type Trial struct {
	mutation.Mutant
	// Noticed tells that a case fails with the change.
	Noticed bool
	// Equivalent tells that it is proved that no case can notice.
	Equivalent bool
}

// Noticed returns the number of changes that a case notices.
func (r Review) Noticed() (n int) {
	for _, t := range r.Trials {
		if t.Noticed {
			n++
		}
	}
	return n
}

// Equivalent returns the number of changes that change nothing, as is proved.
func (r Review) Equivalent() (n int) {
	for _, t := range r.Trials {
		if t.Equivalent {
			n++
		}
	}
	return n
}

// Unexercised returns the parts of the rule that no case exercises:
// predicates, steps and stages, and exclusions without which all cases pass.
func (r Review) Unexercised() []Trial {
	return r.open(func(k mutation.Kind) bool { return k != mutation.Change })
}

// Survivors returns the other changes that no case notices: an operator, a
// pattern or a bound could be another one.
func (r Review) Survivors() []Trial {
	return r.open(func(k mutation.Kind) bool { return k == mutation.Change })
}

func (r Review) open(kind func(mutation.Kind) bool) (list []Trial) {
	for _, t := range r.Trials {
		if !t.Noticed && !t.Equivalent && kind(t.Kind) {
			list = append(list, t)
		}
	}
	return list
}

// Reviews reviews the cases of every rule that they have, in the order in
// which the rules first occur. A rule that several cases load from one file,
// or write in the same words, is one rule. Cases that fail as they are, and
// rules that are refused, take no part. When the context is done, the reviews
// end where they are, and the last one may lack trials.
func Reviews(ctx context.Context, cases []*Case) []Review {
	var subjects []*subject
	index := map[string]*subject{}
	for _, c := range cases {
		if len(c.Run()) > 0 {
			continue
		}
		rules := (&runner{Case: c}).load()
		for i, r := range rules {
			key, file := c.identity(r.ID)
			s := index[key]
			if s == nil {
				s = &subject{name: r.ID, file: file, query: r.Query}
				index[key] = s
				subjects = append(subjects, s)
			}
			s.cases = append(s.cases, trialCase{c, rules, i})
		}
	}
	var reviews []Review
	for _, s := range subjects {
		if ctx.Err() != nil {
			break
		}
		reviews = append(reviews, s.review(ctx))
	}
	return reviews
}

// subject is a rule with the cases that have it.
type subject struct {
	name, file string
	query      *ast.Query
	cases      []trialCase
}

// trialCase is a case, with the place of the rule among its rules.
type trialCase struct {
	*Case
	parsed []*ast.Rule
	at     int
}

// identity tells the rules of several cases apart.
func (c *Case) identity(name string) (key, file string) {
	i := slices.IndexFunc(c.rules, func(r ruleText) bool { return r.name == name })
	if r := c.rules[i]; r.path == "" {
		return r.language + "\x00" + strings.TrimSpace(r.text), c.File
	}
	file = path.Join(c.folder, c.rules[i].path)
	return file, file
}

func (s *subject) review(ctx context.Context) Review {
	r := Review{Rule: s.name, File: s.file, Query: s.query, Cases: len(s.cases)}
	for m := range mutation.Of(s.query) {
		if ctx.Err() != nil {
			break
		}
		noticed, valid := s.try(m.Query)
		if valid {
			r.Trials = append(r.Trials, Trial{Mutant: m, Noticed: noticed, Equivalent: !noticed && m.Equivalent()})
		}
	}
	slices.SortStableFunc(r.Trials, func(a, b Trial) int { return a.Off - b.Off })
	return r
}

// try runs the cases with another query in the rule's place.
func (s *subject) try(q *ast.Query) (noticed, valid bool) {
	for _, c := range s.cases {
		rules := slices.Clone(c.parsed)
		changed := *rules[c.at]
		changed.Query = q
		rules[c.at] = &changed
		r := &runner{Case: c.Case}
		e, err := r.engine(rules)
		if err != nil || e == nil {
			return false, false
		}
		if r.timeline(e); len(r.failures) > 0 {
			return true, true
		}
	}
	return false, true
}

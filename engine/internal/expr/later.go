package expr

import (
	"slices"
	"strings"
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// CondLater is Cond, but compiles what may wait when the condition is first asked:
// where rules are many, the index spares most of them that for good. What is wrong
// with the condition is in s.Errors as it is with Cond, and its fields have their
// slots.
func (s *Scope) CondLater(e ast.Expr) Cond {
	if s.waits(e) {
		return s.later(e, (*Scope).Cond).ask
	}
	return s.Cond(e)
}

// CondOnceLater is CondOnce in the same way.
func (s *Scope) CondOnceLater(e ast.Expr) (Cond, ID) {
	if !s.waits(e) {
		return s.CondOnce(e)
	}
	id := s.identify(e)
	return s.later(e, func(s *Scope, e ast.Expr) Cond {
		c, _ := s.CondOnce(e)
		return c
	}).ask, id
}

func (s *Scope) later(e ast.Expr, compile func(*Scope, ast.Expr) Cond) *later {
	l := &later{scope: s, expr: e, compile: compile, uses: &use{mark: -1, users: 1}}
	s.Shared.used = append(s.Shared.used, l.uses)
	return l
}

// manyRules is from how many rules on one is seldom asked.
const manyRules = 100

// later is a condition that is compiled when it is first asked.
type later struct {
	once    sync.Once
	run     Cond
	scope   *Scope
	expr    ast.Expr
	compile func(*Scope, ast.Expr) Cond
	uses    *use // stands for what it will use
}

func (l *later) ask(f *field.Frame) Tri {
	l.once.Do(func() {
		l.scope.Shared.compiling.Lock() // the conditions of others may be asked at the same time
		defer l.scope.Shared.compiling.Unlock()
		before := len(l.scope.Shared.used)
		l.run = l.compile(l.scope, l.expr)
		l.uses.parts = l.scope.Shared.usedSince(before)
	})
	return l.run(f)
}

// waits reports whether e may be compiled later. Its fields then have their slots,
// nothing is wrong with it, and it gives up on no text.
func (s *Scope) waits(e ast.Expr) bool {
	if s.Shared == nil || s.Shared.Rules < manyRules || s.Watch != nil || s.Types != nil {
		return false
	}
	errs, notes, bounded := len(s.Errors), len(s.Notes), s.GaveUp.Expressions()
	if s.wait(e, 0) && len(s.Errors) == errs && len(s.Notes) == notes && s.GaveUp.Expressions() == bounded {
		return true
	}
	s.Errors, s.Notes = s.Errors[:errs], s.Notes[:notes] // they are told when it is compiled
	return false
}

// maxWait is how deep a condition may nest that is compiled later.
const maxWait = 100

// wait prepares e for being compiled later, and reports whether it can be. Of its
// leaves, those that can be wrong are compiled at once: all that can be shared are
// then not compiled again.
func (s *Scope) wait(e ast.Expr, depth int) bool {
	if depth > maxWait {
		return false
	}
	switch e := e.(type) {
	case *ast.Logic:
		for _, x := range e.List {
			if !s.wait(x, depth+1) {
				return false
			}
		}
		return true
	case *ast.Not:
		return s.wait(e.X, depth+1)
	case *ast.Bool:
		return true
	case *ast.IsNull:
		return s.plainField(e.X)
	case *ast.Compare:
		if _, ok := e.Y.(*ast.Literal); ok && s.plainField(e.X) {
			return true
		}
	case *ast.In:
		if s.plainField(e.X) && allTexts(e.List) {
			return true
		}
	case *ast.Match:
		if (e.Kind == ast.Wildcard || e.Kind == ast.Star) && len(e.Others) == 0 && s.plainField(e.X) && !(e.CIDR && hasPrefix(e.Patterns)) {
			return true
		}
	}
	if _, ok := s.key(s.Shared.text[:0], e); !ok {
		return false
	}
	s.cond(e)
	return true
}

// plainField reports whether e is a field of the event at hand, of which nothing
// is known before.
func (s *Scope) plainField(e ast.Expr) bool {
	f, ok := e.(*ast.Field)
	if !ok || f.Of != "" || f.Name == "" || f.Enum {
		return false
	}
	s.slot(f.Name)
	return true
}

// hasPrefix reports whether a pattern may be the prefix of addresses.
func hasPrefix(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return strings.Contains(p, "/") })
}

func allTexts(list []ast.Expr) bool {
	for _, x := range list {
		l, ok := x.(*ast.Literal)
		if !ok {
			return false
		}
		if _, ok := l.Value.(string); !ok {
			return false
		}
	}
	return true
}

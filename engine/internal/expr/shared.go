package expr

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// Shared holds the conditions that the rules over one set of slots are made
// of. Those that are equal, in whatever rule and language, are compiled once,
// and asked at most once for each event.
type Shared struct {
	Rules int // about how many are to come

	conds map[ID]*use
	text  []byte // of the condition at hand, in memory that is used again
	used  Uses   // by what is compiled at the moment
	// awaiting are operands of the junctions at hand, see Scope.awaiting.
	awaiting []condition
	gaveUp   map[int]*match.GaveUp // of what data models calculate, by slot

	compiling sync.Mutex // while events are looked at: see CondLater
	checked   map[ast.Expr]bool
}

// perRule is about how many conditions a rule has that no other has.
const perRule = 4

// ID is the first half of the hash of what key tells of a condition: enough that no
// two are alike. The zero ID is none's.
type ID [sha256.Size / 2]byte

// Uses are conditions that something which was compiled asks, each as often as it
// does. Those that nothing uses any more are forgotten.
type Uses []*use

// use is a condition that may have several users.
type use struct {
	condition
	id    ID
	mark  int // where its outcome is remembered; -1 for nowhere
	users int
	parts Uses // that it is made of
}

// Len returns how many conditions there are.
func (s *Shared) Len() int { return len(s.conds) }

// Used returns the conditions that were used since the last call.
func (s *Shared) Used() Uses { return s.usedSince(0) }

// usedSince returns the conditions that were used since there were so many.
func (s *Shared) usedSince(n int) Uses {
	list := slices.Clone(s.used[n:])
	s.used = s.used[:n]
	return list
}

// ignore leaves what was used since there were so many used for good.
func (s *Shared) ignore(n int) { s.used = s.used[:n] }

// Share notes that something else uses the same conditions.
func (s *Shared) Share(list Uses) Uses {
	for _, u := range list {
		u.users++
	}
	return list
}

// Release notes that the user of conditions is gone, and gives what nobody else
// uses back to the slots.
func (s *Shared) Release(list Uses, slots *field.Slots) {
	for _, u := range list {
		if u.users--; u.users > 0 {
			continue
		}
		if s.conds[u.id] == u {
			delete(s.conds, u.id)
		}
		if u.mark >= 0 {
			slots.Unmark(u.mark)
		}
		if w := u.common; w != nil && w.again.Load() != nil {
			slots.Unmark(w.mark)
		}
		s.Release(u.parts, slots)
	}
}

// Forget makes Checked forget all expressions.
func (s *Shared) Forget() { s.checked = nil }

// Check notes that nothing is wrong with an expression, whoever compiles it.
func (s *Shared) Check(e ast.Expr) {
	if s.checked == nil {
		s.checked = map[ast.Expr]bool{}
	}
	s.checked[e] = true
}

// Checked reports whether Check was told of the expression.
func (s *Shared) Checked(e ast.Expr) bool { return s.checked[e] }

// identify returns the ID of a condition; none where it does not depend on the event
// at hand alone.
func (s *Scope) identify(e ast.Expr) ID {
	text, ok := s.key(s.Shared.text[:0], e)
	if !ok {
		return ID{}
	}
	s.Shared.text = text
	hash := sha256.Sum256(text) // and not the text: there are lists of thousands of names
	return ID(hash[:])
}

// shared returns the condition that e is, if there is one already.
func (s *Scope) shared(e ast.Expr) condition { return s.sharedAs(s.identify(e), e) }

// sharedAs is shared for a condition with an ID.
func (s *Scope) sharedAs(id ID, e ast.Expr) condition {
	if id == (ID{}) {
		return s.bareCond(e)
	}
	if u, ok := s.Shared.conds[id]; ok {
		u.users++
		s.Shared.used = append(s.Shared.used, u)
		return u.condition
	}
	errs, notes, bounded := len(s.Errors), len(s.Notes), s.GaveUp.Expressions()
	before := len(s.Shared.used)
	c := s.bareCond(e)
	if c.known || len(s.Errors) > errs || len(s.Notes) > notes || s.GaveUp.Expressions() > bounded { // each rule is told on its own
		return c
	}
	u := &use{id: id, mark: -1, users: 1, parts: s.Shared.usedSince(before)}
	s.Shared.used = append(s.Shared.used, u)
	switch {
	case !isParts(e):
		if c.weight > light {
			u.mark = s.Slots.Mark()
			c.run = remember(u.mark, c.run)
		}
	case c.weight > light:
		c.common = &common{}
	}
	if s.Shared.conds == nil {
		s.Shared.conds = make(map[ID]*use, s.Shared.Rules*perRule)
	}
	u.condition = c
	s.Shared.conds[id] = u
	return c
}

// CondOnce is Cond for a condition that many queries have in common as a whole,
// as those do that ask for all of a data model: it is then asked at most once for
// each event, and not only its parts. The ID tells those that are the same; none
// is that of one which may give up on a text, as that counts for each rule.
func (s *Scope) CondOnce(e ast.Expr) (Cond, ID) {
	if s.Shared == nil || s.Watch != nil {
		return s.Cond(e), ID{}
	}
	id, bounded := s.identify(e), s.GaveUp.Expressions()
	c := s.sharedAs(id, e)
	if s.GaveUp.Expressions() > bounded {
		return c.run, ID{}
	}
	w := c.common
	if w == nil {
		return c.run, id
	}
	if w.once {
		return w.remembered(s.Slots, c.run), id
	}
	w.once = true
	run := c.run
	return func(f *field.Frame) Tri {
		if again := w.again.Load(); again != nil {
			return (*again)(f)
		}
		return run(f)
	}, id
}

// common is how a condition is asked by those that ask all of it.
type common struct {
	once  bool                 // by one at least
	again atomic.Pointer[Cond] // by several; nil if there is only one
	mark  int                  // where again remembers it
}

// remembered is how all but the first ask.
func (w *common) remembered(slots *field.Slots, run Cond) Cond {
	if again := w.again.Load(); again != nil {
		return *again
	}
	w.mark = slots.Mark()
	again := remember(w.mark, run)
	w.again.Store(&again)
	return again
}

// isParts reports whether it is enough that the parts of e are shared.
func isParts(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Not:
		return true
	case *ast.Logic: // of a rule's own
		return e.Op == ast.And
	}
	return false
}

// remember asks a condition once for an event.
func remember(mark int, run Cond) Cond {
	return func(f *field.Frame) Tri {
		if t, ok := f.Marked(mark); ok {
			return Tri(t)
		}
		t := run(f)
		f.Mark(mark, uint8(t))
		return t
	}
}

// key appends what tells a condition, or a value, from others: the slots of
// its fields and all that its nodes say. It returns false for what does not
// depend on the event at hand alone.
func (s *Scope) key(b []byte, e ast.Expr) (key []byte, ok bool) {
	switch e := e.(type) {
	case *ast.Field:
		if e.Of != "" || e.Name == "" {
			return nil, false
		}
		t, known := s.typeOf(e)
		b = append(b, 'f', flags(e.Optional, known, s.View == ast.ViewECS))
		b = binary.AppendUvarint(b, uint64(s.slot(e.Name)))
		return text(b, string(t)), true
	case *ast.Literal:
		return literal(b, e), true
	case *ast.Compare:
		if b, ok = s.key(append(b, '=', byte(e.Op), byte(e.Rule), byte(e.Null)), e.X); !ok {
			return nil, false
		}
		return s.key(b, e.Y)
	case *ast.In:
		return s.keysOf(append(b, 'i', flags(e.Fold), byte(e.Rule), byte(e.Null)), e.X, e.List)
	case *ast.Match:
		b = append(b, 'm', byte(e.Kind), flags(e.Fold, e.Negate, e.CIDR, e.Op == "=="), byte(e.Null))
		b = binary.AppendUvarint(b, uint64(len(e.Patterns)))
		for _, p := range e.Patterns {
			b = text(b, p)
		}
		return s.keysOf(b, e.X, e.Others)
	case *ast.IsNull:
		return s.key(append(b, 'n', flags(e.Unset)), e.X)
	case *ast.Logic:
		return s.keys(append(b, 'l', byte(e.Op)), e.List)
	case *ast.Not:
		return s.key(append(b, '!'), e.X)
	case *ast.Call:
		name := strings.ToLower(e.Name)
		if _, special := specials[e.Lib][name]; special && !plainForms[name] || name == "random" {
			return nil, false
		}
		b = text(text(append(b, 'c', flags(e.Fold), byte(e.Null)), e.Lib), name)
		return s.keys(b, e.Args)
	}
	return nil, false
}

// plainForms are the special forms that bind no names, and hold no text that
// is parsed.
var plainForms = map[string]bool{"isnull": true, "isnotnull": true, "in": true}

func (s *Scope) keysOf(b []byte, x ast.Expr, list []ast.Expr) (key []byte, ok bool) {
	if b, ok = s.key(b, x); !ok {
		return nil, false
	}
	return s.keys(b, list)
}

func (s *Scope) keys(b []byte, list []ast.Expr) (key []byte, ok bool) {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, e := range list {
		if b, ok = s.key(b, e); !ok {
			return nil, false
		}
	}
	return b, true
}

func literal(b []byte, e *ast.Literal) []byte {
	v := event.Of(e.Value)
	b = append(b, 'v', byte(v.Kind()))
	if f, ok := v.Float(); ok && v.Kind() == event.Float {
		return binary.BigEndian.AppendUint64(b, math.Float64bits(f))
	}
	return text(b, v.Text())
}

func text(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func flags(bits ...bool) byte {
	out := byte(0)
	for i, b := range bits {
		if b {
			out |= 1 << i
		}
	}
	return out
}

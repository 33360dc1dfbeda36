package index_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/spoor-lang/spoor/engine/internal/index"
	"github.com/spoor-lang/spoor/eql"
)

// set is an index over conditions in EQL, and the conditions.
type set struct {
	slots *field.Slots
	conds []expr.Cond
	x     *index.Index
	c     *index.Cursor
	frame field.Frame
}

func newSet(t testing.TB, conds []ast.Expr) *set {
	s := &set{slots: &field.Slots{}}
	var entries []index.Entry
	for i, e := range conds {
		scope := &expr.Scope{Slots: s.slots, View: ast.ViewECS, Source: &ast.Source{Name: "test"}}
		s.conds = append(s.conds, scope.Cond(e))
		require.Empty(t, scope.Errors)
		entries = append(entries, index.Entry{Rule: i, Cond: e, Scope: scope})
	}
	s.x = index.Build(entries)
	s.c = s.x.Cursor()
	s.frame.Slots = s.slots
	return s
}

func where(t testing.TB, text string) ast.Expr {
	q, err := eql.Parse("test", "any where "+text)
	require.NoError(t, err, text)
	return q.Stages[0].(*ast.Events).Where
}

func (s *set) candidates(m map[string]any) []int32 {
	s.frame.Reset(event.Map(m))
	return s.c.Candidates(&s.frame, nil)
}

// check requires that each condition which is true is a candidate.
func (s *set) check(t testing.TB, m map[string]any, what func(int) string) {
	found := s.candidates(m)
	require.True(t, slices.IsSorted(found))
	for i, c := range s.conds {
		if c(&s.frame) == expr.True && !slices.Contains(found, int32(i)) {
			t.Fatalf("%s holds for %v, and is no candidate", what(i), m)
		}
	}
}

// A condition is a candidate for events that have its constants, and for no
// others.
func TestCandidates(t *testing.T) {
	for _, c := range []struct {
		cond     string
		yes, not map[string]any
	}{
		{`name == "cmd.exe"`, map[string]any{"name": "cmd.exe"}, map[string]any{"name": "cmd.com"}},
		{`name : "cmd.exe"`, map[string]any{"name": "CMD.EXE"}, map[string]any{"other": "cmd.exe"}},
		{`name : "cmd.exe"`, map[string]any{"name": []any{"x", "Cmd.exe"}}, map[string]any{"name": []any{"x", nil}}},
		{`parent : "svchost.exe" and name : "mshta.exe"`, map[string]any{"parent": "svchost.exe", "name": "mshta.exe"},
			map[string]any{"parent": "svchost.exe", "name": "x"}},
		{`name in ("a", "b")`, map[string]any{"name": "b"}, map[string]any{"name": "c"}},
		{`name : "*-encoded*"`, map[string]any{"name": "x -EncodedCommand y"}, map[string]any{"name": "-enc"}},
		{`name : "?:\\drop\\*"`, map[string]any{"name": `c:\Drop\x`}, map[string]any{"name": `c:\dro`}},
		{`name : "*c:\\windows\\system32\\services.exe*"`, map[string]any{"name": `x C:\Windows\System32\services.exe`}, map[string]any{"name": "x"}},
		{`name : "a*z"`, map[string]any{"name": "abcz"}, map[string]any{"name": "bza"}},
		{`name regex~ "(left|right)_[0-9]+"`, map[string]any{"name": "RIGHT_5"}, map[string]any{"name": "up_5"}},
		{`endsWith~(name, ".tmp")`, map[string]any{"name": "x.TMP"}, map[string]any{"name": ".tmp.x"}},
		{`port == 443`, map[string]any{"port": 443.0}, map[string]any{"port": 44}},
		{`port == 443`, map[string]any{"port": "443"}, map[string]any{"port": "x443"}},
		{`port : "443"`, map[string]any{"port": 443}, map[string]any{"port": 442}},
		{`port > 5`, map[string]any{"port": 6}, map[string]any{}},
		{`signed == true`, map[string]any{"signed": true}, map[string]any{"signed": false}},
		{`signed == true`, map[string]any{"signed": "true"}, map[string]any{"signed": 1}},
		{`name == null`, map[string]any{}, map[string]any{"name": "x"}},
		{`name == null`, map[string]any{"name": []any{}}, map[string]any{"name": []any{"x"}}},
		{`not (name != "a" or name == null)`, map[string]any{"name": "a"}, map[string]any{}},
		{`not name == "a"`, map[string]any{"name": "b"}, nil},
		{`name == "a" or port == 1`, map[string]any{"port": 1}, map[string]any{"port": 2}},
		{`name == "a" and not port == 1`, map[string]any{"name": "a"}, map[string]any{"name": "b"}},
		{`length(name) > 2`, map[string]any{"name": "b"}, map[string]any{"name": nil}},
		{`name == other`, map[string]any{"name": "b", "other": "b"}, map[string]any{"port": 1}},
		{`startsWith(name, "cmd") == true`, map[string]any{"name": "cmd.exe"}, map[string]any{"name": "x"}},
		{`startsWith(name, "cmd") == false`, map[string]any{}, nil},
		{`false == (name == null)`, map[string]any{"name": "b"}, map[string]any{}},
		{`(name == "a") == (other == "b")`, map[string]any{"name": "b", "other": "c"}, nil},
		{`name == concat("a", null)`, map[string]any{}, nil},
		{`startsWith(name, concat(other, "x"))`, map[string]any{"name": "b", "other": "c"}, map[string]any{"other": "b"}},
		{`port > 5 and (name == "a" and other == "b" or name == "c" and signed == true)`,
			map[string]any{"port": 6, "name": "c", "signed": true}, map[string]any{"port": 6, "name": "b", "other": "b", "signed": true}},
		{`name : ("*rare words*", "b") and signed == true`, map[string]any{"name": "b", "signed": true}, map[string]any{"signed": true}},
		{`name : "STRASSE*"`, map[string]any{"name": "\u017ftra\u017f\u017fe 1"}, map[string]any{"name": "trasse"}},
		{`name : "kelvin"`, map[string]any{"name": "\u212Aelvin"}, map[string]any{"name": "elvin"}},
		{`name : "\u{c4}rger"`, map[string]any{"name": "\u00e4RGER"}, map[string]any{"name": "arger"}},
	} {
		s := newSet(t, []ast.Expr{where(t, c.cond)})
		s.check(t, c.yes, func(int) string { return c.cond })
		assert.Equal(t, []int32{0}, s.candidates(c.yes), "%s: %v", c.cond, c.yes)
		if c.not != nil {
			assert.Empty(t, s.candidates(c.not), "%s: %v", c.cond, c.not)
		}
	}
}

// Where a constant does not help, each event is a candidate.
func TestKeyless(t *testing.T) {
	s := newSet(t, []ast.Expr{where(t, `not name == "a"`), where(t, `?name == ?other`), where(t, `true`), where(t, `name == "a"`)})
	assert.Equal(t, []int32{0, 1, 2}, s.candidates(nil))
	assert.Equal(t, []int{0, 1, 2}, s.x.Stats().KeylessRules)
	assert.Equal(t, 1, s.x.Stats().Exact)
}

func TestNever(t *testing.T) {
	s := newSet(t, []ast.Expr{where(t, `false`), where(t, `name == "a" and false`), where(t, `name == "a" or false`)})
	assert.Equal(t, []int32{2}, s.candidates(map[string]any{"name": "a"}))
	assert.Equal(t, 2, s.x.Stats().Never)
}

// Conditions behind a gate are candidates for the events that pass it alone.
func TestGates(t *testing.T) {
	var conds []ast.Expr
	for i := range 60 {
		kind := []string{"start", "stop", "7"}[i%3]
		conds = append(conds, where(t, fmt.Sprintf(`kind : "%s" and name == "n%d"`, kind, i/3)))
	}
	s := newSet(t, conds)
	require.Equal(t, 1, s.x.Stats().Gates)
	assert.Equal(t, []int32{3}, s.candidates(map[string]any{"kind": "START", "name": "n1"}))
	assert.Equal(t, []int32{3, 4}, s.candidates(map[string]any{"kind": []any{"start", "stop"}, "name": "n1"}))
	assert.Equal(t, []int32{5}, s.candidates(map[string]any{"kind": 7, "name": "n1"}))
	assert.Equal(t, []int32{5}, s.candidates(map[string]any{"kind": "7", "name": "n1"}))
	assert.Equal(t, []int32{3, 4, 5}, s.candidates(map[string]any{"kind": 0.5, "name": "n1"}), "what has no key opens all")
	assert.Empty(t, s.candidates(map[string]any{"name": "n1"}))
}

// Random conditions over random events: none that is true is left out.
func TestSound(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 60 {
		var conds []ast.Expr
		for range 80 {
			conds = append(conds, randomCond(r, 3))
		}
		s := newSet(t, conds)
		for range 60 {
			s.check(t, randomEvent(r), func(i int) string {
				return ast.Format(&ast.Query{Language: ast.EQL, Stages: []ast.Stage{&ast.Events{Where: conds[i]}}})
			})
		}
	}
}

var (
	fields = []string{"a", "b", "c"}
	words  = []string{"", "x", "cmd.exe", "CMD.EXE", "powershell", "443", "5", "true", "\u212Aelvin", "kelvin", "\u00c4b", "0443", "5.5", "\xff\xfe"}
)

func randomEvent(r *rand.Rand) map[string]any {
	m := map[string]any{}
	for _, f := range fields {
		if r.IntN(5) > 0 {
			m[f] = randomValue(r, true)
		}
	}
	return m
}

func randomValue(r *rand.Rand, list bool) any {
	switch n := r.IntN(12); {
	case n == 0:
		return r.IntN(2) == 0
	case n == 1:
		return float64(r.IntN(6))
	case n == 2:
		return int64(443)
	case n == 3:
		return []any{5.5, 1e20, math.Copysign(0, -1)}[r.IntN(3)]
	case n == 4 && list:
		return []any{randomValue(r, false), nil, randomValue(r, false)}
	case n == 5 && list:
		return [][]any{{}, {nil}}[r.IntN(2)]
	case n == 6:
		return map[string]any{"k": "v"}
	case n == 7:
		return words[r.IntN(len(words))] + " " + words[r.IntN(len(words))]
	}
	return words[r.IntN(len(words))]
}

func randomCond(r *rand.Rand, depth int) ast.Expr {
	x := &ast.Field{Name: fields[r.IntN(len(fields))]}
	null := ast.NullRule(r.IntN(2))
	n := 12
	if depth == 0 {
		n = 7
	}
	switch r.IntN(n) {
	case 0:
		return &ast.Compare{Op: ast.Op(r.IntN(6)), X: x, Y: literal(r), Rule: ast.CompareRule(r.IntN(2)), Null: null}
	case 1:
		return &ast.Compare{Op: ast.Eq, X: literal(r), Y: x, Rule: ast.CompareRule(r.IntN(2)), Null: null}
	case 2:
		return &ast.In{X: x, List: []ast.Expr{&ast.Literal{Value: word(r)}, &ast.Literal{Value: word(r)}}, Fold: true, Rule: ast.Loose, Null: null}
	case 3, 4:
		return &ast.Match{X: x, Kind: ast.MatchKind(r.IntN(2)), Patterns: []string{pattern(r), pattern(r)}[r.IntN(2):], Fold: r.IntN(2) == 0,
			Negate: r.IntN(5) == 0, Op: ":", Null: null}
	case 5:
		return &ast.Match{X: x, Kind: ast.RegexFind, Patterns: []string{regex(r)}, Fold: r.IntN(2) == 0, Op: "regex", Null: null}
	case 6:
		return &ast.IsNull{X: x, Unset: r.IntN(2) == 0}
	case 7:
		return &ast.Not{X: randomCond(r, depth-1)}
	case 8:
		return &ast.Compare{Op: ast.Op(r.IntN(6)), X: call(r, x, null), Y: []ast.Expr{literal(r), &ast.Literal{Value: r.IntN(2) == 0}, x,
			&ast.Call{Lib: "eql", Name: "length", Args: []ast.Expr{&ast.Literal{}}}}[r.IntN(4)], Null: null}
	case 9:
		return &ast.Compare{Op: ast.Eq, X: &ast.Literal{Value: r.IntN(2) == 0}, Y: randomCond(r, depth-1), Null: null}
	}
	return &ast.Logic{Op: []ast.Op{ast.And, ast.Or, ast.Xor}[r.IntN(3)], List: []ast.Expr{randomCond(r, depth-1), randomCond(r, depth-1)}}
}

func call(r *rand.Rand, x ast.Expr, null ast.NullRule) ast.Expr {
	name := []string{"startsWith", "endsWith", "stringContains", "concat"}[r.IntN(4)]
	return &ast.Call{Lib: "eql", Name: name, Args: []ast.Expr{x, &ast.Literal{Value: word(r)}}, Null: null}
}

func literal(r *rand.Rand) ast.Expr {
	return &ast.Literal{Value: []any{word(r), int64(5), 5.5, 443.0, true, false, nil}[r.IntN(7)]}
}

func word(r *rand.Rand) string { return words[r.IntN(len(words))] }

func pattern(r *rand.Rand) string {
	w := word(r)
	return []string{w, w + "*", "*" + w, "*" + w + "*", "?" + w, "*" + w + "?*", "*"}[r.IntN(7)]
}

func regex(r *rand.Rand) string {
	return []string{"cmd|power", "(cmd|power).*e", "[ck]md", "^4+3$", "x?", "(a|cm)+d", "p{1,2}ower", "e[xl]", "(?i)KELV"}[r.IntN(9)]
}

// Finding candidates allocates nothing.
func TestNoAllocations(t *testing.T) {
	s := newSet(t, []ast.Expr{where(t, `a : ("*words*", "x", "Ä*")`), where(t, `b == 5 or c in ("u", "v")`)})
	m := event.Map{"a": "some words of \u00c4", "b": []any{5, 6}, "c": "v"}
	into := make([]int32, 0, 8)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		s.frame.Reset(m)
		if len(s.c.Candidates(&s.frame, into)) != 2 {
			t.Fail()
		}
	}))
}

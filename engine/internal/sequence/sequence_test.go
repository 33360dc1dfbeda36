package sequence

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/field"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tests write sequences and events as short words.
//
// A sequence lists its steps by letters: `a !b c` is an a and a c without a b
// between them; `a*2` runs twice, `+b` leaves the partial before it, `until u`
// ends a sequence. `keyed` gives all steps the key k, `keyed?` one that may be
// missing; `in 5s` is the maxspan.
//
// An event is its letters, a time in seconds, and the values of k: `ab1.5/x,y`
// meets a and b, at 1.5 s, with the keys x and y. `@7` lets the watermark pass
// to 7 s. Matches print their events, `-` for a missing one, then the key, and
// `@` with the time of their release if that is not the last event's.
func sequenceOf(t testing.TB, text string) *ast.Sequence {
	st := &ast.Sequence{}
	var by []ast.Expr
	words := strings.Fields(text)
	for _, w := range words {
		if optional := w == "keyed?"; optional || w == "keyed" {
			by = []ast.Expr{&ast.Field{Name: "k", Optional: optional}}
		}
	}
	for i := 0; i < len(words); i++ {
		switch w := words[i]; w {
		case "keyed", "keyed?":
		case "in":
			i++
			d, err := time.ParseDuration(words[i])
			require.NoError(t, err)
			st.Maxspan = d
		case "until":
			i++
			u := stepOf(words[i], by)
			st.Until = &u
		default:
			st.Steps = append(st.Steps, stepOf(w, by))
		}
	}
	return st
}

func stepOf(w string, by []ast.Expr) ast.Step {
	st := ast.Step{By: by, Runs: 1}
	w, st.Missing = strings.CutPrefix(w, "!")
	w, st.Fork = strings.CutPrefix(w, "+")
	if w, n, ok := strings.Cut(w, "*"); ok {
		st.Runs, _ = strconv.Atoi(n)
		st.Event.Where = letter(w)
		return st
	}
	st.Event.Where = letter(w)
	return st
}

func letter(w string) ast.Expr {
	return &ast.Compare{Op: ast.Eq, Null: ast.NullIsFalse, X: &ast.Field{Name: "is"}, Y: &ast.Literal{Value: w}}
}

func eventOf(t testing.TB, w string) event.Event {
	name, keys, keyed := strings.Cut(w, "/")
	letters := strings.TrimRight(name, "0123456789.")
	m := event.Map{"is": strings.Split(letters, "")}
	if keyed {
		m["k"] = strings.Split(keys, ",")
	}
	return event.Event{Time: clock(t, name[len(letters):]), ID: name, Fields: m}
}

func clock(t testing.TB, s string) time.Time {
	d, err := time.ParseDuration(s + "s")
	require.NoError(t, err)
	return time.Unix(0, 0).Add(d)
}

// stepper is a machine, a sampler or a joiner.
type stepper interface {
	Step(f *field.Frame, ev event.Event, emit func(Match))
	Advance(watermark time.Time, emit func(Match))
}

// play runs a timeline, and returns the matches.
func play(t testing.TB, m stepper, f *field.Frame, timeline string) string {
	var found []string
	var now time.Time
	emit := func(x Match) { found = append(found, show(x, now)) }
	for _, w := range strings.Fields(timeline) {
		if at, ok := strings.CutPrefix(w, "@"); ok {
			now = clock(t, at)
			m.Advance(now, emit)
			continue
		}
		ev := eventOf(t, w)
		now = ev.Time
		f.Reset(ev.Fields)
		m.Step(f, ev, emit)
	}
	return strings.Join(found, " ")
}

func show(x Match, now time.Time) string {
	var b strings.Builder
	var last time.Time
	for _, e := range x.Events {
		if e == nil {
			b.WriteByte('-')
			continue
		}
		b.WriteString(e.ID)
		last = e.Time
	}
	for _, k := range x.Keys {
		b.WriteString("/" + k.Text())
	}
	if !now.Equal(last) {
		fmt.Fprintf(&b, "@%g", now.Sub(time.Unix(0, 0)).Seconds())
	}
	return b.String()
}

func TestSequences(t *testing.T) {
	for _, c := range []struct{ name, sequence, timeline, want string }{
		{"two events in order", "a b", "a1 b2", "a1b2"},
		{"order matters", "a b", "b1 a2", ""},
		{"the newest first event wins", "a b", "a1 a2 b3", "a2b3"},
		{"a sequence uses its events up", "a b", "a1 b2 b3", "a1b2"},
		{"others may come between", "a b", "a1 x2 b3", "a1b3"},
		{"each series goes its own way", "a b c d", "a1 b2 a3 c4 b5 d6 c7 d8", "a1b2c4d6 a3b5c7d8"},
		{"a newer partial replaces the one that waits", "a b c", "a1 b2 a3 b4 c5", "a3b4c5"},
		{"equal times are in order all the same", "a b", "a1 b1", "a1b1"},
		{"one event is not two", "a a", "a1", ""},
		{"one event moves each series by a step", "a a a", "a1 a2 a3 a4 a5 a6", "a1a2a3 a2a3a4 a3a4a5 a4a5a6"},
		{"an event may end one series and begin another", "a b", "a1 ab2 b3", "a1ab2 ab2b3"},
		{"a single step", "a", "a1 a2", "a1 a2"},
		{"runs", "a*3", "a1 a2 a3 a4", "a1a2a3 a2a3a4"},
		{"runs amid others", "a b*2 c", "a1 b2 c3 b4 c5", "a1b2b4c5"},

		{"within the span", "a b in 2s", "a1 b3", "a1b3"},
		{"beyond the span by a nanosecond", "a b in 2s", "a1 b3.000000001", ""},
		{"the span counts from the first event", "a b c in 3s", "a1 b3 c5", ""},
		{"too late is used up", "a b c in 3s", "a1 b2 c6 a7 c8", ""},
		{"the span begins anew with each first event", "a b in 2s", "a1 a2 b4", "a2b4"},

		{"keys keep series apart", "a b keyed", "a1/x a2/y b3/x b4/y", "a1b3/x a2b4/y"},
		{"no key, no sequence", "a b keyed", "a1 b2", ""},
		{"an optional key is null", "a b keyed?", "a1 a2/x b3", "a1b3/"},
		{"several values, several sequences", "a b keyed", "a1/x,y b2/y,x,z", "a1b2/x a1b2/y"},
		{"matches of an event are in the order of their keys", "a b keyed", "a1/q,p,r b2/r,q,p", "a1b2/p a1b2/q a1b2/r"},
		{"a value twice is one key", "a b keyed", "a1/x,x b2/x,x", "a1b2/x"},
		{"the case of keys matters", "a b keyed", "a1/X b2/x", ""},

		{"until ends what is pending", "a b until u", "a1 u2 b3", ""},
		{"until after the end", "a b until u", "a1 b2 u3", "a1b2"},
		{"until at the last event comes too late", "a b until u", "a1 bu2", "a1bu2"},
		{"until at the first event ends it", "a b until u", "au1 b2", ""},
		{"until has keys", "a b until u keyed", "a1/x a2/y u3/x b4/x b5/y", "a2b5/y"},
		{"until of several keys", "a b until u keyed", "a1/x a2/y u3/y,x b4/x b5/y", ""},
		{"until leaves what is complete", "a b b until u", "a1 b2 b3 u4", "a1b2b3"},

		{"a fork stays", "a +b", "a1 b2 b3", "a1b2 a1b3"},
		{"a fork stays at its step only", "a +b c", "a1 b2 c3 b4 c5 c6", "a1b2c3 a1b4c5"},
		{"a fork is within the span", "a +b in 2s", "a1 b2 b3 b4", "a1b2 a1b3"},
		{"until ends forks and what they came from", "a +b c until u", "a1 b2 u3 c4 b5 c6", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, f := compile(t, sequenceOf(t, c.sequence), Options{})
			assert.Equal(t, c.want, play(t, m, f, c.timeline))
		})
	}
}

func TestMissingEvents(t *testing.T) {
	for _, c := range []struct{ name, sequence, timeline, want string }{
		{"absent between", "a !m b in 9s", "a1 b3", "a1-b3"},
		{"present between", "a !m b in 9s", "a1 m2 b3", ""},
		{"present elsewhere", "a !m b in 9s", "m1 a2 b3 m4", "a2-b3"},
		{"at the first event's time", "a !m b in 9s", "a1 m1 b3", "a1-b3"},
		{"at the last event's time", "a !m b in 9s", "a1 m3 b3", "a1-b3"},
		{"in the first event's millisecond", "a !m b in 9s", "a1 m1.0009 b3", "a1-b3"},
		{"in the last event's millisecond", "a !m b in 9s", "a1 m3 b3.0009", "a1-b3.0009"},
		{"an event of both kinds", "a !m b in 9s", "am1 bm3", "am1-bm3"},
		{"the series is used up all the same", "a !m b in 9s", "a1 m2 b3 b4", ""},
		{"the series goes on all the same", "a !m b c in 9s", "a1 m2 b3 a4 b5 c6", "a4-b5c6"},
		{"of another key", "a !m b keyed in 9s", "a1/x m2/y b3/x", "a1-b3/x"},
		{"of one of the keys", "a !m b keyed in 9s", "a1/x,y m2/y b3/x,y", "a1-b3/x"},
		{"several between", "a !m !n b in 9s", "a1 n2 b3 a4 b5", "a4--b5"},
		{"each gap has its own", "a !m b !n c in 9s", "a1 n2 b3 m4 c5", "a1-b3-c5"},
		{"runs of a missing event", "a !m*2 b in 9s", "a1 b2", "a1--b2"},

		{"nothing before", "!m a b in 5s", "a2 b3", "-a2b3"},
		{"one before", "!m a b in 5s", "m1 a2 b3", ""},
		{"one before, a span away", "!m a b in 5s", "m1 a2 b6", ""},
		{"one before, more than a span away", "!m a b in 5s", "m1 a2 b6.001", "-a2b6.001"},
		{"at the same time is not before", "!m a in 5s", "m1 a1", "-a1"},
		{"at the same time, and before", "!m a in 5s", "m0.5 m1 a1", ""},
		{"the last one counts", "!m a in 5s", "m1 m4 a7", ""},
		{"one is enough", "!m !n a in 5s", "n4 a7", ""},
		{"before the first, and with the first", "!m a in 5s", "am1 am2", "-am1"},

		{"nothing behind, proven by the watermark", "a !m in 5s", "a1 @6 @6.001", "a1-@6.001"},
		{"nothing behind, proven by an event", "a !m in 5s", "a1 x6 x7", "a1-@7"},
		{"the watermark proves whole milliseconds", "a !m in 5s", "a1 @6.0009 m6.0009 @20", ""},
		{"one behind", "a !m in 5s", "a1 m2 @20", ""},
		{"one behind, a span away", "a !m in 5s", "a1 m6 @20", ""},
		{"one behind, more than a span away", "a !m in 5s", "a1 m6.001", "a1-@6.001"},
		{"the span counts from the first event", "a b !m in 5s", "a1 b4 m6.5 @20", "a1b4-@6.5"},
		{"at the same time is not behind", "a !m in 5s", "a1 m1 @20", "a1-@20"},
		{"of another key behind", "a !m keyed in 5s", "a1/x a2/y m3/y @20", "a1-/x@20"},
		{"one refutes all that are held", "a !m in 5s", "a1 a2 m3 a4 @20", "a4-@20"},
		{"until does not concern what is held", "a !m until u in 5s", "a1 u2 @20", "a1-@20"},

		{"neither before nor behind", "!m a !m in 5s", "a7", "-a7-"},
		{"nothing before, one behind", "!m a !m in 5s", "a7 m8", "-a7-"},
		{"one before, none behind", "!m a !m in 5s", "m5 a7 @10 @10.001", "-a7-@10.001"},
		{"before and behind, less than a span apart", "!m a !m in 5s", "m5 a7 m8 @20", ""},
		{"before and behind, a span apart", "!m a !m in 5s", "m5 a7 m10 @20", ""},
		{"before and behind, with room between", "!m a !m in 5s", "m5 a7 m10.001", "-a7-@10.001"},
		{"far before", "!m a !m in 5s", "m1 a7 m8", "-a7-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, f := compile(t, sequenceOf(t, c.sequence), Options{})
			assert.Equal(t, c.want, play(t, m, f, c.timeline))
		})
	}
}

// What is complete first is proven last here: a stream reports at once, a
// batch in the order of the last events.
func TestBatchOrder(t *testing.T) {
	const sequence, timeline = "a b !m keyed in 9s", "a1/x a3/y b4/y b5/x @11 @20"
	m, f := compile(t, sequenceOf(t, sequence), Options{})
	assert.Equal(t, "a1b5-/x@11 a3b4-/y@20", play(t, m, f, timeline))
	m, f = compile(t, sequenceOf(t, sequence), Options{Batch: true})
	assert.Equal(t, "a3b4-/y@20 a1b5-/x@20", play(t, m, f, timeline))
}

// refersTo is met by events whose field equals the earlier event's.
func refersTo(alias, name string) ast.Expr {
	return &ast.Compare{Op: ast.Eq, Null: ast.NullIsFalse,
		X: &ast.Field{Name: name}, Y: &ast.Field{Of: alias, Name: name}}
}

func both(list ...ast.Expr) ast.Expr { return &ast.Logic{Op: ast.And, List: list} }

// Where a step refers to an earlier event, unrelated events do not stand in
// the way of those that fit.
func TestAliases(t *testing.T) {
	two := &ast.Sequence{Steps: []ast.Step{
		{Event: ast.Events{Where: letter("a")}, As: "first"},
		{Event: ast.Events{Where: both(letter("b"), refersTo("first", "k"))}},
	}}
	across := &ast.Sequence{Steps: []ast.Step{
		{Event: ast.Events{Where: letter("a")}, As: "first"},
		{Event: ast.Events{Where: letter("b")}, As: "second"},
		{Event: ast.Events{Where: both(letter("c"), refersTo("first", "k"))}},
	}}
	only := &ast.Sequence{Steps: []ast.Step{
		{Event: ast.Events{Where: letter("a")}, As: "first"},
		{Event: ast.Events{Where: refersTo("first", "k")}},
	}, Maxspan: 3 * time.Second}
	ended := &ast.Sequence{Steps: []ast.Step{
		{Event: ast.Events{Where: letter("a")}, As: "first"},
		{Event: ast.Events{Where: letter("b")}},
	}, Until: &ast.Step{Event: ast.Events{Where: both(letter("u"), refersTo("first", "k"))}}}
	absent := func(steps ...ast.Step) *ast.Sequence {
		return &ast.Sequence{Maxspan: 9 * time.Second, Steps: steps}
	}
	a, b := ast.Step{Event: ast.Events{Where: letter("a")}, As: "first"}, ast.Step{Event: ast.Events{Where: letter("b")}}
	no := ast.Step{Event: ast.Events{Where: both(letter("m"), refersTo("first", "k"))}, Missing: true}
	between, behind := absent(a, no, b), absent(a, b, no)
	for _, c := range []struct {
		name           string
		st             *ast.Sequence
		timeline, want string
	}{
		{"until that fits", ended, "a1/x u2/x b3", ""},
		{"until of another", ended, "a1/x u2/y b3", "a1b3"},
		{"one between that must be missing", between, "a1/x m2/x b3 @99", ""},
		{"another between", between, "a1/x m2/y b3 @99", "a1-b3"},
		{"one behind that must be missing", behind, "a1/x b2 m3/x @99", ""},
		{"another behind", behind, "a1/x b2 m3/y @99", "a1b2-@99"},
		{"another behind, and then one", behind, "a1/x b2 m3/y m4/x @99", ""},
		{"an older one that fits", two, "a1/x a2/y b3/x", "a1b3"},
		{"the newest that fits", two, "a1/x a2/x b3/x b4/x", "a2b3 a1b4"},
		{"none that fits", two, "a1/x b2/y", ""},
		{"across a step", across, "a1/x b2/q a3/y b4/q c5/x", "a1b2c5"},
		{"any event may be the second", only, "a1/x z2/x", "a1z2"},
		{"not the first itself", only, "a1/x", ""},
		{"within the span", only, "a1/x z5/x", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, f := compile(t, c.st, Options{})
			assert.Equal(t, c.want, play(t, m, f, c.timeline))
			assert.Nil(t, f.Refs, "the frame is as it was")
		})
	}
}

func TestConcerns(t *testing.T) {
	m, f := compile(t, sequenceOf(t, "a !m b until u in 5s"), Options{})
	for _, w := range []string{"a1", "m1", "b1", "u1", "xb1"} {
		f.Reset(eventOf(t, w).Fields)
		assert.True(t, m.Concerns(f), w)
	}
	f.Reset(eventOf(t, "x1").Fields)
	assert.False(t, m.Concerns(f))
}

// The category's field may have several values, one of which is enough.
func TestCategory(t *testing.T) {
	st := &ast.Sequence{Steps: []ast.Step{
		{Event: ast.Events{Category: "process"}}, {Event: ast.Events{Category: "file", Where: letter("b")}}}}
	for field, want := range map[string]int{"": 1, "event.category": 1, "kind": 0} {
		m, f := compile(t, st, Options{Category: field})
		n := 0
		for i, ev := range []event.Map{
			{"event.category": []any{"host", "process"}},
			{"event.category": "process", "is": "b"},
			{"event.category": "file", "is": "b"},
		} {
			f.Reset(ev)
			m.Step(f, event.Event{Time: time.Unix(int64(i), 0), Fields: ev}, func(Match) { n++ })
		}
		assert.Equal(t, want, n, "category in %q", field)
	}
}

func TestCompileErrors(t *testing.T) {
	key := []ast.Expr{&ast.Field{Name: "k"}}
	a := ast.Events{Where: letter("a")}
	for _, c := range []struct {
		name string
		st   *ast.Sequence
		want string
	}{
		{"nothing but missing events", &ast.Sequence{Steps: []ast.Step{{Event: a, Missing: true}}, Maxspan: time.Second},
			"test:1:1: expected an event that is not missing, found none"},
		{"a missing event without a span", &ast.Sequence{Steps: []ast.Step{{Event: a}, {Event: a, Missing: true, Off: 3}}},
			"test:1:4: expected maxspan in a sequence with a missing event, found none"},
		{"keys of different number", &ast.Sequence{Steps: []ast.Step{{Event: a, By: key}, {Event: a, Off: 2}}},
			"test:1:3: expected as many join keys as the first step has (1), found 0"},
		{"keys of until", &ast.Sequence{Steps: []ast.Step{{Event: a}}, Until: &ast.Step{Event: a, By: key, Off: 4}},
			"test:1:5: expected as many join keys as the first step has (0), found 1"},
		{"a missing until", &ast.Sequence{Steps: []ast.Step{{Event: a}}, Until: &ast.Step{Event: a, Missing: true, Off: 4}},
			"test:1:5: expected an event behind until, found a missing one"},
		{"too many runs", &ast.Sequence{Steps: []ast.Step{{Event: a, Runs: 1 << 30}}},
			"test:1:1: expected at most 1000 events in a sequence, found more"},
		{"an alias before its event", &ast.Sequence{Steps: []ast.Step{
			{Event: ast.Events{Where: refersTo("second", "k")}}, {Event: a, As: "second"}}},
			`test:1:1: unknown event "second"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &expr.Scope{Slots: &field.Slots{}, Source: &ast.Source{Name: "test", Text: "sequence"}}
			m := Compile(c.st, s, Options{})
			require.Len(t, s.Errors, 1)
			assert.EqualError(t, s.Errors[0], c.want)
			f := &field.Frame{Slots: s.Slots}
			assert.NotPanics(t, func() { play(t, m, f, "a1 a2 @9") })
		})
	}
}

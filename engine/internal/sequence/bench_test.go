package sequence

import (
	"strconv"
	"testing"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// The cost of one event to one sequence: of no step; of a first step, among
// many keys that wait; of a series that completes.
func BenchmarkStep(b *testing.B) {
	const keys = 1 << 14
	names := make([]string, keys)
	for i := range names {
		names[i] = "key-" + strconv.Itoa(i)
	}
	run := func(name, sequence string, next func(i int, m event.Map)) {
		b.Run(name, func(b *testing.B) {
			m, f := compile(b, sequenceOf(b, sequence), Options{Keep: func(event.Event) event.Fields { return nil }})
			fields := event.Map{"is": "x", "k": names[0]}
			ev := event.Event{Fields: fields}
			emit := func(Match) {}
			b.ReportAllocs()
			for i := range b.N {
				next(i, fields)
				ev.Time = time.Unix(0, int64(i)*1e6)
				f.Reset(fields)
				m.Step(f, ev, emit)
			}
		})
	}
	run("none", "a b keyed in 9s", func(int, event.Map) {})
	run("first", "a b keyed in 9s", func(i int, m event.Map) { m["is"], m["k"] = "a", names[i%keys] })
	run("match", "a b keyed in 9s", func(i int, m event.Map) {
		m["is"], m["k"] = string("ab"[i&1]), names[i/2%keys]
	})
	run("absent", "!m a !m b !m keyed in 9s", func(i int, m event.Map) {
		m["is"], m["k"] = string("mab"[i%3]), names[i/2%keys]
	})
}

// Events that fit none of the many that wait for one that refers to them.
func BenchmarkAlias(b *testing.B) {
	m, f := compile(b, &ast.Sequence{Maxspan: time.Hour, Steps: []ast.Step{
		{Event: ast.Events{Where: letter("a")}, As: "first"},
		{Event: ast.Events{Where: both(letter("b"), refersTo("first", "k"))}},
	}}, Options{})
	for i := range maxCandidates {
		play(b, m, f, "a"+strconv.Itoa(i)+"/x")
	}
	ev := event.Event{Time: clock(b, "99"), Fields: event.Map{"is": "b", "k": "y"}}
	b.ReportAllocs()
	for b.Loop() {
		f.Reset(ev.Fields)
		m.Step(f, ev, nil)
	}
}

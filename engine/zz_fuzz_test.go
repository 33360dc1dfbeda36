package engine_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
)

func zzRules(t testing.TB, r *rand.Rand, round int) []*ast.Rule {
	one := func(l ...string) string { return l[r.IntN(len(l))] }
	cond := func() string {
		return one("n>=0", "k=1", "event.category=a", `event.category IN (a, b)`, fmt.Sprintf("event.category=a n<%d", r.IntN(10)), fmt.Sprintf("n>%d", r.IntN(9)), "event.category=*", "NOT event.category=b", `event.category!=c`, `word=a*`, `event.category=a word=b`, "k=*", `event.category=a NOT tag=x`, "_time>0 k=1", `tag=z`, `(event.category=a OR n=3)`)
	}
	fig := func() string {
		return one("count", "dc(n)", "values(word)", "min(n) max(n)", "first(n) last(word)", "count dc(word) values(n)", "range(n) first(tag)", "min(_time) max(_time) count", "count(eval(n>3)) as c", "dc(tag) last(tag)", "count list(n)", "avg(n)")
	}
	by := func() string {
		return one("", " by k", " by k word", " by tag", " by event.category", " by tag k", " by _time span=4s")
	}
	search := func(id string) *ast.Rule {
		s := searchRule(t, id, "search "+cond()+one("", "", " | where n<8")+" | stats "+fig()+by()+one("", "", " | where isnotnull(n) OR 1=1"))
		iv := time.Duration(1+r.IntN(20)) * time.Second
		if r.IntN(4) == 0 {
			iv = time.Duration(300+r.IntN(9000)) * time.Millisecond
		}
		s.Schedule = []ast.Schedule{
			{Interval: iv, Window: ast.TimeRange{Earliest: fmt.Sprintf("-%ds", 1+r.IntN(40))}},
			{Interval: iv, Window: ast.TimeRange{Earliest: fmt.Sprintf("-%ds", 10+r.IntN(40)), Latest: fmt.Sprintf("-%ds", r.IntN(9))}},
			{Interval: iv, Window: ast.TimeRange{Earliest: "-1m@m", Latest: "-3s"}},
			{Cron: "* * * * *", Window: ast.TimeRange{Earliest: "-2m@m", Latest: "@m"}},
			{Cron: "*/2 * * * *", Window: ast.TimeRange{Earliest: "-90s", Latest: "-7s"}},
			{Interval: iv, Window: ast.TimeRange{Earliest: "-1h@h", Latest: "now"}},
			{Interval: iv},
			{Interval: iv, Window: ast.TimeRange{Earliest: "0", Latest: "now"}},
			{},
		}[r.IntN(9)]
		if r.IntN(4) == 0 {
			s.Filters = []ast.Expr{&ast.Not{X: &ast.Compare{Op: ast.Eq, X: &ast.Field{Name: "n"}, Y: &ast.Literal{Value: 5}}}}
		}
		if r.IntN(6) == 0 {
			s.Suppression = &ast.Suppression{Fields: []string{"k"}, Duration: 10 * time.Second}
		}
		if r.IntN(6) == 0 {
			s.MaxSignals = 1 + r.IntN(3)
		}
		return s
	}
	n := r.IntN(10)
	var list []*ast.Rule
	for i := range 1 + r.IntN(3) {
		id := fmt.Sprint("r", i, "-", round)
		switch r.IntN(9) {
		case 0:
			list = append(list, rule(t, id, fmt.Sprintf(one(`a where n == %d or not k == 1`, `a where true or n == %d`, `any where event.category == "a" and n != %d`, `any where event.category : "a" or n == %d`), n)))
		case 1:
			list = append(list, rule(t, id, fmt.Sprintf(`sequence by k with maxspan=9s [a where n > %d] [b where true]`, n)))
		case 2:
			list = append(list, rule(t, id, one(`sample by k [a where n > 3] [b where true]`, `sequence by k with maxspan=5s [a where n < 4] ![c where true]`)))
		default:
			list = append(list, search(id))
		}
	}
	if len(list) > 1 && r.IntN(4) == 0 { // same source twice
		c := *list[0]
		c.ID = "copy" + c.ID
		list = append(list, &c)
	}
	return list
}

func zzEvents(r *rand.Rand, n int) []engine.Event {
	events := statefulEvents(r, n)
	switch r.IntN(3) {
	case 0:
		mixed(r, events)
	case 1:
		for _, x := range events {
			m := x.Fields.(engine.Map)
			m["word"], m["tag"] = string(rune('a'+r.IntN(4))), []any{"x", string(rune('x' + r.IntN(3)))}
		}
	}
	dense := time.Duration(1)
	if r.IntN(2) == 0 {
		dense = time.Duration(1 + r.IntN(200))
	}
	for i := range events {
		events[i].Time = noon.Add(events[i].Time.Sub(noon) / dense)
		if r.IntN(3) == 0 && i > 0 {
			events[i].Time = events[i-1].Time
		}
		if r.IntN(8) == 0 {
			categorise(r, events[i].Fields.(engine.Map))
		}
	}
	mess := r.IntN(3)
	for i := range events {
		if mess == 0 {
			break
		}
		x := &events[i]
		switch r.IntN(60 * mess * mess) {
		case 0:
			x.Time = time.Time{}
		case 1:
			x.Time = x.Time.Add(time.Duration(r.IntN(20_000)) * time.Millisecond)
		case 2:
			x.Time = x.Time.Add(-time.Duration(r.IntN(4000)) * time.Millisecond)
		case 3:
			x.Time = x.Time.Add(time.Duration(r.IntN(100)) * time.Hour)
		case 4:
			x.Time = engine.End.Add(time.Duration(r.IntN(3)-1) * time.Second)
		case 5:
			x.Fields = nil
		case 6:
			x.Fields = asked{x.Fields.(engine.Map), new([]string)}
		case 7:
			x.Time = x.Time.In(time.FixedZone("x", 3600))
		}
	}
	return events
}

type zzSide struct {
	e    *engine.Engine
	log  []string
	tick time.Duration
}

func (s *zzSide) observer() engine.Option {
	return engine.Observe(engine.Observer{
		Alert:     func(a engine.Alert) { s.log = append(s.log, fmt.Sprint("alert ", a.Rule.ID, a.Time)) },
		HeldBack:  func(r *ast.Rule, at time.Time) { s.log = append(s.log, fmt.Sprint("held ", r.ID, at)) },
		Late:      func(r *ast.Rule, ev engine.Event) { s.log = append(s.log, fmt.Sprint("late ", r.ID, ev.ID)) },
		Lost:      func(r *ast.Rule, n int) { s.log = append(s.log, fmt.Sprint("lost ", r.ID, n)) },
		Evaluated: func(r *ast.Rule, d time.Duration) { s.log = append(s.log, fmt.Sprint("eval ", r.ID, d)) },
	})
}

func zzAlerts(as []engine.Alert) []string {
	l := texts(as)
	for i, a := range as {
		l[i] += fmt.Sprint(a.Row.Map())
		l[i] = strings.ReplaceAll(l[i], " int:", " float:")
	}
	return l
}

func zzSorted(l []string) []string { l = slices.Clone(l); slices.Sort(l); return l }

func TestZZFew(t *testing.T) {
	seed, _ := strconv.ParseUint(os.Getenv("ZZSEED"), 10, 64)
	rounds, _ := strconv.Atoi(os.Getenv("ZZROUNDS"))
	total, live, few := 0, 0, 0
	for round := range rounds {
		r := rand.New(rand.NewPCG(seed, uint64(round)))
		rules := zzRules(t, r, round)
		var names []string
		var base []func(s *zzSide) engine.Option
		add := func(name string, o func(s *zzSide) engine.Option) { names, base = append(names, name), append(base, o) }
		exact := true // comparable with full scan
		switch r.IntN(4) {
		case 0:
			d := time.Duration(r.IntN(12000)) * time.Millisecond
			add(fmt.Sprint("skew", d), func(*zzSide) engine.Option { return engine.Skew(d) })
		case 1:
			add("skew0", func(*zzSide) engine.Option { return engine.Skew(0) })
		}
		if r.IntN(4) == 0 {
			n := 1 + r.IntN(60000)
			exact = false
			add(fmt.Sprint("statebytes", n), func(*zzSide) engine.Option { return engine.StateBytes(n) })
		}
		if r.IntN(4) == 0 {
			n := 1 + r.IntN(5)
			exact = false
			add(fmt.Sprint("windowevents", n), func(*zzSide) engine.Option { return engine.WindowEvents(n) })
		}
		if r.IntN(4) == 0 {
			add("measure", func(s *zzSide) engine.Option {
				return engine.MeasureTime(func() time.Duration { s.tick++; return s.tick })
			})
		}
		if r.IntN(3) == 0 {
			add("observe", func(s *zzSide) engine.Option { return s.observer() })
		}
		if r.IntN(8) == 0 {
			add("late", func(s *zzSide) engine.Option { return engine.Lateness(3 * time.Second) })
		}
		if r.IntN(12) == 0 {
			add("cont", func(s *zzSide) engine.Option { return engine.Continuous() })
		}
		if r.IntN(8) == 0 {
			add("workers", func(s *zzSide) engine.Option { return engine.Workers(2) })
		}
		opts := func(s *zzSide, more ...engine.Option) []engine.Option {
			for _, o := range base {
				more = append(more, o(s))
			}
			return more
		}
		quick, whole, full, held := &zzSide{}, &zzSide{}, &zzSide{}, &zzSide{}
		make := func(s *zzSide, more ...engine.Option) { s.e = newEngine(t, rules, opts(s, more...)...) }
		make(quick)
		make(whole)
		make(full, engine.FullScan())
		make(held, engine.Holding())
		whole.e.SkipNone()
		live += quick.e.Live()
		if quick.e.Few() {
			few++
		}
		var all []string
		for _, x := range rules {
			all = append(all, fmt.Sprintf("%s %+v %v", x.Query.Source.Text, x.Schedule, len(x.Filters)))
		}
		what := func(i int) string {
			return fmt.Sprintf("seed %d round %d event %d exact %v %v\n%s", seed, round, i, exact, names, strings.Join(all, "\n"))
		}
		workers := slices.Contains(names, "workers")
		events := zzEvents(r, []int{200, 1500, 5000}[r.IntN(3)])
		for i := 0; i < len(events); {
			some := events[i:min(len(events), i+1+r.IntN([]int{1, 5, 60, 300}[r.IntN(4)]))]
			var want, wf, wh, got []string
			for _, x := range some {
				want = append(want, zzAlerts(whole.e.Process(x))...)
				wf = append(wf, zzAlerts(full.e.Process(x))...)
				wh = append(wh, zzAlerts(held.e.Process(x))...)
			}
			if r.IntN(2) == 0 {
				for _, x := range some {
					got = append(got, zzAlerts(quick.e.Process(x))...)
				}
			} else {
				got = zzAlerts(quick.e.ProcessBatch(some))
			}
			total += len(want)
			if d := cmp.Diff(append([]string{}, want...), append([]string{}, got...)); d != "" {
				t.Fatal(what(i), "whole/quick", d)
			}
			if exact {
				if d := cmp.Diff(append([]string{}, zzSorted(wf)...), append([]string{}, zzSorted(got)...)); d != "" {
					for _, s := range []*zzSide{quick, whole, full, held} {
						for _, x := range s.e.Stats().Rules {
							fmt.Printf("%+v\n", x)
						}
						fmt.Println()
					}
					for _, x := range some {
						fmt.Println(x.Time, x.Fields)
						if i > 0 || len(some) > 500 {
							break
						}
					}
					t.Fatal(what(i), "full/quick", d)
				}
				if d := cmp.Diff(append([]string{}, zzSorted(wh)...), append([]string{}, zzSorted(got)...)); d != "" {
					t.Fatal(what(i), "held/quick", d)
				}
			}
			i += len(some)
			if r.IntN(4) == 0 && !workers {
				if d := cmp.Diff(whole.e.Stats(), quick.e.Stats()); d != "" {
					t.Fatal(what(i), "stats", d)
				}
				if d := cmp.Diff(whole.log, quick.log); d != "" {
					t.Fatal(what(i), "log", d)
				}
				whole.log, quick.log = nil, nil
			}
			switch r.IntN(30) {
			case 0:
				at := noon.Add(time.Duration(r.IntN(3000)) * time.Second)
				if r.IntN(2) == 0 {
					at = some[len(some)-1].Time
				}
				var l [4][]string
				for j, s := range []*zzSide{quick, whole, full, held} {
					l[j] = zzAlerts(s.e.Flush(at))
				}
				if d := cmp.Diff(l[0], l[1]); d != "" {
					t.Fatal(what(i), "flush", d)
				}
				if exact {
					if d := cmp.Diff(zzSorted(l[0]), zzSorted(l[2])); d != "" {
						t.Fatal(what(i), "flush full", d)
					}
					if d := cmp.Diff(zzSorted(l[0]), zzSorted(l[3])); d != "" {
						t.Fatal(what(i), "flush held", d)
					}
				}
			case 1, 2:
				a, b := snapshot(t, quick.e), snapshot(t, whole.e)
				if !workers && !slices.Equal(a, b) {
					t.Fatal(what(i), "snapshot")
				}
				if r.IntN(2) == 0 {
					for j, s := range []*zzSide{quick, whole, full, held} {
						file := snapshot(t, s.e)
						var more []engine.Option
						if j == 2 {
							more = append(more, engine.FullScan())
						} else if j == 3 {
							more = append(more, engine.Holding())
						}
						s.tick = 0
						s.e = restored(t, file, rules, opts(s, more...)...)
					}
					whole.e.SkipNone()
					whole.log, quick.log = nil, nil
				}
			case 3:
				next := slices.Clone(rules)
				if r.IntN(2) == 0 || len(next) > 3 {
					next = next[1:]
				}
				if r.IntN(2) == 0 || len(next) == 0 {
					next = append(next, zzRules(t, r, 1000000+i)...)
					if len(next) > 4 {
						next = next[:4]
					}
				}
				rules = next
				all = append(all, "REPLACED")
				for _, x := range rules {
					all = append(all, fmt.Sprintf("%s %+v %v", x.Query.Source.Text, x.Schedule, len(x.Filters)))
				}
				for _, s := range []*zzSide{quick, whole, full, held} {
					_, err := s.e.Replace(rules)
					require.NoError(t, err)
				}
				whole.e.SkipNone()
			case 4:
				x := some[r.IntN(len(some))]
				id := rules[r.IntN(len(rules))].ID
				w, g := whole.e.Explain(id, x), quick.e.Explain(id, x)
				if d := cmp.Diff(w, g); d != "" {
					t.Fatal(what(i), "explain", d)
				}
			}
		}
		a, b, c, h := zzAlerts(quick.e.Flush(engine.End)), zzAlerts(whole.e.Flush(engine.End)), zzAlerts(full.e.Flush(engine.End)), zzAlerts(held.e.Flush(engine.End))
		if d := cmp.Diff(b, a); d != "" {
			t.Fatal(what(-1), "end", d)
		}
		if exact {
			if d := cmp.Diff(zzSorted(c), zzSorted(a)); d != "" {
				t.Fatal(what(-1), "end full", d)
			}
			if d := cmp.Diff(zzSorted(h), zzSorted(a)); d != "" {
				t.Fatal(what(-1), "end held", d)
			}
		}
		if !workers {
			if d := cmp.Diff(whole.e.Stats(), quick.e.Stats()); d != "" {
				t.Fatal(what(-1), "stats end", d)
			}
		}
	}
	t.Log("alerts", total, "live", live, "few", few)
}

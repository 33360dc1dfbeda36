package eql

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

func (d *dialect) sequence(s *sequence) (*ast.Sequence, error) {
	seq := &ast.Sequence{Off: ast.Off(s.Pos.Offset)}
	shared, err := d.heads(s, seq)
	if err != nil {
		return nil, err
	}
	seq.Shared = len(shared)
	if seq.Steps, err = d.steps(s.Items, shared); err != nil {
		return nil, err
	}
	if s.Until != nil {
		if seq.Until, err = d.until(s.Until, shared, seq.Steps); err != nil {
			return nil, err
		}
	}
	if err := checkSequence(seq); err != nil {
		return nil, err
	}
	return seq, nil
}

// heads reads the clauses before the items: by first, then with.
func (d *dialect) heads(s *sequence, seq *ast.Sequence) (shared []ast.Expr, err error) {
	seen := false
	for _, h := range s.Heads {
		switch {
		case h.Span != nil && (seen || seq.Maxspan != 0), h.Span == nil && shared != nil:
			return nil, syntax.Failf(h.Pos.Offset, "expected each of by and with once")
		case h.Span != nil:
			if seq.Maxspan, err = h.Span.duration(); err != nil {
				return nil, err
			}
		case seq.Maxspan != 0 && d != endgame:
			return nil, syntax.Failf(h.Pos.Offset, "expected by before with, found it behind")
		default:
			if shared, err = keys(h.By); err != nil {
				return nil, err
			}
		}
	}
	return shared, nil
}

// units are the units of maxspan, greatest first.
var units = []struct {
	name, word string
	size       time.Duration
}{
	{"d", "days", 24 * time.Hour}, {"h", "hours", time.Hour}, {"m", "minutes", time.Minute}, {"s", "seconds", time.Second},
	{"ms", "milliseconds", time.Millisecond},
}

// duration reads the length of a maxspan: a positive integer and its unit.
func (s *span) duration() (time.Duration, error) {
	n, err := strconv.ParseInt(s.N, 10, 64)
	if err != nil || n <= 0 {
		return 0, syntax.Failf(s.Pos.Offset, "expected maxspan to be a positive integer and a unit, found %s%s", s.N, s.Unit)
	}
	if s.Unit == "" {
		return 0, syntax.Failf(s.Pos.Offset, "expected a unit (ms, s, m, h, d) behind maxspan=%s, did you mean %[1]ss?", s.N)
	}
	for _, u := range units {
		if u.name != s.Unit {
			continue
		}
		if n > int64(1<<63-1)/int64(u.size) {
			return 0, syntax.Failf(s.Pos.Offset, "expected maxspan to be at most 292 years, found %s%s", s.N, s.Unit)
		}
		return time.Duration(n) * u.size, nil
	}
	return 0, syntax.Failf(s.Pos.Offset, "unknown unit %q of maxspan, expected ms, s, m, h or d%s", s.Unit, s.meant())
}

// meant offers what the span may have meant, whose unit is none.
func (s *span) meant() string {
	if strings.ContainsAny(s.Unit, "0123456789") {
		return ": one number and one unit, such as 90m for 1h30m"
	}
	word := strings.ToLower(s.Unit)
	for _, u := range units {
		if u.name == word || len(word) > 1 && strings.HasPrefix(u.word, strings.TrimSuffix(word, "s")) {
			return fmt.Sprintf(", did you mean %s%s?", s.N, u.name)
		}
	}
	return ""
}

// maxItems is how many events a sequence may be made of, each counted as often
// as it has to occur. Elasticsearch's rules have up to sixty.
const maxItems = 1000

func (d *dialect) steps(items []*item, shared []ast.Expr) ([]ast.Step, error) {
	steps := make([]ast.Step, len(items))
	aliases, count := map[string]bool(nil), 0
	for i, it := range items {
		s := &steps[i]
		if err := d.step(s, it, shared); err != nil {
			return nil, err
		}
		if count += s.Runs; count > maxItems {
			return nil, syntax.Failf(it.Pos.Offset, "expected at most %d events, found more", maxItems)
		}
		if n := len(steps[0].By); len(s.By) != n {
			return nil, syntax.Failf(it.Pos.Offset, "expected as many join keys as the first step has (%d), found %d", n, len(s.By))
		}
		refer(s.Event.Where, aliases)
		if s.As == "" {
			continue
		}
		if aliases[s.As] {
			return nil, syntax.Failf(it.As.Pos.Offset, "expected another alias than %s, which an earlier step has", s.As)
		}
		if aliases == nil {
			aliases = map[string]bool{}
		}
		aliases[s.As] = true
	}
	return steps, nil
}

func (d *dialect) step(s *ast.Step, it *item, shared []ast.Expr) error {
	ev, err := d.event(&it.Event)
	if err != nil {
		return err
	}
	own, err := keys(it.By)
	if err != nil {
		return err
	}
	*s = ast.Step{Off: ast.Off(it.Pos.Offset), Event: *ev, Missing: it.Open == "![", Runs: 1, By: shared}
	if len(own) > 0 {
		s.By = append(shared[:len(shared):len(shared)], own...)
	}
	if it.Runs != nil {
		if s.Runs, err = it.Runs.count(); err != nil {
			return err
		}
	}
	if it.As != nil {
		if d != endpoint {
			return d.refuse(it.As.Pos.Offset, "as", endpoint)
		}
		s.As = it.As.Name
	}
	if it.Fork != nil {
		if d != endgame {
			return d.refuse(it.Fork.Pos.Offset, "fork", endgame)
		}
		s.Fork = it.Fork.Set != "false"
	}
	return nil
}

// maxRuns is how often an item may have to occur: Elasticsearch's bound.
const maxRuns = 100

func (r *runs) count() (int, error) {
	if r.Name != "runs" {
		return 0, syntax.Failf(r.Pos.Offset, "expected runs, found %s%s", r.Name, syntax.Suggest(r.Name, []string{"runs"}))
	}
	n, err := strconv.Atoi(r.N)
	if err != nil || n < 1 || n > maxRuns {
		return 0, syntax.Failf(r.Pos.Offset, "expected runs to be an integer from 1 to %d, found %s", maxRuns, r.N)
	}
	return n, nil
}

// maxKeys is how many fields `by` may list: every step has a copy of the list.
// Published rules have three.
const maxKeys = 100

// keys checks that the keys of a join are fields.
func keys(list []ast.Expr) ([]ast.Expr, error) {
	for i, k := range list {
		if _, ok := k.(*ast.Field); !ok {
			return nil, syntax.Failf(k.Pos(), "expected a field as the join key, found an expression")
		}
		if i == maxKeys {
			return nil, syntax.Failf(k.Pos(), "expected at most %d join keys, found another", maxKeys)
		}
	}
	return list, nil
}

// refer makes fields that begin with the alias of an earlier step refer to
// its event.
func refer(where ast.Expr, aliases map[string]bool) {
	if len(aliases) == 0 {
		return
	}
	ast.Walk(where, func(n ast.Node) bool {
		if f, ok := n.(*ast.Field); ok && f.Of == "" {
			if first, path, ok := strings.Cut(f.Name, "."); ok && aliases[first] {
				f.Of, f.Name = first, path
			}
		}
		return true
	})
}

func (d *dialect) until(it *item, shared []ast.Expr, steps []ast.Step) (*ast.Step, error) {
	s := &ast.Step{}
	if err := d.step(s, it, shared); err != nil {
		return nil, err
	}
	aliases := map[string]bool{}
	for i := range steps {
		if as := steps[i].As; as != "" {
			aliases[as] = true
		}
	}
	refer(s.Event.Where, aliases)
	switch {
	case s.Missing:
		return nil, syntax.Failf(it.Pos.Offset, "expected an event behind until, found a missing one")
	case it.Runs != nil, it.As != nil, it.Fork != nil:
		return nil, syntax.Failf(it.Pos.Offset, "expected nothing but by behind the event of until")
	case len(s.By) != len(steps[0].By):
		return nil, syntax.Failf(it.Pos.Offset, "expected as many join keys as the first step has (%d), found %d", len(steps[0].By), len(s.By))
	}
	return s, nil
}

// minItems is how many events a sequence, sample or join is made of at least.
const minItems = 2

func checkSequence(seq *ast.Sequence) error {
	items, present := 0, 0
	for i := range seq.Steps {
		s := &seq.Steps[i]
		items += s.Runs
		if !s.Missing {
			present++
		} else if seq.Maxspan == 0 {
			return syntax.Failf(s.Pos(), "expected a sequence with a missing event to have a maxspan")
		}
	}
	switch {
	case items < minItems:
		return syntax.Failf(seq.Pos(), "expected a sequence of at least %d events, found %d", minItems, items)
	case present == 0:
		return syntax.Failf(seq.Pos(), "expected a sequence with at least one event that is not missing")
	}
	return nil
}

func (d *dialect) sample(st *statement) (*ast.Sample, error) {
	s := &ast.Sample{Off: ast.Off(st.Sample.Pos.Offset)}
	shared, err := keys(st.Sample.By)
	if err != nil {
		return nil, err
	}
	s.Shared = len(shared)
	if s.Steps, err = d.plainSteps(st.Sample.Items, shared, "sample"); err != nil {
		return nil, err
	}
	switch {
	case len(s.Steps[0].By) == 0:
		return nil, syntax.Failf(s.Pos(), "expected a sample with at least one join key, found none")
	case len(st.Pipes) > 0:
		return nil, syntax.Failf(st.Pipes[0].Pos.Offset, "expected no pipe behind a sample")
	}
	return s, nil
}

func (d *dialect) join(j *join) (*ast.Combine, error) {
	c := &ast.Combine{Off: ast.Off(j.Pos.Offset)}
	if d == elastic {
		c.Refused = "join belongs to Endgame's language (option eql.Endgame), write sample by … for events in any order, or sequence by … for events in theirs"
	}
	shared, err := keys(j.By)
	if err != nil {
		return nil, err
	}
	c.Shared = len(shared)
	if c.Steps, err = d.plainSteps(j.Items, shared, "join"); err != nil {
		return nil, err
	}
	if j.Until != nil {
		if c.Until, err = d.until(j.Until, shared, c.Steps); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// plainSteps makes the steps of what has no order: they have keys, and nothing
// else.
func (d *dialect) plainSteps(items []*item, shared []ast.Expr, what string) ([]ast.Step, error) {
	for _, it := range items {
		if it.Open == "![" || it.Runs != nil || it.As != nil || it.Fork != nil {
			return nil, syntax.Failf(it.Pos.Offset, "expected an event and its join keys in a %s: "+
				"![, runs, as and fork belong to sequences", what)
		}
	}
	if n := len(items); n < minItems {
		return nil, syntax.Failf(items[0].Pos.Offset, "expected a %s of at least %d events, found %d", what, minItems, n)
	}
	return d.steps(items, shared)
}

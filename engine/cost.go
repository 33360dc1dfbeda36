package engine

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/index"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// Cost says what a rule costs, as far as its text tells: what an operator wants
// to know before it runs.
type Cost struct {
	// Access is how the events that the rule has to look at are found: one of
	// "never", "value", "affix", "substring", "presence" and "scan", from the
	// cheapest to the dearest. A rule of several conditions, such as a
	// sequence, has the dearest of its conditions' ways.
	Access string
	// Fields are those by which they are found, for that condition.
	Fields []string
	// Regexes is how many regular expressions the rule holds. They are run
	// only for events that the rule looks at.
	Regexes int
	// State is "none"; "time" where what is held ends with Window; or
	// "count", where only a bound on the number of what is held ends it.
	State string
	// Window is how far back the state may reach; 0 where time does not
	// bound it.
	Window time.Duration
	// Why says in words what is held, and for how long; empty for no state.
	Why string
}

// String returns the cost on a line, as in
// "substring process.command_line, 1 regex, state for 1m0s: a sequence holds …".
func (c Cost) String() string {
	parts := []string{strings.TrimSpace(c.Access + " " + strings.Join(c.Fields, " "))}
	switch {
	case c.Regexes == 1:
		parts = append(parts, "1 regex")
	case c.Regexes > 1:
		parts = append(parts, fmt.Sprintf("%d regexes", c.Regexes))
	}
	if c.State != "none" {
		parts = append(parts, "state: "+c.Why)
	}
	return strings.Join(parts, ", ")
}

// The ways of Cost.Access, by index.Access.
var accessNames = [...]string{"never", "value", "affix", "substring", "presence", "scan"}

// Cost returns what the rule costs; the zero Cost for one that does not run.
func (c Coverage) Cost() Cost {
	if c.Err != nil || c.compiled == nil {
		return Cost{}
	}
	return c.compiled.cost()
}

func (c *compiled) cost() Cost {
	x := Cost{}
	for range regexes(c.rule.Query) {
		x.Regexes++
	}
	way := index.Never
	entries := c.entries
	if c.begun != nil {
		entries = append(slices.Clone(c.begun.entries), entries...)
	}
	if c.search != nil {
		for i := range c.search.sources {
			entries = append(entries, c.search.sources[i].entry())
		}
	}
	for _, e := range entries {
		a, fields := index.AccessOf(e, ast.DefaultCategory, osField)
		if a >= way {
			way, x.Fields = a, fields
		}
	}
	if len(c.kin) > 0 {
		way, x.Fields = index.Scan, nil // once a process is followed
	}
	x.Access = accessNames[way]
	x.State, x.Window, x.Why = c.stateCost()
	return x
}

// stateCost says what bounds the state of a rule.
func (c *compiled) stateCost() (kind string, window time.Duration, why string) {
	seq, _ := c.rule.Query.Stages[0].(*ast.Sequence)
	if len(c.kin) > 0 && (seq == nil || seq.Maxspan > 0) {
		return "count", 0, "the processes of a tree are held until they end, or give way to newer ones"
	}
	if w := c.search; w != nil {
		return w.stateCost()
	}
	if c.free {
		return "none", 0, ""
	}
	switch st := c.rule.Query.Stages[0].(type) {
	case *ast.Sequence:
		if st.Maxspan > 0 {
			return "time", st.Maxspan, fmt.Sprintf("a sequence holds its first events for %v", st.Maxspan)
		}
		return "count", 0, "a sequence without maxspan holds its first events until newer ones take their place"
	case *ast.Sample:
		return "count", 0, "a sample holds events for each key until newer keys take their place"
	case *ast.Combine:
		return "count", 0, "a join holds events for each key until newer keys take their place"
	}
	s := c.rule.Suppression
	d := c.limit.interval
	if s != nil && s.Duration > 0 {
		d = s.Duration
	}
	return "time", d, fmt.Sprintf("suppression remembers the alerts of %v", d)
}

// stateCost says how far back a search reads.
func (w *windowRunner) stateCost() (kind string, window time.Duration, why string) {
	now := time.Unix(0, 0).UTC().AddDate(30, 0, 0)
	for i := range w.sources {
		from, _ := w.schedule.window(now)
		if own, ok := w.sources[i].Earliest(now); ok {
			from = own
		}
		if now.Sub(from) > now.Sub(time.Unix(0, 0)) {
			return "count", 0, fmt.Sprintf("a search over all time holds the latest %d events", w.conf.windowSize)
		}
		window = max(window, now.Sub(from))
	}
	if len(w.sources) == 0 {
		return "none", 0, ""
	}
	if w.live {
		return "time", window, fmt.Sprintf("a search holds a count for each group of the events that it reads of the last %v", window)
	}
	return "time", window, fmt.Sprintf("a search holds what it reads of the last %v", window)
}

// bounded notes the regular expressions that Go's engine does not run: those
// that look around, refer back or give nothing back.
func bounded(q *ast.Query) (notes []ast.Note) {
	for n, pattern := range regexes(q) {
		if m, ok := n.(*ast.Match); ok && m.Kind == ast.Regex { // of Lucene, which looks nowhere
			continue
		}
		if match.Backtracks(pattern) {
			notes = append(notes, ast.Note{Off: n.Pos(),
				Text: "the regular expression is tried in a bounded number of steps; a text for which they do not suffice does not match"})
		}
	}
	return notes
}

// regexFunctions take a regular expression.
var regexFunctions = []string{"match", "mvfind", "replace"}

// regexes yields the regular expressions of a query, each with the node that
// holds it. One that is known only in a run is empty, and one of sed has what
// belongs to sed around it.
func regexes(q *ast.Query) iter.Seq2[ast.Node, string] {
	return func(yield func(ast.Node, string) bool) {
		for _, st := range q.Stages {
			for node := range ast.Preorder(st) {
				for _, pattern := range regexesOf(node) {
					if !yield(node, pattern) {
						return
					}
				}
			}
		}
	}
}

func regexesOf(node ast.Node) []string {
	switch x := node.(type) {
	case *ast.Match:
		if x.Kind == ast.Regex || x.Kind == ast.RegexFind {
			return x.Patterns
		}
	case *ast.Extract:
		if x.Kind == ast.ExtractRegex || x.Kind == ast.ExtractSed {
			return []string{x.Pattern}
		}
	case *ast.Split:
		if x.Tokenizer != "" {
			return []string{x.Tokenizer}
		}
	case *ast.Call:
		if x.Lib != "spl" || !slices.Contains(regexFunctions, strings.ToLower(x.Name)) || len(x.Args) < 2 {
			return nil
		}
		pattern := ""
		if l, ok := x.Args[1].(*ast.Literal); ok {
			pattern, _ = l.Value.(string)
		}
		return []string{pattern}
	}
	return nil
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/events"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/internal/syntax"
)

type explainCommand struct {
	Rule   string   `arg:"" help:"Rule file, or a folder or glob, of which --id chooses a rule."`
	Events []string `arg:"" sep:"none" help:"Event files, folders, globs, or - for the standard input."`
	ruleFlags
	eventFlags
	ID         string   `help:"Id or name of the rule, where there are several."`
	Event      string   `help:"Ask about one event: its number in the order of time, or its id." placeholder:"N|ID"`
	Key        []string `short:"k" sep:"none" help:"Tell of sequences with this value of a join key alone. May be repeated." placeholder:"NAME=VALUE"`
	Most       int      `default:"5" help:"How many join keys, or runs of a search, to tell of."`
	Continuous bool     `help:"Run searches with every event that concerns them, instead of on their schedule."`
	Output     string   `short:"o" enum:"text,json" default:"text" help:"Form of the explanation: ${enum}."`
}

// Help is the text that stands below the flags' in `spoor explain --help`.
func (*explainCommand) Help() string {
	return `spoor explain RULE EVENTS says what came of a rule over events, and why:

  spoor explain rule.toml events.ndjson               # all events: what came nearest
  spoor explain rule.toml events.ndjson --event 812   # one event: each part of the condition
  spoor explain rules/ events/ --id 1ba5160d -k host.id=A

Of a sequence it tells, for the join keys that came furthest, the step that was reached, what ended the series, and
the event that all but met the next step. Of a search it tells the rows in and out of each stage; with --event, where
the event or its group was lost. » marks the part that decided. Events count in the order of time, from 1.

Exit status: 0, whether the rule fires or not, 2 errors.`
}

// batchLateness is what a run of a batch allows by default: events of the same
// time are then put in the order of their tie-breakers.
const batchLateness = 10 * time.Second

// Run is called by kong.
func (c *explainCommand) Run(s *session) error {
	rule, err := c.rule(s)
	if err != nil {
		return err
	}
	question, err := c.question()
	if err != nil {
		return err
	}
	reader, err := c.reader(s)
	if err != nil {
		return err
	}
	files, err := events.Find(c.Events)
	s.problems(rules.Flatten(err))
	if len(files) == 0 {
		return errors.New("nothing to explain: there must be an event file that can be read")
	}
	x, err := c.explain(s, rule, reader, files, question)
	switch {
	case s.ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		s.problems(rules.Flatten(err))
		return nil
	}
	return c.print(s, x)
}

// explain takes the events through the rule, in the order of time.
func (c *explainCommand) explain(s *session, rule *ast.Rule, reader *events.Reader, files []string, q engine.Question) (x engine.Explanation, err error) {
	var skipped skipped
	sorted, err := reader.Sort(s.ctx, files, func(err error) { skipped.add(s, err) })
	defer func() { err = errors.Join(err, sorted.Close()) }()
	if err != nil {
		return x, err
	}
	skipped.tell(s)
	opts := []engine.Option{engine.Lateness(batchLateness)}
	if c.Continuous {
		opts = append(opts, engine.Continuous())
	}
	var broken error
	x, err = engine.Explain(s.ctx, rule, good(sorted.Events(s.ctx), &broken), q, opts...)
	return x, errors.Join(broken, err)
}

// good yields the events, and keeps the error that ends them.
func good(all iter.Seq2[engine.Event, error], broken *error) iter.Seq[engine.Event] {
	return func(yield func(engine.Event) bool) {
		for ev, err := range all {
			if err != nil {
				*broken = err
				return
			}
			if !yield(ev) {
				return
			}
		}
	}
}

// skipped are the events that could not be read, the first few.
type skipped struct {
	list []error
	n    int
}

func (k *skipped) add(s *session, err error) {
	if file := (*events.FileError)(nil); errors.As(err, &file) {
		s.problem(err)
		return
	}
	if k.n++; k.n <= maxSkipped {
		k.list = append(k.list, err)
	}
}

func (k *skipped) tell(s *session) {
	for _, err := range k.list {
		fmt.Fprintln(s.stderr, "spoor: skipped", printable(err.Error()))
	}
	if more := k.n - len(k.list); more > 0 {
		fmt.Fprintf(s.stderr, "spoor: … and %d more\n", more)
	}
}

// rule loads the one rule that is asked about.
func (c *explainCommand) rule(s *session) (*ast.Rule, error) {
	content, err := rules.Content(c.Content)
	s.problems(rules.Flatten(err))
	var all []*ast.Rule
	var bad []error
	for _, f := range rules.Load([]string{c.Rule}, content, c.Content) {
		switch {
		case f.Err == nil:
			all = append(all, f.Rule)
		case !f.Foreign() || f.Name == c.Rule:
			bad = append(bad, rules.Flatten(f.Err)...)
		}
	}
	if c.ID == "" && len(all) == 1 {
		return all[0], nil
	}
	if len(all) == 0 {
		s.problems(bad)
		return nil, fmt.Errorf("%s: no rule that can be read", c.Rule)
	}
	if c.ID == "" {
		return nil, fmt.Errorf("%s: expected one rule, found %d: choose one by --id", c.Rule, len(all))
	}
	var ids []string
	for _, r := range all {
		if r.ID == c.ID || strings.EqualFold(r.Name, c.ID) {
			return r, nil
		}
		ids = append(ids, r.ID, r.Name)
	}
	s.problems(bad)
	return nil, fmt.Errorf("%s: unknown rule %q%s", c.Rule, c.ID, syntax.Suggest(c.ID, ids))
}

// question is what the flags ask.
func (c *explainCommand) question() (engine.Question, error) {
	q := engine.Question{Most: c.Most}
	if n, err := strconv.Atoi(c.Event); err == nil {
		q.Event = func(i int, _ engine.Event) bool { return i == n }
	} else if c.Event != "" {
		q.Event = func(_ int, ev engine.Event) bool { return ev.ID == c.Event }
	}
	for _, k := range c.Key {
		if !strings.Contains(k, "=") {
			return q, fmt.Errorf("expected NAME=VALUE as a join key, found %q", k)
		}
	}
	if len(c.Key) > 0 {
		q.Keys = func(keys []engine.Seen) bool {
			return !slices.ContainsFunc(c.Key, func(want string) bool {
				return !slices.ContainsFunc(keys, func(k engine.Seen) bool { return fmt.Sprintf("%s=%v", k.Name, k.Value) == want })
			})
		}
	}
	return q, nil
}

func (c *explainCommand) print(s *session, x engine.Explanation) error {
	if c.Output == "json" {
		e := json.NewEncoder(s.stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(x)
	}
	out := newShow("long", s.stdout)
	out.lines("", x.String())
	return out.flush()
}

// lines prints lines behind an indent. In a terminal, those that are longer
// than it is wide go on below where they began, and what decides is bold.
func (s *show) lines(indent, text string) {
	for line := range strings.Lines(text) {
		line = indent + strings.TrimRight(line, "\n")
		code := ""
		if strings.HasPrefix(strings.TrimSpace(line), "»") {
			code = "1"
		}
		for _, part := range wrap(line, s.width) {
			fmt.Fprintln(s.w, s.paint(code, part))
		}
	}
}

// minWrap is the width below which wrapped lines would be a column of words.
const minWrap = 20

// wrap breaks a line at blanks so that its parts fit the width; 0 leaves it.
// The parts behind the first are indented as it is, and some more.
func wrap(line string, width int) (parts []string) {
	indent := utf8.RuneCountInString(line) - utf8.RuneCountInString(strings.TrimLeft(line, " »"))
	if indent > width/2 {
		indent = 0
	}
	more := strings.Repeat(" ", indent+2)
	for width > 0 && utf8.RuneCountInString(line) > width && width-len(more) >= minWrap {
		runes := []rune(line)
		at := width
		for i := width; i > len(more)+minWrap/2; i-- {
			if runes[i] == ' ' {
				at = i
				break
			}
		}
		parts = append(parts, strings.TrimRight(string(runes[:at]), " "))
		line = more + strings.TrimLeft(string(runes[at:]), " ")
	}
	return append(parts, line)
}

// reasons prints why an alert was raised, if it knows.
func (s *show) reasons(a engine.Alert) {
	if a.Reasons != nil {
		s.lines("    ", a.Reasons.Brief())
	}
}

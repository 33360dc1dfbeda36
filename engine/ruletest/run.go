package ruletest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// Failure is one difference between what a case expects and what happened.
type Failure struct {
	File    string
	Line    int
	Message string
}

// String returns "file:line: message".
func (f Failure) String() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message) }

// Run runs the case on a fresh engine and returns what differs, in the order
// of the lines; nil if nothing does.
func (c *Case) Run() []Failure {
	r := &runner{Case: c}
	rules := r.load()
	e, err := r.engine(rules)
	r.refusals(err)
	if e != nil {
		r.timeline(e)
		r.checkTrees(rules)
	}
	return r.failures
}

// engine makes a fresh engine for the rules. It is nil if the case's options
// are wrong, which is a failure of the case.
func (r *runner) engine(rules []*ast.Rule) (*engine.Engine, error) {
	opts, err := r.options()
	if err != nil {
		r.fail(r.Line-1, "%v", err)
		return nil, nil
	}
	return engine.New(rules, opts...)
}

type runner struct {
	*Case
	failures []Failure
	errs     []error // of the rules
}

func (r *runner) fail(line int, format string, args ...any) {
	r.failures = append(r.failures, Failure{r.File, line + 1, fmt.Sprintf(format, args...)})
}

// load parses the case's rules.
func (r *runner) load() []*ast.Rule {
	content, err := r.content()
	if err != nil {
		r.fail(r.Line-1, "%v", err)
	}
	var rules []*ast.Rule
	for _, x := range r.rules {
		rule, err := r.parse(x, content)
		if err != nil {
			r.errs = append(r.errs, err)
			continue
		}
		rule.ID = x.name
		rules = append(rules, rule)
	}
	return rules
}

func (r *runner) parse(x ruleText, content *spl.Content) (*ast.Rule, error) {
	if x.path != "" {
		return r.parseFile(x, content)
	}
	// Empty lines before the text, and the indent that stays, make the
	// positions in it those of the file.
	text := strings.Repeat("\n", x.first) + x.text
	var q *ast.Query
	var err error
	switch ast.Language(x.language) {
	case ast.EQL:
		q, err = eql.Parse(r.File, text)
	case ast.Endpoint:
		q, err = eql.Parse(r.File, text, eql.Endpoint)
	case ast.Endgame:
		q, err = eql.Parse(r.File, text, eql.Endgame)
	case ast.SPL:
		q, err = spl.Parse(r.File, text, content)
	default:
		return nil, fmt.Errorf("%s:%d: expected the language eql, eql-endpoint, eql-endgame or spl, found %q", r.File, x.line+1, x.language)
	}
	if err != nil {
		return nil, err
	}
	return &ast.Rule{Name: x.name, Query: q, Source: q.Source}, nil
}

func (r *runner) parseFile(x ruleText, content *spl.Content) (*ast.Rule, error) {
	if r.dir == nil {
		return nil, fmt.Errorf("%s:%d: no folder to load %s from", r.File, x.line+1, x.path)
	}
	name := path.Join(r.folder, x.path)
	data, err := fs.ReadFile(r.dir, name)
	if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", r.File, x.line+1, err)
	}
	switch path.Ext(name) {
	case ".yml", ".yaml", ".spl":
		return spl.ParseRule(name, data, content)
	}
	return eql.ParseRule(name, data)
}

// content makes the macros and lookups of the case, beside those of a folder.
func (r *runner) content() (*spl.Content, error) {
	c := &spl.Content{}
	if r.shared != nil {
		base, err := r.shared()
		if base != nil {
			*c = *base
		}
		if err != nil {
			return c, err
		}
	}
	c.Macros, c.Lookups = maps.Clone(c.Macros), maps.Clone(c.Lookups)
	if c.Macros == nil {
		c.Macros = map[string]spl.Macro{}
	}
	if c.Lookups == nil {
		c.Lookups = map[string]*ast.LookupDef{}
	}
	c.Evaluate = engine.Evaluate
	for _, m := range r.macros {
		name, args := m.name, []string(nil)
		if head, list, ok := strings.Cut(strings.TrimSuffix(m.name, ")"), "("); ok {
			name = head
			for a := range strings.SplitSeq(list, ",") {
				args = append(args, strings.TrimSpace(a))
			}
		}
		key := name
		if len(args) > 0 {
			key += "(" + strconv.Itoa(len(args)) + ")"
		}
		c.Macros[key] = spl.Macro{Name: name, Args: args, Definition: m.definition}
	}
	for _, l := range r.lookups {
		rows, err := csv.NewReader(strings.NewReader(l.csv)).ReadAll()
		if err != nil || len(rows) == 0 {
			return c, fmt.Errorf("lookup %s: expected CSV with a header: %v", l.name, err)
		}
		c.Lookups[l.name] = &ast.LookupDef{Name: l.name, Table: table(rows), CaseSensitive: true, MaxMatches: 100}
	}
	return c, nil
}

// table is CSV with a header.
type table [][]string

func (t table) Columns() []string        { return t[0] }
func (t table) Rows() iter.Seq[[]string] { return slices.Values(t[1:]) }

// options reads the `engine` lines.
func (c *Case) options() ([]engine.Option, error) {
	var opts []engine.Option
	for _, text := range c.engine {
		s := &scanner{text: text}
		fields := map[string]any{}
		for s.skip(); !s.done(); s.skip() {
			if err := s.field(fields); err != nil {
				return nil, err
			}
		}
		for k, v := range fields {
			o, err := option(k, fmt.Sprint(v))
			if err != nil {
				return nil, err
			}
			opts = append(opts, o)
		}
	}
	return opts, nil
}

func option(name, value string) (engine.Option, error) {
	switch name {
	case "event.category": // a word without =
		if value == "continuous" {
			return engine.Continuous(), nil
		}
	case "lateness":
		d, err := time.ParseDuration(value)
		return engine.Lateness(d), err
	case "tiebreaker":
		return engine.Tiebreaker(value), nil
	case "category":
		return engine.Category(value), nil
	case "schedule":
		words := strings.Fields(value)
		if len(words) == 7 {
			return engine.Schedule(strings.Join(words[:5], " "), words[5], words[6]), nil
		}
		return nil, fmt.Errorf("expected a cron line of five fields, earliest and latest, found %q", value)
	}
	return nil, fmt.Errorf("unknown engine option %q", name+"="+value)
}

// refusals compares the errors of the rules with the ### marks.
func (r *runner) refusals(err error) {
	var wanted []refusal
	for _, x := range r.rules {
		wanted = append(wanted, x.refused...)
	}
	for _, err := range flatten(append(r.errs, err)) {
		line, message := r.Line-1, err.Error()
		var e *ast.Error
		if errors.As(err, &e) {
			line, message = e.Line-1, e.Message
		}
		i := slices.IndexFunc(wanted, func(w refusal) bool { return w.line == line && strings.Contains(message, w.text) })
		if i < 0 {
			r.fail(line, "refused: %s", err)
			continue
		}
		wanted = slices.Delete(wanted, i, i+1)
	}
	for _, w := range wanted {
		r.fail(w.line, "expected the line to be refused: %s", w.text)
	}
}

// flatten takes joined errors apart.
func flatten(errs []error) []error {
	var flat []error
	for _, err := range errs {
		if err == nil {
			continue
		}
		if j, ok := err.(interface{ Unwrap() []error }); ok {
			flat = append(flat, flatten(j.Unwrap())...)
			continue
		}
		flat = append(flat, err)
	}
	return flat
}

// timeline shows the engine the events and compares the alerts of each line.
func (r *runner) timeline(e *engine.Engine) {
	for l, alerts := range r.play(e) {
		r.compare(l, alerts)
	}
}

// play yields the lines of the case, each with the alerts that it raises.
func (r *runner) play(e *engine.Engine) iter.Seq2[line, []engine.Alert] {
	return func(yield func(line, []engine.Alert) bool) {
		n := 0
		for _, l := range r.lines {
			var alerts []engine.Alert
			switch {
			case l.end:
				alerts = e.Flush(engine.End)
			case l.fields == nil:
				alerts = e.Flush(l.at)
			default:
				n++
				alerts = e.Process(engine.Event{Time: l.at, ID: "event " + strconv.Itoa(n), Fields: event.Map(l.fields)})
			}
			if !yield(l, alerts) {
				return
			}
		}
	}
}

// compare tells of alerts that are not expected, and the other way around.
func (r *runner) compare(l line, alerts []engine.Alert) {
	missing, unexpected := l.differences(alerts)
	for _, a := range unexpected {
		r.fail(l.line, "unexpected alert: => %s", describe(a))
	}
	for _, x := range missing {
		r.fail(l.line, "expected an alert: => %s", x.text)
	}
}

// differences are the expectations that no alert meets, and the alerts that
// meet none.
func (l line) differences(alerts []engine.Alert) (missing []expectation, unexpected []engine.Alert) {
	missing = slices.Clone(l.expect)
	for _, a := range alerts {
		got := describe(a)
		i := slices.IndexFunc(missing, func(x expectation) bool { return x.text == got })
		if i < 0 {
			unexpected = append(unexpected, a)
			continue
		}
		missing = slices.Delete(missing, i, i+1)
	}
	return missing, unexpected
}

// describe prints an alert as expectations do.
func describe(a engine.Alert) string {
	if len(a.Events) == 0 {
		return a.Rule.ID + " " + printRow(a.Row.Map())
	}
	out := a.Rule.ID
	for _, ev := range a.Events {
		if ev.Fields == nil {
			out += " -"
			continue
		}
		out += " " + strings.TrimPrefix(ev.ID, "event ")
	}
	return out
}

// printRow prints a row so that equal rows print alike: fields in order, and
// values as SPL prints them.
func printRow(row map[string]any) string {
	var parts []string
	for k, x := range row {
		v := event.Of(x)
		if v.IsNull() {
			continue
		}
		text := strconv.Quote(v.Text())
		if v.IsList() && v.Len() > 1 {
			var items []string
			for i := range v.Len() {
				items = append(items, strconv.Quote(v.At(i).Text()))
			}
			text = "[" + strings.Join(items, ", ") + "]"
		}
		parts = append(parts, strconv.Quote(k)+": "+text)
	}
	sort.Strings(parts)
	return "{" + strings.Join(parts, ", ") + "}"
}

// checkTrees compares golden trees.
func (r *runner) checkTrees(rules []*ast.Rule) {
	for _, t := range r.trees {
		i := slices.IndexFunc(rules, func(x *ast.Rule) bool { return x.ID == t.rule })
		if i < 0 {
			r.fail(t.from-1, "no rule %q to show the tree of", t.rule)
			continue
		}
		if got := treeText(rules[i].Query); strings.TrimSpace(got) != strings.TrimSpace(t.text) {
			r.fail(t.from-1, "the tree of %s differs:\n%s", t.rule, got)
		}
	}
}

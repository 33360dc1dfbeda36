package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
	"github.com/spoor-lang/spoor/engine"
)

type checkCommand struct {
	Rules  []string `arg:"" help:"Rule files, folders or globs."`
	Events []string `short:"e" sep:"none" help:"Events, to find fields that neither they nor the mappings have." placeholder:"PATH"`
	ruleFlags
	eventFlags
	Output string `short:"o" enum:"text,json,github" default:"text" help:"Form of the findings: ${enum}."`
	Cost   bool   `help:"Also note what each rule costs: how its events are found, its regular expressions, its state."`
	Format bool   `help:"Print each rule's query in canonical form instead."`
}

// Help is the text that stands below the flags' in `spoor check --help`.
func (*checkCommand) Help() string {
	return `Errors are refused rules. Warnings are of rules that run, but in another way than on their vendor's engine, or that hold
what is likely a mistake: a condition that nothing can meet, a stage that is never reached, a field that no stage, no
mapping and no event has, one that an alert is to show and no row has, a key of a rule file that nothing knows, a state
that a time should end and none does, what EQL takes otherwise than other languages do (^ and $, NULL, a network as a text), what SPL takes for a letter or a word (curly quotes, or in lower case, a * behind where). Files with rules in other languages, such as KQL, are counted and otherwise left alone.

Exit status: 0 no error, 2 errors.`
}

// finding is what is wrong at one place.
type finding struct {
	File     string `json:"file"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Severity string `json:"severity"` // error, warning or notice
	Message  string `json:"message"`
	snippet  string
}

// Run is called by kong.
func (c *checkCommand) Run(s *session) error {
	content, err := rules.Content(c.Content)
	s.problems(rules.Flatten(err))
	files := rules.Load(c.Rules, content, c.Content)
	if c.Format {
		return c.format(s, files)
	}
	lint, err := c.linter(s)
	if err != nil {
		return err
	}
	var found []finding
	foreign := 0
	names := map[string]string{} // of files, by the rules' ids
	for i, f := range files {
		switch {
		case s.ctx.Err() != nil:
			s.problem(errInterrupted)
			return c.report(s, found, i-foreign, foreign)
		case f.Foreign() && !named(c.Rules, f.Name):
			foreign++
		case f.Err != nil:
			found = append(found, findings(f.Name, f.Err)...)
		default:
			found = append(found, c.compile(f, names)...)
			found = append(found, lint.fields(f)...)
		}
	}
	return c.report(s, found, len(files)-foreign, foreign)
}

// compile looks at one rule as an engine does.
func (c *checkCommand) compile(f rules.File, names map[string]string) (found []finding) {
	e, err := engine.New([]*ast.Rule{f.Rule})
	found = findings(f.Name, err)
	if first, taken := names[f.Rule.ID]; taken && f.Rule.ID != "" {
		found = append(found, finding{File: f.Name, Severity: "error", Message: fmt.Sprintf("the id %s is taken by the rule in %s", f.Rule.ID, first)})
	}
	names[f.Rule.ID] = f.Name
	cover := e.Coverage()[0]
	for _, text := range slices.Concat(cover.Approximations, cover.Warnings) {
		found = append(found, placed("warning", f.Name, text))
	}
	if err != nil {
		return found
	}
	found = append(found, dead(f)...)
	found = append(found, suspect(f)...)
	cost := cover.Cost()
	if cost.State == "count" && endable(f.Rule.Query) {
		found = append(found, finding{File: f.Name, Severity: "warning", Message: "no time ends the state: " + cost.Why})
	}
	if c.Cost {
		found = append(found, finding{File: f.Name, Severity: "notice", Message: "cost: " + cost.String()})
	}
	return found
}

// endable tells rules whose author can bound their state by time: with maxspan or
// earliest. A sample, a join and a tree of processes have no such words.
func endable(q *ast.Query) bool {
	_, isSequence := q.Stages[0].(*ast.Sequence)
	return isSequence || q.Language == ast.SPL
}

// placed takes the place from a text of the form "name:line:column: text".
func placed(severity, name, text string) finding {
	w := finding{File: name, Severity: severity, Message: text}
	rest, ok := strings.CutPrefix(text, name+":")
	if !ok {
		return w
	}
	if n, _ := fmt.Sscanf(rest, "%d:%d:", &w.Line, &w.Column); n == 2 {
		_, w.Message, _ = strings.Cut(rest, ": ")
	}
	return w
}

func findings(name string, err error) (found []finding) {
	for _, err := range rules.Flatten(err) {
		f := finding{File: name, Severity: "error", Message: strings.TrimPrefix(err.Error(), name+": ")}
		if e := (*ast.Error)(nil); errors.As(err, &e) {
			f.Line, f.Column, f.Message, f.snippet = e.Line, e.Column, e.Message, e.Snippet()
		}
		found = append(found, f)
	}
	return found
}

func (c *checkCommand) report(s *session, found []finding, n, foreign int) error {
	sums := map[string]int{}
	for _, f := range found {
		sums[f.Severity]++
		if f.Severity == "error" {
			s.status = statusError
		}
		if err := c.print(s, f); err != nil {
			return err
		}
	}
	line := fmt.Sprintf("%s checked, %s, %s", count(n, "file"), count(sums["error"], "error"), count(sums["warning"], "warning"))
	if foreign > 0 {
		line += fmt.Sprintf(", %s in other languages", count(foreign, "file"))
	}
	_, err := fmt.Fprintln(s.stderr, line)
	return err
}

func (c *checkCommand) print(s *session, f finding) (err error) {
	switch c.Output {
	case "json":
		e := json.NewEncoder(s.stdout)
		e.SetEscapeHTML(false)
		return e.Encode(f)
	case "github":
		_, err = fmt.Fprintf(s.stdout, "::%s file=%s,line=%d,col=%d::%s\n", f.Severity, property.Replace(f.File), max(f.Line, 1), max(f.Column, 1), data.Replace(f.Message))
		return err
	}
	place := f.File
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
	}
	_, err = fmt.Fprintln(s.stdout, printable(place+": "+f.Severity+": "+f.Message))
	if err == nil && f.snippet != "" {
		_, err = fmt.Fprintln(s.stdout, printable("    "+strings.ReplaceAll(f.snippet, "\n", "\n    ")))
	}
	return err
}

// What GitHub's workflow commands escape, in a message and in a property.
var (
	data     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// format prints the queries of the rules that can be read.
func (c *checkCommand) format(s *session, files []rules.File) error {
	for _, f := range files {
		if f.Err != nil {
			s.problems(rules.Flatten(f.Err))
			continue
		}
		if len(files) > 1 {
			fmt.Fprintf(s.stdout, "# %s\n", f.Name)
		}
		if _, err := fmt.Fprintln(s.stdout, ast.Format(f.Rule.Query)); err != nil {
			return err
		}
	}
	return nil
}

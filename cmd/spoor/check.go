package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/sample"
)

type checkCommand struct {
	Rules []string `arg:"" help:"Rule files, folders or globs."`
	ruleFlags
	Output string `short:"o" enum:"text,json,github" default:"text" help:"Form of the findings: ${enum}."`
	Deep   bool   `help:"Also look for conditions that nothing can meet. Takes some milliseconds a rule."`
	Format bool   `help:"Print each rule's query in canonical form instead."`
}

// Help is the text that stands below the flags' in `spoor check --help`.
func (*checkCommand) Help() string {
	return `Errors are refused rules; warnings are rules that run in another way than on their vendor's engine.
Files with rules in other languages, such as KQL, are counted and otherwise left alone.

Exit status: 0 no error, 2 errors.`
}

// finding is what is wrong at one place.
type finding struct {
	File     string `json:"file"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Severity string `json:"severity"` // error or warning
	Message  string `json:"message"`
	snippet  string
}

// Run is called by kong.
func (c *checkCommand) Run(s *session) error {
	content, err := rules.Content(c.Content)
	if err != nil {
		s.problems(rules.Flatten(err))
	}
	files := rules.Load(c.Rules, content)
	if c.Format {
		return c.format(s, files)
	}
	var found []finding
	foreign := 0
	names := map[string]string{} // of files, by the rules' ids
	for _, f := range files {
		switch {
		case f.Foreign() && !named(c.Rules, f.Name):
			foreign++
		case f.Err != nil:
			found = append(found, findings(f.Name, f.Err)...)
		default:
			found = append(found, c.compile(f, names)...)
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
	for _, cover := range e.Coverage() {
		for _, text := range cover.Approximations {
			found = append(found, warning(f.Name, text))
		}
	}
	if c.Deep && err == nil {
		found = append(found, dead(f)...)
	}
	return found
}

// dead finds conditions that nothing can meet.
func dead(f rules.File) (found []finding) {
	all, err := sample.Dead(f.Rule.Query)
	if whole := (*sample.Unsatisfiable)(nil); errors.As(err, &whole) {
		all = append(all, whole)
	}
	for _, u := range all {
		found = append(found, warning(f.Name, u.Error()))
	}
	return found
}

// warning takes the place from a text of the form "name:line:column: text".
func warning(name, text string) finding {
	w := finding{File: name, Severity: "warning", Message: text}
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
	errs := 0
	for _, f := range found {
		if f.Severity == "error" {
			errs++
			s.status = statusError
		}
		if err := c.print(s, f); err != nil {
			return err
		}
	}
	line := fmt.Sprintf("%s checked, %s, %s", count(n, "file"), count(errs, "error"), count(len(found)-errs, "warning"))
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

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
	"github.com/spoor-lang/spoor/engine"
)

type coverageCommand struct {
	Rules  []string `arg:"" help:"Rule files, folders or globs."`
	Events []string `short:"e" sep:"none" help:"Events, to tell which rules have no data: a field that they need is never present." placeholder:"PATH"`
	ruleFlags
	eventFlags
	Output string `short:"o" enum:"table,json,markdown" default:"table" help:"Form of the report: ${enum}."`
	All    bool   `short:"a" help:"List every rule, also those that run."`
}

// Help is the text that stands below the flags' in `spoor coverage --help`.
func (*coverageCommand) Help() string {
	return `A rule runs, runs with a stated approximation, or is refused, at a place and for a reason.
The JSON report lists every rule. Exit status: 0, or 2 if something could not be read.`
}

// covered is what the report says of one rule.
type covered struct {
	File    string   `json:"file"`
	ID      string   `json:"id,omitempty"`
	Name    string   `json:"name,omitempty"`
	Status  string   `json:"status"` // runs, approximated, refused or foreign
	Reasons []string `json:"reasons,omitempty"`
	Missing []string `json:"missing_fields,omitempty"` // that the rule needs and no event has
}

var statuses = []string{"runs", "approximated", "refused", "foreign"}

// Run is called by kong.
func (c *coverageCommand) Run(s *session) error {
	content, err := rules.Content(c.Content)
	s.problems(rules.Flatten(err))
	r, err := c.reader(s)
	if err != nil {
		return err
	}
	present, err := present(s, r, c.Events)
	if err != nil {
		return err
	}
	var all []covered
	for _, f := range rules.Load(c.Rules, content, c.Content) {
		r := cover(f)
		if f.Unread {
			s.status = statusError
		}
		if f.Rule != nil && present != nil {
			r.Missing = missing(f.Rule, present)
		}
		all = append(all, r)
	}
	switch c.Output {
	case "json":
		e := json.NewEncoder(s.stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{"totals": totals(all), "rules": all})
	case "markdown":
		return c.write(s.stdout, all, markdown)
	}
	return c.write(s.stdout, all, plain)
}

func cover(f rules.File) covered {
	c := covered{File: f.Name}
	if f.Err != nil {
		c.Status = "refused"
		if f.Foreign() {
			c.Status = "foreign"
		}
		c.Reasons = texts(f.Err)
		return c
	}
	c.ID, c.Name = f.Rule.ID, f.Rule.Name
	e, _ := engine.New([]*ast.Rule{f.Rule})
	x := e.Coverage()[0]
	c.Status, c.Reasons = x.Status(), x.Approximations
	if x.Err != nil {
		c.Reasons = texts(x.Err)
	}
	return c
}

func texts(err error) (all []string) {
	for _, e := range rules.Flatten(err) {
		all = append(all, e.Error())
	}
	return all
}

func totals(all []covered) map[string]int {
	t := map[string]int{}
	for _, c := range all {
		t[c.Status]++
		if len(c.Missing) > 0 {
			t["no data"]++
		}
	}
	return t
}

// layout is how a report is written down.
type layout struct {
	head, total, title, line string
	text                     func(string) string
}

var (
	plain    = layout{"", "%6d  %s\n", "\n%s:\n\n", "  %s\n", printable}
	markdown = layout{"| rules | status |\n| ---: | --- |\n", "| %d | %s |\n", "\n## %s\n\n", "- `%s`\n", func(s string) string {
		return strings.ReplaceAll(oneLine(s), "`", "'")
	}}
)

// write prints the totals, and below them the rules in question.
func (c *coverageCommand) write(w io.Writer, all []covered, as layout) error {
	fmt.Fprint(w, as.head)
	sums := totals(all)
	for _, status := range append(statuses, "no data") {
		if n := sums[status]; n > 0 {
			fmt.Fprintf(w, as.total, n, status)
		}
	}
	slices.SortStableFunc(all, func(a, b covered) int {
		return cmp.Compare(slices.Index(statuses, a.Status), slices.Index(statuses, b.Status))
	})
	for _, status := range statuses {
		if err := c.section(w, all, status, as); err != nil {
			return err
		}
	}
	return c.noData(w, all, as)
}

// section lists the rules of one status. Those in other languages need no
// list, and those that run only if all are asked for.
func (c *coverageCommand) section(w io.Writer, all []covered, status string, as layout) (err error) {
	first := true
	for _, x := range all {
		if x.Status != status || !c.All && (status == "runs" || status == "foreign") {
			continue
		}
		if first {
			first = false
			fmt.Fprintf(w, as.title, status)
		}
		if len(x.Reasons) == 0 {
			_, err = fmt.Fprintf(w, as.line, as.text(x.File))
		}
		for _, reason := range x.Reasons {
			_, err = fmt.Fprintf(w, as.line, as.text(reason))
		}
	}
	return err
}

func (c *coverageCommand) noData(w io.Writer, all []covered, as layout) (err error) {
	first := true
	for _, x := range all {
		if len(x.Missing) == 0 {
			continue
		}
		if first {
			first = false
			fmt.Fprintf(w, as.title, "no data")
		}
		_, err = fmt.Fprintf(w, as.line, as.text(x.File+": no event has "+strings.Join(x.Missing, ", ")))
	}
	return err
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/sample"
)

type sampleCommand struct {
	Rules []string `arg:"" help:"Rule files, folders or globs."`
	ruleFlags
	Misses bool `short:"m" help:"Print near misses instead: events that all but make the rule fire. The standard error says what each lacks."`
}

// Help is the text that stands below the flags' in `spoor sample --help`.
func (*sampleCommand) Help() string {
	return `Events are NDJSON, to be read by spoor run --raw. For SPL it is an event that passes the search's leading filter.

Exit status: 0, 1 if nothing can meet a rule, or no events were found, 2 errors.`
}

// Run is called by kong.
func (c *sampleCommand) Run(s *session) error {
	rs, _, _ := c.load(s, c.Rules)
	for _, r := range rs {
		if s.ctx.Err() != nil {
			return errInterrupted
		}
		print := hit
		if c.Misses {
			print = misses
		}
		if err := print(s, r.Query); err != nil {
			fmt.Fprintln(s.stderr, "spoor:", printable(err.Error()))
			s.status = max(s.status, statusAlerts)
		}
	}
	return nil
}

func hit(s *session, q *ast.Query) error {
	evs, err := sample.Hit(q)
	if err != nil {
		return err
	}
	return lines(s.stdout, evs)
}

func misses(s *session, q *ast.Query) error {
	all, err := sample.NearMisses(q)
	for i, m := range all {
		if m.Err != nil {
			fmt.Fprintf(s.stderr, "%d: %s\n", i+1, printable(m.Err.Error()))
			continue
		}
		fmt.Fprintf(s.stderr, "%d: %s without: %s\n", i+1, count(len(m.Events), "event"), printable(m.Text))
		if err := lines(s.stdout, m.Events); err != nil {
			return err
		}
	}
	return err
}

func lines(w io.Writer, evs []engine.Event) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, ev := range evs {
		fields := map[string]any{}
		if m, ok := ev.Fields.(engine.Map); ok {
			for k, v := range m {
				fields[k] = v
			}
		}
		if _, there := fields["@timestamp"]; !there {
			fields["@timestamp"] = ev.Time.UTC().Format(time.RFC3339Nano)
		}
		if err := e.Encode(fields); err != nil {
			return err
		}
	}
	return nil
}

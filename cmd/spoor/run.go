package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/cmd/spoor/internal/events"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
	"github.com/spoor-lang/spoor/engine"
)

type runCommand struct {
	Rules  []string `arg:"" optional:"" help:"Rules, if not given by --rules; the last argument then names the events."`
	Rule   []string `name:"rules" short:"r" sep:"none" help:"Rule file, folder or glob. May be repeated; all arguments are then events." placeholder:"PATH"`
	Events []string `name:"events" short:"e" sep:"none" help:"Event file, folder, glob, or - for the standard input. May be repeated; all arguments are then rules." placeholder:"PATH"`
	ruleFlags
	eventFlags
	Lateness   time.Duration `default:"10s" help:"How far behind others an event may come."`
	Follow     bool          `short:"f" help:"Go on at the end of files, and print alerts as they come, until Ctrl-C."`
	Continuous bool          `help:"Run searches with every event that concerns them, instead of on their schedule."`
	Output     string        `short:"o" enum:"table,long,json,csv,ecs,ocsf" default:"table" help:"Form of the alerts: ${enum}."`
	ExitZero   bool          `help:"Exit with 0 also if there are alerts."`
	NoProgress bool          `help:"Show no progress bar."`
}

// Help is the text that stands below the flags' in `spoor run --help`.
func (*runCommand) Help() string {
	return `spoor run RULES… EVENTS reads rules and events, each a file, a folder or a glob:

  spoor run rules/ events.ndjson
  spoor run -r elastic/ -r splunk/detections --content splunk events/*.xml.gz
  tail -F events.ndjson | spoor run rules/ - --follow

Events are NDJSON, JSON arrays, or Windows event XML, also compressed by gzip or zstd, which their content tells.
Files are merged in the order of time. Ctrl-C prints what was found so far, and says so.

Exit status: 0 no alert, 1 alerts, 2 a rule or a file could not be read, or the run was interrupted.`
}

// Run is called by kong.
func (c *runCommand) Run(s *session) error {
	ruleNames, eventNames, err := c.paths()
	if err != nil {
		return err
	}
	reader, err := c.reader(s)
	if err != nil {
		return err
	}
	files, err := events.Find(eventNames)
	for _, err := range rules.Flatten(err) {
		s.problem(err)
	}
	r := &run{session: s, out: newShow(c.Output, s.stdout)}
	rs, refused, foreign := c.load(s, ruleNames)
	r.engine, err = engine.New(rs, c.options()...)
	s.problems(rules.Flatten(err))
	r.refused, r.foreign = refused+len(rs)-len(r.engine.Rules()), foreign
	if len(files) == 0 || len(r.engine.Rules()) == 0 {
		return errors.New("nothing to run: there must be a rule and an event file that can be read")
	}
	r.bar = newProgress(s, files, c.NoProgress || c.Follow)
	reader.Read = r.bar.read
	r.consume(feed(s.ctx, series(s.ctx, reader, files, c.Follow)...), c.Follow)
	if err := r.finish(c.Follow); err != nil {
		return err
	}
	if s.status == statusOK && r.alerts > 0 && !c.ExitZero {
		s.status = statusAlerts
	}
	return nil
}

// paths parts the arguments into rules and events.
func (c *runCommand) paths() (ruleNames, eventNames []string, err error) {
	args := c.Rules
	switch {
	case len(c.Rule) > 0 && len(c.Events) > 0 && len(args) > 0:
		return nil, nil, fmt.Errorf("unexpected argument %s: both --rules and --events are given", args[0])
	case len(c.Rule) > 0:
		ruleNames, eventNames = c.Rule, append(c.Events, args...)
	case len(c.Events) > 0:
		ruleNames, eventNames = args, c.Events
	case len(args) > 1:
		ruleNames, eventNames = args[:len(args)-1], args[len(args)-1:]
	}
	if len(ruleNames) == 0 || len(eventNames) == 0 {
		return nil, nil, errors.New("expected rules and events: spoor run RULES EVENTS")
	}
	return ruleNames, eventNames, nil
}

func (c *runCommand) options() []engine.Option {
	opts := []engine.Option{engine.Lateness(c.Lateness)}
	if c.Continuous {
		opts = append(opts, engine.Continuous())
	}
	return opts
}

// run is the way of the events through an engine.
type run struct {
	*session
	engine  *engine.Engine
	out     *show
	bar     *progress
	refused int // rules
	foreign int // files in other languages

	skipped     []error // events that could not be read, the first few
	nSkipped    int
	alerts      int
	latest      time.Time // of the events so far
	seen        time.Time // when the last one came, by the clock
	interrupted bool
	broken      bool // nobody reads the alerts any more
}

// idle is after how long without events a followed stream's time goes on by
// the clock, so that absences and schedules are decided on a quiet night.
const idle = time.Second

// consume takes items until there are no more, or the user interrupts.
func (r *run) consume(items <-chan item, follow bool) {
	tick := make(<-chan time.Time)
	if follow {
		t := time.NewTicker(idle)
		defer t.Stop()
		tick = t.C
	}
	for !r.broken {
		select {
		case <-r.ctx.Done():
			r.interrupted = true
			return
		case now := <-tick:
			r.wait(now)
		case it, ok := <-items:
			if !ok {
				r.interrupted = r.ctx.Err() != nil
				return
			}
			r.take(it)
			if follow && len(items) == 0 {
				r.seen = time.Now()
				r.check(r.out.flush())
			}
		}
	}
}

// wait lets event time go on as the clock does since the last event came.
func (r *run) wait(now time.Time) {
	if passed := now.Sub(r.seen); !r.latest.IsZero() && !r.seen.IsZero() && passed > idle {
		r.print(r.engine.Flush(r.latest.Add(passed - idle)))
		r.check(r.out.flush())
	}
}

// maxSkipped is how many unreadable events are listed.
const maxSkipped = 3

func (r *run) take(it item) {
	if file := (*events.FileError)(nil); errors.As(it.err, &file) {
		r.bar.clear()
		r.problem(it.err)
		return
	}
	if it.err != nil {
		if r.nSkipped++; r.nSkipped <= maxSkipped {
			r.skipped = append(r.skipped, it.err)
		}
		return
	}
	if it.ev.Time.After(r.latest) && it.ev.Time.Before(engine.End) {
		r.latest = it.ev.Time
	}
	r.print(r.engine.Process(it.ev))
	r.bar.event(r.alerts)
}

func (r *run) print(alerts []engine.Alert) {
	r.alerts += len(alerts)
	for _, a := range alerts {
		r.bar.clear()
		r.check(r.out.alert(a))
	}
}

func (r *run) check(err error) {
	if err != nil {
		r.broken = true
	}
}

// finish ends the stream and prints the last line. After an interruption only
// what lies before the latest event is decided: that more would not have come
// is not known.
func (r *run) finish(follow bool) error {
	switch {
	case r.broken:
		return nil
	case !r.interrupted:
		r.print(r.engine.Flush(engine.End))
	case !r.latest.IsZero():
		r.print(r.engine.Flush(r.latest))
	}
	r.bar.done()
	if err := r.out.flush(); err != nil {
		return err
	}
	for _, err := range r.skipped {
		fmt.Fprintln(r.stderr, "spoor: skipped", printable(err.Error()))
	}
	if more := r.nSkipped - len(r.skipped); more > 0 {
		fmt.Fprintf(r.stderr, "spoor: … and %d more\n", more)
	}
	fmt.Fprintln(r.stderr, r.summary())
	if r.interrupted && !follow {
		r.status = statusError
	}
	return nil
}

func (r *run) summary() string {
	stats := r.engine.Stats()
	suppressed := 0
	for _, rule := range stats.Rules {
		suppressed += rule.Suppressed + rule.Capped
	}
	parts := []string{
		count(stats.Events, "event") + " read", fmt.Sprintf("%d skipped", r.nSkipped+stats.Skipped),
		count(len(r.engine.Rules()), "rule") + " run", fmt.Sprintf("%d refused", r.refused),
		count(r.alerts, "alert"), fmt.Sprintf("%d suppressed", suppressed), fmt.Sprintf("%d truncated", stats.Truncated),
	}
	if r.foreign > 0 {
		parts = append(parts, count(r.foreign, "file")+" in other languages")
	}
	if stats.Late > 0 {
		parts = append(parts, fmt.Sprintf("%d late", stats.Late))
	}
	line := strings.Join(parts, ", ")
	if r.interrupted {
		line = "interrupted, results are partial: " + line
	}
	return line
}

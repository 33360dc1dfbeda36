package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
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
	Follow     bool          `short:"f" help:"Go on at the end of files, and print alerts as they come, until Ctrl-C."`
	Sorted     bool          `help:"Trust each file to be in the order of time, so that alerts come at once and nothing is put aside."`
	Lateness   time.Duration `default:"10s" help:"With --follow and --sorted: how far behind others an event may come. What comes later is counted."`
	Continuous bool          `help:"Run searches with every event that concerns them, instead of on their schedule."`
	Workers    int           `help:"How many processors look at events at once, which changes nothing but the time that it takes. By default, all."`
	Output     string        `short:"o" enum:"table,long,json,csv,ecs,ocsf" default:"table" help:"Form of the alerts: ${enum}."`
	Explain    bool          `help:"Print the reasons below each alert of a table or a long list, and with it in JSON."`
	ExitZero   bool          `help:"Exit with 0 also if there are alerts."`
	NoProgress bool          `help:"Show no progress bar."`
}

// Help is the text that stands below the flags' in `spoor run --help`.
func (*runCommand) Help() string {
	return `spoor run RULES… EVENTS reads rules and events, each a file, a folder or a glob:

  spoor run rules/ events.ndjson
  spoor run -r elastic/ -r splunk/detections --content splunk events/*.xml.gz
  tail -F events.ndjson | spoor run rules/ - --follow

Events are NDJSON, JSON arrays, or Windows event XML, also compressed by gzip or zstd, which their content tells;
of what a search of Elasticsearch found, it is the _source. An event without a time has that of the one before it.
All files are read first, and put in the order of time; what is too much for the memory goes to a temporary file
(in TMPDIR). --sorted spares that, --follow does without an end. Ctrl-C prints what was found so far, and says so;
while files are still being read, that is what is in the part that was read.

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
	if err := c.stream(r, reader, files); err != nil {
		s.problem(err)
	}
	if err := r.finish(c.Follow); err != nil {
		return err
	}
	if s.status == statusOK && r.alerts > 0 && !c.ExitZero {
		s.status = statusAlerts
	}
	return nil
}

// stream takes the events of all files: those of a batch in the order of time,
// others as they come.
func (c *runCommand) stream(r *run, reader *events.Reader, files []string) error {
	r.bar = newProgress(r.session, files, c.NoProgress || c.Follow)
	reader.Read = r.bar.read
	if c.Follow || c.Sorted {
		if len(files) > events.MaxOpen {
			return fmt.Errorf("expected at most %d files to read side by side, found %d", events.MaxOpen, len(files))
		}
		r.consume(r.ctx, feed(r.ctx, series(r.ctx, reader, files, c.Follow)...), c.Follow)
		return nil
	}
	sorted, err := reader.Sort(r.ctx, files, r.bad)
	defer func() { _ = sorted.Close() }() // what it was asked for is read by then
	ctx := r.ctx
	if ctx.Err() != nil { // the next Ctrl-C ends the program
		r.bar.clear()
		fmt.Fprintf(r.stderr, "spoor: interrupted; these are the alerts of the first %s that were read\n", count(sorted.Len(), "event"))
		r.interrupted, ctx = true, context.WithoutCancel(ctx)
	} else if err != nil {
		return err
	}
	r.bar.expect(sorted.Len())
	for batch, err := range sorted.Batches(ctx, batchSize) {
		for _, ev := range batch {
			r.see(ev)
		}
		if r.process(batch); err != nil {
			r.bad(err)
		}
		if r.broken {
			break
		}
	}
	r.interrupted = r.interrupted || ctx.Err() != nil
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
	workers := c.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	opts := []engine.Option{engine.Lateness(c.Lateness), engine.Workers(workers)}
	if c.Continuous {
		opts = append(opts, engine.Continuous())
	}
	if c.Explain {
		opts = append(opts, engine.Reasons())
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
	batch       []engine.Event // that were taken, and not processed yet
	timeless    int            // events
	latest      time.Time      // of the events so far
	seen        time.Time      // when the last one came, by the clock
	interrupted bool
	broken      bool // nobody reads the alerts any more
}

// idle is after how long without events a followed stream's time goes on by
// the clock, so that absences and schedules are decided on a quiet night.
const idle = time.Second

// consume takes items until there are no more, or the user interrupts.
func (r *run) consume(ctx context.Context, items <-chan item, follow bool) {
	defer r.catchUp()
	tick := make(<-chan time.Time)
	if follow {
		t := time.NewTicker(idle)
		defer t.Stop()
		tick = t.C
	}
	for !r.broken {
		select {
		case <-ctx.Done():
			r.interrupted = true
			return
		case now := <-tick:
			r.wait(now)
		case it, ok := <-items:
			if !ok {
				r.interrupted = r.interrupted || ctx.Err() != nil
				return
			}
			r.take(it)
			if len(items) > 0 && len(r.batch) < batchSize {
				continue
			}
			r.catchUp()
			if follow && len(items) == 0 {
				r.seen = time.Now()
				r.check(r.out.flush())
			}
		}
	}
}

// wait lets event time go on as the clock does since the last event came.
func (r *run) wait(now time.Time) {
	r.catchUp()
	if passed := now.Sub(r.seen); !r.latest.IsZero() && !r.seen.IsZero() && passed > idle {
		r.print(r.engine.Flush(r.latest.Add(passed - idle)))
		r.check(r.out.flush())
	}
}

// maxSkipped is how many unreadable events are listed.
const maxSkipped = 3

// batchSize is how many events the engine looks at together, on several
// processors. Where events come one by one, none waits for others.
const batchSize = 512

// take puts an event into the batch.
func (r *run) take(it item) {
	if it.err != nil {
		r.catchUp()
		r.bad(it.err)
		return
	}
	r.see(it.ev)
	r.batch = append(r.batch, it.ev)
}

// see notes the time of an event.
func (r *run) see(ev engine.Event) {
	if ev.Time.IsZero() {
		r.timeless++
	}
	if ev.Time.After(r.latest) && ev.Time.Before(engine.End) {
		r.latest = ev.Time
	}
}

// catchUp processes the batch.
func (r *run) catchUp() {
	r.process(r.batch)
	clear(r.batch)
	r.batch = r.batch[:0]
}

func (r *run) process(batch []engine.Event) {
	r.print(r.engine.ProcessBatch(batch))
	for range batch {
		r.bar.event(r.alerts)
	}
}

// bad tells of a file, or counts an event, that could not be read.
func (r *run) bad(err error) {
	if file := (*events.FileError)(nil); errors.As(err, &file) {
		r.bar.clear()
		r.problem(err)
		return
	}
	if r.nSkipped++; r.nSkipped <= maxSkipped {
		r.skipped = append(r.skipped, err)
	}
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
	for _, line := range losses(r.engine) {
		fmt.Fprintln(r.stderr, "  "+line)
	}
	if r.interrupted && !follow {
		r.status = statusError
	}
	return nil
}

func (r *run) summary() string {
	stats := r.engine.Stats()
	suppressed, unrun := 0, 0
	for _, rule := range stats.Rules {
		suppressed += rule.Suppressed + rule.Capped
		unrun += rule.Unrun
	}
	parts := []string{
		count(stats.Events, "event") + " read", fmt.Sprintf("%d skipped", r.nSkipped+stats.Skipped),
		count(len(r.engine.Rules()), "rule") + " run", fmt.Sprintf("%d refused", r.refused),
		count(r.alerts, "alert"), fmt.Sprintf("%d suppressed", suppressed), fmt.Sprintf("%d truncated", stats.Truncated),
	}
	if r.foreign > 0 {
		parts = append(parts, count(r.foreign, "file")+" in other languages")
	}
	if r.timeless > 0 {
		parts = append(parts, fmt.Sprintf("%d without a time that can be read, such as @timestamp", r.timeless))
	}
	if stats.Late > 0 {
		parts = append(parts, fmt.Sprintf("%d late", stats.Late))
	}
	if stats.Hurried > 0 {
		parts = append(parts, fmt.Sprintf("%d taken before their time, as too many waited", stats.Hurried))
	}
	if stats.Skewed > 0 {
		parts = append(parts, fmt.Sprintf("%d too far ahead of the others to tell the time", stats.Skewed))
	}
	if unrun > 0 {
		parts = append(parts, count(unrun, "run")+" of searches left out in gaps of time")
	}
	line := strings.Join(parts, ", ")
	if r.interrupted {
		line = "interrupted, results are partial: " + line
	}
	return line
}

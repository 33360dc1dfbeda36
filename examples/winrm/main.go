// Command winrm runs two detection rules, one in EQL and one in SPL, over the
// same Windows events, and prints what they find.
//
// Usage:
//
//	winrm [-rules DIR] [FILE …]
//
// Without arguments it takes the rules of testdata/rules and the events of
// testdata/events. Files are NDJSON (.ndjson, .json) or Windows event XML
// (.xml).
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/alert"
	"github.com/spoor-lang/spoor/engine/schema"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// lateness is how far behind others an event may come: collectors stamp and
// ship each host's events on their own.
const lateness = 10 * time.Second

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit status: 0 if everything could be read, 1 if a rule or
// a file could not, 2 if the arguments are wrong. Single events that cannot be
// read are listed at the end.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("winrm", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("rules", testdata("rules"), "folder of rules: Elastic's .toml, Splunk's .yml")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	files := flags.Args()
	if len(files) == 0 {
		files, _ = filepath.Glob(testdata("events", "*.*l*"))
	}
	rules, err := load(os.DirFS(*dir))
	status := report(stderr, err)
	e, err := engine.New(rules, engine.Lateness(lateness))
	status = max(status, report(stderr, err))
	var skipped []error
	for ev, err := range merge(files) {
		var path *fs.PathError
		switch {
		case errors.As(err, &path):
			status = report(stderr, err)
		case err != nil:
			skipped = append(skipped, err)
		default:
			show(stdout, e.Process(ev))
		}
	}
	show(stdout, e.Flush(engine.End))
	if len(skipped) > 0 {
		fmt.Fprintf(stderr, "%d events could not be read:\n%v\n", len(skipped), errors.Join(skipped...))
	}
	s := e.Stats()
	fmt.Fprintf(stdout, "%d rules, %d events, %d alerts\n", len(e.Rules()), s.Events, s.Alerts)
	return status
}

// load reads the rules of both languages. What cannot be read is in the
// error; the rest is returned all the same.
func load(dir fs.FS) ([]*ast.Rule, error) {
	fromEQL, err1 := eql.LoadRules(dir, "*.toml")
	fromSPL, err2 := spl.LoadRules(dir, "*.yml", nil)
	return append(fromEQL, fromSPL...), errors.Join(err1, err2)
}

// merge yields the events of all files in the order of their times, as far as
// each file keeps it; lateness does the rest.
func merge(files []string) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		var heads []*head
		for _, name := range files {
			next, stop := iter.Pull2(read(name))
			defer stop()
			heads = append(heads, &head{next: next})
		}
		for {
			var first *head
			for _, h := range heads {
				for h.fill() && h.err != nil {
					if !yield(engine.Event{}, h.err) {
						return
					}
					h.full = false
				}
				if h.full && (first == nil || h.ev.Time.Before(first.ev.Time)) {
					first = h
				}
			}
			if first == nil {
				return
			}
			first.full = false
			if !yield(first.ev, nil) {
				return
			}
		}
	}
}

// head is the next event of a file.
type head struct {
	next func() (engine.Event, error, bool)
	ev   engine.Event
	err  error
	full bool
}

// fill reports whether there is a next event or error.
func (h *head) fill() bool {
	if !h.full {
		h.ev, h.err, h.full = h.next()
	}
	return h.full
}

// read yields a file's events. An error names a line that is no event; the
// ones behind it follow.
func read(name string) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		f, err := os.Open(name)
		if err != nil {
			yield(engine.Event{}, err)
			return
		}
		defer f.Close()
		windows := schema.Windows(schema.Infer(schema.ApplicationProtocol))
		events := windows.ParseNDJSON(f)
		if strings.EqualFold(filepath.Ext(name), ".xml") {
			events = windows.ParseXML(f)
		}
		for ev, err := range events {
			if err != nil {
				err = fmt.Errorf("%s: %w", filepath.Base(name), err)
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

func show(w io.Writer, alerts []engine.Alert) {
	for _, a := range alerts {
		_ = alert.Write(w, a) // a closed pipe ends the program by itself
		fmt.Fprintln(w)
	}
}

func report(w io.Writer, err error) (status int) {
	if err == nil {
		return 0
	}
	fmt.Fprintln(w, err)
	return 1
}

// testdata returns a path below the module's testdata, wherever the example
// is run from.
func testdata(parts ...string) string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(append([]string{filepath.Dir(file), "..", "..", "testdata"}, parts...)...)
}

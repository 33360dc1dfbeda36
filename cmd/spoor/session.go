package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/events"
	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
	"github.com/spoor-lang/spoor/engine/schema"
)

// session is one run of the program.
type session struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	status         int
}

// errInterrupted is what a command ends with that has nothing to show yet, or
// has shown what there is.
var errInterrupted = errors.New("interrupted, results are partial")

// problem prints an error; the exit status is then that of errors.
func (s *session) problem(err error) {
	s.status = statusError
	fmt.Fprintln(s.stderr, "spoor:", printable(err.Error()))
}

// maxProblems is how many refused rules are listed where that is not what was
// asked for: enough to see what kind they are, and still above the alerts.
const maxProblems = 10

// problems prints the first few errors, and how many more there are.
func (s *session) problems(errs []error) {
	for i, err := range errs {
		if i == maxProblems {
			fmt.Fprintf(s.stderr, "spoor: … and %d more; spoor check lists all\n", len(errs)-i)
			return
		}
		s.problem(err)
	}
}

// ruleFlags say which rules there are.
type ruleFlags struct {
	Content string `help:"Folder of Splunk content: macros, lookups, data models." placeholder:"DIR" type:"path"`
}

// load reads rules and prints what cannot be read. foreign is the number of
// files in other languages, which are no mistakes.
func (f ruleFlags) load(s *session, paths []string) (read []*ast.Rule, refused, foreign int) {
	content, err := rules.Content(f.Content)
	s.problems(rules.Flatten(err))
	var errs []error
	for _, file := range rules.Load(paths, content, f.Content) {
		switch {
		case file.Foreign() && !named(paths, file.Name):
			foreign++
		case file.Err != nil:
			refused++
			errs = append(errs, rules.Flatten(file.Err)...)
		default:
			read = append(read, file.Rule)
		}
	}
	s.problems(errs)
	return read, refused, foreign
}

func named(paths []string, name string) bool {
	for _, p := range paths {
		if p == name {
			return true
		}
	}
	return false
}

// eventFlags say how events are read.
type eventFlags struct {
	Infer   bool   `help:"Infer fields that no event carries, such as network.protocol from a well-known port."`
	Raw     bool   `help:"Take events as they are, in ECS or CIM, without mapping Windows events."`
	Mapping string `help:"Folder of further mapping files for raw events." placeholder:"DIR" type:"path"`
}

func (f eventFlags) reader(s *session) (*events.Reader, error) {
	var opts []schema.Option
	if f.Infer {
		opts = append(opts, schema.Infer(schema.ApplicationProtocol))
	}
	r := &events.Reader{Raw: f.Raw, Stdin: s.stdin}
	if f.Mapping == "" {
		r.Schema = schema.Windows(opts...)
		return r, nil
	}
	var err error
	r.Schema, err = schema.New(os.DirFS(f.Mapping), opts...)
	return r, err
}

// printable replaces what would steer a terminal: text in events is an
// attacker's to choose.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return '\ufffd'
		}
		return r
	}, text)
}

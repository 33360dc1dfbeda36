package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
	"github.com/spoor-lang/spoor/engine/ruletest"
)

type testCommand struct {
	Paths   []string `arg:"" help:"Test files, rule files with a test file of the same name beside them, or folders, of which all *.test below are run."`
	Mutants bool     `short:"m" help:"Change each rule in one place after the other, and report what no test exercises, and which changes no test notices."`
	Update  bool     `help:"Write the rows and trees that files expect anew, as the rules have them now."`
	JUnit   string   `name:"junit" help:"Also write the results as JUnit XML." placeholder:"FILE" type:"path"`
	Verbose bool     `short:"v" help:"List the cases that pass, too."`
}

// Help is the text that stands below the flags' in `spoor test --help`.
func (*testCommand) Help() string {
	return `A test file holds cases that read as timelines:

  # Two failures, then a success.
  load rules/guess.toml guess
  0s  authentication user=a outcome=failure
  1s  authentication user=a outcome=failure
  2s  authentication user=a outcome=success   => guess 1 2 3
  ---
  # Two failures are counted at the end.
  rule count spl
    search outcome=failure | stats count by user
  0s  user=a outcome=failure
  1s  user=a outcome=failure
  end   => count {"user": "a", "count": 2}

Cases are parted by --- and named by their first comment. "load FILE [NAME]" takes a rule from a file beside the test,
"rule NAME LANGUAGE" (eql, eql-endpoint, eql-endgame, spl) from the indented lines below it; "content DIR" (Splunk's
macros and lookups), "macro NAME DEFINITION", "lookup NAME" with CSV below, and "engine lateness=10s" set the stage. An event is TIME [CATEGORY] FIELD=VALUE …, with
"quoted" values, JSON values, or {…} for its fields; a time alone moves the clock. "=> RULE 1 3" is an alert and the
events behind it, "=> RULE {…}" one with that row; each stands on the line that releases it, and every other line must
raise none. "### TEXT" behind a line of a rule says that it must be refused with that message.

--mutants drops conditions, exclusions, steps, keys and stages, widens patterns, doubles and halves maxspan, swaps "and"
and "or", moves bounds, …, one at a time, and runs the tests with each change. What is proved to change nothing is
counted apart.

Exit status: 0 all pass, 1 a case fails, or, with --mutants, a change goes unnoticed, 2 a file cannot be read.`
}

// suite and testcase are JUnit's elements.
type suite struct {
	XMLName  xml.Name   `xml:"testsuite"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Cases    []testcase `xml:"testcase"`
}

type testcase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Seconds string   `xml:"time,attr"`
	Failure *failure `xml:"failure,omitempty"`
	Error   *failure `xml:"error,omitempty"`
}

type failure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Run is called by kong.
func (c *testCommand) Run(s *session) error {
	var suites []suite
	var cases []*ruletest.Case
	failed, n := 0, 0
	for _, path := range c.Paths {
		files, err := testFiles(path)
		if err != nil {
			s.problem(err)
		}
		for _, name := range files {
			x, read := c.file(s, name)
			suites = append(suites, x)
			cases = append(cases, read...)
			failed += x.Failures
			n += x.Tests
		}
	}
	open := 0
	if c.Mutants && s.ctx.Err() == nil {
		x := c.mutants(s, cases)
		suites = append(suites, x)
		open = x.Failures
	}
	if c.JUnit != "" {
		if err := writeJUnit(c.JUnit, suites); err != nil {
			return err
		}
	}
	line := fmt.Sprintf("%s, %d failed", count(n, "case"), failed)
	if s.ctx.Err() != nil {
		s.status, line = statusError, "interrupted, results are partial: "+line
	}
	if failed+open > 0 && s.status == statusOK {
		s.status = statusAlerts
	}
	_, err := fmt.Fprintln(s.stderr, line)
	return err
}

// testFiles returns a file, the test file beside a rule's, or the test files
// below a folder.
func testFiles(path string) (names []string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		if rules.Known(path) {
			path = strings.TrimSuffix(path, filepath.Ext(path)) + ".test"
		}
		return []string{path}, nil
	}
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(name) == ".test" {
			names = append(names, name)
		}
		return err
	})
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("%s: no *.test in this folder", path)
	}
	return names, err
}

func (c *testCommand) file(s *session, name string) (suite, []*ruletest.Case) {
	x := suite{Name: name}
	cases, err := c.parse(s, name)
	if err == nil && len(cases) == 0 {
		err = fmt.Errorf("%s: no case in this file", name)
	}
	if err != nil {
		s.problem(err)
		x.Errors = 1
		x.Tests = 1
		x.Cases = []testcase{{Class: name, Name: "parse", Error: &failure{err.Error(), err.Error()}}}
		return x, nil
	}
	for _, k := range cases {
		if s.ctx.Err() != nil {
			break
		}
		begun := time.Now()
		failures := k.Run()
		t := testcase{Class: name, Name: k.Name, Seconds: fmt.Sprintf("%.3f", time.Since(begun).Seconds())}
		x.Tests++
		if len(failures) > 0 {
			x.Failures++
			t.Failure = c.failed(s.stdout, name, k, failures)
		} else if c.Verbose {
			fmt.Fprintf(s.stdout, "ok    %s:%d: %s\n", name, k.Line, printable(k.Name))
		}
		x.Cases = append(x.Cases, t)
	}
	return x, cases
}

func (c *testCommand) failed(w io.Writer, name string, k *ruletest.Case, failures []ruletest.Failure) *failure {
	fmt.Fprintf(w, "FAIL  %s:%d: %s\n", name, k.Line, printable(k.Name))
	root, _ := filepath.Abs(".")
	root = filepath.ToSlash(strings.TrimPrefix(root, string(filepath.Separator))) + "/"
	var lines []string
	for _, f := range failures {
		f.File, f.Message = name, strings.ReplaceAll(f.Message, root, "")
		lines = append(lines, f.String())
		fmt.Fprintln(w, "     ", printable(f.String()))
	}
	return &failure{lines[0], strings.Join(lines, "\n")}
}

// parse reads a test file. Rules that it loads lie beside it, and may be
// reached by "..", so the file system begins at the root.
func (c *testCommand) parse(s *session, name string) ([]*ruletest.Case, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text, root := string(data), filepath.VolumeName(path)+string(filepath.Separator)
	dir, below := os.DirFS(root), filepath.ToSlash(strings.TrimPrefix(path, root))
	if c.Update {
		fresh, err := ruletest.Rewrite(below, text, dir)
		if err == nil && fresh != text {
			err = os.WriteFile(path, []byte(fresh), 0o644)
			fmt.Fprintln(s.stdout, "rewritten:", name)
			text = fresh
		}
		if err != nil {
			return nil, relative(name, below, err)
		}
	}
	cases, err := ruletest.Parse(below, text, dir)
	return cases, relative(name, below, err)
}

// relative names a file in an error as the user does.
func relative(name, below string, err error) error {
	if err == nil {
		return nil
	}
	return errors.New(name + strings.TrimPrefix(err.Error(), below))
}

func writeJUnit(name string, suites []suite) error {
	out, err := xml.MarshalIndent(struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []suite  `xml:"testsuite"`
	}{Suites: suites}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append([]byte(xml.Header), append(out, '\n')...), 0o644)
}

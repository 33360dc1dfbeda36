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

	"github.com/spoor-lang/spoor/engine/ruletest"
)

type testCommand struct {
	Paths   []string `arg:"" help:"Test files, or folders, of which all *.test below are run."`
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

Exit status: 0 all pass, 1 a case fails, 2 a file cannot be read.`
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
	failed, n := 0, 0
	for _, path := range c.Paths {
		files, err := testFiles(path)
		if err != nil {
			s.problem(err)
		}
		for _, name := range files {
			x := c.file(s, name)
			suites = append(suites, x)
			failed += x.Failures
			n += x.Tests
		}
	}
	if c.JUnit != "" {
		if err := writeJUnit(c.JUnit, suites); err != nil {
			return err
		}
	}
	if failed > 0 && s.status == statusOK {
		s.status = statusAlerts
	}
	_, err := fmt.Fprintf(s.stderr, "%s, %d failed\n", count(n, "case"), failed)
	return err
}

// testFiles returns a file, or the test files below a folder.
func testFiles(path string) (names []string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
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

func (c *testCommand) file(s *session, name string) suite {
	x := suite{Name: name}
	cases, err := parseTests(name)
	if err == nil && len(cases) == 0 {
		err = fmt.Errorf("%s: no case in this file", name)
	}
	if err != nil {
		s.problem(err)
		x.Errors = 1
		x.Tests = 1
		x.Cases = []testcase{{Class: name, Name: "parse", Error: &failure{err.Error(), err.Error()}}}
		return x
	}
	for _, k := range cases {
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
	return x
}

func (c *testCommand) failed(w io.Writer, name string, k *ruletest.Case, failures []ruletest.Failure) *failure {
	fmt.Fprintf(w, "FAIL  %s:%d: %s\n", name, k.Line, printable(k.Name))
	var lines []string
	for _, f := range failures {
		f.File = name
		lines = append(lines, f.String())
		fmt.Fprintln(w, "     ", printable(f.String()))
	}
	return &failure{lines[0], strings.Join(lines, "\n")}
}

// parseTests reads a test file. Rules that it loads lie beside it, and may be
// reached by "..", so the file system begins at the root.
func parseTests(name string) ([]*ruletest.Case, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	root := filepath.VolumeName(path) + string(filepath.Separator)
	rel := strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(root))
	cases, err := ruletest.Parse(rel, string(text), os.DirFS(root))
	if err != nil {
		err = errors.New(strings.ReplaceAll(err.Error(), rel, name))
	}
	return cases, err
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

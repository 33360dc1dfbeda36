package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/cmd/spoor/internal/rules"
	"github.com/spoor-lang/spoor/engine/ruletest"
)

// mutants reviews the tests of every rule, and returns the reviews as a suite
// of which a case fails if its rule's tests leave something open.
func (c *testCommand) mutants(s *session, cases []*ruletest.Case) suite {
	x := suite{Name: "mutants"}
	tested := map[string]bool{}
	for _, r := range ruletest.Reviews(s.ctx, cases) {
		name := workingName(r.File)
		tested[name] = true
		t := testcase{Class: name, Name: r.Rule, Seconds: "0"}
		fmt.Fprintf(s.stdout, "%s (%s): %s, %s, %d noticed, %d equivalent\n",
			r.Rule, name, count(r.Cases, "case"), count(len(r.Trials), "change"), r.Noticed(), r.Equivalent())
		lines := append(open("no test exercises this:", name, r.Unexercised()), open("no test notices this:", name, r.Survivors())...)
		for _, line := range lines {
			fmt.Fprintln(s.stdout, printable(line))
		}
		x.Tests++
		if len(lines) > 0 {
			x.Failures++
			t.Failure = &failure{"changes go unnoticed", strings.Join(lines, "\n")}
		}
		x.Cases = append(x.Cases, t)
	}
	for _, name := range c.untested(tested) {
		fmt.Fprintln(s.stdout, "no test loads", printable(name))
	}
	return x
}

// open are the lines of a report on trials.
func open(head, name string, trials []ruletest.Trial) (lines []string) {
	for _, t := range trials {
		line, column := t.Position()
		if lines == nil {
			lines = append(lines, "  "+head)
		}
		lines = append(lines, fmt.Sprintf("    %s:%d:%d: %s: %s", name, line, column, t.Kind, t.Change))
	}
	return lines
}

// untested are the rule files in the folders with tests that no case loads.
func (c *testCommand) untested(tested map[string]bool) (names []string) {
	for _, path := range c.Paths {
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() {
			continue
		}
		files, _ := rules.Find(path) // a folder without rules is no mistake here
		for _, name := range files {
			if name = filepath.Clean(name); !tested[name] {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// workingName is a path from the root as one from the working folder, if it is
// below that.
func workingName(fromRoot string) string {
	path := string(filepath.Separator) + filepath.FromSlash(fromRoot)
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(wd, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

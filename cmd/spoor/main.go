// Command spoor runs, checks and tests Elastic EQL and Splunk SPL detection
// rules.
//
//	main.go      the command line, the exit status
//	session.go   what the subcommands share: rules, engine, messages
//	run.go       spoor run: rules over events
//	feed.go      events, on their way from files to the engine
//	progress.go  how far it has come, for terminals
//	show.go      alerts as text, JSON, CSV, ECS, OCSF
//	explain.go   spoor explain: why a rule fired or not
//	check.go     spoor check
//	lint.go      what is likely a mistake in a rule
//	suspect.go   what is likely one in a query in EQL, suspect_spl.go in SPL
//	coverage.go  spoor coverage
//	data.go      which fields rules need, and events have
//	test.go      spoor test
//	mutants.go   what its tests leave open
//	bench.go     spoor bench
//	sample.go    spoor sample
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"
)

// The exit statuses.
const (
	statusOK     = 0
	statusAlerts = 1 // alerts, failed tests, or a sample that none was found of
	statusError  = 2
)

type cli struct {
	Run      runCommand      `cmd:"" help:"Run rules over events and print the alerts."`
	Explain  explainCommand  `cmd:"" help:"Say why a rule fires, or does not, over events."`
	Check    checkCommand    `cmd:"" help:"Parse and compile rules; print what is wrong, and where."`
	Coverage coverageCommand `cmd:"" help:"Report which rules of a corpus run, run approximately, or are refused."`
	Test     testCommand     `cmd:"" help:"Run .test files."`
	Bench    benchCommand    `cmd:"" help:"Measure events a second, and what each rule costs."`
	Sample   sampleCommand   `cmd:"" help:"Print events that make a rule fire, or all but do."`
}

const about = `Runs Elastic EQL and Splunk SPL detection rules verbatim.

Rules are files, folders or globs of Elastic's .toml and .eql and Splunk's .yml, .yaml and .spl, in any mixture.
Exit status: 0 nothing found, 1 alerts or failed tests, 2 errors.`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(start(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// start runs the command line and returns the exit status.
func start(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
	var c cli
	status = -1
	parser := kong.Must(&c,
		kong.Name("spoor"), kong.Description(about), kong.Writers(stdout, stderr),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Exit(func(code int) { status = code }))
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if args[0] == "help" {
		args = append(args[1:], "--help")
	}
	k, err := parser.Parse(flagsFirst(parser.Model, args))
	if status >= 0 { // help was asked for, and printed
		return status
	}
	s := &session{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr}
	if err != nil {
		s.problem(fmt.Errorf("%w (spoor --help tells more)", err))
		return statusError
	}
	if err := k.Run(s); err != nil && !errors.Is(err, syscall.EPIPE) {
		s.problem(err)
	}
	return s.status
}

// flagsFirst puts a command's flags before its arguments: kong ends a list of
// arguments at the first flag among them.
func flagsFirst(app *kong.Application, args []string) []string {
	i := slices.IndexFunc(app.Children, func(n *kong.Node) bool { return n.Name == args[0] })
	if i < 0 {
		return args
	}
	valued := map[string]bool{} // flags that take the next word
	for _, group := range app.Children[i].AllFlags(true) {
		for _, f := range group {
			valued["--"+f.Name] = !f.IsBool()
			valued["-"+string(f.Short)] = !f.IsBool()
		}
	}
	flags, rest := args[:1:1], []string(nil)
	for i := 1; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "--":
			return append(append(flags, rest...), args[i:]...)
		case len(arg) < 2 || arg[0] != '-':
			rest = append(rest, arg)
		default:
			flags = append(flags, arg)
			if valued[arg] && i+1 < len(args) {
				i++
				flags = append(flags, args[i])
			}
		}
	}
	return append(flags, rest...)
}

// terminal returns the width of a terminal, and false for all else.
func terminal(w io.Writer) (width int, ok bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		width = 80
	}
	return width, true
}

// coloured reports whether w takes colours and the user wants them.
func coloured(w io.Writer) bool {
	_, ok := terminal(w)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// count returns "1 rule" or "2 rules".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %s", n, plural(noun))
}

func plural(noun string) string {
	if head, last, ok := strings.Cut(noun, " "); ok && last != "" {
		return plural(head) + " " + last
	}
	if strings.HasSuffix(noun, "ch") {
		return noun + "es"
	}
	return noun + "s"
}

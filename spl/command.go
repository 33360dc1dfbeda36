package spl

import (
	"maps"
	"slices"

	"github.com/spoor-lang/spoor/ast"
)

// command is how one command of SPL is parsed. Each stands in a file of its
// own or with its kin, and registers itself from a variable declaration.
type command struct {
	names     []string // the first is the documented one
	generates generation
	// parse reads the arguments. A nil stage passes the rows through.
	parse func(s *stage) (ast.Stage, error)
}

// generation is whether a command makes rows of its own.
type generation uint8

const (
	never     generation = iota // it needs the rows of another
	always                      // it is the first one of a pipeline
	sometimes                   // both; its parser decides
)

var commands = map[string]command{}

func register(all ...command) struct{} {
	for _, c := range all {
		for _, n := range c.names {
			commands[n] = c
		}
	}
	return struct{}{}
}

// commandNames are the names of all commands, for suggestions.
func commandNames() []string { return slices.Sorted(maps.Keys(commands)) }

// refused are Splunk's commands that do not run unless the embedder registers
// them with the engine, and why. They parse, and the engine refuses them.
var refused = map[string]string{
	"apply":         "needs a trained model of the Machine Learning Toolkit",
	"fit":           "trains a model of the Machine Learning Toolkit",
	"summary":       "inspects a model of the Machine Learning Toolkit",
	"score":         "needs the Machine Learning Toolkit",
	"cyberchef":     "is an app's own",
	"sendalert":     "acts outside of the search",
	"sendemail":     "acts outside of the search",
	"script":        "runs a program",
	"run":           "runs a program",
	"rest":          "reads a server's configuration",
	"dbxquery":      "reads a database",
	"delete":        "deletes events",
	"loadjob":       "reads the results of another search",
	"savedsearch":   "runs a stored search",
	"metadata":      "reads an index's statistics",
	"dbinspect":     "reads an index's statistics",
	"datamodel":     "is not supported: use from or tstats",
	"pivot":         "is not supported: use tstats",
	"predict":       "forecasts, which is not supported",
	"cluster":       "groups similar events, which is not supported",
	"kmeans":        "groups similar events, which is not supported",
	"trendline":     "is not supported: use streamstats",
	"selfjoin":      "is not supported: use join or stats",
	"geostats":      "draws maps, which is not supported",
	"contingency":   "is not supported: use chart",
	"inputcsv":      "is not supported: use inputlookup",
	"localop":       "is about a cluster of servers",
	"redistribute":  "is about a cluster of servers",
	"localize":      "is not supported",
	"set":           "is not supported: use union, append or join",
	"arules":        "is not supported",
	"associate":     "is not supported",
	"correlate":     "is not supported",
	"crawl":         "is not supported",
	"typelearner":   "is not supported",
	"findtypes":     "is not supported",
	"anomalies":     "is not supported",
	"analyzefields": "is not supported",
}

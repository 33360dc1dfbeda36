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

// Package fn holds the functions of both languages. A library is a table from
// a name to a [Func]; one file holds one subject (text, multivalue, time, …).
package fn

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// Context is what a function may know beside its arguments.
type Context struct {
	Now  time.Time      // the start of the search
	Zone *time.Location // never nil
}

// Call computes a function's value. args must not be kept.
type Call func(c *Context, args []event.Value) event.Value

// Func is one function.
type Func struct {
	Name     string // as documented
	Min, Max int    // numbers of arguments; Max < 0 for no bound
	// Params are the types that the arguments must have, a letter for each,
	// the last one for all that follow: s text, n number, d number that is
	// written without quotes, b bool, i address, . any. Empty where nothing
	// is known of them.
	Params string
	// Null tells that the function itself deals with null arguments;
	// otherwise any null argument makes the result null.
	Null bool
	// Each applies the function to each value of a multivalue first
	// argument, and makes a multivalue of the results.
	Each bool
	// Fold tells that the name may be followed by ~, and then compares
	// without case.
	Fold bool
	Call Call
	// Bind, if there is one, is asked instead of Call when a rule is
	// compiled: lits holds the arguments that are literals, and nil for the
	// others. It prepares what it can (a regular expression, a prefix), and
	// its error is the rule's.
	Bind func(lits []*event.Value, o Options) (Call, error)
	// Instead is what today's EQL has for a function of the original
	// language.
	Instead string
}

// Options are what a call is bound with.
type Options struct {
	Fold bool // its name is followed by ~
	// GaveUp counts the texts that its regular expressions give up on; may be
	// nil.
	GaveUp *match.GaveUp
}

// The libraries. EQL's original language has all functions of today's, and
// some of its own.
const (
	EQL     = "eql"
	Endgame = "eql-endgame"
	SPL     = "spl"
)

// Lookup finds a function by name, in any case, in a library.
func Lookup(lib, name string) (*Func, bool) {
	f, ok := libs[lib][strings.ToLower(name)]
	if !ok && lib == Endgame {
		return Lookup(EQL, name)
	}
	return f, ok
}

// Names returns the names of a library's functions, sorted.
func Names(lib string) []string {
	all := slices.Collect(maps.Keys(libs[lib]))
	if lib == Endgame {
		all = append(all, Names(EQL)...)
	}
	slices.Sort(all)
	return all
}

var libs = map[string]map[string]*Func{}

// register adds functions to a library; the files of this package call it
// from variable declarations, so that the tables are complete before main.
func register(lib string, fs ...*Func) struct{} {
	if libs[lib] == nil {
		libs[lib] = map[string]*Func{}
	}
	for _, f := range fs {
		libs[lib][strings.ToLower(f.Name)] = f
	}
	return struct{}{}
}

package spl

import (
	"sync"

	"github.com/spoor-lang/spoor/ast"
)

// Content is what searches refer to by name: macros, lookups, data models,
// event types. What it does not define is taken from the built-in content,
// and what it does define comes before that. A nil *Content is the built-in
// content alone.
//
// The zero value is ready to be filled by hand. Once it is handed to [Parse]
// it must not be changed, and may be used by several goroutines at once.
type Content struct {
	// Macros are keyed by name, or by name and number of arguments:
	// "sysmon", "ctime(1)".
	Macros map[string]Macro
	// Lookups are keyed by the names of definitions and of files.
	Lookups map[string]*ast.LookupDef
	// Models are keyed by name. One of a built-in model's name replaces it.
	Models map[string]*Model
	// EventTypes are the search texts of event types, by name.
	EventTypes map[string]string
	// Commands are the names of the commands that the embedder runs itself.
	Commands map[string]bool
	// BareModels leaves the calculated fields of data models out: a field of
	// a dataset is the event's field of that name, and nothing else.
	BareModels bool

	datasets sync.Map // path as asked for -> *ast.Dataset
}

// Macro is a piece of search text with a name.
type Macro struct {
	Name       string
	Args       []string // names of the arguments, for which $name$ stands in Definition
	Definition string
	Eval       bool // Definition is an eval expression that yields the text
}

// macro returns the macro of that name and number of arguments.
func (c *Content) macro(name string, nargs int) (Macro, bool) { return Macro{}, false }

// lookup returns the lookup of that definition's or file's name.
func (c *Content) lookup(name string) (*ast.LookupDef, bool) { return nil, false }

// dataset returns a node of a data model: "Endpoint.Processes", "Web".
func (c *Content) dataset(path string) (*ast.Dataset, error) { return nil, nil }

// eventtype returns the search text of the event type of that name.
func (c *Content) eventtype(name string) (string, bool) { return "", false }

// Model is a data model.
type Model struct{}

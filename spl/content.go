package spl

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// Content is what searches refer to by name: macros, lookups, data models,
// event types, and the schedules of detections. What it does not define is
// taken from the built-in content, and what it does define comes before that.
// A nil *Content is the built-in content alone.
//
// The zero value is ready to be filled by hand; [LoadContent] reads one from
// files. Once it is handed to [Parse] it must not be changed, and may be used
// by several goroutines at once.
type Content struct {
	// Macros are keyed by name, and where they take arguments by name and
	// their number: "sysmon", "ctime(1)".
	Macros map[string]Macro
	// Lookups are keyed by the names of definitions and of files. One that
	// has neither Table nor Func matches nothing, and the queries that use
	// it say so in their notes.
	Lookups map[string]*ast.LookupDef
	// Models are keyed by name. One with a built-in model's name takes its
	// place.
	Models map[string]*Model
	// EventTypes are the search texts of event types, by name.
	EventTypes map[string]string
	// Tags are the tags of fields' values, by `field=value`, such as
	// `eventtype=web`.
	Tags map[string][]string
	// Schedules say when detections run, by their type: "TTP", "Hunting".
	Schedules map[string]ast.Schedule
	// Commands are the names of the commands that the embedder runs itself.
	Commands map[string]bool
	// Evaluate computes the text that the expression of an eval macro comes
	// to: engine.Evaluate does. Searches that use such a macro are refused
	// where it is nil.
	Evaluate func(x ast.Expr) (string, error)
	// BareModels leaves the calculated fields of data models out: a field of
	// a dataset is the event's field of that name, and nothing else. What
	// nodename tells remains.
	BareModels bool
}

// Macro is a piece of search text with a name.
type Macro struct {
	Name       string
	Args       []string // names of the arguments, for which $name$ stands in Definition
	Definition string
	Eval       bool // Definition is an eval expression that yields the text
}

// filterSuffix ends the names of the macros through which every detection of
// Splunk's content can be tuned. They come with the detection, one each, and
// let everything pass until somebody defines them.
const filterSuffix = "_filter"

// macro returns the macro of that name and number of arguments.
func (c *Content) macro(name string, nargs int) (Macro, bool) {
	if c != nil {
		if m, ok := findMacro(c.Macros, name, nargs); ok {
			return m, true
		}
	}
	if m, ok := findMacro(builtin().Macros, name, nargs); ok {
		return m, true
	}
	if nargs == 0 && strings.HasSuffix(name, filterSuffix) {
		return Macro{Name: name, Definition: "search *"}, true
	}
	return Macro{}, false
}

func findMacro(all map[string]Macro, name string, nargs int) (Macro, bool) {
	m, ok := all[macroKey(name, nargs)]
	if !ok {
		m, ok = all[name] // by hand, it is easily filed under its bare name
	}
	if !ok || len(m.Args) != nargs {
		return Macro{}, false
	}
	if m.Name == "" {
		m.Name = name
	}
	return m, true
}

// macroKey is the key of [Content.Macros].
func macroKey(name string, nargs int) string {
	if nargs == 0 {
		return name
	}
	return name + "(" + strconv.Itoa(nargs) + ")"
}

// macroNames are the keys of all macros, for suggestions.
func (c *Content) macroNames() []string {
	names := slices.Collect(maps.Keys(builtin().Macros))
	if c != nil {
		names = slices.AppendSeq(names, maps.Keys(c.Macros))
	}
	slices.Sort(names)
	return names
}

// baselinePrefix begins the names of the tables in which Splunk's detections
// keep what they have seen. The searches that fill them are not always
// shipped, and neither are the definitions: such a table begins empty.
const baselinePrefix = "previously_seen_"

// lookup returns the lookup of that definition's or file's name.
func (c *Content) lookup(name string) (*ast.LookupDef, bool) {
	if c != nil {
		if l, ok := c.Lookups[name]; ok && l != nil {
			return l, true
		}
	}
	if l, ok := builtin().Lookups[name]; ok {
		return l, true
	}
	if strings.HasPrefix(name, baselinePrefix) {
		return emptyLookup(name), true
	}
	return nil, false
}

// emptyLookup is a lookup that is known but has no content here.
func emptyLookup(name string) *ast.LookupDef {
	return &ast.LookupDef{Name: name, CaseSensitive: true, MaxMatches: defaultMaxMatches, Collection: name}
}

// lookupNames are the names of all lookups, for suggestions.
func (c *Content) lookupNames() []string {
	names := slices.Collect(maps.Keys(builtin().Lookups))
	if c != nil {
		names = slices.AppendSeq(names, maps.Keys(c.Lookups))
	}
	slices.Sort(names)
	return names
}

// dataset returns a node of a data model: "Endpoint.Processes", by its
// lineage or by the last name of it, and of a model's name alone all of its
// datasets together. The error's text names what is unknown.
func (c *Content) dataset(path string) (*ast.Dataset, error) {
	name, below, _ := strings.Cut(path, ".")
	m, err := c.model(name)
	if err != nil {
		return nil, err
	}
	return m.dataset(below, c != nil && c.BareModels)
}

func (c *Content) model(name string) (*Model, error) {
	if c != nil {
		if m := c.Models[name]; m != nil {
			return m, nil
		}
	}
	if m, ok, err := builtinModel(name); ok {
		return m, err
	}
	return nil, errorText("unknown data model %q%s", name, syntax.Suggest(name, c.modelNames()))
}

func (c *Content) modelNames() []string {
	names := builtinModelNames()
	if c != nil {
		names = slices.AppendSeq(names, maps.Keys(c.Models))
	}
	slices.Sort(names)
	return names
}

// eventtype returns the search text of the event type of that name.
func (c *Content) eventtype(name string) (string, bool) {
	if c != nil {
		if s, ok := c.EventTypes[name]; ok {
			return s, true
		}
	}
	s, ok := builtin().EventTypes[name]
	return s, ok
}

// eventtypeNames are the names of all event types, sorted.
func (c *Content) eventtypeNames() []string {
	names := slices.Collect(maps.Keys(builtin().EventTypes))
	if c != nil {
		names = slices.AppendSeq(names, maps.Keys(c.EventTypes))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// schedule returns when detections of a type run. Types that nothing defines
// run as the most frequent one does.
func (c *Content) schedule(kind string) ast.Schedule {
	if c != nil {
		if s, ok := c.Schedules[kind]; ok {
			return s
		}
	}
	if s, ok := builtin().Schedules[kind]; ok {
		return s
	}
	return c.schedule(defaultType)
}

// defaultType is the type of most detections, and always has a schedule.
const defaultType = "TTP"

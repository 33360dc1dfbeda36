package spl

import (
	"embed"
	"strings"
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"go.yaml.in/yaml/v4"
)

//go:embed data
var data embed.FS

// builtin is the content that is there without anybody's doing.
var builtin = sync.OnceValue(func() *Content {
	const name = "data/builtin.yaml"
	text, err := data.ReadFile(name)
	if err != nil {
		panic(err) // the file is part of the program
	}
	f, err := readYAML(name, text)
	if err != nil {
		panic(err)
	}
	c := f.builtin()
	if err := f.err(); err != nil {
		panic(err)
	}
	return c
})

func (f *yamlFile) builtin() *Content {
	c := &Content{
		Macros:     map[string]Macro{},
		Lookups:    map[string]*ast.LookupDef{},
		EventTypes: map[string]string{},
		Schedules:  map[string]ast.Schedule{},
	}
	for name, n := range pairs(entry(f.root, "macros")) {
		m := Macro{Name: name, Args: f.texts(n, "arguments"), Definition: f.text(n, "definition")}
		c.Macros[macroKey(name, len(m.Args))] = m
	}
	for _, model := range f.texts(f.root, "indexes") {
		name := "cim_" + model + "_indexes"
		c.Macros[name] = Macro{Name: name, Definition: "()"}
	}
	for _, name := range f.texts(f.root, "lookups") {
		c.Lookups[name] = emptyLookup(name)
	}
	c.Lookups[entropyName] = &ast.LookupDef{Name: entropyName, CaseSensitive: true, MaxMatches: 1, Func: entropyLookup}
	for name := range pairs(entry(f.root, "eventtypes")) {
		c.EventTypes[name] = f.text(entry(f.root, "eventtypes"), name)
	}
	for kind, n := range pairs(entry(f.root, "schedules")) {
		c.Schedules[kind] = f.schedule(n)
	}
	return c
}

// entropyName is the lookup of Splunk's URL Toolbox that is computed here.
const entropyName = "ut_shannon_lookup"

// pairs yields the keys and values of a mapping.
func pairs(n *yaml.Node) func(func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, resolve(n.Content[i+1])) {
				return
			}
		}
	}
}

// cronFields are the fields of a schedule: minute, hour, day, month, weekday.
const cronFields = 5

// schedule reads when a search runs, and what it reads.
func (f *yamlFile) schedule(n *yaml.Node) ast.Schedule {
	s := ast.Schedule{
		Cron: f.text(n, "cron_schedule"),
		Window: ast.TimeRange{
			Earliest: f.text(n, "earliest_time"),
			Latest:   f.text(n, "latest_time"),
		},
	}
	if len(strings.Fields(s.Cron)) != cronFields {
		f.errorf(n, "expected a cron_schedule of %d fields, found %q", cronFields, s.Cron)
	}
	return s
}

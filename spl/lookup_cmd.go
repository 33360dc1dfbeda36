package spl

import (
	"sync"

	lex "github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

var _ = register(
	command{names: []string{"lookup"}, parse: parseLookup},
	command{names: []string{"inputlookup"}, generates: sometimes, parse: parseInputLookup},
	command{names: []string{"outputlookup"}, parse: parseOutputLookup},
	command{names: []string{"inputcsv"}, generates: sometimes, parse: parseInputLookup},
	command{names: []string{"outputcsv"}, parse: parseOutputCSV},
	command{names: []string{"collect", "stash", "mcollect", "meventcollect"}, parse: parseCollect},
)

// lookupArgs are NAME key [as field] … [OUTPUT|OUTPUTNEW column [as field] …].
type lookupArgs struct {
	Options []string `parser:"Option* Comma*"`
	Table   table    `parser:"@@"`
	Keys    []naming `parser:"@@+"`
	New     bool     `parser:"(('output':Keyword | @'outputnew':Keyword) Comma*"`
	Outputs []naming `parser:"@@+)?"`
}

// table is the name of a lookup.
type table struct {
	Pos  lex.Position
	Name string `parser:"@(Word | Text) Option* Comma*"`
}

var lookupGrammar = sync.OnceValue(grammar[lookupArgs])

func parseLookup(s *stage) (ast.Stage, error) {
	args, err := parseArguments(s, lookupGrammar, "as", "output", "outputnew")
	if err != nil {
		return nil, err
	}
	l := &ast.Lookup{Off: s.Off, KeepOld: args.New, Keys: lookupPairs(args.Keys), Outputs: lookupPairs(args.Outputs)}
	l.Def, err = s.lookupAt(plain(args.Table.Name), args.Table.Pos.Offset)
	return l, err
}

func lookupPairs(list []naming) []ast.NamePair {
	var pairs []ast.NamePair
	for _, n := range list {
		p := ast.NamePair{Off: ast.Off(n.Pos.Offset), From: plain(n.At), To: plain(n.As)}
		if n.As == "" {
			p.To = p.From
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// lookup finds a lookup by a name that stands at an offset of the expanded
// text.
func (s *stage) lookup(name string, at int) (*ast.LookupDef, error) {
	return s.lookupAt(name, s.origin(at))
}

// lookupAt finds a lookup by a name that stands at an offset of the search as
// written. One that has no content here is noted.
func (s *stage) lookupAt(name string, at int) (*ast.LookupDef, error) {
	l, ok := s.content.lookup(name)
	if !ok {
		return nil, s.src.Errorf(at, "unknown lookup %q%s", short(name), syntax.Suggest(name, s.content.lookupNames()))
	}
	if l.Table == nil && l.Func == nil {
		s.note(at, "lookup %q has no content here and matches nothing", name)
	}
	return l, nil
}

// parseInputLookup parses inputlookup [append=b] [start=n] [max=n] NAME
// [WHERE terms].
func parseInputLookup(s *stage) (ast.Stage, error) {
	r := &ast.ReadTable{Off: s.Off}
	vars := map[string]any{"append": &r.Append, "start": &r.Start, "max": &r.Max, "strict": nil, "dispatch": nil, "events": nil}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	at := s.tok.from
	name, err := s.fieldName()
	if err != nil {
		return nil, s.expected("the name of a lookup")
	}
	if r.Lookup, err = s.lookup(name, at); err != nil {
		return nil, err
	}
	if err = s.settings(vars); err != nil {
		return nil, err
	}
	if s.accept("where") {
		if r.Where, err = s.search(); err != nil {
			return nil, err
		}
	}
	if s.rows() && !r.Append {
		return nil, s.fail("%s makes rows of its own: it must be the first command, or have append=true", s.name)
	}
	return r, nil
}

// parseOutputLookup parses outputlookup [options] NAME. A lookup that nothing
// defines begins to exist.
func parseOutputLookup(s *stage) (ast.Stage, error) {
	w := &ast.WriteTable{Off: s.Off}
	override := true
	var empty bool
	vars := map[string]any{
		"append": &w.Append, "key_field": &w.KeyName, "override_if_empty": &override, "create_empty": &empty,
		"createinapp": nil, "max": nil, "output_format": nil, "create_context": nil,
	}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	name, err := s.fieldName()
	if err != nil {
		return nil, s.expected("the name of a lookup")
	}
	w.Keep = !override
	w.Lookup = s.target(name)
	return w, s.settings(vars)
}

// target is the lookup that rows are written to.
func (s *stage) target(name string) *ast.LookupDef {
	if l, ok := s.content.lookup(name); ok {
		return l
	}
	return emptyLookup(name)
}

func parseOutputCSV(s *stage) (ast.Stage, error) {
	w := &ast.WriteTable{Off: s.Off}
	vars := map[string]any{
		"append": &w.Append, "create_empty": nil, "override_if_empty": nil, "dispatch": nil, "usexml": nil,
		"singlefile": nil,
	}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	name := "output.csv"
	if s.atName() {
		name, _ = s.fieldName()
	}
	w.Lookup = s.target(name)
	return w, s.settings(vars)
}

// parseCollect parses collect index=name […]: the rows are added to a table
// of the index's name. The dimensions that mcollect names change nothing there.
func parseCollect(s *stage) (ast.Stage, error) {
	w := &ast.WriteTable{Off: s.Off, Append: true}
	options := map[string]string{}
	index := "summary"
	err := s.options(func(o option) (bool, error) {
		switch o.name {
		case "index":
			index = o.text
		case "addtime", "file", "host", "marker", "output_format", "run_in_preview", "source", "sourcetype", "spool",
			"testmode", "uselb", "split", "prefix_field", "marker_field":
			options[o.name] = o.text
		default:
			return false, nil
		}
		return true, nil
	})
	if err == nil && s.name != "collect" && s.name != "stash" {
		s.fields()
	}
	w.Lookup = s.target(index)
	if len(options) > 0 {
		w.Options = options
	}
	return w, err
}

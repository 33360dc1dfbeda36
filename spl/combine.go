package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"append"}, parse: parseAppend},
	command{names: []string{"appendcols"}, parse: parseAppendCols},
	command{names: []string{"appendpipe"}, parse: parseAppendPipe},
	command{names: []string{"union"}, generates: sometimes, parse: parseUnion},
	command{names: []string{"multisearch"}, generates: always, parse: parseMultiSearch},
)

// maxAppended is how many rows of a search append and its kin take unless they
// are told: Splunk's default.
const maxAppended = 50_000

// appending parses [options] [search] ….
func (s *stage) appending(a *ast.Append, r role) (ast.Stage, error) {
	a.Off, a.Max = s.Off, maxAppended
	set := func(o option) (bool, error) {
		switch o.name {
		case "override":
			if a.Kind == ast.AppendColumns {
				var err error
				a.Override, err = s.bool(o)
				return true, err
			}
			return false, nil
		case "maxout":
			var err error
			a.Max, err = s.int(o)
			return true, err
		case "extendtimerange", "maxtime", "timeout", "run_in_preview":
			a.Options = with(a.Options, o.name, o.text)
			return true, nil
		}
		return false, nil
	}
	for {
		if err := s.options(set); err != nil {
			return nil, err
		}
		if s.tok.kind == end {
			break
		}
		q, err := s.member(a.Kind, r)
		if err != nil {
			return nil, err
		}
		if st := ast.Gathers(q.Stages); st != nil && a.Kind == ast.AppendMulti {
			return nil, s.src.Errorf(st.Pos(), "multisearch takes searches that go event by event, and this command needs all of them: use union or append")
		}
		a.Subs = append(a.Subs, q)
	}
	switch n := len(a.Subs); {
	case n == 0:
		return nil, s.expected("a search in brackets")
	case n > 1 && a.Kind != ast.AppendUnion && a.Kind != ast.AppendMulti:
		return nil, s.fail("%s takes one search, found %d", s.name, n)
	case n < 2 && a.Kind == ast.AppendMulti:
		return nil, s.fail("multisearch takes two searches or more, found %d", n)
	}
	return a, nil
}

// member parses one search; that of a union or a join may be datamodel:X, too.
func (s *stage) member(kind ast.AppendKind, r role) (*ast.Query, error) {
	if s.tok.kind == bracket || kind != ast.AppendUnion || !s.atName() {
		return s.sub(r)
	}
	at, t := s.here(), s.advance()
	source, path, _ := strings.Cut(unquoteArgument(t), ":")
	var st ast.Stage
	switch strings.ToLower(source) {
	case "datamodel":
		d, err := s.dataset(path, t.from)
		if err != nil {
			return nil, err
		}
		st = &ast.Events{Off: at, Dataset: d, Bare: true}
	case "lookup", "inputlookup":
		l, err := s.lookup(path, t.from)
		if err != nil {
			return nil, err
		}
		st = &ast.ReadTable{Off: at, Lookup: l}
	default:
		return nil, s.errorf(t.from, "expected a search in brackets or datamodel:name, found %q", short(t.text))
	}
	return &ast.Query{Language: ast.SPL, View: ast.ViewCIM, Source: s.src, Stages: []ast.Stage{st}}, nil
}

func parseAppend(s *stage) (ast.Stage, error) {
	return s.appending(&ast.Append{Kind: ast.AppendRows}, subsearch)
}

func parseAppendCols(s *stage) (ast.Stage, error) {
	return s.appending(&ast.Append{Kind: ast.AppendColumns}, subsearch)
}

func parseAppendPipe(s *stage) (ast.Stage, error) {
	return s.appending(&ast.Append{Kind: ast.AppendPipe}, template)
}

func parseUnion(s *stage) (ast.Stage, error) {
	return s.appending(&ast.Append{Kind: ast.AppendUnion}, subsearch)
}

func parseMultiSearch(s *stage) (ast.Stage, error) {
	return s.appending(&ast.Append{Kind: ast.AppendMulti}, subsearch)
}

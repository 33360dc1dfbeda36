package spl

import (
	"sync"

	lex "github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"fillnull"}, parse: parseFillNull},
	command{names: []string{"filldown"}, parse: parseFillDown},
	command{names: []string{"replace"}, parse: parseReplace},
)

func parseFillNull(s *stage) (ast.Stage, error) {
	f := &ast.Fill{Off: s.Off, Value: "0"}
	vars := map[string]any{"value": &f.Value}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	for s.atName() {
		f.Fields = append(f.Fields, s.nextName())
		if err := s.settings(vars); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func parseFillDown(s *stage) (ast.Stage, error) {
	return &ast.Fill{Off: s.Off, Down: true, Fields: s.fields()}, nil
}

// replaceArgs are pattern WITH text [, …] [IN fields].
type replaceArgs struct {
	Pairs []replacement `parser:"@@+"`
	In    *names        `parser:"('in':Keyword @@)?"`
}

type replacement struct {
	Pos  lex.Position
	From string `parser:"@(Word | Text)"`
	To   string `parser:"'with':Keyword @(Word | Text) Comma*"`
}

var replaceGrammar = sync.OnceValue(grammar[replaceArgs])

func parseReplace(s *stage) (ast.Stage, error) {
	if s.tok.kind == end {
		return nil, s.expected("a value to replace")
	}
	args, err := parseArguments(s, replaceGrammar, "with", "in")
	if err != nil {
		return nil, err
	}
	r := &ast.Replace{Off: s.Off}
	for _, p := range args.Pairs {
		r.Pairs = append(r.Pairs, ast.NamePair{Off: ast.Off(p.Pos.Offset), From: plain(p.From), To: plain(p.To)})
	}
	if args.In != nil {
		r.Fields = plainAll(args.In.List)
	}
	return r, nil
}

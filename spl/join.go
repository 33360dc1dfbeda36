package spl

import (
	"strings"
	"sync"

	lex "github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"join"}, parse: parseJoin})

// joinArgs are [options] [fields] [WHERE equations], with options anywhere, and
// behind them a search or a dataset such as inputlookup:name, which may look like
// the last of the fields.
type joinArgs struct {
	Items   []item     `parser:"@@*"`
	Where   []equation `parser:"('where':Keyword @@+)?"`
	Dataset string     `parser:"( @Word"`
	Sub     string     `parser:"| @Search )?"`
}

// equation is left.field=right.field, which lexes as an option.
type equation struct {
	Pos  lex.Position
	Text string `parser:"@Option ('and':Keyword | Comma)?"`
}

var joinGrammar = sync.OnceValue(grammar[joinArgs])

func parseJoin(s *stage) (ast.Stage, error) {
	args, err := parseArguments(s, joinGrammar, "where", "and")
	if err != nil {
		return nil, err
	}
	j := &ast.JoinRows{Off: s.Off, Max: 1, Overwrite: true, Earlier: true}
	if n := len(args.Items) - 1; args.Sub == "" && args.Dataset == "" && n >= 0 && strings.Contains(args.Items[n].Field, ":") {
		args.Dataset, args.Items = args.Items[n].Field, args.Items[:n]
	}
	if args.Sub == "" && args.Dataset == "" {
		return nil, s.expected("a search in brackets")
	}
	for _, it := range args.Items {
		switch {
		case it.Option != "":
			if err := s.joinOption(j, it.Option, it.Pos.Offset); err != nil {
				return nil, err
			}
		case it.Field != "":
			f := plain(it.Field)
			j.Fields = append(j.Fields, ast.NamePair{Off: ast.Off(it.Pos.Offset), From: f, To: f})
		}
	}
	for _, e := range args.Where {
		pair, ok := e.sides(side(j.Left, "left")+".", side(j.Right, "right")+".")
		if !ok {
			return nil, s.src.Errorf(e.Pos.Offset, "expected %s.field=%s.field, found %q", side(j.Left, "left"), side(j.Right, "right"), short(e.Text))
		}
		j.Fields = append(j.Fields, pair)
	}
	if len(args.Where) == 0 || j.Left == "" || j.Right == "" {
		j.Left, j.Right = "", "" // they are one without the other, or not asked for
	}
	// The grammar knows that the search is there, and last: read it again.
	s.seek(s.prev.from)
	j.Sub, err = s.member(ast.AppendUnion, subsearch)
	return j, err
}

func (s *stage) joinOption(j *ast.JoinRows, text string, at int) error {
	var kind string
	err := s.textOption(text, at, map[string]any{
		"type": &kind, "max": &j.Max, "overwrite": &j.Overwrite, "usetime": &j.UseTime, "earlier": &j.Earlier,
		"left": &j.Left, "right": &j.Right,
	})
	switch strings.ToLower(kind) {
	case "", "inner":
	case "left", "outer":
		j.Outer = true
	default:
		return s.src.Errorf(at, "expected inner, left or outer as the type of a join, found %q", short(kind))
	}
	return err
}

// sides tells the fields of an equation, whose sides may stand in either
// order.
func (e equation) sides(left, right string) (ast.NamePair, bool) {
	l, r, _ := strings.Cut(e.Text, "=")
	l, r = strings.TrimSpace(l), strings.TrimSpace(r)
	if strings.HasPrefix(l, right) {
		l, r = r, l
	}
	from, ok := strings.CutPrefix(l, left)
	to, also := strings.CutPrefix(r, right)
	return ast.NamePair{Off: ast.Off(e.Pos.Offset), From: from, To: to}, ok && also
}

// side is an alias of a join, or what it is called without.
func side(alias, other string) string {
	if alias == "" {
		return other
	}
	return alias
}

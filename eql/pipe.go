package eql

import (
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// defaultRows is how many rows Endgame's head and tail keep without a number.
const defaultRows = 50

var pipes = map[bool][]string{
	false: {"head", "tail"},
	true:  {"count", "filter", "head", "sort", "tail", "unique", "unique_count"},
}

// otherPipes are what other languages call them.
var otherPipes = map[string]string{"limit": "head", "take": "head", "top": "head", "first": "head", "last": "tail"}

// pipe makes the stage of a pipe.
func (d *dialect) pipe(p *pipe) (ast.Stage, error) {
	at := p.Pos.Offset
	if known := pipes[d == endgame]; !slices.Contains(known, p.Name) {
		if slices.Contains(pipes[true], p.Name) {
			return nil, d.refuse(at, "the pipe "+p.Name, endgame)
		}
		hint := syntax.Suggest(p.Name, known)
		if other := otherPipes[strings.ToLower(p.Name)]; other != "" {
			hint = `, did you mean "` + other + `"?`
		}
		return nil, syntax.Failf(at, "unknown pipe %s%s", p.Name, hint)
	}
	switch p.Name {
	case "head":
		n, err := d.rows(p)
		return &ast.Head{Off: ast.Off(at), N: n}, err
	case "tail":
		n, err := d.rows(p)
		return &ast.Tail{Off: ast.Off(at), N: n}, err
	case "filter":
		if len(p.Args) != 1 {
			return nil, syntax.Failf(at, "expected one condition behind filter, found %d", len(p.Args))
		}
		return &ast.Filter{Off: ast.Off(at), Cond: d.condition(p.Args[0])}, nil
	}
	if len(p.Args) == 0 && p.Name != "count" {
		return nil, syntax.Failf(at, "expected a field behind %s, found none", p.Name)
	}
	return groupPipe(p), nil
}

// groupPipe makes the stage of one of Endgame's pipes over fields. A missing
// field is a value like any other there, and so such events stay.
func groupPipe(p *pipe) ast.Stage {
	at := ast.Off(p.Pos.Offset)
	switch p.Name {
	case "sort":
		s := &ast.Sort{Off: at}
		for _, x := range p.Args {
			name, by := fieldOr(x)
			s.Keys = append(s.Keys, ast.SortKey{Off: ast.Off(x.Pos()), Field: name, By: by})
		}
		return s
	case "unique":
		return &ast.Dedup{Off: at, N: 1, Fields: p.Args, KeepEmpty: true}
	}
	a := &ast.Aggregate{Off: at, Kind: ast.AggStats, Source: p.Name,
		Aggs: []ast.Agg{{Off: at, Func: "count", As: "count", Text: "count"}}}
	for _, x := range p.Args {
		name, by := fieldOr(x)
		a.By = append(a.By, ast.Group{Off: ast.Off(x.Pos()), Field: name, By: by})
	}
	return a
}

// fieldOr returns the name of a plain field, or the expression.
func fieldOr(x ast.Expr) (string, ast.Expr) {
	if f, ok := x.(*ast.Field); ok && f.Of == "" && !f.Optional {
		return f.Name, nil
	}
	return "", x
}

// rows reads the number behind head and tail.
func (d *dialect) rows(p *pipe) (int, error) {
	if len(p.Args) == 0 && d == endgame {
		return defaultRows, nil
	}
	if len(p.Args) != 1 {
		return 0, syntax.Failf(p.Pos.Offset, "expected one number behind %s, found %d", p.Name, len(p.Args))
	}
	lit, ok := p.Args[0].(*ast.Literal)
	if ok {
		if n, ok := lit.Value.(int64); ok && n <= maxRows {
			return int(n), nil
		}
	}
	return 0, syntax.Failf(p.Args[0].Pos(), "expected an integer from 0 to %d behind %s", maxRows, p.Name)
}

// maxRows is the greatest number of head and tail: Elasticsearch's, which
// counts in 32 bits.
const maxRows = 1<<31 - 1

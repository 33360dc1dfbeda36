package ast_test

import (
	"testing"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/stretchr/testify/assert"
)

// What a program builds by hand is printed, too; what a parser makes is tested
// beside the parsers.
func TestFormat(t *testing.T) {
	cond := &ast.Compare{Op: ast.Ge, X: &ast.Field{Name: "a.where"}, Y: &ast.Literal{Value: 2.0}}
	for _, c := range []struct {
		query *ast.Query
		want  string
	}{
		{nil, ""},
		{&ast.Query{Language: ast.EQL}, ""},
		{&ast.Query{Language: ast.EQL, Stages: []ast.Stage{&ast.Events{}}}, "any where true"},
		{&ast.Query{Language: ast.EQL, Stages: []ast.Stage{&ast.Events{Category: "any", Where: cond}, &ast.Tail{N: 2}}},
			"\"any\" where `a.where` >= 2.0\n| tail 2"},
		{&ast.Query{Language: ast.EQL, Stages: []ast.Stage{&ast.Sequence{Maxspan: 1500 * time.Millisecond, Steps: []ast.Step{
			{Event: ast.Events{Category: "odd name"}}, {Missing: true, Runs: 2}}}}},
			"sequence with maxspan=1500ms\n  [\"odd name\" where true]\n  ![any where true] with runs=2"},
		{&ast.Query{Language: ast.Endgame, Stages: []ast.Stage{&ast.Events{Where: &ast.Not{X: &ast.Logic{Op: ast.Or,
			List: []ast.Expr{&ast.Field{Name: "a.0.b"}, &ast.Bool{}}}}}}},
			"any where not (a[0].b or false)"},
	} {
		assert.Equal(t, c.want, ast.Format(c.query))
	}
}

package ast_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spoor-lang/spoor/ast"
	"github.com/stretchr/testify/assert"
)

// names lists the types of what a walk visits.
func names(n ast.Node) string {
	var list []string
	for n := range ast.Preorder(n) {
		list = append(list, strings.TrimPrefix(fmt.Sprintf("%T", n), "*ast."))
	}
	return strings.Join(list, " ")
}

func TestWalk(t *testing.T) {
	f := &ast.Field{}
	l := &ast.Literal{}
	sub := &ast.Query{Stages: []ast.Stage{&ast.Make{}, &ast.Filter{Cond: f}}}
	for _, c := range []struct {
		node ast.Node
		want string
	}{
		{nil, ""},
		{f, "Field"},
		{&ast.Call{Args: []ast.Expr{f, l}}, "Call Field Literal"},
		{&ast.Compare{X: f, Y: l}, "Compare Field Literal"},
		{&ast.In{X: f, List: []ast.Expr{l, l}}, "In Field Literal Literal"},
		{&ast.Match{X: f, Others: []ast.Expr{l}}, "Match Field Literal"},
		{&ast.IsNull{X: f}, "IsNull Field"},
		{&ast.Logic{List: []ast.Expr{f, &ast.Not{X: l}, f}}, "Logic Field Not Literal Field"},
		{&ast.Arith{X: f, Y: &ast.Neg{X: l}}, "Arith Field Neg Literal"},
		{&ast.Any{X: f, Cond: l}, "Any Field Literal"},
		{&ast.Relation{Event: &ast.Events{Where: f}}, "Relation Events Field"},
		{&ast.Relation{}, "Relation"},
		{&ast.Subsearch{Query: sub}, "Subsearch Make Filter Field"},
		{&ast.Subsearch{}, "Subsearch"},
		{&ast.Subsearch{List: &ast.Match{X: f}}, "Subsearch Field"},
		{&ast.Events{}, "Events"},
		{&ast.ReadTable{Where: f}, "ReadTable Field"},
		{&ast.Sequence{Steps: []ast.Step{{Event: ast.Events{Where: f}, By: []ast.Expr{l}}, {}}, Until: &ast.Step{}},
			"Sequence Step Events Field Literal Step Events Step Events"},
		{&ast.Sample{Steps: make([]ast.Step, 1)}, "Sample Step Events"},
		{&ast.Combine{Steps: make([]ast.Step, 1)}, "Combine Step Events"},
		{&ast.Head{While: f}, "Head Field"},
		{&ast.Dedup{Fields: []ast.Expr{f}, Sort: []ast.SortKey{{By: l}}}, "Dedup Field SortKey Literal"},
		{&ast.Sort{Keys: []ast.SortKey{{}}}, "Sort SortKey"},
		{&ast.Assign{Set: []ast.Assignment{{Value: f}}}, "Assign Assignment Field"},
		{&ast.Rename{Pairs: make([]ast.NamePair, 2)}, "Rename NamePair NamePair"},
		{&ast.Convert{Items: make([]ast.ConvertItem, 1)}, "Convert ConvertItem"},
		{&ast.Replace{Pairs: make([]ast.NamePair, 1)}, "Replace NamePair"},
		{&ast.Lookup{Keys: make([]ast.NamePair, 1), Outputs: make([]ast.NamePair, 1)}, "Lookup NamePair NamePair"},
		{&ast.ForEach{}, "ForEach Late"},
		{&ast.FieldFormat{Set: ast.Assignment{Value: f}}, "FieldFormat Assignment Field"},
		{&ast.Aggregate{Aggs: []ast.Agg{{Arg: f}}, By: []ast.Group{{By: l}}, Window: &ast.Window{ResetAfter: f}, Split: &ast.SplitBy{}},
			"Aggregate Agg Field Group Literal Field Group"},
		{&ast.Transaction{StartsWith: f, EndsWith: l}, "Transaction Field Literal"},
		{&ast.JoinRows{Fields: make([]ast.NamePair, 1), Sub: sub}, "JoinRows NamePair Make Filter Field"},
		{&ast.Append{Subs: []*ast.Query{sub, nil, sub}}, "Append Make Filter Field Make Filter Field"},
		{&ast.Map{}, "Map Late"},
		{&ast.Return{Items: make([]ast.ReturnItem, 1)}, "Return ReturnItem"},
		{&ast.Reverse{}, "Reverse"},
	} {
		assert.Equal(t, c.want, names(c.node))
	}
}

// A walk goes no further where it is told not to, and ends where it is told to.
func TestWalkStops(t *testing.T) {
	tree := &ast.Logic{List: []ast.Expr{&ast.Not{X: &ast.Field{}}, &ast.Literal{}}}
	var seen []ast.Node
	ast.Walk(tree, func(n ast.Node) bool {
		seen = append(seen, n)
		_, not := n.(*ast.Not)
		return !not
	})
	assert.Equal(t, []ast.Node{tree, tree.List[0], tree.List[1]}, seen)

	n := 0
	for range ast.Preorder(tree) {
		if n++; n == 2 {
			break
		}
	}
	assert.Equal(t, 2, n)
}

func ExampleWalk() {
	cond := &ast.Logic{Op: ast.And, List: []ast.Expr{
		&ast.Compare{X: &ast.Field{Name: "user.name"}, Y: &ast.Literal{Value: "root"}},
		&ast.Not{X: &ast.Field{Name: "process.trusted"}},
	}}
	ast.Walk(cond, func(n ast.Node) bool {
		if f, ok := n.(*ast.Field); ok {
			fmt.Println(f.Name)
		}
		return true
	})
	// Output:
	// user.name
	// process.trusted
}

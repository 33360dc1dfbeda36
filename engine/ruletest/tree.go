package ruletest

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// treeText prints a query's tree, a node a line, with the fields that are not
// zero and without offsets.
func treeText(q *ast.Query) string {
	var b strings.Builder
	for _, st := range q.Stages {
		printNode(&b, reflect.ValueOf(st), 0)
	}
	return b.String()
}

// maxTreeDepth bounds the printing: no parser nests deeper.
const maxTreeDepth = 2000

var offType = reflect.TypeOf(ast.Off(0))

func printNode(b *strings.Builder, v reflect.Value, depth int) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || depth > maxTreeDepth {
		return
	}
	b.WriteString(strings.Repeat("  ", depth) + v.Type().Name())
	var inner []reflect.Value
	for i := range v.NumField() {
		f, x := v.Type().Field(i), v.Field(i)
		if f.Type == offType || !f.IsExported() || x.IsZero() || x.Kind() == reflect.Func {
			continue
		}
		if isNode(f.Type) {
			inner = append(inner, x)
			continue
		}
		if x.Kind() == reflect.Interface {
			x = x.Elem()
		}
		fmt.Fprintf(b, " %s=%#v", f.Name, x.Interface())
	}
	b.WriteByte('\n')
	for _, x := range inner {
		printInner(b, x, depth+1)
	}
}

func printInner(b *strings.Builder, x reflect.Value, depth int) {
	if x.Kind() != reflect.Slice {
		printNode(b, x, depth)
		return
	}
	for i := range x.Len() {
		printNode(b, x.Index(i), depth)
	}
}

var nodeType = reflect.TypeOf((*ast.Node)(nil)).Elem()

// isNode reports whether a field holds nodes, one or several.
func isNode(t reflect.Type) bool {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct {
		t = reflect.PointerTo(t)
	}
	return t.Implements(nodeType) || t == reflect.TypeOf((*ast.Query)(nil))
}

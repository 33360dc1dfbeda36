package mutation

import (
	"reflect"

	"github.com/spoor-lang/spoor/ast"
)

// What a tree refers to and does not own stays shared: its text, the content
// of lookups and data models.
var shared = map[reflect.Type]bool{
	reflect.TypeFor[*ast.Source]():    true,
	reflect.TypeFor[*ast.LookupDef](): true,
	reflect.TypeFor[*ast.Dataset]():   true,
}

// clone copies a query with everything below it.
func clone(q *ast.Query) *ast.Query {
	return copyOf(reflect.ValueOf(q)).Interface().(*ast.Query)
}

// copyOf copies what a tree is made of: structs, pointers, lists, maps. It
// recurses as deep as the parsers allow a query to be.
func copyOf(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || shared[v.Type()] {
			return v
		}
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(copyOf(v.Elem()))
		return p
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		x := reflect.New(v.Type()).Elem()
		x.Set(copyOf(v.Elem()))
		return x
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			list.Index(i).Set(copyOf(v.Index(i)))
		}
		return list
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		m := reflect.MakeMap(v.Type())
		for it := v.MapRange(); it.Next(); {
			m.SetMapIndex(it.Key(), copyOf(it.Value()))
		}
		return m
	case reflect.Struct:
		s := reflect.New(v.Type()).Elem()
		s.Set(v)
		for i := range v.NumField() {
			if f := s.Field(i); f.CanSet() {
				f.Set(copyOf(v.Field(i)))
			}
		}
		return s
	}
	return v
}

package engine

import (
	"encoding/binary"
	"hash"
	"hash/fnv"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// prints tell whether two rules are the same. They are the same in every
// process, and do not depend on where in a text something stands.
type prints struct {
	state uint64 // of all that decides which state the rule comes to
	rule  uint64 // of the rest
}

// prints returns the rule's, which are worked out when they are first needed.
func (c *compiled) prints(conf *config) prints {
	if c.print == (prints{}) {
		c.print = conf.printsOf(c.rule)
	}
	return c.print
}

func (c *config) printsOf(r *ast.Rule) prints {
	p := printer{Hash64: fnv.New64a(), datasets: map[*ast.Dataset]uint64{}}
	p.text(string(r.Query.Language))
	p.text(c.categoryOf(r.Query))
	p.value(reflect.ValueOf(r.Query.View))
	p.value(reflect.ValueOf(r.Query.Stages))
	p.value(reflect.ValueOf(r.Filters))
	p.value(reflect.ValueOf(r.OS))
	p.value(reflect.ValueOf(r.Indices))
	if r.Query.Language == ast.SPL {
		when := r.Schedule
		if c.override != nil {
			when = *c.override
		}
		p.value(reflect.ValueOf(when))
		p.value(reflect.ValueOf(c.continuous))
	}
	out := prints{state: p.Sum64()}
	rest := *r
	rest.Query, rest.Source, rest.Filters, rest.OS, rest.Indices = nil, nil, nil, nil, nil
	p.value(reflect.ValueOf(rest))
	out.rule = p.Sum64()
	return out
}

// printer hashes the content of a tree. Offsets, texts of queries, tables and
// functions are no part of it.
type printer struct {
	hash.Hash64
	datasets map[*ast.Dataset]uint64 // that were met: a query may name one often
}

var (
	offType    = reflect.TypeFor[ast.Off]()
	sourceType = reflect.TypeFor[*ast.Source]()
	notesType  = reflect.TypeFor[[]ast.Note]()
	tableType  = reflect.TypeFor[ast.Table]()
)

func (p printer) number(u uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], u)
	p.Write(b[:])
}

func (p printer) text(s string) {
	p.number(uint64(len(s)))
	p.Write([]byte(s))
}

func (p printer) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			p.number(1)
		} else {
			p.number(0)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.number(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.number(v.Uint())
	case reflect.Float32, reflect.Float64:
		p.number(math.Float64bits(v.Float()))
	case reflect.String:
		p.text(v.String())
	case reflect.Slice, reflect.Array:
		p.number(uint64(v.Len()))
		for i := range v.Len() {
			p.value(v.Index(i))
		}
	case reflect.Map:
		p.pairs(v)
	case reflect.Struct:
		p.fields(v)
	case reflect.Pointer, reflect.Interface:
		p.pointed(v)
	}
}

func (p printer) pairs(v reflect.Value) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	p.number(uint64(len(keys)))
	for _, k := range keys {
		p.text(k.String())
		p.value(v.MapIndex(k))
	}
}

func (p printer) fields(v reflect.Value) {
	t := v.Type()
	p.text(t.Name())
	for i := range v.NumField() {
		switch t.Field(i).Type {
		case offType, sourceType, notesType, tableType:
		default:
			p.value(v.Field(i))
		}
	}
}

func (p printer) pointed(v reflect.Value) {
	if v.IsNil() {
		p.number(0)
		return
	}
	p.number(1)
	if d, ok := reflect.TypeAssert[*ast.Dataset](v); ok && v.CanInterface() {
		p.dataset(d)
		return
	}
	if v.Kind() == reflect.Interface {
		p.text(v.Elem().Kind().String())
	}
	p.value(v.Elem())
}

// dataset hashes a data model's node once: it may bring a whole model.
func (p printer) dataset(d *ast.Dataset) {
	sum, ok := p.datasets[d]
	if !ok {
		p.datasets[d] = 0
		own := printer{fnv.New64a(), p.datasets}
		own.value(reflect.ValueOf(*d))
		sum = own.Sum64()
		p.datasets[d] = sum
	}
	p.number(sum)
}

package engine

import (
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
func (c *compiled) prints(conf *config, memo *memo) prints {
	if c.print == (prints{}) {
		c.print = conf.printsOf(c.rule, memo)
	}
	return c.print
}

func (c *config) printsOf(r *ast.Rule, memo *memo) prints {
	p := printer{sum: offset, memo: memo}
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
	out := prints{state: p.sum}
	rest := *r
	rest.Query, rest.Source, rest.Filters, rest.OS, rest.Indices = nil, nil, nil, nil, nil
	p.value(reflect.ValueOf(rest))
	out.rule = p.sum
	return out
}

// printer hashes the content of a tree. Offsets, texts of queries, tables and
// functions are no part of it.
type printer struct {
	sum  uint64
	memo *memo
}

// memo holds what hashing many rules meets again and again.
type memo struct {
	models map[*ast.Dataset]uint64 // one node may bring a whole model
	shapes map[reflect.Type]*shape
}

func newMemo() *memo {
	return &memo{models: map[*ast.Dataset]uint64{}, shapes: map[reflect.Type]*shape{}}
}

// shape is what counts of a struct.
type shape struct {
	name   string
	fields []int
}

func (m *memo) shape(t reflect.Type) *shape {
	s := m.shapes[t]
	if s != nil {
		return s
	}
	s = &shape{name: t.Name()}
	for i := range t.NumField() {
		switch t.Field(i).Type {
		case offType, sourceType, notesType, tableType:
		default:
			s.fields = append(s.fields, i)
		}
	}
	m.shapes[t] = s
	return s
}

var (
	offType     = reflect.TypeFor[ast.Off]()
	sourceType  = reflect.TypeFor[*ast.Source]()
	notesType   = reflect.TypeFor[[]ast.Note]()
	datasetType = reflect.TypeFor[*ast.Dataset]()
	tableType   = reflect.TypeFor[ast.Table]()
)

// The numbers of FNV-1a.
const (
	offset = 0xcbf29ce484222325
	prime  = 1<<40 + 0x1b3
)

// number takes a number in as FNV-1a does a byte, and folds the upper half
// into the lower one, which multiplication alone leaves without it.
func (p *printer) number(u uint64) {
	p.sum = (p.sum ^ u) * prime
	p.sum ^= p.sum >> 32
}

func (p *printer) text(s string) {
	p.number(uint64(len(s)))
	for ; len(s) >= 8; s = s[8:] {
		p.number(uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56)
	}
	for i := range len(s) {
		p.number(uint64(s[i]))
	}
}

func (p *printer) value(v reflect.Value) {
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

func (p *printer) pairs(v reflect.Value) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	p.number(uint64(len(keys)))
	for _, k := range keys {
		p.text(k.String())
		p.value(v.MapIndex(k))
	}
}

func (p *printer) fields(v reflect.Value) {
	s := p.memo.shape(v.Type())
	p.text(s.name)
	for _, i := range s.fields {
		p.value(v.Field(i))
	}
}

func (p *printer) pointed(v reflect.Value) {
	if v.IsNil() {
		p.number(0)
		return
	}
	p.number(1)
	if v.Type() == datasetType && v.CanInterface() {
		p.dataset(v.Interface().(*ast.Dataset))
		return
	}
	if v.Kind() == reflect.Interface {
		p.text(v.Elem().Kind().String())
	}
	p.value(v.Elem())
}

// dataset hashes a node of a data model once.
func (p *printer) dataset(d *ast.Dataset) {
	sum, ok := p.memo.models[d]
	if !ok {
		p.memo.models[d] = 0
		own := printer{sum: offset, memo: p.memo}
		own.value(reflect.ValueOf(*d))
		sum = own.sum
		p.memo.models[d] = sum
	}
	p.number(sum)
}

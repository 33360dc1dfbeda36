package eql

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2/unstable"
)

// plain reads a rule file that is written as nearly all are: each table behind a
// header of its own, each key once, and behind it a value of the type that is meant
// for it. It takes what go-toml's parser finds as it comes, and texts from where they
// stand; to decode the file and to outline it takes that parser two passes, and a
// copy of each text. What any other file means, and what is wrong with it, is for
// the decoder to say: then ok is false.
func plain(text string, data []byte) (f ruleFile, query scalar, ok bool) {
	p := tomlParsers.Get().(*unstable.Parser)
	defer tomlParsers.Put(p)
	p.Reset(data)
	defer p.Reset(nil)
	r := plainReaders.Get().(*plainReader)
	defer r.forget()
	r.text = text
	for p.NextExpression() {
		if !r.expression(p.Expression()) {
			return ruleFile{}, scalar{}, false
		}
	}
	return r.file, r.query, p.Error() == nil && r.file.Rule != nil
}

// unreadTables are those of which nothing is read.
type unreadTables struct {
	internal, transform struct{ _ byte }
	transforms          []struct{ _ byte }
}

// maxPlain bounds the tables of a plain file, and the keys of a table of it: those
// that stand twice are looked for one by one. Published rules have a third of that.
const maxPlain = 128

type plainReader struct {
	text  string
	file  ruleFile
	query scalar

	unread unreadTables
	tables []any            // pointers to those that have been begun
	table  reflect.Value    // the latest of them
	fields map[string][]int // its fields, by their keys
	keys   []string         // that it has so far
}

var plainReaders = sync.Pool{New: func() any { return new(plainReader) }}

// forget lets go of what was read, and gives the memory to others.
func (r *plainReader) forget() {
	clear(r.tables)
	clear(r.keys[:cap(r.keys)])
	*r = plainReader{tables: r.tables[:0], keys: r.keys[:0]}
	plainReaders.Put(r)
}

func (r *plainReader) expression(e *unstable.Node) bool {
	switch e.Kind {
	case unstable.Table:
		return r.header(r.name(e))
	case unstable.ArrayTable:
		return r.next(r.name(e))
	}
	return r.pair(e)
}

// name is the name of a table as it is written.
func (r *plainReader) name(header *unstable.Node) string {
	keys := header.Key()
	keys.Next()
	from := keys.Node().Raw.Offset
	for !keys.IsLast() {
		keys.Next()
	}
	last := keys.Node().Raw
	return r.text[from : last.Offset+last.Length]
}

// header begins a table.
func (r *plainReader) header(name string) bool {
	f := &r.file
	switch name {
	case "metadata":
		return r.fill(&f.Metadata)
	case "internal":
		return r.fill(&r.unread.internal)
	case "transform":
		ok := r.fill(&r.unread.transform)
		r.table = reflect.Value{} // for what it has are lists of tables
		return ok
	case "rule":
		if f.Rule != nil {
			return false
		}
		f.Rule = new(ruleTable)
		return r.fill(f.Rule)
	case "rule.investigation_fields":
		if f.Rule == nil || f.Rule.InvestigationFields != nil {
			return false
		}
		shown := new(shownTable)
		f.Rule.InvestigationFields = shown
		return r.fill(shown)
	}
	name, threats := r.threats(name)
	if name != "threat.tactic" || threats == nil || len(*threats) == 0 {
		return false
	}
	return r.fill(&last(*threats).Tactic)
}

// next begins the next of a list of tables.
func (r *plainReader) next(name string) bool {
	switch name {
	case "actions":
		return fillNext(r, &r.file.Actions)
	case "optional_actions":
		return fillNext(r, &r.file.OptionalActions)
	case "transform.investigate", "transform.osquery":
		return fillNext(r, &r.unread.transforms)
	}
	name, threats := r.threats(name)
	if threats == nil {
		return false
	}
	if name == "threat" {
		return fillNext(r, threats)
	}
	if len(*threats) == 0 {
		return false
	}
	techniques := &last(*threats).Technique
	switch {
	case name == "threat.technique":
		return fillNext(r, techniques)
	case name == "threat.technique.subtechnique" && len(*techniques) > 0:
		return fillNext(r, &last(*techniques).Subtechnique)
	}
	return false
}

// threats are the threats that a table's name begins with, those of the rule or
// those beside it, and the name without the rule.
func (r *plainReader) threats(name string) (string, *[]threatTable) {
	of, ok := strings.CutPrefix(name, "rule.")
	if !ok {
		return name, &r.file.Threat
	}
	if r.file.Rule == nil {
		return name, nil
	}
	return of, &r.file.Rule.Threat
}

func last[T any](list []T) *T { return &list[len(list)-1] }

func fillNext[T any](r *plainReader, list *[]T) bool {
	var table T
	*list = append(*list, table)
	return r.fill(last(*list))
}

// fill begins a table, which stands once: the pairs that follow are its own.
func (r *plainReader) fill(table any) bool {
	if len(r.tables) == maxPlain || slices.Contains(r.tables, table) {
		return false
	}
	r.tables = append(r.tables, table)
	r.table = reflect.ValueOf(table).Elem()
	r.fields = plainFields()[r.table.Type()]
	r.keys = r.keys[:0]
	return true
}

// plainFields are the fields of the tables of a rule file by their keys.
var plainFields = sync.OnceValue(func() map[reflect.Type]map[string][]int {
	all := map[reflect.Type]map[string][]int{}
	var add func(t reflect.Type)
	add = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || all[t] != nil {
			return
		}
		fields := map[string][]int{}
		all[t] = fields
		for _, f := range reflect.VisibleFields(t) {
			if key := f.Tag.Get("toml"); key != "" {
				fields[key] = f.Index
			}
			add(f.Type)
		}
	}
	add(reflect.TypeFor[ruleFile]())
	add(reflect.TypeFor[shownTable]())
	return all
})

// pair takes a key with its value.
func (r *plainReader) pair(e *unstable.Node) bool {
	key, ok := r.key(e, r.keys)
	if !ok || !r.table.IsValid() || len(r.fields) > 0 && key != strings.ToLower(key) {
		return false // the decoder takes no heed of case where it looks for a field
	}
	r.keys = append(r.keys, key)
	v, ofRule := e.Value(), r.table.Type() == reflect.TypeFor[ruleTable]()
	if ofRule && key == "query" && v.Kind == unstable.String {
		r.query = content(r.text, int(v.Raw.Offset))
	}
	if field, ok := r.fields[key]; ok {
		return r.set(r.table.FieldByIndex(field).Addr().Interface(), v)
	}
	return r.isPlain(v) && (!ofRule || slices.Contains(ruleKeys, key))
}

// key is the key of a pair, if it means nothing but itself, and is none of those
// before: neither quotes nor dots are part of a key.
func (r *plainReader) key(pair *unstable.Node, before []string) (string, bool) {
	keys := pair.Key()
	keys.Next()
	at := keys.Node().Raw
	key := r.text[at.Offset : at.Offset+at.Length]
	for i := range len(key) {
		if c := key[i]; !isLetter(c) && !isDigit(c) {
			return "", false
		}
	}
	return key, keys.IsLast() && len(before) < maxPlain && !slices.Contains(before, key)
}

// isPlain tells values in which each key stands once.
func (r *plainReader) isPlain(v *unstable.Node) bool {
	var keys []string
	for list := v.Children(); list.Next(); {
		e := list.Node()
		if v.Kind == unstable.InlineTable {
			key, ok := r.key(e, keys)
			if !ok {
				return false
			}
			keys, e = append(keys, key), e.Value()
		}
		if !r.isPlain(e) {
			return false
		}
	}
	return true
}

// set gives a field its value, if that is of the type it is meant to be.
func (r *plainReader) set(field any, v *unstable.Node) (ok bool) {
	switch field := field.(type) {
	case *string:
		*field, ok = r.string(v)
	case *[]string:
		*field, ok = r.strings(v)
	case *int:
		*field, ok = whole(v)
	case **int:
		*field = new(int)
		**field, ok = whole(v)
	case *bool:
		*field, ok = v.Kind == unstable.Bool && v.Data[0] == 't', v.Kind == unstable.Bool
	case *any:
		switch v.Kind {
		case unstable.String:
			*field, ok = r.string(v)
		case unstable.Array:
			*field, ok = r.strings(v)
		}
	}
	return ok
}

func (r *plainReader) string(v *unstable.Node) (string, bool) {
	if v.Kind != unstable.String {
		return "", false
	}
	from := content(r.text, int(v.Raw.Offset)).start
	if to := from + len(v.Data); to <= len(r.text) && r.text[from:to] == string(v.Data) {
		return r.text[from:to], true
	}
	return string(v.Data), true
}

func (r *plainReader) strings(v *unstable.Node) ([]string, bool) {
	if v.Kind != unstable.Array {
		return nil, false
	}
	n := 0
	for list := v.Children(); list.Next(); {
		n++
	}
	texts := make([]string, 0, n)
	for list := v.Children(); list.Next(); {
		s, ok := r.string(list.Node())
		if !ok {
			return nil, false
		}
		texts = append(texts, s)
	}
	return texts, true
}

// whole is a number that is written in the one way.
func whole(v *unstable.Node) (int, bool) {
	s := string(v.Data)
	n, err := strconv.Atoi(s)
	return n, v.Kind == unstable.Integer && err == nil && strconv.Itoa(n) == s
}

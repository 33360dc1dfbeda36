package eql

import (
	"fmt"

	"github.com/pelletier/go-toml/v2/unstable"
)

// placeOf returns where a key of the rule or of the file stands, and of a list
// of tables the one that it names, as in "filters[1]": 0 if there is none. It
// reads the file once more, which only errors are worth.
func placeOf(file, key string) int {
	at, _ := findPlace(file, key)
	return at
}

// findPlace is placeOf, and tells whether there is such a key.
func findPlace(file, key string) (at int, ok bool) {
	p := tomlParsers.Get().(*unstable.Parser)
	defer tomlParsers.Put(p)
	p.Reset([]byte(file))
	defer p.Reset(nil)
	s := placeFinder{key: key, tables: map[string]int{}}
	k := keyReader{file: file, visit: s.visit}
	for !s.found && p.NextExpression() {
		k.expression(p.Expression())
	}
	return s.at, s.found
}

type placeFinder struct {
	key    string
	tables map[string]int // by the key of their list: how many have passed
	at     int
	found  bool
}

// visit looks at a key; e is what stands there.
func (s *placeFinder) visit(n, e *unstable.Node) {
	name := string(n.Data)
	s.see(name, n)
	switch {
	case e.Kind == unstable.ArrayTable && n.Next() == nil:
		s.see(fmt.Sprintf("%s[%d]", name, s.tables[name]), n)
		s.tables[name]++
	case e.Kind == unstable.KeyValue && n.Next() == nil && e.Value().Kind == unstable.Array:
		i := 0
		for list := e.Value().Children(); list.Next(); i++ {
			s.see(fmt.Sprintf("%s[%d]", name, i), list.Node())
		}
	}
}

// see notes where a name stands, if it is the one looked for.
func (s *placeFinder) see(name string, n *unstable.Node) {
	if name == s.key && !s.found {
		s.at, s.found = int(n.Raw.Offset), true
	}
}

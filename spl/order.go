package spl

import (
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"dedup"}, parse: parseDedup},
	command{names: []string{"sort"}, parse: parseSort},
	command{names: []string{"head"}, parse: parseHead},
	command{names: []string{"tail"}, parse: parseTail},
	command{names: []string{"reverse"}, parse: parseReverse},
)

// parseDedup parses dedup [N] fields [options] [sortby keys].
func parseDedup(s *stage) (ast.Stage, error) {
	d := &ast.Dedup{Off: s.Off, N: 1}
	vars := map[string]any{
		"keepevents": &d.KeepEvents, "keepempty": &d.KeepEmpty, "consecutive": &d.Consecutive,
	}
	if n, ok := s.count(); ok {
		if d.N = n; n == 0 {
			return nil, s.errorf(s.prev.from, "expected a number above 0, found %q", s.prev.text)
		}
	} else if err := s.noNumber(); err != nil {
		return nil, err
	}
	for {
		if err := s.settings(vars); err != nil {
			return nil, err
		}
		if !s.atName() || s.tok.is("sortby") {
			break
		}
		d.Fields = append(d.Fields, &ast.Field{Off: s.here(), Name: s.nextName()})
	}
	if len(d.Fields) == 0 {
		return nil, s.expected("a field name")
	}
	if !s.accept("sortby") {
		return d, nil
	}
	var err error
	if d.Sort, err = s.sortKeys(); err == nil {
		err = s.settings(vars)
	}
	return d, err
}

// noNumber refuses a number where count has found none that it takes.
func (s *stage) noNumber() error {
	_, err := strconv.ParseFloat(s.tok.text, 64)
	if err == nil && strings.ContainsAny(s.tok.text, "0123456789") && s.tok.kind == word && !s.beforeEquals() {
		return s.errorf(s.tok.from, "expected a whole number above 0, found %q", s.tok.text)
	}
	return nil
}

// count takes a number without a sign, such as the number of rows that many
// commands begin with.
func (s *stage) count() (int, bool) {
	if s.tok.kind != word || s.beforeEquals() {
		return 0, false
	}
	n, err := strconv.Atoi(s.tok.text)
	if err != nil || n < 0 || !isDigit(s.tok.text[0]) {
		return 0, false
	}
	s.advance()
	return n, true
}

// maxSorted is how many rows sort keeps unless it is told: Splunk's default.
const maxSorted = 10000

// parseSort parses sort [N|limit=N] keys [desc].
func parseSort(s *stage) (ast.Stage, error) {
	st := &ast.Sort{Off: s.Off, N: maxSorted}
	if n, ok := s.count(); ok {
		st.N = n
	} else if err := s.settings(map[string]any{"limit": &st.N}); err != nil {
		return nil, err
	}
	var err error
	if st.Keys, err = s.sortKeys(); err != nil {
		return nil, err
	}
	if n := len(st.Keys) - 1; n > 0 {
		switch last := st.Keys[n]; {
		case last.Desc || last.As != "":
		case strings.EqualFold(last.Field, "desc"), strings.EqualFold(last.Field, "d"):
			st.Keys, st.Desc = st.Keys[:n], true
		case strings.EqualFold(last.Field, "asc"), strings.EqualFold(last.Field, "a"):
			st.Keys = st.Keys[:n]
		}
	}
	return st, nil
}

// sortTypes say in brackets how a field's values compare: num(bytes).
var sortTypes = []string{"auto", "str", "num", "ip"}

// sortKeys parses [+|-] field and [+|-] num(field) up to the end or an
// option.
func (s *stage) sortKeys() ([]ast.SortKey, error) {
	var keys []ast.SortKey
	for s.commas(); s.atName() && !(s.tok.kind == word && s.beforeEquals()); s.commas() {
		key := ast.SortKey{Off: s.here()}
		if c := s.tok.text[0]; s.tok.kind == word && (c == '-' || c == '+') {
			key.Desc = c == '-'
			s.seek(s.tok.from + 1)
			if !s.atName() {
				return nil, s.expected("a field name")
			}
		}
		switch as := strings.ToLower(s.tok.text); {
		case contains(sortTypes, as) && s.beforeBracket():
			key.As = as
			s.advance()
			s.advance()
			var err error
			if key.Field, err = s.fieldName(); err != nil {
				return nil, err
			}
			if err = s.expect(closing, `")"`); err != nil {
				return nil, err
			}
		default:
			key.Field = s.nextName()
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, s.expected("a field name")
	}
	return keys, nil
}

// defaultRows is how many rows head, tail and top show unless they are told.
const defaultRows = 10

// parseHead parses head [N|limit=N] [(condition)] [options].
func parseHead(s *stage) (ast.Stage, error) {
	h := &ast.Head{Off: s.Off}
	vars := map[string]any{"limit": &h.N, "null": &h.Null, "keeplast": &h.KeepLast}
	n, counted := s.count()
	if counted {
		h.N = n
	}
	known := func() bool { _, ok := vars[strings.ToLower(s.tok.text)]; return ok && s.beforeEquals() }
	for known() {
		if s.tok.is("limit") {
			if counted {
				return nil, s.errorf(s.tok.from, "head takes one number of rows")
			}
			counted = true
		}
		o, _, err := s.option()
		if err == nil {
			_, err = s.setting(o, vars)
		}
		if err != nil {
			return nil, err
		}
	}
	if s.tok.kind != end {
		first := s.tok
		var err error
		if h.While, err = s.eval(); err != nil {
			return nil, err
		}
		if _, isField := h.While.(*ast.Field); isField && first.kind != opening {
			return nil, s.errorf(first.from, "expected a number of rows or a condition, found %q", first.text)
		}
		s.in(argumentMode)
		return h, s.settings(vars)
	}
	if !counted {
		h.N = defaultRows
	}
	return h, nil
}

func parseTail(s *stage) (ast.Stage, error) {
	t := &ast.Tail{Off: s.Off, N: defaultRows, Reverse: true}
	if n, ok := s.count(); ok {
		t.N = n
	}
	return t, nil
}

func parseReverse(s *stage) (ast.Stage, error) { return &ast.Reverse{Off: s.Off}, nil }

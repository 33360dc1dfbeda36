package index

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/fn"
)

// call reads a function that is a condition.
func (r *reader) call(e *ast.Call) []clause {
	if c := r.search(e); c != nil {
		return c
	}
	return r.args(e)
}

// search reads the functions that look for texts.
func (r *reader) search(e *ast.Call) []clause {
	if len(e.Args) < 2 {
		return r.presence(e)
	}
	var texts []string
	for _, a := range e.Args[1:] {
		l, ok := a.(*ast.Literal)
		if !ok {
			return nil
		}
		t, ok := l.Value.(string)
		if !ok {
			return nil
		}
		texts = append(texts, t)
	}
	switch name := strings.ToLower(e.Name); e.Lib + " " + name {
	case "eql startswith":
		return r.any(e.Args[0], fixed(r.scratch[:0], texts[:1], true, false))
	case "eql endswith":
		return r.any(e.Args[0], fixed(r.scratch[:0], texts[:1], false, true))
	case "eql stringcontains":
		return r.any(e.Args[0], fixed(r.scratch[:0], texts[:1], false, false))
	case "eql wildcard":
		return r.any(e.Args[0], patterns(r.scratch[:0], texts, ast.Star, false))
	case "spl like":
		return r.any(e.Args[0], like(r.scratch[:0], texts[0]))
	case "spl match":
		return r.any(e.Args[0], patterns(r.scratch[:0], texts[:1], ast.RegexFind, false))
	case "spl in":
		return r.in(&ast.In{X: e.Args[0], List: e.Args[1:], Rule: ast.Loose})
	}
	return nil
}

// presence reads SPL's isnull and isnotnull.
func (r *reader) presence(e *ast.Call) []clause {
	if e.Lib != "spl" || len(e.Args) != 1 {
		return nil
	}
	switch strings.ToLower(e.Name) {
	case "isnotnull":
		return r.any(e.Args[0], append(r.scratch[:0], atom{kind: present}))
	}
	return nil
}

// args returns clauses for the arguments without which a function yields null:
// those whose values it is applied to, one by one.
func (r *reader) args(e *ast.Call) []clause {
	f, ok := fn.Lookup(e.Lib, e.Name)
	if !ok || f.Null || !f.Each {
		return nil
	}
	args := e.Args
	if e.Lib == fn.SPL { // applied to the values of the first alone
		args = args[:min(1, len(args))]
	}
	var all []clause
	for _, a := range args {
		all = append(all, r.there(a)...)
	}
	return all
}

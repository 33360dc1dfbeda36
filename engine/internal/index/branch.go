package index

import "github.com/spoor-lang/spoor/ast"

// maxBranches bounds the entries that one condition becomes. Rules that serve
// several sensors have a branch for each, up to about six.
const maxBranches = 8

// branches returns the clauses of a condition, or, if an `or` in it joins
// branches that ask for several things each, those of each branch: a branch of
// its own has its own category, and its own rarest constant.
func (r *reader) branches(e ast.Expr) [][]clause {
	operands := flat(nil, e, ast.And, 0)
	best, most := -1, 1
	for i, x := range operands {
		n := 0
		list := flat(nil, x, ast.Or, 0)
		for _, b := range list {
			if len(flat(nil, b, ast.And, 0)) > 1 {
				n++
			}
		}
		if n > most && len(list) <= maxBranches {
			best, most = i, n
		}
	}
	var common []clause
	for i, x := range operands {
		if i != best {
			common = append(common, r.needs(x, true)...)
		}
	}
	if best < 0 {
		return [][]clause{common}
	}
	var all [][]clause
	for _, b := range flat(nil, operands[best], ast.Or, 0) {
		all = append(all, append(r.needs(b, true), common...))
	}
	return all
}

// flat appends the operands of a junction, also those of such within it.
func flat(list []ast.Expr, e ast.Expr, op ast.Op, depth int) []ast.Expr {
	l, ok := e.(*ast.Logic)
	if !ok || l.Op != op || depth > maxNesting {
		return append(list, e)
	}
	for _, x := range l.List {
		list = flat(list, x, op, depth+1)
	}
	return list
}

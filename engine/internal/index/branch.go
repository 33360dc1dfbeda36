package index

import "github.com/spoor-lang/spoor/ast"

// maxBranches bounds the entries that one condition becomes. Rules that serve
// several sensors have a branch for each, up to about six.
const maxBranches = 8

// branches returns the clauses of a condition, or, if an `or` in it joins
// branches that ask for several things each, those of each branch: a branch of
// its own has its own category, and its own rarest constant.
func (r *reader) branches(e ast.Expr) [][]clause {
	operands := appendFlat(r.operands[:0], e, ast.And, 0)
	r.operands = operands
	best, most := -1, 1
	for i, x := range operands {
		if l, ok := x.(*ast.Logic); !ok || l.Op != ast.Or {
			continue
		}
		n := 0
		list := r.flatBehind(operands, x)
		for _, b := range list {
			if isMany(b, ast.And, 0) {
				n++
			}
		}
		if n > most && len(list) <= maxBranches {
			best, most = i, n
		}
	}
	common := r.room(len(operands))
	for i, x := range operands {
		if i != best {
			common = append(common, r.needs(x, true)...)
		}
	}
	if best < 0 {
		return [][]clause{common}
	}
	var all [][]clause
	for _, b := range r.flatBehind(operands, operands[best]) {
		all = append(all, append(r.needs(b, true), common...))
	}
	return all
}

// flatBehind returns the operands of a disjunction, also those of such within it, in
// the memory behind those of the condition.
func (r *reader) flatBehind(operands []ast.Expr, e ast.Expr) []ast.Expr {
	r.operands = appendFlat(operands, e, ast.Or, 0)
	return r.operands[len(operands):]
}

// appendFlat appends the operands of a junction, also those of such within it.
func appendFlat(list []ast.Expr, e ast.Expr, op ast.Op, depth int) []ast.Expr {
	l, ok := e.(*ast.Logic)
	if !ok || l.Op != op || depth > maxNesting {
		return append(list, e)
	}
	for _, x := range l.List {
		list = appendFlat(list, x, op, depth+1)
	}
	return list
}

// isMany reports whether a junction has more than one operand.
func isMany(e ast.Expr, op ast.Op, depth int) bool {
	l, ok := e.(*ast.Logic)
	if !ok || l.Op != op || depth > maxNesting {
		return false
	}
	return len(l.List) > 1 || len(l.List) == 1 && isMany(l.List[0], op, depth+1)
}

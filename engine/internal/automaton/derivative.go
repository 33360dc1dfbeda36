package automaton

// after returns the expression that matches what may follow the character r in
// the texts that x matches: Brzozowski's derivative.
func after(x *Expr, r rune) *Expr {
	switch x.op {
	case class:
		for i := 0; i < len(x.ranges) && x.ranges[i] <= r; i += 2 {
			if r <= x.ranges[i+1] {
				return Empty
			}
		}
		return Nothing
	case concat:
		if x == Empty {
			return Nothing
		}
		rest := Concat(after(x.subs[0], r), x.subs[1])
		if x.subs[0].empty {
			return Union(rest, after(x.subs[1], r))
		}
		return rest
	case union:
		return Union(afterEach(x.subs, r)...)
	case intersection:
		return Intersection(afterEach(x.subs, r)...)
	case complement:
		return Complement(after(x.subs[0], r))
	}
	if x == Everything {
		return x
	}
	return Concat(after(x.subs[0], r), Repeat(x.subs[0], max(x.least-1, 0), max(x.most-1, -1)))
}

func afterEach(list []*Expr, r rune) []*Expr {
	rest := make([]*Expr, len(list))
	for i, x := range list {
		rest[i] = after(x, r)
	}
	return rest
}

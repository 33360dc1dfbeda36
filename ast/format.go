package ast

// Format returns text in the query's language that parses to the same tree,
// offsets aside. Comments, layout and the spelling of literals are not kept;
// macros appear expanded. A nil query is the empty text.
func Format(q *Query) string {
	switch {
	case q == nil:
		return ""
	case q.Language == SPL:
		return formatSPL(q)
	}
	return formatEQL(q)
}

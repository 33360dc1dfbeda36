package ast

func formatSPL(q *Query) string {
	if q.Source == nil {
		return ""
	}
	return q.Source.Text
}

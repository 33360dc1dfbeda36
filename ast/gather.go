package ast

// Gathers returns the first stage that needs all rows before it can yield one,
// nil if there is none. Splunk calls the others streaming: they go row by row.
func Gathers(stages []Stage) Stage {
	for _, st := range stages {
		switch st := st.(type) {
		case *Aggregate:
			if st.Kind != AggStream {
				return st
			}
		case *Totals:
			if st.Col {
				return st
			}
		case *Sort, *Tail, *Reverse, *Transaction, *Reshape, *JoinRows, *Append, *Map, *FormatRows, *Return, *Outlier:
			return st
		}
	}
	return nil
}

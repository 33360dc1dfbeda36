// Package automaton runs regular expressions that hold complements and
// intersections, which Lucene's have and Go's engine lacks.
//
//	expr.go        expressions, kept in a form in which equal ones look alike
//	syntax.go      what Go's parser reads, as such expressions
//	derivative.go  what is left of an expression behind a character
//	automaton.go   the table of a machine whose states are what can be left
//
// The machine is made when a rule is compiled, and steps once for each character
// of a text. An expression whose machine would be too large is an error, as it is
// to Lucene.
package automaton

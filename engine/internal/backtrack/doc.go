// Package backtrack runs the regular expressions that Go's engine refuses:
// those that look around, refer back, have atomic groups and possessive
// repetitions, or repeat something more than a thousand times.
//
// Go's parser reads an expression in which such parts are marked as groups
// with names of their own, and its tree becomes closures that try one way
// after the other:
//
//	parse.go    what Go's syntax does not have, marked; the tree, compiled
//	match.go    the closures, and what one search holds
//	regexp.go   the methods of regexp.Regexp that callers use
//
// Backtracking may take exponential time. Each search is therefore bounded in
// steps, as PCRE's own are; a text for which the steps do not suffice does not
// match, and of a text with many matches the first are found. Rules that hold
// such an expression are told so. Expressions that Go's engine takes have no business here.
package backtrack

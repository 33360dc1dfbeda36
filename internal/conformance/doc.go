// Package conformance holds the tests that run the engine against sets of
// cases and rules from outside the project. It has no code of its own.
//
// The environment variable SPOOR_SHARED names the folder that holds them:
//
//	conformance/eql   queries, events, and the ids that must be found
//	conformance/spl   searches, events, and the rows that must come out
//	corpus            rule sets as their publishers ship them
//
// Without it the tests skip. Each prints one line of the form
// "eql-cases: 150/208", and the names of what failed.
package conformance

// Package sample makes events for the tests of a rule: events that make it
// fire ([Hit]), in each of its ways ([Leaves]), and events that all but do
// ([NearMisses]). Where there can be none, it proves so, and names the
// conditions that exclude one another.
//
// # The way
//
// A query's first stage becomes a scene: the fields of all its events are
// variables, and its conditions, its join keys and its related processes are
// goals, each a condition that has to come out true or false. A solver takes
// the goals apart down to single comparisons. Where there are alternatives it
// tries one after the other, those first that the values meet by then, and on
// failure goes back to the last choice that had to do with the fields that
// failed.
//
// A field's value is proposed and tried. Each goal offers some: the texts of a
// wildcard pattern or a regular expression, the numbers next to a bound, the
// addresses of a prefix, the argument that makes a function return what is
// asked for. Texts of several patterns are joined; a list has a value for each
// goal that no single one meets. What no offer fits is searched for in the
// product of the patterns' automata. Whether a value fits, the engine's own
// evaluator decides, and the engine itself has the last word on every sample.
//
// Fields that nothing asks for are left out. In a near miss a value that is
// nearly right is better than none. Where the events of a sequence turn out to
// meet its until, they are made anew, so that all but the last do not.
//
// # Proof
//
// Only what is proved is called unsatisfiable: a condition that contradicts
// itself, a value that is asked for where none may be, texts or numbers that
// lie within what others exclude, texts that are too long, and elements of an
// array of which the same is true. A field may have several values, so that
// two values that are asked for are no contradiction.
//
// # Bounds
//
// The work for one query is bounded; what is given up is reported as
// unsolved. Samples are the same each time.
package sample

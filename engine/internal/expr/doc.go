// Package expr compiles expressions to closures over numbered slots.
//
// [Scope.Cond] and [Scope.Eval] walk a tree once. They check what can be
// checked before any event, fold what holds no field, number the fields that
// are read, and choose a closure for each node by its shape. What an event
// costs afterwards is the closures' calls: they allocate nothing, save for
// texts and lists that a function makes.
//
//	cond.go      conditions, and values as conditions
//	logic.go     and, or, xor, not: three-valued, and no longer than needed
//	compare.go   comparisons, any value of a list with any other
//	order.go     how two values compare: by type, or as Splunk does
//	dates.go     dates and how precisely a text gives them
//	in.go        lists, hashed
//	match.go     patterns
//	leaf.go      a condition on one value
//	onmap.go     conditions that are asked of a map as it is, without a frame
//	mapvalue.go  the values that these are about
//	term.go      words of an event's text
//	array.go     searches of arrays
//	eval.go      values
//	names.go     fields, aliases, variables, data models
//	arith.go     computations
//	call.go      functions
//	special.go   forms that evaluate their arguments themselves
//	sigfig.go    computations as precise as their operands
//	lookup.go    rows of a table as JSON
//	weight.go    what conditions cost, and the order in which they are asked
//	shared.go    conditions that rules have in common: compiled and asked once
//	watch.go     what each part of an expression came to, for explanations
//
// Where the languages leave room, these readings are taken:
//
//   - Case folds by Unicode's simple folding, also in the ranges of regular
//     expressions.
//   - A leaf whose operands are all literals is folded with three values,
//     whatever its null rule says; so `1 < null` and its negation both hold
//     for nothing.
//   - An optional field (?name) is a field like any other where the schema
//     is open, and a null literal where it is closed and lacks the field.
//     Two optional fields that are both missing are equal.
//   - A number and a text compare as numbers if the text reads as one. They
//     differ otherwise, and have no order.
//   - A whole number that a decoder made a float of counts as an integer in
//     EQL's functions and computations.
//   - What Elasticsearch raises an error for while it runs (overflow, division
//     by zero, a text that is no number) is null. A text that is no address
//     lies in no network.
//   - A date given to the second, minute or day equals all of that second,
//     minute or day.
//   - In SPL, a computation over several values is null, and a comparison
//     with several values holds if one of them does; that is so for != too.
package expr

// Package ast is the tree that EQL and SPL share.
//
// A [Query] is a list of [Stage]s over rows, and the conditions and values in
// it are [Expr]s. What differs between the languages stands in the nodes, not
// in their evaluation: whether a comparison folds case, what a missing field
// makes of it, which wildcards a pattern knows. An evaluator therefore never
// asks which language a tree came from.
//
// Conditions are three-valued: true, false and null, with SQL's tables for
// and, or, not. A leaf whose Null field says [NullIsFalse] never yields null,
// and so a condition made of such leaves is two-valued: EQL and SPL's search
// command are, SPL's eval and where are not.
//
// The stages come by what they do: where rows come from (stage_source.go),
// sequences and samples (stage_sequence.go), fewer or other rows
// (stage_rows.go), the fields of a row (stage_fields.go), groups of rows
// (stage_groups.go), and several searches (stage_combine.go).
//
// A node holds the offset of its text. Lines and columns are worked out only
// for an [Error], from the [Source], which also knows how a query's text lies
// within its rule file.
package ast

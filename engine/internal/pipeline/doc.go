// Package pipeline runs searches over rows: SPL's pipelines.
//
// [Compile] turns the stages of a query into a [Program], one function for
// each, by a table to which every stage's file adds itself. What is wrong with
// a search is found there; a run can only fail where text becomes a search
// while it runs (map, a subsearch that returns search text).
//
// [Program.Run] takes the program over one window of time. The first stage
// asks the [Input] for candidates, keeps those that meet the search's terms,
// and makes a row of each, the newest first, with the columns that later
// stages read (needs.go) and no others. Every further stage takes a [Table]
// over and gives one back:
//
//	events -> source -> table -> stage -> table -> … -> table
//
// A search that comes down to figures over its events may also run by parts of
// its window ([Panes]), so that windows that overlap read each event once, and where
// the figures see an event but once, the parts take events as time brings them
// ([Program.Live]), and none is held.
//
// Expressions see a row through a field.Frame, whose slots a cursor binds to
// the table's columns once for each stage.
//
// # Choices
//
// Where Splunk's documentation is silent, this is what happens:
//
//   - Groups come in the order of their keys: numbers by size, before texts,
//     which go by their bytes. So do chart's columns; those for the others and
//     for none are last.
//   - sort puts rows without a value last, whichever way it goes.
//   - earliest and latest take, of rows of the same time, what arrived first
//     and last.
//   - Percentiles are exact, and weighted between their two neighbours; the median
//     is the higher of the two.
//   - An automatic span of tstats is a second where the window is an hour or
//     less, and else the least customary span that makes at most 300 buckets.
//   - A row that belongs to several groups of an eventstats takes the first
//     one's figures.
//   - A lookup without a match leaves the fields alone unless the definition
//     has a default.
//   - Transactions are gathered from the newest event to the oldest. With
//     startswith, only those that reach it are complete.
//   - anomalydetection's histogram of a number's values has as many bins as the
//     root of their count, and its fence is that of cutoff=false.
//   - The lists of contingency and fieldsummary have the most frequent values
//     first, those of the same count by name.
//   - selfjoin puts the rows that it joins into the first of them.
//   - The series of a timewrap of one column are named by the period alone.
//   - A search in eval whose text is no expression stands for null.
//   - A foreach runs its template over columns that have a value.
//
// # Limits
//
// Rows, groups, values and depth are bounded by constants beside their use, and
// what a table of few rows may grow to by those of room.go. What a bound drops is
// counted through [Env.Truncated].
package pipeline

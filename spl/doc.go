// Package spl reads Splunk's search language: searches, the content that they
// refer to by name, and the YAML files of detections.
//
// A search takes this way:
//
//	expand     comments go, macros are replaced by their text; a map leads back
//	           to where each piece was written
//	lex        a lexer of three modes, read on demand: terms of a search,
//	           expressions of eval, arguments of a command
//	pipeline   cut at the pipes outside quotes and brackets
//	command    each has a parser that registered itself, in a file of its kin;
//	           those with clauses are grammars, the others read options and lists
//	           off the lexer
//	terms,     NOT before OR before AND in a search; NOT before AND before OR
//	eval       before XOR in an expression
//	ast.Query  the stages that the engine runs
//
// To add a command, write a file that calls register in a variable declaration
// and hands over a parser from a stage's arguments to a stage of the tree.
//
// # Commands
//
//	search where eval fieldformat rename table fields convert
//	stats eventstats streamstats chart timechart top rare
//	tstats mstats from lookup inputlookup outputlookup outputcsv collect
//	rex regex spath fromjson xmlkv extract kv multikv
//	bin bucket discretize makemv mvexpand mvcombine nomv
//	fillnull filldown replace dedup sort head tail reverse
//	join append appendcols appendpipe union multisearch foreach map
//	transaction addtotals addcoltotals return format
//	xyseries untable transpose iplocation tags typer delta accum autoregress
//	rangemap outlier anomalydetection makeresults gentimes
//
// Commands that train or apply a model, act outside of the search, or read a
// server's own state are parsed to an [ast.Custom], as are the names in
// [Content.Commands]; the engine refuses those that the embedder did not
// register with it.
//
// # Readings
//
// Where Splunk's documentation leaves a choice:
//
//   - A macro that calls itself, or text of more than a megabyte out of macros,
//     is an error; so is an eval macro.
//   - earliest, latest and their kin bound the time in the first search and in
//     the WHERE of tstats; in a later search they test fields.
//   - tstats by _time without a span leaves the span to the engine.
//   - An event type that the content defines holds where its search does, and
//     where the event's own field eventtype names it.
//   - typer changes nothing, with a note; so does a lookup without content.
//   - f=[search …] puts the value of the subsearch in the place of the bracket.
//   - Whether a function of eval exists, and how many arguments it takes, is for
//     the engine to say.
package spl

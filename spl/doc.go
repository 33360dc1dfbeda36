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
//	read      search tstats from datamodel makeresults gentimes inputlookup
//	          inputcsv multisearch union set metasearch mstats mcatalog
//	          msearch mpreview eventcount metadata
//	filter    where regex dedup uniq head tail require
//	fields    eval fields table rename fillnull filldown replace convert
//	          fieldformat strcat setfields tags typer rangemap iplocation
//	          lookup addinfo reltime
//	extract   rex spath fromjson xmlkv xpath extract kv multikv tojson makejson
//	          xmlunescape
//	values    makemv mvexpand mvcombine nomv foreach
//	groups    stats eventstats streamstats chart timechart top rare
//	          transaction bin bucket discretize makecontinuous contingency
//	          counttable ctable fieldsummary concurrency
//	order     sort reverse rtorder
//	combine   join selfjoin append appendcols appendpipe map format return
//	write     outputlookup outputcsv collect stash mcollect meventcollect
//	shape     xyseries maketable untable transpose timewrap addtotals addcoltotals delta
//	          accum autoregress trendline outlier anomalydetection gauge
//	pass      highlight iconify localop redistribute noop
//
// Commands that train or apply a model, act outside of the search, or read a
// server's own state are parsed to an [ast.Custom], as are the names in
// [Content.Commands]; the engine refuses those that the embedder did not
// register with it.
//
// # Functions of eval
//
// Names are without case. Unless its row says otherwise, a function of null is
// null.
//
//	choice       if case validate coalesce nullif null true false
//	tests        isnull isnotnull in match like cidrmatch searchmatch isnum
//	             isint isdouble isstr isbool ismv isarray isobject json_valid
//	types        typeof tonumber tostring toint todouble tobool toarray
//	             toobject tojson tomv
//	text         len length lower upper substr trim ltrim rtrim replace split
//	             printf urldecode ipmask md5 sha1 sha256 sha512
//	numbers      abs ceil ceiling floor round sigfig exact sqrt pow exp ln log
//	             pi max min sum avg random
//	angles       sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh
//	             atanh hypot
//	bits         bit_and bit_or bit_xor bit_not bit_shift_left bit_shift_right
//	times        now time relative_time strftime strptime
//	multivalues  mvappend mvcount mvdedup mvfilter mvfind mvindex mvjoin mvmap
//	             mvrange mvreverse mvsort mvzip commands
//	JSON         json json_object json_array json_extract json_extract_exact
//	             json_keys json_entries json_has_key_exact json_set
//	             json_set_exact json_append json_extend json_delete
//	             json_array_to_mv mv_to_json_array object_to_array spath
//	tables       lookup
//
// # Functions of stats
//
//	counts       count c dc distinct_count estdc estdc_error
//	sums         sum sumsq avg mean
//	spread       range var varp stdev stdevp
//	rank         min max median mode perc p percentile exactperc upperperc
//	values       values list first last sparkline
//	times        earliest latest earliest_time latest_time rate
//	             per_second per_minute per_hour per_day
//
// # Readings
//
// Where Splunk's documentation leaves a choice:
//
//   - A macro that calls itself, or text of more than a megabyte out of macros,
//     is an error. An eval macro is evaluated when the search is parsed, and
//     its text is taken as it is.
//   - earliest, latest and their kin bound the time in the first search and in
//     the WHERE of tstats; in a later search they test fields. Among the
//     alternatives of an OR, each bounds its own. Bounds of the time of
//     indexing look at the field _indextime, and without it at the event's own
//     time.
//   - A bare name::value tests the field, unless the whole is an address.
//   - The lists of an event's JSON stay whole; a{}.b names what lies in them,
//     also where a rename or a pattern has changed what is above. spath finds
//     the paths of _raw among the fields of an event that has no _raw.
//   - date_hour and its kin are parts of the event's time in the engine's zone,
//     where an event has no such fields of its own.
//   - tstats by _time without a span leaves the span to the engine.
//   - An event type that the content defines holds where its search does, and
//     where the event's own field eventtype names it.
//   - typer tries the event types of the content, and tags knows its tags;
//     without any, tags changes nothing, with a note. So does a lookup without
//     content.
//   - f=[search …] puts the value of the subsearch in the place of the bracket.
//   - Whether a function of eval exists, and how many arguments it takes, is for
//     the engine to say.
package spl

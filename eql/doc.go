// Package eql reads Elastic's event query language and the rule files that
// hold it, and makes the tree of package ast.
//
// The way of a query, file by file:
//
//	lex.go, text.go   text -> tokens: comments, strings, keywords, the bound on brackets
//	macro.go          Endgame: definitions are put in their places
//	short.go          events and sequences, before the grammar: what is right takes a fifth of the time so
//	grammar.go        tokens -> the shape of a statement: sequence, items, pipes
//	climb.go          an expression, by precedence
//	predicate.go      in, : and like, and what stands right of them
//	primary.go        what needs no operator: constants, fields, calls
//	lower.go          what a condition's leaves mean in the dialect
//	sequence.go       items -> steps, and what must hold between them
//	pipe.go           pipes -> stages
//	explain.go        what is wrong, in more words than the grammar has
//
// and of a rule file: load.go finds it, rule.go and toml.go read it and lay the
// query over the file, so that errors name the file's lines, rule_key.go tells
// of keys that have no effect, and filter.go and exception.go make conditions of
// the clauses beside the query.
//
// # Dialects
//
// Three languages bear the name. [Parse] reads Elasticsearch's unless told
// otherwise; [Endpoint] and [Endgame] are options. What another dialect has is
// refused with its name.
//
//	construct                                      Elasticsearch  Endpoint     Endgame
//	category where …, any where …                  yes            yes          yes
//	"category" where …                             yes            yes          -
//	and or not, == != < <= > >=, + - * / %         yes            yes          yes
//	= for ==                                       -              -            yes
//	in, not in                                     yes            yes          yes
//	: like like~ regex regex~ in~, name~(…)        yes            yes          -
//	x == y, both fields                            yes            yes          yes
//	?field, `quoted field`                         yes            yes          yes
//	"text" and its escapes                         yes            yes          yes
//	"""raw text"""                                 yes            yes          -
//	null, true, false, 1, 1.5, .5, 1e3             yes            yes          yes
//	// and /* */ comments                          yes            yes          yes
//	'text', ?"raw text"                            -              -            yes
//	sequence, by, maxspan, until, with runs        yes            yes          yes
//	![…], sample                                   yes            yes          yes
//	… as name, name.field in later items           -              yes          -
//	_arraysearch(array, $x, …), $x.field           -              yes          -
//	descendant of […]                              -              yes          yes
//	child of […], event of […]                     -              -            yes
//	join                                           yes, parsed    yes          yes
//	fork                                           -              -            yes
//	array[0]                                       -              -            yes
//	function(value, …)                             yes            yes          yes
//	value:function(…)                              -              -            yes
//	arraySearch, wildcard, match, safe, …          yes, parsed    yes, parsed  yes
//	macro, const                                   -              -            yes
//	| head n, | tail n                             yes            yes          yes
//	| filter, sort, unique, unique_count, count    -              -            yes
//
// "Parsed" is what the language has in its grammar only: it parses, and is
// refused when it is compiled, with a word on what to write instead. Types,
// unknown functions and their arguments are no matter of syntax, either.
//
// # Functions
//
//	text     between concat endsWith indexOf length startsWith string
//	         stringContains substring
//	numbers  add subtract multiply divide modulo number
//	address  cidrMatch
//	Endgame  arrayContains arrayCount arraySearch match matchLite safe wildcard
//
// between, endsWith, indexOf, startsWith and stringContains ignore case with ~
// behind their name, where the dialect has it.
//
// # Choices
//
// Where the languages' documentation leaves a question open:
//
//   - Block comments nest where they are closed, as Elasticsearch's lexer takes
//     them; Endgame's do not.
//   - A comparison with a missing field is false, and its negation true, in
//     Elasticsearch's and in Endpoint's language; in Endgame's both are null.
//   - stringContains and endsWith of a field and a literal read the literal as
//     a wildcard pattern in Elasticsearch's language, where a backslash takes
//     the meaning from the character behind it. It does so itself, by making a
//     wildcard query of them.
//   - A condition that is compared with true or false decides as it does alone, or
//     behind not: startsWith(x, "a") == false holds where x is missing. What is
//     computed of a field's several values is null if it is for one of them, and
//     what equals something that is always null is what is missing. An operand that
//     is null whatever the event is falls out of or, and makes and null.
//   - In Endgame's language, == with a literal text ignores case and takes * as
//     a wildcard; in is without case; between two fields == is exact.
//   - Endgame's functions over texts ignore case, its length counts an array's
//     elements, its between is null where it finds nothing, and the quotient of
//     two integers is rounded down there, as Python does it.
//   - Regular expressions are Lucene's: they match the whole value, quantifiers
//     add up where others make them lazy (a+? also matches nothing), <1-100> is
//     an interval of numbers, ~ the complement of what follows it and & an
//     intersection.
//   - An integer beyond 64 bits is a float.
//   - Two fields may be compared, which Elasticsearch itself refuses.
//   - An alias names the event to every later step and to until; as is a
//     keyword nowhere else.
//   - Endgame's join keys ignore case, a missing one joins with a missing one, and a
//     list is one key; its until comes before the steps, so that an event which is
//     both ends a series and does not complete it.
//   - Endgame's head and tail keep 50 rows if they do not say how many. Its pipes
//     read the figures of an earlier count or unique_count by their names, and
//     a sequence's events as events[1].name. Over a stream, only head and filter
//     mean something: tail is left out with a note, the others are refused.
//   - In Endgame's language, subtype.create holds where there is such a field
//     and it is true, or where subtype is the text "create".
//   - Endgame's processes are told apart by unique_pid and unique_ppid, and those
//     of the others by process.entity_id and process.parent.entity_id.
package eql

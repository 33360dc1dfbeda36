// Package ruletest runs rule tests that read as timelines, on the engine that
// runs the rules in production.
//
//	# Office starts a shell that calls out within a minute.
//	rule office eql
//		sequence by host.id with maxspan=1m
//		  [process where process.parent.name : ("winword.exe", "excel.exe")]
//		  [network where destination.port == 443]
//
//	0s   process host.id=a process.parent.name=WINWORD.EXE
//	30s  network host.id=b destination.port=443
//	59s  network host.id=a destination.port=443              => office 1 3
//	---
//	# The message points at the missing operand.
//	rule bad eql
//		process where x ==       ### expected a value
//
// A file holds cases, parted by lines of `---`. A case is named by its first
// comment; comments begin with # in the first column. Its lines are:
//
//	rule NAME LANGUAGE    a rule, its text in the indented lines below. The
//	                      language is eql, eql-endpoint, eql-endgame or spl.
//	load PATH [NAME]      a rule file, beside the test file; NAME defaults to
//	                      the file's name without its ending
//	engine OPTION …       lateness=10s, continuous, tiebreaker=FIELD,
//	                      category=FIELD, schedule="CRON EARLIEST LATEST"
//	content PATH          for SPL; a folder of macros, lookups and data models
//	                      beside the test file, as [spl.LoadContent] reads it
//	macro NAME DEFINITION for SPL; NAME(a,b) takes arguments
//	lookup NAME           for SPL; the indented lines below are CSV
//	TIME [CATEGORY] FIELD=VALUE …
//	                      an event: TIME counts from the start of the case
//	                      (0s, 1m30.5s, 2d) or is a date
//	TIME                  moves the clock there without an event; `end` ends
//	                      the stream
//	tree NAME             the rule's tree, in the indented lines below
//
// A value is a bare word, a "quoted" text with Go's escapes, or JSON; a
// repeated field makes a list; {…} gives fields as a JSON object. Numbers and
// true, false, null mean what they mean in JSON.
//
// What is expected stands on the line that releases it. `=> RULE 1 3` is an
// alert of the rule with the first and the third event of the case, with - for
// a missing event; `=> RULE {…}` is an alert with that row. A line without =>
// must raise no alert. In a rule's text, `### TEXT` says that this line must be
// refused with a message that contains TEXT.
//
// [Test] runs files under `go test`; [Parse] and [Case.Run] serve whoever
// reports otherwise. [Rewrite] writes the rows and trees of a file anew.
//
// [Reviews] tests the tests: it changes each rule in one place after the other
// (see package mutation), and tells which changes no case notices.
//
// [spl.LoadContent]: https://pkg.go.dev/github.com/spoor-lang/spoor/spl#LoadContent
package ruletest

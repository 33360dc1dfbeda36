package eql_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/eql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// accepted are queries that parse, by dialect. They also seed the fuzzer, and
// each must survive being printed.
var accepted = []struct {
	dialect ast.Language
	text    string
}{
	{ast.EQL, `process where true`},
	{ast.EQL, `any where not false`},
	{ast.EQL, `"my category" where x == 1`},
	{ast.EQL, `"any" where x == 1`},
	{ast.EQL, `"""raw \ category""" where x == 1`},
	{ast.EQL, `process where user.active and ?host.os.full == "x"`},
	{ast.EQL, "file where `file.odd-name` != null and a.`0`.b == `tick``ed`"},
	{ast.EQL, "event where event . `sequence` == 1 // blanks in a path"},
	{ast.EQL, `process where @timestamp > "2026-01-01"`},
	{ast.EQL, `process where a.b in ("x", y, 3, null, true) or c not in~ ("z")`},
	{ast.EQL, `process where not (a or b) and not not c and not not not d`},
	{ast.EQL, `process where a or b and c or (d or e) and (f and (g and h))`},
	{ast.EQL, `process where -a * (b + c) % 3 - -2 >= +1.5e3 / .5`},
	{ast.EQL, `process where - - -a == -(-b)`},
	{ast.EQL, `process where true == (name in ("a", "b"))`},
	{ast.EQL, `process where (a == 1) == (b != 2) and (not c) == (d and e)`},
	{ast.EQL, `process where f(g(x), "y", a and b, -1)`},
	{ast.EQL, `process where endsWith~(a, ".exe") or length(concat(a, "-", b)) > 3`},
	{ast.EQL, `process where stringContains(a, "x*y?") and endsWith(a, "\\*z*") and stringContains(a, "\\*")`},
	{ast.EQL, `process where stringContains(a, "back\\\\slash*") and endsWith~(a, "\\")`},
	{ast.EQL, `process where stringContains(concat(a, b), "*") and stringContains("*", a)`},
	{ast.EQL, `process where not stringContains(a, "\\*") and stringContains(a, "\\*") == true and f(endsWith(a, "\\?"))`},
	{ast.EQL, `process where stringContains(a, "\\*") != endsWith(b, "*")`},
	{ast.EQL, `process where a : ("x*", "?y") and b : "z" and c like~ ("u") and d like "v"`},
	{ast.EQL, `process where a regex "[a-z]+\\d" or b regex~ ("""\".*""", """x"y"""")`},
	{ast.EQL, `process where pid : 4 or pid : ("a", 4, null)`},
	{ast.EQL, `process where null == null or null != a or f(x) == null or null < 1`},
	{ast.EQL, `process where x == "tab\t quote\" back\\ \u{1F600} \'single\'"`},
	{ast.EQL, `process where x == 12345678901234567890123 and y == 1. and z == 1.e-3`},
	{ast.EQL, "process /* one \" quote */ where // a line\n  x == 1"},
	{ast.EQL, "process /* a /* within */ another */ where // to a carriage return\rx == 1"},
	{ast.EQL, `process where /* see /etc/* */ x == 1`},
	{ast.Endgame, `process where /* a /* b */ x == 1`},
	{ast.EQL, `process where x in("glued")`},
	{ast.EQL, `process where "literal" == x and 1 < y`},
	{ast.EQL, `process where true | head 5 | tail 3`},
	{ast.EQL, `sequence [a where true] [b where true]`},
	{ast.EQL, "sequence by host.id, ?user.id with maxspan=90s\n[a where x] by p\n![b where true] by q\n[c where true] by r with runs=3\nuntil [d where true] by s\n| tail 1"},
	{ast.EQL, `sequence with maxspan=1500ms [any where x] with runs=5`},
	{ast.EQL, `sample by host.id [a where true] by x [b where true] by y`},
	{ast.EQL, `join by pid [a where true] [b where true] until [c where true]`},
	{ast.EQL, `fork where runs == head and as == 1`},

	{ast.Endpoint, `any where like like "x" and regex regex~ "y" and any == 1 and maxspan > 2`},
	{ast.Endpoint, `network where source.as.number == 1`},
	{ast.Endpoint, `sequence by host.id with maxspan=1m
		[process where true] by process.entity_id as parent
		[library where dll.path == parent.process.name and not user.id == parent.user.id] by process.entity_id as event1
		[any where concat(event1.dll.name, "!x") == parent.y and later.x == 1] by process.entity_id
		until [process where parent.a == 1] by process.entity_id`},
	{ast.Endpoint, `api where _arraysearch(stack, $entry, $entry.name : "x*" and startswith~($entry.path, outer.field))`},
	{ast.Endpoint, `api where not _arraysearch(a, $x, $x == 1 or _arraysearch($x.b, $y, $y.c == $x.d))`},
	{ast.Endpoint, `process where descendant of [process where name == "a"] and not descendant of [any where true]`},
	{ast.Endpoint, `process where stringcontains~(a, "*")`},

	{ast.Endgame, `process where name == "net*" and user != 'x' and 3 = pid`},
	{ast.Endgame, `process where a[0].b == ?"raw\" \d" and c[1] == ?'it\'s' and a.b[10][2].c == 1`},
	{ast.Endgame, `process where child of [process where event of [network where true]] or descendant of [file where x == 1]`},
	{ast.Endgame, `process where name:length() > 3 and name:concat("x", 1):length() == 2 and a + b in (1, 2,)`},
	{ast.Endgame, `process where arraySearch(list, x, x.a == 1 and x == "y" and z == 2)`},
	{ast.Endgame, `file where true | filter a == "b*" | sort a, length(b) c | unique a b | count | head | tail 3`},
	{ast.Endgame, `file where like == "x" | unique_count a, b | count a, length(b)`},
	{ast.Endgame, `like where true`},
	{ast.Endgame, `sequence with maxspan=1h by user [a where true] fork=true [b where true] fork [c where true] fork=false`},
	{ast.Endgame, `join [a where true] by x [b where true] by y until [c where true] by z`},
	{ast.Endgame, `const limit == 5 macro near(a, b) a > b - limit and a < b + limit
		process where near(length(x), y) and not near(y, 1)`},
	{ast.Endgame, `macro inner() x == 1 macro outer(y) inner() or y process where outer(z == "inner") and a.inner == 2`},
}

func TestParse(t *testing.T) {
	for _, c := range accepted {
		q, err := eql.Parse("q", c.text, options(c.dialect)...)
		if assert.NoError(t, err, c.text) {
			assert.Equal(t, c.dialect, q.Language)
			assert.Equal(t, ast.ViewECS, q.View)
			roundTrip(t, q)
		}
	}
}

// refused are queries with what is wrong with them, and where.
var refused = []struct {
	dialect   ast.Language
	text, err string
}{
	{ast.EQL, ``, `1:1: expected an event category, any, sequence, sample or join, found the end`},
	{ast.EQL, `process`, `1:8: expected "where", found the end`},
	{ast.EQL, `process where`, `1:14: expected an expression, found the end`},
	{ast.EQL, `process.name == 1`, `1:8: expected "where", found ".": a query begins with the category of its events, as in any where …`},
	{ast.EQL, `process wher true`, `1:9: expected "where", found "wher", did you mean "where"?`},
	{ast.EQL, `process, file where true`, `1:8: expected "where", found ",": several categories are any where event.category in (…)`},
	{ast.EQL, `process or file where true`, `1:9: expected "where", found "or": several categories are any where event.category in (…)`},
	{ast.EQL, `Sequence by x [a where true] [b where true]`, `1:1: expected an event category, any, sequence, sample or join, found "Sequence", did you mean "sequence"?`},
	{ast.EQL, `process where x : "a", "b"`, `1:22: expected and, or, a pipe or the end, found ",": several values stand in brackets`},
	{ast.EQL, `process where x == ("a", "b")`, `1:24: expected ), found ",": a list stands behind in, :, like or regex`},
	{ast.EQL, `process where x : ("a",)`, `1:23: expected no comma before )`},
	{ast.EQL, `process where x is not null`, `1:17: expected and, or, a pipe or the end, found "is": write == null or != null`},
	{ast.EQL, `process where x contains "y"`, `1:17: expected and, or, a pipe or the end, found "contains": write : "*text*"`},
	{ast.EQL, `process where 6xy == 1`, `1:16: expected and, or, a pipe or the end, found "xy": a name that begins with a digit stands in backticks`},
	{ast.EQL, `process where a.0.b == 1`, `1:16: expected and, or, a pipe or the end, found ".0": a name that begins with a digit stands in backticks`},
	{ast.EQL, `process where @timestamp > now-1d`, `1:33: expected and, or, a pipe or the end, found "d"`},
	{ast.EQL, `process where x == 0x1F`, `1:21: expected and, or, a pipe or the end, found "x1F": write number("0x1F")`},
	{ast.EQL, `process where x || y`, `1:17: expected or, found ||`},
	{ast.EQL, `process where x && y`, `1:17: expected and, found &`},
	{ast.EQL, `process where x like ~ "y"`, `1:22: expected an operator, a name or a value, found '~': ~ stands behind in, like, regex or a function's name, without a blank`},
	{ast.EQL, `process where x # y`, `1:17: expected an operator, a name or a value, found '#': a comment stands behind //`},
	{ast.EQL, `process where x == “y”`, `1:20: expected an operator, a name or a value, found '“': a string stands between "`},
	{ast.EQL, "process where x ==\n]", `2:1: expected a value, found "]"`},
	{ast.EQL, `process where (x == 1`, `1:22: expected ), found the end`},
	{ast.EQL, `process where x == 1)`, `1:21: expected and, or, a pipe or the end, found ")"`},
	{ast.EQL, `process where x == 1 andd y`, `1:22: expected and, or, a pipe or the end, found "andd", did you mean "and"?`},
	{ast.EQL, `process where x == 1 AND y`, `1:22: expected and, or, a pipe or the end, found "AND", did you mean "and"?`},
	{ast.EQL, `process where x == 1 == 2`, `1:22: expected and, or or the end of the condition, found ==: comparisons do not chain`},
	{ast.EQL, `process where x = 1`, `1:17: expected ==, found =`},
	{ast.EQL, `process where x in ()`, `1:17: expected a value in the list`},
	{ast.EQL, `process where x in (1,)`, `1:22: expected no comma before )`},
	{ast.EQL, `process where x in 1`, `1:20: expected (, found "1"`},
	{ast.EQL, `process where x : y`, `1:19: expected a string behind :, found "y"`},
	{ast.EQL, `process where x : ("a" "b")`, `1:24: expected a comma or ), found "b"`},
	{ast.EQL, `process where x not like "a"`, `1:21: expected in behind not, found "like": of all others, not stands before the field`},
	{ast.EQL, `process where event.sequence == 1`, "1:21: expected a name, found the keyword sequence (write `sequence` for a field of that name)"},
	{ast.EQL, `process where in == 1`, `1:15: expected a value, found the keyword in`},
	{ast.EQL, `process where f~ == 1`, `1:18: expected ( behind f~, found "=="`},
	{ast.EQL, `process where ?1`, `1:16: expected a field behind ?, found "1"`},
	{ast.EQL, `process where x == 1e999`, `1:20: expected a number that a float can hold, found "1e999"`},
	{ast.EQL, `process where "open`, `1:15: expected " behind the string, found the end`},
	{ast.EQL, "process where \"open\n\"", `1:15: expected " behind the string, found the end of the line`},
	{ast.EQL, `process where x == "\d"`, `1:21: expected an escape such as \n, \\ or \u{61}, found "\\d"`},
	{ast.EQL, `process where x == "\u{D800}"`, `1:21: expected an escape such as \n, \\ or \u{61}, found "\\u"`},
	{ast.EQL, `process where x == """open`, `1:20: expected """ behind the string, found the end`},
	{ast.EQL, "process where x == \"\"\"open\n\"\"\"", `1:20: expected """ behind the string, found the end of the line`},
	{ast.EQL, "process where `open", `1:15: expected a backtick behind the name, found the end`},
	{ast.EQL, "process where ``", `1:15: expected a name between the backticks`},
	{ast.EQL, `process where /* open`, `1:15: expected */ behind the comment, found the end`},
	{ast.EQL, `process where /* /* open`, `1:15: expected */ behind the comment, found the end`},
	{ast.Endgame, `process where /* a /* b */ / c`, `1:28: expected a value, found "/"`},
	{ast.EQL, `process where é`, `1:15: expected an operator, a name or a value, found 'é'`},
	{ast.EQL, "process where x == \"\xff\"", `1:21: expected UTF-8, found the byte 0xff`},
	{ast.EQL, `process where x ! y`, `1:17: expected != or ![, found !: a condition is negated by the word not`},
	{ast.EQL, `"" where true`, `1:1: expected an event category, found ""`},

	{ast.EQL, `sequence by`, `1:12: expected a field behind by, found the end`},
	{ast.EQL, `sequence by a, [x where true]`, `1:16: expected a field behind the comma, found "["`},
	{ast.EQL, `sequence [where true] [y where true]`, `1:11: expected an event category behind [, found "where"`},
	{ast.EQL, `sequence [x where true], [y where true]`, `1:24: expected a pipe or the end, found ",": only blanks stand between events`},
	{ast.EQL, `sequence [x where true] not [y where true]`, `1:25: expected a pipe or the end, found "not", did you mean ![?`},
	{ast.EQL, `sequence by a maxspan=1m [x where true] [y where true]`, `1:15: expected [, found "maxspan", did you mean with maxspan?`},
	{ast.EQL, "process where x == 1\n\nfile where y == 2", `3:1: expected and, or, a pipe or the end, found "file": a file holds one query, and the events of a sequence stand between [ and ]`},
	{ast.EQL, `process where NOT x == 1`, `1:19: expected and, or, a pipe or the end, found "x": not is written in small letters`},
	{ast.EQL, `process where exists x`, `1:22: expected and, or, a pipe or the end, found "x": write field != null`},
	{ast.EQL, `process where x == 1 limit 5`, `1:22: expected and, or, a pipe or the end, found "limit": write | head n`},
	{ast.EQL, `process where x == 1 | stats count by y`, `1:36: expected and, or, a pipe or the end, found "by": the pipes are head and tail, and nothing groups`},
	{ast.EQL, `process where x in ["a", "b"]`, `1:20: expected (, found "[": a list stands between ( and )`},
	{ast.EQL, `process where x : ["a", "b"]`, `1:19: expected a string behind :, found "[": a list stands between ( and )`},
	{ast.EQL, `process where x regex /a.*/`, `1:23: expected a string behind regex, found "/": a regular expression stands between "`},
	{ast.EQL, `sequence by a with maxspan=1m, by b [x where true] [y where true]`, `1:30: expected [, found ",": only blanks stand between by, with and the events`},
	{ast.EQL, `sequence by a with runs=2 [x where true] [y where true]`, `1:15: expected [, found "with": with runs=n stands behind an event`},
	{ast.EQL, `sequence by a [x where true] with runs=2 with maxspan=1m [y where true]`, `1:42: expected a pipe or the end, found "with": with maxspan=… stands before the events`},
	{ast.Endpoint, `sequence [x where true] as e with runs=2 [y where true]`, `1:30: expected a pipe or the end, found "with": with runs stands before as`},
	{ast.EQL, `sequence with maxspan=1h30m [x where true] [y where true]`, `1:15: unknown unit "h30m" of maxspan, expected ms, s, m, h or d: one number and one unit, such as 90m for 1h30m`},
	{ast.EQL, `sequence with maxspan=5 minutes [x where true] [y where true]`, `1:15: unknown unit "minutes" of maxspan, expected ms, s, m, h or d, did you mean 5m?`},
	{ast.EQL, `sequence with maxspan=5sec [x where true] [y where true]`, `1:15: unknown unit "sec" of maxspan, expected ms, s, m, h or d, did you mean 5s?`},
	{ast.EQL, `sequence with maxspan=5S [x where true] [y where true]`, `1:15: unknown unit "S" of maxspan, expected ms, s, m, h or d, did you mean 5s?`},
	{ast.EQL, `sequence with maxspan=5w [x where true] [y where true]`, `1:15: unknown unit "w" of maxspan, expected ms, s, m, h or d`},
	{ast.EQL, `sequence [x where true] with maxspan=1m [y where true]`, `1:30: expected runs=n, found "maxspan": with maxspan=… stands before the events`},
	{ast.EQL, `sequence with span=1m [x where true] [y where true]`, `1:15: expected maxspan=… before the events or runs=… after one behind with, found "span"`},
	{ast.EQL, `sequence [x where true] runs=3 [y where true]`, `1:25: expected a pipe or the end, found "runs": write with runs=n behind an event`},
	{ast.EQL, `sequence [x where true] with runs=3 by a [y where true]`, `1:37: expected a pipe or the end, found "by": by stands before with runs`},
	{ast.EQL, `sequence [x where true] [y where true] until y where x`, `1:46: expected [, found "y": an event stands between [ and ]`},
	{ast.EQL, `sequence by a b [x where true] [y where true]`, `1:15: expected [, found "b": a comma stands between join keys`},
	{ast.EQL, `sample by x with maxspan=1m [a where true] [b where true]`, `1:13: expected [, found "with": with belongs to sequences`},
	{ast.EQL, `any where true | head 1 by x`, `1:25: expected and, or, a pipe or the end, found "by"`},
	{ast.EQL, `sequence by a + 1 [x where true] [y where true]`, `1:15: expected a field as the join key, found an expression`},
	{ast.EQL, `sequence [a where true]`, `1:1: expected a sequence of at least 2 events, found 1`},
	{ast.EQL, `sequence [a where true] [b where true`, `1:38: expected "]", found the end`},
	{ast.EQL, `sequence [a where true] [b where true] x`, `1:40: expected a pipe or the end, found "x"`},
	{ast.EQL, `sequence [a where true] by x [b where true]`, `1:30: expected as many join keys as the first step has (1), found 0`},
	{ast.EQL, `sequence [a where true] by x [b where true] by y until [c where true]`, `1:56: expected as many join keys as the first step has (1), found 0`},
	{ast.EQL, `sequence with maxspan=5 [a where true] [b where true]`, `1:15: expected a unit (ms, s, m, h, d) behind maxspan=5, did you mean 5s?`},
	{ast.EQL, `sequence with maxspan=5w [a where true] [b where true]`, `1:15: unknown unit "w" of maxspan, expected ms, s, m, h or d`},
	{ast.EQL, `sequence with maxspan=0.5s [a where true] [b where true]`, `1:15: expected maxspan to be a positive integer and a unit, found 0.5s`},
	{ast.EQL, `sequence with maxspan=999999d [a where true] [b where true]`, `1:15: expected maxspan to be at most 292 years, found 999999d`},
	{ast.EQL, `sequence with maxspan=5s by x [a where true] [b where true]`, `1:26: expected by before with, found it behind`},
	{ast.EQL, `sequence by x by y [a where true] [b where true]`, `1:15: expected each of by and with once`},
	{ast.EQL, `sequence [a where true] ![b where true]`, `1:25: expected a sequence with a missing event to have a maxspan`},
	{ast.EQL, `sequence with maxspan=1s ![a where true] ![b where true]`, `1:1: expected a sequence with at least one event that is not missing`},
	{ast.EQL, `sequence [a where true] with run=3`, `1:30: expected runs, found run, did you mean "runs"?`},
	{ast.EQL, `sequence [a where true] with runs=101`, `1:30: expected runs to be an integer from 1 to 100, found 101`},
	{ast.EQL, `sequence [a where true] [b where true] until ![c where true]`, `1:46: expected an event behind until, found a missing one`},
	{ast.EQL, `sequence [a where true] [b where true] until [c where true] with runs=2`, `1:46: expected nothing but by behind the event of until`},
	{ast.EQL, `sample [a where true] [b where true]`, `1:1: expected a sample with at least one join key, found none`},
	{ast.EQL, `sample by x [a where true]`, `1:13: expected a sample of at least 2 events, found 1`},
	{ast.EQL, `sample by x [a where true] ![b where true]`, `1:28: expected an event and its join keys in a sample: ![, runs, as and fork belong to sequences`},
	{ast.EQL, `sample by x [a where true] [b where true] until [c where true]`, `1:43: expected a pipe or the end, found "until"`},
	{ast.EQL, `sample by x [a where true] [b where true] | head 1`, `1:45: expected no pipe behind a sample`},
	{ast.EQL, `any where true | head`, `1:18: expected one number behind head, found 0`},
	{ast.EQL, `any where true | tail -1`, `1:23: expected an integer from 0 to 2147483647 behind tail`},
	{ast.EQL, `any where true | hed 1`, `1:18: unknown pipe hed, did you mean "head"?`},
	{ast.EQL, `any where true | limit 1`, `1:18: unknown pipe limit, did you mean "head"?`},

	{ast.EQL, `any where true | unique x`, `1:18: the pipe unique belongs to Endgame's language (option eql.Endgame)`},
	{ast.EQL, `any where a@b == 1`, `1:12: expected and, or, a pipe or the end, found "@b"`},
	{ast.EQL, `any where 'x' == y`, `1:11: expected a string in double quotes, found a single quote`},
	{ast.EQL, `any where ?"x" == y`, `1:11: ?"…" belongs to Endgame's language (option eql.Endgame), write """…""" for a raw string`},
	{ast.EQL, `any where a[0] == 1`, `1:12: an array index belongs to Endgame's language (option eql.Endgame): here, a condition holds if any value of the list meets it`},
	{ast.EQL, `any where child of [any where true]`, `1:11: child of belongs to Endgame's language (option eql.Endgame)`},
	{ast.EQL, `any where descendant of [any where true]`, `1:11: descendant of belongs to Elastic Endpoint's language (option eql.Endpoint)`},
	{ast.EQL, `any where brother of [any where true]`, `1:11: expected descendant, child or event before of, found brother`},
	{ast.EQL, `any where _arraysearch(a, b, c)`, `1:11: _arraysearch belongs to Elastic Endpoint's language (option eql.Endpoint)`},
	{ast.EQL, `any where $x == 1`, `1:11: variables such as $entry belong to Elastic Endpoint's language (option eql.Endpoint)`},
	{ast.EQL, `sequence [a where true] as x [b where true]`, `1:25: as belongs to Elastic Endpoint's language (option eql.Endpoint)`},
	{ast.EQL, `sequence [a where true] fork [b where true]`, `1:25: fork belongs to Endgame's language (option eql.Endgame)`},

	{ast.Endpoint, `any where _arraysearch(a, $entry, $enty.x == 1)`, `1:35: unknown variable $enty, did you mean "$entry"?`},
	{ast.Endpoint, `any where _arraysearch(a, entry, true)`, `1:27: expected a variable such as $entry, found "entry"`},
	{ast.Endpoint, `any where _arraysearch(a, $x, _arraysearch(b, $x, true))`, `1:47: expected another variable than $x, which the search around has`},
	{ast.Endpoint, `any where $x == 1`, `1:11: unknown variable $x: only _arraysearch names one`},
	{ast.Endpoint, `any where _arraysearch(a, $x)`, `1:29: expected a comma, found ")"`},
	{ast.Endpoint, `any where descendants of [any where true]`, `1:11: expected descendant, child or event before of, found descendants, did you mean "descendant"?`},
	{ast.Endpoint, `sequence [a where true] as x by y [b where true]`, `1:30: expected a pipe or the end, found "by": by stands before as`},
	{ast.Endpoint, `sequence [a where true] as x [b where true] as x`, `1:45: expected another alias than x, which an earlier step has`},
	{ast.Endpoint, `any where event of [any where true]`, `1:11: event of belongs to Endgame's language (option eql.Endgame)`},

	{ast.Endgame, `"process" where true`, `1:1: a category in quotes belongs to Elasticsearch's language`},
	{ast.Endgame, `macro f(x) x process where f(1, 2)`, `1:28: expected 1 arguments of the macro f, found 2`},
	{ast.Endgame, `macro f(x) x process where f`, `1:28: expected ( behind the macro f`},
	{ast.Endgame, `macro f( process where f`, `1:18: expected a parameter, found "where"`},
	{ast.Endgame, `const == 1 process where true`, `1:7: expected a name behind const, found "=="`},
	{ast.Endgame, `const a 1 process where true`, `1:9: expected == behind the constant's name, found "1"`},
	{ast.Endgame, `macro f() process where true`, `1:11: expected an expression, found "process"`},
	{ast.Endgame, `any where true | sort`, `1:18: expected a field behind sort, found none`},
	{ast.Endgame, `any where x : length()`, `1:15: expected a function's name and ( behind the colon, found "length"`},
}

func TestRefused(t *testing.T) {
	for _, c := range refused {
		q, err := eql.Parse("q", c.text, options(c.dialect)...)
		assert.Nil(t, q, c.text)
		var e *ast.Error
		if assert.ErrorAs(t, err, &e, c.text) {
			assert.Equal(t, "q:"+c.err, err.Error(), c.text)
		}
	}
}

// hang is far beyond what any text takes, on whatever machine: it tells a
// blow-up from a slow day.
const hang = 30 * time.Second

// What is hostile is refused at its place, and at once.
func TestHostile(t *testing.T) {
	const many = 100_000
	for name, text := range map[string]string{
		"round brackets":  "any where " + strings.Repeat("(", many),
		"square brackets": strings.Repeat("[", many),
		"calls":           "any where " + strings.Repeat("f(", many),
		"lists":           "any where x " + strings.Repeat("in (x ", many),
		"array searches":  "any where " + strings.Repeat("_arraysearch(x, $x, ", many),
		"lineage":         "any where " + strings.Repeat("descendant of [any where ", many),
		"open string":     `any where x == "` + strings.Repeat("x", 10*many),
		"open comment":    "any where x " + strings.Repeat("/*", many),
		"open name":       "any where `" + strings.Repeat("x", 10*many),
		"a sum":           "any where x " + strings.Repeat("+ x ", many),
		"a broken list":   `any where x in ("` + strings.Repeat(`a", "`, 2*many),
		"bytes":           "any where " + strings.Repeat("\xff", many),
		"commas":          "sequence by " + strings.Repeat("a,", many),
		"pipes":           "any where true" + strings.Repeat(" |", many),
		"a macro bomb":    bomb(40),
		"steps":           "sequence" + strings.Repeat(" [a where true]", many/10),
		"keys":            "sequence by a" + strings.Repeat(",a", many/10) + strings.Repeat(" [a where true] by b", many/10),
		"runs":            "sequence" + strings.Repeat(" [a where true] with runs=100", many/10),
		"an open index":   "any where x" + strings.Repeat("[1", many),
	} {
		for _, l := range []ast.Language{ast.EQL, ast.Endpoint, ast.Endgame} {
			start := time.Now()
			_, err := eql.Parse("q", text, options(l)...)
			var e *ast.Error
			require.ErrorAs(t, err, &e, "%s in %s", name, l)
			assert.Positive(t, e.Line, "%s in %s", name, l)
			assert.Less(t, len(err.Error()), 300, "%s in %s", name, l)
			assert.Less(t, time.Since(start), hang, "%s in %s", name, l)
		}
	}
}

// bomb is a query of n macros, each of which calls the one before with twice
// its argument.
func bomb(n int) string {
	name := func(i int) string { return "m" + strings.Repeat("i", i) }
	var b strings.Builder
	b.WriteString("macro m(x) x or x ")
	for i := 1; i < n; i++ {
		b.WriteString("macro " + name(i) + "(x) " + name(i-1) + "(x or x) ")
	}
	return b.String() + "any where " + name(n-1) + "(a)"
}

// What is merely long is no trouble: nothing but brackets nests.
func TestLong(t *testing.T) {
	const many = 100_000
	for name, text := range map[string]string{
		"or":    "any where a" + strings.Repeat(" or a", many),
		"and":   "any where a == 1" + strings.Repeat(" and a == 1", many),
		"not":   "any where " + strings.Repeat("not ", many) + "a",
		"minus": "any where 1 == " + strings.Repeat("-", many) + "a",
		"list":  `any where x : ("a"` + strings.Repeat(`, "a"`, many) + ")",
		"sum":   "any where 1 == a" + strings.Repeat(" + a", 9_000),
		"steps": "sequence [a where true]" + strings.Repeat(" [b where true]", 999),
		"raw":   `any where x : ("a"` + strings.Repeat(`, """a"""`, many) + ")",
		"pipes": "any where true" + strings.Repeat(" | head 1", 10_000),
	} {
		start := time.Now()
		q, err := eql.Parse("q", text)
		require.NoError(t, err, name)
		assert.NotEmpty(t, ast.Format(q), name)
		for range ast.Preorder(q.Stages[0]) {
		}
		assert.Less(t, time.Since(start), hang, name)
	}
}

// The tree says what differs between the languages.
func TestTree(t *testing.T) {
	field := func(name string) *ast.Field { return &ast.Field{Name: name} }
	text := func(s string) ast.Expr { return &ast.Literal{Value: s} }
	a, b := field("a"), field("b")
	one := &ast.Literal{Value: int64(1)}
	for _, c := range []struct {
		dialect ast.Language
		cond    string
		want    ast.Expr
	}{
		{ast.EQL, `true`, &ast.Bool{Value: true}},
		{ast.EQL, `a`, a},
		{ast.EQL, `a == 1`, &ast.Compare{X: a, Y: one, Null: ast.NullIsFalse}},
		{ast.EQL, `a != 1`, &ast.Not{X: &ast.Compare{X: a, Y: one, Null: ast.NullIsFalse}}},
		{ast.EQL, `not a != 1`, &ast.Compare{X: a, Y: one, Null: ast.NullIsFalse}},
		{ast.EQL, `a == b`, &ast.Compare{X: a, Y: b, Null: ast.NullIsFalse}},
		{ast.EQL, `a < "x"`, &ast.Compare{Op: ast.Lt, X: a, Y: text("x"), Null: ast.NullIsFalse}},
		{ast.EQL, `a == null`, &ast.IsNull{X: a}},
		{ast.EQL, `null != a`, &ast.Not{X: &ast.IsNull{X: a}}},
		{ast.EQL, `a in (1)`, &ast.In{X: a, List: []ast.Expr{one}, Null: ast.NullIsFalse}},
		{ast.EQL, `a not in~ (1)`, &ast.Not{X: &ast.In{X: a, List: []ast.Expr{one}, Fold: true, Null: ast.NullIsFalse}}},
		{ast.EQL, `a : "x*"`, &ast.Match{X: a, Op: ":", Fold: true, Patterns: []string{"x*"}, Null: ast.NullIsFalse}},
		{ast.EQL, `a like ("x", "y")`, &ast.Match{X: a, Op: "like", List: true, Patterns: []string{"x", "y"}, Null: ast.NullIsFalse}},
		{ast.EQL, `a regex~ "x"`, &ast.Match{X: a, Op: "regex~", Kind: ast.Regex, Fold: true, Patterns: []string{"x"}, Null: ast.NullIsFalse}},
		{ast.EQL, `a : 1`, &ast.Match{X: a, Op: ":", Fold: true, Others: []ast.Expr{one}, Null: ast.NullIsFalse}},
		{ast.EQL, `f~(a, a == 1)`, &ast.Call{Lib: "eql", Name: "f", Fold: true, Null: ast.NullIsFalse,
			Args: []ast.Expr{a, &ast.Compare{X: a, Y: one}}}},
		{ast.EQL, `true == (a == 1)`, &ast.Compare{X: &ast.Literal{Value: true}, Y: &ast.Compare{X: a, Y: one, Null: ast.NullIsFalse}, Null: ast.NullIsFalse}},
		{ast.EQL, `(a == 1) == b`, &ast.Compare{X: &ast.Compare{X: a, Y: one}, Y: b, Null: ast.NullIsFalse}},
		{ast.Endgame, `(a < 1) == false`, &ast.Compare{X: &ast.Compare{Op: ast.Lt, X: a, Y: one}, Y: &ast.Literal{Value: false}}},
		{ast.EQL, `a and (b and a) or b`, &ast.Logic{Op: ast.Or, List: []ast.Expr{
			&ast.Logic{Op: ast.And, List: []ast.Expr{a, b, a}}, b}}},
		{ast.EQL, `not a == 1 and b`, &ast.Logic{Op: ast.And, List: []ast.Expr{
			&ast.Not{X: &ast.Compare{X: a, Y: one, Null: ast.NullIsFalse}}, b}}},
		{ast.EQL, `a + 1 * b - 1 > 1`, &ast.Compare{Op: ast.Gt, Null: ast.NullIsFalse, Y: one, X: &ast.Arith{Op: ast.Sub, Y: one,
			X: &ast.Arith{Op: ast.Add, X: a, Y: &ast.Arith{Op: ast.Mul, X: one, Y: b}}}}},
		{ast.EQL, "`a.b`.c == ?x.`y`", &ast.Compare{X: field("a.b.c"), Y: &ast.Field{Name: "x.y", Optional: true}, Null: ast.NullIsFalse}},
		{ast.EQL, `stringContains(a, "x*y")`, &ast.Match{X: a, Op: "stringContains", Patterns: []string{"*x*y*"}, Null: ast.NullIsFalse}},
		{ast.EQL, `endsWith~(a, "?y")`, &ast.Match{X: a, Op: "endsWith", Fold: true, Patterns: []string{"*?y"}, Null: ast.NullIsFalse}},
		{ast.EQL, `stringContains(a, "x=\\*")`, &ast.Call{Lib: "eql", Name: "stringContains", Args: []ast.Expr{a, text("x=*")}, Null: ast.NullIsFalse}},
		{ast.EQL, `stringContains(a, "x*\\*.")`, &ast.Match{X: a, Op: "stringContains", Kind: ast.Regex, Patterns: []string{`.*x.*\*\..*`}, Null: ast.NullIsFalse}},
		{ast.EQL, `stringContains(a, "x*") == true`, &ast.Compare{Y: &ast.Literal{Value: true}, Null: ast.NullIsFalse,
			X: &ast.Call{Lib: "eql", Name: "stringContains", Args: []ast.Expr{a, text("x*")}, Null: ast.NullIsFalse}}},
		{ast.EQL, `startsWith(a, "x*")`, &ast.Call{Lib: "eql", Name: "startsWith", Args: []ast.Expr{a, text("x*")}, Null: ast.NullIsFalse}},
		{ast.Endpoint, `stringContains(a, "x*")`, &ast.Call{Lib: "eql", Name: "stringContains", Args: []ast.Expr{a, text("x*")}, Null: ast.NullIsFalse}},
		{ast.Endpoint, `_arraysearch(a, $e, $e.x == 1 and $e : "y")`, &ast.Any{X: a, Var: "$e", Cond: &ast.Logic{Op: ast.And, List: []ast.Expr{
			&ast.Compare{X: &ast.Field{Of: "$e", Name: "x"}, Y: one, Null: ast.NullIsFalse},
			&ast.Match{X: &ast.Field{Of: "$e"}, Op: ":", Fold: true, Patterns: []string{"y"}, Null: ast.NullIsFalse}}}}},
		{ast.Endpoint, `descendant of [file where a == 1]`, &ast.Relation{Kind: ast.DescendantOf,
			Event: &ast.Events{Category: "file", Where: &ast.Compare{X: a, Y: one, Null: ast.NullIsFalse}}}},
		{ast.Endgame, `a == "x*"`, &ast.Match{X: a, Op: "==", Kind: ast.Star, Fold: true, Patterns: []string{"x*"}}},
		{ast.Endgame, `"x" != a`, &ast.Not{X: &ast.Match{X: a, Op: "==", Kind: ast.Star, Fold: true, Patterns: []string{"x"}}}},
		{ast.Endgame, `a in ("x")`, &ast.In{X: a, List: []ast.Expr{text("x")}, Fold: true}},
		{ast.Endgame, `a + 1 in (1)`, &ast.In{X: &ast.Arith{Op: ast.Add, X: a, Y: one}, List: []ast.Expr{one}, Fold: true}},
		{ast.Endgame, `a[0].b = 1`, &ast.Compare{X: field("a.0.b"), Y: one}},
		{ast.Endgame, `a:f(1)`, &ast.Call{Lib: "eql-endgame", Name: "f", Args: []ast.Expr{a, one}}},
	} {
		q, err := eql.Parse("q", "any where "+c.cond, options(c.dialect)...)
		require.NoError(t, err, c.cond)
		if diff := cmp.Diff([]ast.Stage{&ast.Events{Where: c.want}}, q.Stages, sameTree); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.cond, diff)
		}
	}
}

func TestSequenceTree(t *testing.T) {
	q, err := eql.Parse("q", `sequence by host.id with maxspan=90s
		[process where true] by pid as first
		[any where first.a == first] by ppid with runs=2 as second
		until [process where second.b] by pid
		| head 3`, eql.Endpoint)
	require.NoError(t, err)
	host := &ast.Field{Name: "host.id"}
	want := []ast.Stage{
		&ast.Sequence{
			Shared: 1, Maxspan: 90 * time.Second,
			Steps: []ast.Step{
				{Event: ast.Events{Category: "process", Where: &ast.Bool{Value: true}}, By: []ast.Expr{host, &ast.Field{Name: "pid"}}, Runs: 1, As: "first"},
				{Event: ast.Events{Where: &ast.Compare{X: &ast.Field{Of: "first", Name: "a"}, Y: &ast.Field{Name: "first"}, Null: ast.NullIsFalse}},
					By: []ast.Expr{host, &ast.Field{Name: "ppid"}}, Runs: 2, As: "second"},
			},
			Until: &ast.Step{Event: ast.Events{Category: "process", Where: &ast.Field{Of: "second", Name: "b"}},
				By: []ast.Expr{host, &ast.Field{Name: "pid"}}, Runs: 1},
		},
		&ast.Head{N: 3},
	}
	if diff := cmp.Diff(want, q.Stages, sameTree); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPipes(t *testing.T) {
	q, err := eql.Parse("q", `any where true | sort a length(b) | unique a | unique_count a | filter a | head`, eql.Endgame)
	require.NoError(t, err)
	length := &ast.Call{Lib: "eql-endgame", Name: "length", Args: []ast.Expr{&ast.Field{Name: "b"}}}
	want := []ast.Stage{
		&ast.Sort{Keys: []ast.SortKey{{Field: "a"}, {By: length}}},
		&ast.Dedup{N: 1, Fields: []ast.Expr{&ast.Field{Name: "a"}}, KeepEmpty: true},
		&ast.Aggregate{Kind: ast.AggStats, Source: "unique_count", By: []ast.Group{{Field: "a"}},
			Aggs: []ast.Agg{{Func: "count", As: "count", Text: "count"}}},
		&ast.Filter{Cond: &ast.Field{Name: "a"}},
		&ast.Head{N: 50},
	}
	if diff := cmp.Diff(want, q.Stages[1:], sameTree); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Nodes stand where their text does.
func TestOffsets(t *testing.T) {
	const text = `process where a == 1 and f(b)`
	q, err := eql.Parse("q", text)
	require.NoError(t, err)
	var at []string
	for n := range ast.Preorder(q.Stages[0]) {
		at = append(at, strings.Fields(text[n.Pos():])[0])
	}
	assert.Equal(t, []string{"process", "and", "==", "a", "1", "f(b)", "b)"}, at)
}

// An error that is none must not look like one.
func TestNoTypedNil(t *testing.T) {
	_, err := eql.Parse("q", "any where true")
	assert.True(t, err == nil, "%#v", err)
	assert.False(t, errors.Is(err, eql.ErrNotEQL))
}

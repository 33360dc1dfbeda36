package pipeline_test

import (
	"context"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
	"github.com/spoor-lang/spoor/spl"
)

// events are the input of a search, in order of arrival.
type events []event.Event

func (in events) Scan(*ast.Events) iter.Seq[event.Event] {
	return func(yield func(event.Event) bool) {
		for _, ev := range in {
			if !yield(ev) {
				return
			}
		}
	}
}

// read reads events, one a line: the time in seconds, and fields as
// name=value. A value with | in it is several; one between ~ may hold blanks.
func read(text string) events {
	var in events
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		at, rest, _ := strings.Cut(line, " ")
		sec, _ := event.ParseNumber(at)
		f, _ := sec.Float()
		m := event.Map{}
		for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
			var name, value string
			name, rest, _ = strings.Cut(rest, "=")
			if strings.HasPrefix(rest, "~") {
				value, rest, _ = strings.Cut(rest[1:], "~")
				m[name] = value
				continue
			}
			value, rest, _ = strings.Cut(rest, " ")
			if strings.Contains(value, "|") {
				m[name] = strings.Split(value, "|")
			} else {
				m[name] = value
			}
		}
		in = append(in, event.Event{Time: time.UnixMicro(int64(f * 1e6)).UTC(), Fields: m})
	}
	return in
}

// table is a lookup's rows.
type table struct {
	columns []string
	rows    [][]string
}

func (t *table) Columns() []string { return t.columns }

func (t *table) Rows() iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, row := range t.rows {
			if !yield(row) {
				return
			}
		}
	}
}

// readTable reads a lookup: the columns, and a line for each row. A lone dash
// is an empty cell.
func readTable(text string) *table {
	t := &table{}
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		cells := strings.Fields(line)
		for i, c := range cells {
			if c == "-" {
				cells[i] = ""
			}
		}
		if t.columns == nil {
			t.columns = cells
		} else {
			t.rows = append(t.rows, cells)
		}
	}
	return t
}

// content is what the searches of the tests refer to.
func content() *spl.Content {
	users := readTable("user dept\nann ops\nann lab\nbob -\nCal ops")
	return &spl.Content{
		BareModels: true,
		Lookups: map[string]*ast.LookupDef{
			"users": {Name: "users", Table: users, MaxMatches: 10, CaseSensitive: true},
			"fold":  {Name: "fold", Table: users, MaxMatches: 1},
			"paths": {
				Name: "paths", Table: readTable("path net bad\n*\\temp\\* 10.0.0.0/8 yes\n* 10.1.0.0/16 maybe"), MaxMatches: 1,
				Match:      map[string]ast.LookupMatch{"path": ast.MatchWildcard, "net": ast.MatchCIDR},
				MinMatches: 1, Default: "no",
			},
			"kept": {Name: "kept", Collection: "kept", MaxMatches: 1},
		},
		EventTypes: map[string]string{"hosted": "host=*", "ann": "user=ann"},
		Tags:       map[string][]string{"host=a": {"lab", "old"}, "user=ann": {"staff"}, "user=bob": {"staff"}},
	}
}

func compile(t *testing.T, text string) *pipeline.Program {
	t.Helper()
	q, err := spl.Parse("test", text, content())
	require.NoError(t, err)
	p, errs := pipeline.Compile(q, pipeline.Options{})
	require.Empty(t, errs)
	return p
}

var now = time.Unix(1000, 0).UTC()

// search runs a search and prints its rows.
func search(t *testing.T, in events, text string) []string {
	t.Helper()
	out, err := compile(t, text).Run(context.Background(), &pipeline.Env{Input: in, Now: now})
	require.NoError(t, err)
	return printed(out)
}

// printed are the rows of a table as text: name=value for each value that is
// there, in the order of the columns, lists with |.
func printed(t *pipeline.Table) []string {
	lines := []string{}
	for i := range t.Len() {
		var cells []string
		for _, c := range t.Columns() {
			if v := t.Value(i, c); !v.IsNull() {
				cells = append(cells, c+"="+strings.ReplaceAll(v.Text(), "\n", "|"))
			}
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return lines
}

// spec is what a search makes of events.
type spec struct {
	name, search string
	want         []string
}

func check(t *testing.T, in string, specs []spec) {
	t.Helper()
	for _, s := range specs {
		t.Run(s.name, func(t *testing.T) {
			if d := cmp.Diff(s.want, search(t, read(in), s.search)); d != "" {
				t.Errorf("%s\n%s", s.search, d)
			}
		})
	}
}

const logins = `
	100 id=1 user=ann host=a n=5
	160 id=2 user=bob host=a n=7 tag=x|y
	160 id=3 user=ann host=b n=x
	220 id=4 host=b n=1 tag=y
`

func TestEvents(t *testing.T) {
	check(t, logins, []spec{
		{"newest first, of one time the last arrival", "* | table id", []string{"id=4", "id=3", "id=2", "id=1"}},
		{"the whole event", "id=2", []string{"_time=160 host=a id=2 n=7 tag=x|y user=bob"}},
		{"only what is asked", "id=2 | fields n", []string{"n=7 _time=160"}},
		{"the time of the search", "earliest=160 latest=220 | table id", []string{"id=3", "id=2"}},
		{"relative to now", "earliest=-840s | table id", []string{"id=4", "id=3", "id=2"}},
		{"no field of a model without its prefix", `| tstats count from datamodel=Endpoint.Processes by user`, []string{}},
		{"a model's field, of events that belong to it", `| tstats count from datamodel=Endpoint.Processes by Processes.user`,
			[]string{"Processes.user=ann count=2"}},
	})
}

func TestBoundsOfTime(t *testing.T) {
	const in = `
	100 id=1
	160 id=2 _indextime=900
	220 id=3 _indextime=100
`
	check(t, in, []spec{
		{"a date", `earliest="01/01/1970:00:02:40" | table id`, []string{"id=3", "id=2"}},
		{"of one digit", `starttime=1/1/1970:0:2:40 latest=now() | table id`, []string{"id=3", "id=2"}},
		{"with a layout", `endtime=1970-01-01T00:02 timeformat="%Y-%m-%dT%H:%M" | table id`, []string{"id=1"}},
		{"an epoch by its old name", `starttimeu=160 endtimeu=220 | table id`, []string{"id=2"}},
		{"written as a comparison", `((earliest=100 latest<160) OR (earliest>=220)) | table id`, []string{"id=3", "id=1"}},
		{"a comparison that is no bound", `earliest<160 | table id`, []string{}},
		{"written as an indexed term", `starttimeu::160 endtimeu::220 | table id`, []string{"id=2"}},
		{"counted back", `startminutesago=14 endminutesago=13 | table id`, []string{"id=2"}},
		{"counted back to now", `minutesago=14 | table id`, []string{"id=3", "id=2"}},
		{"of indexing, else the event's own", `_index_earliest=90 _index_latest=-2m | table id`, []string{"id=3", "id=1"}},
		{"a test of a field in a later search", `* | search earliest=160 | table id`, []string{}},
	})
}

func TestTheWindowOfARun(t *testing.T) {
	out, err := compile(t, "* | table id").Run(context.Background(), &pipeline.Env{
		Input: read(logins), Earliest: time.Unix(160, 0), Latest: time.Unix(220, 0),
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"id=3", "id=2"}, printed(out))
}

func TestFields(t *testing.T) {
	check(t, logins, []spec{
		{"later assignments see earlier ones", "id=1 | eval a=n+1, b=a*2 | table a b", []string{"a=6 b=12"}},
		{"a null removes the field", "id=1 | eval n=null() | table id n", []string{"id=1"}},
		{"a name out of a field", "id=1 | eval {user}=n | table ann", []string{"ann=5"}},
		{"names as they were before", "id=1 | rename n as m, id as n | table m n", []string{"m=5 n=1"}},
		{"a name for another", "id=1 | rename id as n, n as id | table id n", []string{"id=5 n=1"}},
		{"a missing source removes the target", "id=1 | rename nothing as n | table id n", []string{"id=1"}},
		{"wildcards carry over", "id=1 | table id user | rename u*r as x_*_y", []string{"id=1 x_se_y=ann"}},
		{"fields keep the time", "id=1 | fields user id", []string{"user=ann id=1 _time=100"}},
		{"fields without it", "id=1 | fields user id | fields - _*", []string{"user=ann id=1"}},
		{"table makes columns", "id=1 | table no* id none", []string{"id=1"}},
	})
}

func TestConvert(t *testing.T) {
	const in = `1 e=86399 d=1+00:01:01 m=2m c=1,234 u=~12 sec~ t=10:30.5 s=text`
	check(t, in, []spec{
		{"ctime", `* | convert timeformat="%H:%M" ctime(e) as t | table t e`, []string{"t=23:59 e=86399"}},
		{"ctime leaves text", "* | convert ctime(s) | table s", []string{"s=text"}},
		{"dur2sec", "* | convert dur2sec(d) | table d", []string{"d=86461"}},
		{"mstime", "* | convert mstime(t) | table t", []string{"t=630.5"}},
		{"memk", "* | convert memk(m) | table m", []string{"m=2048"}},
		{"rmcomma", "* | convert rmcomma(c) | table c", []string{"c=1234"}},
		{"rmunit", "* | convert rmunit(u) | table u", []string{"u=12"}},
		{"num removes what is none", "* | convert num(c) num(s) | table c s", []string{"c=1234"}},
		{"auto leaves it", "* | convert auto(*) | table c s d m", []string{"c=1234 s=text d=86461 m=2048"}},
		{"none takes fields out", "* | table c u | convert auto(*) none(u) | table c u", []string{"c=1234 u=12 sec"}},
	})
}

func TestStats(t *testing.T) {
	check(t, logins, []spec{
		{"columns in order", "* | stats count sum(n) as s by host", []string{"host=a count=2 s=12", "host=b count=2 s=1"}},
		{"no rows without a key", "* | stats count by user", []string{"user=ann count=2", "user=bob count=1"}},
		{"a row for each value of a key", "* | stats count by tag", []string{"tag=x count=1", "tag=y count=2"}},
		{"one row for nothing", "id=9 | stats count values(id)", []string{"count=0"}},
		{"none for no groups", "id=9 | stats count by id", []string{}},
		{"numbers in order", "* | eval n=if(n=\"x\",10,n) | stats count by n", []string{"n=1 count=1", "n=5 count=1", "n=7 count=1", "n=10 count=1"}},
		{"wildcards", "* | stats dc(*) as dc_* by host | table dc_id dc_n dc_user", []string{"dc_id=2 dc_n=2 dc_user=2", "dc_id=2 dc_n=2 dc_user=1"}},
		{"conditions", `* | stats count(eval(n>4)) as many count(eval(user="ann")) as ann`, []string{"many=3 ann=2"}},
		{"by time", "* | stats earliest(id) as e latest(id) as l first(id) as f last(id) as z", []string{"e=1 l=4 f=4 z=1"}},
		{"eventstats", "* | eventstats count by user | table id count", []string{"id=4", "id=3 count=2", "id=2 count=1", "id=1 count=2"}},
	})
}

func TestStreamstats(t *testing.T) {
	const in = `
		10 n=1 g=a
		20 n=2 g=b
		30 n=4 g=a
		100 n=8 g=a`
	check(t, in, []spec{
		{"so far", "* | reverse | streamstats sum(n) as s | table n s", []string{"n=1 s=1", "n=2 s=3", "n=4 s=7", "n=8 s=15"}},
		{"by group", "* | reverse | streamstats sum(n) as s by g | table n s", []string{"n=1 s=1", "n=2 s=2", "n=4 s=5", "n=8 s=13"}},
		{"without the row", "* | reverse | streamstats current=f sum(n) as s | table n s", []string{"n=1", "n=2 s=1", "n=4 s=3", "n=8 s=7"}},
		{"a window over all", "* | reverse | streamstats window=2 sum(n) as s by g | table n s", []string{"n=1 s=1", "n=2 s=2", "n=4 s=4", "n=8 s=12"}},
		{"a window for each group", "* | reverse | streamstats window=2 global=f sum(n) as s count by g | table n s count",
			[]string{"n=1 s=1 count=1", "n=2 s=2 count=1", "n=4 s=5 count=2", "n=8 s=12 count=2"}},
		{"a window of time", "* | reverse | streamstats time_window=30s sum(n) as s | table n s", []string{"n=1 s=1", "n=2 s=3", "n=4 s=7", "n=8 s=8"}},
		{"reset on change", "* | reverse | streamstats reset_on_change=t count by g | table n count", []string{"n=1 count=1", "n=2 count=1", "n=4 count=1", "n=8 count=2"}},
		{"reset before", `* | reverse | streamstats reset_before="(n==4)" sum(n) as s | table s`, []string{"s=1", "s=3", "s=4", "s=12"}},
		{"reset after", `* | reverse | streamstats reset_after="(s>2)" sum(n) as s | table s`, []string{"s=1", "s=3", "s=4", "s=8"}},
	})
}

// mapOf makes fields of names and values in turn.
func mapOf(pairs ...string) event.Map {
	m := event.Map{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

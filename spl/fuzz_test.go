package spl

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
)

// seeds have every command once.
var seeds = []string{
	`host=web1 (status=500 OR status>=400) NOT user IN (alice, "b*") earliest=-1h "two words" TERM(a.b) CASE(X)`,
	`| tstats fillnull_value=none count dc(Web.src) as n from datamodel=Web where Web.status=200 by _time span=1h Web.dest`,
	"search `ctime(t)` ```why``` | convert timeformat=\"%F\" ctime(t) as u",
	`* | eval a=1+2*3 . "x", {k}=if(isnull('a b'), null(), a), b=NOT_x | where a>1 AND NOT b IN (1, "2") XOR like(c, "%d")`,
	`* | stats count(eval(a=1)) as n p95(x) values(*) as * by h | eventstats avg(x) | streamstats window=3 current=f reset_after="(n>1)" sum(x) as s by h`,
	`* | chart limit=5 count over h by s | timechart span=1h sum(x) by h where sum in top5 | top 3 a by b | rare limit=2 a`,
	`* | rename a.* as *, "b c" as d | fields - x | table a b* | dedup 2 a sortby -b | sort 5 -num(a), "b c" | head (a<3) | tail 2 | reverse`,
	`* | rex field=a max_match=0 "(?<b>\d+)" | rex mode=sed "s/a/b/g" | regex a!="^x" | spath input=j path=a{}.b | fromjson j | xmlkv x | extract pairdelim=";" kvdelim="=" | multikv fields a b`,
	`* | lookup users user as u OUTPUTNEW dept as d | inputlookup append=t users where dept=x | outputlookup append=t out | collect index=i source=s | outputcsv o`,
	`* | bin span=1h _time as t | makemv delim="," a | mvexpand a limit=3 | mvcombine a | nomv a | fillnull value=x a | filldown | replace "a*" with *, b with c in d`,
	`* | join type=left max=0 a [search b=1 | table a] | append [| makeresults count=2] | appendcols [search x] | appendpipe [stats count] | union [search a] [search b]`,
	`* | foreach a* [eval <<FIELD>>='<<FIELD>>'+1] | map search="search a=$b$" maxsearches=3 | transaction a maxspan=5m startswith=(x=1) endswith=eval(y>2)`,
	`* | addtotals fieldname=t a b | addcoltotals label=x | return 3 a=b, $c | format | xyseries a b c | untable a b c | transpose 5 header_field=a`,
	`* | iplocation prefix=p_ ip | tags outputfield=t a | typer | delta a as b p=2 | accum a | autoregress a p=1-3 | rangemap field=a low=0-9 | outlier action=rm a | anomalydetection a | fieldformat a=b*2`,
	`| from datamodel:Endpoint.Processes | search a=1`,
	`* | where searchmatch("a=b OR c>1 NOT x=* y") OR NOT searchmatch("NOT z") | eval x=if(searchmatch("u=*"), 1, 2)`,
	`| gentimes start=-3 increment=1h`,
	`user=[search a=1 | return $u] NOT [| inputlookup users]`,
}

// seedContent is what the seeds refer to.
func seedContent() *Content {
	return &Content{
		Macros:  map[string]Macro{"ctime(1)": {Name: "ctime", Args: []string{"f"}, Definition: `$f$=* OR "$f$"`}},
		Lookups: map[string]*ast.LookupDef{"users": {Name: "users", MaxMatches: 1}},
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	c := seedContent()
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse("fuzz", text, c)
		if err != nil {
			require.IsType(t, &ast.Error{}, err)
			return
		}
		again := ast.Format(q)
		r, err := Parse("again", again, c)
		require.NoError(t, err, again)
		require.Empty(t, cmp.Diff(q, r, sameTree), again)
	})
}

func TestSeeds(t *testing.T) {
	c := seedContent()
	for _, s := range seeds {
		q, err := Parse("seed", s, c)
		if !assert.NoError(t, err, s) {
			continue
		}
		text := ast.Format(q)
		again, err := Parse("again", text, c)
		if assert.NoError(t, err, text) {
			assert.Empty(t, cmp.Diff(q, again, sameTree), text)
		}
	}
}

// hang is far beyond what any text takes, on whatever machine: it tells a
// blow-up from a slow day.
const hang = 30 * time.Second

// Hostile searches are answered soon, with an error at a place.
func TestHostile(t *testing.T) {
	const n = 100_000
	bomb := &Content{Macros: map[string]Macro{
		"b0": {Definition: "x"}, "loop": {Definition: "`loop`"}, "e0": {Definition: ""},
	}}
	for i := 1; i < 60; i++ {
		for _, l := range []string{"b", "e"} {
			name := l + string(rune('0'+i/10)) + string(rune('0'+i%10))
			before := l + string(rune('0'+(i-1)/10)) + string(rune('0'+(i-1)%10))
			if i == 1 {
				before = l + "0"
			}
			bomb.Macros[name] = Macro{Name: name, Definition: "`" + before + "``" + before + "`"}
		}
	}
	for name, text := range map[string]string{
		"brackets":           strings.Repeat("(", n),
		"brackets in eval":   "* | where " + strings.Repeat("(", n),
		"calls":              "* | eval x=" + strings.Repeat("f(", n),
		"subsearches":        strings.Repeat("[", n),
		"searches in search": strings.Repeat("[search ", n),
		"quote":              `a="` + strings.Repeat("x", n),
		"backticks":          strings.Repeat("`", n+1),
		"macro bomb":         "`b59`",
		"empty macro bomb":   "`e59`",
		"macro loop":         "`loop`",
		"sum":                "* | eval x=1" + strings.Repeat("+1", n),
	} {
		start := time.Now()
		_, err := Parse("hostile", text, bomb)
		var at *ast.Error
		if assert.ErrorAs(t, err, &at, name) {
			assert.Positive(t, at.Line, name)
			assert.Less(t, len(at.Message), 500, name)
		}
		assert.Less(t, time.Since(start), hang, name)
	}
	for name, text := range map[string]string{
		"list":    "a IN (" + strings.Repeat("abc, ", n) + "x)",
		"terms":   strings.Repeat("a=b OR ", n) + "c",
		"nots":    strings.Repeat("NOT ", n) + "c",
		"minuses": "* | eval x=" + strings.Repeat("-", n) + "1",
		"pipes":   "*" + strings.Repeat(" | head", n),
		"pairs":   "* " + strings.Repeat("[search x]", n/10),
		"fields":  "* | table " + strings.Repeat("abc, ", n),
	} {
		start := time.Now()
		_, err := Parse("large", text, nil)
		assert.NoError(t, err, name)
		assert.Less(t, time.Since(start), hang, name)
	}
}

package spl

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
)

// What Format writes is parsed to the same tree.
func TestFormat(t *testing.T) {
	same := cmp.Options{
		tree, cmpopts.IgnoreFields(ast.Query{}, "Source", "Notes"), cmpopts.IgnoreFields(ast.Subtext{}, "Parse"),
		cmpopts.IgnoreFields(ast.Agg{}, "Text"),
	}
	for _, text := range []string{
		`(a=x earliest=-2h latest=now) OR (b=y latest="1/2/2024:00:00:00") earliest=-1d | format`,
		`| rest /services/server/info | appendpipe [apply model | stats count]`,
		`* | where a>0e0 OR a<1e3 OR a=1.50`,
		`* | addinfo | reltime timefield=x prefix=p | concurrency duration=d start=s output=o`,
		`* | contingency maxrows=3 usetotal=f a b | fieldsummary maxvals=3 a b* | selfjoin max=2 keepsingle=t a b`,
		`| datamodel Endpoint Processes search`,
		`| datamodel Endpoint Processes flat | timewrap 1week series=short | uniq | rtorder | require | xmlunescape`,
		`| eventcount summarize=f index=a index=b`,
		`| metadata type=hosts index=a`,
		`| mcatalog values(metric_name) WHERE index=m BY host`,
		`| msearch index=a filter="x=1"`,
		`| mstats avg(cpu.load) as x WHERE index=m by host span=1m`,
		`| set diff [search a=1 | table x] [search b=2 | table x]`,
		`| union maxout=3 [search a] [search b] | append maxout=10 [search a]`,
		`| tstats prestats=t fillnull_value=x count from datamodel=Web where Web.src=x by Web.src | stats count by Web.src`,
		`| tstats prestats=t count from datamodel=Web | tstats prestats=t append=t values(Web.url) from datamodel=Web by Web.src | stats count`,
		`* | makecontinuous n bins=10 start=1 end=5 | setfields a="x y", b=z | strcat allrequired=t a "-" b c`,
		`* | tojson str(a) num(b*) c output_field=j | trendline sma3(x) as y wma2(z)`,
		`* | xpath outfield=x field=y default=none "//a/@b" | tags outputfield=t a b | typer`,
		`* | chart eval(sum(b)/count) as r over h by s limit=1`,
		`* | timechart span=1h aligntime=@d eval(avg(b)) as m per_hour(c)`,
		`* | eval x=[search a | return $b]+1 | where y>[search c | return $d]`,
		`* | multikv fields a b filter c d noheader=t rmorig=f | convert auto(*) none(x) | chart count`,
	} {
		q, err := Parse("t", text, nil)
		require.NoError(t, err, text)
		written := ast.Format(q)
		again, err := Parse("t", written, nil)
		if assert.NoError(t, err, written) {
			assert.Empty(t, cmp.Diff(q.Stages, again.Stages, same), written)
		}
	}
}

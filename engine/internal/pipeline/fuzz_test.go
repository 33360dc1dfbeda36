package pipeline_test

import (
	"context"
	"testing"
	"time"

	"github.com/spoor-lang/spoor/engine/internal/pipeline"
	"github.com/spoor-lang/spoor/spl"
)

// Whatever parses compiles or is refused, and what compiles runs.
func FuzzRun(f *testing.F) {
	for _, text := range []string{
		"* | stats count values(n) as v by user host | sort -count | head 3",
		"a=1 [search b=2 | table c] | eval x=n*2, {user}=1 | where x>3 | dedup user",
		"* | chart sum(n) over host by user limit=1 | transpose header_field=host",
		"* | timechart span=1m count by user | untable _time a b | xyseries _time a b",
		"* | streamstats window=2 avg(n) as a by user reset_on_change=t | eventstats p50(n) as p",
		"* | rex field=user max_match=0 \"(?<c>.)\" | mvexpand c | mvcombine c | nomv c | makemv delim=\"n\" c",
		"* | transaction user startswith=(n=5) maxspan=1m | join user [search n=7 | fields user n]",
		"* | foreach n* [eval <<FIELD>>_x='<<FIELD>>'+1] | addtotals row=t col=t | fillnull value=0 | convert ctime(*)",
		"* | top 2 user by host | rare host | append [search n=5] | appendpipe [stats count] | rename * as x_*",
		"* | bin span=10 n | bin _time bins=3 | lookup users user | spath input=user | extract | multikv | delta n",
		"| tstats count from datamodel=Endpoint.Processes where Processes.user=ann by _time span=auto Processes.dest",
		"* | map search=\"search user=$user$ | return 2 user\" | format | reverse | tail 2 | accum n | outlier n",
		"| makeresults count=3 | streamstats count | eval t=split(\"a,b\",\",\") | stats list(t) sparkline(count) range(count)",
		"* | rex mode=sed field=user \"s/a/b/g\" | replace a* with b* in user | rangemap field=n low=0-5 | head (n>1)",
	} {
		f.Add(text)
	}
	in := read(logins)
	c := content()
	f.Fuzz(func(t *testing.T, text string) {
		q, err := spl.Parse("fuzz", text, c)
		if err != nil {
			return
		}
		p, errs := pipeline.Compile(q, pipeline.Options{})
		if len(errs) > 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		out, err := p.Run(ctx, &pipeline.Env{Input: in, Now: now})
		if err == nil {
			printed(out)
		}
	})
}

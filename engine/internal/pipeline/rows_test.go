package pipeline_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/engine/event"
)

const mixed = `
	1 id=1 v=10 ip=10.0.0.9 g=a
	2 id=2 v=9 ip=9.1.1.1 g=b
	3 id=3 v=x ip=10.0.0.10 g=a
	4 id=4 g=b
`

func TestOrder(t *testing.T) {
	check(t, mixed, []spec{
		{"numbers, texts, nothing", "* | sort v | table id", []string{"id=2", "id=1", "id=3", "id=4"}},
		{"nothing last either way", "* | sort -v | table id", []string{"id=3", "id=1", "id=2", "id=4"}},
		{"as text", "* | sort str(v) | table id", []string{"id=1", "id=2", "id=3", "id=4"}},
		{"addresses", "* | sort ip | table id", []string{"id=2", "id=1", "id=3", "id=4"}},
		{"two keys", "* | sort g -id | table id", []string{"id=3", "id=1", "id=4", "id=2"}},
		{"the first of them", "* | sort 2 id | table id", []string{"id=1", "id=2"}},
		{"head", "* | head 1 | table id", []string{"id=4"}},
		{"head while", "* | sort id | head (id<3) | table id", []string{"id=1", "id=2"}},
		{"head while, with the last", "* | sort id | head (id<3) keeplast=t | table id", []string{"id=1", "id=2", "id=3"}},
		{"a null ends it", "* | sort id | head (isnotnull(v) AND v!=\"q\" AND n>0) | table id", []string{}},
		{"unless it may", "* | sort id | head (n>0) null=t | head 2 | table id", []string{"id=1", "id=2"}},
		{"tail turns around", "* | tail 2 | table id", []string{"id=1", "id=2"}},
		{"reverse", "* | reverse | table id", []string{"id=1", "id=2", "id=3", "id=4"}},
	})
}

// A NaN has one place in the order of numbers, behind them, whatever order rows come in.
func TestOrderOfNaN(t *testing.T) {
	tests := []spec{
		{"sort", "* | table n | sort n", []string{"n=1", "n=2", "n=3", "n=10", "n=NaN", "n=x"}},
		{"sort backwards", "* | table n | sort -n", []string{"n=x", "n=NaN", "n=10", "n=3", "n=2", "n=1"}},
		{"groups", "* | stats count by n | fields n", []string{"n=1", "n=2", "n=3", "n=10", "n=NaN", "n=x"}},
		{"dedup", "* | table n | dedup n sortby n", []string{"n=1", "n=2", "n=3", "n=10", "n=NaN", "n=x"}},
		{"min and max", "* | where n!=\"x\" | stats min(n) as a max(n) as b", []string{"a=1 b=NaN"}},
		{"xyseries", "* | eval c=\"c\", v=1 | xyseries n c v | fields n", []string{"n=1", "n=2", "n=3", "n=10", "n=NaN", "n=x"}},
	}
	r := rand.New(rand.NewPCG(113, 127))
	vals := []any{3, math.NaN(), 1, "x", 10, 2}
	for range 50 {
		var in events
		for i, at := range r.Perm(len(vals)) {
			in = append(in, event.Event{Time: time.Unix(int64(i), 0), Fields: event.Map{"n": vals[at]}})
		}
		for _, s := range tests {
			assert.Equal(t, s.want, search(t, in, s.search), s.name)
		}
	}
}

func TestDedup(t *testing.T) {
	check(t, mixed, []spec{
		{"the first", "* | dedup g | table id", []string{"id=4", "id=3"}},
		{"of each the first two", "* | sort id | dedup 2 g | table id", []string{"id=1", "id=2", "id=3", "id=4"}},
		{"without the field", "* | dedup v | table id", []string{"id=3", "id=2", "id=1"}},
		{"keepempty", "* | dedup v keepempty=t | table id", []string{"id=4", "id=3", "id=2", "id=1"}},
		{"keepevents", "* | dedup g keepevents=t | table id g", []string{"id=4 g=b", "id=3 g=a", "id=2", "id=1"}},
		{"consecutive", "* | dedup g consecutive=t | table id", []string{"id=4", "id=3", "id=2", "id=1"}},
		{"sortby decides which", "* | dedup g sortby id | table id", []string{"id=1", "id=2"}},
	})
}

func TestFill(t *testing.T) {
	check(t, mixed, []spec{
		{"fields that some row has", "id>2 | table id v w | fillnull | table id v w", []string{"id=4 v=0", "id=3 v=x"}},
		{"the fields that are named", "id>2 | fillnull value=? v w | table id v w", []string{"id=4 v=? w=?", "id=3 v=x w=?"}},
		{"filldown", "* | sort id | filldown v | table id v", []string{"id=1 v=10", "id=2 v=9", "id=3 v=x", "id=4 v=x"}},
		{"replace whole values", "* | replace 1* with one*, x with y in v | table v", []string{"", "v=y", "v=9", "v=one0"}},
	})
}

func TestBin(t *testing.T) {
	check(t, `
		59.5 n=0 x=12
		61 n=7 x=-3
		3700 n=99 x=word`, []spec{
		{"time", "* | bin span=1m _time | table _time", []string{"_time=3660", "_time=60", "_time=0"}},
		{"plain seconds", "* | bin span=10 _time | table _time", []string{"_time=3700", "_time=60", "_time=50"}},
		{"ranges", "* | bin span=5 x as y | table x y", []string{"x=word y=word", "x=-3 y=-5-0", "x=12 y=10-15"}},
		{"so many", "* | bin bins=10 n | table n", []string{"n=90-100", "n=0-10", "n=0-10"}},
		{"time without a span", "* | bin bins=2 _time | stats count by _time", []string{"_time=0 count=2", "_time=3600 count=1"}},
		{"the origin", "* | bin span=1m aligntime=30 _time | table _time", []string{"_time=3690", "_time=30", "_time=30"}},
	})
}

func TestMultivalue(t *testing.T) {
	check(t, `
		1 id=1 m=a,b,,c t=x|y s=~a1 b2~
		2 id=2 m=d`, []spec{
		{"split", `id=1 | makemv delim="," m | table m`, []string{"m=a|b|c"}},
		{"with empty ones", `id=1 | makemv delim="," allowempty=t m | table m`, []string{"m=a|b||c"}},
		{"tokens", `id=1 | makemv tokenizer="([a-z])\d" s | table s`, []string{"s=a|b"}},
		{"expand", "* | mvexpand t | table id t", []string{"id=2", "id=1 t=x", "id=1 t=y"}},
		{"expand some", "* | mvexpand t limit=1 | table id t", []string{"id=2", "id=1 t=x"}},
		{"one text", "* | nomv t | table t", []string{"", "t=x|y"}},
		{"combine", "* | table m id | eval m=1 | mvcombine id", []string{"m=1 id=2|1"}},
		{"combine for one text", `* | table m id | eval m=1 | mvcombine delim=";" id | nomv id`, []string{"m=1 id=2;1"}},
	})
}

func TestExtract(t *testing.T) {
	check(t, `
		1 id=1 m=~user=ann id=7 user=bob~ j=~{"a":{"b":[1,2]},"c":"x"}~ l=k1|k2 _raw=~a=1, b="two words"~
		2 id=2 m=none x=~<T><A q="1">one</A><B/><C>two</C></T>~`, []spec{
		{"the first match", `* | rex field=m "user=(?<u>\w+)" | table id u`, []string{"id=2", "id=1 u=ann"}},
		{"all matches", `id=1 | rex field=m max_match=0 "user=(?<u>\w+)" | table u`, []string{"u=ann|bob"}},
		{"of each value", `id=1 | rex field=l "k(?<d>\d)" | table d`, []string{"d=1|2"}},
		{"a group that takes no part", `id=1 | rex field=m "user=(?<u>\w+)|(?<no>zz)" | table u no`, []string{"u=ann"}},
		{"where", `id=1 | rex field=m "user=(?<u>\w+)" offset_field=o | table o`, []string{"o=u=5-7"}},
		{"sed", `id=1 | rex field=m mode=sed "s/(\w+)=(\w+)/\2:\1/g" | table m`, []string{"m=ann:user 7:id bob:user"}},
		{"sed, the second", `id=1 | rex field=m mode=sed "s/user/U/2" | table m`, []string{"m=user=ann id=7 U=bob"}},
		{"sed, letters", `id=1 | rex field=m mode=sed "y/abn/xyz/" | table m`, []string{"m=user=xzz id=7 user=yoy"}},
		{"a path", "id=1 | spath input=j path=a.b{} output=p | table p", []string{"p=1|2"}},
		{"all paths", "id=1 | spath input=j | table a.b{} c", []string{"a.b{}=1|2 c=x"}},
		{"an object's members", "id=1 | fromjson j | table a c", []string{`a={"b":[1,2]} c=x`}},
		{"elements", "id=2 | xmlkv x | table A B C T", []string{"A=one C=two"}},
		{"pairs", `id=1 | extract pairdelim="," kvdelim="=" | table a b`, []string{"a=1 b=two words"}},
	})
}

func TestTableInText(t *testing.T) {
	in := read("1 id=1")
	in[0].Fields = mapOf("id", "1", "_raw", "PID CMD\n1 init\n22 sshd")
	if got := search(t, in, "* | multikv | table id PID CMD"); len(got) != 2 || got[1] != "id=1 PID=22 CMD=sshd" {
		t.Errorf("got %q", got)
	}
}

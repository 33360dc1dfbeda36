package jsonpath

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/event"
)

const order = `{"id": 7, "buyer": {"name": "Ada", "tags": ["vip", "new"]}, "paid": true, "note": null,
	"lines": [{"sku": "A1", "n": 2.50}, {"sku": "B2", "n": 1, "opts": [{"k": "x"}, {"k": "y"}]}],
	"k8s.io/app": {"v": "1"}, "grid": [[1, 2], [3]], "none": [], "empty": {}}`

func TestExtract(t *testing.T) {
	for _, c := range []struct {
		name, path string
		want       any
	}{
		{"a member", "id", "7"},
		{"a nested member", "buyer.name", "Ada"},
		{"a number keeps its digits", "lines{0}.n", "2.50"},
		{"true", "paid", "true"},
		{"null is a word", "note", "null"},
		{"all elements", "buyer.tags{}", []string{"vip", "new"}},
		{"one element", "buyer.tags{1}", "new"},
		{"an element that is not there", "buyer.tags{2}", nil},
		{"members of all elements", "lines{}.sku", []string{"A1", "B2"}},
		{"members of all elements without braces", "lines.sku", []string{"A1", "B2"}},
		{"elements of elements", "lines{}.opts{}.k", []string{"x", "y"}},
		{"an array as a whole", "buyer.tags", `["vip","new"]`},
		{"an object as a whole", "lines{0}", `{"sku":"A1","n":2.50}`},
		{"elements that are objects", "lines{}.opts{}", []string{`{"k":"x"}`, `{"k":"y"}`}},
		{"a key with a dot", "k8s.io/app.v", "1"},
		{"arrays in arrays", "grid{}{}", []string{"1", "2", "3"}},
		{"an empty array is there", "none", "[]"},
		{"but has no elements", "none{}", nil},
		{"braces on what is no array", "id{}", nil},
		{"a member of a scalar", "id.x", nil},
		{"no such member", "seller", nil},
	} {
		t.Run(c.name, func(t *testing.T) { same(t, c.want, Extract(order, c.path)) })
	}
}

func TestExtractFromOtherTexts(t *testing.T) {
	for _, c := range []struct {
		name, text, path string
		want             any
	}{
		{"an array at the top", `[{"a":1},{"a":2}]`, "{}.a", []string{"1", "2"}},
		{"one of its elements", `[{"a":1},{"a":2}]`, "{1}.a", "2"},
		{"no JSON", "hello a=1", "a", nil},
		{"nothing", "", "a", nil},
		{"a scalar", `"a"`, "a", nil},
		{"what stands before the break", `{"a":1,"b":"x`, "a", "1"},
		{"what is broken", `{"a":1,"b":"x`, "b", nil},
		{"a number that may go on", `{"a":1,"b":12`, "b", nil},
		{"what follows the end", `{"a":1} and more`, "a", "1"},
		{"escapes", `{"a":"\u00e9\n\"\ud83d\ude00\ud83d"}`, "a", "é\n\"😀\ufffd"},
		{"a byte order mark", "\ufeff{\"a\":1}", "a", "1"},
		{"the first of two keys", `{"a":1,"a":2}`, "a", "1"},
	} {
		t.Run(c.name, func(t *testing.T) { same(t, c.want, Extract(c.text, c.path)) })
	}
}

const page = `<?xml version="1.0" encoding="iso-8859-1"?>
<feed xmlns:x="urn:x" lang="en"><entry id="1"><title>One &amp; only</title><by><name>Ada</name></by></entry>
<entry id="2"><title/><x:by>Bo</x:by></entry></feed>`

func TestExtractXML(t *testing.T) {
	for _, c := range []struct {
		path string
		want any
	}{
		{"feed.entry.title", "One & only"},
		{"feed.entry{@id}", []string{"1", "2"}},
		{"feed.entry{2}{@id}", "2"},
		{"feed{@lang}", "en"},
		{"feed.entry{1}.by.name", "Ada"},
		{"feed.entry{1}.by", "<name>Ada</name>"},
		{"feed.entry{2}.by", "Bo"},
		{"feed.entry{0}.by", nil},
		{"feed.entry{}.by", []string{"<name>Ada</name>", "Bo"}},
		{"feed.entry{7}", nil},
		{"feed{@lang}.entry", nil},
		{"entry.title", nil},
		{"", nil},
	} {
		t.Run(c.path, func(t *testing.T) { same(t, c.want, Extract(page, c.path)) })
	}
}

func TestFlatten(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"JSON", order, "id=7 buyer.name=Ada buyer.tags{}=vip buyer.tags{}=new paid=true note=null " +
			"lines{}.sku=A1 lines{}.n=2.50 lines{}.sku=B2 lines{}.n=1 lines{}.opts{}.k=x lines{}.opts{}.k=y " +
			"k8s.io/app.v=1 grid{}{}=1 grid{}{}=2 grid{}{}=3"},
		{"an array at the top", `[{"a":1},2]`, "{}.a=1 {}=2"},
		{"a text that breaks off", `{"a":{"b":[1,{"c":"d`, "a.b{}=1"},
		{"XML", `<a x="1"><b>t</b><b> </b><c y="2">u<d/></c></a>`, "a{@x}=1 a.b=t a.c{@y}=2 a.c=u"},
		{"XML that breaks off", `<a><b>t</b><c>u`, "a.b=t"},
		{"words", "no json", ""},
		{"a scalar", "12", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			Flatten(c.text, func(path, value string) { got = append(got, path+"="+value) })
			assert.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}

func TestParse(t *testing.T) {
	for _, good := range []string{`{}`, `[]`, ` {"a" : [ 1 , -2.5e+3, "x" ] } `, `"x"`, `true`, `null`, `0`, `-0.1`} {
		_, ok := Parse(good)
		assert.True(t, ok, good)
	}
	for _, bad := range []string{``, `{`, `[1,]`, `{"a"}`, `{"a":}`, `{a:1}`, `01`, `1.`, `.5`, `+1`, `1e`, `tru`, `"x`,
		`"\x"`, `"\u12"`, "\"\n\"", `{} {}`, `[1 2]`, `'x'`, `{"a":1,}`, `nan`} {
		_, ok := Parse(bad)
		assert.False(t, ok, bad)
	}
}

func TestJSON(t *testing.T) {
	n, ok := Parse(`{ "b": [1.0, "a\"\\\/\u0001\t<é>"], "a": {}, "b": null }`)
	require.True(t, ok)
	assert.Equal(t, `{"b":[1.0,"a\"\\/\u0001\t<é>"],"a":{},"b":null}`, n.JSON())
}

func TestUpdate(t *testing.T) {
	put := func(*Node) *Node { return &Node{Kind: Number, Text: "9"} }
	for _, c := range []struct {
		name, text, path string
		create           bool
		f                func(*Node) *Node
		want             string
	}{
		{"a member", `{"a":1,"b":2}`, "a", false, put, `{"a":9,"b":2}`},
		{"a new member", `{"a":1}`, "b.c", true, put, `{"a":1,"b":{"c":9}}`},
		{"no new member", `{"a":1}`, "b.c", false, put, `{"a":1}`},
		{"an element", `{"a":[1,2]}`, "a{1}", true, put, `{"a":[1,9]}`},
		{"all elements", `{"a":[{},{"b":1}]}`, "a{}.b", true, put, `{"a":[{"b":9},{"b":9}]}`},
		{"an element that is not there", `{"a":[1]}`, "a{5}", true, put, `{"a":[1]}`},
		{"a member of a scalar", `{"a":"b"}`, "a.c", true, put, `{"a":"b"}`},
		{"a removal", `{"a":{"b":1,"c":2}}`, "a.b", false, func(*Node) *Node { return nil }, `{"a":{"c":2}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, ok := Parse(c.text)
			require.True(t, ok)
			n.Update(c.path, c.create, c.f)
			assert.Equal(t, c.want, n.JSON())
		})
	}
}

func TestDeepTexts(t *testing.T) {
	for _, open := range []string{"[", `{"a":`, "<a>"} {
		text := strings.Repeat(open, 200_000)
		Flatten(text, func(string, string) { t.Error("nothing is complete") })
		assert.True(t, Extract(text, strings.Repeat("a.", 200_000)).IsNull())
	}
	long := strings.Repeat("k", 600)
	Flatten(`{"`+long+`":{"`+long+`":{"c":1}},"d":2}`, func(path, _ string) { assert.Equal(t, "d", path) })
}

func same(t *testing.T, want any, got event.Value) {
	t.Helper()
	if d := cmp.Diff(event.Of(want).Any(), got.Any()); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func FuzzExtract(f *testing.F) {
	f.Add(order, "lines{}.sku")
	f.Add(page, "feed.entry{@id}")
	f.Add(`{"a":[1,{"b":"\ud83d`, "a{1}.b")
	f.Fuzz(func(t *testing.T, text, path string) {
		Extract(text, path)
		Flatten(text, func(string, string) {})
		if n, ok := Parse(text); ok {
			again, ok := Parse(n.JSON())
			if !ok || again.JSON() != n.JSON() {
				t.Errorf("%q is not read as it was written", n.JSON())
			}
			n.Update(path, true, func(*Node) *Node { return &Node{Kind: Object} })
		}
	})
}

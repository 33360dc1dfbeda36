package jsonpath

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestXPath(t *testing.T) {
	const text = `<?xml version="1.0"?><root><a id="1" k="x">one</a><b><a id="2">two<c/></a></b><a id="3">three</a><n:d xmlns:n="u">four</n:d></root>`
	for path, want := range map[string][]string{
		"/root/a":             {"one", "three"},
		"root/a[2]":           {"three"},
		"//a":                 {"one", "two<c/>", "three"},
		"//a[1]":              {"one", "two<c/>"},
		"//*[3]/@id":          {"3"},
		"/root//a[2]":         {"three"},
		"//a/@id":             {"1", "2", "3"},
		"/root/*/@id":         {"1", "3"},
		"//a[@id='2']/text()": {"two"},
		`//a[@id="3"]`:        {"three"},
		"//a[@k]/@id":         {"1"},
		"//b[a='two']":        {"<a id=\"2\">two<c/></a>"},
		"//@id":               {"1", "2", "3"},
		"//d":                 {"four"},
		"//nothing":           nil,
		"/a":                  nil,
	} {
		x, err := ParseXPath(path)
		if assert.NoError(t, err, path) {
			assert.Equal(t, want, x.Find(text, 10), path)
		}
	}
	x, err := ParseXPath("//a")
	require.NoError(t, err)
	assert.Equal(t, []string{"one"}, x.Find(text, 1), "no more than asked for")
	assert.Equal(t, []string{"1"}, x.Find("<a>1</a><a>2", 1))
	assert.Empty(t, x.Find("no xml <", 9))
}

// An element is looked at once for a step, however many elements lead to it:
// the paths to these by way of all others are more than can be walked.
func TestXPathOverDeepText(t *testing.T) {
	text := strings.Repeat("<a>", 400) + strings.Repeat(`<b c="d"/>`, 10_000) + strings.Repeat("</a>", 400)
	for path, want := range map[string]int{"//*//*//*//b": 10_000, "//a[a]//*[@c]": 10_000, "//*//*//@c": 10_000, "//a[1]//a[2]": 0} {
		x, err := ParseXPath(path)
		require.NoError(t, err, path)
		assert.Len(t, x.Find(text, 20_000), want, path)
	}
}

func TestXPathErrors(t *testing.T) {
	for path, want := range map[string]string{
		"":                `expected a path, found ""`,
		"/a[":             `expected ] in the path "/a["`,
		"/a[position()>1": `expected ] in the path`,
		"/a[last()]":      `expected a number or a comparison in the path "/a[last()]", found "last()"`,
		"/@a/b":           "expected nothing behind an attribute",
		"count(//a)":      `expected a name in the path "count(//a)", found "count("`,
	} {
		_, err := ParseXPath(path)
		if assert.Error(t, err, path) {
			assert.Contains(t, err.Error(), want, path)
		}
	}
}

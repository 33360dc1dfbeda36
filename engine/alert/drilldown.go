package alert

import (
	"bytes"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/timefmt"
)

// Drilldown is a search that an analyst starts from an alert, filled in: parse
// it with the language of the rule, and run it over [Earliest, Latest).
type Drilldown struct {
	Name, Search string
	// Earliest and Latest are the window to search; a zero time leaves that
	// side open.
	Earliest, Latest time.Time
}

// The tokens of a drilldown that are no fields.
const (
	minTime        = "info_min_time"
	maxTime        = "info_max_time"
	originalSearch = "%original_detection_search%"
)

// Drilldowns returns the rule's drilldowns with the alert's values and window
// put in. A value goes into the search as one quoted text, whatever it
// contains: it can add no command. Where a search compares a field with one
// that has several values, it compares with each of them. Only a star, which
// no quoting makes plain in Splunk, stays a wildcard. A token whose field has
// no value stays as it is. The result is nil if the rule has no drilldowns.
func Drilldowns(a engine.Alert) []Drilldown {
	earliest, latest := window(a)
	field := func(name string) event.Value {
		switch name {
		case minTime:
			return event.OfFloat(epoch(earliest))
		case maxTime:
			return event.OfFloat(epoch(latest))
		}
		return a.Last(name)
	}
	var all []Drilldown
	for _, d := range a.Rule.Drilldowns {
		search := d.Search
		if q := a.Rule.Query; q != nil && q.Source != nil { // before any value is in it
			search = strings.ReplaceAll(search, originalSearch, strings.TrimSpace(q.Source.Text))
		}
		r := searchText{field: field}
		one := Drilldown{Name: Render(d.Name, field), Search: r.render(search)}
		one.Earliest, _ = timefmt.Relative(a.Time, Render(offset(d.Earliest, "-"), field))
		one.Latest, _ = timefmt.Relative(a.Time, Render(offset(d.Latest, "+"), field))
		all = append(all, one)
	}
	return all
}

// offset gives a length without a sign, 7d or a number of seconds, the sign of
// its side: before the alert, or behind it.
func offset(text, sign string) string {
	switch {
	case text == "" || text[0] < '0' || text[0] > '9':
		return text
	case strings.Trim(text, "0123456789") == "":
		text += "s"
	}
	return sign + text
}

// window is what the alert's search read, or, for events, their time; its end
// is open.
func window(a engine.Alert) (earliest, latest time.Time) {
	earliest, latest = a.Earliest, a.Latest
	first, last := span(a)
	if earliest.IsZero() {
		earliest = first
	}
	if latest.IsZero() {
		latest = last.Add(time.Second)
	}
	return earliest, latest
}

// maxSearch is where tokens are no longer filled in: a search of four
// megabytes has become one by values that no analyst looks for.
const maxSearch = 4 << 20

// fence begins and ends a comment, in which quotes mean nothing.
const fence = "```"

// searchText fills in the tokens of a search. It follows the quotes of the
// text, since a value is put in another way within them.
type searchText struct {
	field  func(string) event.Value
	out    []byte
	quoted bool
}

func (r *searchText) render(text string) string {
	for i := 0; i < len(text); {
		n := r.token(text[i:])
		if n == 0 {
			n = r.plain(text[i:])
		}
		i += n
	}
	return string(r.out)
}

// plain copies what stands for itself, and returns its length.
func (r *searchText) plain(text string) int {
	n := 1
	switch {
	case text[0] == '\\':
		n = min(2, len(text))
	case text[0] == '"':
		r.quoted = !r.quoted
	case !r.quoted && strings.HasPrefix(text, fence):
		n = len(text)
		if end := strings.Index(text[len(fence):], fence); end >= 0 {
			n = end + 2*len(fence)
		}
	}
	r.out = append(r.out, text[:n]...)
	return n
}

// token writes the value of the token that the text begins with, and returns
// the token's length; 0 if there is none, or no value. A token with quotes of
// its own is like one without.
func (r *searchText) token(text string) int {
	rest := text
	own := !r.quoted && text[0] == '"'
	if own {
		rest = text[1:]
	}
	name, n := tokenName(rest)
	if n == 0 || own && !strings.HasPrefix(rest[n:], `"`) || len(r.out) > maxSearch {
		return 0
	}
	v := r.field(name)
	switch {
	case v.IsNull():
		return 0
	case name == minTime || name == maxTime:
		r.out = append(r.out, v.Text()...)
	case r.quoted:
		r.out = append(r.out, escape(join(v))...)
	default:
		r.values(distinct(v))
	}
	if own {
		n += 2
	}
	return n
}

// tokenName returns the name in the $token$ that a text begins with, and the
// token's length; 0 if it begins with none. Dollar signs occur in searches
// for other reasons, as in regular expressions.
func tokenName(text string) (name string, n int) {
	if !strings.HasPrefix(text, "$") {
		return "", 0
	}
	end := strings.IndexByte(text[1:], '$')
	if end <= 0 {
		return "", 0
	}
	name = text[1 : 1+end]
	for i := range len(name) {
		if !nameByte(name[i]) {
			return "", 0
		}
	}
	return name, end + 2
}

func nameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("_.:-{}@", c) >= 0
}

// values writes a value in quotes, several as a list.
func (r *searchText) values(list []string) {
	switch {
	case len(list) == 0:
		list = []string{""}
	case len(list) > 1 && !r.comparison():
		list = list[:1]
	}
	set := len(list) > 1 && bytes.HasSuffix(r.out, []byte("="))
	if set {
		r.out = append(bytes.TrimRight(r.out, "= "), " IN ("...)
	}
	for i, text := range list {
		if i > 0 {
			r.out = append(r.out, ", "...)
		}
		r.out = append(r.out, quote(text)...)
	}
	if set {
		r.out = append(r.out, ')')
	}
}

// comparison reports whether several values may stand where one was asked
// for: in a list, and on the right of an equals sign, which then is the last
// that was written. What differs from one of them, or lies beside it, has one.
func (r *searchText) comparison() bool {
	before := bytes.TrimRight(r.out, " ")
	switch {
	case bytes.HasSuffix(before, []byte("(")), bytes.HasSuffix(before, []byte(",")):
		return true
	case !bytes.HasSuffix(before, []byte("=")):
		return false
	}
	r.out = before
	before = bytes.TrimRight(before, "=")
	return len(before) > 0 && !bytes.ContainsAny(before[len(before)-1:], "!<>")
}

func quote(text string) string { return `"` + escape(text) + `"` }

// escape makes a text safe within double quotes.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
}

// join puts the parts of a value in one line.
func join(v event.Value) string { return strings.ReplaceAll(v.Text(), "\n", ", ") }

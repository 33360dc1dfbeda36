package ruletest

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

// Rewrite returns a test file with what its rules say now in the place of what
// it expects: the rows of alerts (=> RULE {…}) and the golden trees. The rest
// stays as it is, and so do rows that are right, to the letter; in particular
// the alerts that are named by their events, and the lines that must be
// refused, which say what the rule is meant to do. The arguments and the errors
// are those of [Parse].
func Rewrite(name, text string, dir fs.FS) (string, error) {
	cases, err := Parse(name, text, dir)
	if err != nil {
		return "", err
	}
	lines := strings.Split(text, "\n")
	for _, c := range slices.Backward(cases) {
		r := &runner{Case: c}
		rules := r.load()
		if e, _ := r.engine(rules); e != nil {
			for l, alerts := range r.play(e) {
				lines[l.line] = l.rewritten(lines[l.line], alerts)
			}
		}
		for _, t := range slices.Backward(c.trees) {
			for _, x := range rules {
				if x.ID == t.rule {
					tree := strings.TrimRight(treeText(x.Query), "\n")
					lines = slices.Replace(lines, t.from, t.to, strings.Split("\t"+strings.ReplaceAll(tree, "\n", "\n\t"), "\n")...)
				}
			}
		}
	}
	return strings.Join(lines, "\n"), nil
}

// rewritten is the text of the line with the rows of these alerts.
func (l line) rewritten(text string, alerts []engine.Alert) string {
	missing, unexpected := l.differences(alerts)
	unexpected = slices.DeleteFunc(unexpected, func(a engine.Alert) bool { return len(a.Events) > 0 })
	end := len(strings.TrimRight(text, " \t\r"))
	tail := text[end:]
	text = text[:end]
	for _, x := range slices.Backward(l.expect) {
		i := slices.IndexFunc(missing, func(m expectation) bool { return m.from == x.from && m.row })
		if i < 0 {
			continue
		}
		var fresh string
		if n := len(unexpected); n > 0 { // a row that has changed stays in its place
			fresh, unexpected = rowText(unexpected[n-1]), unexpected[:n-1]
		}
		before, behind := text[:x.from], strings.TrimLeft(text[min(x.to, len(text)):], " ")
		if fresh == "" {
			before = strings.TrimRight(before, " ")
		}
		text = strings.TrimRight(before+fresh+" "+behind, " ")
	}
	for _, a := range unexpected {
		text += " " + rowText(a)
	}
	return text + tail
}

// rowText writes an alert's row as an expectation, with its columns in their
// order, and without those that are empty.
func rowText(a engine.Alert) string {
	var parts []string
	for i, name := range a.Row.Columns {
		if v := a.Row.Values[i]; !v.IsNull() {
			parts = append(parts, jsonText(name)+": "+jsonText(plain(v)))
		}
	}
	return "=> " + a.Rule.ID + " {" + strings.Join(parts, ", ") + "}"
}

// plain is a value as JSON has it; what JSON has not is a text.
func plain(v event.Value) any {
	if v.IsList() {
		list := []any{}
		for i := range v.Len() {
			list = append(list, plain(v.At(i)))
		}
		return list
	}
	switch x := v.Any().(type) {
	case bool, int64, string:
		return x
	case float64:
		if _, err := json.Marshal(x); err == nil && event.Of(json.Number(v.Text())).Text() == v.Text() {
			return json.Number(v.Text())
		}
	}
	return v.Text()
}

func jsonText(x any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(x); err != nil {
		return `""` // no text, list or number of ours fails
	}
	return strings.TrimSpace(b.String())
}

package alert

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

// Message returns what the alert says in one line: the rule's message with
// its $field$ tokens filled in, or, for a rule without one, what happened
// where, and of a row its first columns. A token whose field has no value stays
// as it is written; a list is joined by commas.
func Message(a engine.Alert) string {
	if a.Rule.Message != "" {
		return Render(a.Rule.Message, a.Field)
	}
	var b strings.Builder
	b.WriteString(a.Name())
	for _, part := range [...]struct{ word, field string }{
		{"process", "process.name"}, {"started by", "process.parent.name"}, {"file", "file.path"},
		{"user", "user.name"}, {"source", "source.ip"}, {"host", "host.name"},
	} {
		if v := a.Last(part.field); !v.IsNull() {
			fmt.Fprintf(&b, ", %s %s", part.word, strings.ReplaceAll(v.Text(), "\n", ", "))
		}
	}
	for i, c := range a.Row.Columns[:min(messageColumns, len(a.Row.Columns))] {
		if v := a.Row.Values[i]; !v.IsNull() {
			fmt.Fprintf(&b, ", %s %s", c, strings.ReplaceAll(v.Text(), "\n", ", "))
		}
	}
	return b.String()
}

// messageColumns are what of a row a line has room for; the fields that a
// search groups by come first.
const messageColumns = 6

// Render replaces $field$ tokens in a text by the field's values. Two dollar
// signs in a row, and tokens without a value, stay.
func Render(text string, field func(name string) event.Value) string {
	var b strings.Builder
	for {
		head, rest, ok := strings.Cut(text, "$")
		b.WriteString(head)
		if !ok {
			return b.String()
		}
		name, tail, ok := strings.Cut(rest, "$")
		v := event.Value{}
		if ok && name != "" {
			v = field(name)
		}
		if v.IsNull() {
			b.WriteByte('$')
			text = rest
			continue
		}
		b.WriteString(strings.ReplaceAll(v.Text(), "\n", ", "))
		text = tail
	}
}

// Write prints the alert as a paragraph of text, with the events or the row
// that it was raised for.
func Write(w io.Writer, a engine.Alert) error {
	p := &printer{w: w}
	p.line("%s", visible(a.Name()))
	p.field("time", a.Time.UTC().Format(time.RFC3339Nano))
	p.field("severity", strings.TrimPrefix(fmt.Sprintf("%s, risk score %d", a.Severity(), a.RiskScore()), ", "))
	p.field("ATT&CK", strings.Join(a.Rule.TechniqueIDs, " "))
	p.field("message", Message(a))
	p.field("keys", joinValues(a.Keys))
	if len(a.Inferred) > 0 {
		p.field("inferred", strings.Join(a.Inferred, " ")+" (the events do not carry it)")
	}
	for i, ev := range a.Events {
		p.event(i+1, ev)
	}
	for i, c := range a.Row.Columns {
		p.field(c, a.Row.Values[i].Text())
	}
	if a.Rule.BuildingBlock {
		p.field("building block", "meant for other rules")
	}
	p.field("alert id", a.ID)
	return p.err
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) field(name, text string) {
	if text != "" {
		p.line("  %-20s %s", name, visible(text))
	}
}

func (p *printer) event(n int, ev engine.Event) {
	if ev.Fields == nil {
		p.line("  event %d: none, as the rule asks", n)
		return
	}
	p.line("  event %d at %s", n, ev.Time.UTC().Format(time.RFC3339Nano))
	fields := maps.Collect(event.All(ev.Fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		p.line("    %-28s %s", name, visible(fields[name].Text()))
	}
}

// visible shows a list on one line, and spells out what a terminal would take
// as a command: whoever sends an event must not write to the analyst's screen.
func visible(text string) string {
	text = strings.ReplaceAll(text, "\n", ", ")
	if !strings.ContainsFunc(text, unprintable) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if unprintable(r) {
			fmt.Fprintf(&b, "\\u{%x}", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) && r != ' ' }

func joinValues(vs []event.Value) string {
	texts := make([]string, len(vs))
	for i, v := range vs {
		texts[i] = v.Text()
		if v.IsNull() {
			texts[i] = "null"
		}
	}
	return strings.Join(texts, ", ")
}

package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// String writes the explanation as lines of text: the verdict and its reason,
// then what is behind them, indented. Long conditions and values are cut; the
// fields of the Explanation hold them whole. Control characters, which events
// may hold to steer a terminal, are replaced.
func (x Explanation) String() string {
	o := &outline{}
	name := x.Rule
	if name == "" {
		name = x.RuleID
	}
	o.line(0, "%s: %s", name, x.Verdict)
	if x.Reason != "" {
		o.line(0, "%s", x.Reason)
	}
	o.facts(x)
	for _, c := range x.Checks {
		o.check(c, x.Event != nil)
	}
	for _, s := range x.Steps {
		o.step(s, x)
	}
	for _, s := range x.Stories {
		o.story(s)
	}
	o.more(x.MoreKeys, "key")
	for _, r := range x.Runs {
		o.run(r)
	}
	o.more(x.MoreRuns, "run")
	return o.String()
}

// Brief writes what an explanation comes to as a few lines: for each step that
// an event met, or was asked about, the comparisons by which it came to be so,
// for a run of a search the rows in and out of its stages.
func (x Explanation) Brief() string {
	o := &outline{}
	if len(x.Runs) == 0 {
		o.line(0, "%s", x.Reason)
	}
	for _, s := range x.Steps {
		if s.Event == nil {
			continue
		}
		o.line(0, "%s  %s  %s", s.Label, timeText(s.Event.Time), s.Event)
		for _, c := range s.Condition.Grounds() {
			place := ""
			if c.Line > 0 {
				place = fmt.Sprintf("%d:%d ", c.Line, c.Column)
			}
			o.line(1, "%-5s %s%s", c.Outcome, place, cut(c.Text, maxText))
			for _, v := range c.Values {
				o.line(5, "%s", v)
			}
		}
	}
	for _, r := range x.Runs {
		o.run(r)
	}
	return o.String()
}

// outline is indented text.
type outline struct{ strings.Builder }

func (o *outline) line(depth int, format string, args ...any) {
	o.WriteString(strings.Repeat("  ", depth))
	o.WriteString(harmless(fmt.Sprintf(format, args...)))
	o.WriteByte('\n')
}

func (o *outline) more(n int, noun string) {
	if n > 0 {
		o.line(0, "… and %s that came less far", plural(n, noun))
	}
}

// facts are the figures, and what bears on all that follows.
func (o *outline) facts(x Explanation) {
	if x.Event != nil {
		o.line(0, "%s at %s", x.Event, timeText(x.Event.Time))
		if x.Mapping != "" {
			o.line(0, "fields by %s names, of %s", strings.ToUpper(x.View), x.Mapping)
		}
		if x.Routed != nil && !*x.Routed {
			o.line(0, "the index does not name the rule for it")
		}
	} else if x.Verdict != NoRule {
		facts := []string{plural(x.Events, "event"), plural(x.Alerts, "alert")}
		if x.Withheld > 0 {
			facts = append(facts, fmt.Sprintf("%d withheld", x.Withheld))
		}
		if x.Late > 0 {
			facts = append(facts, fmt.Sprintf("%d late", x.Late))
		}
		o.line(0, "%s", strings.Join(facts, ", "))
	}
	if len(x.Inferred) > 0 {
		o.line(0, "inferred by the schema: %s", strings.Join(x.Inferred, ", "))
	}
	for _, n := range x.Notes {
		o.line(0, "note: %s", n)
	}
}

func (o *outline) check(c Check, single bool) {
	switch {
	case c.Failed == 0:
		return
	case single:
		o.line(0, "not seen, for the rule's %s:", c.What)
	default:
		o.line(0, "%s not seen, for the rule's %s", plural(c.Failed, "event"), c.What)
	}
	if c.Event != nil && !single {
		o.line(1, "such as %s at %s:", c.Event, timeText(c.Event.Time))
	}
	o.condition(1, c.Condition)
}

func (o *outline) step(s Step, x Explanation) {
	head := s.Label
	if s.Missing {
		head += ", missing"
	}
	if s.Line > 0 {
		head += fmt.Sprintf(", at %d:%d", s.Line, s.Column)
	}
	single := x.Event != nil
	o.line(0, "%s: %s", head, metText(s, single))
	if s.Keyless > 0 {
		o.line(1, "%s without a join key", plural(s.Keyless, "event"))
	}
	if s.Event == nil || !single && s.Met > 0 && len(x.Steps) > 1 {
		o.line(1, "%s", cut(s.Text, maxText))
		if s.Met == 0 && len(s.Lacks) > 0 {
			o.line(1, "no event meets %s", s.Lacks[0])
		}
		return
	}
	if !single {
		o.line(1, "%s at %s:", nearestText(s), timeText(s.Event.Time))
	}
	if len(s.Keys) > 0 {
		o.line(1, "keys: %s", valuesText(s.Keys))
	}
	if s.Condition == nil {
		o.line(1, "%s", cut(s.Text, maxText))
	}
	o.condition(1, s.Condition)
}

func metText(s Step, single bool) string {
	switch {
	case !single:
		return "met by " + plural(s.Met, "event")
	case s.Met > 0:
		return "met"
	}
	return "not met"
}

func nearestText(s Step) string {
	if len(s.Lacks) == 0 {
		return "the first, " + s.Event.String()
	}
	return "nearest is " + s.Event.String()
}

// condition writes a tree: a line for each part, » before the one that
// decides, and below it what its fields held.
func (o *outline) condition(depth int, c *Condition) {
	if c == nil {
		return
	}
	mark, place := " ", ""
	if c.Decides {
		mark = "»"
	}
	if c.Line > 0 {
		place = fmt.Sprintf("%d:%d ", c.Line, c.Column)
	}
	outcome := string(c.Outcome)
	if c.Outcome == NotAsked {
		outcome = "-"
	}
	most := maxText
	if len(c.Parts) > 1 { // which say the same
		most = maxText / 2
	}
	o.line(depth, "%s %-5s %s%s", mark, outcome, place, cut(c.Text, most))
	for _, v := range c.Values {
		o.line(depth+4, "%s", v)
	}
	for _, p := range c.Parts {
		o.condition(depth+1, p)
	}
}

func (o *outline) story(s Story) {
	head := fmt.Sprintf("%d of %d", s.Reached, s.Of)
	if keys := keyText(s.Keys, ""); keys != "" {
		head = keys + ": " + head
	}
	o.line(0, "%s, %s", head, s.Fate)
	o.line(1, "%s", s.Reason)
	for _, ev := range s.Events {
		o.line(1, "step %d  %s  %s", ev.Step, timeText(ev.Time), ev.EventRef)
	}
	if s.Nearest != nil && s.Fate != Complete {
		o.condition(1, s.Nearest.Condition)
	}
}

func (o *outline) run(r Run) {
	o.line(0, "%s", r.Reason)
	o.line(1, "%8s %8s  %s", "IN", "OUT", "STAGE")
	for _, st := range r.Stages {
		mark := " "
		if st.Lost {
			mark = "»"
		}
		text := cut(st.Text, maxText)
		if st.Inner {
			text = "  " + text
		}
		if st.Outside > 0 {
			text += fmt.Sprintf(" (%s outside the window)", plural(st.Outside, "event"))
		}
		if st.Concerned > 0 {
			text += fmt.Sprintf(" (the event has a part in %s)", plural(st.Concerned, "row"))
		}
		o.line(0, "%s %8d %8d  %s", mark, st.In, st.Out, text)
		if st.Lost && st.Row != nil {
			o.line(11, "row: %s", rowText(st.Row))
		}
		if st.Lost {
			o.condition(11, st.Condition)
		}
	}
}

func rowText(row map[string]any) string {
	var vals []Seen
	for _, name := range slices.Sorted(maps.Keys(row)) {
		vals = append(vals, Seen{Name: name, Value: row[name]})
	}
	return valuesText(vals)
}

func valuesText(list []Seen) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = v.String()
	}
	return strings.Join(texts, ", ")
}

// maxText is how much of a condition or a value is written: two lines of a
// usual terminal. There are patterns of some thousand characters.
const maxText = 160

// String writes a value as in `process.pid = 4`.
func (s Seen) String() string {
	text := s.Name + " is missing"
	switch v := s.Value.(type) {
	case nil:
	case string:
		text = s.Name + " = " + cut(strconv.Quote(v), maxText)
	case time.Time:
		text = s.Name + " = " + timeText(v)
	default:
		data, _ := json.Marshal(v)
		text = s.Name + " = " + cut(string(data), maxText)
	}
	if s.Inferred {
		text += " (inferred)"
	}
	return text
}

// String names the event by its number, or else by its id.
func (r EventRef) String() string {
	switch {
	case r.N > 0:
		return "event " + strconv.Itoa(r.N)
	case r.ID != "":
		return "event " + r.ID
	}
	return "the event"
}

// keyText writes join keys as name=value, behind a text if there are any.
func keyText(keys []Seen, before string) string {
	var texts []string
	for _, k := range keys {
		v, isText := k.Value.(string)
		if !isText {
			data, _ := json.Marshal(k.Value)
			v = string(data)
		}
		texts = append(texts, k.Name+"="+cut(v, maxText))
	}
	if len(texts) == 0 {
		return ""
	}
	return before + strings.Join(texts, ", ")
}

// brief lists conditions, the first few.
func brief(lacks []string) string {
	const most = 3
	var texts []string
	for _, s := range lacks[:min(len(lacks), most)] {
		texts = append(texts, cut(s, maxText/2))
	}
	if more := len(lacks) - most; more > 0 {
		texts = append(texts, fmt.Sprintf("%d more", more))
	}
	return strings.Join(texts, " and ")
}

func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// harmless replaces what would steer a terminal.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return utf8.RuneError
		}
		return r
	}, text)
}

func timeText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999") }

// clockText is a time of day: what is told in a line lies close together.
func clockText(t time.Time) string { return t.UTC().Format("15:04:05.999") }

func spanText(d time.Duration) string { return d.Round(time.Millisecond).String() }

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

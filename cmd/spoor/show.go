package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/alert"
	"github.com/spoor-lang/spoor/engine/event"
)

// show prints alerts in one form.
type show struct {
	alert func(engine.Alert) error
	w     *bufio.Writer
	csv   *csv.Writer
	width int // 0 if lines are not to be cut
	color bool
	begun bool
	live  bool // each alert is printed at once
}

func newShow(form string, w io.Writer) *show {
	s := &show{w: bufio.NewWriter(w), color: coloured(w)}
	s.width, s.live = terminal(w)
	switch form {
	case "table":
		s.alert = s.row
	case "long":
		s.alert = s.paragraph
	case "csv":
		s.csv = csv.NewWriter(s.w)
		s.alert = s.record
	case "ecs":
		s.alert = func(a engine.Alert) error { return s.json(alert.ECS(a)) }
	case "ocsf":
		s.alert = func(a engine.Alert) error { return s.json(alert.OCSF(a)) }
	default:
		s.alert = func(a engine.Alert) error { return s.json(document(a)) }
	}
	return s
}

// flush writes what is held back; its error is that of the reader's end.
func (s *show) flush() error {
	if s.csv != nil {
		s.csv.Flush()
	}
	return s.w.Flush()
}

// end finishes an alert.
func (s *show) end(err error) error {
	if err == nil && s.live {
		return s.flush()
	}
	return err
}

// The widths of a table's columns; the last takes what is left of the line.
const (
	timeWidth     = len("2006-01-02 15:04:05")
	severityWidth = len("severity")
	riskWidth     = len("risk")
	gaps          = 4 * len("  ")
	minRuleWidth  = 22
	minTextWidth  = 20
)

// row prints an alert as a line of a table.
func (s *show) row(a engine.Alert) error {
	ruleWidth := s.ruleWidth()
	if !s.begun {
		s.begun = true
		head := fmt.Sprintf("%-*s  %-*s  %*s  %-*s  %s", timeWidth, "TIME", severityWidth, "SEVERITY", riskWidth, "RISK", ruleWidth, "RULE", "MESSAGE")
		fmt.Fprintln(s.w, s.paint("1", s.cut(head, s.width)))
	}
	severity := a.Severity()
	switch severity {
	case "":
		severity = "-"
	case "informational":
		severity = "info"
	}
	left := fmt.Sprintf("%-*s  ", timeWidth, a.Time.UTC().Format(time.DateTime))
	right := fmt.Sprintf("  %*d  %s  ", riskWidth, a.RiskScore(), pad(s.cut(oneLine(a.Name()), ruleWidth), ruleWidth))
	text := oneLine(strings.TrimPrefix(alert.Message(a), a.Name()+", "))
	if s.width > 0 {
		text = s.cut(text, max(s.width-timeWidth-severityWidth-riskWidth-ruleWidth-gaps, 1))
	}
	_, err := fmt.Fprintln(s.w, left+s.paint(colors[severity], pad(severity, severityWidth))+right+text)
	s.reasons(a)
	return s.end(err)
}

// ruleWidth leaves the message about as much room as the rule's name.
func (s *show) ruleWidth() int {
	if s.width == 0 {
		return minRuleWidth * 2
	}
	rest := s.width - timeWidth - severityWidth - riskWidth - gaps
	return max(minRuleWidth, min(rest-minTextWidth, rest*2/5))
}

// colors are the terminal's codes by severity.
var colors = map[string]string{"critical": "1;31", "high": "31", "medium": "33", "low": "36"}

func (s *show) paint(code, text string) string {
	if !s.color || code == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// cut shortens a text to a width in characters; 0 leaves it.
func (s *show) cut(text string, width int) string {
	if width == 0 || s.width == 0 || utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-1]) + "…"
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 0))
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(printable(text)), " ")
}

func (s *show) paragraph(a engine.Alert) error {
	var b strings.Builder
	err := alert.Write(&b, a)
	_, err2 := fmt.Fprintln(s.w, printable(b.String()))
	s.reasons(a)
	return s.end(cmpErr(err, err2))
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func (s *show) json(document any) error {
	e := json.NewEncoder(s.w)
	e.SetEscapeHTML(false)
	return s.end(e.Encode(document))
}

var csvHead = []string{"time", "rule_id", "rule", "severity", "risk_score", "techniques", "message", "keys", "events", "alert_id"}

func (s *show) record(a engine.Alert) error {
	if !s.begun {
		s.begun = true
		if err := s.csv.Write(csvHead); err != nil {
			return err
		}
	}
	var keys, ids []string
	for _, k := range a.Keys {
		keys = append(keys, k.Text())
	}
	for _, ev := range a.Events {
		ids = append(ids, ev.ID)
	}
	return s.end(s.csv.Write([]string{
		a.Time.UTC().Format(time.RFC3339Nano), a.Rule.ID, a.Name(), a.Severity(), strconv.Itoa(a.RiskScore()),
		strings.Join(a.Rule.TechniqueIDs, " "), alert.Message(a), strings.Join(keys, " "), strings.Join(ids, " "), a.ID,
	}))
}

// document is an alert as Spoor's own JSON.
func document(a engine.Alert) map[string]any {
	d := map[string]any{
		"id": a.ID, "time": a.Time.UTC(), "message": alert.Message(a),
		"rule": map[string]any{
			"id": a.Rule.ID, "name": a.Name(), "severity": a.Severity(),
			"risk_score": a.RiskScore(), "techniques": a.Rule.TechniqueIDs,
		},
	}
	if len(a.Keys) > 0 {
		var keys []any
		for _, k := range a.Keys {
			keys = append(keys, k.Any())
		}
		d["keys"] = keys
	}
	if len(a.Events) > 0 {
		var evs []any
		for _, ev := range a.Events {
			evs = append(evs, eventDocument(ev))
		}
		d["events"] = evs
	}
	if len(a.Row.Columns) > 0 {
		d["row"], d["earliest"], d["latest"] = a.Row.Map(), a.Earliest.UTC(), a.Latest.UTC()
	}
	if len(a.Inferred) > 0 {
		d["inferred"] = a.Inferred
	}
	if a.Reasons != nil {
		d["reasons"] = a.Reasons
	}
	return d
}

// eventDocument is nil for an event that is missing, as the rule asks.
func eventDocument(ev engine.Event) any {
	if ev.Fields == nil {
		return nil
	}
	fields := map[string]any{}
	for name, v := range event.All(ev.Fields) {
		fields[name] = v.Any()
	}
	return map[string]any{"id": ev.ID, "time": ev.Time.UTC(), "fields": fields}
}

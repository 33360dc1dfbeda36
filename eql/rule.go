package eql

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/spoor-lang/spoor/ast"
)

// ErrNotEQL is what errors.Is finds in the error about a file that holds a
// rule, but one in another language: a threshold, a machine learning job, a
// search in KQL or ES|QL.
var ErrNotEQL = errors.New("not an EQL rule")

// ParseRule reads a rule file: TOML as Elastic publishes its detection rules
// and Endpoint's behaviour rules (the latter in Endpoint's language), or the
// bare text of a query in Elasticsearch's, whose id is then the file's name.
// name is the file's name, which errors begin with; their positions are those
// of the file. An error is an *ast.Error, or wraps [ErrNotEQL]; then there is
// no rule. ParseRule is safe for concurrent use.
func ParseRule(name string, file []byte) (*ast.Rule, error) {
	file = bytes.TrimPrefix(file, []byte(byteOrderMark))
	src := &ast.Source{Name: name, Text: string(file)}
	if isBare(name, src.Text) {
		return bareRule(src)
	}
	f, at, outlined := plain(src.Text, file)
	if !outlined {
		if err := crowded(src, file); err != nil {
			return nil, err
		}
		if err := toml.Unmarshal(file, &f); err != nil {
			return nil, tomlError(src, err)
		}
	}
	if f.Rule == nil {
		return nil, noRule(src)
	}
	if key, text := f.Rule.misspelt(); key != "" {
		return nil, src.Errorf(placeOf(src.Text, key), "%s", text)
	}
	if k := f.Rule.kind(); k != "" {
		return nil, fmt.Errorf("%s: %w: it is of type %s", name, ErrNotEQL, k)
	}
	if f.Rule.Query == "" {
		return nil, noQuery(src)
	}
	var notes []ast.Note
	if unmet := f.Rule.unmet(); !outlined || len(unmet) > 0 {
		var err error
		if at, notes, err = outline(src.Text, file, unmet); err != nil {
			return nil, tomlError(src, err)
		}
	}
	r, err := f.rule(src, at)
	if err != nil {
		return nil, err
	}
	r.Notes = append(notes, r.Notes...)
	return r, nil
}

// noRule is about a file without a [rule]: mostly some other file than a rule's.
func noRule(src *ast.Source) error {
	if strings.TrimSpace(src.Text) == "" {
		return &ast.Error{Name: src.Name, Message: "expected a rule, found an empty file"}
	}
	for _, key := range []string{"Rule", "rules", "query"} {
		if at, ok := findPlace(src.Text, key); ok {
			return src.Errorf(at, "expected the rule below [rule], found %s outside of it", key)
		}
	}
	return fmt.Errorf("%s: %w: it has no [rule]", src.Name, ErrNotEQL)
}

func noQuery(src *ast.Source) error {
	const message = "expected a query in the rule, found none"
	if at := placeOf(src.Text, "query"); at > 0 {
		return src.Errorf(at, message)
	}
	return &ast.Error{Name: src.Name, Message: message}
}

// byteOrderMark is what some editors put before UTF-8. Neither TOML nor a query
// knows it.
const byteOrderMark = "\ufeff"

// isBare tells the text of a query from a rule file: by the file's name, or
// because it has no table that could be a rule.
func isBare(name, text string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".eql":
		return true
	case ".toml":
		return false
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "[rule]" || strings.HasPrefix(line, "[rule.") || strings.HasPrefix(line, "[metadata]") {
			return false
		}
	}
	return true
}

func bareRule(src *ast.Source) (*ast.Rule, error) {
	q, err := parse(src, nil)
	if err != nil {
		return nil, err
	}
	id := stem(src.Name)
	return &ast.Rule{ID: id, Name: id, Type: "eql", Query: q, MaxSignals: defaultMaxSignals,
		Schedule: defaultSchedule, Source: src}, nil
}

// stem is a file's name without folder and extension.
func stem(name string) string {
	base := path.Base(name)
	return strings.TrimSuffix(base, path.Ext(base))
}

// What Kibana takes where a rule says nothing: a run every five minutes over
// the last six, with at most a hundred alerts.
const (
	defaultInterval   = 5 * time.Minute
	defaultFrom       = "now-6m"
	defaultMaxSignals = 100
)

var defaultSchedule = ast.Schedule{Interval: defaultInterval, Window: ast.TimeRange{Earliest: "-6m", Latest: "now"}}

// rule makes the rule of a file, whose query stands there.
func (f *ruleFile) rule(src *ast.Source, at scalar) (*ast.Rule, error) {
	t := f.Rule
	r := &ast.Rule{
		ID: first(t.RuleID, t.ID, stem(src.Name)), Name: first(t.Name, stem(src.Name)), Description: t.Description,
		Version: text1(t.Version), Status: f.Metadata.Maturity, Type: "eql",
		Authors: texts(t.Author), License: t.License, References: append(texts(t.References), texts(t.Reference)...),
		Tags: t.Tags, Severity: t.Severity, RiskScore: t.RiskScore,
		OS: t.OSList, Indices: texts(t.Index), BuildingBlock: t.BuildingBlockType != "",
		TimestampOverride: t.TimestampOverride, Tiebreaker: first(t.TiebreakerField, t.Tiebreaker),
		NameOverride: t.RuleNameOverride, InvestigationFields: t.investigationFields(),
		Source: src,
	}
	t.mappings(r)
	var opts []Option
	if t.isEndpoint() {
		r.Type = "endpoint"
		opts = append(opts, Endpoint)
	} else if key, err := t.schedule(r); err != nil {
		return nil, src.Errorf(placeOf(src.Text, key), "%s: %v", key, err)
	}
	f.threats(r)
	f.actions(r)
	q, err := parse(&ast.Source{Name: src.Name, Text: at.piece(src.Text, t.Query), Anchors: at.anchors(src.Text, t.Query)}, opts)
	if err != nil {
		return nil, err
	}
	q.Category = first(t.EventCategoryOverride, t.EventCategoryField)
	r.Query = q
	f.strayActions(r)
	if err := t.conditions(r); err != nil {
		return nil, err
	}
	return r, nil
}

// schedule reads what a rule says of when it runs, and how its alerts are
// held back. An error is about the key.
func (t *ruleTable) schedule(r *ast.Rule) (key string, err error) {
	r.MaxSignals = defaultMaxSignals
	if t.MaxSignals != nil {
		r.MaxSignals = *t.MaxSignals
	}
	r.Schedule.Interval = defaultInterval
	if t.Interval != "" {
		if r.Schedule.Interval, err = interval(t.Interval); err != nil {
			return "interval", err
		}
	}
	r.Schedule.Window = ast.TimeRange{Earliest: modifier(first(t.From, defaultFrom)), Latest: modifier(first(t.To, "now"))}
	s := t.AlertSuppression
	if s == nil {
		return "", nil
	}
	r.Suppression = &ast.Suppression{Fields: s.GroupBy, MissingAlone: s.MissingFieldsStrategy == "doNotSuppress"}
	if d := s.Duration; d != nil {
		if r.Suppression.Duration, err = interval(strconv.Itoa(d.Value) + d.Unit); err != nil {
			return "alert_suppression", err
		}
	}
	return "", nil
}

// conditions reads what an event has to meet to be seen by the rule.
func (t *ruleTable) conditions(r *ast.Rule) error {
	c := clauses{src: r.Source}
	r.Filters = c.filters(t.Filters)
	exceptions, notes := c.exceptions(t.ExceptionsList)
	r.Filters = append(r.Filters, exceptions...)
	r.Notes = append(r.Notes, notes...)
	if c.err != nil {
		return c.err
	}
	return nil
}

// mappings reads how fields of the events change what an alert says.
func (t *ruleTable) mappings(r *ast.Rule) {
	for _, m := range t.SeverityMapping {
		r.SeverityMapping = append(r.SeverityMapping, ast.SeverityMapping{Field: m.Field, Value: text1(m.Value), Severity: m.Severity})
	}
	for _, m := range t.RiskScoreMapping {
		r.RiskScoreMapping = append(r.RiskScoreMapping, ast.RiskScoreMapping{Field: m.Field, Value: text1(m.Value), RiskScore: m.RiskScore})
	}
}

// interval reads a length of time such as 5m.
func interval(s string) (time.Duration, error) {
	n := digits(s)
	sp := span{N: s[:n], Unit: s[n:]}
	d, err := sp.duration()
	if err != nil {
		return 0, fmt.Errorf("expected a length of time such as 5m, found %q", s)
	}
	return d, nil
}

// modifier turns Elasticsearch's date math, now-1d/d, into the notation of
// ast.TimeRange, -1d@d. A month is M there and mon here.
func modifier(s string) string {
	rest, ok := strings.CutPrefix(s, "now")
	if !ok || rest == "" {
		return s
	}
	return dateMath.Replace(rest)
}

var dateMath = strings.NewReplacer("/", "@", "M", "mon")

func (f *ruleFile) threats(r *ast.Rule) {
	for _, t := range append(f.Rule.Threat, f.Threat...) {
		th := ast.Threat{Framework: t.Framework, Tactic: t.Tactic.attack()}
		for _, te := range t.Technique {
			technique := ast.Technique{Attack: te.attack()}
			r.TechniqueIDs = appendNew(r.TechniqueIDs, te.ID)
			for _, sub := range te.Subtechnique {
				technique.Sub = append(technique.Sub, sub.attack())
				r.TechniqueIDs = appendNew(r.TechniqueIDs, sub.ID)
			}
			th.Techniques = append(th.Techniques, technique)
		}
		r.Threats = append(r.Threats, th)
	}
}

func (f *ruleFile) actions(r *ast.Rule) {
	for _, a := range f.Actions {
		r.Actions = append(r.Actions, ast.Action{Name: a.Action, Field: a.Field, Step: a.State, Tree: a.Tree})
	}
	for _, a := range f.OptionalActions {
		r.Actions = append(r.Actions, ast.Action{Name: a.Action, Field: a.Field, Step: a.State, Tree: a.Tree, Optional: true})
	}
}

// strayActions notes the actions on the event of a step that the query has not.
func (f *ruleFile) strayActions(r *ast.Rule) {
	last := 0
	if seq, ok := r.Query.Stages[0].(*ast.Sequence); ok {
		last = len(seq.Steps) - 1
	}
	stray := func(key string, list []actionTable) {
		for i, a := range list {
			if a.State < 0 || a.State > last {
				r.Notes = append(r.Notes, ast.Note{Mistake: true, Off: placeOf(r.Source.Text, fmt.Sprintf("%s[%d]", key, i)),
					Text: fmt.Sprintf("expected the state of an action to be from 0 to %d, which are the query's events, found %d", last, a.State)})
			}
		}
	}
	stray("actions", f.Actions)
	stray("optional_actions", f.OptionalActions)
}

func appendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

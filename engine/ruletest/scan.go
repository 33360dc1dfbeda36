package ruletest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// scanner reads the parts of a line.
type scanner struct {
	text string
	i    int
}

func (s *scanner) done() bool   { return s.i >= len(s.text) }
func (s *scanner) rest() string { return s.text[s.i:] }

func (s *scanner) skip() {
	for !s.done() && (s.text[s.i] == ' ' || s.text[s.i] == '\t') {
		s.i++
	}
}

func (s *scanner) word() string {
	from := s.i
	for !s.done() && s.text[s.i] != ' ' && s.text[s.i] != '\t' {
		s.i++
	}
	return s.text[from:s.i]
}

// field reads `name=value`, a category, or an object.
func (s *scanner) field(into map[string]any) error {
	if s.text[s.i] == '{' {
		v, err := s.json()
		if err != nil {
			return err
		}
		for k, x := range v.(map[string]any) {
			into[k] = x
		}
		return nil
	}
	from := s.i
	for !s.done() && !strings.ContainsRune("= \t", rune(s.text[s.i])) {
		s.i++
	}
	name := s.text[from:s.i]
	if s.done() || s.text[s.i] != '=' {
		if before, ok := into["event.category"]; ok {
			return fmt.Errorf("expected name=value, found %q: the event's category is %v already, and a text with blanks stands in quotes", name, before)
		}
		into["event.category"] = name
		return nil
	}
	s.i++
	v, err := s.value()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	add(into, name, v)
	return nil
}

// add makes a list of repeated fields.
func add(m map[string]any, name string, v any) {
	old, ok := m[name]
	if !ok {
		m[name] = v
		return
	}
	if list, ok := old.([]any); ok {
		m[name] = append(list, v)
		return
	}
	m[name] = []any{old, v}
}

func (s *scanner) value() (any, error) {
	if s.done() {
		return "", nil
	}
	switch s.text[s.i] {
	case '"':
		return s.quoted()
	case '{', '[':
		return s.json()
	}
	return scalar(s.word()), nil
}

func (s *scanner) quoted() (any, error) {
	q, err := strconv.QuotedPrefix(s.rest())
	if err != nil {
		return nil, fmt.Errorf("expected a closing quote")
	}
	s.i += len(q)
	return strconv.Unquote(q)
}

func (s *scanner) json() (any, error) {
	d := json.NewDecoder(strings.NewReader(s.rest()))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("expected JSON: %w", err)
	}
	s.i += int(d.InputOffset())
	return v, nil
}

func scalar(word string) any {
	switch word {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	if n := json.Number(word); word != "" && strings.Trim(word, "0123456789.-") == "" {
		if i, err := n.Int64(); err == nil {
			return i
		}
		if f, err := n.Float64(); err == nil {
			return f
		}
	}
	return word
}

// expectation reads `=> RULE n …` or `=> RULE {row}`.
func (s *scanner) expectation(x *expectation) error {
	s.i += len("=>")
	s.skip()
	x.text = s.word()
	if x.text == "" {
		return fmt.Errorf("expected a rule's name after =>")
	}
	s.skip()
	if strings.HasPrefix(s.rest(), "{") {
		v, err := s.json()
		if err != nil {
			return err
		}
		x.row = true
		x.text += " " + printRow(v.(map[string]any))
		return nil
	}
	for s.skip(); !s.done() && !strings.HasPrefix(s.rest(), "=>"); s.skip() {
		w := s.word()
		if _, err := strconv.Atoi(w); err != nil && w != "-" {
			return fmt.Errorf("expected an event's number, found %q", w)
		}
		x.text += " " + w
	}
	return nil
}

package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(command{names: []string{"transaction"}, parse: parseTransaction})

// maxTransaction is how many events a transaction holds unless it is told:
// Splunk's default.
const maxTransaction = 1000

// parseTransaction parses transaction [fields] [options], in any order.
func parseTransaction(s *stage) (ast.Stage, error) {
	t := &ast.Transaction{Off: s.Off, MaxEvents: maxTransaction, Connected: true, Delim: " ", NullStr: "NULL"}
	for s.commas(); s.tok.kind != end; s.commas() {
		if s.tok.kind == word && s.beforeEquals() && s.atAny([]string{"startswith", "endswith"}) {
			if err := s.boundary(t); err != nil {
				return nil, err
			}
			continue
		}
		o, ok, err := s.option()
		if err != nil {
			return nil, err
		}
		if ok {
			err = s.transactionOption(t, o)
		} else {
			var f string
			if f, err = s.fieldName(); err == nil {
				t.Fields = append(t.Fields, f)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// boundary parses startswith= and endswith=, whose value is a term, terms in
// brackets or in quotes, or eval(expression).
func (s *stage) boundary(t *ast.Transaction) error {
	set := &t.EndsWith
	if s.advance().text[0]|0x20 == 's' {
		set = &t.StartsWith
	}
	s.advance()
	var err error
	switch {
	case s.tok.kind == word && strings.EqualFold(s.tok.text, "eval") && s.beforeBracket():
		s.advance()
		s.in(evalMode)
		*set, err = s.parens()
	case s.tok.kind == opening || s.tok.kind == bracket:
		s.in(searchMode)
		*set, err = (&terms{stage: s}).term()
	case s.tok.kind == quoted:
		t := s.advance()
		*set, err = s.quotedTerms(t.from, unquoteArgument(t))
	case s.tok.kind == word:
		s.in(searchMode)
		*set, err = (&terms{stage: s}).term()
	default:
		err = s.expected("a condition")
	}
	s.in(argumentMode)
	return err
}

func (s *stage) transactionOption(t *ast.Transaction, o option) error {
	var err error
	switch o.name {
	case "maxspan":
		if o.text != "-1" {
			t.Maxspan, err = s.duration(o)
		}
		return err
	case "maxpause":
		if o.text != "-1" {
			t.Maxpause, err = s.duration(o)
		}
		return err
	case "maxevents":
		if o.text == "-1" {
			t.MaxEvents = 0
			return nil
		}
	case "fields":
		t.Fields = append(t.Fields, strings.FieldsFunc(o.text, func(r rune) bool { return r == ',' || r == ' ' })...)
		return nil
	case "mvlist":
		if t.MVList, err = s.bool(o); err != nil {
			t.MVFields = strings.FieldsFunc(o.text, func(r rune) bool { return r == ',' || r == ' ' })
		}
		return nil
	}
	known, err := s.setting(o, map[string]any{
		"maxevents": &t.MaxEvents, "connected": &t.Connected, "keepevicted": &t.KeepOpen, "keeporphans": &t.KeepOrphan,
		"delim": &t.Delim, "nullstr": &t.NullStr, "unifyends": nil, "maxopentxn": nil, "maxopenevents": nil, "mvraw": nil,
	})
	if !known {
		return s.errorf(o.at, "transaction has no option %q", o.name)
	}
	return err
}

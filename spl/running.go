package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"delta"}, parse: parseDelta},
	command{names: []string{"accum"}, parse: parseAccum},
	command{names: []string{"autoregress"}, parse: parseAutoregress},
)

// running parses field [as name] with options on either side.
func (s *stage) running(kind string, set func(option) (bool, error)) (*ast.Running, error) {
	r := &ast.Running{Off: s.Off, Kind: kind, From: 1, To: 1}
	var err error
	if r.Field, err = s.onlyField(set); err == nil {
		r.As, err = s.alias()
	}
	if err == nil {
		err = s.options(set)
	}
	return r, err
}

func parseDelta(s *stage) (ast.Stage, error) {
	p := 1
	r, err := s.running("delta", func(o option) (bool, error) { return s.setting(o, map[string]any{"p": &p}) })
	r.From, r.To = p, p
	return r, err
}

func parseAccum(s *stage) (ast.Stage, error) {
	return s.running("accum", func(option) (bool, error) { return false, nil })
}

// parseAutoregress parses autoregress field [as name] [p=N|p=N-M].
func parseAutoregress(s *stage) (ast.Stage, error) {
	from, to := 1, 1
	r, err := s.running("autoregress", func(o option) (bool, error) {
		if o.name != "p" {
			return false, nil
		}
		first, last, ranged := strings.Cut(o.text, "-")
		var err error
		if from, err = s.int(option{name: "p", text: first, value: o.value}); err != nil {
			return true, err
		}
		if to = from; ranged {
			to, err = s.int(option{name: "p", text: last, value: o.value})
		}
		if err == nil && (from < 1 || to < from) {
			err = s.errorf(o.value.from, "expected rising numbers from 1 as p, found %q", short(o.text))
		}
		return true, err
	})
	r.From, r.To = from, to
	if err == nil && r.As != "" && to > from {
		err = s.fail("autoregress has one name for one value, and not for those of p=%d-%d", from, to)
	}
	return r, err
}

package spl

import (
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"iplocation"}, parse: parseIPLocation},
	command{names: []string{"tags"}, parse: parseTags},
	command{names: []string{"typer"}, parse: parseTyper},
	command{names: []string{"delta"}, parse: parseDelta},
	command{names: []string{"accum"}, parse: parseAccum},
	command{names: []string{"autoregress"}, parse: parseAutoregress},
	command{names: []string{"rangemap"}, parse: parseRangeMap},
	command{names: []string{"outlier"}, parse: parseOutlier},
	command{names: []string{"anomalydetection"}, parse: parseAnomalyDetection},
)

func parseIPLocation(s *stage) (ast.Stage, error) {
	g := &ast.Geo{Off: s.Off}
	var err error
	g.Field, err = s.oneField(map[string]any{"prefix": &g.Prefix, "allfields": &g.All, "lang": nil})
	return g, err
}

func parseTags(s *stage) (ast.Stage, error) {
	t := &ast.Tags{Off: s.Off}
	for {
		err := s.options(func(o option) (bool, error) {
			switch o.name {
			case "outputfield", "inclname", "inclvalue", "allowed_tags":
				t.Options = with(t.Options, o.name, o.text)
				return true, nil
			}
			return false, nil
		})
		if err != nil || !s.atName() {
			return t, err
		}
		t.Fields = append(t.Fields, unquoteArgument(s.advance()))
	}
}

// parseTyper leaves the rows alone: events bring their event types along.
func parseTyper(s *stage) (ast.Stage, error) {
	s.note(s.Pos(), "typer adds nothing: events have the event types that they came with")
	return nil, s.settings(map[string]any{"maxlen": nil, "eventtypes": nil})
}

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
	return r, err
}

// parseRangeMap parses rangemap field=f name=low-high … [default=name].
func parseRangeMap(s *stage) (ast.Stage, error) {
	r := &ast.RangeMap{Off: s.Off, Default: "None"}
	err := s.options(func(o option) (bool, error) {
		switch o.name {
		case "field":
			r.Field = o.text
			return true, nil
		case "default":
			r.Default = o.text
			return true, nil
		}
		low, high, ok := parseRange(o.text)
		if !ok {
			return true, s.errorf(o.value.from, "expected low-high as the range of %q, found %q", o.name, short(o.text))
		}
		r.Ranges = append(r.Ranges, ast.NumberRange{Name: o.as, Low: low, High: high})
		return true, nil
	})
	if err == nil && r.Field == "" {
		err = s.expected("field=…")
	}
	return r, err
}

// parseRange reads low-high, either of which may be negative.
func parseRange(text string) (low, high float64, ok bool) {
	i := strings.IndexByte(strings.TrimPrefix(text, "-"), '-') + len(text) - len(strings.TrimPrefix(text, "-"))
	if i <= 0 || i >= len(text) || text[i] != '-' {
		return 0, 0, false
	}
	low, e1 := strconv.ParseFloat(text[:i], 64)
	high, e2 := strconv.ParseFloat(text[i+1:], 64)
	return low, high, e1 == nil && e2 == nil && low <= high
}

func parseOutlier(s *stage) (ast.Stage, error) {
	return s.outlier("outlier", "action", "mark", "param", "type", "uselower")
}

func parseAnomalyDetection(s *stage) (ast.Stage, error) {
	return s.outlier("anomalydetection", "action", "method", "pthresh", "cutoff", "param", "uselower", "mark", "type")
}

func (s *stage) outlier(kind string, options ...string) (ast.Stage, error) {
	o := &ast.Outlier{Off: s.Off, Kind: kind}
	r, err := s.reshape(kind, options...)
	o.Fields, o.Options = r.Fields, r.Options
	return o, err
}

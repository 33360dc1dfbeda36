package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(command{names: []string{"bin", "bucket", "discretize"}, parse: parseBin})

// parseBin parses bin [options] field [as name], with options anywhere.
func parseBin(s *stage) (ast.Stage, error) {
	b := &ast.Bin{Off: s.Off}
	set := func(o option) (bool, error) { return s.binOption(o, b) }
	var err error
	if b.Field, err = s.onlyField(set); err != nil {
		return nil, err
	}
	if b.As, err = s.alias(); err != nil {
		return nil, err
	}
	return b, s.options(set)
}

// binOption takes an option that says how values are put in buckets.
func (s *stage) binOption(o option, b *ast.Bin) (bool, error) {
	var err error
	switch o.name {
	case "start", "end":
		var f float64
		if f, err = s.float(o); o.name == "start" {
			b.Start = &f
		} else {
			b.End = &f
		}
		return true, err
	case "bins":
		if b.Bins, err = s.int(o); err == nil && b.Bins == 0 {
			err = s.errorf(o.value.from, "expected a number above 0 as bins, found %q", short(o.text))
		}
		return true, err
	}
	return s.setting(o, map[string]any{
		"span": &b.Span, "minspan": &b.MinSpan, "aligntime": &b.Align,
	})
}

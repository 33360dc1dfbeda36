package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"outlier"}, parse: parseOutlier},
	command{names: []string{"anomalydetection"}, parse: parseAnomalyDetection},
)

func parseOutlier(s *stage) (ast.Stage, error) {
	o, err := s.outlier("outlier", "action", "mark", "param", "type", "uselower")
	if err != nil {
		return nil, err
	}
	switch action := o.Options["action"]; strings.ToLower(action) {
	case "", "remove", "rm", "transform", "tf":
		return o, nil
	default:
		return nil, s.fail("expected remove or transform as the action, found %q", short(action))
	}
}

func parseAnomalyDetection(s *stage) (ast.Stage, error) {
	return s.outlier("anomalydetection", "action", "method", "pthresh", "cutoff", "param", "uselower", "mark", "type")
}

func (s *stage) outlier(kind string, options ...string) (*ast.Outlier, error) {
	o := &ast.Outlier{Off: s.Off, Kind: kind}
	r, err := s.reshape(kind, options...)
	o.Fields, o.Options = r.Fields, r.Options
	return o, err
}

package spl

import "github.com/spoor-lang/spoor/ast"

var _ = register(
	command{names: []string{"outlier"}, parse: parseOutlier},
	command{names: []string{"anomalydetection"}, parse: parseAnomalyDetection},
)

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

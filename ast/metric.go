package ast

// MetricPrefix begins the names of the fields of a metric event that holds
// several measurements: metric_name:cpu.load.
const MetricPrefix = "metric_name:"

// MetricCond holds for the metric events that e asks for: those with a
// metric_name, whose value is in _value, and those with a field for one of its
// MetricNames.
func (e *Events) MetricCond() Expr {
	there := func(name string) Expr {
		return &Not{Off: e.Off, X: &IsNull{Off: e.Off, X: &Field{Off: e.Off, Name: name}}}
	}
	list := []Expr{there("metric_name")}
	for _, name := range e.MetricNames {
		list = append(list, there(MetricPrefix+name))
	}
	if len(list) == 1 {
		return list[0]
	}
	return &Logic{Off: e.Off, Op: Or, List: list}
}

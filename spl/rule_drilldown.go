package spl

import (
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

// originalSearch stands for the detection's own search in a drilldown.
const originalSearch = "%original_detection_search%"

// maxDrilldowns bounds the text of a detection's drilldowns with its search
// put in: a hundred times the longest of Splunk's. A search of a megabyte that
// is named a thousand times is no drilldown.
const maxDrilldowns = 1 << 20

// drilldowns reads the searches that an analyst starts from an alert. search
// is the detection's own.
func (f *yamlFile) drilldowns(search string) []ast.Drilldown {
	var list []ast.Drilldown
	total := 0
	for _, n := range f.items(f.root, "drilldown_searches") {
		d := ast.Drilldown{
			Name:     f.text(n, "name"),
			Search:   f.text(n, "search"),
			Earliest: f.text(n, "earliest_offset"),
			Latest:   f.text(n, "latest_offset"),
		}
		if d.Search == "" {
			f.errorf(n, "expected the search of the drilldown")
		}
		total += len(d.Search) + strings.Count(d.Search, originalSearch)*len(search)
		if total > maxDrilldowns {
			f.errorf(entry(n, "search"), "the drilldowns have more than %d bytes", maxDrilldowns)
			return nil
		}
		d.Search = strings.ReplaceAll(d.Search, originalSearch, search)
		list = append(list, d)
	}
	return list
}

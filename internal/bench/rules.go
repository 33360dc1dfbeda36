package bench

import (
	"io/fs"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// Rules loads all rules of the corpora in a file system. Rules that are wrong are
// left out; the tests of the library tell of them.
func Rules(root fs.FS) ([]*ast.Rule, error) {
	var rules []*ast.Rule
	for _, name := range []string{"elastic-detection-rules", "elastic-endpoint-rules"} {
		list, _ := eql.LoadRules(root, "corpus/"+name)
		rules = append(rules, list...)
	}
	dir, err := fs.Sub(root, "corpus/splunk-content")
	if err != nil {
		return nil, err
	}
	content, err := spl.LoadContent(dir)
	if err != nil {
		return nil, err
	}
	list, _ := spl.LoadRules(root, "corpus/splunk-detections/*/*.yml", content)
	return append(rules, list...), nil
}

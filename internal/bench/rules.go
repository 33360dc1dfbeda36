package bench

import (
	"os"
	"path/filepath"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/spl"
)

// Rules loads all rules of the corpora below a folder. Rules that are wrong are
// left out; the tests of the library tell of them.
func Rules(root string) ([]*ast.Rule, error) {
	var rules []*ast.Rule
	for _, name := range []string{"elastic-detection-rules", "elastic-endpoint-rules"} {
		list, _ := eql.LoadRules(os.DirFS(filepath.Join(root, "corpus", name)), ".")
		rules = append(rules, list...)
	}
	content, err := spl.LoadContent(os.DirFS(filepath.Join(root, "corpus/splunk-content")))
	if err != nil {
		return nil, err
	}
	list, _ := spl.LoadRules(os.DirFS(filepath.Join(root, "corpus/splunk-detections")), "*/*.yml", content)
	return append(rules, list...), nil
}

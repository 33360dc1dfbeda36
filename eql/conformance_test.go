package eql_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spoor-lang/spoor/eql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shared opens the folder that holds the corpora and the conformance cases.
func shared(t testing.TB) fs.FS {
	dir := os.Getenv("SPOOR_SHARED")
	if dir == "" {
		t.Skip("SPOOR_SHARED is not set")
	}
	return os.DirFS(filepath.Clean(dir))
}

// What Elasticsearch's parser accepts and refuses. Its lists come from several
// versions, so that a few texts are judged by older rules.
func TestGrammar(t *testing.T) {
	data, err := fs.ReadFile(shared(t), "conformance/eql/grammar.json")
	require.NoError(t, err)
	var cases struct{ Accept, Reject []string }
	require.NoError(t, json.Unmarshal(data, &cases))
	var wrong []string
	for _, q := range cases.Accept {
		if _, err := eql.Parse("q", q); err != nil {
			wrong = append(wrong, q+"\n\t"+err.Error())
		}
	}
	for _, q := range cases.Reject {
		_, err := eql.Parse("q", q)
		if err == nil {
			wrong = append(wrong, q+"\n\tis accepted")
		} else if testing.Verbose() {
			t.Log(err)
		}
	}
	total := len(cases.Accept) + len(cases.Reject)
	t.Logf("%d of %d", total-len(wrong), total)
	const tolerated = 30 // one in thirty
	assert.LessOrEqual(t, len(wrong), total/tolerated, strings.Join(wrong, "\n"))
}

// corpora are the folders of published rules and how many each holds at
// least.
var corpora = map[string]int{"elastic-detection-rules": 600, "elastic-endpoint-rules": 700}

func TestCorpora(t *testing.T) {
	for name, least := range corpora {
		t.Run(name, func(t *testing.T) {
			rules, err := eql.LoadRules(shared(t), "corpus/"+name)
			require.NoError(t, err)
			assert.Greater(t, len(rules), least)
		})
	}
}

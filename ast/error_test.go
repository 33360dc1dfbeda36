package ast_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/ast"
)

// An error at the end points at text, not at the empty lines behind it.
func TestErrorAtTheEnd(t *testing.T) {
	for _, tt := range []struct {
		text           string
		off            int
		where, pointed string
	}{
		{"a\nbc\n\n", 6, "q:2:3: gone", "bc\n  ^"},
		{"a\nbc \t\r\n", 8, "q:2:3: gone", "bc  \n  ^"},
		{"a\nbc  ", 6, "q:2:5: gone", "bc  \n    ^"},
		{"a\n\nbc", 2, "q:2:1: gone", "\n^"},
		{"\n\n", 2, "q:1:1: gone", "\n^"},
		{"a\n", 99, "q:1:2: gone", "a\n ^"},
	} {
		err := (&ast.Source{Name: "q", Text: tt.text}).Errorf(tt.off, "gone")
		assert.EqualError(t, err, tt.where, "%q", tt.text)
		assert.Equal(t, tt.pointed, err.Snippet(), "%q", tt.text)
	}
}

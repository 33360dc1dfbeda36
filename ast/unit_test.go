package ast_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/ast"
)

func TestUnitNamed(t *testing.T) {
	for name, want := range map[string]ast.Unit{
		"m": ast.Minute, "mon": ast.Month, "ms": ast.Millisecond, "qtr": ast.Quarter, "hours": ast.Hour,
	} {
		u, ok := ast.UnitNamed(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, u, name)
	}
	_, ok := ast.UnitNamed("fortnight")
	assert.False(t, ok)
}

package pipeline

import "github.com/spoor-lang/spoor/ast"

var _ = register((*compiler).tags)

// tags would copy the tags of fields' values, of which a search here has none:
// an event brings its tags in a field of its own.
func (c *compiler) tags(*ast.Tags) stage { return nil }

package sample_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/engine/sample"
)

// Where until is about every event that a step is about, nothing is found, and
// nothing is proved: the keys may differ.
func TestUntil(t *testing.T) {
	for _, text := range []string{
		`sequence [any where a == 1] [any where a == 2] until [any where a == 1]`,
		`sequence [any where a == 1] by x [any where a == 2] by x until [any where true] by y`,
	} {
		_, err := sample.Hit(parse(t, text))
		var never *sample.Unsatisfiable
		assert.False(t, errors.As(err, &never), "%s: %v", text, err)
	}
}

package field

import (
	"fmt"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// However many slots there are, and whether they were expected, a field has one, and
// what is derived has none of the fields'.
func TestSlots(t *testing.T) {
	for _, expected := range []int{0, 100} {
		s := &Slots{}
		if expected > 0 {
			s.Expect(expected)
		}
		seen := map[int]bool{}
		for n := range 3 * maxListed {
			name := fmt.Sprint("f", n)
			for _, view := range []string{"", "a", "b"} {
				_, ok := s.Find(view, name)
				assert.False(t, ok)
				i := s.Slot(view, name)
				assert.False(t, seen[i])
				seen[i] = true
				assert.Equal(t, Key{view, name}, s.Key(i))
			}
			d := s.Derived(n, "a", name)
			assert.False(t, seen[d])
			seen[d] = true
			assert.Equal(t, d, s.Derived(n, "a", name))
		}
		assert.Len(t, seen, s.Len())
		for n := range 3 * maxListed {
			name := fmt.Sprint("f", n)
			for _, view := range []string{"", "a", "b"} {
				i, ok := s.Find(view, name)
				assert.True(t, ok)
				assert.Equal(t, i, s.Slot(view, name))
				assert.Equal(t, Key{view, name}, s.Key(i))
			}
		}
		assert.Len(t, seen, s.Len())
	}
}

// A slot's name is not a piece of the text that it was taken from, as that would be kept.
func TestSlotsNames(t *testing.T) {
	text := fmt.Sprint("process", ".pid == 4")
	for _, expected := range []int{0, 100} {
		s := &Slots{}
		if expected > 0 {
			s.Expect(expected)
		}
		name := s.Key(s.Slot("", text[:len("process.pid")])).Name
		assert.Equal(t, "process.pid", name)
		assert.NotSame(t, unsafe.StringData(text), unsafe.StringData(name))
	}
}

package syntax

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What a slab hands out is the same, whether it has memory for it or not, and none
// of it runs into another.
func TestSlab(t *testing.T) {
	for _, room := range []int{0, 1, 7, 100} {
		var s Slab[int]
		s.Reserve(room)
		assert.Nil(t, s.List(nil))
		var ones []*int
		var lists [][]int
		for n := range 10 {
			ones = append(ones, s.New(n))
			list := make([]int, n)
			for i := range list {
				list[i] = n
			}
			lists = append(lists, s.List(list))
			clear(list)
			_ = append(lists[n], -1)
		}
		for n, list := range lists {
			assert.Equal(t, n, *ones[n], room)
			assert.Len(t, list, n, room)
			for _, v := range list {
				assert.Equal(t, n, v, room)
			}
		}
	}
}

func TestSlabMemory(t *testing.T) {
	var s Slab[int]
	s.Reserve(1000)
	assert.Zero(t, testing.AllocsPerRun(100, func() { s.New(1); s.List([]int{1, 2}) }))
}

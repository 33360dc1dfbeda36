package index

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// What another field's text has written over is not known any more, not even where that
// text, in the first field, has the place of the one before.
func TestRecallWrittenOver(t *testing.T) {
	one, other := &matcher{at: 0}, &matcher{at: 1}
	r := newRecall(2)
	const text = "text 0000"
	key := recallKey(one, text)
	r.put(one, key, text, []span{{1, 2}})
	known, ok := r.find(one, key, text)
	require.True(t, ok)
	require.Equal(t, []span{{1, 2}}, known)

	const filling = "filling.."
	for range recallTexts/len(filling) - 1 {
		r.put(other, recallKey(other, filling), filling, nil)
	}
	for i := 1; ; i++ {
		alike := fmt.Sprintf("text %04d", i)
		at := recallKey(one, alike)
		if r.place(at) != r.place(key) || r.place(recallKey(other, alike)) == r.place(key) {
			continue
		}
		r.put(other, recallKey(other, alike), alike, []span{{3, 4}})
		_, ok = r.find(one, at, alike)
		require.False(t, ok, alike)
		return
	}
}

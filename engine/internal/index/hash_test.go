package index

import (
	"encoding/binary"
	"hash/maphash"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The last bytes of a text are those of it and no others, however many they are.
func TestTail(t *testing.T) {
	const text = "abcdefghijklmnopqrstuvwxyz"
	for n := 1; n <= len(text); n++ {
		for rest := 1; rest < 8 && rest <= n; rest++ {
			var last [8]byte
			copy(last[:], text[n-rest:n])
			assert.Equal(t, binary.LittleEndian.Uint64(last[:]), tail8(text[:n], n-rest, rest), "%d of %d", rest, n)
		}
	}
}

// Atoms are numbered by hashes that tell apart what events' texts need not be: else a
// list of a rule's could make each of its texts look at all others.
func TestAtomsThatLookAlike(t *testing.T) {
	const n = 1 << 12
	seed := maphash.MakeSeed()
	alike, apart := map[uint64]bool{}, map[uint64]bool{}
	for i := range n {
		text := make([]byte, 12)
		for k := range text {
			text[k] = "@`"[i>>k&1]
		}
		h, _ := hashText(string(text))
		alike[h] = true
		apart[(&atom{kind: exact, text: string(text)}).hash(seed)] = true
	}
	assert.Len(t, alike, 1)
	assert.Len(t, apart, n)
}

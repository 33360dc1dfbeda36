package index

import (
	"encoding/binary"
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

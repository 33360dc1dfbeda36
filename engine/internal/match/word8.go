package match

// Texts are looked through eight bytes at a time: the first of them is the
// lowest byte of a word.
const (
	each8 = 0x0101010101010101 // times a byte: eight of it
	high8 = 0x8080808080808080
)

func load8(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

func load4(s string, i int) uint32 {
	b := s[i : i+4]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// letters returns bit 5 of each byte that is a letter in lower case.
func letters(w uint64) uint64 {
	low := w &^ high8
	return ((low + (0x80-'a')*each8) &^ (low + (0x7f-'z')*each8) &^ w & high8) >> 2
}

// zeros marks the bytes of a word that are zero, the lowest of them for certain.
func zeros(w uint64) uint64 { return (w - each8) &^ w & high8 }

// sign is eight times one byte in lower case, and the bit that tells its cases
// apart.
type sign struct{ bytes, fold uint64 }

func newSign(b byte) sign {
	s := sign{bytes: uint64(b) * each8}
	if 'a' <= b && b <= 'z' {
		s.fold = 0x20 * each8
	}
	return s
}

// differs is zero where a byte of w is the sign, in either case.
func (s sign) differs(w uint64) uint64 { return (w | s.fold) ^ s.bytes }

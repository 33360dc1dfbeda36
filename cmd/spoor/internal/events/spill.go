package events

import (
	"encoding/binary"
	"errors"
	"iter"
	"os"

	"github.com/klauspost/compress/zstd"
)

// spill is a temporary file of runs: entries in the order of time, in blocks
// that are compressed each by itself, so that many runs can be read side by
// side with one block of each in memory.
type spill struct {
	file *os.File
	end  int64
	enc  *zstd.Encoder
	dec  *zstd.Decoder
}

// run is where the blocks of a run lie.
type run []block

type block struct {
	at   int64
	size int
}

// blockSize is the text that a block holds, or one event if that is larger:
// enough to be compressed well, and little enough for thousands of runs.
const blockSize = 64 << 10

func newSpill() (*spill, error) {
	f, err := os.CreateTemp("", "spoor-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // where the system allows it, also a killed program leaves nothing behind
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	return &spill{file: f, enc: enc, dec: dec}, err
}

func (s *spill) close() error {
	err := s.file.Close()
	_ = os.Remove(s.file.Name())
	return err
}

// write appends a run.
func (s *spill) write(entries []entry) (r run, err error) {
	var text []byte
	for i, e := range entries {
		text = binary.AppendVarint(text, e.at)
		text = append(text, byte(e.form))
		text = binary.AppendUvarint(text, uint64(len(e.text)))
		text = append(text, e.text...)
		if len(text) < blockSize && i+1 < len(entries) {
			continue
		}
		packed := s.enc.EncodeAll(text, nil)
		if _, err := s.file.WriteAt(packed, s.end); err != nil {
			return r, err
		}
		r = append(r, block{s.end, len(packed)})
		s.end += int64(len(packed))
		text = text[:0]
	}
	return r, nil
}

// read yields the entries of a run. An error is the last.
func (s *spill) read(r run) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		for _, b := range r {
			text, err := s.block(b)
			for err == nil && len(text) > 0 {
				var e entry
				if e, text, err = next(text); err == nil && !yield(e, nil) {
					return
				}
			}
			if err != nil {
				yield(entry{}, err)
				return
			}
		}
	}
}

func (s *spill) block(b block) ([]byte, error) {
	packed := make([]byte, b.size)
	if _, err := s.file.ReadAt(packed, b.at); err != nil {
		return nil, err
	}
	return s.dec.DecodeAll(packed, nil)
}

// next takes an entry off the text of a block.
func next(text []byte) (e entry, rest []byte, err error) {
	at, n := binary.Varint(text)
	if n <= 0 || n == len(text) {
		return e, nil, errDamaged
	}
	e.at, e.form = at, form(text[n])
	text = text[n+1:]
	size, n := binary.Uvarint(text)
	if n <= 0 || size > uint64(len(text)-n) {
		return e, nil, errDamaged
	}
	text = text[n:]
	e.text = text[:size:size]
	return e, text[size:], nil
}

var errDamaged = errors.New("the file is damaged")

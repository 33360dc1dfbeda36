package engine

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"

	"github.com/spoor-lang/spoor/engine/internal/state"
)

// Record is a part of a snapshot. Whoever keeps state by key elsewhere, as a
// stream engine does, keeps one value for each Rule and Key.
type Record struct {
	Kind RecordKind
	Rule string // its ID; empty for the engine's own record
	Key  string // the join key, encoded; empty unless Kind is KeyRecord
	// State is what is held, in a form of the engine's own. It is valid
	// until the next record.
	State []byte
}

// RecordKind is what a [Record] is about.
type RecordKind uint8

// The kinds.
const (
	// EngineRecord is the first: the clock, the events that wait for their
	// turn, the counts, the collections, and the windows of searches with
	// their events.
	EngineRecord RecordKind = 1
	// RuleRecord comes before the keys of its rule: counts, the schedule of a
	// search and which windows it reads, by their numbers in the EngineRecord of
	// the same snapshot, or what it has counted, what is remembered to suppress
	// alerts.
	RuleRecord RecordKind = 2
	// KeyRecord is the state of a rule for one join key.
	KeyRecord RecordKind = 3
)

// endRecord is the last one, which tells that nothing was cut off.
const endRecord RecordKind = 0

// A snapshot is a header, then records: a byte for the kind, the length of
// the content, the content, and a checksum of it. Its version changes with
// what the records hold.
const (
	snapshotMagic   = "spoor state "
	snapshotVersion = 6
)

var checksums = crc32.MakeTable(crc32.Castagnoli)

// WriteRecords writes records as a snapshot.
func WriteRecords(w io.Writer, records iter.Seq[Record]) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s%d\n", snapshotMagic, snapshotVersion)
	var content state.Writer
	n := 0
	for r := range records {
		n++
		content.Reset()
		content.Text(r.Rule)
		content.Text(r.Key)
		if err := writeRecord(b, r.Kind, append(content.Bytes(), r.State...)); err != nil {
			return err
		}
	}
	if err := writeRecord(b, endRecord, binary.AppendUvarint(nil, uint64(n))); err != nil {
		return err
	}
	return b.Flush()
}

func writeRecord(w io.Writer, kind RecordKind, content []byte) error {
	head := binary.AppendUvarint([]byte{byte(kind)}, uint64(len(content)))
	sum := crc32.Checksum(content, checksums)
	for _, part := range [][]byte{head, content, binary.LittleEndian.AppendUint32(nil, sum)} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// ReadRecords yields the records of a snapshot. An error is the last that it
// yields; a snapshot that ends early is one.
func ReadRecords(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		b := bufio.NewReader(r)
		if err := readHeader(b); err != nil {
			yield(Record{}, err)
			return
		}
		var content bytes.Buffer
		for n := 0; ; n++ {
			kind, err := readRecord(b, &content)
			if err != nil {
				yield(Record{}, fmt.Errorf("record %d of the snapshot: %w", n+1, err))
				return
			}
			from := state.NewReader(content.Bytes())
			if kind == endRecord {
				if total := from.Uint(); total != uint64(n) || from.Err() != nil {
					yield(Record{}, fmt.Errorf("expected %d records in the snapshot, found %d", total, n))
				}
				return
			}
			rec := Record{Kind: kind, Rule: from.Text(), Key: from.Text()}
			rec.State = from.Rest()
			if !yield(rec, from.Err()) || from.Err() != nil {
				return
			}
		}
	}
}

func readHeader(b *bufio.Reader) error {
	head := make([]byte, len(snapshotMagic))
	if _, err := io.ReadFull(b, head); err != nil || string(head) != snapshotMagic {
		return errors.New("expected a snapshot, found something else")
	}
	version, err := b.ReadSlice('\n')
	if err != nil || string(version) != fmt.Sprintln(snapshotVersion) {
		return fmt.Errorf("expected a snapshot of version %d, found another", snapshotVersion)
	}
	return nil
}

// readRecord reads into content, which grows with what is there and not with
// what a false length claims.
func readRecord(b *bufio.Reader, content *bytes.Buffer) (RecordKind, error) {
	content.Reset()
	kind, err := b.ReadByte()
	if err != nil {
		return 0, noEnd(err)
	}
	n, err := binary.ReadUvarint(b)
	if err != nil {
		return 0, noEnd(err)
	}
	if n > maxRecord {
		return 0, fmt.Errorf("expected at most %d bytes, found %d", maxRecord, n)
	}
	if _, err = io.CopyN(content, b, int64(n)); err != nil {
		return 0, noEnd(err)
	}
	var sum [crc32.Size]byte
	if _, err = io.ReadFull(b, sum[:]); err != nil {
		return 0, noEnd(err)
	}
	if binary.LittleEndian.Uint32(sum[:]) != crc32.Checksum(content.Bytes(), checksums) {
		return 0, errors.New("the checksum is wrong")
	}
	return RecordKind(kind), nil
}

// maxRecord bounds a record. A full window of large events stays below a
// gigabyte.
const maxRecord uint64 = 1 << 34

// noEnd says what an end of the input means within a snapshot.
func noEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

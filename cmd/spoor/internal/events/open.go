// Package events reads the events that the command line is given: files,
// folders and the standard input, in whatever of the known forms they are.
//
//	find.go    paths, folders and globs become names of files
//	open.go    a file is opened, decompressed, and its form found by content
//	piece.go   a file is cut into the texts of its events
//	json.go    JSON on several lines, and events that need no schema
//	decode.go  texts become events, on several processors
//	sort.go    the events of many files in the order of time
//	spill.go   what of them is too much for the memory
//	merge.go   the same for files that are in order, as they are read
//	follow.go  files that grow
package events

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"iter"
	"os"

	"github.com/klauspost/compress/zstd"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/schema"
)

// Stdin is the name that stands for the standard input.
const Stdin = "-"

// Reader opens files of events.
type Reader struct {
	Schema *schema.Schema
	Raw    bool          // events are taken as they are, without the schema
	Stdin  io.Reader     // what Stdin names
	Read   func(n int64) // told of the bytes that were read of files; may be nil
	Hold   int           // bytes of text that Sort holds in memory; 0 for DefaultHold
}

// FileError is a file that could not be read to its end; a [schema.LineError]
// is an event that could not.
type FileError struct {
	Name string
	Err  error
}

// Error returns the file's name and what was wrong.
func (e *FileError) Error() string { return e.Name + ": " + e.Err.Error() }

// Unwrap returns what was wrong.
func (e *FileError) Unwrap() error { return e.Err }

// File yields the events of a file. An error that is no *FileError is one
// event that could not be read, and the ones behind it follow.
func (r *Reader) File(name string) iter.Seq2[engine.Event, error] {
	return r.decode(r.pieces(name, r.open))
}

// Files yields the events of several files, one after the other.
func (r *Reader) Files(names []string) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		for _, name := range names {
			for ev, err := range r.File(name) {
				if !yield(ev, err) {
					return
				}
			}
		}
	}
}

// Follow is File for a file that grows: at its end it waits for more, until
// the context is done.
func (r *Reader) Follow(ctx context.Context, name string) iter.Seq2[engine.Event, error] {
	return r.decode(r.pieces(name, func(name string) (io.ReadCloser, error) {
		in, err := r.open(name)
		if f, ok := in.(*os.File); ok && err == nil && name != Stdin {
			return &tail{ctx: ctx, f: f}, nil
		}
		return in, err
	}))
}

func (r *Reader) open(name string) (io.ReadCloser, error) {
	if name == Stdin {
		return io.NopCloser(r.Stdin), nil
	}
	return os.Open(name)
}

// reason leaves the name out, which a FileError says itself.
func reason(err error) error {
	if p := (*os.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

type counter struct {
	io.Reader
	read func(int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if c.read != nil {
		c.read(int64(n))
	}
	return n, err
}

// maxWrap is how many compressions may lie around each other: files are
// compressed once, or twice by mistake; more is an attack.
const maxWrap = 2

// maxWindow bounds the memory that a zstd stream may ask for; `zstd --ultra`
// asks for as much.
const maxWindow = 128 << 20

var (
	magicGzip = []byte{0x1f, 0x8b}
	magicZstd = []byte{0x28, 0xb5, 0x2f, 0xfd}
	bom       = []byte("\xef\xbb\xbf")
)

// unwrap takes the compressions off a stream, which its first bytes tell.
// done ends what was opened on the way.
func unwrap(in io.Reader) (br *bufio.Reader, done func(), err error) {
	done = func() {}
	br = bufio.NewReaderSize(in, 64<<10)
	for range maxWrap {
		switch {
		case starts(br, magicGzip):
			z, err := gzip.NewReader(br)
			if err != nil {
				return nil, done, err
			}
			br = bufio.NewReaderSize(z, 64<<10)
		case starts(br, magicZstd):
			z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow))
			if err != nil {
				return nil, done, err
			}
			before := done
			done = func() { z.Close(); before() }
			br = bufio.NewReaderSize(z, 64<<10)
		}
	}
	return br, done, nil
}

// starts reports whether the next bytes are these; it waits for no more of
// them than it must.
func starts(br *bufio.Reader, magic []byte) bool {
	for i := range magic {
		b, _ := br.Peek(i + 1)
		if !bytes.Equal(b, magic[:i+1]) {
			return false
		}
	}
	return true
}

// Package events reads the events that the command line is given: files,
// folders and the standard input, in whatever of the known forms they are.
//
//	find.go    paths, folders and globs become names of files
//	open.go    a file is opened, decompressed, and its form found by content
//	json.go    JSON arrays, and events that need no schema
//	merge.go   many files become one series in the order of time
//	follow.go  files that grow
package events

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
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
	return func(yield func(engine.Event, error) bool) {
		in, err := r.open(name)
		if err != nil {
			yield(engine.Event{}, &FileError{name, reason(err)})
			return
		}
		defer in.Close()
		r.parse(name, &counter{in, r.Read}, yield)
	}
}

// Follow is File for a file that grows: at its end it waits for more, until
// the context is done.
func (r *Reader) Follow(ctx context.Context, name string) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		in, err := r.open(name)
		if err != nil {
			yield(engine.Event{}, &FileError{name, reason(err)})
			return
		}
		defer in.Close()
		var src io.Reader = in
		if f, ok := in.(*os.File); ok && name != Stdin {
			src = &tail{ctx: ctx, f: f}
		}
		r.parse(name, src, yield)
	}
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

// parse yields the events of a stream, with the file's name in each error.
func (r *Reader) parse(name string, in io.Reader, yield func(engine.Event, error) bool) {
	events, done, err := r.events(in)
	defer done()
	if err != nil {
		yield(engine.Event{}, &FileError{name, reason(err)})
		return
	}
	for ev, err := range events {
		if line := (*schema.LineError)(nil); errors.As(err, &line) {
			err = fmt.Errorf("%s:%d: %w", name, line.Line, line.Err)
		} else if err != nil {
			err = &FileError{name, reason(err)}
		}
		if !yield(ev, err) {
			return
		}
	}
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

// events finds the form of a stream by its first bytes. done ends what was
// opened on the way.
func (r *Reader) events(in io.Reader) (events iter.Seq2[engine.Event, error], done func(), err error) {
	done = func() {}
	br := bufio.NewReaderSize(in, 64<<10)
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
	events, err = r.form(br)
	return events, done, err
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

func (r *Reader) form(br *bufio.Reader) (iter.Seq2[engine.Event, error], error) {
	if starts(br, bom) {
		_, _ = br.Discard(len(bom))
	}
	for {
		b, err := br.Peek(1)
		switch {
		case err == io.EOF:
			return func(func(engine.Event, error) bool) {}, nil
		case err != nil:
			return nil, err
		case b[0] == ' ' || b[0] == '\t' || b[0] == '\n' || b[0] == '\r':
			_, _ = br.Discard(1)
		case b[0] == '<':
			return r.Schema.ParseXML(br), nil
		case b[0] == '[':
			return r.array(br), nil
		case b[0] == '{' && r.Raw:
			return r.rawLines(br), nil
		case b[0] == '{':
			return r.Schema.ParseNDJSON(br), nil
		case b[0] == 0xff || b[0] == 0xfe:
			return nil, errors.New("expected UTF-8, found UTF-16: convert the file first")
		default:
			return nil, fmt.Errorf("expected NDJSON, a JSON array or event XML, found %q", b)
		}
	}
}

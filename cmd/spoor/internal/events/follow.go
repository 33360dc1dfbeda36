package events

import (
	"context"
	"io"
	"os"
	"time"
)

// poll is how often a file is asked whether it has grown: soon enough for
// whoever watches, and too seldom to be seen on a processor.
const poll = 200 * time.Millisecond

// tail reads a file that grows. One that was cut short is read from its
// beginning again.
type tail struct {
	ctx context.Context
	f   *os.File
	at  int64
}

// Close closes the file.
func (t *tail) Close() error { return t.f.Close() }

func (t *tail) Read(p []byte) (int, error) {
	for {
		n, err := t.f.Read(p)
		t.at += int64(n)
		if n > 0 || err != io.EOF {
			return n, err
		}
		select {
		case <-t.ctx.Done():
			return 0, io.EOF
		case <-time.After(poll):
		}
		if info, err := t.f.Stat(); err == nil && info.Size() < t.at {
			if t.at, err = t.f.Seek(0, io.SeekStart); err != nil {
				return 0, err
			}
		}
	}
}

package events

import (
	"bytes"
	"context"
	"iter"
	"runtime"

	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/ndjson"
)

// decode reads each piece as it comes.
func (r *Reader) decode(pieces iter.Seq2[piece, error]) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		for p, err := range pieces {
			var ev engine.Event
			if err == nil {
				ev, err = r.event(p)
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// job is a piece on its way through a goroutine.
type job struct {
	piece
	ev     engine.Event
	err    error
	reader *ndjson.Reader // holds the event; nil where it holds itself
	done   chan struct{}
}

// ahead is how many pieces are read ahead of whoever takes the events: enough
// that nobody waits for one long line, and few enough to be no matter of
// memory.
const ahead = 256

// spread reads pieces on all processors, and yields them in their order. The
// event of a job is valid while the next jobs come, as many as last says, which is
// 1 at least. Once the context is done spread yields no more, also if the reader
// waits for input.
func (r *Reader) spread(ctx context.Context, pieces iter.Seq2[piece, error], last int) iter.Seq[*job] {
	return func(yield func(*job) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		work, line := make(chan *job), make(chan *job, ahead)
		spare := make(chan *ndjson.Reader, ahead)
		held, n := make([]*ndjson.Reader, last), 0 // a ring
		for range runtime.GOMAXPROCS(0) {
			go func() {
				for j := range work {
					r.read(j, spare)
					close(j.done)
				}
			}()
		}
		go func() {
			defer close(line)
			defer close(work)
			send(ctx, pieces, work, line)
		}()
		for {
			select {
			case <-ctx.Done():
				return
			case j, ok := <-line:
				if !ok {
					return
				}
				<-j.done
				if !yield(j) {
					return
				}
				held[n%last], j.reader = j.reader, held[n%last]
				if n++; j.reader != nil {
					select {
					case spare <- j.reader:
					default:
					}
				}
			}
		}
	}
}

// read reads a job's piece, with a reader that has read others where there is
// one to spare.
func (r *Reader) read(j *job, spare <-chan *ndjson.Reader) {
	if j.form != object || r.Raw {
		j.ev, j.err = r.event(j.piece)
		return
	}
	select {
	case j.reader = <-spare:
	default:
		j.reader = ndjson.NewReader(r.Schema)
	}
	if j.ev, j.err = j.reader.Event(j.text); j.err == nil {
		j.err = whole(j.ev)
	}
	if j.err != nil {
		j.err = located(j.file, j.line, j.err)
	}
}

func send(ctx context.Context, pieces iter.Seq2[piece, error], work, line chan<- *job) {
	for p, err := range pieces {
		j := &job{piece: p, err: err, done: make(chan struct{})}
		j.text = bytes.Clone(p.text)
		to := work
		if err != nil {
			close(j.done)
			to = nil
		}
		for _, c := range [...]chan<- *job{line, to} {
			if c == nil {
				continue
			}
			select {
			case c <- j:
			case <-ctx.Done():
				return
			}
		}
	}
}

package events

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/engine"
)

// DefaultHold is how much text of events is held in memory to be sorted. It
// is some ten thousand events; of more, runs are written to a temporary file,
// of which a block each is in memory when they are merged: for 100 GB that is
// 1,600 runs, and another 100 MB.
const DefaultHold = 64 << 20

// Sorted are the events of files in the order of their times.
type Sorted struct {
	r      *Reader
	held   []entry // sorted, the last run
	size   int
	runs   []run
	spill  *spill // nil if all is in memory
	events int
}

// entry is the text of an event that was read, and its time.
type entry struct {
	at   int64 // nanoseconds
	form form
	text []byte
}

// Sort reads files to their end, whatever order their events are in, and puts
// them in the order of time; events of the same time stay in the order of the
// files, and one that has no time stays behind the one before it. bad is told
// of what could not be read. When the context is done Sort returns what it has
// read so far, and the context's error; another error is one of the temporary
// file. The caller closes what it returns, also with an error.
func (r *Reader) Sort(ctx context.Context, names []string, bad func(error)) (*Sorted, error) {
	s := &Sorted{r: r}
	for _, name := range names {
		before := int64(first)
		for j := range r.spread(ctx, r.pieces(name, r.open), 1) {
			if j.err != nil {
				bad(j.err)
				continue
			}
			before = instant(j.ev.Time, before)
			if err := s.add(entry{before, j.form, j.text}); err != nil {
				return s, err
			}
		}
	}
	slices.SortStableFunc(s.held, earlier)
	return s, ctx.Err()
}

// instant is a time as a number, and that of the event before for none.
func instant(t time.Time, before int64) int64 {
	if t.IsZero() {
		return before
	}
	return t.UnixNano()
}

func earlier(a, b entry) int { return cmp.Compare(a.at, b.at) }

func (s *Sorted) add(e entry) (err error) {
	s.events++
	s.held = append(s.held, e)
	s.size += len(e.text)
	if s.size < cmp.Or(s.r.Hold, DefaultHold) {
		return nil
	}
	if s.spill == nil {
		if s.spill, err = newSpill(); err != nil {
			return err
		}
	}
	slices.SortStableFunc(s.held, earlier)
	run, err := s.spill.write(s.held)
	s.runs = append(s.runs, run)
	clear(s.held)
	s.held, s.size = s.held[:0], 0
	return err
}

// Len is the number of events.
func (s *Sorted) Len() int { return s.events }

// Close removes the temporary file.
func (s *Sorted) Close() error {
	if s.spill == nil {
		return nil
	}
	return s.spill.close()
}

// Events yields the events, until the context is done; each is valid until the
// next. An error, which is one of the temporary file, is the last.
func (s *Sorted) Events(ctx context.Context) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		for j := range s.r.spread(ctx, s.pieces(), 1) {
			if !yield(j.ev, j.err) || j.err != nil {
				return
			}
		}
	}
}

// Batches yields the events some at a time, as Events does one by one; a batch is
// valid until the next one.
func (s *Sorted) Batches(ctx context.Context, size int) iter.Seq2[[]engine.Event, error] {
	return func(yield func([]engine.Event, error) bool) {
		batch := make([]engine.Event, 0, size)
		for j := range s.r.spread(ctx, s.pieces(), size) {
			if j.err != nil {
				if len(batch) == 0 || yield(batch, nil) {
					yield(nil, j.err)
				}
				return
			}
			if batch = append(batch, j.ev); len(batch) < size {
				continue
			}
			if !yield(batch, nil) {
				return
			}
			batch = batch[:0]
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}

// pieces yields what all runs hold.
func (s *Sorted) pieces() iter.Seq2[piece, error] {
	var runs []iter.Seq2[entry, error]
	for _, run := range s.runs {
		runs = append(runs, s.spill.read(run))
	}
	runs = append(runs, func(yield func(entry, error) bool) {
		for _, e := range s.held {
			if !yield(e, nil) {
				return
			}
		}
	})
	return func(yield func(piece, error) bool) {
		for e, err := range merge(runs, func(e entry, _ int64) int64 { return e.at }) {
			if err != nil {
				err = &FileError{"temporary file", reason(err)}
			}
			if !yield(piece{form: e.form, text: e.text}, err) {
				return
			}
		}
	}
}

package main

import (
	"context"
	"iter"
	"sync"

	"github.com/spoor-lang/spoor/cmd/spoor/internal/events"
	"github.com/spoor-lang/spoor/engine"
)

// item is an event, or the error that stands in its place.
type item struct {
	ev  engine.Event
	err error
}

// ahead is how many events are read ahead of the engine: enough that neither
// waits for the other, and few enough to be no matter of memory.
const ahead = 512

// feed reads events on goroutines of its own, so that a reader that waits
// does not keep the program from being interrupted. The channel is closed at
// the end of all series. A reader that waits may keep it open after the context
// is done; until does not wait for it.
func feed(ctx context.Context, series ...iter.Seq2[engine.Event, error]) <-chan item {
	items := make(chan item, ahead)
	var all sync.WaitGroup
	for _, events := range series {
		all.Go(func() {
			for ev, err := range events {
				select {
				case items <- item{ev, err}:
				case <-ctx.Done():
					return
				}
			}
		})
	}
	go func() {
		all.Wait()
		close(items)
	}()
	return items
}

// until yields items until there are no more, or the context is done: a reader
// that waits does not end with it.
func until(ctx context.Context, items <-chan item) iter.Seq[item] {
	return func(yield func(item) bool) {
		for {
			select {
			case <-ctx.Done():
				return
			case it, ok := <-items:
				if !ok || !yield(it) {
					return
				}
			}
		}
	}
}

// series returns what a run reads: all files in the order of time, or, to
// follow them, each on its own.
func series(ctx context.Context, r *events.Reader, names []string, follow bool) []iter.Seq2[engine.Event, error] {
	if !follow {
		return []iter.Seq2[engine.Event, error]{r.Merge(names)}
	}
	var each []iter.Seq2[engine.Event, error]
	for _, name := range names {
		each = append(each, r.Follow(ctx, name))
	}
	return each
}

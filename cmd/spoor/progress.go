package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/spoor-lang/spoor/cmd/spoor/internal/events"
)

// longInput is the size from which a bar is shown: less is read before it
// would be drawn.
const longInput = 8 << 20

// redraw is how often a bar is drawn.
const redraw = 200 * time.Millisecond

// progress shows how far a run has come. A nil one shows nothing.
type progress struct {
	bar    *progressbar.ProgressBar
	bytes  atomic.Int64 // read so far, by the reader's goroutine
	events int
	begun  time.Time
	drawn  time.Time
}

// newProgress returns the progress over files, or nil if the standard error is
// no terminal, the input is short, or its length is not known.
func newProgress(s *session, files []string, off bool) *progress {
	var size int64
	for _, name := range files {
		info, err := os.Stat(name)
		if name == events.Stdin || err != nil || !info.Mode().IsRegular() {
			return nil
		}
		size += info.Size()
	}
	if _, ok := terminal(s.stderr); !ok || off || size < longInput {
		return nil
	}
	bar := progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(s.stderr), progressbar.OptionShowBytes(true),
		progressbar.OptionFullWidth(), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(true), progressbar.OptionSetElapsedTime(false))
	return &progress{bar: bar, begun: time.Now()}
}

// read counts bytes; it may be called by another goroutine than the rest.
func (p *progress) read(n int64) {
	if p != nil {
		p.bytes.Add(n)
	}
}

// event counts an event, and now and then draws the bar.
func (p *progress) event(alerts int) {
	if p == nil {
		return
	}
	p.events++
	if p.events%64 != 0 || time.Since(p.drawn) < redraw {
		return
	}
	p.drawn = time.Now()
	rate := float64(p.events) / time.Since(p.begun).Seconds()
	p.bar.Describe(fmt.Sprintf("%.0f events/s, %s", rate, count(alerts, "alert")))
	_ = p.bar.Set64(p.bytes.Load())
}

// clear makes room for a line of output.
func (p *progress) clear() {
	if p != nil {
		_ = p.bar.Clear()
	}
}

// done takes the bar away.
func (p *progress) done() {
	if p != nil {
		_ = p.bar.Finish()
	}
}

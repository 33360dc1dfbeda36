package main

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/spoor-lang/spoor/cmd/spoor/internal/events"
)

// Inputs of less than longInput bytes, or longRun events, are read before a
// bar would be drawn.
const (
	longInput = 8 << 20
	longRun   = 20_000
)

// redraw is how often a bar is drawn.
const redraw = 200 * time.Millisecond

// progress shows on a terminal how far a run has come: with reading its files
// by their bytes, and with its events by their number, once that is known. A
// nil one shows nothing. Files are read on other goroutines than the events
// are counted on.
type progress struct {
	mu      sync.Mutex
	session *session
	bar     *progressbar.ProgressBar // nil if there is nothing to show
	bytes   int64
	total   int // events; 0 if not known
	events  int
	begun   time.Time
	drawn   time.Time
}

// newProgress returns the progress over files, or nil if the standard error is
// no terminal.
func newProgress(s *session, files []string, off bool) *progress {
	if _, ok := terminal(s.stderr); !ok || off {
		return nil
	}
	p := &progress{session: s, begun: time.Now()}
	if size := sizeOf(files); size >= longInput {
		p.bar = p.draw(size, progressbar.OptionShowBytes(true), progressbar.OptionSetDescription("reading"))
		_ = p.bar.RenderBlank() // the next time that it is drawn, all may be read
	}
	return p
}

// sizeOf is the size of all files, or 0 if it is not known.
func sizeOf(files []string) (size int64) {
	for _, name := range files {
		info, err := os.Stat(name)
		if name == events.Stdin || err != nil || !info.Mode().IsRegular() {
			return 0
		}
		size += info.Size()
	}
	return size
}

func (p *progress) draw(total int64, more ...progressbar.Option) *progressbar.ProgressBar {
	return progressbar.NewOptions64(total, append([]progressbar.Option{
		progressbar.OptionSetWriter(p.session.stderr), progressbar.OptionFullWidth(), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(true), progressbar.OptionSetElapsedTime(false),
	}, more...)...)
}

// read counts bytes of the files.
func (p *progress) read(n int64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bytes += n
	if p.bar != nil && p.total == 0 && p.due() {
		_ = p.bar.Set64(p.bytes)
	}
}

func (p *progress) due() bool {
	if time.Since(p.drawn) < redraw {
		return false
	}
	p.drawn = time.Now()
	return true
}

// expect begins anew: all files are read, and so many events are to come.
func (p *progress) expect(events int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	p.bar, p.total, p.begun = nil, events, time.Now()
	p.drawn = time.Time{} // the first events show that these are counted now
	if events >= longRun {
		p.bar = p.draw(int64(events))
	}
}

// event counts an event, and now and then draws the bar.
func (p *progress) event(alerts int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.events++; p.bar == nil || p.events%64 != 0 || !p.due() {
		return
	}
	rate := float64(p.events) / time.Since(p.begun).Seconds()
	p.bar.Describe(fmt.Sprintf("%.0f events/s, %s", rate, count(alerts, "alert")))
	if p.total > 0 {
		_ = p.bar.Set(p.events)
	}
}

// clear makes room for a line of output.
func (p *progress) clear() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

// done takes the bar away.
func (p *progress) done() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

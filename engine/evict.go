package engine

import (
	"container/heap"
	"time"
)

// StateBytes bounds the memory that the state of all rules takes, about: series,
// keys, the events of windows, and the figures that windows which overlap have
// gathered of them. What is beyond is dropped: figures first, which are gathered
// again, then the oldest, whichever rule's it is, which counts for that rule. A search
// that counts events when they come loses the oldest part of its window as a whole. It is
// looked at every 1024 events, which may exceed it by what they add. The default is
// DefaultStateBytes; 0 means no bound.
func StateBytes(n int) Option { return func(c *config) { c.stateBytes = n } }

const (
	// DefaultStateBytes is about what the default bounds of ten busy rules
	// come to. Thousands of rules have bounds of their own that add up to far
	// more than a machine has.
	DefaultStateBytes = 1 << 30

	// weighEvery is after how many events the state is weighed. That takes
	// some nanoseconds a rule.
	weighEvery = 1 << 10

	// trimShare is the share of the bound that is dropped with what is beyond
	// it, so that the next weighing has nothing to do.
	trimShare = 16
)

// evictor is a runner that can be made to drop what it has held longest.
type evictor interface {
	runner
	evict(n int)
	// held returns what belongs to the runner alone: how much, how many
	// bytes, and the time of the first.
	held() (n, bytes int, oldest time.Time)
}

// weigh keeps the bound of the state of all rules.
func (e *Engine) weigh() {
	if e.weighed++; e.weighed < weighEvery {
		return
	}
	e.weighed = 0
	if e.conf.stateBytes <= 0 {
		return
	}
	total := e.shelf.weight()
	for _, x := range e.dispatch.machines {
		_, bytes, _ := x.held()
		total += bytes
	}
	if total > e.conf.stateBytes {
		e.trim(total - e.conf.stateBytes + e.conf.stateBytes/trimShare)
	}
}

func evictorOf(c *compiled) (evictor, bool) {
	if m, ok := c.machineRunner(); ok {
		return m, true
	}
	x, ok := c.runner.(evictor)
	return x, ok
}

// trim drops the oldest of what all rules hold, until it has freed so much. Panes
// go before anything else: nothing is lost with them.
func (e *Engine) trim(excess int) {
	excess -= e.shelf.panes
	var list holders
	for _, c := range e.rules {
		if c.search != nil && !c.search.live {
			c.search.dropPanes()
		}
		if x, ok := evictorOf(c); ok {
			if n, _, oldest := x.held(); n > 0 {
				list = append(list, holder{c, x, oldest})
			}
		}
	}
	heap.Init(&list)
	for excess > 0 && len(list) > 0 {
		h := &list[0]
		n, before, _ := h.held()
		shelf := e.shelf.bytes
		h.evict(max(1, n/trimShare))
		n, after, oldest := h.held()
		excess -= before - after + shelf - e.shelf.bytes
		if e.conf.observer.Lost != nil {
			for r := range h.compiled.served() {
				e.tellLost(r)
			}
		}
		if h.oldest = oldest; n == 0 || before == after {
			heap.Pop(&list)
			continue
		}
		heap.Fix(&list, 0)
	}
}

// holder is a rule that holds something.
type holder struct {
	*compiled
	evictor
	oldest time.Time
}

// holders are a heap: what holds the oldest on top.
type holders []holder

func (l holders) Len() int           { return len(l) }
func (l holders) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }
func (l holders) Less(i, j int) bool { return l[i].oldest.Before(l[j].oldest) }
func (l *holders) Push(x any)        { *l = append(*l, x.(holder)) }
func (l *holders) Pop() any {
	last := len(*l) - 1
	h := (*l)[last]
	(*l)[last] = holder{}
	*l = (*l)[:last]
	return h
}

func (r *machineRunner) evict(n int) { r.Evict(n) }

func (r *machineRunner) held() (n, bytes int, oldest time.Time) {
	if bytes = r.Bytes(); bytes == 0 {
		return 0, 0, time.Time{} // what an opener holds is not its own
	}
	s := r.Stats()
	return max(1, s.Held+s.Keys), bytes, r.Oldest()
}

func (b *beginning) evict(n int) { b.opener.Evict(n) }

func (b *beginning) held() (n, bytes int, oldest time.Time) {
	return b.opener.Held(), b.opener.Bytes(), b.opener.Oldest()
}

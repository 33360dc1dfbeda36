package sequence

// representatives calls yield for each way to choose a different event from
// each list, the first events of the first lists first, until yield returns
// false. The slice is yield's until it returns.
//
// Trying one event after the other is exponential where many lists share too
// few events, so that an event is tried only if the lists behind it can be
// served without it, which a matching tells in polynomial time.
func representatives(lists [][]*Kept, yield func([]*Kept) bool) {
	for _, l := range lists {
		if len(l) == 0 {
			return
		}
	}
	c := chooser{lists: lists, yield: yield, taken: map[*Kept]bool{}, events: make([]*Kept, len(lists))}
	if c.possible(0) {
		c.choose(0)
	}
}

type chooser struct {
	lists  [][]*Kept
	yield  func([]*Kept) bool
	taken  map[*Kept]bool
	events []*Kept
}

// choose fills the lists from i on, and reports whether to go on.
func (c *chooser) choose(i int) bool {
	if i == len(c.lists) {
		return c.yield(c.events)
	}
	for _, k := range c.lists[i] {
		if c.taken[k] {
			continue
		}
		c.taken[k] = true
		c.events[i] = k
		if c.possible(i+1) && !c.choose(i+1) {
			return false
		}
		delete(c.taken, k)
	}
	return true
}

// possible reports whether the lists from i on can all be served with events
// that are not taken.
func (c *chooser) possible(i int) bool {
	holder := map[*Kept]int{}
	for ; i < len(c.lists); i++ {
		if !c.serve(i, holder, map[*Kept]bool{}) {
			return false
		}
	}
	return true
}

// serve finds an event for list i; those that hold one may have to take
// another.
func (c *chooser) serve(i int, holder map[*Kept]int, tried map[*Kept]bool) bool {
	for _, k := range c.lists[i] {
		if c.taken[k] || tried[k] {
			continue
		}
		tried[k] = true
		j, held := holder[k]
		if !held || c.serve(j, holder, tried) {
			holder[k] = i
			return true
		}
	}
	return false
}

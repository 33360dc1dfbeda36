package syntax

// Slab hands out values of one type from one piece of memory. A tree has many
// small nodes, and a piece of memory for each of them is work to the garbage
// collector, whatever its size. A slab is for one tree: where trees have memory in
// common, one of them keeps all others alive. The zero value has no memory of its
// own yet, and hands out values one by one.
type Slab[T any] struct{ free []T }

// Reserve gives the slab memory for n values that are to come.
func (s *Slab[T]) Reserve(n int) { s.free = make([]T, n) }

// New returns the address of a copy of v.
func (s *Slab[T]) New(v T) *T {
	if len(s.free) == 0 {
		p := new(T)
		*p = v
		return p
	}
	p := &s.free[0]
	s.free = s.free[1:]
	*p = v
	return p
}

// List returns a copy of a list; nil for an empty one.
func (s *Slab[T]) List(list []T) []T {
	n := len(list)
	if n == 0 {
		return nil
	}
	if n > len(s.free) {
		return append(make([]T, 0, n), list...)
	}
	to := s.free[:n:n]
	s.free = s.free[n:]
	copy(to, list)
	return to
}

package jsonpath

// Update puts f's result in the place of each node at path. A missing member
// is made if create is set, with the objects that lead to it, and f then gets
// nil; a nil result removes a member. Where the path does not fit (an index
// that an array does not have, a member of what is no object), nothing
// changes. The empty path is that of the node itself, which is not removed.
func (n *Node) Update(path string, create bool, f func(old *Node) *Node) {
	if path == "" {
		old := *n
		if v := f(&old); v != nil {
			*n = *v
		}
		return
	}
	n.update(parsePath(path), create, f)
}

func (n *Node) update(steps []step, create bool, f func(old *Node) *Node) {
	if len(steps) == 0 {
		return
	}
	s, rest := steps[0], steps[1:]
	switch {
	case n.Kind == Array && s.kind == every:
		for i := range n.Items {
			n.updateItem(i, rest, create, f)
		}
	case n.Kind == Array && s.kind == index && s.n < len(n.Items):
		n.updateItem(s.n, rest, create, f)
	case n.Kind == Object && s.kind == key:
		n.updateMember(s.name, rest, create, f)
	}
}

func (n *Node) updateItem(i int, rest []step, create bool, f func(old *Node) *Node) {
	if len(rest) > 0 {
		n.Items[i].update(rest, create, f)
		return
	}
	if v := f(n.Items[i]); v != nil {
		n.Items[i] = v
	}
}

func (n *Node) updateMember(name string, rest []step, create bool, f func(old *Node) *Node) {
	if n.Member(name) == nil {
		if !create || len(rest) > 0 && rest[0].kind != key {
			return
		}
		if len(rest) > 0 {
			n.Members = append(n.Members, Member{name, &Node{Kind: Object}})
		}
	}
	if len(rest) > 0 {
		n.Member(name).update(rest, create, f)
		return
	}
	n.SetMember(name, f(n.Member(name)))
}

// SetMember gives the object n a member, in the place of the first of that
// name or behind the others. A nil value removes all members of that name.
func (n *Node) SetMember(name string, v *Node) {
	if v == nil {
		kept := n.Members[:0]
		for _, m := range n.Members {
			if m.Key != name {
				kept = append(kept, m)
			}
		}
		n.Members = kept
		return
	}
	for i := range n.Members {
		if n.Members[i].Key == name {
			n.Members[i].Value = v
			return
		}
	}
	n.Members = append(n.Members, Member{name, v})
}

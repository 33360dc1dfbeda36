package jsonpath

import (
	"math"
	"strconv"
	"strings"
)

// stepKind is what a step of a path goes to.
type stepKind uint8

const (
	key       stepKind = iota // a member, a child element
	every                     // {}: all elements of an array
	index                     // {3}: one of them
	attribute                 // {@name}: of an XML element
)

type step struct {
	kind stepKind
	name string
	n    int
}

// maxSteps bounds a path: no log nests deeper than the texts that are read
// here, and joining steps to keys costs their square.
const maxSteps = 100

// parsePath parts a path into steps. What it cannot read as braces belongs to
// a name.
func parsePath(path string) []step {
	var steps []step
	for path != "" {
		if len(steps) == maxSteps {
			return append(steps, step{kind: index, n: math.MaxInt32}) // leads nowhere
		}
		if s, rest, ok := braces(path); ok {
			steps = append(steps, s)
			path = strings.TrimPrefix(rest, ".")
			continue
		}
		i := 1
		for i < len(path) && path[i] != '.' {
			if _, _, ok := braces(path[i:]); ok {
				break
			}
			i++
		}
		if path[0] == '.' { // an empty name, as in "a..b"
			i = 0
		}
		steps = append(steps, step{kind: key, name: path[:i]})
		path = strings.TrimPrefix(path[i:], ".")
	}
	return steps
}

// braces reads {}, {3} or {@name} at the start of s.
func braces(s string) (st step, rest string, ok bool) {
	if s == "" || s[0] != '{' {
		return step{}, s, false
	}
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return step{}, s, false
	}
	inner, rest := s[1:end], s[end+1:]
	switch {
	case inner == "":
		return step{kind: every}, rest, true
	case inner[0] == '@':
		return step{kind: attribute, name: inner[1:]}, rest, true
	}
	n, err := strconv.ParseUint(inner, 10, 31)
	if err != nil {
		return step{}, s, false
	}
	return step{kind: index, n: int(n)}, rest, true
}

// join returns the name that the steps make with the dots between them.
func join(steps []step) string {
	if len(steps) == 1 {
		return steps[0].name
	}
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.name
	}
	return strings.Join(names, ".")
}

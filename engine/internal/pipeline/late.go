package pipeline

import (
	"fmt"
	"sync"

	"github.com/spoor-lang/spoor/ast"
)

// The limits of text that becomes a query only in a run: each is parsed and
// compiled, which costs as much as a thousand rows.
const (
	maxLate     = 10_000  // texts of one stage in one run
	maxLateText = 1 << 20 // bytes of one text
	maxLateKept = 1_000   // texts of one stage that are kept for later runs
	maxLateWork = 1 << 24 // rows that the searches of one stage look at in one run
)

// late compiles the texts that one stage's template becomes, and keeps them
// for later runs. It is safe for concurrent use.
type late struct {
	*ast.Late
	opts   Options
	source *ast.Events // see compiler.late
	fed    bool        // see compiler.fed

	mu   sync.Mutex
	kept map[string]*Program
}

// program returns the program of a text. The depth is that of the searches
// around it.
func (l *late) program(text string, depth int) (*Program, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p, ok := l.kept[text]; ok {
		return p, nil
	}
	switch {
	case depth >= maxDepth:
		return nil, fmt.Errorf("searches lie more than %d deep inside one another", maxDepth)
	case len(text) > maxLateText:
		return nil, fmt.Errorf("the text of a search has more than %d bytes", maxLateText)
	}
	q, err := l.Parse(text)
	if err != nil {
		return nil, err
	}
	c := newCompiler(q, l.opts, depth)
	c.late, c.fed = l.source, l.fed
	c.compile()
	if len(c.errs) > 0 {
		return nil, c.errs[0]
	}
	if l.kept == nil || len(l.kept) >= maxLateKept {
		l.kept = map[string]*Program{}
	}
	l.kept[text] = c.prog
	return c.prog, nil
}

package engine

import (
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/pipeline"
)

// Store holds the collections that searches write with outputlookup, and that
// lookups read in the place of their tables. An engine asks it in the order of
// event time.
type Store interface {
	// Table returns the rows of a collection, and whether there is such a
	// collection.
	Table(name string) (ast.Table, bool)
	// Write replaces the rows of a collection. The table is the store's to
	// keep.
	Write(name string, t ast.Table) error
}

// Collections makes searches read and write the collections of a store. By
// default an engine has a [Memory] of its own, which all its rules share, and
// each Search begins with an empty one.
func Collections(s Store) Option { return func(c *config) { c.store = s } }

// Memory is a Store that holds its collections in memory. The zero value is
// empty and ready. It is safe for concurrent use.
type Memory struct {
	mu     sync.RWMutex
	tables map[string]ast.Table
}

// Table returns the rows of a collection, and whether it was written.
func (m *Memory) Table(name string) (ast.Table, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	t, ok := m.tables[name]
	return t, ok
}

// Write replaces the rows of a collection. It never fails.
func (m *Memory) Write(name string, t ast.Table) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tables == nil {
		m.tables = map[string]ast.Table{}
	}
	m.tables[name] = t
	return nil
}

// Rows are the rows that a command of a search works on: see [Command].
type Rows = pipeline.Table

// Command runs a command that the engine does not know itself, under a name
// that the search's content allows (spl.Content.Commands). run changes the
// rows in place; args is the rest of the stage as written. Its error ends the
// run. It may be called from every rule that uses the command, but not
// concurrently by one engine.
func Command(name string, run func(rows *Rows, args string) error) Option {
	return func(c *config) {
		if c.commands == nil {
			c.commands = map[string]func(*Rows, string) error{}
		}
		c.commands[name] = run
	}
}

package eql

import (
	"sync"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// memory is what the reading of one query after the other uses again.
type memory struct {
	tokens []lexer.Token
	exprs  []ast.Expr // of the lists that are not yet complete
	texts  []string   // of the patterns at hand
	path   []byte     // of the field at hand
}

var memories = sync.Pool{New: func() any { return new(memory) }}

// forget lets go of what was read, and gives the memory to others.
func (m *memory) forget() {
	clear(m.tokens)
	clear(m.exprs)
	clear(m.texts)
	m.tokens, m.exprs, m.texts = m.tokens[:0], m.exprs[:0], m.texts[:0]
	memories.Put(m)
}

// taken takes the expressions from one on out of those that wait for their list
// to be complete, and makes that.
func (m *memory) taken(from int) []ast.Expr {
	var list []ast.Expr
	if n := len(m.exprs) - from; n > 0 {
		list = append(make([]ast.Expr, 0, n), m.exprs[from:]...)
	}
	clear(m.exprs[from:])
	m.exprs = m.exprs[:from]
	return list
}

// nodes is where the nodes of one tree come from that trees have most of.
type nodes struct {
	fields   syntax.Slab[ast.Field]
	literals syntax.Slab[ast.Literal]
	compares syntax.Slab[ast.Compare]
	matches  syntax.Slab[ast.Match]
	patterns syntax.Slab[string]
}

// reserve makes room for the nodes of the tree that tokens are about to become,
// as far as they tell how many these are.
func (n *nodes) reserve(tokens []lexer.Token) {
	var fields, literals, compares, matches, patterns int
	matching, listing := false, false // behind the operator of a match, in its list
	for i := range tokens[:len(tokens)-1] {
		t, next := &tokens[i], &tokens[i+1]
		switch {
		case isMatch(t):
			matches++
			matching, listing = true, next.Value == "("
			continue
		case t.Type == text || t.Type == number:
			if matching {
				patterns++
			} else {
				literals++
			}
		case t.Type == ident || t.Type == quoted:
			if next.Value != "(" && next.Value != "where" && (i == 0 || tokens[i-1].Value != ".") {
				fields++
			}
		case isComparison(t) && next.Value != "null":
			compares++
		}
		listing = listing && t.Value != ")"
		matching = matching && listing
	}
	n.fields.Reserve(fields)
	n.literals.Reserve(literals)
	n.compares.Reserve(compares)
	n.matches.Reserve(matches)
	n.patterns.Reserve(patterns)
}

func isMatch(t *lexer.Token) bool {
	switch t.Value {
	case ":", "like", "like~", "regex", "regex~":
		return true
	}
	return false
}

func isComparison(t *lexer.Token) bool {
	if t.Type != punct {
		return false
	}
	_, ok := comparison(t.Value)
	return ok
}

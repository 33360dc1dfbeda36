package ruletest

import (
	"io/fs"
	"time"

	"github.com/spoor-lang/spoor/spl"
)

// Case is one case of a test file.
type Case struct {
	Name string
	File string
	Line int // where the case begins

	rules   []ruleText
	engine  []string // options as written
	macros  []macro
	lookups []lookup
	shared  func() (*spl.Content, error) // of a `content` line; nil without
	lines   []line
	trees   []tree
	dir     fs.FS // of the test file, for load
	folder  string
}

// ruleText is a rule of a case: its text, or the path of its file.
type ruleText struct {
	name, language string
	path           string
	line           int
	first          int // line of the text
	text           string
	refused        []refusal
}

// refusal is an error that a rule's line must raise.
type refusal struct {
	line int
	text string
}

type macro struct{ name, definition string }

type lookup struct {
	name, csv string
}

// tree is a golden tree, and the lines that hold it.
type tree struct {
	rule     string
	text     string
	from, to int // lines [from, to), from 0
}

// line is one step of the timeline.
type line struct {
	line   int
	at     time.Time
	end    bool           // the end of the stream
	fields map[string]any // nil if the clock moves alone
	expect []expectation
}

// expectation is an alert that is expected.
type expectation struct {
	text     string // canonical
	row      bool   // of the form => RULE {…}
	from, to int    // where it stands in the line
}

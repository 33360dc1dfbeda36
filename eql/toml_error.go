package eql

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/spoor-lang/spoor/ast"
)

// tomlError puts what the TOML reader says at its place, in the terms of rule
// files where it speaks of Go's types.
func tomlError(src *ast.Source, err error) error {
	message := strings.TrimPrefix(err.Error(), "toml: ")
	var bad *toml.DecodeError
	if !errors.As(err, &bad) {
		return &ast.Error{Name: src.Name, Message: message}
	}
	if message == listOfStruct {
		message = "expected a table in single brackets, found a list of them in [[ and ]]"
	}
	if m := mismatch.FindStringSubmatch(message); m != nil {
		want, ok := wanted[strings.TrimPrefix(m[2], "*")]
		if !ok {
			want = "a table"
		}
		message = fmt.Sprintf("expected %s as %s, found a TOML %s", want, strings.Join(bad.Key(), "."), m[1])
	}
	for _, h := range hints {
		if strings.HasPrefix(message, h.begins) && strings.HasSuffix(message, h.ends) {
			message += h.hint
		}
	}
	line, column := bad.Position()
	return src.Errorf(lineStart(src.Text, line)+column-1, "%s", message)
}

// mismatch is what the reader says of a value that is of another type.
var mismatch = regexp.MustCompile(`^cannot decode TOML (.+?) into (?:struct field .+ of type )?(.+)$`)

// listOfStruct is what it says of a list of tables where there is one table.
const listOfStruct = "cannot store an array table in a struct"

// hints are what to add to what it says, which tells of characters, and not of
// what an author has most likely meant.
var hints = []struct{ begins, ends, hint string }{
	{"invalid escape", "", ": between ''' and ''' a backslash is itself"},
	{"", "at start of value", ": a text stands in quotes"},
	{"expected keyword", "", ": a text stands in quotes"},
}

// wanted says what Go's types are in a file.
var wanted = map[string]string{
	"string": "a text", "int": "a whole number", "bool": "true or false", "[]string": "a list of texts",
	"[]interface {}": "a list",
}

// lineStart is the offset at which a line begins; lines count from 1.
func lineStart(text string, line int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return len(text)
		}
		at += i + 1
	}
	return at
}

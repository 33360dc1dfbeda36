package engine

import (
	"iter"

	"github.com/spoor-lang/spoor/engine/event"
)

// aliased gives fields their other names: see [FieldType]. It answers whatever else
// the fields are asked for, too.
type aliased struct {
	Fields
	types map[string]FieldType
}

var (
	_ event.Viewer     = aliased{}
	_ event.Enumerator = aliased{}
	_ inferrer         = aliased{}
)

// wrap returns fields with the schema's aliases, if it has any.
func (c *config) wrap(f Fields) Fields {
	if c.aliases {
		return aliased{f, c.types}
	}
	return f
}

// Field returns the field of a name, which may be another's.
func (a aliased) Field(name string) Value {
	if t, ok := a.types[name]; ok && t.Path != "" {
		name = t.Path
	}
	return a.Fields.Field(name)
}

// View returns the fields as the vocabulary names them, with the same aliases.
func (a aliased) View(view string) Fields { return aliased{viewOf(a.Fields, view), a.types} }

// All yields the fields without their other names, as an index's mapping adds
// none to a document.
func (a aliased) All() iter.Seq2[string, Value] { return event.All(a.Fields) }

// Names yields the names of these fields.
func (a aliased) Names() iter.Seq[string] { return keys(a.All()) }

// Inferred returns the inferred fields that were read.
func (a aliased) Inferred() []string {
	if i, ok := a.Fields.(inferrer); ok {
		return i.Inferred()
	}
	return nil
}

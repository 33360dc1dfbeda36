package schema

import (
	"cmp"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// Schema turns raw Windows events into events that answer as ECS and as CIM.
// It is immutable and safe for concurrent use.
type Schema struct {
	layouts  []*layout
	channels map[string]*channel // by lower-case name
	exact    map[string]*channel // by the spellings that occur
	other    *channel            // for channels without a mapping
	names    *names              // keys that the mappings ask for
	inferred []string            // names of inferred fields, by bit of record.used
	desks    sync.Pool           // of *desk
}

// Inference names a kind of field that no event carries and that is guessed
// from others. See [Infer].
type Inference string

// ApplicationProtocol guesses network.protocol from the well-known port of
// the destination: 5985 is http, 443 is tls. Sysmon does not say what is
// spoken on a connection; it at most repeats the name of the port.
const ApplicationProtocol Inference = "application-protocol"

// Option changes what [Windows] and [New] make.
type Option func(*options)

type options struct {
	infer map[string]bool
}

// Infer turns on fields that are inferred, not observed. They are off by
// default. The fields of an event tell by [Inferrer] which of them were read.
func Infer(kinds ...Inference) Option {
	return func(o *options) {
		for _, k := range kinds {
			o.infer[string(k)] = true
		}
	}
}

// Inferrer is implemented by the Fields of a schema's events.
type Inferrer interface {
	// Inferred names the fields that were read so far and whose value was
	// inferred; nil for none. Like reading the fields, it is for one
	// goroutine at a time.
	Inferred() []string
}

// Windows returns the schema of the mappings that are built in. It panics if
// these are broken, or if an option names an inference that they do not know,
// both of which are mistakes in a program and not in its input.
func Windows(opts ...Option) *Schema {
	s, err := New(nil, opts...)
	if err != nil {
		panic("schema: " + err.Error())
	}
	return s
}

// New returns the schema of the built-in mappings, changed by the mapping
// files (*.yaml, *.yml, *.json, in the order of their names) in the root of
// extra. What they say of a field, a tag list, a group, a table or a layout
// replaces what was said before; channels and events that are new are added.
// A nil extra changes nothing. Errors name the file and the definition.
func New(extra fs.FS, opts ...Option) (*Schema, error) {
	o := options{infer: map[string]bool{}}
	for _, opt := range opts {
		opt(&o)
	}
	files, err := builtIn()
	if err != nil {
		return nil, err
	}
	if extra != nil {
		more, err := readFiles(extra, ".")
		if err != nil {
			return nil, err
		}
		files = append(files[:len(files):len(files)], more...)
	}
	return compile(files, o.infer)
}

// builtIn reads the embedded mappings once. The files are read only
// afterwards.
var builtIn = sync.OnceValues(func() ([]*file, error) { return readFiles(embedded, "mappings") })

// Event returns raw as an event. Raw may be laid out as any of the layouts in
// the mappings; what is in none of them passes through as an [event.Map]. The
// event's fields share raw, which must not change while they are in use.
//
// Of what a search of Elasticsearch found, {"_id": …, "_source": {…}}, it is the
// document that is the event.
//
// The ID is made of the host, the channel and the record number; if one of these
// is missing it is that of the document, and empty without one. The time is zero if
// none was found.
func (s *Schema) Event(raw map[string]any) event.Event { return s.EventOf(event.Map(raw)) }

// EventOf is Event for a tree that need not be a map.
func (s *Schema) EventOf(raw event.Tree) event.Event {
	d := s.desk()
	defer s.desks.Put(d)
	m, lay, found := s.arranged(d, raw)
	if lay == nil {
		return plain(m.object, found)
	}
	r := &record{schema: s, raw: m}
	ch := r.open(lay)
	var buf [96]byte
	id := string(r.id(buf[:0], ch))
	d.leave(r)
	return event.Event{Time: r.time, ID: cmp.Or(id, found), Fields: r}
}

// arranged lays a raw event, or the one that a search has found, on the desk. The
// layout is nil if it is in none; id is the one that the search gives it.
func (s *Schema) arranged(d *desk, raw event.Tree) (m members, lay *layout, id string) {
	m = d.lay(s, raw)
	if lay = s.layout(&m); lay != nil {
		return m, lay, ""
	}
	if found, id, ok := hit(raw); ok {
		m = d.lay(s, found)
		return m, s.layout(&m), id
	}
	return m, nil, ""
}

// open finds the kind of a raw event, and returns its channel.
func (r *record) open(lay *layout) *channel {
	r.data = lay.dataOf(&r.raw)
	r.ecs.record, r.cim.record = r, r
	ch := r.schema.channel(lay, &r.raw)
	kind := ch.common
	if id, ok := number(lay.get(&r.raw, envEventID)).Int(); ok {
		if k, ok := ch.kinds[id]; ok {
			kind = k
		}
	}
	r.shape = &kind.shapes[lay.at]
	r.time = lay.time(&r.raw, &r.data)
	return ch
}

// plain is an event of an unknown layout.
func plain(raw event.Tree, id string) event.Event {
	e := event.Event{ID: id, Fields: raw}
	for _, name := range []string{"@timestamp", "_time"} {
		if t, ok := timeOf(raw.Field(name)); ok {
			e.Time = t
			break
		}
	}
	return e
}

// Names yields the names of the fields that the mappings give events in a
// view, in no order, each once. Events may have others beside them.
func (s *Schema) Names(view string) iter.Seq[string] {
	names := map[string]bool{}
	for _, c := range append(slices.Collect(maps.Values(s.channels)), s.other) {
		for _, k := range append(slices.Collect(maps.Values(c.kinds)), c.common) {
			fields := k.ecs
			if view == ast.ViewCIM {
				fields = k.cim
			}
			for name := range fields {
				names[name] = true
			}
		}
	}
	return maps.Keys(names)
}

func (s *Schema) layout(raw *members) *layout {
	for _, l := range s.layouts {
		if l.matches(raw) {
			return l
		}
	}
	return nil
}

func (s *Schema) channel(lay *layout, raw *members) *channel {
	name, ok := lay.get(raw, envChannel).Str()
	if !ok {
		return s.other
	}
	if c, ok := s.exact[name]; ok {
		return c
	}
	if c, ok := s.channels[strings.ToLower(name)]; ok {
		return c
	}
	return s.other
}

// id joins host, channel and record number behind b, and adds nothing if one
// of them is missing. It takes the channel's name as the mapping spells it,
// since collectors differ.
func (r *record) id(b []byte, ch *channel) []byte {
	host, ok := r.env(envComputer).Str()
	if !ok {
		return b
	}
	n, ok := number(r.env(envRecord)).Int()
	if !ok {
		return b
	}
	name := ch.name
	if name == "" {
		name, _ = r.env(envChannel).Str()
	}
	b = append(b, host...)
	b = append(b, '/')
	b = append(b, name...)
	b = append(b, '/')
	return strconv.AppendInt(b, n, 10)
}

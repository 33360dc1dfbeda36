package schema

import (
	"fmt"
	"strings"
	"time"

	"github.com/spoor-lang/spoor/engine/event"
)

// layout is how a collector arranges an event: where the envelope's fields
// are, and below which object its data.
type layout struct {
	name string
	at   int // in the order of the layouts
	// has are keys of which a raw event of this layout has one.
	has []place
	// data are the paths of the objects that may hold the data; none means
	// that they are at the top.
	data []place
	// flat is the prefix of data fields that were flattened to the top.
	flat string
	env  [envLen][]place
	// times are where to look for the time, best first.
	times []place
	// native layouts bring ECS fields of their own, which win over mapped
	// ones, save those in override.
	native   bool
	override map[string]bool
	// hide are top-level objects that carry ECS names with another meaning.
	hide []string
}

// envelope numbers the fields that every Windows event has in its System
// element.
type envelope int

// The envelope, by the names that Windows' XML gives.
const (
	envEventID envelope = iota
	envChannel
	envComputer
	envRecord
	envProvider
	envUserID
	envLevel
	envTask
	envOpcode
	envKeywords
	envVersion
	envSystemTime
	envActivity
	envProcess
	envThread
	envMessage
	envUserName
	envUserDomain
	envLen
)

// envNames are the names by which mappings and layouts call the envelope.
var envNames = map[string]envelope{
	"EventID": envEventID, "Channel": envChannel, "Computer": envComputer,
	"EventRecordID": envRecord, "Provider": envProvider, "UserID": envUserID,
	"Level": envLevel, "Task": envTask, "Opcode": envOpcode,
	"Keywords": envKeywords, "Version": envVersion, "SystemTime": envSystemTime,
	"ActivityID": envActivity, "ExecutionProcessID": envProcess,
	"ExecutionThreadID": envThread, "Message": envMessage,
	"EnvelopeUser": envUserName, "EnvelopeDomain": envUserDomain,
}

// place is a way through nested objects, with the number of its first key. One
// of one key is by far the most frequent.
type place struct {
	keys  []string
	first int32
}

// in returns what lies there, and null for nothing.
func (p *place) in(m *members) event.Value {
	v, _ := m.member(p.first, p.keys[0])
	for _, k := range p.keys[1:] {
		t, ok := v.Tree()
		if !ok {
			return event.Value{}
		}
		v, _ = t.Member(k)
	}
	return v
}

// content returns the text of an element of XML turned JSON, {"#text": "4624", …},
// and any other value as it is.
func content(v event.Value) event.Value {
	if o, ok := v.Tree(); ok {
		v, _ = o.Member("#text")
	}
	return v
}

// layoutDef is a layout as a mapping file states it.
type layoutDef struct {
	Name     string              `yaml:"name"`
	Has      []string            `yaml:"has"`
	Data     []string            `yaml:"data"`
	Flat     string              `yaml:"flat"`
	Native   bool                `yaml:"native"`
	Override []string            `yaml:"override"`
	Hide     []string            `yaml:"hide"`
	Time     []string            `yaml:"time"`
	Envelope map[string][]string `yaml:"envelope"`
}

func (d layoutDef) compile(n *names) (*layout, error) {
	if len(d.Has) == 0 {
		return nil, fmt.Errorf("layout %q: expected keys in has, found none", d.Name)
	}
	l := &layout{
		name: d.Name, flat: d.Flat, native: d.Native, hide: d.Hide,
		override: map[string]bool{},
	}
	for _, k := range d.Has {
		l.has = append(l.has, newPlace(n, k))
	}
	for _, o := range d.Override {
		l.override[o] = true
	}
	for _, p := range d.Data {
		l.data = append(l.data, newPlace(n, strings.Split(p, ".")...))
	}
	for _, t := range d.Time {
		l.times = append(l.times, d.place(n, t))
	}
	for name, ps := range d.Envelope {
		i, ok := envNames[name]
		if !ok {
			return nil, fmt.Errorf("layout %q: unknown envelope field %q", d.Name, name)
		}
		for _, p := range ps {
			l.env[i] = append(l.env[i], d.place(n, p))
		}
	}
	return l, nil
}

// place splits at dots, but for layouts whose keys hold dots themselves.
func (d layoutDef) place(n *names, s string) place {
	if d.Flat != "" {
		return newPlace(n, s)
	}
	return newPlace(n, strings.Split(s, ".")...)
}

func newPlace(n *names, keys ...string) place { return place{keys, n.number(keys[0])} }

func (l *layout) matches(raw *members) bool {
	for i := range l.has {
		if _, ok := raw.member(l.has[i].first, l.has[i].keys[0]); ok {
			return true
		}
	}
	return false
}

// bare tells that the data are the whole raw event.
func (l *layout) bare() bool { return l.flat == "" && len(l.data) == 0 }

// get returns the first of an envelope field's places that is filled.
func (l *layout) get(raw *members, f envelope) event.Value {
	for i := range l.env[f] {
		if v := content(l.env[f][i].in(raw)); present(v) {
			return v
		}
	}
	return event.Value{}
}

// dataOf returns the members of the object that holds the event's data: of raw
// itself for bare layouts, and never of nil.
func (l *layout) dataOf(raw *members) members {
	if l.bare() {
		return *raw
	}
	if l.flat != "" {
		return members{object: unflatten(raw.object, l.flat)}
	}
	for i := range l.data {
		if t, ok := l.data[i].in(raw).Tree(); ok {
			return members{object: t}
		}
	}
	return members{object: noData}
}

// noData stands for data that are missing. Nothing writes to it.
var noData = event.Map{}

func unflatten(raw event.Tree, prefix string) event.Tree {
	data := event.Map{}
	for k, v := range raw.Members() {
		if name, ok := strings.CutPrefix(k, prefix); ok {
			data[name] = v
		}
	}
	return data
}

func (l *layout) time(raw, data *members) time.Time {
	for i := range l.times {
		p := &l.times[i]
		v := content(p.in(raw))
		if v.IsNull() && len(p.keys) == 1 {
			v, _ = data.member(p.first, p.keys[0])
		}
		if t, ok := timeOf(v); ok {
			return t
		}
	}
	return time.Time{}
}

// present tells a value from the ways in which Windows writes that there is
// none.
func present(v event.Value) bool {
	if v.IsNull() {
		return false
	}
	s, ok := v.Str()
	return !ok || s != "" && s != "-" && s != "(null)"
}

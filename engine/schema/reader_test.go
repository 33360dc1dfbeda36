package schema

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/field"
)

// unnumbered is a tree whose members can only be asked for by name.
type unnumbered struct{ event.Tree }

// listed is a tree that numbers its members.
type listed struct {
	event.Map
	keys []string
}

func newListed(m event.Map) *listed {
	l := &listed{Map: m}
	for k := range m {
		l.keys = append(l.keys, k)
	}
	return l
}

func (l *listed) Key(i int) string     { return l.keys[i] }
func (l *listed) At(i int) event.Value { return event.Of(l.Map[l.keys[i]]) }

// raws are events of every layout, with members that no mapping knows.
func raws(t *testing.T) []event.Map {
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "events", "schema", "events.ndjson"))
	require.NoError(t, err)
	all := []event.Map{
		{"winlog": want{"channel": "Security", "event_id": 4624, "record_id": "7", "computer_name": "A", "event_data": want{"TargetUserName": "u", "x": want{"y": 1}, "Odd.Name": "o"}},
			"host": want{"id": "7", "name": "a"}, "event": want{"code": 4624, "category": "authentication"}, "list": []any{want{"a": 1}, want{"a": 2}}, "@timestamp": "2026-01-01T00:00:00Z"},
		{"winlog.channel": "Security", "winlog.event_id": "4688", "winlog.computer_name": "A", "winlog.event_data.NewProcessName": `C:\a\b.exe`, "host.id": "8", "event.category": "own", "process.name": "-"},
		{"log_name": "Security", "event_id": 4688, "event_data": want{"NewProcessName": `C:\a\b.exe`}, "host": "collector", "user": want{"name": "writer"}},
		{"System": want{"EventID": "1", "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "A"}, "EventData": want{"Image": `C:\a\b.exe`, "UtcTime": "2026-01-01 00:00:00.000"}},
		{"Event": want{"System": want{"EventID": want{"#text": "1"}, "Channel": "Microsoft-Windows-Sysmon/Operational"}, "EventData": want{"Image": `C:\a\b.exe`}}},
		{"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": "A", "Image": "-", "Mine": "m", "tags": []any{"a", "b"}, "process": want{"pid": 7}, "a{}": "braces", "b": want{"c": want{"d": nil}}, "": "empty", "process.pid": nil},
		{"EventCode": "4688", "LogName": "Security", "NewProcessName": `C:\a\b.exe`, "new_process": "x", "user.name": "enriched", "url": want{"original": "o"}},
	}
	for _, n := range []int{ahead - 2, ahead - 1, ahead, 3*ahead - 2, 4 * ahead} { // members beside the two
		m := event.Map{"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational"}
		for i := range n {
			m[fmt.Sprint("More", i)] = fmt.Sprint(i)
		}
		all = append(all, m)
	}
	for line := range strings.Lines(string(data)) {
		var m map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &m))
		all = append(all, m)
	}
	return all
}

// A reader finds what the event itself answers by name, whoever made the event and
// however many were made after it.
func TestReader(t *testing.T) {
	s := Windows()
	lens, all := s.Lens(), raws(t)
	var slots field.Slots
	names := append(slices.Collect(s.Names(ast.ViewECS)), slices.Collect(s.Names(ast.ViewCIM))...)
	for _, raw := range all {
		for name := range raw.Names() {
			names = append(names, name, "winlog.event_data."+name, name+".x", name+"{}")
		}
	}
	names = append(names, "list{}.a", "list.a", "b.c", "winlog.event_data.x.y", "winlog.event_data.Odd.Name", "none", "none.such{}.name")
	for _, name := range names {
		for _, view := range []string{"", ast.ViewECS, ast.ViewCIM} {
			slots.Slot(view, name)
		}
	}
	var rd field.Reader
	read := func(how string, raw event.Map, ev event.Event) {
		t.Helper()
		by := s.EventOf(unnumbered{raw})
		require.Equal(t, by.ID, ev.ID, how)
		require.Equal(t, by.Time, ev.Time, how)
		if rd == nil {
			rd = ev.Fields.(field.Readable).Reader(&slots)
		}
		require.True(t, rd.Turn(ev.Fields))
		for i := range slots.Len() {
			k := slots.Key(i)
			expected := by.Fields.(event.Viewer).View(k.View).Field(k.Name).Any()
			assert.Equal(t, expected, rd.Read(i).Any(), "%s: %v", how, k)
			assert.Equal(t, expected, ev.Fields.(event.Viewer).View(k.View).Field(k.Name).Any(), "%s, by name: %v", how, k)
		}
	}
	for i, raw := range all {
		read("at once", raw, s.EventOf(raw))
		ev := s.EventOf(raw)
		s.EventOf(all[(i+1)%len(all)])
		read("after another", raw, ev)
		read("once more", raw, ev)
		read("by numbers", raw, s.EventOf(newListed(raw)))
		read("of a lens", raw, lens.Event(raw))
		read("of a lens, by numbers", raw, lens.Event(newListed(raw)))
		read("by name", raw, s.EventOf(unnumbered{raw}))
	}
	assert.Empty(t, cmp.Diff(raws(t), all), "events are not changed")
}

// Goroutines that make events of one schema do not get those of each other.
func TestReadersAtOnce(t *testing.T) {
	s, all := Windows(), raws(t)
	var slots field.Slots
	slots.Slot("", "Channel")
	var wait sync.WaitGroup
	for g := range 4 {
		wait.Go(func() {
			rd := s.EventOf(all[0]).Fields.(field.Readable).Reader(&slots)
			for i := range 50 * len(all) {
				raw := all[(i*(g+1)+g)%len(all)]
				ev := s.EventOf(raw)
				if i%3 == 0 {
					runtime.Gosched()
				}
				rd.Turn(ev.Fields)
				assert.Equal(t, ev.Fields.Field("Channel").Any(), rd.Read(0).Any())
			}
		})
	}
	wait.Wait()
}

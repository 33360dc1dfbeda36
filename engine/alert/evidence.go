package alert

import (
	"path"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/engine/event"
)

// OCSF's types of devices and files, of which no event tells which one it is.
const ocsfUnknown = 0

// evidences are the events, or the row: what OCSF has a name for under that
// name, and all of it as it is beside that.
func evidences(a engine.Alert) (all []any) {
	for _, ev := range events(a) {
		fields := flat(ev, viewOf(a))
		d := document{"data": nest(fields)}
		d.set("uid", ev.ID)
		evidence{fields}.fill(d)
		all = append(all, map[string]any(d))
	}
	if len(a.Row.Columns) > 0 {
		row := jsonOf(a.Row.Map()).(map[string]any)
		d := document{"data": row}
		evidence{fromCIM(row, prefixes(a.Rule.Query))}.fill(d)
		all = append(all, map[string]any(d))
	}
	return all
}

// cimNames are the fields of rows that evidences are made of, by their ECS
// names.
var cimNames = map[string]string{
	"host.name": "dest", "user.name": "user", "process.pid": "process_id", "process.entity_id": "process_guid",
	"process.name": "process_name", "process.command_line": "process", "process.executable": "process_path",
	"process.parent.pid": "parent_process_id", "process.parent.entity_id": "parent_process_guid",
	"process.parent.name": "parent_process_name", "process.parent.command_line": "parent_process",
	"source.ip": "src_ip", "source.port": "src_port", "destination.ip": "dest_ip", "destination.port": "dest_port",
	"file.path": "file_path", "file.name": "file_name", "dns.question.name": "query",
}

// fromCIM is a row under ECS names. A field of several values is left out: it
// tells of several processes or hosts, and not which belongs to which. A column
// may have a data set's prefix.
func fromCIM(row map[string]any, prefixes []string) map[string]any {
	fields := map[string]any{}
	for ecs, cim := range cimNames {
		for _, prefix := range prefixes {
			v := event.Of(row[prefix+cim])
			if v.IsNull() {
				continue
			}
			if v.Len() == 1 {
				fields[ecs] = v.At(0).Any()
			}
			break
		}
	}
	return fields
}

// prefixes are none, and those of the data sets that a search reads, in its
// order.
func prefixes(q *ast.Query) []string {
	all := []string{""}
	if q == nil {
		return all
	}
	for _, st := range q.Stages {
		for n := range ast.Preorder(st) {
			if ev, ok := n.(*ast.Events); ok && ev.Dataset != nil {
				all = append(all, ev.Dataset.Prefixes...)
			}
		}
	}
	return all
}

// evidence is an event under ECS names.
type evidence struct{ fields map[string]any }

// fill sets the objects of OCSF that the event has enough for: each asks for
// one of some members, which tells its subject from others.
func (e evidence) fill(d document) {
	device := e.object("hostname", "host.name", "uid", "host.id", "ip", "host.ip")
	if len(device) > 0 {
		device["type_id"] = ocsfUnknown
		d["device"] = device
	}
	if p := e.process("process."); p != nil {
		if parent := e.process("process.parent."); parent != nil {
			p["parent_process"] = parent
		}
		d["process"] = p
	}
	for _, o := range [...]struct {
		name  string
		pairs []string
	}{
		{"user", []string{"name", "user.name", "uid", "user.id", "domain", "user.domain"}},
		{"src_endpoint", []string{"ip", "source.ip", "hostname", "source.domain", "port", "source.port"}},
		{"dst_endpoint", []string{"ip", "destination.ip", "hostname", "destination.domain", "port", "destination.port"}},
		{"query", []string{"hostname", "dns.question.name"}},
	} {
		x := e.object(o.pairs...)
		if x[o.pairs[0]] != nil || len(o.pairs) > 2 && x[o.pairs[2]] != nil {
			d[o.name] = x
		}
	}
	if f := e.file("file.path"); f != nil {
		d["file"] = f
	} else if f := e.object("name", "file.name"); len(f) > 0 {
		f["type_id"] = ocsfUnknown
		d["file"] = f
	}
}

// object has members by their names, each followed by the field that it is.
func (e evidence) object(pairs ...string) map[string]any {
	x := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		v := event.Of(e.fields[pairs[i+1]])
		if v.IsList() && v.Len() > 0 {
			v = v.At(0)
		}
		switch name := pairs[i]; {
		case v.IsNull():
		case name == "port" || name == "pid":
			if n, ok := event.ParseNumber(v.Text()); ok {
				f, _ := n.Float()
				x[name] = int64(f)
			}
		default:
			x[name] = v.Text()
		}
	}
	return x
}

// process is nil for one that has neither a number nor an id.
func (e evidence) process(prefix string) map[string]any {
	p := e.object("pid", prefix+"pid", "uid", prefix+"entity_id", "name", prefix+"name", "cmd_line", prefix+"command_line")
	if p["pid"] == nil && p["uid"] == nil {
		return nil
	}
	if f := e.file(prefix + "executable"); f != nil {
		p["file"] = f
	}
	return p
}

func (e evidence) file(field string) map[string]any {
	whole, ok := e.fields[field].(string)
	if !ok || whole == "" {
		return nil
	}
	name := path.Base(strings.ReplaceAll(whole, `\`, "/"))
	return map[string]any{"path": whole, "name": name, "type_id": ocsfUnknown}
}

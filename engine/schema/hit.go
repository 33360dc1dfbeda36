package schema

import "github.com/spoor-lang/spoor/engine/event"

// hit returns the event that a search of Elasticsearch has found, and its id there:
// {"_index": …, "_id": …, "_source": {…}}, as its answers and most exports of an
// index hold them. A search may ask for fields instead, each of which is a list.
func hit(raw event.Tree) (found event.Tree, id string, ok bool) {
	from, _ := raw.Member("_source")
	name, _ := raw.Member("_id")
	if from.IsNull() && !name.IsNull() {
		from, _ = raw.Member("fields")
	}
	found, ok = from.Tree()
	id, _ = name.Str()
	return found, id, ok
}

// Found returns the event in what a search of Elasticsearch has found, {"_id": …,
// "_source": {…}}, and anything else as it is. [Schema.Event] and what reads
// events through a schema do so by themselves.
func Found(raw event.Tree) event.Tree {
	if found, _, ok := hit(raw); ok {
		return found
	}
	return raw
}

// Package schema lets raw Windows events answer as ECS and as CIM.
//
// The way of an event: a reader ([Schema.ParseXML], [Schema.ParseNDJSON], or
// a caller's own) makes a raw map; package ndjson makes a tree instead, of which
// only what is asked for is decoded, and a [Lens] looks at it. [Schema.Event] finds its layout by the keys
// it has, reads channel and event id from where that layout keeps them, and
// so chooses the mapping, once. An engine then asks the event for a view, and
// the view for fields; each field is one map read that leads to a getter,
// made of its definition when the schema was made. Nothing is computed that
// no rule asks for.
//
// An engine of many rules asks for hundreds of names of each event. It lets a
// reader read them: where a name leads is then found once for all events of a
// kind and a layout, and each member of an event is put once in the place where
// all the names that lead to it find it.
//
// Three names for one thing live side by side. The ECS view answers mapped
// names, then those that the raw event has in ECS form; where the collector
// itself writes ECS, its fields win. The CIM view answers CIM names, then raw
// ones: EventCode, Computer, and every data field. Its tag is always a list;
// it is empty for events that belong to no data model.
//
// # Mapping files
//
// The mappings are YAML files in the folder mappings; [New] adds a caller's.
// A file may have
//
//	layouts   where a collector keeps the envelope and the data
//	tables    texts to texts, for the transform table
//	groups    named sets of fields, for use
//	common    fields of every event
//	channels  by event log: fields of all its events, and events by id
//
// Fields are given for raw (corrections of raw names), ecs, cim, and infer
// (ECS fields that [Infer] turns on). A list, a number or a bool is a
// constant. A text is an expression:
//
//	user.name: (TargetUserName or SubjectUserName) | lower or =nobody
//
// names alternatives, of which the first with a value counts; each is a
// source followed by transforms, which belong to that alternative alone; in
// brackets, alternatives are one source. A source is a data field (in back
// quotes if its name has blanks), a field of the
// envelope (EventID, Channel, Computer, …), raw: and a path, or = and a text.
// A value of "-" or no text is no value. null takes a field away.
package schema

// Package ndjson reads events that are JSON objects, one a line, and decodes
// of each only what is asked for.
//
// Most rules are silent about most events, and all of them together read a
// part of an event's members. A [Decoder] therefore passes over a line once,
// notes where each member lies, and turns a member into a value when a rule
// reads it. It does so in the same memory for every line: an event that matches
// nothing leaves no garbage.
//
//	line     decoder.go  the line becomes a tree of members, in one pass
//	         check.go    texts and numbers: where they end, and whether they are such as JSON has them
//	         object.go   a member is found by its key
//	         value.go    and decoded
//	event    reader.go   a schema looks at the tree; an engine asks it for fields
//
// What the tree says is what encoding/json says: the same members, the same
// values, the same texts refused with the same errors. A line of which the
// quick way cannot be sure (a lone surrogate, a byte that is no UTF-8, a number
// that is none) takes the slow way, [event.ParseJSON], and so does one that is
// extremely long or deep.
//
// # The parser
//
// The parser is the package's own, and pure Go. Over a mixed Windows capture (2.5
// kB an event) it takes half the time of github.com/valyala/fastjson, which was here
// before and the fastest of those that build everywhere, together with the check
// of what fastjson lets pass that is no JSON (control characters in a text,
// unknown escapes, numbers such as 01 and nan): texts are passed over eight bytes at
// a time, once for all that there is to see in them, and nothing is made of a
// member but its key and where its value lies.
//
// It lives in a package of its own because the engine needs no JSON: whoever
// brings events as maps, or as Fields of their own, links none of it.
package ndjson

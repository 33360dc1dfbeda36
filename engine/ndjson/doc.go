// Package ndjson reads events that are JSON objects, one a line, and decodes
// of each only what is asked for.
//
// Most rules are silent about most events, and all of them together read a
// part of an event's members. A [Decoder] therefore passes over a line once,
// notes where each member lies, and turns a member into a value when a rule
// reads it. It does so in the same memory for every line: an event that matches
// nothing leaves no garbage.
//
//	line     check.go    is it a text that the quick way understands as JSON has it?
//	         decoder.go  the line becomes a tree of members, by a parser of numbers and brackets
//	         object.go   a member is found by its key, and decoded
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
// The brackets are parsed by github.com/valyala/fastjson: pure Go without cgo,
// assembler, code generation or dependencies, so that it builds wherever the
// library does. Over a mixed Windows capture (2.5 kB an event) it is 20 times as
// fast as encoding/json into a map, and of those that build everywhere it was
// the fastest: jsonparser takes 2.5 times as long and segmentio's tokenizer 3
// times, without finding what lies where; encoding/json/v2's token reader takes
// 3 times as long and promises no stable interface yet; gjson allocates for
// each text with an escape; goccy/go-json and sonic decode everything, and
// simdjson needs a processor with AVX2. What fastjson lets pass that is no JSON
// (control characters in a text, unknown escapes, numbers such as 01 and nan) is
// checked here; that costs a third of what its own validation does, which looks
// at neither surrogates nor UTF-8.
//
// It lives in a package of its own because the engine needs no JSON: whoever
// brings events as maps, or as Fields of their own, links none of it.
package ndjson

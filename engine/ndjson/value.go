package ndjson

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"github.com/spoor-lang/spoor/engine/event"
)

// value decodes a value that was read.
func (d *Decoder) value(l *literal) event.Value {
	switch l.form {
	case no:
		return event.OfBool(false)
	case yes:
		return event.OfBool(true)
	case number:
		return event.OfNumber(d.read(int(l.from), int(l.to), false))
	case text, escaped:
		return event.OfString(d.read(int(l.from), int(l.to), l.form == escaped))
	case list:
		v, _ := d.list(int(l.from) + 1)
		return v
	case tree:
		return event.OfTree(l.object)
	}
	return event.Value{}
}

// list decodes the list whose elements begin at i, and returns where what follows
// it begins.
func (d *Decoder) list(i int) (event.Value, int) {
	from := len(d.stack)
	for i = d.blank(i); d.text[i] != ']'; i = d.blank(i) {
		if d.text[i] == ',' {
			i = d.blank(i + 1)
		}
		var v event.Value
		if d.text[i] == '[' {
			v, i = d.list(i + 1)
		} else {
			var l literal
			i = d.scan(&l, i, 0)
			v = d.value(&l)
		}
		d.stack = append(d.stack, v)
	}
	start := len(d.lists)
	d.lists = append(d.lists, d.stack[from:]...)
	d.stack = d.stack[:from]
	return event.OfList(d.lists[start:len(d.lists):len(d.lists)]), i + 1
}

// read returns a text of the line.
func (d *Decoder) read(from, to int, escaped bool) string {
	s := d.text[from:to]
	if escaped {
		s = d.unescape(s)
	}
	return unsafe.String(unsafe.SliceData(s), len(s))
}

// unescape decodes a text whose escapes are right.
func (d *Decoder) unescape(s []byte) []byte {
	start := len(d.decoded)
	for {
		n := bytes.IndexByte(s, '\\')
		if n < 0 {
			d.decoded = append(d.decoded, s...)
			return d.decoded[start:len(d.decoded):len(d.decoded)]
		}
		d.decoded = append(d.decoded, s[:n]...)
		s = s[n:]
		if c := unescaped[s[1]]; c != 0 {
			d.decoded, s = append(d.decoded, c), s[2:]
			continue
		}
		r := hex(s)
		if s = s[6:]; utf16.IsSurrogate(r) {
			r, s = utf16.DecodeRune(r, hex(s)), s[6:]
		}
		d.decoded = utf8.AppendRune(d.decoded, r)
	}
}

// unescaped are the characters that stand behind a backslash for others.
var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

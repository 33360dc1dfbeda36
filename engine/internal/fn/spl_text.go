package fn

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/jsonpath"
)

var _ = register(SPL,
	text1("lower", strings.ToLower),
	text1("upper", strings.ToUpper),
	text1("urldecode", urldecode),
	text1("md5", func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }),
	text1("sha1", func(s string) string { h := sha1.Sum([]byte(s)); return hex.EncodeToString(h[:]) }),
	text1("sha256", func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }),
	text1("sha512", func(s string) string { h := sha512.Sum512([]byte(s)); return hex.EncodeToString(h[:]) }),
	&Func{Name: "len", Min: 1, Max: 1, Each: true, Call: runes},
	&Func{Name: "length", Min: 1, Max: 1, Each: true, Call: runes},
	trimmer("trim", strings.Trim),
	trimmer("ltrim", strings.TrimLeft),
	trimmer("rtrim", strings.TrimRight),
	&Func{Name: "substr", Min: 2, Max: 3, Params: ".n", Each: true, Call: substr},
	&Func{Name: "spath", Min: 2, Max: 2, Call: spath},
)

func text1(name string, f func(string) string) *Func {
	return &Func{Name: name, Min: 1, Max: 1, Each: true, Call: func(_ *Context, args []event.Value) event.Value {
		return event.OfString(f(args[0].Text()))
	}}
}

// runes counts characters.
func runes(_ *Context, args []event.Value) event.Value {
	return event.OfInt(int64(utf8.RuneCountInString(args[0].Text())))
}

// trimmer is trim(s[, chars]) and its kin: without chars, blanks and tabs go.
func trimmer(name string, f func(s, cutset string) string) *Func {
	return &Func{Name: name, Min: 1, Max: 2, Each: true, Call: func(_ *Context, args []event.Value) event.Value {
		cutset := " \t"
		if len(args) > 1 {
			cutset = args[1].Text()
		}
		return event.OfString(f(args[0].Text(), cutset))
	}}
}

// substr is substr(s, start[, length]), in characters from 1; a negative start
// counts from the end. As in SQLite, places before the text count towards the
// length.
func substr(_ *Context, args []event.Value) event.Value {
	s := args[0].Text()
	start, ok := truncated(args[1])
	n := utf8.RuneCountInString(s)
	end := n
	if start > 0 {
		start--
	} else if start < 0 {
		start += n
	} else {
		start = -1 // the place before the first character
	}
	if len(args) > 2 && ok {
		var count int
		count, ok = truncated(args[2])
		end = start + max(count, 0)
	}
	if !ok {
		return event.Value{}
	}
	start, end = max(0, min(start, n)), max(0, min(end, n))
	if start >= end {
		return event.OfString("")
	}
	from := runeOffset(s, start)
	return event.OfString(s[from : from+runeOffset(s[from:], end-start)])
}

// runeOffset returns the byte offset of the n-th character of s.
func runeOffset(s string, n int) int {
	if len(s) == utf8.RuneCountInString(s) {
		return n
	}
	at := 0
	for ; n > 0; n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

// urldecode decodes %41. What is no escape stays, and so does +.
func urldecode(s string) string {
	at := strings.IndexByte(s, '%')
	if at < 0 {
		return s
	}
	b := append(make([]byte, 0, len(s)), s[:at]...)
	for i := at; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				b = append(b, c[0])
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// spath is spath(text, path). Of a list, the first value is read.
func spath(_ *Context, args []event.Value) event.Value {
	if args[0].Len() == 0 {
		return event.Value{}
	}
	first := args[0].At(0)
	if first.Kind() == event.Object {
		first = event.OfString(jsonpath.Of(first).JSON())
	}
	return jsonpath.Extract(first.Text(), args[1].Text())
}

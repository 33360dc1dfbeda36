package match

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// The characters that part words of a log's text. Major breakers end every
// word; minor ones end a word, but also belong to longer words: 10.0.0.1 is a
// word, and so is 10.
const (
	major = "[]<>(){}|!;,'\"*\n\r \t&?+"
	minor = "/:=@.-$#%\\_"
)

// Everything reports whether a word consists of wildcards only.
func Everything(word string) bool { return word != "" && strings.Trim(word, "*") == "" }

// Word compiles the search for a word or a phrase in a text: its ends must
// lie at breakers or at the text's ends, unless they are wildcards. If whole
// is true, they must lie at major breakers.
func Word(word string, fold, whole bool) Text {
	if word == "" {
		return func(string) bool { return true }
	}
	w := bounds{
		open:  strings.HasPrefix(word, "*"),
		shut:  strings.HasSuffix(word, "*"),
		whole: whole,
	}
	inner := strings.Trim(word, "*")
	if strings.Contains(inner, "*") {
		return w.gapped(inner, fold)
	}
	n := NewNeedle(inner, fold)
	first, _ := utf8.DecodeRuneInString(inner)
	last, _ := utf8.DecodeLastRuneInString(inner)
	w.open = w.open || !whole && breaker(first, false)
	w.shut = w.shut || !whole && breaker(last, false)
	return func(s string) bool { return w.find(s, &n) }
}

// bounds says at which ends a word needs no breaker.
type bounds struct{ open, shut, whole bool }

func (w *bounds) find(s string, n *Needle) bool {
	bytewise := n.bytewise(s) // asked once: a text may hold the word at every place, unbounded
	for from := 0; ; {
		start, end := n.index(s[from:], bytewise)
		if start < 0 {
			return false
		}
		start, end = from+start, from+end
		before, size := utf8.DecodeLastRuneInString(s[:start])
		after, width := utf8.DecodeRuneInString(s[end:])
		if (w.open || size == 0 || breaker(before, w.whole)) && (w.shut || width == 0 || breaker(after, w.whole)) {
			return true
		}
		_, step := utf8.DecodeRuneInString(s[start:])
		if from = start + max(step, 1); from > len(s) {
			return false
		}
	}
}

func breaker(r rune, majorOnly bool) bool {
	return strings.ContainsRune(major, r) || !majorOnly && strings.ContainsRune(minor, r)
}

// gapped matches a word with wildcards inside, which do not reach over major
// breakers.
func (w *bounds) gapped(word string, fold bool) Text {
	stop := major
	if !w.whole {
		stop += minor
	}
	stop, gap := regexp.QuoteMeta(stop), regexp.QuoteMeta(major)
	stop = strings.ReplaceAll(stop, "-", `\-`)
	var b strings.Builder
	b.WriteString("(?s")
	if fold {
		b.WriteByte('i')
	}
	b.WriteByte(')')
	if !w.open {
		b.WriteString(`(?:\A|[` + stop + `])`)
	}
	for i, part := range strings.Split(word, "*") {
		if i > 0 {
			b.WriteString("[^" + gap + "]*")
		}
		b.WriteString(regexp.QuoteMeta(part))
	}
	if !w.shut {
		b.WriteString(`(?:\z|[` + stop + `])`)
	}
	re, err := regexp.Compile(b.String())
	if err != nil { // text that is no UTF-8: nothing of it is a word
		return func(string) bool { return false }
	}
	return re.MatchString
}

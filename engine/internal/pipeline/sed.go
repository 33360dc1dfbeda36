package pipeline

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/engine/internal/match"
)

// sedScript is a list of sed's commands s and y.
type sedScript []func(string) string

// maxSed bounds a text that sed makes, as eval's replace bounds one: its
// commands may double it time and again.
const maxSed = 10 << 20

// apply returns the text as the commands leave it; false, and the text as it
// was, if it gets too long.
func (s sedScript) apply(text string) (string, bool) {
	made := text
	for _, f := range s {
		if made = f(made); len(made) > maxSed {
			return text, false
		}
	}
	return made, true
}

// parseSed reads commands that are parted by blanks or semicolons:
// s/regex/replacement/flags with the flags g and a number, and y/abc/xyz/. The
// count is told when one gives up.
func parseSed(text string, g *match.GaveUp) (sedScript, error) {
	var script sedScript
	for {
		text = strings.TrimLeft(text, " \t\n;")
		if text == "" {
			break
		}
		kind := text[0]
		if kind != 's' && kind != 'y' || len(text) < 2 {
			return nil, fmt.Errorf("expected s/regex/replacement/ or y/abc/xyz/, found %q", text)
		}
		delim, size := utf8.DecodeRuneInString(text[1:])
		from, rest, ok1 := sedPart(text[1+size:], string(delim))
		to, rest, ok2 := sedPart(rest, string(delim))
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("expected three %q in %q", delim, text)
		}
		n := strings.IndexAny(rest, " \t\n;")
		if n < 0 {
			n = len(rest)
		}
		f, err := sedCommand(kind, from, to, rest[:n], g)
		if err != nil {
			return nil, err
		}
		script = append(script, f)
		text = rest[n:]
	}
	if script == nil {
		return nil, fmt.Errorf("expected a sed expression such as s/a/b/")
	}
	return script, nil
}

// sedPart cuts text at the next delimiter that no backslash stands before.
func sedPart(text, delim string) (part, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], delim):
			return b.String(), text[i+len(delim):], true
		case text[i] == '\\' && strings.HasPrefix(text[i+1:], delim):
			b.WriteString(delim)
			i += len(delim)
		case text[i] == '\\' && i+1 < len(text):
			b.WriteString(text[i : i+2])
			i++
		default:
			b.WriteByte(text[i])
		}
	}
	return "", "", false
}

func sedCommand(kind byte, from, to, flags string, g *match.GaveUp) (func(string) string, error) {
	if kind == 'y' {
		a, b := []rune(from), []rune(to)
		if len(a) != len(b) {
			return nil, fmt.Errorf("expected as many characters in %q as in %q", to, from)
		}
		swap := make(map[rune]rune, len(a))
		for i, c := range a {
			swap[c] = b[i]
		}
		return func(s string) string {
			return strings.Map(func(c rune) rune {
				if d, ok := swap[c]; ok {
					return d
				}
				return c
			}, s)
		}, nil
	}
	all, nth := false, 1
	for _, f := range flags {
		switch {
		case f == 'g':
			all = true
		case f == 'i' || f == 'I':
			from = "(?i)" + from
		case f >= '1' && f <= '9':
			nth = int(f - '0')
		default:
			return nil, fmt.Errorf("expected the flags g or a number, found %q", flags)
		}
	}
	re, err := match.Find(from, g)
	if err != nil {
		return nil, err
	}
	parts := sedReplacement(to)
	return func(s string) string { return substitute(re, s, parts, nth, all) }, nil
}

// sedPiece is a piece of a replacement: a text, or a group of the match.
type sedPiece struct {
	text  string
	group int // -1 for a text
}

// sedReplacement parts a replacement into texts and groups.
func sedReplacement(to string) []sedPiece {
	var parts []sedPiece
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			parts = append(parts, sedPiece{text.String(), -1})
			text.Reset()
		}
	}
	for i := 0; i < len(to); i++ {
		if to[i] != '\\' || i+1 == len(to) {
			text.WriteByte(to[i])
			continue
		}
		i++
		switch c := to[i]; {
		case c >= '0' && c <= '9':
			flush()
			parts = append(parts, sedPiece{group: int(c - '0')})
		case c == 'n':
			text.WriteByte('\n')
		case c == 't':
			text.WriteByte('\t')
		default:
			text.WriteByte(c)
		}
	}
	flush()
	return parts
}

// substitute replaces the nth match, and with all those behind it, too.
func substitute(re *match.Regexp, s string, parts []sedPiece, nth int, all bool) string {
	limit := nth
	if all {
		limit = -1
	}
	var b strings.Builder
	at := 0
	for i, m := range re.FindAllStringSubmatchIndex(s, limit) {
		if i+1 < nth {
			continue
		}
		if b.Len() > maxSed {
			break
		}
		b.WriteString(s[at:m[0]])
		at = m[1]
		for _, p := range parts {
			switch g := 2 * p.group; {
			case g < 0:
				b.WriteString(p.text)
			case g+1 < len(m) && m[g] >= 0:
				b.WriteString(s[m[g]:m[g+1]])
			}
		}
	}
	return b.String() + s[at:]
}

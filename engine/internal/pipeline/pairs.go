package pipeline

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/event"
)

// xmlkv takes the texts between <name …> and </name>; elements with others
// inside have none. Of several of one name, the last counts.
func xmlkv(text string, set func(string, event.Value)) {
	last := map[string]string{}
	var order []string
	for {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			break
		}
		text = text[open+1:]
		shut := strings.IndexByte(text, '>')
		if shut < 0 {
			break
		}
		name := text[:shut]
		if i := strings.IndexAny(name, " \t\r\n/"); i >= 0 {
			name = name[:i]
		}
		if name == "" || name[0] == '?' || name[0] == '!' || text[shut-1] == '/' {
			continue
		}
		value, rest, ok := strings.Cut(text[shut+1:], "<")
		if !ok || value == "" || !strings.HasPrefix(rest, "/"+name+">") {
			continue
		}
		if _, seen := last[name]; !seen {
			order = append(order, name)
		}
		last[name] = value
	}
	for _, name := range order {
		set(name, event.OfString(last[name]))
	}
}

// The characters that part pairs from one another, and names from values,
// where extract is told no others.
const (
	defaultPairDelim = " ,;|\t\r\n&"
	defaultKVDelim   = "="
)

// pairs takes `name=value` pairs. A value may be in double quotes.
func pairs(n *ast.Extract) extractor {
	pairDelim, kvDelim := n.PairDelim, n.KVDelim
	if pairDelim == "" {
		pairDelim = defaultPairDelim
	}
	if kvDelim == "" {
		kvDelim = defaultKVDelim
	}
	several := isTrue(n.Options["mv_add"])
	named := cleanName
	if s, ok := n.Options["clean_keys"]; ok && !isTrue(s) {
		named = unquotedName
	}
	most, _ := strconv.Atoi(n.Options["limit"])        // 0 is no bound
	maxChars, _ := strconv.Atoi(n.Options["maxchars"]) // likewise
	return func(text string, set func(string, event.Value)) {
		seen := map[string]bool{}
		if maxChars > 0 && len(text) > maxChars {
			text = text[:maxChars]
		}
		for left := cmp.Or(most, math.MaxInt); text != "" && left > 0; {
			var name, v string
			name, v, text = nextPair(text, pairDelim, kvDelim)
			if name = named(name); name == "" || v == "" || seen[name] && !several {
				continue
			}
			seen[name] = true
			set(name, event.OfString(v))
			left--
		}
	}
}

// nextPair takes the first pair off a text.
func nextPair(text, pairDelim, kvDelim string) (name, value, rest string) {
	text = strings.TrimLeft(text, pairDelim+" ")
	end := strings.IndexAny(text, pairDelim+kvDelim)
	if end < 0 {
		return "", "", ""
	}
	if !strings.ContainsRune(kvDelim, rune(text[end])) {
		return "", "", text[end:]
	}
	name, text = text[:end], strings.TrimLeft(text[end+1:], " ")
	if strings.HasPrefix(text, `"`) {
		if v, rest, ok := strings.Cut(text[1:], `"`); ok {
			return name, v, rest
		}
	}
	if end = strings.IndexAny(text, pairDelim); end < 0 {
		end = len(text)
	}
	return name, strings.TrimSpace(text[:end]), text[end:]
}

func unquotedName(s string) string { return strings.TrimSpace(strings.Trim(s, `"'`)) }

// cleanName turns what no field's name holds into _.
func cleanName(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '.', c == '{', c == '}':
			return c
		}
		return '_'
	}, unquotedName(s))
	return strings.TrimLeft(s, "_0123456789")
}

// isTrue reads a boolean option.
func isTrue(s string) bool {
	switch strings.ToLower(s) {
	case "t", "true", "1", "yes":
		return true
	}
	return false
}

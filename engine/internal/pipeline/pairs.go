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
// where extract is told no others, and how many pairs it takes of how many
// characters.
const (
	defaultPairDelim = " ,;|\t\r\n&"
	defaultKVDelim   = "="
	defaultPairs     = 50
	defaultMaxChars  = 10_240
)

// pairs takes `name=value` pairs. A value may be in double quotes; one without
// them that holds what it is told to part names from values by is left out.
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
	most, maxChars := bound(n, "limit", defaultPairs), bound(n, "maxchars", defaultMaxChars)
	return func(text string, set func(string, event.Value)) {
		seen := map[string]bool{}
		if maxChars > 0 && len(text) > maxChars {
			text = text[:maxChars]
		}
		for left := cmp.Or(most, math.MaxInt); text != "" && left > 0; {
			var name, v string
			var quoted bool
			name, v, quoted, text = nextPair(text, pairDelim, kvDelim)
			if n.KVDelim != "" && !quoted && strings.ContainsAny(v, kvDelim) {
				continue
			}
			if name = named(name); name == "" || v == "" || seen[name] && !several {
				continue
			}
			seen[name] = true
			set(name, event.OfString(v))
			left--
		}
	}
}

// bound reads a number of extract's options; 0 is no bound.
func bound(n *ast.Extract, option string, normal int) int {
	if v, err := strconv.Atoi(n.Options[option]); err == nil {
		return v
	}
	return normal
}

// nextPair takes the first pair off a text.
func nextPair(text, pairDelim, kvDelim string) (name, value string, quoted bool, rest string) {
	text = strings.TrimLeft(text, pairDelim+" ")
	end := strings.IndexAny(text, pairDelim+kvDelim)
	if end < 0 {
		return "", "", false, ""
	}
	if !strings.ContainsRune(kvDelim, rune(text[end])) {
		return "", "", false, text[end:]
	}
	name, text = text[:end], strings.TrimLeft(text[end+1:], " ")
	if strings.HasPrefix(text, `"`) {
		if v, rest, ok := strings.Cut(text[1:], `"`); ok {
			return name, v, true, rest
		}
	}
	if end = strings.IndexAny(text, pairDelim); end < 0 {
		end = len(text)
	}
	return name, strings.TrimSpace(text[:end]), false, text[end:]
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

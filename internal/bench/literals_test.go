package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	bobu "github.com/BobuSumisu/aho-corasick"
	"github.com/cloudflare/ahocorasick"
	petar "github.com/petar-dambovaliev/aho-corasick"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

// BenchmarkLiterals looks for many literals, regardless of case, in texts of 200
// bytes that hold none of them: those that real rules look for, in what real
// events hold. What is found costs each of them more, and each otherwise: the
// library asks the rule. The peers that know case only are given each text
// lowered.
func BenchmarkLiterals(b *testing.B) {
	texts := realTexts(b)
	all := realLiterals(b, strings.ToLower(strings.Join(texts, "\n")))
	for _, n := range []int{10, 100, 1000, 5000} {
		literals := make([]string, n)
		for i := range literals {
			literals[i] = all[i*len(all)/n]
		}
		name := "literals=" + strconv.Itoa(n) + "/by="
		e := literalEngine(b, literals)
		evs := make([]engine.Event, len(texts))
		for i, t := range texts {
			evs[i] = engine.Event{ID: "1", Fields: engine.Map{"x": t}}
		}
		b.Run(name+"spoor", func(b *testing.B) { play(b, e, evs) })
		cf := ahocorasick.NewStringMatcher(literals)
		b.Run(name+"cloudflare", func(b *testing.B) {
			each(b, func(i int) { cf.Match([]byte(strings.ToLower(texts[i%len(texts)]))) })
		})
		trie := bobu.NewTrieBuilder().AddStrings(literals).Build()
		b.Run(name+"bobusumisu", func(b *testing.B) {
			each(b, func(i int) { trie.MatchString(strings.ToLower(texts[i%len(texts)])) })
		})
		builder := petar.NewAhoCorasickBuilder(petar.Opts{AsciiCaseInsensitive: true, MatchKind: petar.StandardMatch, DFA: n <= 1000})
		pm := builder.Build(literals)
		b.Run(name+"petar", func(b *testing.B) {
			each(b, func(i int) {
				for it := pm.IterOverlapping(texts[i%len(texts)]); it.Next() != nil; {
				}
			})
		})
	}
}

// literalEngine has one rule a literal: each is found by itself, as the peers
// find it.
func literalEngine(b *testing.B, literals []string) *engine.Engine {
	rules := make([]*ast.Rule, len(literals))
	for i, l := range literals {
		q, err := eql.Parse("literal", fmt.Sprintf(`any where x : """*%s*"""`, l))
		if err != nil {
			b.Fatal(err)
		}
		rules[i] = &ast.Rule{ID: strconv.Itoa(i), Query: q}
	}
	e, err := engine.New(rules)
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// realLiterals are what the patterns of the real rules hold between their
// wildcards, each once, lowered, but for what occurs in but.
func realLiterals(b *testing.B, but string) []string {
	var all []string
	for _, r := range corpus(b) {
		for _, st := range r.Query.Stages {
			for n := range ast.Preorder(st) {
				m, ok := n.(*ast.Match)
				if !ok {
					continue
				}
				for _, p := range m.Patterns {
					for _, piece := range strings.FieldsFunc(p, func(c rune) bool { return c == '*' || c == '?' || c == '"' || c < ' ' || c > '~' }) {
						if piece = strings.ToLower(piece); len(piece) >= 4 && !strings.Contains(but, piece) {
							all = append(all, piece)
						}
					}
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// manyTexts is how many texts are looked through before one comes again: more than the
// index recalls, which it would not search for literals.
const manyTexts = 1000

// realTexts are what real events hold, cut or joined to 200 bytes, each once.
func realTexts(b *testing.B) []string {
	var texts []string
	text, seen, n := "", map[string]bool{}, 0
	realEvents(b, func(raw map[string]any) bool {
		if n++; n%19 != 0 { // so that they are of all captures
			return false
		}
		for _, name := range []string{"CommandLine", "Image", "TargetObject", "ImageLoaded", "SourceImage", "ObjectName", "NewProcessName"} {
			if s, ok := raw[name].(string); ok {
				text += s + " "
			}
			if len(text) < 200 {
				continue
			}
			if t := text[:200]; !seen[t] {
				texts, seen[t] = append(texts, t), true
			}
			text = ""
		}
		return len(texts) >= manyTexts // and no more are needed
	})
	return texts
}

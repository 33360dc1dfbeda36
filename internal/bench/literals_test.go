package bench

import (
	"fmt"
	"math/rand/v2"
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
// bytes that hold none. The peers know case only, so each text is lowered for
// them.
func BenchmarkLiterals(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 7))
	texts := make([]string, 256)
	for i := range texts {
		for len(texts[i]) < 200 {
			texts[i] += words[r.IntN(len(words))]
		}
		texts[i] = texts[i][:200]
	}
	for _, n := range []int{10, 100, 1000, 5000} {
		literals := make([]string, n)
		for i := range literals {
			literals[i] = fmt.Sprintf(`%s%d%s`, strings.ToLower(words[i%len(words)]), i, words2[i%len(words2)])
		}
		name := "literals=" + strconv.Itoa(n) + "/by="
		// One rule a literal: each is found by itself, as the peers find it.
		rules := make([]*ast.Rule, n)
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
		evs := make([]engine.Event, len(texts))
		for i, t := range texts {
			evs[i] = engine.Event{ID: "1", Fields: engine.Map{"x": t}}
		}
		b.Run(name+"spoor", func(b *testing.B) { each(b, func(i int) { e.Process(evs[i%len(evs)]) }) })
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
				for it := pm.Iter(texts[i%len(texts)]); it.Next() != nil; {
				}
			})
		})
	}
}

// words make texts that look like command lines and share beginnings with the
// literals.
var words = []string{
	`C:\Windows\System32\`, `powershell.exe `, `-NoProfile `, `svchost.exe `, `-k netsvcs `, `\Device\HarddiskVolume2\`, `reg add HKLM\`,
	`Software\Microsoft\`, `CurrentVersion\Run `, `--type=renderer `, `rundll32.exe `, `,DllMain `, `cmd /c `, `AppData\Local\Temp\`, `0x1fffff `,
}

var words2 = []string{"mimi", "katz", "-enc", "dump", "lsass", "beacon", "payload"}

package syntax_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each case looks for HERE in the decoded text, and must find it at the line
// and column at which the file has it.
func TestAnchors(t *testing.T) {
	for _, c := range []struct {
		name, raw, scalar, decoded string
		esc                        syntax.Escape
	}{
		{"literal", "query = 'a HERE'", "a HERE", "a HERE", syntax.NoEscape},
		{"multiline literal", "x=1\nquery = '''\na\n  b HERE\n'''", "a\n", "a\n  b HERE\n", syntax.NoEscape},
		{"backslashes", `q = "a \"b\" \\ HERE"`, `a \"`, `a "b" \ HERE`, syntax.BackslashEscape},
		{"line break as an escape", `q = "a\nb\n\tHERE"`, `a\n`, "a\nb\n\tHERE", syntax.BackslashEscape},
		{"code points", `q = "\u00e9\U0001F600\x41 HERE"`, `\u`, "é\U0001F600A HERE", syntax.BackslashEscape},
		{"continued line", "q = \"\"\"a \\\n\n    HERE\"\"\"", `a `, "a HERE", syntax.BackslashEscape},
		{"non-ASCII", "é = 'ü HERE'", "ü HERE", "ü HERE", syntax.NoEscape},
		{"doubled quotes", "q: 'it''s '' HERE'", "it''", "it's ' HERE", syntax.DoubledQuote},
		{"block", "q: |\n    a\n      b\n    HERE c\n", "    a", "a\n  b\nHERE c\n", syntax.NoEscape},
		{"folded", "q: >-\n  a\n  b\n\n  c HERE\n", "  a", "a b\nc HERE", syntax.NoEscape},
		{"plain over lines", "q: a  b\n   c\n   HERE\nr: 1", "a  b", "a  b c HERE", syntax.NoEscape},
		{"carriage returns", "q: |\r\n  a\r\n  HERE\r\n", "  a", "a\nHERE\n", syntax.NoEscape},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := strings.Index(c.raw, c.scalar)
			require.GreaterOrEqual(t, start, 0)
			src := &ast.Source{Text: c.decoded, Anchors: syntax.Anchors(c.raw, start, c.decoded, c.esc)}
			wantLine, wantColumn := (&ast.Source{Text: c.raw}).Position(strings.Index(c.raw, "HERE"))
			line, column := src.Position(strings.Index(c.decoded, "HERE"))
			assert.Equal(t, [2]int{wantLine, wantColumn}, [2]int{line, column})
		})
	}
}

// Each character of a text is where it was written, however long what the file has
// as it is.
func TestAnchorsLong(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2))
	escapes := [][][2]string{
		syntax.NoEscape:        {{`\`, `\`}, {`'`, `'`}},
		syntax.BackslashEscape: {{`\\`, `\`}, {`\"`, `"`}, {`\n`, "\n"}, {`\u00e9`, "é"}, {`'`, `'`}},
		syntax.DoubledQuote:    {{`''`, `'`}, {`\`, `\`}},
	}
	for range 2000 {
		esc := syntax.Escape(r.IntN(3))
		raw, decoded := "q: '", ""
		var places [][2]int // offsets in decoded and raw
		for range 1 + r.IntN(8) {
			for range r.IntN(80) {
				places = append(places, [2]int{len(decoded), len(raw)})
				c := []string{"a", "b", "é", "=", "\n"}[r.IntN(5)]
				raw, decoded = raw+c, decoded+c
			}
			e := escapes[esc][r.IntN(len(escapes[esc]))]
			places = append(places, [2]int{len(decoded), len(raw)})
			raw, decoded = raw+e[0], decoded+e[1]
		}
		src := &ast.Source{Text: decoded, Anchors: syntax.Anchors(raw, len("q: '"), decoded, esc)}
		for _, p := range places {
			wantLine, wantColumn := (&ast.Source{Text: raw}).Position(p[1])
			line, column := src.Position(p[0])
			require.Equal(t, [2]int{wantLine, wantColumn}, [2]int{line, column}, "%q at %d of %q", raw, p[0], decoded)
		}
	}
}

// Texts that have nothing to do with one another must not be walked into the
// ground.
func TestAnchorsApart(t *testing.T) {
	assert.Empty(t, syntax.Anchors("abc", 3, "xyz", syntax.NoEscape))
	assert.Empty(t, syntax.Anchors("", 10, "xyz", syntax.NoEscape))
	assert.Empty(t, syntax.Anchors("abc", -1, "xyz", syntax.BackslashEscape))
	assert.Len(t, syntax.Anchors(`a\`, 0, "a", syntax.BackslashEscape), 1)
	assert.Len(t, syntax.Anchors("aé", 0, "aè", syntax.NoEscape), 1)
}

func FuzzAnchors(f *testing.F) {
	f.Add("q: 'it''s'", 4, "it's", uint8(2))
	f.Add(`q = "a \n"`, 5, "a \n", uint8(1))
	f.Add("\xc3 \xa9", 0, "é", uint8(0)) // a file that has a character's bytes apart
	f.Fuzz(func(t *testing.T, raw string, start int, decoded string, esc uint8) {
		at := -1
		for _, a := range syntax.Anchors(raw, start, decoded, syntax.Escape(esc%3)) {
			if a.Offset <= at || a.Offset >= len(decoded) || a.Line < 1 || a.Column < 1 {
				t.Fatalf("anchor %+v follows offset %d", a, at)
			}
			if utf8.ValidString(decoded) && !utf8.RuneStart(decoded[a.Offset]) {
				t.Fatalf("anchor %+v stands within a character", a)
			}
			at = a.Offset
		}
	})
}

package events

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.String()
}

func zstded(t *testing.T, text string) string {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return string(z.EncodeAll([]byte(text), nil))
}

// What a file holds is known by its content alone, in whatever it is packed.
func TestForms(t *testing.T) {
	forms := map[string]string{
		"NDJSON":            line(1, 1) + "\n\n" + line(2, 2) + "\r\n",
		"no last newline":   line(1, 1) + "\n" + line(2, 2),
		"a byte order mark": "\xef\xbb\xbf" + line(1, 1) + "\n" + line(2, 2),
		"blanks":            "\n \t" + line(1, 1) + "\n" + line(2, 2),
		"an array":          " [" + line(1, 1) + ",\n" + line(2, 2) + "]",
		"several arrays":    "[" + line(1, 1) + "]\n[]\n[" + line(2, 2) + "]\n",
		"indented objects":  "{ \r\n" + line(1, 1)[1:] + "\n{\n  " + line(2, 2)[1:] + "\n",
		"hits of a search":  `{"_index": "x", "_id": "1", "_source": ` + line(1, 1) + `}` + "\n" + `{"_id": "2", "fields": {"n": [2]}}`,
		"XML": `<?xml version="1.0"?><Events><Event><System><EventID>1</EventID></System><EventData><Data Name="n">1</Data></EventData></Event>` +
			`<Event><System/><EventData><Data Name="n">2</Data></EventData></Event></Events>`,
	}
	for name, text := range forms {
		for pack, packed := range map[string]string{
			"plain": text, "gzip": gzipped(t, text), "zstd": zstded(t, text), "gzip in zstd": zstded(t, gzipped(t, text)),
			"members": gzipped(t, text[:len(text)/2]) + gzipped(t, text[len(text)/2:]),
		} {
			t.Run(name+", "+pack, func(t *testing.T) {
				file := write(t, "file", packed)
				var numbers []string
				for ev, err := range newReader(0).File(file) {
					require.NoError(t, err)
					numbers = append(numbers, ev.Fields.Field("n").Text())
				}
				assert.Equal(t, []string{"1", "2"}, numbers)
			})
		}
	}
}

func TestBadFiles(t *testing.T) {
	long := strings.Repeat(line(1, 1)+"\n", 1000)
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"blanks", " \n\t\n", ""},
		{"binary", "\x7fELF", "expected NDJSON, a JSON array or event XML"},
		{"UTF-16", "\xff\xfe{\x00", "found UTF-16"},
		{"gzip of binary", gzipped(t, "\x00"), "expected NDJSON"},
		{"a cut gzip", gzipped(t, long)[:40], "unexpected EOF"},
		{"a gzip with another checksum", gzipped(t, long)[:len(gzipped(t, long))-8] + "12345678", "invalid checksum"},
		{"a cut zstd", zstded(t, long)[:20], "unexpected EOF"},
		{"a header alone", "\x1f\x8b", "EOF"},
		{"packed too often", gzipped(t, gzipped(t, gzipped(t, line(1, 1)))), "expected NDJSON"},
		{"an array of no objects", "[1, {}]", "file:1: "},
		{"an array and more", "[{}] {}", "expected the end of the file behind the array, found {"},
		{"an indented object that is cut", "{\n\"a\": 1\n", `expected "}", found the end of the file`},
		{"an indented object and more", "{\n}\n]\n{}\n", "invalid character ']'"},
		{"a search's answer", `{"took": 1, "hits": {"total": {"value": 1}, "hits": [{"_source": {}}]}}`, "file:1: expected an event, found the answer to a search"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var all []string
			for _, err := range newReader(0).File(write(t, "file", tt.text)) {
				if err != nil {
					all = append(all, err.Error())
				}
			}
			if tt.want == "" {
				assert.Empty(t, all)
				return
			}
			require.Len(t, all, 1)
			assert.Contains(t, all[0], tt.want)
		})
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.ndjson", "b/c.xml.gz", "b/README.md", ".hidden", ".git/x"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
	}
	tests := []struct {
		path string
		want []string
		bad  string
	}{
		{"", []string{"a.ndjson", "b/c.xml.gz"}, ""},
		{"a.ndjson", []string{"a.ndjson"}, ""},
		{"*/*.gz", []string{"b/c.xml.gz"}, ""},
		{"b/README.md", []string{"b/README.md"}, ""},
		{"none", nil, "none: no such file or directory"},
		{".git", []string{".git/x"}, ""},
	}
	for _, tt := range tests {
		names, err := Find([]string{filepath.Join(dir, tt.path)})
		var rel []string
		for _, n := range names {
			r, err := filepath.Rel(dir, n)
			require.NoError(t, err)
			rel = append(rel, filepath.ToSlash(r))
		}
		assert.Equal(t, tt.want, rel, tt.path)
		if tt.bad == "" {
			assert.NoError(t, err, tt.path)
		} else {
			assert.ErrorContains(t, err, tt.bad)
		}
	}
}

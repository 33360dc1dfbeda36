package bench

import (
	"encoding/json"
	"testing"

	"github.com/bytedance/sonic"
	goccy "github.com/goccy/go-json"
	"github.com/valyala/fastjson"

	"github.com/spoor-lang/spoor/engine/ndjson"
)

// BenchmarkDecode decodes real events: into maps, or, for fastjson and spoor,
// into what finds a member when it is asked for.
func BenchmarkDecode(b *testing.B) {
	t := realEvents(b, nil)
	var parser fastjson.Parser
	var decoder ndjson.Decoder
	reader := ndjson.NewReader(windows)
	into := func(unmarshal func([]byte, any) error) func(line []byte) error {
		return func(line []byte) error {
			var m map[string]any
			return unmarshal(line, &m)
		}
	}
	for _, one := range []struct {
		by     string
		decode func(line []byte) error
	}{
		{"encoding-json", into(json.Unmarshal)},
		{"goccy", into(goccy.Unmarshal)},
		{"sonic", into(sonic.ConfigStd.Unmarshal)},
		{"sonic-fastest", into(sonic.ConfigFastest.Unmarshal)},
		{"fastjson", func(line []byte) error { _, err := parser.ParseBytes(line); return err }},
		{"spoor-tree", func(line []byte) error { _, err := decoder.Decode(line); return err }},
		{"spoor-event", func(line []byte) error { _, err := reader.Event(line); return err }},
	} {
		b.Run("by="+one.by, func(b *testing.B) {
			b.SetBytes(t.bytes / int64(len(t.lines)))
			each(b, func(i int) {
				if err := one.decode(t.line(i)); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

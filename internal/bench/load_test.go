package bench

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v4"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// ruleFiles are a folder with all rule files and the content that the searches refer
// to, and the names of these files.
func ruleFiles(b *testing.B) (folder fs.FS, names []string) {
	folder = os.DirFS(filepath.Join(shared(b), "corpus"))
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && decoderOf(name) != nil {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return folder, names
}

// decoderOf returns the library's function that reads a file of that ending;
// nil for none.
func decoderOf(name string) func(text []byte, into *map[string]any) error {
	switch filepath.Ext(name) {
	case ".toml":
		return func(text []byte, into *map[string]any) error { return toml.Unmarshal(text, into) }
	case ".yml", ".yaml":
		return func(text []byte, into *map[string]any) error { return yaml.Unmarshal(text, into) }
	}
	return nil
}

// BenchmarkLoad loads all real rules, from their files to an engine that is
// ready, beside reading the same files in the same way and decoding each into a
// map, and nothing more. Rules are parsed on all processors, and compiled on one.
func BenchmarkLoad(b *testing.B) {
	folder, names := ruleFiles(b)
	readAll := func(then func(name string, text []byte)) {
		files := syntax.Files{FS: folder}
		for _, name := range names {
			text, err := files.Read(name)
			if err != nil {
				b.Fatal(err)
			}
			then(name, text)
		}
	}
	b.Run("by=read", func(b *testing.B) {
		each(b, func(int) { readAll(func(string, []byte) {}) })
	})
	b.Run("by=decode", func(b *testing.B) {
		each(b, func(int) {
			readAll(func(name string, text []byte) {
				var m map[string]any
				_ = decoderOf(name)(text, &m)
			})
		})
	})
	b.Run("by=spoor-parse", func(b *testing.B) {
		each(b, func(int) { load(b) })
	})
	b.Run("by=spoor", func(b *testing.B) {
		each(b, func(int) { _, _ = engine.New(load(b)) })
	})
	rules := load(b)
	b.Run("by=spoor-compile", func(b *testing.B) {
		each(b, func(int) { _, _ = engine.New(rules) })
	})
	e, _ := engine.New(rules)
	rules = e.Rules()
	b.Run("by=spoor-replace-one", func(b *testing.B) {
		each(b, func(i int) {
			q, err := eql.Parse("one", fmt.Sprintf(`process where process.pid == %d`, i))
			if err != nil {
				b.Fatal(err)
			}
			next := slices.Clone(rules)
			next[i%10] = &ast.Rule{ID: rules[i%10].ID, Name: "one", Query: q}
			if _, err := e.Replace(next); err != nil {
				b.Fatal(err)
			}
		})
	})
}

func load(b *testing.B) []*ast.Rule {
	rules, err := Rules(shared(b))
	if err != nil {
		b.Fatal(err)
	}
	return rules
}

// BenchmarkMemory loads all real rules in a process of its own, and reports the
// most memory that it had from the system.
func BenchmarkMemory(b *testing.B) {
	shared(b)
	peak := filepath.Join(b.TempDir(), "peak")
	if out, err := exec.Command("go", "build", "-o", peak, "./cmd/peak").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for range b.N {
		out, err := exec.Command(peak).Output()
		if err != nil {
			b.Skip("the system tells no peak: ", err)
		}
		kb, err := strconv.Atoi(strings.TrimSpace(string(out)))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(kb)/1024, "peak-MiB")
	}
}

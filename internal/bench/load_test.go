package bench

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v4"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine"
	"github.com/spoor-lang/spoor/eql"
)

// ruleFiles are all rule files, and the content that the searches refer to, in
// memory.
func ruleFiles(b *testing.B) fstest.MapFS {
	files, root := fstest.MapFS{}, os.DirFS(shared(b))
	err := fs.WalkDir(root, "corpus", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, name)
		files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return files
}

// BenchmarkLoad loads all real rules, from the texts of their files to an engine
// that is ready, beside decoding the same texts into maps and nothing more. Rules are
// parsed on all processors, and compiled on one. In both, the texts are in memory:
// by=spoor-disk opens and reads the files, too.
func BenchmarkLoad(b *testing.B) {
	files := ruleFiles(b)
	names := slices.Sorted(maps.Keys(files))
	b.Run("by=decode", func(b *testing.B) {
		each(b, func(int) {
			for _, name := range names {
				var m map[string]any
				switch path.Ext(name) {
				case ".toml":
					_ = toml.Unmarshal(files[name].Data, &m)
				case ".yml", ".yaml":
					_ = yaml.Unmarshal(files[name].Data, &m)
				}
			}
		})
	})
	b.Run("by=spoor-parse", func(b *testing.B) {
		each(b, func(int) { load(b, files) })
	})
	b.Run("by=spoor", func(b *testing.B) {
		each(b, func(int) { _, _ = engine.New(load(b, files)) })
	})
	b.Run("by=spoor-disk", func(b *testing.B) {
		each(b, func(int) { _, _ = engine.New(load(b, os.DirFS(shared(b)))) })
	})
	rules := load(b, files)
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

func load(b *testing.B, files fs.FS) []*ast.Rule {
	rules, err := Rules(files)
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

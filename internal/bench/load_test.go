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
)

// ruleFiles are the texts of all rule files and of the content that the searches
// refer to, by their ending.
func ruleFiles(b *testing.B) (toml, yaml [][]byte) {
	root := filepath.Join(shared(b), "corpus")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		switch filepath.Ext(name) {
		case ".toml":
			toml = append(toml, text)
		case ".yml", ".yaml":
			yaml = append(yaml, text)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return toml, yaml
}

// BenchmarkLoad loads all real rules, from their files to an engine that is
// ready, beside decoding the same files into maps and nothing more. The texts that
// are decoded are in memory from the beginning: to read them meanwhile, as loading
// does, takes a seventh more, and half as long again for collecting garbage as often
// as a small heap asks for. Rules are parsed on all processors, and compiled on one.
func BenchmarkLoad(b *testing.B) {
	tomls, yamls := ruleFiles(b)
	b.Run("by=decode", func(b *testing.B) {
		each(b, func(int) {
			for _, text := range tomls {
				var m map[string]any
				_ = toml.Unmarshal(text, &m)
			}
			for _, text := range yamls {
				var m map[string]any
				_ = yaml.Unmarshal(text, &m)
			}
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

package schema

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

//go:embed mappings
var embedded embed.FS

// file is a mapping file. doc.go says what its parts mean.
type file struct {
	name string

	Layouts  []layoutDef                  `yaml:"layouts"`
	Tables   map[string]map[string]string `yaml:"tables"`
	Groups   map[string]fieldsDef         `yaml:"groups"`
	Common   fieldsDef                    `yaml:"common"`
	Channels []channelDef                 `yaml:"channels"`
}

// channelDef is what a file says of one event log.
type channelDef struct {
	Name      string              `yaml:"name"`
	Aliases   []string            `yaml:"aliases"`
	fieldsDef `yaml:",inline"`    // of every event of the channel
	Events    map[string]eventDef `yaml:"events"` // by id, or by ids: "4720, 4722-4725"
}

// eventDef is what a file says of an event.
type eventDef struct {
	Title     string   `yaml:"title"`
	Tags      []string `yaml:"tags"`
	fieldsDef `yaml:",inline"`
}

// fieldsDef maps names to definitions: an expression, or a constant if it is
// a list, a number or a bool.
type fieldsDef struct {
	Use []string       `yaml:"use"`
	Raw map[string]any `yaml:"raw"`
	ECS map[string]any `yaml:"ecs"`
	CIM map[string]any `yaml:"cim"`
	// Infer holds ECS fields by the inference that turns them on.
	Infer map[string]map[string]any `yaml:"infer"`
}

// maxFile bounds a mapping file. The largest of ours has some 20 kB.
const maxFile = 4 << 20

func readFiles(fsys fs.FS, dir string) ([]*file, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	var files []*file
	var errs []error
	for _, e := range entries {
		switch path.Ext(e.Name()) {
		case ".yaml", ".yml", ".json":
		default:
			continue
		}
		f, err := readFile(fsys, path.Join(dir, e.Name()))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", e.Name(), err))
			continue
		}
		files = append(files, f)
	}
	return files, errors.Join(errs...)
}

func readFile(fsys fs.FS, name string) (*file, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("expected at most %d bytes, found %d", maxFile, len(b))
	}
	f := &file{name: path.Base(name)}
	if len(strings.TrimSpace(string(b))) == 0 {
		return f, nil
	}
	if err := yaml.Load(b, f, yaml.WithKnownFields()); err != nil {
		return nil, err
	}
	return f, nil
}

// ids reads "4720, 4722-4725".
func ids(s string) ([]int64, error) {
	var all []int64
	for _, part := range strings.Split(s, ",") {
		from, to, span := strings.Cut(strings.TrimSpace(part), "-")
		a, err := strconv.ParseUint(from, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("expected event ids, found %q", s)
		}
		b := a
		if span {
			b, err = strconv.ParseUint(to, 10, 32)
			if err != nil || b < a || b-a > maxSpan {
				return nil, fmt.Errorf("expected a range of event ids, found %q", part)
			}
		}
		for ; a <= b; a++ {
			all = append(all, int64(a))
		}
	}
	return all, nil
}

// maxSpan bounds a range of ids; Windows numbers related events within ten or
// twenty.
const maxSpan = 1000

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

package events

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spoor-lang/spoor/engine/schema"
)

// write makes a file of lines and returns its name.
func write(t *testing.T, name string, lines ...string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o644))
	return name
}

// line is an event with a number, some seconds after the hour.
func line(second, n int) string {
	return fmt.Sprintf(`{"@timestamp":"2026-01-02T03:%02d:%02dZ","n":%d}`, second/60, second%60, n)
}

// numbersOf are the numbers of the events that files hold, in the order of Sort.
func numbersOf(t *testing.T, r *Reader, names ...string) (list []int, bad []string) {
	t.Helper()
	ctx := context.Background()
	s, err := r.Sort(ctx, names, func(err error) { bad = append(bad, err.Error()) })
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	for ev, err := range s.Events(ctx) {
		require.NoError(t, err)
		n, _ := ev.Fields.Field("n").Int()
		list = append(list, int(n))
	}
	assert.Len(t, list, s.Len())
	for _, size := range []int{1, 3, 1000} {
		assert.Equal(t, list, batched(t, s, size), "%d at once", size)
	}
	return list, bad
}

// batched are the numbers of sorted events, read when their batch is whole.
func batched(t *testing.T, s *Sorted, size int) (list []int) {
	t.Helper()
	for batch, err := range s.Batches(context.Background(), size) {
		require.NoError(t, err)
		require.True(t, len(batch) == size || len(list)+len(batch) == s.Len())
		for _, ev := range batch {
			n, _ := ev.Fields.Field("n").Int()
			list = append(list, int(n))
		}
	}
	return list
}

func newReader(hold int) *Reader { return &Reader{Schema: schema.Windows(), Hold: hold} }

// Whatever the order of the lines, and whatever is held in memory: times
// ascend, and events of the same time keep the order of the input.
func TestSortAnyOrder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, hold := range []int{1, 500, 5000, 0} {
		for range 20 {
			var want, got [100][]int // numbers by second
			var files []string
			n := 0
			for range 1 + rnd.IntN(3) {
				var lines []string
				for range rnd.IntN(100) {
					second := rnd.IntN(len(want))
					want[second] = append(want[second], n)
					lines = append(lines, line(second, n))
					n++
				}
				files = append(files, write(t, "events", lines...))
			}
			list, bad := numbersOf(t, newReader(hold), files...)
			require.Empty(t, bad)
			i := 0
			for second, numbers := range want {
				got[second] = append(got[second], list[i:i+len(numbers)]...)
				i += len(numbers)
			}
			require.Equal(t, want, got, "hold %d", hold)
		}
	}
}

func TestSort(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		want  []int
		bad   string
	}{
		{"nothing", nil, nil, ""},
		{"an event without a time stays behind the one before it", []string{line(9, 1), `{"n":2}`, line(5, 3), `{"n":4}`}, []int{3, 4, 1, 2}, ""},
		{"and first if there is none", []string{`{"n":1}`, line(5, 2)}, []int{1, 2}, ""},
		{"a broken line", []string{line(9, 1), `{"n":`, line(5, 3)}, []int{3, 1}, "events:2: unexpected EOF"},
		{"an array", []string{"[" + line(9, 1), "," + line(5, 2) + "]"}, []int{2, 1}, ""},
		{"an array that breaks off", []string{"[" + line(9, 1), "," + line(5, 2)}, []int{2, 1}, `events: expected "]"`},
	}
	for _, tt := range tests {
		for _, hold := range []int{1, 0} {
			t.Run(fmt.Sprint(tt.name, ", ", hold), func(t *testing.T) {
				list, bad := numbersOf(t, newReader(hold), write(t, "events", tt.lines...))
				assert.Equal(t, tt.want, list)
				assert.Contains(t, strings.Join(bad, "\n"), tt.bad)
				assert.Equal(t, tt.bad == "", len(bad) == 0, bad)
			})
		}
	}
}

// Done means done, also where the reader waits for more; what came until then
// is there.
func TestSortInterrupted(t *testing.T) {
	in, out, err := os.Pipe()
	require.NoError(t, err)
	defer in.Close()
	defer out.Close()
	ctx, stop := context.WithCancel(context.Background())
	r := newReader(0)
	r.Stdin = in
	_, err = out.WriteString(line(9, 1) + "\n" + line(5, 2) + "\n" + line(7, 3) + "\nnothing\n")
	require.NoError(t, err)
	s, err := r.Sort(ctx, []string{Stdin}, func(error) { stop() }) // the last line is read
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 3, s.Len())
	n := 0
	for _, err := range s.Events(context.Background()) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 3, n)
	require.NoError(t, s.Close())
}

// A temporary file that is not what was written is an error.
func TestSortDamaged(t *testing.T) {
	ctx := context.Background()
	name := write(t, "events", line(9, 1), line(5, 2))
	for what, damage := range map[string]func(*Sorted) error{
		"cut":   func(s *Sorted) error { return s.spill.file.Truncate(3) },
		"other": func(s *Sorted) error { _, err := s.spill.file.WriteAt(make([]byte, 20), 0); return err },
	} {
		s, err := newReader(1).Sort(ctx, []string{name}, nil)
		require.NoError(t, err)
		require.NoError(t, damage(s))
		var failed error
		for _, err := range s.Events(ctx) {
			failed = errors.Join(failed, err)
		}
		assert.ErrorContains(t, failed, "temporary file: ", what)
		require.NoError(t, s.Close())
	}
}

func TestSpillEntries(t *testing.T) {
	for _, text := range []string{"\x00", "\x00\x00", "\x00\x00\x05ab", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"} {
		_, _, err := next([]byte(text))
		assert.ErrorIs(t, err, errDamaged, "%q", text)
	}
}

// Files that are in order are merged as they are read.
func TestMerge(t *testing.T) {
	a, b := write(t, "a", line(1, 1), line(5, 2), `{"n":3}`), write(t, "b", line(2, 4), "{", line(5, 5), line(6, 6))
	var list []int
	var bad []string
	for ev, err := range newReader(0).Merge([]string{a, b, filepath.Join(t.TempDir(), "none")}) {
		if err != nil {
			bad = append(bad, err.Error())
			continue
		}
		n, _ := ev.Fields.Field("n").Int()
		list = append(list, int(n))
	}
	assert.Equal(t, []int{1, 4, 2, 3, 5, 6}, list)
	require.Len(t, bad, 2)
	assert.Contains(t, bad[0], "none: no such file")
	assert.Contains(t, bad[1], "b:2: ")
}

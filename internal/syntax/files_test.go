package syntax

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFiles(t *testing.T) {
	long := strings.Repeat("0123456789", firstBuffer/4)
	f := Files{FS: fstest.MapFS{
		"empty": {}, "short": {Data: []byte("short")}, "long": {Data: []byte(long)}, "full": {Data: []byte(long[:firstBuffer])}, "folder/a": {},
	}}
	for _, tt := range []struct{ name, want string }{
		{"short", "short"}, {"full", long[:firstBuffer]}, {"long", long}, {"empty", ""}, {"short", "short"},
	} {
		got, err := f.Read(tt.name)
		require.NoError(t, err, tt.name)
		assert.Equal(t, tt.want, string(got), tt.name)
	}
	_, err := f.Read("none")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = f.Read("folder")
	assert.Error(t, err)
}

// alone is a file system that fails where two goroutines are in it.
type alone struct {
	fs.FS
	busy atomic.Bool
}

func (a *alone) Open(name string) (fs.File, error) {
	if !a.busy.CompareAndSwap(false, true) {
		return nil, errors.New("two goroutines at a time")
	}
	defer a.busy.Store(false)
	runtime.Gosched()
	return a.FS.Open(name)
}

func TestParseFiles(t *testing.T) {
	files := fstest.MapFS{}
	var names, want []string
	for i := range 200 {
		name := fmt.Sprintf("%03d", i)
		names = append(names, name)
		switch {
		case i%50 == 7: // is not there
		case i%50 == 9:
			files[name] = &fstest.MapFile{Data: []byte("bad")}
		default:
			files[name] = &fstest.MapFile{Data: []byte(strings.Repeat(name, i))}
			want = append(want, strings.Repeat(name, i))
		}
	}
	got, err := ParseFiles(&alone{FS: files}, names, func(name string, data []byte) (string, error) {
		runtime.Gosched() // others read while this one parses
		if s := string(data); s != "bad" {
			return s, nil
		}
		return "", fmt.Errorf("%s is bad", name)
	})
	assert.Equal(t, want, got)
	assert.EqualError(t, err, `open 007: file does not exist
009 is bad
open 057: file does not exist
059 is bad
open 107: file does not exist
109 is bad
open 157: file does not exist
159 is bad`)

	none, err := ParseFiles(files, nil, func(string, []byte) (int, error) { return 0, nil })
	assert.NoError(t, err)
	assert.Empty(t, none)
}

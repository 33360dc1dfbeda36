package syntax

import (
	"io/fs"
	"strings"
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

package events

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MaxOpen bounds the files that can be merged or followed: each is open while
// it is read, and systems commonly allow a process 1,024.
const MaxOpen = 900

// Find returns the files that paths name: each a file, a glob, [Stdin], or a
// folder, of which it takes all files but hidden ones and Markdown. Every path
// that names nothing is an error; the files of the others are returned.
func Find(paths []string) (names []string, err error) {
	var errs []error
	for _, p := range paths {
		found, err := find(p)
		if err != nil {
			errs = append(errs, &FileError{p, reason(err)})
		}
		names = append(names, found...)
	}
	return names, errors.Join(errs...)
}

func find(p string) ([]string, error) {
	if p == Stdin {
		return []string{p}, nil
	}
	info, err := os.Stat(p)
	if err != nil {
		if globbed, _ := filepath.Glob(p); len(globbed) > 0 {
			return globbed, nil
		}
		return nil, err
	}
	if !info.IsDir() {
		return []string{p}, nil
	}
	var names []string
	err = filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
		hidden := strings.HasPrefix(d.Name(), ".") && name != p
		switch {
		case err != nil:
			return err
		case d.IsDir() && hidden:
			return filepath.SkipDir
		case d.Type().IsRegular() && !hidden && filepath.Ext(name) != ".md":
			names = append(names, name)
		}
		return nil
	})
	if err == nil && len(names) == 0 {
		err = errors.New("no event file in this folder")
	}
	return names, err
}

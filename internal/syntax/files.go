package syntax

import (
	"errors"
	"io"
	"io/fs"
	"runtime"
	"sync"
)

// Files reads files one after the other into the same memory.
type Files struct {
	FS  fs.FS
	buf []byte
}

// firstBuffer holds nearly all rule files.
const firstBuffer = 64 << 10

// Read returns what a file holds, until the next call.
func (f *Files) Read(name string) ([]byte, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if f.buf == nil {
		f.buf = make([]byte, firstBuffer)
	}
	for n := 0; ; {
		if n == len(f.buf) {
			f.buf = append(f.buf, make([]byte, len(f.buf))...)
		}
		m, err := file.Read(f.buf[n:])
		n += m
		if err == io.EOF {
			return f.buf[:n], nil
		}
		if err != nil {
			return nil, &fs.PathError{Op: "read", Path: name, Err: err}
		}
	}
}

// ParseFiles reads files and hands each to parse, which runs on as many
// goroutines as may run at a time, and keeps nothing of its data. What it makes
// of the good files comes in the order of their names, and so do the errors of
// the others, which are joined. The file system is asked by one goroutine at a
// time: not every one is safe for several.
func ParseFiles[T any](fsys fs.FS, names []string, parse func(name string, data []byte) (T, error)) ([]T, error) {
	made, errs := make([]T, len(names)), make([]error, len(names))
	var reading sync.Mutex
	next := 0
	work := func() {
		files := Files{FS: fsys}
		for {
			reading.Lock()
			i := next
			if i == len(names) {
				reading.Unlock()
				return
			}
			next++
			data, err := files.Read(names[i])
			reading.Unlock()
			if err == nil {
				made[i], err = parse(names[i], data)
			}
			errs[i] = err
		}
	}
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(names)) {
		workers.Go(work)
	}
	workers.Wait()
	good := made[:0]
	for i, m := range made {
		if errs[i] == nil {
			good = append(good, m)
		}
	}
	clear(made[len(good):])
	return good, errors.Join(errs...)
}

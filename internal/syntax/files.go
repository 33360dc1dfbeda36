package syntax

import (
	"io"
	"io/fs"
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

package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
)

// ParseJSON decodes a text that is one JSON object, and nothing else. Of a key
// that occurs twice the last value counts, and numbers become what [OfNumber]
// makes of them. The map shares nothing with the text.
func ParseJSON(text []byte) (Map, error) {
	if t := bytes.TrimLeft(text, " \t\r\n"); len(t) == 0 || t[0] != '{' {
		return nil, errors.New("expected a JSON object")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("expected the end of the text behind the object")
	}
	Numbers(m)
	return m, nil
}

// Numbers replaces each json.Number within x by what [OfNumber] makes of it, in
// place, and returns x. Its depth is that which encoding/json allows.
func Numbers(x any) any {
	switch x := x.(type) {
	case json.Number:
		return OfNumber(string(x)).Any()
	case map[string]any:
		for k, e := range x {
			switch e.(type) {
			case json.Number, map[string]any, []any:
				x[k] = Numbers(e)
			}
		}
	case []any:
		for i, e := range x {
			x[i] = Numbers(e)
		}
	}
	return x
}

// OfNumber returns the value of a number as JSON writes it: an integer if it
// is written as one and fits 64 bits, else a float. One that is too large for a
// float stays the text that it is; so it is at least equal to itself.
func OfNumber(text string) Value {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return OfInt(n)
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return OfFloat(f)
	}
	return OfString(text)
}

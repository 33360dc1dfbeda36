package fn

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
)

// booleans are the EQL functions whose value is a condition.
var booleans = []string{"arrayContains", "arraySearch", "cidrMatch", "endsWith", "match", "matchLite",
	"startsWith", "stringContains", "wildcard"}

// results are the types of the values of today's EQL's other functions.
var results = map[string]string{
	"add": "number", "divide": "number", "indexOf": "number", "length": "number", "modulo": "number", "multiply": "number",
	"number": "number", "subtract": "number",
	"between": "string", "concat": "string", "string": "string", "substring": "string",
}

// Result is the type of a function's value, "string", "number" or "boolean", where
// it is known whatever the arguments are; only that of today's EQL is.
func Result(lib, name string) string {
	f, ok := libs[lib][strings.ToLower(name)]
	switch {
	case !ok || lib != EQL:
		return ""
	case Boolean(lib, f.Name):
		return "boolean"
	}
	return results[f.Name]
}

// numbers are functions of SPL that yield a number, whatever they are given.
var numbers = []string{"abs", "avg", "bit_and", "bit_not", "bit_or", "bit_shift_left", "bit_shift_right", "bit_xor",
	"ceil", "ceiling", "exact", "exp", "floor", "len", "length", "ln", "log", "mvcount", "mvfind", "now", "pi", "pow",
	"random", "relative_time", "round", "sigfig", "sqrt", "strptime", "sum", "time", "todouble", "toint", "tonumber"}

// texts are functions of SPL that yield a text, whatever they are given.
var texts = []string{"ipmask", "lower", "ltrim", "md5", "mvjoin", "printf", "replace", "rtrim", "sha1", "sha256", "sha512",
	"strftime", "substr", "tostring", "trim", "typeof", "upper", "urldecode"}

// Boolean reports whether the function of that documented name may yield a
// condition. Of many in SPL that depends on their arguments.
func Boolean(lib, name string) bool {
	if lib == SPL {
		return !slices.Contains(numbers, name) && !slices.Contains(texts, name)
	}
	return slices.Contains(booleans, name)
}

// text is an argument as text: what is stored as a number is searched as its
// digits. Objects and lists have none.
func text(v event.Value) (string, bool) {
	if s, ok := v.Str(); ok {
		return s, true
	}
	switch v.Kind() {
	case event.Null, event.List, event.Object:
		return "", false
	}
	return javaText(v), true
}

// javaText prints a value as Java does: floats have a fraction, and an
// exponent from ten millions on.
func javaText(v event.Value) string {
	switch v.Kind() {
	case event.Float:
		f, _ := v.Float()
		return javaFloat(f)
	case event.Time:
		t, _ := v.Time()
		return t.Format("2006-01-02T15:04:05.000Z")
	}
	return v.Text()
}

func javaFloat(f float64) string {
	const small, large = 1e-3, 1e7 // between them, Java writes no exponent
	if a := max(f, -f); a != 0 && (a < small || a >= large) {
		s := strconv.FormatFloat(f, 'E', -1, 64)
		mantissa, exponent, ok := strings.Cut(s, "E")
		if !ok { // infinity
			return s
		}
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		n, _ := strconv.Atoi(exponent)
		return mantissa + "E" + strconv.Itoa(n)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// integer is an argument as a whole number.
func integer(v event.Value) (int, bool) {
	if n, ok := v.Int(); ok {
		const far = 1 << 40 // beyond any text's length, and safe to add to
		return int(max(-far, min(n, far))), true
	}
	if f, ok := v.Float(); ok && f == float64(int64(f)) {
		return integer(event.OfInt(int64(f)))
	}
	return 0, false
}

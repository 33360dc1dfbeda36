package schema

import (
	"iter"
	"slices"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
	"github.com/spoor-lang/spoor/engine/internal/match"
)

// args splits a command line as Windows' CommandLineToArgvW does.
func args(v event.Value) event.Value {
	s, ok := v.Str()
	if !ok {
		return v // a list already
	}
	a := splitArgs(s)
	if len(a) == 0 {
		return event.Value{}
	}
	return event.OfStrings(a)
}

// argsCount is how many arguments there are, without making them.
func argsCount(v event.Value) event.Value {
	s, ok := v.Str()
	if !ok {
		return event.OfInt(int64(v.Len()))
	}
	n := 0
	for range eachArg(s) {
		n++
	}
	if n == 0 {
		return event.Value{}
	}
	return event.OfInt(int64(n))
}

func firstArg(v event.Value) event.Value {
	s, _ := v.Str()
	first, _ := program(trimBlanks(s))
	return text(first)
}

func splitArgs(s string) []string {
	var few [16]string // most have not so many
	list := few[:0]
	for arg := range eachArg(s) {
		list = append(list, arg)
	}
	return slices.Clone(list)
}

// eachArg follows the rules that Microsoft documents for argv: the first
// argument ends at its closing quote or at a blank and knows no escapes; in
// the others 2n backslashes before a quote are n and the quote groups, 2n+1
// are n and a literal quote, and a doubled quote within a group is one quote.
func eachArg(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s = trimBlanks(s)
		if s == "" {
			return
		}
		arg, rest := program(s)
		for yield(arg) {
			if rest = trimBlanks(rest); rest == "" {
				return
			}
			after, ok := "", false
			if arg, after, ok = verbatim(rest); !ok {
				var b strings.Builder
				after = argument(&b, rest)
				arg = b.String()
			}
			rest = after
		}
	}
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

func trimBlanks(s string) string {
	for s != "" && blank(s[0]) {
		s = s[1:]
	}
	return s
}

// verbatim returns the first argument, and what follows it, if it stands in the text
// as it is: if it holds no quotes but those around it.
func verbatim(s string) (arg, rest string, ok bool) {
	if s[0] != '"' {
		end := unblank(s)
		return s[:end], s[end:], strings.IndexByte(s[:end], '"') < 0
	}
	if arg, rest, ok = strings.Cut(s[1:], `"`); ok {
		ok = !strings.HasSuffix(arg, `\`) && (rest == "" || blank(rest[0]))
	}
	return arg, rest, ok
}

func program(s string) (first, rest string) {
	if strings.HasPrefix(s, `"`) {
		first, rest, _ = strings.Cut(s[1:], `"`)
		return first, rest
	}
	end := unblank(s)
	return s[:end], s[end:]
}

// unblank is the length of what stands before the first blank. It looks at a few
// bytes at a time, so that many blanks of one sort do not make it look far for the
// other again and again.
func unblank(s string) int {
	const some = 64
	for from := 0; from < len(s); from += some {
		part := s[from:min(from+some, len(s))]
		all := len(part)
		for _, c := range [...]byte{' ', '\t'} {
			if i := strings.IndexByte(part, c); i >= 0 {
				part = part[:i]
			}
		}
		if len(part) < all {
			return from + len(part)
		}
	}
	return len(s)
}

// argument writes one argument to b and returns what follows it.
func argument(b *strings.Builder, s string) string {
	quoted := false
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\':
			n := 0
			for i+n < len(s) && s[i+n] == '\\' {
				n++
			}
			i += n
			if i == len(s) || s[i] != '"' {
				b.WriteString(s[i-n : i])
				continue
			}
			b.WriteString(s[i-n : i-n+n/2])
			if n%2 == 1 {
				b.WriteByte('"')
				i++
			}
		case c == '"' && quoted && i+1 < len(s) && s[i+1] == '"':
			b.WriteByte('"')
			i += 2
		case c == '"':
			quoted = !quoted
			i++
		case (c == ' ' || c == '\t') && !quoted:
			return s[i:]
		default:
			b.WriteByte(c)
			i++
		}
	}
	return ""
}

// invocation compiles invocation(CommandLine), of a program's path: the
// command line as CIM wants it, which begins with the path. Windows logs what
// the parent passed on, often without one.
func invocation(s *scope, args []string) (transform, error) {
	line, err := s.expr(args[0])
	if err != nil {
		return nil, err
	}
	return func(r *record, v event.Value) event.Value {
		path, _ := v.Str()
		l, _ := line(r).Str()
		l = trimBlanks(l)
		if l == "" {
			return v
		}
		first, rest := program(l)
		if strings.Contains(first, `\`) {
			return event.OfString(l)
		}
		if strings.ContainsAny(path, " \t") {
			path = `"` + path + `"`
		}
		if rest = strings.TrimLeft(rest, " \t"); rest == "" {
			return event.OfString(path)
		}
		return event.OfString(path + " " + rest)
	}, nil
}

// hashOf compiles hash(MD5): one of "MD5=…,SHA256=…". All zeros mean that
// there is none.
func hashOf(_ *scope, args []string) (transform, error) {
	name := strings.ToUpper(args[0])
	return func(_ *record, v event.Value) event.Value {
		s, _ := v.Str()
		for s != "" {
			var one string
			one, s, _ = strings.Cut(s, ",")
			k, h, ok := strings.Cut(strings.TrimSpace(one), "=")
			if !ok || !strings.EqualFold(k, name) {
				continue
			}
			if strings.Trim(h, "0") == "" {
				break
			}
			return event.OfString(match.Lower(h))
		}
		return event.Value{}
	}, nil
}

// ntRegistry turns the kernel's name of a key into the usual one.
func ntRegistry(s string) string {
	for _, p := range ntHives {
		if len(s) >= len(p.nt) && strings.EqualFold(s[:len(p.nt)], p.nt) {
			return p.hive + s[len(p.nt):]
		}
	}
	return s
}

var ntHives = [...]struct{ nt, hive string }{
	{`\REGISTRY\MACHINE`, "HKLM"},
	{`\REGISTRY\USER`, "HKU"},
}

// hives are the roots that ECS abbreviates.
var hives = map[string]string{
	"HKEY_LOCAL_MACHINE": "HKLM", "HKEY_USERS": "HKU", "HKEY_CLASSES_ROOT": "HKCR",
	"HKEY_CURRENT_USER": "HKCU", "HKEY_CURRENT_CONFIG": "HKCC",
	"HKLM": "HKLM", "HKU": "HKU", "HKCR": "HKCR", "HKCU": "HKCU", "HKCC": "HKCC",
}

func registryHive(s string) string {
	root, _, _ := strings.Cut(s, `\`)
	return hives[strings.ToUpper(root)]
}

// registryKey is what lies below the hive.
func registryKey(s string) string {
	root, key, _ := strings.Cut(s, `\`)
	if hives[strings.ToUpper(root)] == "" {
		return s
	}
	return key
}

// cimHive returns the hive as Splunk's add-on names it, for the few that it
// knows.
func cimHive(s string) string {
	s = strings.ToUpper(s)
	switch {
	case strings.HasPrefix(s, `HKLM\SYSTEM\`):
		return `HKEY_LOCAL_MACHINE\System`
	case strings.HasPrefix(s, `HKLM\SOFTWARE\`):
		return `HKEY_LOCAL_MACHINE\Software`
	case strings.HasPrefix(s, `HKU\`):
		return "HKEY_CURRENT_USER"
	}
	return ""
}

// numeric splits Sysmon's "DWORD (0x00000001)" into its type and number.
func numeric(s string) (kind, n string, ok bool) {
	for _, k := range [...]string{"DWORD", "QWORD"} {
		rest, ok := strings.CutPrefix(s, k+" (")
		if ok && strings.HasSuffix(rest, ")") {
			return k, rest[:len(rest)-1], true
		}
	}
	return "", "", false
}

// registryData gives numbers in decimal. A QWORD is written in two halves.
func registryData(v event.Value) event.Value {
	s, _ := v.Str()
	_, n, ok := numeric(s)
	if !ok {
		return v
	}
	if high, low, ok := strings.Cut(n, "-"); ok {
		n = high + strings.TrimPrefix(low, "0x")
	}
	d := number(event.OfString(n))
	if d.IsNull() {
		return v
	}
	return event.OfString(d.Text())
}

func registryType(s string) string {
	if k, _, ok := numeric(s); ok {
		return "SZ_" + k
	}
	if s == "Binary Data" {
		return "REG_BINARY"
	}
	return "SZ"
}

func cimData(s string) string {
	if _, n, ok := numeric(s); ok {
		return n
	}
	return s
}

func cimType(s string) string {
	if k, _, ok := numeric(s); ok {
		return "REG_" + k
	}
	if s == "Binary Data" {
		return "REG_BINARY"
	}
	return "REG_SZ"
}

// answer is an entry of Sysmon's QueryResults: "type:  5 name" or an address.
type answer struct{ data, kind string }

func answerData(a answer) string { return a.data }
func answerType(a answer) string { return a.kind }

func answerIP(a answer) string {
	if a.kind == "A" || a.kind == "AAAA" {
		return a.data
	}
	return ""
}

// dnsPart reads one part of each answer, in order. Parts that are empty are
// left out.
func dnsPart(part func(answer) string) func(event.Value) event.Value {
	return func(v event.Value) event.Value {
		s, _ := v.Str()
		var out []string
		for s != "" {
			var one string
			one, s, _ = strings.Cut(s, ";")
			if one = strings.TrimSpace(one); one == "" || one == "-" {
				continue
			}
			if p := part(parseAnswer(one)); p != "" {
				out = append(out, p)
			}
		}
		switch len(out) {
		case 0:
			return event.Value{}
		case 1:
			return event.OfString(out[0])
		}
		return event.OfStrings(out)
	}
}

func parseAnswer(s string) answer {
	if rest, ok := strings.CutPrefix(s, "type:"); ok {
		n, data, _ := strings.Cut(strings.TrimSpace(rest), " ")
		kind, ok := recordTypes[n]
		if !ok {
			kind = "TYPE" + n
		}
		return answer{strings.TrimSpace(data), kind}
	}
	if v4, ok := strings.CutPrefix(s, "::ffff:"); ok {
		return answer{v4, "A"}
	}
	if strings.Contains(s, ":") {
		return answer{s, "AAAA"}
	}
	return answer{s, "A"}
}

// recordTypes are the DNS record types that occur in answers.
var recordTypes = map[string]string{
	"1": "A", "2": "NS", "5": "CNAME", "6": "SOA", "12": "PTR", "15": "MX",
	"16": "TXT", "28": "AAAA", "33": "SRV", "65": "HTTPS",
}

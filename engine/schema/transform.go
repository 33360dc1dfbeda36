package schema

import (
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
)

// transform makes a value of another, which is not null. It may read further
// fields.
type transform func(*record, event.Value) event.Value

// simple are the transforms without arguments. What they cannot make sense of
// becomes null.
var simple = map[string]func(event.Value) event.Value{
	"text":          func(v event.Value) event.Value { return event.OfString(v.Text()) },
	"number":        number,
	"bool":          boolean,
	"lower":         onText(strings.ToLower),
	"upper":         onText(strings.ToUpper),
	"basename":      onText(basename),
	"dirname":       onText(dirname),
	"extension":     onText(extension),
	"strip-domain":  onText(stripDomain),
	"domain":        onText(domain),
	"trim":          onText(strings.TrimSpace),
	"unquote":       onText(func(s string) string { return strings.Trim(s, " \"") }),
	"ip":            onText(func(s string) string { return strings.TrimPrefix(s, "::ffff:") }),
	"args":          args,
	"args-count":    argsCount,
	"words":         words,
	"first-arg":     firstArg,
	"count":         func(v event.Value) event.Value { return event.OfInt(int64(v.Len())) },
	"audit":         audit,
	"time":          asTime,
	"nt-registry":   onText(ntRegistry),
	"registry-hive": onText(registryHive),
	"registry-key":  onText(registryKey),
	"cim-hive":      onText(cimHive),
	"registry-data": registryData,
	"registry-type": onText(registryType),
	"cim-data":      onText(cimData),
	"cim-type":      onText(cimType),
	"dns-answers":   dnsPart(answerData),
	"dns-types":     dnsPart(answerType),
	"dns-ips":       dnsPart(answerIP),
}

// maker compiles a transform with arguments.
type maker struct {
	min     int
	compile func(s *scope, args []string) (transform, error)
}

// withArgs are the transforms with arguments. It is filled in by init because
// they lead back to expressions, which lead here.
var withArgs map[string]maker

func init() {
	withArgs = map[string]maker{
		"map":        {1, mapping},
		"table":      {1, lookup},
		"prefix":     {1, prefix},
		"hash":       {1, hashOf},
		"segment":    {1, segment},
		"line":       {1, line},
		"same":       {3, same},
		"same-host":  {2, sameHost},
		"list":       {1, list},
		"when":       {2, when(true)},
		"unless":     {2, when(false)},
		"join":       {2, join},
		"invocation": {1, invocation},
	}
}

func transformNames() []string { return append(sorted(simple), sorted(withArgs)...) }

// onText lifts a function over texts. An empty result is null.
func onText(f func(string) string) func(event.Value) event.Value {
	return func(v event.Value) event.Value {
		s, ok := v.Str()
		if !ok {
			return event.Value{}
		}
		return text(f(s))
	}
}

func text(s string) event.Value {
	if s == "" {
		return event.Value{}
	}
	return event.OfString(s)
}

// number reads integers, decimal or hexadecimal with 0x.
func number(v event.Value) event.Value {
	switch v.Kind() {
	case event.Int:
		return v
	case event.Float:
		f, _ := v.Float()
		if i := int64(f); float64(i) == f {
			return event.OfInt(i)
		}
		return v
	case event.String:
		s, _ := v.Str()
		s = strings.TrimSpace(s)
		if hex, ok := strings.CutPrefix(s, "0x"); ok {
			if n, err := strconv.ParseUint(hex, 16, 64); err == nil {
				return event.OfInt(int64(n))
			}
			return event.Value{}
		}
		n, _ := event.ParseNumber(s)
		return n
	}
	return event.Value{}
}

func boolean(v event.Value) event.Value {
	if v.Kind() == event.Bool {
		return v
	}
	s, _ := v.Str()
	switch {
	case strings.EqualFold(s, "true"):
		return event.OfBool(true)
	case strings.EqualFold(s, "false"):
		return event.OfBool(false)
	}
	return event.Value{}
}

// basename returns what follows the last separator, Windows' or a pipe's.
func basename(s string) string { return s[lastSeparator(s)+1:] }

func dirname(s string) string {
	i := lastSeparator(s)
	if i < 0 {
		return ""
	}
	return s[:i]
}

// lastSeparator is strings.LastIndexAny without its preparations, as names are
// short and asked for with nearly every event.
func lastSeparator(s string) int {
	i := len(s) - 1
	for i >= 0 && s[i] != '\\' && s[i] != '/' {
		i--
	}
	return i
}

func extension(s string) string {
	s = basename(s)
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return ""
	}
	return s[i+1:]
}

func stripDomain(s string) string { return s[strings.LastIndexByte(s, '\\')+1:] }

func domain(s string) string {
	i := strings.LastIndexByte(s, '\\')
	if i < 0 {
		return ""
	}
	return s[:i]
}

func words(v event.Value) event.Value {
	s, ok := v.Str()
	if !ok {
		return v
	}
	ws := strings.Fields(s)
	if len(ws) == 0 {
		return event.Value{}
	}
	return event.OfStrings(ws)
}

func asTime(v event.Value) event.Value {
	t, ok := timeOf(v)
	if !ok {
		return event.Value{}
	}
	return event.OfTime(t)
}

// The bits of an event's keywords that tell how an audited attempt ended.
const (
	auditSuccess = 0x0020000000000000
	auditFailure = 0x0010000000000000
)

// audit reads the outcome from the keywords, which come as hexadecimal text,
// as a signed number, or as words.
func audit(v event.Value) event.Value {
	for i := range v.Len() {
		e := v.At(i)
		s, _ := e.Str()
		switch {
		case s == "Audit Success", s == "AUDIT_SUCCESS":
			return event.OfString("success")
		case s == "Audit Failure", s == "AUDIT_FAILURE":
			return event.OfString("failure")
		}
		// A float has lost low bits, not these.
		f, _ := number(e).Float()
		n, ok := number(e).Int()
		if !ok {
			n = int64(f)
		}
		switch {
		case n&auditSuccess != 0:
			return event.OfString("success")
		case n&auditFailure != 0:
			return event.OfString("failure")
		}
	}
	return event.Value{}
}

package fn

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spoor-lang/spoor/engine/event"
)

var _ = register(SPL, &Func{Name: "printf", Min: 1, Max: -1, Bind: bindPrintf})

// maxWidth bounds what a conversion pads to, and the digits that it prints:
// the width of a report's line many times over.
const maxWidth = 10_000

// bindPrintf is printf(format, …). The result is null if an argument is
// missing or does not fit its conversion.
func bindPrintf(lits []*event.Value, _ Options) (Call, error) {
	format, err := patterns(lits, 0, parseFormat)
	if err != nil {
		return nil, err
	}
	return func(_ *Context, args []event.Value) event.Value {
		parts, ok := format(args)
		if !ok {
			return event.Value{}
		}
		p := printer{args: args[1:]}
		for _, c := range parts {
			if !p.conversion(c) || p.b.Len() > maxText {
				return event.Value{}
			}
		}
		return event.OfString(p.b.String())
	}, nil
}

// fromArgument stands for a width or precision that is written as *, and
// unset for a precision that is not written.
const (
	fromArgument = -1
	unset        = -2
)

// conversion is one conversion of a format, with the text before it.
type conversion struct {
	before           string
	minus, zero      bool
	plus, blank      bool
	hash, comma      bool
	width, precision int
	verb             byte // 0 for none
}

// parseFormat takes a format apart.
func parseFormat(s string) ([]conversion, error) {
	var parts []conversion
	for {
		at := strings.IndexByte(s, '%')
		if at < 0 {
			return append(parts, conversion{before: s}), nil
		}
		c := conversion{before: s[:at], precision: unset}
		s = c.flags(s[at+1:])
		s = bound(s, &c.width)
		if strings.HasPrefix(s, ".") {
			c.precision = 0
			s = bound(s[1:], &c.precision)
		}
		if s == "" || strings.IndexByte("aAcdieEfFgGosuxXpz%", s[0]) < 0 {
			return nil, fmt.Errorf("expected a conversion behind %%, found %q", s[:min(1, len(s))])
		}
		if max(c.width, c.precision) > maxWidth {
			return nil, fmt.Errorf("expected a width of at most %d", maxWidth)
		}
		c.verb = s[0]
		parts = append(parts, c)
		s = s[1:]
	}
}

func (c *conversion) flags(s string) string {
	for i := range len(s) {
		switch s[i] {
		case '-':
			c.minus = true
		case '0':
			c.zero = true
		case '+':
			c.plus = true
		case ' ':
			c.blank = true
		case '#':
			c.hash = true
		case '\'':
			c.comma = true
		default:
			return s[i:]
		}
	}
	return ""
}

// bound reads a width or a precision.
func bound(s string, n *int) string {
	if strings.HasPrefix(s, "*") {
		*n = fromArgument
		return s[1:]
	}
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		*n = min(*n*10+int(s[i]-'0'), maxWidth+1)
		i++
	}
	return s[i:]
}

// printer writes conversions, and takes their arguments one by one.
type printer struct {
	b    strings.Builder
	args []event.Value
}

func (p *printer) next() (event.Value, bool) {
	if len(p.args) == 0 {
		return event.Value{}, false
	}
	v := p.args[0]
	p.args = p.args[1:]
	return v, true
}

// star puts an argument in the place of a *.
func (p *printer) star(n *int) bool {
	if *n != fromArgument {
		return true
	}
	v, ok := p.next()
	if ok {
		*n, ok = whole(v)
	}
	return ok && *n >= -maxWidth && *n <= maxWidth
}

func (p *printer) conversion(c conversion) bool {
	p.b.WriteString(c.before)
	if c.verb == 0 {
		return true
	}
	if !p.star(&c.width) || !p.star(&c.precision) {
		return false
	}
	if c.width < 0 {
		c.width, c.minus = -c.width, true
	}
	if c.verb == '%' {
		p.b.WriteByte('%')
		return true
	}
	v, ok := p.next()
	if !ok {
		return false
	}
	switch c.verb {
	case 's', 'z':
		return p.text(c, v.Text())
	case 'c':
		return p.character(c, v)
	case 'd', 'i', 'u', 'o', 'x', 'X', 'p':
		return p.integer(c, v)
	}
	return p.float(c, v)
}

func (p *printer) text(c conversion, s string) bool {
	if c.precision >= 0 && utf8.RuneCountInString(s) > c.precision {
		s = s[:runeOffset(s, c.precision)]
	}
	c.zero = false
	p.pad(c, "", s)
	return true
}

// character prints a code point, or the first character of a text.
func (p *printer) character(c conversion, v event.Value) bool {
	c.precision = unset
	if n, ok := truncated(v); ok {
		if n < 0 || n > utf8.MaxRune {
			return false
		}
		return p.text(c, string(rune(n)))
	}
	s := v.Text()
	_, size := utf8.DecodeRuneInString(s)
	return p.text(c, s[:size])
}

func (p *printer) integer(c conversion, v event.Value) bool {
	n, ok := truncated(v)
	if !ok || n < 0 && c.verb != 'd' && c.verb != 'i' {
		return false
	}
	base, prefix := 10, ""
	switch c.verb {
	case 'o':
		base = 8
	case 'x', 'X', 'p':
		if base = 16; c.hash && n != 0 {
			prefix = "0x"
		}
	}
	s := strconv.FormatUint(uint64(max(n, -n)), base)
	if c.verb == 'X' || c.verb == 'p' {
		s, prefix = strings.ToUpper(s), strings.ToUpper(prefix)
	}
	if c.precision == 0 && n == 0 {
		s = ""
	}
	if c.precision >= 0 {
		c.zero = false
		s = strings.Repeat("0", max(0, c.precision-len(s))) + s
	}
	if c.verb == 'o' && c.hash && !strings.HasPrefix(s, "0") {
		s = "0" + s
	}
	if c.comma && base == 10 {
		s = thousands(s)
	}
	if c.verb == 'd' || c.verb == 'i' {
		prefix = c.sign(n < 0)
	}
	p.pad(c, prefix, s)
	return true
}

func (p *printer) float(c conversion, v event.Value) bool {
	f, ok := numeric(v)
	if !ok {
		return false
	}
	verb := map[byte]string{'a': "x", 'A': "X"}[c.verb]
	if verb == "" {
		verb = string(rune(c.verb))
	}
	format := "%"
	if c.hash {
		format += "#"
	}
	precision := c.precision
	if precision < 0 && verb != "x" && verb != "X" {
		precision = 6
	}
	if precision == 0 && (verb == "g" || verb == "G") {
		precision = 1
	}
	if precision >= 0 {
		format += "." + strconv.Itoa(precision)
	}
	s := fmt.Sprintf(format+verb, math.Abs(f))
	prefix := c.sign(math.Signbit(f))
	switch verb {
	case "x", "X": // C writes an exponent of one digit where that is enough
		s, prefix = shortExponent(s[2:]), prefix+s[:2]
	}
	if c.comma && (verb == "f" || verb == "F") {
		s = thousands(s)
	}
	p.pad(c, prefix, s)
	return true
}

func shortExponent(s string) string {
	n := len(s)
	if n > 2 && s[n-2] == '0' && (s[n-3] == '+' || s[n-3] == '-') {
		return s[:n-2] + s[n-1:]
	}
	return s
}

func (c conversion) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case c.plus:
		return "+"
	case c.blank:
		return " "
	}
	return ""
}

// pad writes a prefix and digits, or a text, to the conversion's width.
func (p *printer) pad(c conversion, prefix, s string) {
	n := max(0, c.width-utf8.RuneCountInString(prefix)-utf8.RuneCountInString(s))
	switch {
	case c.minus:
		p.b.WriteString(prefix + s + strings.Repeat(" ", n))
	case c.zero:
		p.b.WriteString(prefix + strings.Repeat("0", n) + s)
	default:
		p.b.WriteString(strings.Repeat(" ", n) + prefix + s)
	}
}

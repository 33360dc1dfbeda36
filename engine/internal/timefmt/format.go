package timefmt

import (
	"strconv"
	"strings"
	"time"
)

// Format prints t, in its own location, as a strftime layout says. A
// conversion that is not known stays as it is written; an empty layout gives
// an empty text.
//
// The names are English, and %c, %x, %X have the forms that Splunk documents
// for US English. %N prints nine digits of the second's fraction and %Q three,
// where no number stands before the letter.
func Format(t time.Time, layout string) string {
	var b strings.Builder
	b.Grow(len(layout) + 16)
	format(&b, t, layout)
	return b.String()
}

func format(b *strings.Builder, t time.Time, layout string) {
	for layout != "" {
		i := strings.IndexByte(layout, '%')
		if i < 0 {
			b.WriteString(layout)
			return
		}
		b.WriteString(layout[:i])
		d := readDirective(layout[i:])
		if !d.write(b, t) {
			b.WriteString(layout[i : i+d.size])
		}
		layout = layout[i+d.size:]
	}
}

// directive is one conversion of a layout: %Y, %3N, %-d, %:z, %Ez.
type directive struct {
	verb   byte // 0 for a lone % at the end
	flag   byte // '-', '_', '0', '^', 'E' or 0
	digits int  // the number before the verb; 0 for none
	colons int  // of %:z and its like
	size   int  // bytes of the layout
}

// readDirective reads the conversion that s starts with.
func readDirective(s string) directive {
	var d directive
	i := 1
	if i < len(s) && strings.IndexByte("-_0^E", s[i]) >= 0 {
		d.flag = s[i]
		i++
	}
	for ; i < len(s) && s[i] == ':' && d.colons < 3; i++ {
		d.colons++
	}
	if i < len(s) && '1' <= s[i] && s[i] <= '9' {
		d.digits = int(s[i] - '0')
		i++
	}
	if i < len(s) {
		d.verb = s[i]
		i++
	}
	d.size = i
	return d
}

// composed are the conversions that stand for a layout of others.
var composed = map[byte]string{
	'c': "%a %b %e %H:%M:%S %Y",
	'+': "%a %b %e %H:%M:%S %Z %Y",
	'D': "%m/%d/%y",
	'F': "%Y-%m-%d",
	'R': "%H:%M",
	'r': "%I:%M:%S %p",
	'T': "%H:%M:%S",
	'x': "%m/%d/%Y",
	'X': "%H:%M:%S",
	'v': "%e-%b-%Y",
}

// write prints one conversion, and reports whether it knows it.
func (d directive) write(b *strings.Builder, t time.Time) bool {
	if l, ok := composed[d.verb]; ok {
		format(b, t, l)
		return true
	}
	if d.number(b, t) {
		return true
	}
	switch d.verb {
	case 'a':
		d.word(b, t.Weekday().String()[:3])
	case 'A':
		d.word(b, t.Weekday().String())
	case 'b', 'h':
		d.word(b, t.Month().String()[:3])
	case 'B':
		d.word(b, t.Month().String())
	case 'p':
		d.word(b, halfDay(t))
	case 'P':
		b.WriteString(strings.ToLower(halfDay(t)))
	case 'N', 'Q', 'f':
		d.fraction(b, t)
	case 's':
		b.WriteString(strconv.FormatInt(t.Unix(), 10))
	case 'z':
		d.offset(b, t)
	case 'Z':
		name, _ := t.Zone()
		b.WriteString(name)
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case '%':
		b.WriteByte('%')
	default:
		return false
	}
	return true
}

// number prints the conversions that are padded numbers.
func (d directive) number(b *strings.Builder, t time.Time) bool {
	switch d.verb {
	case 'Y':
		d.pad(b, t.Year(), 4, '0')
	case 'C':
		d.pad(b, t.Year()/100, 2, '0')
	case 'y':
		d.pad(b, t.Year()%100, 2, '0')
	case 'm':
		d.pad(b, int(t.Month()), 2, '0')
	case 'd':
		d.pad(b, t.Day(), 2, '0')
	case 'e':
		d.pad(b, t.Day(), 2, ' ')
	case 'H':
		d.pad(b, t.Hour(), 2, '0')
	case 'k':
		d.pad(b, t.Hour(), 2, ' ')
	case 'I':
		d.pad(b, hour12(t), 2, '0')
	case 'l':
		d.pad(b, hour12(t), 2, ' ')
	case 'M':
		d.pad(b, t.Minute(), 2, '0')
	case 'S':
		d.pad(b, t.Second(), 2, '0')
	case 'j':
		d.pad(b, t.YearDay(), 3, '0')
	case 'w':
		d.pad(b, int(t.Weekday()), 1, '0')
	case 'u':
		d.pad(b, (int(t.Weekday())+6)%7+1, 1, '0')
	default:
		return d.week(b, t)
	}
	return true
}

// week prints the conversions that number weeks.
func (d directive) week(b *strings.Builder, t time.Time) bool {
	year, iso := t.ISOWeek()
	switch d.verb {
	case 'U': // weeks begin on Sunday; days before the first are in week 0
		d.pad(b, (t.YearDay()+6-int(t.Weekday()))/7, 2, '0')
	case 'W': // weeks begin on Monday
		d.pad(b, (t.YearDay()+6-(int(t.Weekday())+6)%7)/7, 2, '0')
	case 'V':
		d.pad(b, iso, 2, '0')
	case 'G':
		d.pad(b, year, 4, '0')
	case 'g':
		d.pad(b, year%100, 2, '0')
	default:
		return false
	}
	return true
}

func (d directive) pad(b *strings.Builder, n, width int, fill byte) {
	switch d.flag {
	case '-':
		width = 0
	case '_':
		fill = ' '
	case '0':
		fill = '0'
	}
	s := strconv.Itoa(n)
	for i := len(s); i < width; i++ {
		b.WriteByte(fill)
	}
	b.WriteString(s)
}

func (d directive) word(b *strings.Builder, s string) {
	if d.flag == '^' {
		s = strings.ToUpper(s)
	}
	b.WriteString(s)
}

func (d directive) fraction(b *strings.Builder, t time.Time) {
	n := d.digits
	if n == 0 {
		n = map[byte]int{'N': 9, 'Q': 3, 'f': 6}[d.verb]
	}
	s := strconv.Itoa(1_000_000_000 + t.Nanosecond())
	b.WriteString(s[1 : 1+n])
}

// offset prints the distance from UTC: +hhmm, with colons +hh:mm, +hh:mm:ss or
// +hh, and for %Ez minutes.
func (d directive) offset(b *strings.Builder, t time.Time) {
	_, sec := t.Zone()
	sign := byte('+')
	if sec < 0 {
		sign, sec = '-', -sec
	}
	b.WriteByte(sign)
	if d.flag == 'E' {
		b.WriteString(strconv.Itoa(sec / 60))
		return
	}
	two := func(n int) { directive{}.pad(b, n, 2, '0') }
	two(sec / 3600)
	if d.colons == 3 {
		return
	}
	if d.colons > 0 {
		b.WriteByte(':')
	}
	two(sec / 60 % 60)
	if d.colons == 2 {
		b.WriteByte(':')
		two(sec % 60)
	}
}

func hour12(t time.Time) int { return (t.Hour()+11)%12 + 1 }

func halfDay(t time.Time) string {
	if t.Hour() < 12 {
		return "AM"
	}
	return "PM"
}

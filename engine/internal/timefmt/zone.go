package timefmt

import (
	"strings"
	"time"
)

// Names are tried longest first, so that "June" is not read as "Jun" and "e".
var (
	weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	months   = []string{"january", "february", "march", "april", "may", "june", "july",
		"august", "september", "october", "november", "december"}
	halves = []string{"am", "pm"}
)

// name reads one of the names, whole or cut to its first three letters, in any
// case, and returns its index.
func (r *reader) name(names []string) (int, bool) {
	for i, n := range names {
		if hasFold(r.s, n) {
			r.s = r.s[len(n):]
			return i, true
		}
	}
	for i, n := range names {
		if len(n) > 3 && hasFold(r.s, n[:3]) {
			r.s = r.s[3:]
			return i, true
		}
	}
	return 0, false
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// offset reads Z, +hh, +hhmm, +hh:mm, +hhmmss or +hh:mm:ss.
func (r *reader) offset() bool {
	r.blanks()
	if hasFold(r.s, "Z") {
		r.s, r.zone = r.s[1:], time.UTC
		return true
	}
	if r.s == "" || r.s[0] != '+' && r.s[0] != '-' {
		return false
	}
	negative := r.s[0] == '-'
	r.s = r.s[1:]
	hours, ok := r.pair(23)
	if !ok {
		return false
	}
	sec := hours * 3600
	if n, ok := r.pair(59); ok {
		sec += n * 60
		if n, ok := r.pair(59); ok {
			sec += n
		}
	}
	if negative {
		sec = -sec
	}
	r.zone = time.FixedZone("", sec)
	return true
}

// pair reads two digits, with or without a colon before them.
func (r *reader) pair(high int) (int, bool) {
	s := strings.TrimPrefix(r.s, ":")
	if len(s) < 2 || !isDigit(s[0]) || !isDigit(s[1]) {
		return 0, false
	}
	r.s = s[2:]
	n := int(s[0]-'0')*10 + int(s[1]-'0')
	return n, n <= high
}

// abbreviations are the names of zones, in hours from UTC, that logs write.
// Those that several countries use for different zones are read as the
// American ones, as most parsers do.
var abbreviations = map[string]float64{
	"UTC": 0, "GMT": 0, "Z": 0, "UT": 0, "WET": 0, "WEST": 1, "BST": 1,
	"CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5,
	"SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
	"NZST": 12, "NZDT": 13,
	"AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
	"MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}

// zoneName reads an abbreviation or a name of the time zone database ("UTC",
// "PST", "GMT-0700").
func (r *reader) zoneName() bool {
	r.blanks()
	i := 0
	for i < len(r.s) && (r.s[i]|0x20 >= 'a' && r.s[i]|0x20 <= 'z') {
		i++
	}
	name := r.s[:i]
	hours, ok := abbreviations[strings.ToUpper(name)]
	if !ok {
		local, _ := r.now.Zone()
		if i == 0 || !strings.EqualFold(local, name) {
			return false
		}
		r.s = r.s[i:]
		return true
	}
	r.s = r.s[i:]
	r.zone = time.FixedZone(strings.ToUpper(name), int(hours*3600))
	if r.s != "" && (r.s[0] == '+' || r.s[0] == '-') {
		return r.offset()
	}
	return true
}

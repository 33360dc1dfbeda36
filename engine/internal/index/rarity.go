package index

import (
	"math/bits"
	"strings"
)

// common are pieces that so many texts of logs hold that they tell little
// apart: the parts of usual paths.
var common = []string{
	`\device\harddiskvolume`, `program files`, `windows`, `system32`, `syswow64`, `microsoft`, `programdata`,
	`appdata`, `users`, `local`, `roaming`, `temp`, `currentversion`, `software`, `currentcontrolset`, `services`, `hklm`,
	`registry`, `machine`, `control`, `http`, `/usr/`, `/bin/`, `/var/`, `/lib/`, `/etc/`, `library`, `exe`, `dll`, `com`, `c:\`,
	`system`,
}

// beginning are the places among the common pieces of those that begin with a byte.
var beginning = func() (at [256][]int) {
	for i, c := range common {
		at[c[0]] = append(at[c[0]], i)
	}
	return at
}()

// usual are values that many events have: flags, and the program that starts most
// of the others.
var usual = map[string]float64{
	"true": 0.4, "false": 0.4,
	"svchost.exe": 0.2, `c:\windows\system32\svchost.exe`: 0.2,
}

// categoryShare is that of a value of a field that has few.
const categoryShare = 0.3

// information is about how many characters of a folded text tell it apart: a
// little, if it is put together of common pieces alone.
func information(text string) float64 {
	n := float64(len(text))
	if len(text) > 64 {
		return n
	}
	var held uint64 // by the places of the pieces, of which there are no more than bits
	for i := range len(text) {
		for _, at := range beginning[text[i]] {
			if strings.HasPrefix(text[i:], common[at]) {
				held |= 1 << at
			}
		}
	}
	for ; held != 0; held &= held - 1 {
		n -= float64(len(common[bits.TrailingZeros64(held)])) - 0.5
	}
	return max(n-float64(strings.Count(text, `\`))/2-float64(strings.Count(text, ".")), 0.5)
}

// share estimates the share of events for which an atom holds, before anything
// is known of the events.
func (a *atom) share() float64 {
	if a.odds == 0 {
		a.odds = a.guess()
	}
	return a.odds
}

func (a *atom) guess() float64 {
	switch a.kind {
	case missing, unset:
		return 0.6
	case present:
		if a.extra {
			return 0.1
		}
		return 0.75
	case number:
		if a.num == 0 || a.num == 1 {
			return 0.1
		}
		return 0.01
	case exact:
		if share, ok := usual[a.text]; ok {
			return share
		}
		return max(0.001, 0.02/float64(len(a.text)+1))
	}
	return a.partShare(information(a.text))
}

// partShare is the share of a part with n characters that tell it apart.
func (a *atom) partShare(n float64) float64 {
	if a.head || a.tail {
		n++
	}
	switch {
	case n < 2:
		return 0.5
	case n < 3:
		return 0.2
	case n < 5:
		return 0.05
	}
	return 0.05 / n
}

// share is the share of events for which one of the atoms holds, as if they had
// nothing to do with each other.
func (c clause) share() float64 {
	none := 1.0
	for i := range c {
		none *= 1 - c[i].share()
	}
	return 1 - none
}

// rarest returns the clause that the fewest events should meet.
func rarest(list []clause) clause {
	best, least := list[0], list[0].share()
	for _, c := range list[1:] {
		if share := c.share(); share < least {
			best, least = c, share
		}
	}
	return best
}

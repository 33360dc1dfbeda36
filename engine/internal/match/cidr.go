package match

import (
	"fmt"
	"net/netip"
	"slices"
	"sort"
	"strings"
)

// Addrs is a set of addresses. It is read only.
type Addrs struct {
	spans []span // disjoint, ascending
}

type span struct{ first, last netip.Addr }

// CIDR compiles a list of address prefixes and bare addresses. The host part
// of a prefix does not count, and an IPv4 address is the same as its form in
// IPv6, so that ::/0 is every address.
func CIDR(list ...string) (*Addrs, error) {
	a := &Addrs{}
	for _, text := range list {
		p, ok := Prefix(text)
		if !ok {
			return nil, fmt.Errorf("expected an address or a prefix such as 10.0.0.0/8, found %q", text)
		}
		a.spans = append(a.spans, span{p.Addr(), lastOf(p)})
		if Within(p, netip.IPv4Unspecified()) && !p.Addr().Is4() {
			a.spans = append(a.spans, span{netip.IPv4Unspecified(), netip.AddrFrom4([4]byte{255, 255, 255, 255})})
		}
	}
	slices.SortFunc(a.spans, func(x, y span) int { return x.first.Compare(y.first) })
	merged := a.spans[:0]
	for _, s := range a.spans {
		if n := len(merged); n > 0 && merged[n-1].last.Compare(s.first) >= 0 {
			if merged[n-1].last.Less(s.last) {
				merged[n-1].last = s.last
			}
			continue
		}
		merged = append(merged, s)
	}
	a.spans = merged
	return a, nil
}

// Contains reports whether the address is in the set.
func (a *Addrs) Contains(ip netip.Addr) bool {
	i := sort.Search(len(a.spans), func(i int) bool { return ip.Less(a.spans[i].first) })
	return i > 0 && !a.spans[i-1].last.Less(ip)
}

// Addr reads an address, without its zone and, if it is an IPv4 address in
// IPv6's form, as IPv4.
func Addr(s string) (netip.Addr, bool) {
	if !plausible(s) {
		return netip.Addr{}, false
	}
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, false
	}
	return ip.Unmap().WithZone(""), true
}

// plausible keeps texts that are no addresses from the parser, whose errors
// allocate.
func plausible(s string) bool {
	if len(s) < len("::") || strings.IndexByte(s, '.') < 0 && strings.IndexByte(s, ':') < 0 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F', c == '.', c == ':':
		case c == '%':
			return i > 0
		default:
			return false
		}
	}
	return true
}

// Prefix reads a prefix, or an address as the prefix of itself.
func Prefix(s string) (netip.Prefix, bool) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "/") {
		ip, ok := Addr(s)
		if !ok {
			return netip.Prefix{}, false
		}
		return netip.PrefixFrom(ip, ip.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	if p.Addr().Is4In6() && p.Bits() >= mapped.Bits() {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mapped.Bits())
	}
	return p.Masked(), true
}

// mapped is the prefix of IPv4 addresses in IPv6's form.
var mapped = netip.MustParsePrefix("::ffff:0:0/96")

// Within reports whether an address lies in a prefix. A prefix of IPv6 that
// has room for the addresses of IPv4 has them.
func Within(p netip.Prefix, ip netip.Addr) bool {
	if ip.Is4() && !p.Addr().Is4() {
		ip = netip.AddrFrom16(ip.As16())
	}
	return p.Contains(ip)
}

// lastOf returns the last address of a prefix.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	ip, _ := netip.AddrFromSlice(b)
	return ip
}

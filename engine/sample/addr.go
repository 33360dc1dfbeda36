package sample

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/spoor-lang/spoor/engine/event"
)

// addresses are some of the addresses in a prefix.
func addresses(prefix string) []event.Value {
	p, err := netip.ParsePrefix(prefix)
	if err != nil {
		a, err := netip.ParseAddr(prefix)
		if err != nil {
			return nil
		}
		return []event.Value{event.OfString(a.String())}
	}
	first := p.Masked().Addr()
	var out []event.Value
	for _, a := range []netip.Addr{first.Next(), first, first.Next().Next()} {
		if a.IsValid() && p.Contains(a) {
			out = append(out, event.OfString(a.String()))
		}
	}
	return out
}

// publicAddresses lie in none of the usual private or reserved networks, but
// for the first, which is reserved for documents such as samples are.
var publicAddresses = []string{"203.0.113.10", "8.8.8.8", "93.184.216.34", "52.0.0.1", "2606:4700::1111", "10.0.0.1", "127.0.0.1"}

func formatInt(n int64, base int) string { return strconv.FormatInt(n, base) }

// usual is a value as a field of that name has it, as far as the name tells.
func usual(name string) []event.Value {
	if i := strings.LastIndexByte(name, separator); i >= 0 {
		name = name[i+1:]
	}
	last := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	text := event.OfString(last + "-1")
	num := event.OfInt(4242)
	addr := event.OfString(publicAddresses[0])
	switch {
	case last == "pid" || last == "port" || strings.HasSuffix(last, "_port") || strings.HasSuffix(last, "count") || last == "uid":
		return []event.Value{num, text}
	case last == "ip" || last == "address" || strings.HasSuffix(last, "_ip"):
		return []event.Value{addr, text, num}
	}
	return []event.Value{text, num, addr}
}

package match

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCIDR(t *testing.T) {
	for _, c := range []struct {
		prefix, addr string
		want         bool
	}{
		{"10.0.0.0/8", "10.255.0.1", true},
		{"10.0.0.0/8", "11.0.0.0", false},
		{"10.6.48.157/8", "10.1.1.1", true}, // the host part does not count
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "127.0.0.2", false},
		{"::1", "::1", true},
		{"::1", "0:0:0:0:0:0:0:1", true},
		{"fe80::/10", "fe80::1%eth0", true},
		{"fe80::/10", "FEBF::1", true},
		{"10.0.0.0/8", "::ffff:10.1.2.3", true},
		{"::ffff:10.0.0.0/104", "10.1.2.3", true},
		{"0.0.0.0/0", "::1", false},
		{"::/0", "1.2.3.4", true},
		{"::/0", "::1", true},
		{"::ffff:0:0/95", "1.2.3.4", true},
		{"fe80::/10", "1.2.3.4", false},
		{"10.0.0.0/8", "", false},
		{"10.0.0.0/8", "10.1", false},
		{"10.0.0.0/8", "host.example", false},
		{"10.0.0.0/8", "10.0.0.0/8", false},
	} {
		a, err := CIDR(c.prefix)
		require.NoError(t, err)
		ip, ok := Addr(c.addr)
		assert.Equal(t, c.want, ok && a.Contains(ip), "%s in %s", c.addr, c.prefix)
	}
	for _, bad := range []string{"", "10.0.0.0/33", "10.0.0", "x/8", "::/129"} {
		_, err := CIDR(bad)
		assert.Error(t, err, bad)
	}
}

// TestCIDRList compares lists with asking every prefix.
func TestCIDRList(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func() netip.Addr {
		return netip.AddrFrom4([4]byte{byte(r.IntN(4)), byte(r.IntN(4)), byte(r.IntN(256)), byte(r.IntN(256))})
	}
	for range 200 {
		var texts []string
		var prefixes []netip.Prefix
		for range 1 + r.IntN(20) {
			p := netip.PrefixFrom(random(), 8+r.IntN(25))
			texts, prefixes = append(texts, p.String()), append(prefixes, p.Masked())
		}
		a, err := CIDR(texts...)
		require.NoError(t, err)
		for range 50 {
			ip, want := random(), false
			for _, p := range prefixes {
				want = want || p.Contains(ip)
			}
			require.Equal(t, want, a.Contains(ip), "%s in %v", ip, texts)
		}
	}
}

package schema

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spoor-lang/spoor/engine/event"
)

func TestSplitArgs(t *testing.T) {
	long := strings.Repeat("a", 150)
	for line, want := range map[string][]string{
		``:                         {},
		" \t":                      {},
		`x.exe "a b"	c`:            {`x.exe`, `a b`, `c`},
		`  "c:\a b\x.exe"  -k "d"`: {`c:\a b\x.exe`, `-k`, `d`},
		`x ""`:                     {`x`, ``},
		`x "" ""`:                  {`x`, ``, ``},
		`x "a\"b" c`:               {`x`, `a"b`, `c`},
		`x "c:\a b\\" d`:           {`x`, `c:\a b\`, `d`},
		`x "c:\a b\" d`:            {`x`, `c:\a b" d`},
		`x "c:\a b\c" d\e`:         {`x`, `c:\a b\c`, `d\e`},
		`x a\\b \"c`:               {`x`, `a\\b`, `"c`},
		`x "a""b" c`:               {`x`, `a"b`, `c`},
		`x a"b c"d`:                {`x`, `ab cd`},
		`x "a"b c`:                 {`x`, `ab`, `c`},
		`x "a b`:                   {`x`, `a b`},
		`x "`:                      {`x`, ``},
		long + "\t" + long + " b":  {long, long, `b`},
	} {
		assert.Equal(t, want, splitArgs(line), line)
		n, _ := argsCount(event.OfString(line)).Int()
		assert.EqualValues(t, len(want), n, line)
	}
}

func TestPart(t *testing.T) {
	for _, s := range []string{"", `\`, "a", `a\b`, `\a\\b\`, `HKLM\System\Setup\Value`} {
		all := strings.Split(s, `\`)
		for i := range len(all) + 2 {
			first, last := "", ""
			if i < len(all) {
				first, last = all[i], all[len(all)-1-i]
			}
			assert.Equal(t, first, part(s, i+1), "%s %d", s, i+1)
			assert.Equal(t, last, part(s, -i-1), "%s %d", s, -i-1)
		}
	}
}

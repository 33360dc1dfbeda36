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

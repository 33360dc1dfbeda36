package fn

import (
	"errors"

	"github.com/spoor-lang/spoor/engine/event"
)

// lookup() reads tables, which functions do not see. It is known so that the
// error can say what to write instead.
var _ = register(SPL, &Func{Name: "lookup", Min: 0, Max: -1, Bind: func([]*event.Value, bool) (Call, error) {
	return nil, errors.New("the function is not supported, use the lookup command")
}})

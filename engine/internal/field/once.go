package field

import "github.com/spoor-lang/spoor/engine/event"

// Once makes the text and the copy of the object in a slot once, however many ask for
// them before the next reset: those of a large object cost far more than what asks. A
// slot with another value stays as it is.
func (f *Frame) Once(slot int) {
	t, ok := f.Get(slot).Tree()
	if !ok {
		return
	}
	if _, ok := t.(*once); !ok {
		f.Set(slot, event.OfTree(&once{Tree: t}))
	}
}

// once is an object that keeps its text and its copy.
type once struct {
	event.Tree
	text string
	copy event.Value
}

var _ event.Copier = (*once)(nil)

func (o *once) Text() string {
	if o.text == "" {
		o.text = event.OfTree(o.Tree).Text()
	}
	return o.text
}

func (o *once) Copy() event.Value {
	if o.copy.IsNull() {
		o.copy = event.OfTree(o.Tree).Clone()
	}
	return o.copy
}

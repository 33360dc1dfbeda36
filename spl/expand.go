package spl

import (
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
)

// maxMacroDepth is how deep macros may call one another. Splunk stops at a
// hundred, too; content that people write stays below ten.
const maxMacroDepth = 100

// maxMacroText is how much text the macros of one search may produce in all.
// The longest search of public detection content has five kilobytes expanded;
// a megabyte stops a bomb of macros that double one another.
const maxMacroText = 1 << 20

// expansion is a search's text without comments and with its macros replaced
// by what they stand for.
type expansion struct {
	text string
	// spans map offsets in text to offsets in the text as written, in
	// ascending order. None: the two texts are the same.
	spans []span
}

// span is a stretch of expanded text. A copied one moves along with the text
// as written, a fixed one came from a macro and stands where that was called.
type span struct {
	at, origin int
	fixed      bool
}

// origin returns where the text at the offset off was written.
func (e *expansion) origin(off int) int {
	i := sort.Search(len(e.spans), func(i int) bool { return e.spans[i].at > off }) - 1
	if i < 0 {
		return off
	}
	s := e.spans[i]
	if s.fixed {
		return s.origin
	}
	return s.origin + off - s.at
}

// expand strips the comments from a search and replaces its macros.
func expand(src *ast.Source, c *Content) (expansion, error) {
	if strings.IndexByte(src.Text, '`') < 0 {
		return expansion{text: src.Text}, nil
	}
	x := expanders.Get().(*expander)
	defer x.forget()
	x.src, x.content = src, c
	if err := x.run(src.Text); err != nil {
		return expansion{}, err
	}
	return expansion{string(x.out), slices.Clone(x.spans)}, nil
}

// expander writes the expansion of a text.
type expander struct {
	src     *ast.Source
	content *Content
	out     []byte
	spans   []span
	calls   []string // the macros that are being expanded, outermost first
	call    int      // where the outermost of them was called
	made    int      // bytes that macros produced
}

var expanders = sync.Pool{New: func() any { return new(expander) }}

// forget lets go of what was expanded, and gives the memory to others.
func (x *expander) forget() {
	*x = expander{out: x.out[:0], spans: x.spans[:0]}
	expanders.Put(x)
}

// run appends the expansion of text, which is the search itself or, with
// calls, a macro's definition.
func (x *expander) run(text string) error {
	quoted, from := false, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == '`' && !quoted:
			x.copy(text, from, i)
			end, err := x.backtick(text, i)
			if err != nil {
				return err
			}
			from, i = end, end-1
		}
	}
	x.copy(text, from, len(text))
	return nil
}

// copy appends a stretch of text that holds no macro.
func (x *expander) copy(text string, from, to int) {
	if from >= to {
		return
	}
	s := span{len(x.out), from, false}
	if len(x.calls) > 0 {
		s.origin, s.fixed = x.call, true
	}
	x.spans = append(x.spans, s)
	x.out = append(x.out, text[from:to]...)
}

// backtick handles the comment or the macro call that begins at the offset at
// and returns the offset behind it.
func (x *expander) backtick(text string, at int) (int, error) {
	const fence = "```"
	if strings.HasPrefix(text[at:], fence) {
		n := strings.Index(text[at+len(fence):], fence)
		if n < 0 {
			return 0, x.errorf(at, "the comment has no end, expected ```")
		}
		x.spans = append(x.spans, span{len(x.out), x.place(at), true})
		x.out = append(x.out, ' ')
		return at + n + 2*len(fence), nil
	}
	end := closingTick(text, at+1)
	if end < 0 {
		return 0, x.errorf(at, "the macro has no end, expected `")
	}
	return end + 1, x.macro(text[at+1:end], at)
}

// closingTick returns the offset of the backtick that ends the macro call
// whose inside begins at the offset at, or -1.
func closingTick(text string, at int) int {
	quoted := false
	for i := at; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case '`':
			if !quoted {
				return i
			}
		}
	}
	return -1
}

// macro appends the expansion of one call, written at the offset at.
func (x *expander) macro(call string, at int) error {
	name, args, ok := splitCall(call)
	if !ok {
		return x.errorf(at, "expected a macro's name or name(arguments) between backticks, found %q", short(call))
	}
	if name == "comment" && len(args) == 1 {
		return nil
	}
	m, ok := x.content.macro(name, len(args))
	if !ok {
		return x.unknown(name, len(args), at)
	}
	switch {
	case m.Eval && (x.content == nil || x.content.Evaluate == nil):
		return x.errorf(at, "macro %q is an eval macro, and the content has no Evaluate", name)
	case x.calling(name, len(args)):
		return x.errorf(at, "macro %q calls itself: %s", name, x.chain()+" -> "+name)
	case len(x.calls) >= maxMacroDepth:
		return x.errorf(at, "macros call one another more than %d deep: %s", maxMacroDepth, x.chain())
	}
	text, tooLong := substitute(m, args, maxMacroText-x.made)
	if tooLong {
		return x.errorf(at, "macro %q makes more than %d bytes of text", name, maxMacroText)
	}
	if len(x.calls) == 0 {
		x.call = at
	}
	x.made += len(text) + 1 // so that calls of empty macros count
	x.calls = append(x.calls, macroKey(name, len(args)))
	defer func() { x.calls = x.calls[:len(x.calls)-1] }()
	if m.Eval {
		return x.evaluate(text, at)
	}
	return x.run(text)
}

// evaluate appends what an eval macro's definition comes to.
func (x *expander) evaluate(text string, at int) error {
	inner := expander{src: x.src, content: x.content, calls: x.calls, call: x.call, made: x.made}
	if err := inner.run(text); err != nil {
		return err
	}
	x.made = inner.made
	e, err := parseEvalExpr(string(inner.out))
	if err != nil {
		return x.errorf(at, "the macro is no expression: %s", err)
	}
	out, err := x.content.Evaluate(e)
	switch {
	case err != nil:
		return x.errorf(at, "the macro's expression has no value: %s", err)
	case len(out) > maxMacroText-x.made:
		return x.errorf(at, "the macro makes more than %d bytes of text", maxMacroText)
	}
	x.made += len(out)
	x.copy(out, 0, len(out))
	return nil
}

// calling tells whether a macro is being expanded already.
func (x *expander) calling(name string, nargs int) bool {
	key := macroKey(name, nargs)
	for _, c := range x.calls {
		if c == key {
			return true
		}
	}
	return false
}

// chain prints the macros that are being expanded. The inner ones of a long
// chain are left out.
func (x *expander) chain() string {
	if n := len(x.calls); n > 5 {
		return strings.Join(x.calls[:3], " -> ") + " -> … -> " + x.calls[n-1]
	}
	return strings.Join(x.calls, " -> ")
}

// place is where an error at the offset at is reported: in the search, where
// the outermost macro was called.
func (x *expander) place(at int) int {
	if len(x.calls) > 0 {
		return x.call
	}
	return at
}

func (x *expander) errorf(at int, format string, args ...any) error {
	if len(x.calls) > 0 {
		format += " (in macro %s)"
		args = append(args, x.chain())
	}
	return x.src.Errorf(x.place(at), format, args...)
}

// maxArguments bounds how many arguments are tried to tell a wrong number of
// arguments from a wrong name.
const maxArguments = 9

func (x *expander) unknown(name string, nargs, at int) error {
	for n := range maxArguments + 1 {
		if _, ok := x.content.macro(name, n); ok && n != nargs {
			return x.errorf(at, "macro %q takes %s, found %d", name, plural(n, "argument"), nargs)
		}
	}
	return x.errorf(at, "unknown macro %q%s", name, syntax.Suggest(name, x.content.macroNames()))
}

// splitCall takes a call apart: name, or name(argument, …).
func splitCall(call string) (name string, args []string, ok bool) {
	call = strings.TrimSpace(call)
	name, rest, found := strings.Cut(call, "(")
	name = strings.TrimSpace(name)
	if name == "" || strings.ContainsAny(name, " \t\r\n|\"") {
		return name, nil, false
	}
	if !found {
		return name, nil, true
	}
	inside, found := strings.CutSuffix(rest, ")")
	if !found {
		return name, nil, false
	}
	if strings.TrimSpace(inside) == "" {
		return name, nil, true
	}
	return name, splitArguments(inside), true
}

// splitArguments cuts at the commas outside quotes and brackets. One pair of
// quotes around an argument is not part of it.
func splitArguments(s string) []string {
	var args []string
	depth, quoted, from := 0, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth <= 0:
			args = append(args, argument(s[from:i]))
			from = i + 1
		}
	}
	return append(args, argument(s[from:]))
}

func argument(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	return strings.ReplaceAll(s[1:len(s)-1], `\"`, `"`)
}

// substitute puts the arguments into a macro's definition, of at most limit
// bytes. Dollars that enclose no argument's name stay.
func substitute(m Macro, args []string, limit int) (text string, tooLong bool) {
	if len(args) == 0 {
		return m.Definition, len(m.Definition) > limit
	}
	var b strings.Builder
	rest := m.Definition
	for b.Len() <= limit {
		i := strings.IndexByte(rest, '$')
		if i < 0 {
			break
		}
		b.WriteString(rest[:i])
		rest = rest[i:]
		n := 1
		for k, name := range m.Args {
			if k < len(args) && strings.HasPrefix(rest[1:], name) && strings.HasPrefix(rest[1+len(name):], "$") {
				b.WriteString(args[k])
				n = 0
				rest = rest[len(name)+2:]
				break
			}
		}
		b.WriteString(rest[:n])
		rest = rest[n:]
	}
	return b.String() + rest, b.Len()+len(rest) > limit
}

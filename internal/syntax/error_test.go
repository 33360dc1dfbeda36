package syntax_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/internal/syntax"
	"github.com/stretchr/testify/assert"
)

func TestError(t *testing.T) {
	src := &ast.Source{Name: "q", Text: "a\nbc \"def\" " + strings.Repeat("x", 50)}
	nouns := map[string]string{"Expr": "an expression", "ident": "a name"}
	token := func(value string, off int) lexer.Token {
		return lexer.Token{Type: 1, Value: value, Pos: lexer.Position{Offset: off}}
	}
	unexpected := func(t lexer.Token, expect string) error {
		return &participle.UnexpectedTokenError{Unexpected: t, Expect: expect}
	}
	bc := token("bc", 2)
	for _, c := range []struct {
		err  error
		want string
	}{
		{src.Errorf(3, "as it is"), "q:2:2: as it is"},
		{syntax.Failf(5, "no %s", "good"), "q:2:4: no good"},
		{participle.Errorf(lexer.Position{Offset: 2}, "theirs"), "q:2:1: theirs"},
		{errors.New("other"), "q:1:1: other"},
		{unexpected(bc, ""), `q:2:1: expected the end, found "bc"`},
		{unexpected(lexer.EOFToken(lexer.Position{Offset: 11}), ""), `q:2:10: expected the end, found the end`},
		{unexpected(token(`"def"`, 5), `"x"`), `q:2:4: expected "x", found "def"`},
		{unexpected(token(strings.Repeat("x", 50), 11), `"x"`), `q:2:10: expected "x", found ` + strings.Repeat("x", 40) + "…"},
		{unexpected(bc, `Expr ("by" <ident>)?`), `q:2:1: expected an expression, found "bc"`},
		{unexpected(bc, `<ident>? "("`), `q:2:1: expected a name or "(", found "bc"`},
		{unexpected(bc, `("a" | <ident> "b" | Expr)* ("c" | "a")`), `q:2:1: expected "a", a name, an expression or "c", found "bc"`},
		{unexpected(bc, `("a" | "b")+ "c"`), `q:2:1: expected "a" or "b", found "bc"`},
		{unexpected(bc, `("a"? "b"?) "c"`), `q:2:1: expected "a", "b" or "c", found "bc"`},
		{unexpected(bc, `Unknown`), `q:2:1: expected Unknown, found "bc"`},
	} {
		assert.EqualError(t, syntax.Error(src, c.err, nouns), c.want)
	}
}

// Whatever a rule looks like, its first symbols are found in a bounded time.
func FuzzExpected(f *testing.F) {
	f.Add(`("a" | <ident>?)* "b"`)
	f.Fuzz(func(t *testing.T, rule string) {
		src := &ast.Source{Name: "q"}
		assert.NotEmpty(t, syntax.Error(src, &participle.UnexpectedTokenError{Expect: rule}, nil).Message)
	})
}

func ExampleSuggest() {
	fmt.Println("unknown pipe hed" + syntax.Suggest("hed", []string{"head", "tail"}))
	fmt.Println("unknown function foo" + syntax.Suggest("foo", []string{"cos", "floor"}))
	// Output:
	// unknown pipe hed, did you mean "head"?
	// unknown function foo
}

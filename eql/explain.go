package eql

import (
	"errors"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/spoor-lang/spoor/internal/syntax"
)

// explain says more of an unexpected token than the grammar can.
func (d *dialect) explain(query string, first lexer.Token, err error) error {
	var bad *participle.UnexpectedTokenError
	if !errors.As(err, &bad) {
		return err
	}
	t := bad.Unexpected
	at := t.Pos.Offset
	if at == first.Pos.Offset {
		return syntax.Failf(at, "expected an event category, any, sequence, sample or join, found %s", syntax.Found(t))
	}
	s := d.surroundings(query, t)
	if want, ok := s.lack(); ok {
		return syntax.Failf(s.next.Pos.Offset, "expected %s behind %s, found %s", want, strings.Replace(t.Value, ",", "the comma", 1), syntax.Found(s.next))
	}
	wanted := syntax.Expected(bad, nouns)
	switch {
	case wanted == "expected the end":
		wanted = "expected " + d.goesOn(first) + " or the end"
	case wanted == `expected "where"` && len(s.before) == 1 && first.Type == ident && d.keywords[strings.ToLower(first.Value)]:
		return syntax.Failf(first.Pos.Offset, "expected an event category, any, sequence, sample or join, found %s%s", syntax.Found(first), d.suggest(first))
	case wanted == `expected "where"` && t.Type == ident:
		return syntax.Failf(at, "%s, found %s%s", wanted, syntax.Found(t), syntax.Suggest(t.Value, []string{"where"}))
	}
	hint := d.hint(s)
	if hint == "" && strings.HasPrefix(wanted, "expected and") {
		hint = d.suggest(t)
	}
	return syntax.Failf(at, "%s, found %s%s", wanted, syntax.Found(t), hint)
}

// goesOn says how a statement could have gone on.
func (d *dialect) goesOn(first lexer.Token) string {
	if first.Type == keyword && first.Value != "any" {
		return "a pipe"
	}
	return "and, or, a pipe"
}

// suggest offers the keyword of which t may be another spelling.
func (d *dialect) suggest(t lexer.Token) string {
	if t.Type != ident {
		return ""
	}
	if lower := strings.ToLower(t.Value); d.keywords[lower] { // in capitals
		return `, did you mean "` + lower + `"?`
	}
	return syntax.Suggest(t.Value, []string{"and", "or", "in", "like", "regex"})
}

// surroundings are the tokens around one that the grammar did not expect.
type surroundings struct {
	before []lexer.Token
	token  lexer.Token
	next   lexer.Token
}

func (d *dialect) surroundings(query string, t lexer.Token) surroundings {
	s := surroundings{token: t, next: t}
	for l := d.scanner(query); ; {
		next, err := l.Next()
		switch {
		case err != nil:
			return s
		case next.Pos.Offset > t.Pos.Offset || next.EOF():
			s.next = next
			return s
		case next.Pos.Offset < t.Pos.Offset:
			s.before = append(s.before, next)
		}
	}
}

// lack tells what should stand behind the token, and does not. The grammar looks
// one token ahead, and so what is missing behind a token that promises something
// looks to it as if the token itself should not be there.
func (s *surroundings) lack() (want string, ok bool) {
	next := s.next
	isField := next.Type == ident || next.Type == quoted || next.Value == "?"
	if s.token.Type == text || next == s.token {
		return "", false
	}
	switch s.token.Value {
	case "by":
		return "a field", !isField
	case ",":
		return "a field", !isField && s.amongKeys()
	case "with":
		return "maxspan=… before the events or runs=… after one", next.Value != "maxspan" && next.Value != "runs"
	case "until":
		return "[", next.Value != "["
	case "as":
		return "a name", next.Type != ident
	case "[", "![":
		return "an event category", next.Type != ident && next.Type != text && next.Value != "any"
	}
	return "", false
}

// amongKeys reports whether the token stands in a list behind by.
func (s *surroundings) amongKeys() bool {
	for _, t := range slices.Backward(s.before) {
		switch {
		case t.Type == keyword:
			return t.Value == "by"
		case t.Type != ident && t.Type != quoted && t.Value != "." && t.Value != "," && t.Value != "?":
			return false
		}
	}
	return false
}

// has reports whether a token is somewhere before.
func (s *surroundings) has(value string) bool {
	return slices.ContainsFunc(s.before, func(t lexer.Token) bool { return t.Value == value && t.Type != text })
}

// glued reports whether nothing is between the token and the one before.
func (s *surroundings) glued() bool {
	last := s.last()
	return last.Pos.Offset+len(last.Value) == s.token.Pos.Offset
}

// last is the token before; none before the first one.
func (s *surroundings) last() (t lexer.Token) {
	if n := len(s.before); n > 0 {
		t = s.before[n-1]
	}
	return t
}

// elsewhere are the operators of other languages, and what today's EQL has.
var elsewhere = map[string]string{
	"is": "write == null or != null", "exists": "write != null", "contains": `write : "*text*"`, "equals": "write ==",
	"startswith": `write : "text*"`, "endswith": `write : "*text"`, "matches": "write regex", "rlike": "write regex",
	"between": "write >= and <=", "limit": "write | head n", "runs": "write with runs=n behind an event", "xor": "write != between two conditions in brackets",
}

// hint says what an author may have meant by the token.
func (d *dialect) hint(s surroundings) string {
	t, last := s.token, s.last()
	switch {
	case t.Type == ident && s.next.Value == "where" && !s.has("["):
		return ": a file holds one query, and the events of a sequence stand between [ and ]"
	case t.Type == ident && s.next.Value == "where":
		return ": an event stands between [ and ]"
	case last.Type == ident && strings.EqualFold(last.Value, "not"):
		return ": not is written in small letters"
	case last.Type == ident && strings.EqualFold(last.Value, "exists"):
		return ": write field != null"
	case t.Type == ident && last.Type == number && s.glued() && len(t.Value) > 1:
		if last.Value == "0" && t.Value[0] == 'x' {
			return `: write number("0` + t.Value + `")`
		}
		return ": a name that begins with a digit stands in backticks"
	case t.Type == number && t.Value[0] == '.' && (last.Type == ident || last.Type == quoted):
		return ": a name that begins with a digit stands in backticks"
	case t.Value == "maxspan" && s.has("["):
		return ": with maxspan=… stands before the events"
	case t.Value == "maxspan":
		return ", did you mean with maxspan?"
	case t.Type == ident && s.amongKeys():
		return ": a comma stands between join keys"
	case t.Type == ident && d != endgame && elsewhere[strings.ToLower(t.Value)] != "":
		return ": " + elsewhere[strings.ToLower(t.Value)]
	case t.Type == ident || t.Type == text:
		return ""
	case t.Value == "," && !s.has("where") && s.has("sequence"):
		return ": only blanks stand between by, with and the events"
	case (t.Value == "," || t.Value == "or") && !s.has("where"):
		return ": several categories are any where event.category in (…)"
	case t.Value == "," && last.Value == "]":
		return ": only blanks stand between events"
	case t.Value == ",":
		return ": several values stand in brackets"
	case t.Value == "by" && s.has("runs"):
		return ": by stands before with runs"
	case t.Value == "by" && s.has("as"):
		return ": by stands before as"
	case t.Value == "by" && s.has("|") && !s.has("head") && !s.has("tail"):
		return ": the pipes are head and tail, and nothing groups"
	case t.Value == "with" && s.next.Value == "maxspan" && s.has("["):
		return ": with maxspan=… stands before the events"
	case t.Value == "with" && s.next.Value == "runs" && s.has("as"):
		return ": with runs stands before as"
	case t.Value == "with" && s.next.Value == "runs" && s.has("sequence"):
		return ": with runs=n stands behind an event"
	case t.Value == "with":
		return ": with belongs to sequences"
	case t.Value == "not" && s.next.Value == "[":
		return ", did you mean ![?"
	case t.Type == punct && len(s.before) == 1:
		return ": a query begins with the category of its events, as in any where …"
	}
	return ""
}

package spl

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/spoor-lang/spoor/ast"
)

var _ = register(
	command{names: []string{"rex"}, parse: parseRex},
	command{names: []string{"regex"}, parse: parseRegex},
	command{names: []string{"spath"}, parse: parseSpath},
	command{names: []string{"fromjson"}, parse: parseFromJSON},
	command{names: []string{"xmlkv"}, parse: parseXMLKV},
	command{names: []string{"extract", "kv"}, parse: parseExtract},
	command{names: []string{"multikv"}, parse: parseMultiKV},
)

// namesGroup finds a group with a name.
var namesGroup = regexp.MustCompile(`\(\?(?:P?<|')`)

// parseRex parses rex [field=f] [max_match=n] [offset_field=f] "pattern", and
// with mode=sed an expression of sed. The options may be on either side.
func parseRex(s *stage) (ast.Stage, error) {
	e := &ast.Extract{Off: s.Off, Kind: ast.ExtractRegex, Max: 1}
	var mode string
	vars := map[string]any{"field": &e.Field, "max_match": &e.Max, "offset_field": &e.Offset, "mode": &mode}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	pattern, err := s.pattern()
	if err != nil {
		return nil, err
	}
	if err = s.settings(vars); err != nil {
		return nil, err
	}
	e.Pattern = patternText(pattern)
	switch {
	case mode == "sed":
		e.Kind, e.Max = ast.ExtractSed, 0
		return e, s.checkSed(pattern.from, e.Pattern)
	case mode != "":
		return nil, s.fail("rex has no mode %q, only sed", mode)
	case !namesGroup.MatchString(e.Pattern):
		return nil, s.errorf(pattern.from, "the pattern names no group: expected (?<field>…) in it")
	}
	return e, s.checkPattern(pattern.from, e.Pattern)
}

// parseRegex parses regex [field=|field!=] "pattern".
func parseRegex(s *stage) (ast.Stage, error) {
	f := &ast.Field{Off: s.here(), Name: "_raw"}
	negate, at := false, s.Off
	if s.atName() && (s.beforeEquals() || s.beforeUnequal()) {
		f.Name = s.nextName()
		at = s.here()
		negate = s.advance().text == "!="
	}
	pattern, err := s.pattern()
	if err != nil {
		return nil, err
	}
	text := patternText(pattern)
	m := &ast.Match{Off: at, X: f, Kind: ast.RegexFind, Patterns: []string{text}, Op: "regex", Null: ast.NullIsFalse}
	var cond ast.Expr = m
	if negate {
		cond = &ast.Not{Off: at, X: m}
	}
	return &ast.Filter{Off: s.Off, Cond: cond}, s.checkPattern(pattern.from, text)
}

func (s *stage) beforeUnequal() bool {
	at := s.skipBlanks(s.tok.to(), s.limit)
	return strings.HasPrefix(s.lexer.text[at:s.limit], "!=")
}

// pattern takes a regular expression, in quotes or, up to the next blank,
// without.
func (s *stage) pattern() (token, error) {
	if s.tok.kind == quoted {
		return s.advance(), nil
	}
	if s.tok.kind == end || s.tok.kind == op || s.tok.kind == comma {
		return token{}, s.expected("a regular expression in quotes")
	}
	from := s.tok.from
	text := s.lexer.text[from:s.limit]
	if i := strings.IndexAny(text, " \t\r\n"); i >= 0 {
		text = text[:i]
	}
	s.seek(from + len(text))
	return token{word, text, from}, nil
}

// patternText is a regular expression without the escapes that SPL itself
// undoes, once, before the expression is compiled.
func patternText(t token) string {
	s := t.text
	if t.kind == quoted {
		s = s[1:max(1, len(s)-1)]
	}
	return unescape(s, `\"|`)
}

// digitName finds a group whose name begins with a digit, which Go's syntax
// has and PCRE has not.
var digitName = regexp.MustCompile(`\(\?P?<[0-9]\w*>`)

// particular is what PCRE has and Go's syntax reads otherwise: flags with x,
// comments, names in single quotes, verbs at the beginning.
var particular = regexp.MustCompile(`\(\?(?:[a-zA-Z-]*x|#|')|^\(\*[A-Z]`)

// checkPattern refuses what no regular expression can be. What is particular
// to PCRE is for the engine to say, which knows what it can run.
func (p *parser) checkPattern(at int, pattern string) error {
	if looksAround(pattern) || particular.MatchString(pattern) {
		return nil
	}
	if name := digitName.FindString(pattern); name != "" {
		return p.errorf(at, "the regular expression is invalid: the name of a group begins with a digit: %q", short(name))
	}
	_, err := syntax.Parse(pattern, syntax.Perl)
	bad, ok := err.(*syntax.Error)
	if !ok {
		return nil
	}
	switch bad.Code {
	case syntax.ErrMissingBracket, syntax.ErrMissingParen, syntax.ErrUnexpectedParen, syntax.ErrTrailingBackslash,
		syntax.ErrMissingRepeatArgument, syntax.ErrInvalidNamedCapture, syntax.ErrInvalidUTF8, syntax.ErrNestingDepth,
		syntax.ErrLarge:
		return p.errorf(at, "the regular expression is invalid: %s: %q", bad.Code, short(bad.Expr))
	}
	return nil
}

// looksAround reports whether a pattern holds a lookaround, outside of
// character classes and escapes.
func looksAround(pattern string) bool {
	if !strings.Contains(pattern, "(?") {
		return false
	}
	class := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case c == '[' && !class:
			class = true
			if strings.HasPrefix(pattern[i+1:], "^") {
				i++
			}
			i++ // a first ] is a member
		case c == ']':
			class = false
		case c == '(' && !class:
			for _, mark := range [...]string{"(?=", "(?!", "(?<=", "(?<!"} {
				if strings.HasPrefix(pattern[i:], mark) {
					return true
				}
			}
		}
	}
	return false
}

// sedBlanks part the commands of sed.
const sedBlanks = " \t\n;"

// checkSed refuses what is no s/…/…/ or y/…/…/, or several of them.
func (p *parser) checkSed(at int, expr string) error {
	for rest := strings.Trim(expr, sedBlanks); ; {
		parts, behind := sedParts(rest)
		if err := p.checkSedCommand(at, rest, parts); err != nil {
			return err
		}
		if rest = strings.TrimLeft(behind, sedBlanks); rest == "" {
			return nil
		}
	}
}

func (p *parser) checkSedCommand(at int, expr string, parts []string) error {
	switch {
	case len(parts) != 4 || parts[0] != "s" && parts[0] != "y":
		return p.errorf(at, "expected s/pattern/replacement/flags or y/from/to/, found %q", short(expr))
	case parts[0] == "y":
		if len([]rune(parts[1])) != len([]rune(parts[2])) {
			return p.errorf(at, "expected as many characters to put in as to replace in %q", short(expr))
		}
		return nil
	case strings.Trim(parts[3], "gi0123456789") != "":
		return p.errorf(at, "expected g or a number as the flags, found %q", short(parts[3]))
	}
	return p.checkPattern(at, parts[1])
}

// sedParts cuts the first command of sed at its delimiter: the command, what it
// looks for, what it puts there, the flags; and returns what is behind it.
func sedParts(expr string) (parts []string, behind string) {
	if len(expr) < 2 {
		return nil, ""
	}
	parts, from := []string{expr[:1]}, 2
	for i := 2; i < len(expr) && len(parts) < 3; i++ {
		if expr[i] == '\\' {
			i++
		} else if expr[i] == expr[1] {
			parts = append(parts, expr[from:i])
			from = i + 1
		}
	}
	flags := expr[from:]
	if n := strings.IndexAny(flags, sedBlanks); n >= 0 && len(parts) == 3 {
		flags, behind = flags[:n], flags[n:]
	}
	return append(parts, flags), behind
}

// parseSpath parses spath [input=f] [output=f] [path=p], or the path alone.
func parseSpath(s *stage) (ast.Stage, error) {
	e := &ast.Extract{Off: s.Off, Kind: ast.ExtractPath}
	vars := map[string]any{"input": &e.Field, "output": &e.Output, "path": &e.Pattern}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	if s.atName() && e.Pattern == "" {
		e.Pattern, _ = s.fieldName()
	}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	if e.Output != "" && e.Pattern == "" {
		return nil, s.expected("path=…, as there is an output")
	}
	return e, nil
}

func parseFromJSON(s *stage) (ast.Stage, error) {
	e := &ast.Extract{Off: s.Off, Kind: ast.ExtractJSON}
	vars := map[string]any{"prefix": &e.Prefix}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	var err error
	if e.Field, err = s.fieldName(); err != nil {
		return nil, err
	}
	return e, s.settings(vars)
}

func parseXMLKV(s *stage) (ast.Stage, error) {
	e := &ast.Extract{Off: s.Off, Kind: ast.ExtractXMLKV}
	vars := map[string]any{"maxinputs": nil}
	if err := s.settings(vars); err != nil {
		return nil, err
	}
	if s.atName() {
		e.Field, _ = s.fieldName()
	}
	return e, s.settings(vars)
}

// parseExtract parses extract [pairdelim=…] [kvdelim=…] […].
func parseExtract(s *stage) (ast.Stage, error) {
	e := &ast.Extract{Off: s.Off, Kind: ast.ExtractPairs}
	err := s.options(func(o option) (bool, error) {
		switch o.name {
		case "pairdelim":
			e.PairDelim = o.text
		case "kvdelim":
			e.KVDelim = o.text
		case "limit", "maxchars":
			if _, err := s.int(o); err != nil {
				return true, err
			}
			e.Options = with(e.Options, o.name, o.text)
		case "clean_keys", "mv_add", "reload", "segment", "auto":
			e.Options = with(e.Options, o.name, o.text)
		default:
			return false, nil
		}
		return true, nil
	})
	if err == nil && s.atName() {
		return nil, s.errorf(s.tok.from, "extract can't use a stanza of a configuration file: give pairdelim and kvdelim")
	}
	return e, err
}

// with sets an option in a map that may not be there yet.
func with(m map[string]string, name, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[name] = value
	return m
}

// parseMultiKV parses multikv [options] [fields a b] [filter x y].
func parseMultiKV(s *stage) (ast.Stage, error) {
	e := &ast.Extract{Off: s.Off, Kind: ast.ExtractTable}
	lists := []string{"fields", "filter"}
	for s.tok.kind != end {
		if s.tok.kind == word && !s.beforeEquals() && s.atAny(lists) {
			name := strings.ToLower(s.advance().text)
			list := s.multiKVList(lists)
			if len(list) == 0 {
				return nil, s.expected("a name after " + name)
			}
			e.Options = with(e.Options, name, strings.Join(list, ","))
			continue
		}
		n := s.tok.from
		err := s.options(func(o option) (bool, error) {
			switch o.name {
			case "copyattrs", "forceheader", "multitable", "noheader", "rmorig":
				e.Options = with(e.Options, o.name, o.text)
				return true, nil
			}
			return false, nil
		})
		if err != nil || s.tok.from == n {
			return e, err
		}
	}
	return e, nil
}

func (s *stage) multiKVList(until []string) []string {
	var list []string
	for s.commas(); s.atName() && !s.atAny(until) && !(s.tok.kind == word && s.beforeEquals()); s.commas() {
		list = append(list, s.nextName())
	}
	return list
}

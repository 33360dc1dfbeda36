package ruletest

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spoor-lang/spoor/spl"
)

// start is the time at which every case begins. A Monday, and the beginning of
// a year, so that schedules and snapped times are easy to follow.
var start = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// Parse reads a test file. Its errors are of the form "file:line: message".
// dir is where the paths of `load` lines begin: the file system that name is a
// path in. It may be nil for files without such lines.
func Parse(name, text string, dir fs.FS) ([]*Case, error) {
	text = strings.TrimPrefix(text, "\ufeff") // which some editors put before UTF-8
	p := &parser{file: name, lines: strings.Split(text, "\n"), dir: dir}
	return p.parse()
}

type parser struct {
	file     string
	lines    []string
	dir      fs.FS
	cases    []*Case
	cur      *Case
	i        int
	contents map[string]func() (*spl.Content, error) // by path, each read once
}

func (p *parser) errorf(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", p.file, line+1, fmt.Sprintf(format, args...))
}

func (p *parser) parse() ([]*Case, error) {
	p.open()
	for p.i < len(p.lines) {
		text := strings.TrimRight(p.lines[p.i], " \t\r")
		at := p.i
		p.i++
		switch {
		case text == "---":
			p.close()
			p.open()
		case text == "":
		case text[0] == '#':
			if p.cur.Name == "" {
				p.cur.Name = strings.TrimSpace(strings.TrimLeft(text, "#"))
			}
		default:
			if err := p.statement(at, text); err != nil {
				return nil, err
			}
		}
	}
	p.close()
	return p.cases, nil
}

func (p *parser) open() {
	p.cur = &Case{File: p.file, Line: p.i + 1, dir: p.dir, folder: path.Dir(p.file)}
}

func (p *parser) close() {
	c := p.cur
	if len(c.rules) == 0 && len(c.lines) == 0 {
		return
	}
	if c.Name == "" {
		c.Name = "line " + strconv.Itoa(c.Line)
	}
	p.cases = append(p.cases, c)
}

func (p *parser) statement(at int, text string) error {
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "rule":
		return p.rule(at, rest)
	case "load":
		file, name, _ := strings.Cut(rest, " ")
		if name == "" {
			name = strings.TrimSuffix(path.Base(file), path.Ext(file))
		}
		p.cur.rules = append(p.cur.rules, ruleText{name: strings.TrimSpace(name), path: file, line: at})
		return nil
	case "content":
		p.cur.shared = p.content(rest)
		return nil
	case "engine":
		p.cur.engine = append(p.cur.engine, rest)
		return nil
	case "macro":
		name, definition, ok := cutMacro(rest)
		if !ok {
			return p.errorf(at, "expected a macro's name and definition")
		}
		p.cur.macros = append(p.cur.macros, macro{name, definition})
		return nil
	case "lookup":
		body, _ := p.indented()
		p.cur.lookups = append(p.cur.lookups, lookup{rest, dedent(body)})
		return nil
	case "tree":
		from := p.i
		body, to := p.indented()
		p.cur.trees = append(p.cur.trees, tree{rest, dedent(body), from, to})
		return nil
	}
	return p.event(at, text)
}

// content reads a folder of Splunk content when the first case asks for it.
func (p *parser) content(folder string) func() (*spl.Content, error) {
	name := path.Join(p.cur.folder, folder)
	if read, ok := p.contents[name]; ok {
		return read
	}
	if p.contents == nil {
		p.contents = map[string]func() (*spl.Content, error){}
	}
	dir := p.dir
	p.contents[name] = sync.OnceValues(func() (*spl.Content, error) {
		if dir == nil {
			return nil, fmt.Errorf("no folder to read %s from", folder)
		}
		if _, err := fs.ReadDir(dir, name); err != nil {
			return nil, err
		}
		sub, err := fs.Sub(dir, name)
		if err != nil {
			return nil, err
		}
		return spl.LoadContent(sub)
	})
	return p.contents[name]
}

func cutMacro(s string) (name, definition string, ok bool) {
	end := strings.IndexAny(s, " (")
	if end >= 0 && s[end] == '(' {
		end = strings.IndexByte(s, ')') + 1
	}
	if end <= 0 {
		return "", "", false
	}
	return s[:end], strings.TrimSpace(s[end:]), true
}

// indented takes the lines below that begin with a blank, and the empty lines
// between them.
func (p *parser) indented() (body []string, end int) {
	end = p.i
	for j := p.i; j < len(p.lines); j++ {
		l := p.lines[j]
		if strings.TrimSpace(l) == "" {
			continue
		}
		if l[0] != ' ' && l[0] != '\t' {
			break
		}
		end = j + 1
	}
	body = p.lines[p.i:end]
	p.i = end
	return body, end
}

func dedent(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimPrefix(l, "\t"))
		b.WriteByte('\n')
	}
	return b.String()
}

// rule reads a rule's text.
func (p *parser) rule(at int, rest string) error {
	words := strings.Fields(rest)
	if len(words) != 2 {
		return p.errorf(at, "expected `rule NAME LANGUAGE`")
	}
	r := ruleText{name: words[0], language: words[1], line: at, first: p.i}
	body, _ := p.indented()
	lines := make([]string, len(body))
	for i, l := range body {
		text, message, found := strings.Cut(l, "###")
		if found {
			r.refused = append(r.refused, refusal{r.first + i, strings.TrimSpace(message)})
			text = strings.TrimRight(text, " \t")
		}
		lines[i] = text
	}
	r.text = strings.Join(lines, "\n")
	p.cur.rules = append(p.cur.rules, r)
	return nil
}

// event reads a line of the timeline.
func (p *parser) event(at int, text string) error {
	s := &scanner{text: text}
	l := line{line: at}
	first := s.word()
	if first == "end" {
		l.end = true
	} else if t, ok := parseTime(first); ok {
		l.at = t
	} else {
		hint := ""
		if n := len(p.cur.rules); n > 0 && len(p.cur.lines) == 0 && p.cur.rules[n-1].path == "" {
			hint = ": the text of a rule is indented"
		}
		return p.errorf(at, "expected a statement or a time, found %q%s", first, hint)
	}
	for s.skip(); !s.done(); s.skip() {
		if strings.HasPrefix(s.rest(), "=>") {
			x := expectation{from: s.i}
			if err := s.expectation(&x); err != nil {
				return p.errorf(at, "%v", err)
			}
			x.to = s.i
			l.expect = append(l.expect, x)
			continue
		}
		if len(l.expect) > 0 {
			return p.errorf(at, "expected => or the end of the line, found %q", s.rest())
		}
		if l.fields == nil {
			l.fields = map[string]any{}
		}
		if err := s.field(l.fields); err != nil {
			return p.errorf(at, "%v", err)
		}
	}
	p.cur.lines = append(p.cur.lines, l)
	return nil
}

// parseTime reads an offset from the start of the case, or a date.
func parseTime(s string) (time.Time, bool) {
	if n, ok := strings.CutSuffix(s, "d"); ok {
		if days, err := strconv.ParseFloat(n, 64); err == nil {
			return start.Add(time.Duration(days * 24 * float64(time.Hour))), true
		}
	}
	if d, err := time.ParseDuration(s); err == nil {
		return start.Add(d), true
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.UTC(), true
	}
	return time.Time{}, false
}

package yamltree

import "strings"

// scalar reads a scalar, or a list in brackets, within a collection at a
// column: the scalar's further lines stand to the right of that.
func (r *reader) scalar(col int) *Node {
	switch c := r.text[r.at]; {
	case c == '\'' || c == '"':
		n := r.quoted(col)
		if n == nil {
			return nil
		}
		return r.ended(n)
	case c == '|' || c == '>':
		return r.literal(col)
	case c == '[':
		return r.brackets()
	case isWord(c), c >= 0x80, strings.IndexByte("/$(.+~<=;^\\", c) >= 0:
		return r.plain(col)
	}
	return nil
}

// plain reads a scalar without quotes, which ends before the first line that
// does not stand to the right of col.
func (r *reader) plain(col int) *Node {
	off := r.at
	line, ok := r.plainLine()
	if !ok {
		return nil
	}
	text := line
	var b strings.Builder
	for breaks := 1; r.at < len(r.text); {
		n := r.at + r.blanks(r.at)
		if n < len(r.text) && r.text[n] == '\n' {
			breaks++
			r.at = n + 1
			continue
		}
		if n == len(r.text) || n-r.at <= col || r.text[n] == '#' {
			break
		}
		r.at = n
		if line, ok = r.plainLine(); !ok {
			return nil
		}
		if b.Len() == 0 {
			b.WriteString(text)
		}
		fold(&b, breaks)
		b.WriteString(line)
		breaks = 1
	}
	if b.Len() > 0 {
		text = b.String()
	}
	r.next()
	return r.node(Node{Kind: Scalar, Off: off, Value: text, Null: isNull(text)})
}

// plainLine reads the rest of a line as part of a plain scalar. It is not ok
// where a colon or a comment ends the scalar.
func (r *reader) plainLine() (string, bool) {
	end := r.lineEnd(r.at)
	line := strings.TrimRight(r.text[r.at:end], " ")
	for from := 0; ; {
		i := strings.IndexByte(line[from:], ':')
		if i < 0 {
			break
		}
		from += i + 1
		if from == len(line) || line[from] == ' ' {
			return "", false
		}
	}
	r.at = min(end+1, len(r.text))
	return line, !strings.Contains(line, " #")
}

// fold writes what line breaks between two lines of a scalar stand for: one is
// a blank, and of several the first is nothing.
func fold(b *strings.Builder, breaks int) {
	if breaks == 1 {
		b.WriteByte(' ')
	}
	for range breaks - 1 {
		b.WriteByte('\n')
	}
}

// quoted reads a scalar in quotes, and stops behind it.
func (r *reader) quoted(col int) *Node {
	quote := r.text[r.at]
	n := Node{Kind: Scalar, Style: SingleQuoted, Off: r.at}
	if quote == '"' {
		n.Style = DoubleQuoted
	}
	r.at++
	var b strings.Builder
	for {
		i := r.piece(quote)
		if i < 0 {
			return nil
		}
		piece := r.text[r.at : r.at+i]
		r.at += i
		switch {
		case r.text[r.at] == '\n':
			b.WriteString(strings.TrimRight(piece, " "))
			if !r.folded(&b, col) {
				return nil
			}
		case r.text[r.at] == '\\':
			b.WriteString(piece)
			if !r.escape(&b, col) {
				return nil
			}
		case quote == '\'' && strings.HasPrefix(r.text[r.at:], "''"):
			b.WriteString(piece)
			b.WriteByte(quote)
			r.at += 2
		default:
			r.at++
			if n.Value = piece; b.Len() > 0 {
				b.WriteString(piece)
				n.Value = b.String()
			}
			return r.node(n)
		}
	}
}

// piece is the length of what stands before the next character that is not
// itself in a scalar in quotes; negative if there is none.
func (r *reader) piece(quote byte) int {
	rest := r.text[r.at:]
	for i := 0; i < len(rest); i++ {
		if c := rest[i]; c == quote || c == '\n' || c == '\\' && quote == '"' {
			return i
		}
	}
	return -1
}

// folded reads the line breaks within a scalar in quotes, up to the next line
// that has text.
func (r *reader) folded(b *strings.Builder, col int) bool {
	breaks := 0
	for r.at < len(r.text) && r.text[r.at] == '\n' {
		breaks++
		r.at++
		n := r.blanks(r.at)
		r.at += n
		if r.at < len(r.text) && r.text[r.at] != '\n' && n <= col {
			return false
		}
	}
	fold(b, breaks)
	return true
}

// escapes are what stands behind a backslash and what that means.
const escapes, meanings = `"\/nrt`, "\"\\/\n\r\t"

// escape reads a backslash and what it escapes.
func (r *reader) escape(b *strings.Builder, col int) bool {
	if r.at+1 == len(r.text) {
		return false
	}
	if r.text[r.at+1] == '\n' {
		// The line goes on in the next one, without its indentation.
		n := r.blanks(r.at + 2)
		r.at += 2 + n
		return n > col && r.at < len(r.text) && r.text[r.at] != '\n'
	}
	i := strings.IndexByte(escapes, r.text[r.at+1])
	if i < 0 {
		return false
	}
	b.WriteByte(meanings[i])
	r.at += 2
	return true
}

// literal reads a block scalar whose indentation its first line tells.
func (r *reader) literal(col int) *Node {
	off, folds := r.at, r.text[r.at] == '>'
	r.at++
	chomp := byte(0)
	if r.at < len(r.text) && (r.text[r.at] == '-' || r.text[r.at] == '+') {
		chomp = r.text[r.at]
		r.at++
	}
	if !r.below() || !strings.HasSuffix(r.text, "\n") {
		return nil
	}
	indent := r.indentation()
	if indent <= col {
		return nil
	}
	var b strings.Builder
	breaks := r.emptyLines(indent) // that wait to be written, without the one that ends a line
	ended, blank := false, false   // a line was written, which began with a blank
	for r.blanks(r.at) >= indent {
		end := r.lineEnd(r.at)
		line := r.text[r.at+indent : end]
		starts := strings.HasPrefix(line, " ")
		switch {
		case !ended:
		case !folds || blank || starts:
			b.WriteByte('\n')
		case breaks == 0:
			b.WriteByte(' ')
		}
		for range breaks {
			b.WriteByte('\n')
		}
		b.WriteString(line)
		r.at, ended, blank = end+1, true, starts
		breaks = r.emptyLines(indent)
	}
	if chomp != '-' && ended {
		b.WriteByte('\n')
	}
	for i := 0; chomp == '+' && i < breaks; i++ {
		b.WriteByte('\n')
	}
	r.next()
	return r.node(Node{Kind: Scalar, Style: Block, Off: off, Value: b.String()})
}

// indentation is that of the first line with text; 0 if an empty one before it
// has more.
func (r *reader) indentation() int {
	most := 0
	for at := r.at; at < len(r.text); {
		n := r.blanks(at)
		if r.text[at+n] != '\n' {
			if n < most {
				return 0
			}
			return n
		}
		most = max(most, n)
		at += n + 1
	}
	return 0
}

// emptyLines goes past lines with nothing but at most an indentation, and
// counts them.
func (r *reader) emptyLines(indent int) int {
	count := 0
	for r.at < len(r.text) {
		n := r.blanks(r.at)
		if n > indent || r.text[r.at+n] != '\n' {
			break
		}
		r.at += n + 1
		count++
	}
	return count
}

// brackets reads a list of words on one line: [a, b].
func (r *reader) brackets() *Node {
	n, from := r.node(Node{Kind: List, Off: r.at}), len(r.open)
	r.depth++
	for r.at++; ; r.at++ {
		r.at += r.blanks(r.at)
		begin := r.at
		for r.at < len(r.text) && (isWord(r.text[r.at]) || r.at > begin && (r.text[r.at] == '-' || r.text[r.at] == '.')) {
			r.at++
		}
		if word := r.text[begin:r.at]; word != "" {
			r.open = append(r.open, r.node(Node{Kind: Scalar, Off: begin, Value: word, Null: isNull(word)}))
		} else if len(r.open) > from {
			return nil
		}
		r.at += r.blanks(r.at)
		switch {
		case r.at < len(r.text) && r.text[r.at] == ',' && r.at > begin && len(r.open) > from:
		case r.at < len(r.text) && r.text[r.at] == ']':
			r.at++
			return r.ended(r.close(n, from))
		default:
			return nil
		}
	}
}

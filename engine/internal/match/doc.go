// Package match compiles the patterns of both languages to functions over
// texts: wildcards, lists of them, regular expressions in the notations of
// Lucene and PCRE, address prefixes, and words of raw text.
//
// Whatever folds case does so by Unicode's simple folding, so that a
// character never becomes two. Matching takes time linear in the text for
// patterns without '?', and allocates nothing. Of a list, the patterns that hold a
// text between stars are looked for in one pass.
package match

// Text tells whether a text matches. It is safe for concurrent use.
type Text func(s string) bool

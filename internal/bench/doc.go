// Package bench measures the library beside what others have written for the
// same work, in the same run. It is a module of its own, so that nobody who
// embeds the library fetches the peers.
//
//	predicate_test.go  one condition: hand-written Go, expr, CEL
//	rules_test.go      many made rules: expr, CEL
//	decode_test.go     decoding real events: encoding/json, goccy, sonic, fastjson
//	corpus_test.go     real rules over real events, beside decoding these
//	literals_test.go   many literals in a text: the three Aho-Corasick libraries
//	load_test.go       loading real rules, beside decoding their files
//	cmd/peak           the memory that this takes
//	cmd/ratios         the table of ratios, from what go test prints
//
// The script run.sh runs them, and those of package engine, and prints the
// table. Real rules and events are those below SPOOR_SHARED; without it, what
// needs them is skipped.
//
// Names are such that benchstat compares them: -col /by sets the peers side by
// side. Times are reported twice, as time that passes and as processor time
// (cpu-ns/op); on a machine that others share only the latter can be compared.
package bench

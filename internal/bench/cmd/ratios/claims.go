package main

// claim is a ratio that is to be at most so much.
type claim struct {
	point        string // of what the library is to do
	ours, theirs string // benchmarks; theirs is empty where a figure is the goal
	without      string // a benchmark that is part of ours and does not count
	most         float64
	unit         string // empty for processor time
}

// claims are in the order of the points. The benchmarks with by= are of this
// module; the others, of package engine.
var claims = []claim{
	{point: "one rule, miss: hand-written Go", ours: "Predicate/event=miss/by=spoor", theirs: "Predicate/event=miss/by=hand", most: 1.5},
	{point: "one rule, hit: hand-written Go", ours: "Predicate/event=hit/by=spoor", theirs: "Predicate/event=hit/by=hand", most: 1.5},
	{point: "one rule, near miss: its naive scan", ours: "Predicate/event=near/by=spoor", theirs: "Predicate/event=near/by=hand", most: 1},
	{point: "one rule, miss: expr", ours: "Predicate/event=miss/by=spoor", theirs: "Predicate/event=miss/by=expr", most: 0.25},
	{point: "one rule, near miss: expr", ours: "Predicate/event=near/by=spoor", theirs: "Predicate/event=near/by=expr", most: 0.25},
	{point: "one rule, hit: expr", ours: "Predicate/event=hit/by=spoor", theirs: "Predicate/event=hit/by=expr", most: 0.25},
	{point: "one rule: allocations", ours: "Predicate/event=hit/by=spoor", unit: "allocs/op", most: 0},

	{point: "1,000 exact rules: expr", ours: "Rules/exact/rules=1000/by=spoor", theirs: "Rules/exact/rules=1000/by=expr", most: 1.0 / 500},
	{point: "1,000 exact rules: CEL", ours: "Rules/exact/rules=1000/by=spoor", theirs: "Rules/exact/rules=1000/by=cel", most: 1.0 / 500},
	{point: "1,000 mixed rules: expr", ours: "Rules/mixed/rules=1000/by=spoor", theirs: "Rules/mixed/rules=1000/by=expr", most: 1.0 / 1000},
	{point: "exact, 10 → 5,000 rules", ours: "Rules/exact/rules=5000/by=spoor", theirs: "Rules/exact/rules=10/by=spoor", most: 1.5},
	{point: "mixed, 10 → 5,000 rules", ours: "Rules/mixed/rules=5000/by=spoor", theirs: "Rules/mixed/rules=10/by=spoor", most: 1.5},

	{point: "all rules, maps: encoding/json", ours: "Lines/events=mixed/by=spoor-maps", theirs: "Lines/events=mixed/by=encoding-json", most: 0.3},
	{point: "all rules, maps: goccy", ours: "Lines/events=mixed/by=spoor-maps", theirs: "Corpus/events=mixed/by=goccy", most: 1},
	{point: "all rules, processes: encoding/json", ours: "Lines/events=process/by=spoor-maps", theirs: "Lines/events=process/by=encoding-json", most: 0.5},
	{point: "all rules, lines: encoding/json", ours: "Lines/events=mixed/by=spoor-lines", theirs: "Lines/events=mixed/by=encoding-json", most: 0.5},
	{point: "the same with windows and alerts", ours: "Corpus/events=mixed/by=spoor-lines", theirs: "Corpus/events=mixed/by=encoding-json", most: 0.5},
	{point: "reading lines: encoding/json", ours: "Decode/by=spoor-event", theirs: "Decode/by=encoding-json", most: 0.25},

	{point: "one sequence: state machine by hand", ours: "Sequence/rules=1", theirs: "Sequence/hand", most: 1.5},
	{point: "1,000 sequences with one first stage", ours: "Sequence/rules=1000", theirs: "Sequence/rules=1", most: 2},
	{point: "a sequence, 10 → 10,000 open keys", ours: "Sequence/keys=10000", theirs: "Sequence/keys=10", most: 1.6},
	{point: "a million open keys, beside what is kept of events", ours: "OpenKeys", unit: "overhead-B/key", most: 200},

	{point: "search and stats in a batch: a loop by hand", ours: "Search/batch", theirs: "Search/hand", most: 1.5},
	{point: "search and stats over a stream: a loop by hand", ours: "Search/stream", theirs: "Search/hand", most: 1.5},
	{point: "the same, where events come in batches", ours: "Search/stream/batches", theirs: "Search/hand", most: 1.5},
	{point: "a search that is not concerned: its condition", ours: "SeedSearch/search", theirs: "SeedSearch/condition", most: 1},

	{point: "5,000 literals: cloudflare", ours: "Literals/literals=5000/by=spoor", theirs: "Literals/literals=5000/by=cloudflare", most: 1 / 3.5},
	{point: "5,000 literals: BobuSumisu", ours: "Literals/literals=5000/by=spoor", theirs: "Literals/literals=5000/by=bobusumisu", most: 1 / 3.5},
	{point: "5,000 literals: petar-dambovaliev", ours: "Literals/literals=5000/by=spoor", theirs: "Literals/literals=5000/by=petar", most: 1 / 3.5},
	{point: "5,000 literals: allocations", ours: "Literals/literals=5000/by=spoor", unit: "allocs/op", most: 0},

	{point: "two cores (time that passes)", ours: "Cores/cores=2/by=spoor", theirs: "Cores/cores=1/by=spoor", unit: "ns/op", most: 1 / 1.8},
	{point: "loading, beyond decoding: decoding", ours: "Load/by=spoor", theirs: "Load/by=decode", without: "Load/by=decode", most: 1},
	{point: "the same (time that passes)", ours: "Load/by=spoor", theirs: "Load/by=decode", without: "Load/by=decode", unit: "ns/op", most: 1},
	{point: "Replace of one: loading all", ours: "Load/by=spoor-replace-one", theirs: "Load/by=spoor", most: 0.01},
	{point: "peak memory of loading", ours: "Memory", unit: "peak-MiB", most: 120},
	{point: "a list, 10 → 10,000 members", ours: "List/members=10000/by=spoor", theirs: "List/members=10/by=spoor", most: 2},
}

#!/usr/bin/env bash
# Measures the library and its peers, and prints the ratios as a table. What
# needs rules and events from outside is skipped unless SPOOR_SHARED names them.
#
#   COUNT  how often each benchmark runs; the table has the medians (default 5)
#   OUT    a folder for what go test prints, for benchstat (default: one that goes)
set -euo pipefail
cd "$(dirname "$0")"
count=${COUNT:-5}
out=${OUT:-$(mktemp -d)}
mkdir -p "$out"
out=$(cd "$out" && pwd)

bench() { # folder, name of the file, pattern, time or rounds of each
  (cd "$1" && go test -run '^$' -bench "$3" -benchtime "$4" -count "$count" -timeout 60m . | tee "$out/$2.txt" >&2)
}

bench . predicate '^BenchmarkPredicate$' 100ms
bench . rules '^Benchmark(Rules|List)$' 50ms
bench . decode '^BenchmarkDecode$' 100ms
bench . corpus '^BenchmarkCorpus$|^BenchmarkCorpusRules$|^BenchmarkCores$' 20000x
bench . literals '^BenchmarkLiterals$' 50ms
bench . load '^Benchmark(Load|Memory)$' 1x
bench ../../engine engine '^Benchmark(Lines|Sequence|Search|SeedSearch)$' 20000x
bench ../../engine keys '^BenchmarkOpenKeys$' 1x

go run ./cmd/ratios "$out"/*.txt

#!/usr/bin/env bash
# Measures the library and its peers, and prints the ratios as a table. What
# needs rules and events from outside is skipped unless SPOOR_SHARED names them.
# All benchmarks run once a round, not one of them in all rounds and then the next:
# the speed of a machine drifts within minutes, and what is compared is to meet the
# same of it.
#
#   COUNT  how many rounds; the table has the medians (default 5)
#   OUT    a folder for what go test prints, for benchstat (default: one that goes)
set -euo pipefail
cd "$(dirname "$0")"
count=${COUNT:-5}
tests=$(mktemp -d)
out=${OUT:-$tests}
mkdir -p "$out"
out=$(cd "$out" && pwd)
trap 'rm -rf "$tests"' EXIT

bench() { # folder, name of the file, pattern, time or runs of each
  local test
  test=$tests/$(basename "$(cd "$1" && pwd)").test
  [ -e "$test" ] || (cd "$1" && go test -c -o "$test" .)
  (cd "$1" && "$test" -test.run '^$' -test.bench "$3" -test.benchtime "$4" -test.timeout 60m | tee -a "$out/$2.txt" >&2)
}

rm -f "$out"/*.txt
for _ in $(seq "$count"); do
  bench . predicate '^BenchmarkPredicate$' 100ms
  bench . rules '^Benchmark(Rules|List)$' 50ms
  bench . decode '^BenchmarkDecode$' 100ms
  bench . corpus '^BenchmarkCorpus$|^BenchmarkCorpusRules$|^BenchmarkCores$' 20000x
  bench . literals '^BenchmarkLiterals$' 50ms
  bench . load '^Benchmark(Load|Memory)$' 1x
  bench ../../engine lines '^BenchmarkLines$' 20000x
  bench ../../engine state '^Benchmark(Sequence|Search|SeedSearch)$' 300000x # five minutes of events
  bench ../../engine keys '^BenchmarkOpenKeys$' 1x
done

go run ./cmd/ratios "$out"/*.txt

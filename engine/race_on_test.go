//go:build race

package engine_test

// raced tells that the race detector watches. Under it a sync.Pool drops what
// it is given at random, so that counts of allocations say nothing.
const raced = true

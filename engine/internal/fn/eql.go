package fn

import "slices"

// booleans are the EQL functions whose value is a condition.
var booleans = []string{"arrayContains", "arraySearch", "cidrMatch", "endsWith", "match", "matchLite",
	"startsWith", "stringContains", "wildcard"}

// Boolean reports whether the EQL function of that documented name yields a
// condition.
func Boolean(name string) bool { return slices.Contains(booleans, name) }

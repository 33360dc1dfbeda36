// Package jsonpath takes values out of JSON and XML texts by the paths that
// Splunk's spath knows: a.b{}.c, a{0}, node{@attribute}.
//
// JSON is read into a tree of [Node]s that keeps the order of members and the
// digits of numbers as they were written; XML is read into the same shape of
// paths without a tree.
package jsonpath

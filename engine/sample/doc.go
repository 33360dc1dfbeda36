// Package sample makes events for the tests of a rule: events that make it
// fire, and events that all but do.
package sample

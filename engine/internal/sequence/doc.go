// Package sequence finds events that belong together: series of events in the
// order of time ([Machine]), sets of events without an order ([Sampler],
// [Joiner]), and events of processes that descend from one another
// ([Lineage]).
//
// # Sequences
//
// A machine holds at most one partial for each step and join key: the events
// that have met the steps so far. An event that meets a step takes the partial
// that waits for it, and leaves it to the next step, where it replaces an
// older one. Taking is for good: an event that comes too late for the span has
// used the partial up. Steps are tried from the last to the first, so that an
// event moves a partial by one step only; `until` comes after all steps, so
// that a sequence that is complete at that event stays complete.
//
// Where a later step refers to an earlier event by its alias, the partials of
// a key differ in what can follow them. There a step holds several of them,
// and an event takes the newest that its condition accepts.
//
// # Missing events
//
// Negated steps take no part in this. Once the others are complete, the
// sequence is rejected if
//   - an event of a negated step between two events lies strictly between them,
//   - or every window of the length of maxspan that covers the sequence also
//     covers an event of a leading or trailing negated step: the last one
//     before the first event, the first one behind the last.
//
// Both are judged by milliseconds; events of the same millisecond do not count
// as before or behind one another. Where that depends on events to come, the
// match is held until the watermark proves that they will not.
//
// # State
//
// All state belongs to a group, and a group to a join key, encoded as a string
// once. What can no longer become a match is forgotten as the watermark
// passes, and every collection has a bound; what a bound cuts off is counted
// in [Stats].
package sequence

// Package engine runs detection rules over events.
//
// A rule comes in as an [ast.Rule], made by package eql or spl, and an event
// as an [Event]. On the way to an [Alert] an event passes these rooms, each
// once:
//
//	engine.go            Process: what time it is, and which rules look now
//	batch.go             the same for many events at once, on several processors
//	scout.go             what another processor finds out about an event ahead
//	clock.go             the watermark, and the queue that puts late events in order
//	hold.go              what waits in it: the event, and what was found out when it came
//	sources.go           a watermark for each source of events
//	aliased.go           the other names that an index's mapping gives to fields
//	internal/field       names become numbered slots, resolved at most once
//	few.go               where rules are few, whether an event concerns none
//	stretch.go           and what such an event comes to, in a few steps
//	candidate.go         the few rules that the event can concern, and those that wait for time
//	internal/index       the constants that a rule needs, looked up in the event
//	exception.go         what a rule does not see: other systems and indices, exceptions
//	internal/expr        conditions are closures over slots
//	internal/match, fn   the patterns and functions that the closures call
//	internal/sequence    partials by join key: sequences and samples
//	internal/pipeline    rows: the stages of a search
//	begin.go             the first steps of sequences that begin alike, once for all
//	intake.go            the same for searches that ask for the same events
//	keep.go, copies.go   what is taken of an event for what rules hold of it
//	kept.go              what is held of an event after Process has returned
//	shelf.go, buffer.go  the same for searches, which share it
//	limit.go             suppression, and the cap on a rule's alerts
//	alert.go             the alert
//
// compile.go makes a rule's runner, run.go and window.go are the runners (pane.go
// spares windows that overlap their common events, live.go counts events that need not
// be held, schedule.go says when they run), whose state evict.go bounds, and pipe.go
// is what may follow an EQL query. search.go runs one query over a finite set of
// events, filter.go is one condition by itself, and evaluate.go one expression.
// snapshot.go, snapshot_shelf.go, snapshot_queue.go and snapshot_rule.go save the
// running state by the records of record.go, replace.go changes the rules under way,
// and fingerprint.go tells which of them are still the same. severity.go and store.go
// hold what alerts say of themselves and what searches write. coverage.go, cost.go and
// observe.go tell which rules run, at what cost, and what they do; explain.go and its
// neighbours, why one fired or did not.
//
// # Time
//
// Time is event time. The engine has no timer and reads no clock: the
// watermark is the greatest event time so far, less the allowed [Lateness], and
// [Engine.Flush] moves it where no events come. Inside the lateness the order
// of arrival makes no difference to the alerts; an event that comes later than
// that is counted, and seen by rules without a state only.
//
// With [SourceClock], each source of events has a watermark, and the smallest
// of those that are not silent counts.
//
// A rule without a state (one condition on one event) answers at once. All
// others see the events in the order of their times, then of their
// tie-breakers, then of their ids. The absence of an event, and the rows of a
// search over a window, are decided when the watermark proves them.
//
// # Searches over a stream
//
// A search ends with its last event, a stream does not. A search over a stream
// therefore runs on its rule's [ast.Schedule], in event time: each run reads a
// window of the events that the search's first terms let through, and each row
// raises an alert. A rule without a schedule runs hourly over [-70m@m, -10m@m),
// as Splunk's own detections do. With [Continuous], it runs with every event
// that concerns it, over the window that ends there, and raises a row once:
// a group's row when the group first appears.
//
// Where nothing but time has passed for long, a search that finds something in
// no events is not run for each of the times that its schedule names:
// RuleStats.Unrun counts those that were left out.
//
// # What can be seen
//
// [Coverage] says of each rule what it costs before it runs, [Engine.Stats] what
// it has done so far, and an [Observer] is told while it happens.
//
// # Why, and why not
//
// [Engine.Explain] says what a rule would do with an event as the engine
// stands, and why; [Explain] what came of a rule over many events; [Reasons]
// makes alerts carry theirs. None of them evaluates anything by itself. The
// conditions are compiled once more, by the same compiler, which then puts a
// note behind each part; machines and searches tell a trace what they do; and
// a rule with a state runs in an engine of its own:
//
//	explanation.go         what an explanation is made of
//	explain.go             the engine that is asked: as it stands, or over events
//	explain_rule.go        a rule's conditions, watched
//	explain_condition.go   what the parts of a condition came to, and how near that is
//	explain_record.go      what is noted of each event
//	explain_sequence.go    what became of each join key
//	explain_search.go      rows in and out of each stage
//	explain_alert.go       the reasons of an alert
//	explain_reason.go      what decided, in a line
//	explain_text.go        all of it, for people
//
// An event near a step is one of its category that meets all but a few of its
// comparisons. The rows of a search that an event has a part in are those that
// are others when the search runs without it, whatever its commands do.
//
// # What is kept
//
// Once Process has returned, nothing reads the caller's maps. What is held
// of an event are the fields that its rule reads, those that [Keep] names, and
// a few that tell who did what where. A search that comes down to counts, distinct
// values and extremes by at most two fields holds no event, unless it is to give
// [Reasons]: each counts when it comes.
//
// Each rule's state is bounded by number ([Partials], [WindowEvents]), that of
// all rules by its size ([StateBytes]), and the events that wait for their turn by
// number ([QueueEvents]). What a bound drops is the oldest, and counts for its
// rule: RuleStats.Evicted.
package engine

// Package alert shows an [engine.Alert] to people and to other systems.
//
// [Message] is the alert in one line, [Write] as a paragraph. [ECS] is the
// document that Kibana would write of it, [OCSF] a detection finding of the
// Open Cybersecurity Schema Framework; both are ready for encoding/json. [Risk]
// gives the risk events of Splunk's detections, [Drilldowns] the searches that
// an analyst starts from an alert, filled in and ready to run.
//
// All of them are pure functions of the alert: they read no clock, and the
// same alert gives the same document. They take alerts as an engine raises
// them, whose Rule is not nil, and keep nothing of them that changes. They are
// safe for concurrent use.
package alert

// Package index finds, of thousands of conditions, the few that an event can
// meet.
//
// Of each condition it takes the constants that an event must have for the
// condition to be true: clauses, all of which must hold, each of them a list
// of atoms, one of which must hold. An atom says that a field has a value,
// holds a text, or is missing. Clauses that few conditions share lead to it;
// those that many share (the category, the system) are gates: what lies
// behind one is looked at only for events that pass it. A condition of several
// branches, as rules for several sensors have them, is an entry for each.
//
// An event passes the gates, which tells the fields that matter to it. Each
// value of these is probed once: its folded hash for whole values, every second
// four bytes of it in a bitmap for parts. What a text spoke for is known for a
// while, as most come again. The cost follows the event, not the number of
// conditions.
//
// The answer may hold too much, never too little: whoever asks evaluates the
// conditions that are named. So whatever is hard to decide (a text beyond
// ASCII under a function that changes its case, a date where a text is looked
// for) is answered with everything that reads the field.
package index
